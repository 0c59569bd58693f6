# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests closed or full stdout and stderr, and interrupts: no traceback, and an exit code that says what was done."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from indexer.commands import indexing
from tests.commands.test_cli import Streams, fihrist
from tests.conftest import ROOT

FIHRIST = f"{sys.executable} -m indexer.commands.cli"

BEGINNING = """
import os, sys
from indexer.commands import start

class Stopping:
    def find_spec(self, name, *rest):
        if name == "indexer.commands.cli":
            os.kill(os.getpid(), int(sys.argv[1]))

sys.meta_path.insert(0, Stopping())
sys.exit(start.main())
"""


def shell(command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["sh", "-c", command], cwd=ROOT, env=environment, capture_output=True, text=True)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_program_can_be_interrupted_while_it_is_loaded(number: signal.Signals, code: int) -> None:
    # If the tests run in the background of a shell, they ignore Ctrl-C, and child processes would inherit that.
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        stopped = subprocess.run([sys.executable, "-c", BEGINNING, str(int(number))], cwd=ROOT, capture_output=True)
    finally:
        signal.signal(signal.SIGINT, before)
    assert stopped.returncode == code
    assert stopped.stderr.startswith(b"fihrist: ")
    assert stopped.stderr.endswith(b"the published index is complete\n")


def test_a_full_disk_behind_stdout_is_reported_in_one_line(sample_index: Path) -> None:
    told = shell(f"{FIHRIST} config >/dev/full")
    assert (told.returncode, told.stderr) == (1, "fihrist: the output cannot be written: No space left on device\n")
    # The run has done its work even if its report cannot be written.
    told = shell(f"{FIHRIST} index sample --index {sample_index} --json >/dev/full", FIHRIST_NICE="0")
    assert told.returncode == 3
    *_, last = told.stderr.splitlines()
    assert last == "fihrist: the report cannot be written: No space left on device"


def test_a_refused_run_fails_even_if_nobody_reads_the_report(tmp_path: Path) -> None:
    told = shell(f"({FIHRIST} index {tmp_path} --index {tmp_path}/index --json; echo $? >&2) | true", FIHRIST_NICE="0")
    assert told.stderr == "fihrist: no article was found; nothing was published\n1\n"


def test_closed_streams_are_no_error(sample_index: Path) -> None:
    assert shell(f"{FIHRIST} config >&-").stderr == ""
    told = shell(f"{FIHRIST} verify --index {sample_index} <&- >&- 2>&-", FIHRIST_NICE="0")
    assert (told.returncode, told.stdout, told.stderr) == (0, "", "")


def test_arabic_is_printed_whatever_the_locale(sample_index: Path) -> None:
    told = shell(f"{FIHRIST} search جسر --index {sample_index}", PYTHONIOENCODING="ascii")
    assert (told.returncode, "[جسر]" in told.stdout) == (0, True)


def test_a_wrong_setting_and_an_error_of_the_program_are_reported_too(
    tmp_path: Path, capsys: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ("index", str(ROOT / "sample"), "--index", str(tmp_path / "index"), "--json")
    with monkeypatch.context() as patched:
        patched.setenv("FIHRIST_BATCH", "many")
        code, out, err = fihrist(capsys, *arguments)
    report = json.loads(out)
    assert (code, report["status"], report["exit_code"]) == (2, "failed", 2)
    assert (report["failure"] in err, len(err.splitlines())) == (True, 1)

    def fail(*arguments: object) -> None:
        raise ZeroDivisionError("of nothing")

    monkeypatch.setattr(indexing, "reindex", fail)
    with pytest.raises(ZeroDivisionError):
        fihrist(capsys, *arguments)
    report = json.loads(capsys.readouterr().out)
    assert (report["status"], report["exit_code"]) == ("failed", 1)
    assert report["failure"] == "an error in Fihrist itself: ZeroDivisionError('of nothing')"
