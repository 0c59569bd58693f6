# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests the shrink guard, files that are being written, and the reports of runs."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import shutil
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from indexer import sources
from indexer.engine.local.generations import IndexFolder
from indexer.errors import ShrinkError
from indexer.run.guard import check_share
from indexer.run.report import Report
from indexer.search.archive import Archive
from indexer.search.query.request import SearchRequest
from indexer.sources import Item
from tests.conftest import ROOT, Build


def write(folder: Path, numbers: range) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        text = f'{{"title": "خبر رقم {number}", "body": "نص الخبر عن المدينة رقم {number}"}}\n'
        (folder / f"{number}.jsonl").write_text(text, encoding="utf-8")


@pytest.fixture
def news(tmp_path: Path) -> Path:
    write(tmp_path / "news" / "sahil", range(60))
    write(tmp_path / "news" / "nil", range(40))
    return tmp_path / "news"


@pytest.fixture
def index(tmp_path: Path, news: Path, build: Build) -> Path:
    build(tmp_path / "index", news)
    return tmp_path / "index"


def articles(index: Path) -> int:
    return Archive(index).search(SearchRequest()).total


@pytest.mark.parametrize(
    ("lost", "before", "percent", "refused"),
    [
        (0, 0, 20, False),
        (0, 100, 0, False),
        (20, 100, 20, False),
        (21, 100, 20, True),
        (11, 100, 0, True),
        (10, 100, 0, False),
        (10, 11, 20, False),
        (1, 1, 20, True),
        (10, 10, 100, True),
        (99, 100, 100, False),
    ],
)
def test_the_limit_of_lost_articles(lost: int, before: int, percent: int, refused: bool) -> None:
    with pytest.raises(ShrinkError, match="--allow-shrink") if refused else nullcontext():
        check_share(lost, before, percent)


def test_too_many_lost_articles_are_refused_until_allowed(index: Path, news: Path, build: Build) -> None:
    shutil.rmtree(news / "nil")
    with pytest.raises(ShrinkError, match=r"40 of 100 articles .* 20 %"):
        build(index, news)
    with pytest.raises(ShrinkError):
        build(index, news, dry_run=True)
    with pytest.raises(ShrinkError, match="40 of 100"):
        build(index, news, rebuild=True)
    assert articles(index) == 100
    assert [path.name for path in index.glob("gen-*")] == ["gen-000001"]
    assert not (index / "staging").exists()
    assert build(index, news, shrink=40).deleted == 40
    shutil.rmtree(news / "sahil")
    write(news, range(1))
    assert build(index, news, allow_shrink=True).articles == 1


def test_an_emptied_folder_is_refused_whatever_its_share(index: Path, news: Path, tmp_path: Path, build: Build) -> None:
    other = tmp_path / "other"
    write(other, range(2))
    assert build(index, news, other).articles == 102
    for path in other.iterdir():
        path.unlink()
    with pytest.raises(ShrinkError, match=r"other holds no article file any more.*mounted"):
        build(index, news, other)
    with pytest.raises(ShrinkError, match=r"other holds no article file"):
        build(index, other, shrink=100)
    assert articles(index) == 102
    assert build(index, news, other, allow_shrink=True).deleted == 2


def test_an_index_is_never_emptied_by_accident(tmp_path: Path, build: Build) -> None:
    write(tmp_path / "few", range(3))
    index = tmp_path / "index"
    build(index, tmp_path / "few")
    for path in (tmp_path / "few").iterdir():
        path.write_text('{"title": "", "body": ""}\n')
    (tmp_path / "few" / "more.txt").touch()
    for path in (tmp_path / "few").glob("*.jsonl"):
        path.unlink()
    with pytest.raises(ShrinkError, match="3 of 3"):
        build(index, tmp_path / "few")
    assert articles(index) == 3


