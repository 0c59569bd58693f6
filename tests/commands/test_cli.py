# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests the command line: results on stdout, messages for people on stderr, exit codes, and never a traceback."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from indexer import __version__
from indexer.commands.cli import main
from indexer.operating.keys import new_key
from tests.conftest import ROOT
from tests.servers import free_ports

Streams = pytest.CaptureFixture[str]


def fihrist(capsys: Streams, *arguments: str) -> tuple[int, str, str]:
    """Returns (exit code, stdout, stderr) of a command."""
    capsys.readouterr()
    try:
        code = main(arguments)
    except SystemExit as exit_:
        code = int(exit_.code or 0)
    output = capsys.readouterr()
    assert "Traceback" not in output.err
    return code, output.out, output.err


@pytest.fixture
def news(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    folder.mkdir()
    lines = [
        f'{{"id": "{n}", "title": "جسر رقم {n}", "body": "نص عن الجسر", "date": "2023-0{n}"}}' for n in range(1, 6)
    ]
    (folder / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


@pytest.fixture
def index(news: Path, tmp_path: Path, capsys: Streams) -> str:
    assert fihrist(capsys, "index", str(news), "--index", str(tmp_path / "index"))[0] == 0
    return str(tmp_path / "index")


def test_version_and_help_with_an_example_of_each_command(capsys: Streams) -> None:
    assert fihrist(capsys, "--version") == (0, f"fihrist {__version__}\n", "")
    code, out, _ = fihrist(capsys, "--help")
    assert code == 0
    for command in ("index", "search", "serve", "analyze", "stats"):
        assert command in out
        code, out_of_it, _ = fihrist(capsys, command, "--help")
        assert code == 0
        assert f"example: fihrist {command}" in out_of_it


def test_index_is_silent_on_success_and_reports_as_json(news: Path, tmp_path: Path, capsys: Streams) -> None:
    place = str(tmp_path / "index")
    assert fihrist(capsys, "index", str(news), "--index", place) == (0, "", "")
    code, out, err = fihrist(capsys, "index", str(news), "--index", place, "--json")
    report = json.loads(out)
    assert (code, err, report["unchanged"], report["generation"]) == (0, "", 5, None)
    (news / "bad.txt").write_bytes(b"\x00\x01\x02" * 50)
    code, out, err = fihrist(capsys, "index", str(news), "--index", place, "--json")
    assert code == 3
    report = json.loads(out)
    assert report["skipped"][0]["path"].endswith("bad.txt")
    assert (report["status"], report["exit_code"], report["failure"]) == ("incomplete", 3, None)
    assert re.fullmatch(r"skipped /.*bad\.txt: not text.*\n", err)


def test_a_dry_run_writes_nothing(news: Path, tmp_path: Path, capsys: Streams) -> None:
    code, out, _ = fihrist(capsys, "index", str(news), "--index", str(tmp_path / "index"), "--dry-run", "--json")
    assert (code, json.loads(out)["added"]) == (0, 5)
    # A dry run reports what would change even if stderr is no terminal.
    code, out, err = fihrist(capsys, "index", str(news), "--index", str(tmp_path / "index"), "--dry-run")
    assert (code, out) == (0, "")
    assert "5 added, 0 changed, 0 deleted, 0 unchanged; nothing written" in err
    assert not (tmp_path / "index" / "CURRENT").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("index", "nowhere"), 2, "nowhere: No such file"),
        (("index",), 2, "PATH"),
        (("index", ""), 2, "is empty; name a folder"),
        (("nonsense",), 2, "invalid choice"),
        ((), 2, "COMMAND"),
        (("search", "x"), 1, "no index"),
        (("stats",), 1, "fihrist index"),
        (("search", "ا" * 10_000), 2, "10,000 characters"),
        (("search", "x", "--limit", "101"), 2, "0 to 100"),
        (("search", "x", "--limit", "many"), 2, "whole number"),
        (("serve", "--port", "99999999"), 2, "65535"),
        (("serve", "--port", "-1"), 2, "65535"),
        (("serve", "--workers", "x"), 2, "whole number"),
    ],
)
def test_errors_say_what_to_do(
    capsys: Streams,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    code: int,
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    found, out, err = fihrist(capsys, *arguments)
    assert (found, out) == (code, "")
    assert message in err


def test_search_prints_hits_and_json_as_the_api(index: str, capsys: Streams) -> None:
    code, out, err = fihrist(capsys, "search", "الجسر", "--index", index, "--limit", "2")
    assert code == 0
    assert out.count("نص عن [الجسر]") == 2
    assert err.startswith("5 results")
    code, out, _ = fihrist(capsys, "search", "الجسر", "--index", index, "--json", "--limit", "2")
    envelope = json.loads(out)
    assert (code, envelope["total"], len(envelope["results"]), envelope["status"]) == (0, 5, 2, "ok")
    assert '"/' not in out, "only answers of a server hold addresses"


@pytest.mark.parametrize("query", ["", "\x00\x07", "\udcff\udc80", '"', "-", "((", "\u202e\u064b", "*", "/", "\n"])
def test_any_query_is_answered(index: str, capsys: Streams, query: str) -> None:
    code, out, _ = fihrist(capsys, "search", query, "--index", index, "--json")
    assert code == 0
    assert json.loads(out)["status"] == "ok"


def test_hostile_text_sends_no_control_codes_to_the_terminal(tmp_path: Path, capsys: Streams) -> None:
    (tmp_path / "x.jsonl").write_text(
        '{"title": "\\u001b[2Jخبر\\u202e", "body": "نص \\u0007\\u009b31m"}', encoding="utf-8"
    )
    place = str(tmp_path / "index")
    fihrist(capsys, "index", str(tmp_path / "x.jsonl"), "--index", place)
    _, out, _ = fihrist(capsys, "search", "خبر", "--index", place)
    assert "خبر" in out
    assert not set(out) & set("\x1b\x07\x9b\u202e")


def test_analyze_shows_terms_by_tier(capsys: Streams) -> None:
    code, out, _ = fihrist(capsys, "analyze", "وللقوات #جو_بايدن", "--json")
    tokens = json.loads(out)["tokens"]
    assert code == 0
    assert [(token["text"], token["start"], token["end"], token["position"]) for token in tokens] == [
        ("وللقوات", 0, 7, 0), ("جو", 9, 11, 1), ("بايدن", 12, 17, 2),
    ]  # fmt: skip
    assert tokens[0]["terms"] == {
        "surface": ["وللقوات"],
        "folded": ["وللقوات"],
        "stem": ["قوه"],
        "gram": ["<قوا", "قوات", "وات>"],
    }
    assert (tokens[0]["bare"], tokens[0]["clitics"], tokens[0]["base"]) == ("وللقوات", "ول", "قوات")
    code, out, _ = fihrist(capsys, "analyze", "القوات")
    assert out.splitlines()[0].split("\t") == ["القوات", "0-6", "position 0"]
    assert [line.split("\t")[:2] for line in out.splitlines()[1:]] == [
        ["  reading", "قوه"],
        ["  = surface", "القوات"], ["  = folded", "القوات"], ["  = stem", "قوه"], ["  = gram", "<قوا قوات وات>"],
    ]  # fmt: skip


def test_stats(index: str, capsys: Streams) -> None:
    code, out, _ = fihrist(capsys, "stats", "--index", index, "--json")
    stats = json.loads(out)
    assert (code, stats["articles"], stats["sources"], stats["years"]) == (0, 5, {"news": 5}, {"2023": 5})
    assert "gen-000001" in fihrist(capsys, "stats", "--index", index)[1]


def test_the_index_may_come_from_the_environment(index: str, capsys: Streams, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIHRIST_INDEX", index)
    assert fihrist(capsys, "search", "الجسر")[0] == 0
    monkeypatch.setenv("FIHRIST_BATCH", "none")
    code, _, err = fihrist(capsys, "index", str(ROOT / "sample"))
    assert code == 2
    assert "FIHRIST_BATCH must be a whole number" in err


def test_in_crons_bare_environment(news: Path, tmp_path: Path) -> None:
    """cron gives no locale, hardly any PATH and no terminal: Arabic must still be read, matched and printed."""
    script = [sys.executable, "-m", "indexer.commands.cli"]
    bare = {"env": {}, "capture_output": True, "cwd": ROOT}
    index = tmp_path / "index"
    built = subprocess.run([*script, "index", news, "--index", index], **bare)  # type: ignore[call-overload]  # one dict of options for both
    assert (built.returncode, built.stdout, built.stderr) == (0, b"", b"")
    found = subprocess.run([*script, "search", "الجسر".encode(), "--index", index], **bare)  # type: ignore[call-overload]  # as above
    assert found.returncode == 0
    assert "[الجسر]" in found.stdout.decode()


def test_a_closed_pipe_is_no_error(index: str) -> None:
    command = f"{sys.executable} -m indexer.commands.cli search الجسر --index {index} | head -n 1"
    result = subprocess.run(
        command, shell=True, capture_output=True, cwd=ROOT, env={**os.environ, "PYTHONUNBUFFERED": "1"}
    )
    assert b"Traceback" not in result.stderr
    assert b"BrokenPipe" not in result.stderr


@pytest.mark.folder
def test_a_server_finds_its_files_from_where_it_was_started(
    index: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server runs in another folder."""
    given: dict[str, str] = {}

    def take_over(path: str, arguments: list[str], environment: dict[str, str]) -> None:
        given.update(environment)
        raise SystemExit(0)

    monkeypatch.setattr(os, "execve", take_over)
    monkeypatch.chdir(tmp_path)
    Path("keys").write_text(new_key("newsroom")[1], encoding="utf-8")
    Path("archive").symlink_to(index)
    monkeypatch.setenv("FIHRIST_API_KEYS", "keys")
    before = dict(os.environ)
    with pytest.raises(SystemExit):
        main(["serve", "--index", "archive", "--port", str(free_ports(1)[0])])
    assert Path(given["FIHRIST_API_KEYS"]) == (tmp_path / "keys").resolve()
    assert Path(given["FIHRIST_INDEX"]) == Path(index).resolve()
    assert dict(os.environ) == before


@pytest.mark.folder
def test_a_message_names_the_command_for_the_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing, foreign = tmp_path / "an index", tmp_path / "whoosh"
    foreign.mkdir()
    (foreign / "MAIN_abc.seg").touch()
    assert main(["search", "--index", str(missing), "جسر"]) == 1
    assert f"run `fihrist index --index '{missing}' PATH...`" in capsys.readouterr().err
    assert main(["search", "--index", str(foreign), "جسر"]) == 1
    assert "is not an index folder: it holds 'MAIN_abc.seg'" in capsys.readouterr().err


@pytest.mark.folder
@pytest.mark.parametrize("options", [[], ["--dry-run"], ["--dry-run", "--rebuild"]])
def test_a_run_and_its_dry_run_refuse_what_is_no_index_folder(
    news: Path, tmp_path: Path, capsys: Streams, options: list[str]
) -> None:
    foreign, file = tmp_path / "papers", tmp_path / "file"
    foreign.mkdir()
    (foreign / "thesis.txt").touch()
    file.touch()
    code, _, err = fihrist(capsys, "index", str(news), "--index", str(foreign), *options)
    assert (code, "papers is not an index folder: it holds 'thesis.txt'" in err) == (2, True)
    code, _, err = fihrist(capsys, "index", str(news), "--index", str(file), *options)
    assert (code, "file is a file, not a folder; name an empty or a new folder" in err) == (2, True)
    code, _, err = fihrist(capsys, "search", "x", "--index", str(file))
    assert (code, "file is a file; name the folder of an index" in err) == (1, True)
