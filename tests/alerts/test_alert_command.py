# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests `fihrist alerts` over real indexes: exactly one delivery across runs and kills, output, exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.alerts.state import locked_state
from tests.alerts.receivers import hook, post
from tests.commands.test_cli import Streams, fihrist
from tests.conftest import ROOT

FILE = """\
[channels.hook]
webhook = "{hook}"
secret_variable = "HOOK_SECRET"

[channels.desk]
mail = "desk@example.org"

[searches.bridges]
q = "جسر"
tell = ["hook", "desk"]
"""

Index = Callable[..., str]


@pytest.fixture
def index(tmp_path: Path, capsys: Streams) -> Index:
    """Adds articles of given headlines to an index, by a run, and returns the address of the index."""
    news = tmp_path / "news"
    news.mkdir()
    address = str(tmp_path / "index")

    def add(*titles: str) -> str:
        lines = [json.dumps({"id": one, "title": one, "body": f"تفاصيل {one} كاملة"}) for one in titles]
        (news / f"{len(list(news.iterdir()))}.jsonl").write_text("\n".join(lines), encoding="utf-8")
        assert fihrist(capsys, "index", str(news), "--index", address)[0] == 0
        return address

    return add


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK_SECRET", "a secret of enough bytes")
    for name, value in {"HOST": "127.0.0.1", "TLS": "none", "FROM": "news@example.org"}.items():
        monkeypatch.setenv(f"FIHRIST_SMTP_{name}", value)


@pytest.mark.folder
def test_an_alert_is_delivered_once_across_two_runs_and_two_kills(
    index: Index, tmp_path: Path, capsys: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "alerts.toml"
    address = index("جسر قديم")
    running: list[subprocess.Popen[bytes]] = []

    def kill() -> None:
        while running:
            os.kill(running.pop().pid, signal.SIGKILL)

    def killed() -> None:
        """Starts a run, which one of the receivers kills when it has got a message, before it answers."""
        command = [sys.executable, "-m", "indexer.commands.cli", "alerts", str(file), "--index", address]
        child = subprocess.Popen(command, cwd=ROOT)
        running.append(child)
        assert child.wait(60) == -signal.SIGKILL

    with hook() as hooked, post() as posted:
        monkeypatch.setenv("FIHRIST_SMTP_PORT", str(posted.port))
        file.write_text(FILE.format(hook=hooked.address), encoding="utf-8")
        run = ("alerts", str(file), "--index", address)
        assert fihrist(capsys, *run) == (0, "", "")
        index("جسر السنابل", "نهر الفرات")
        hooked.before = kill
        killed()
        index("جسر المعلق")
        hooked.before, posted.before = lambda: None, kill
        killed()
        index("جسر الأئمة")
        assert fihrist(capsys, *run) == (0, "", "")
        assert fihrist(capsys, *run) == (0, "", "")
        assert sorted(hooked.told()) == ["جسر الأئمة", "جسر السنابل", "جسر المعلق"]
        assert len(hooked.posts) == len({headers["webhook-id"] for headers, _ in hooked.posts}) + 1
        mails = {mail["Message-ID"]: mail.get_content() for mail in posted.mails}
        assert len(posted.mails) == len(mails) + 1
        together = "".join(mails.values()).replace("\r\n", "\n")
        assert [together.count(f"{title}\n") for title in ("جسر السنابل", "جسر المعلق", "جسر الأئمة")] == [1, 1, 1]
        assert [title in together for title in ("جسر قديم", "نهر الفرات")] == [False, False]


def test_what_is_new_is_printed(index: Index, tmp_path: Path, capsys: Streams) -> None:
    file = tmp_path / "alerts.toml"
    file.write_text("[searches.bridges]\nq = 'جسر'\n\n[searches.broken]\nfrom = 'soon'\n", encoding="utf-8")
    run = ("alerts", str(file), "--index", index("جسر قديم"), "--state", str(tmp_path / "kept" / "state"))
    code, out, err = fihrist(capsys, *run)
    assert (code, out) == (3, "")
    assert err.startswith("line 5: searches.broken.from: ")
    index("جسر السنابل \x1b[31m", "نهر")
    code, out, err = fihrist(capsys, *run, "--dry-run")
    assert (code, out, err.splitlines()[-1]) == (3, "", "would tell 1 articles in 1 messages")
    code, out, _ = fihrist(capsys, *run, "--json")
    report = json.loads(out)
    assert (code, report["status"], report["told"][0]["articles"]) == (3, "incomplete", 1)
    (told,) = report["printed"]
    assert [article["title"][:11] for article in told["data"]["articles"]] == ["جسر السنابل"]
    assert report["faults"][0]["line"] == 5
    index("جسر \x1b[31mثالث")
    code, out, _ = fihrist(capsys, *run)
    assert out.split("\n")[:3] == ["bridges — الجديد: 1", "", "جسر [31mثالث"]
    assert fihrist(capsys, *run)[1] == ""


def test_exit_codes(index: Index, tmp_path: Path, capsys: Streams) -> None:
    file = tmp_path / "alerts.toml"
    assert fihrist(capsys, "alerts", str(file), "--index", str(tmp_path / "none"))[0] == 1
    address = index("جسر")
    run = ("alerts", str(file), "--index", address)
    assert fihrist(capsys, *run)[0] == 2
    file.write_text("[searches", encoding="utf-8")
    code, out, err = fihrist(capsys, *run, "--json")
    assert (code, json.loads(out)["status"], "line 1" in err) == (2, "failed", True)
    file.write_text("[searches.a]", encoding="utf-8")
    with locked_state(tmp_path / "alerts.toml.state"):
        assert fihrist(capsys, *run)[0] == 75
    assert fihrist(capsys, *run, "--state", str(file / "x"))[0] == 2
    (tmp_path / "alerts.toml.state").write_text("{", encoding="utf-8")
    assert fihrist(capsys, *run)[0] == 1