def grows_while_read(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Makes every reading of the file ``name`` meet a line that is added before the end is reached."""
    real = sources.read

    def read(path: Path, **options: Any) -> Iterator[Item]:
        records = real(path, **options)
        for number, record in enumerate(records):
            if path.name == name and number == 4:
                with path.open("a", encoding="utf-8") as file:
                    file.write('{"id": "new", "title": "خبر لم يكت')
            yield record

    monkeypatch.setattr(sources, "read", read)


@pytest.mark.parametrize("batch", [100, 2])
def test_a_file_being_written_is_left_for_the_next_run(
    index: Path, news: Path, build: Build, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    lines = [f'{{"id": "{n}", "title": "خبر {n}", "body": "نص يكتب الآن"}}\n' for n in range(6)]
    feed = news / "feed.jsonl"
    feed.write_text("".join(lines), encoding="utf-8")
    with monkeypatch.context() as patched:
        grows_while_read(patched, "feed.jsonl")
        report = build(index, news, batch=batch)
    assert report.exit_code == 3
    assert [(Path(s.path).name, s.reason) for s in report.skipped] == [
        ("feed.jsonl", "it changed while it was read; it is left for the next run")
    ]
    # The first part of a large file was read, in whole batches, before the file changed.
    assert report.added == (0 if batch == 100 else 4)
    feed.write_text("".join(lines[:5]), encoding="utf-8")
    again = build(index, news)
    assert (again.exit_code, again.articles, again.added) == (0, 105, 5 - report.added)


def test_a_file_being_written_keeps_its_old_articles(
    index: Path, news: Path, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [f'{{"id": "{n}", "title": "خبر {n}", "body": "نص قديم"}}\n' for n in range(6)]
    (news / "feed.jsonl").write_text("".join(lines), encoding="utf-8")
    build(index, news)
    (news / "feed.jsonl").write_text("".join(lines).replace("قديم", "جديد"), encoding="utf-8")
    with monkeypatch.context() as patched:
        grows_while_read(patched, "feed.jsonl")
        report = build(index, news)
    assert (report.changed, report.deleted, report.generation) == (0, 0, "")
    assert Archive(index).search(SearchRequest(q='"نص قديم"', per_page=20)).total == 6


def test_the_report_is_kept_beside_the_generation(index: Path, news: Path, build: Build) -> None:
    kept = json.loads((index / "reports" / "gen-000001.json").read_text(encoding="utf-8"))
    assert (kept["status"], kept["exit_code"], kept["generation"], kept["added"]) == ("ok", 0, "gen-000001", 100)
    assert set(kept["seconds"]) == {"scan", "compare", "read", "index", "merge and verify", "publish"}
    assert all(seconds >= 0 for seconds in kept["seconds"].values())
    write(news / "nil", range(40, 42))
    build(index, news, keep=1)
    assert [path.name for path in (index / "reports").iterdir()] == ["gen-000002.json"]


def test_a_report_that_cannot_be_written_is_mentioned_and_no_failure(index: Path, news: Path, build: Build) -> None:
    shutil.rmtree(index / "reports")
    (index / "reports").touch()
    write(news / "nil", range(40, 42))
    report = build(index, news)
    assert (report.exit_code, report.generation) == (3, "gen-000002")
    assert "report could not be kept" in str(report.skipped[0])
    assert articles(index) == 102


def test_an_unwritable_folder_of_reports_is_no_failure(
    index: Path, news: Path, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.unlink

    def unlink(path: Path, missing_ok: bool = False) -> None:
        if path.parent.name == "reports":
            raise PermissionError(13, "Permission denied", str(path))
        real(path, missing_ok=missing_ok)

    def refuse(*arguments: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(IndexFolder, "keep_report", refuse)
    monkeypatch.setattr(Path, "unlink", unlink)
    write(news / "nil", range(40, 42))
    report = build(index, news, keep=1)
    assert (report.exit_code, report.generation, report.failure) == (3, "gen-000002", "")
    assert IndexFolder(index).names() == ["gen-000002"]


def test_nested_phases_divide_the_time() -> None:
    report = Report()
    with report.phase("all"), report.phase("part"):
        pass
    assert report.seconds["part"] > 0
    assert 0 <= report.seconds["all"] < 0.1


def command(*arguments: str | Path, **options: object) -> subprocess.CompletedProcess[bytes]:
    words = [sys.executable, "-m", "indexer.commands.cli", *arguments]
    return subprocess.run(words, cwd=ROOT, capture_output=True, **options)  # type: ignore[call-overload,no-any-return]


def test_a_refusal_is_one_line_one_code_and_json(index: Path, news: Path) -> None:
    shutil.rmtree(news / "sahil")
    result = command("index", news, "--index", index, "--json")
    assert result.returncode == 4
    assert len(result.stderr.splitlines()) == 1
    report = json.loads(result.stdout)
    assert (report["status"], report["exit_code"], report["generation"]) == ("refused", 4, None)
    assert (report["deleted"], report["articles"]) == (60, 40)
    assert "60 of 100" in report["failure"]
    with IndexFolder(index).locked():
        result = command("index", news, "--index", index, "--json", "--allow-shrink")
    assert (result.returncode, json.loads(result.stdout)["status"]) == (75, "locked")
    assert re.search(rb"process \d+, since 2\d{3}-", result.stderr)
    result = command("index", news, "--index", index, "--json", "--allow-shrink")
    assert (result.returncode, json.loads(result.stdout)["articles"]) == (0, 40)
    result = command("index", news / "nowhere", "--index", index, "--json")
    assert (result.returncode, json.loads(result.stdout)["status"]) == (2, "failed")


def test_a_terminal_shows_progress_speed_and_remaining_time(index: Path, news: Path) -> None:
    write(news / "sahil", range(100, 200))
    here, there = pty.openpty()
    fcntl.ioctl(there, termios.TIOCSWINSZ, struct.pack("4H", 25, 100, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "indexer.commands.cli", "index", news, "--index", index],
        cwd=ROOT,
        stderr=there,
        env={**os.environ, "TQDM_MININTERVAL": "0"},
    )
    os.close(there)
    seen = b""
    try:
        while data := os.read(here, 65_536):
            seen += data
    except OSError:
        pass  # closing the other end is how a terminal ends
    finally:
        os.close(here)
    assert process.wait() == 0
    # For example: reading:  45%|████▌     | 45/200 [00:00<00:00, 446.11file/s, 45 articles]
    assert re.search(rb"reading: .* \d+/200 \[\d\d:\d\d<[\d?:]+, +[\d.?]+file/s", seen)
    assert b"100 added" in seen
