# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests ``fihrist clean``, which shows for each line of a page whether it is kept, and why not."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from indexer.cleaning import BODY, TITLE, clean
from indexer.commands.cli import main
from indexer.sources import Record
from tests.cleaning.test_repeated_lines import NOTE, write
from tests.conftest import ROOT, Build

PAGE = ROOT / "sample" / "nile-gazette" / "massara-zaytun.txt"
Streams = pytest.CaptureFixture[str]


def rows(out: str) -> list[tuple[str, str, str]]:
    """Returns (mark, label, text) of each line."""
    return [(row[0], row[2:14].strip(), row[15:]) for row in out.splitlines() if not row.startswith("# ")]


def test_every_line_is_shown_with_its_reason(capsys: Streams) -> None:
    assert main(["clean", str(PAGE)]) == 0
    shown = rows(capsys.readouterr().out)
    lines = [line.strip() for line in PAGE.read_text(encoding="utf-8").split("\n") if line.strip()]
    assert [text for _, _, text in shown] == lines
    assert {mark for mark, label, _ in shown if label in (TITLE, BODY)} == {"+"}
    assert {mark for mark, label, _ in shown if label not in (TITLE, BODY)} == {"-"}
    assert [label for _, label, _ in shown].count("title") == 1
    cleaned = clean(Record("", PAGE.read_text(encoding="utf-8"), flattened=True))
    assert "\n".join(text for _, label, text in shown if label == "body") == cleaned.body
    assert [(text, label) for mark, label, text in shown if mark == "-"] == [
        (line.text, line.reason) for line in cleaned.removed
    ]


def test_json_has_the_same_lines(capsys: Streams) -> None:
    assert main(["clean", str(PAGE), "--json"]) == 0
    (record,) = json.loads(capsys.readouterr().out)["records"]
    assert record["path"] == str(PAGE)
    assert record["source"] == "nile-gazette"
    assert record["published_at"].startswith("2023-09-13")
    assert {line["as"] for line in record["lines"] if line["kept"]} == {"title", "body"}


def test_every_article_of_a_file_is_shown(tmp_path: Path, capsys: Streams) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"title": "أول", "body": "نص"}\nبلا معنى\n{"title": "ثان", "body": "نص\\u001b[2J"}\n', "utf-8")
    assert main(["clean", str(path)]) == 3
    printed = capsys.readouterr()
    assert [text for _, label, text in rows(printed.out) if label == "title"] == ["أول", "ثان"]
    assert "line 2" in printed.err
    assert "\x1b" not in printed.out


def test_an_unreadable_file_is_named(tmp_path: Path, capsys: Streams) -> None:
    path = tmp_path / "a.txt.gz"
    path.write_bytes(b"\x1f\x8bnothing")
    assert main(["clean", str(path), str(PAGE)]) == 3
    printed = capsys.readouterr()
    assert str(path) in printed.err
    assert str(PAGE) in printed.out
    assert main(["clean", str(tmp_path)]) == 2
    assert main(["clean", str(tmp_path / "missing.txt")]) == 2


def test_lines_that_the_archive_repeats_are_shown(tmp_path: Path, build: Build, capsys: Streams) -> None:
    news, index = tmp_path / "news", tmp_path / "index"
    write(news / "sahil", range(20))
    page = str(news / "sahil" / "3.txt")
    main(["clean", page, "--index", str(index)])
    assert ("+", "body", NOTE) in rows(capsys.readouterr().out)
    build(index, news)
    main(["clean", page, "--index", str(index)])
    assert ("-", "repeated", NOTE) in rows(capsys.readouterr().out)


@pytest.mark.parametrize("plain", [False, True])
def test_colour_is_only_for_terminals(plain: bool) -> None:
    ours, theirs = pty.openpty()
    environment = {**os.environ, "NO_COLOR": "1" if plain else ""}
    subprocess.run(
        [sys.executable, "-m", "indexer.commands.cli", "clean", str(PAGE)],
        cwd=ROOT,
        env=environment,
        stdout=theirs,
        check=True,
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            shown += os.read(ours, 65_536)
        except OSError:  # the terminal is closed
            break
    os.close(ours)
    assert (b"\x1b[31m- " in shown) is not plain
    assert (b"\x1b[1m+ title" in shown) is not plain
