# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that runs and verification lower their priority, within their session and, on Linux, between sessions."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from indexer.commands.priority import giving_way
from tests.conftest import ROOT

AUTOGROUP = Path("/proc/self/autogroup")

SCRIPT = """
import json, os, sys
from pathlib import Path
from unittest.mock import patch
from indexer.commands import cli

seen = []

def look(*arguments):
    group = Path("/proc/self/autogroup")
    seen.append((os.getpriority(os.PRIO_PROCESS, 0), int(group.read_text().split()[-1]) if group.exists() else None))

os.nice(int(sys.argv[2]))
look()
for place in ("indexer.commands.indexing.reindex", "indexer.commands.keeping.verify"):
    with patch(place, side_effect=lambda *a: (look(), sys.exit(9))):
        try:
            cli.main(json.loads(sys.argv[1])[0 if "indexing" in place else 1])
        except SystemExit as ended:
            assert ended.code == 9
    look()
print(json.dumps(seen))
"""


@pytest.mark.parametrize(("setting", "own", "session"), [(None, 0, 10), ("4", 0, 4), ("4", 7, 4), ("0", 3, 0)])
def test_commands_lower_their_priority_and_restore_that_of_the_session(
    sample_index: Path, setting: str | None, own: int, session: int
) -> None:
    """Runs in a session of its own, because a process cannot raise its own priority again."""
    index = ["--index", str(sample_index)]
    commands = json.dumps([["index", str(ROOT / "sample"), *index], ["verify", *index]])
    environment = {name: value for name, value in os.environ.items() if name != "FIHRIST_NICE"}
    if setting is not None:
        environment["FIHRIST_NICE"] = setting
    command = [sys.executable, "-c", SCRIPT, commands, str(own)]
    ran = subprocess.run(
        command, cwd=ROOT, env=environment, start_new_session=True, capture_output=True, text=True, check=True
    )
    before = min(19, os.getpriority(os.PRIO_PROCESS, 0) + own)
    process = max(before, session)
    after = (process, 0)
    wanted = [(before, 0), (process, session), after, (process, session), after]
    if not AUTOGROUP.exists():
        wanted = [(niceness, None) for niceness, _ in wanted]  # type: ignore[misc]
    assert [tuple(pair) for pair in json.loads(ran.stdout)] == wanted


def test_a_system_without_session_priorities_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for autogroup in (tmp_path / "none", tmp_path):
        monkeypatch.setattr("indexer.commands.priority._AUTOGROUP", autogroup)
        with giving_way():
            pass


def test_users_without_privilege_can_restore_the_session_priority(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Linux refuses a second write within a tenth of a second (EAGAIN)."""
    written: list[bytes] = []
    refusals = iter([BlockingIOError, None, BlockingIOError, BlockingIOError, None])

    def write(descriptor: int, data: bytes) -> int:
        if refusal := next(refusals):
            raise refusal
        written.append(data)
        return len(data)

    autogroup = tmp_path / "autogroup"
    autogroup.write_text("/autogroup-1 nice 0\n")
    monkeypatch.setenv("FIHRIST_NICE", "7")
    monkeypatch.setattr("indexer.commands.priority._AUTOGROUP", autogroup)
    monkeypatch.setattr("indexer.commands.priority.os.setpriority", _refused)
    monkeypatch.setattr("indexer.commands.priority.os.write", write)
    with giving_way():
        assert written == [b"7"]
    assert written == [b"7", b"0"]


def _refused(*arguments: int) -> None:
    """Behaves like a systemd unit that forbids @resources."""
    raise PermissionError
