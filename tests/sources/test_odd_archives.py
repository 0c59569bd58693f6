# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests archives that could stop a run, or that change during a run: every file is reported, and none stops the
others."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from indexer import scan, sources
from indexer.catalog import compare
from indexer.engine.local.generations import IndexFolder
from indexer.errors import LockedError, SourceError, UsageError
from tests.conftest import Build
from tests.run.test_reindex import PAGE, page


@pytest.fixture
def news(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    for name, title in (("bridge", "جسر السنابل الجديد"), ("museum", "متحف القوارب"), ("market", "سوق التمور الكبير")):
        page(folder, f"sahil/{name}.txt", title)
    return folder


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


def test_folders_nested_beyond_any_limit_are_named(news: Path, index: Path, build: Build) -> None:
    """The folders are deeper than Python's recursion limit, and the path is longer than the system allows."""
    here = os.open(news, os.O_RDONLY)
    for depth in range(2_100):
        if depth == 1_100:
            with open("deep.txt", "wb", opener=lambda name, flags: os.open(name, flags, 0o644, dir_fd=here)) as file:  # noqa: B023  # called within the same turn of the loop
                file.write(PAGE.format(title="خبر في عمق المجلدات").encode())
        os.mkdir("dd", dir_fd=here)
        deeper = os.open("dd", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = deeper
    os.close(here)
    report = build(index, news)
    assert report.articles == 4
    assert [skipped.reason for skipped in report.skipped] == [
        "the folder cannot be read: File name too long; its articles stay as they were"
    ]
    subprocess.run(["rm", "-r", news / "dd"], check=True)  # pytest's own clean-up cannot remove folders this deep


def test_a_file_above_the_limit_is_not_read_at_all(
    news: Path, index: Path, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (news / "huge.jsonl").open("wb") as file:
        file.truncate(1 << 40)  # a sparse file that would take an hour to read
    report = build(index, news, max_bytes=1 << 20)
    assert report.articles == 3
    assert [skipped.reason for skipped in report.skipped] == [
        f"holds {1 << 40} bytes, above the limit of {1 << 20}, which FIHRIST_MAX_FILE_MB sets"
    ]


@pytest.mark.parametrize("becomes", ["pipe", "more", "nothing"])
def test_a_file_that_becomes_something_else_is_skipped(
    news: Path, index: Path, build: Build, monkeypatch: pytest.MonkeyPatch, becomes: str
) -> None:
    build(index, news)
    path = news / "sahil/bridge.txt"
    real = compare.compare

    def compared(*arguments: Any) -> compare.Changes:
        result = real(*arguments)
        path.unlink()
        if becomes == "pipe":
            os.mkfifo(path)
        elif becomes == "more":
            path.write_text("خبر يكتب الآن " * 9, encoding="utf-8")
        return result

    page(news, "sahil/bridge.txt", "خبر آخر")
    monkeypatch.setattr(compare, "compare", compared)
    report = build(index, news)
    reasons = {"pipe": "not a regular file", "more": scan.MOVED, "nothing": "No such file or directory"}
    assert [skipped.reason for skipped in report.skipped] == [reasons[becomes]]
    assert (report.exit_code, report.deleted, report.generation) == (3, 0, "")


def test_a_file_replaced_by_a_pipe_does_not_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file may be replaced after it was looked at and before it is opened."""
    os.mkfifo(tmp_path / "a.txt")
    (tmp_path / "b.txt").touch()
    regular = os.stat(tmp_path / "b.txt")
    monkeypatch.setattr("indexer.sources.files.os.stat", lambda path: regular)
    with pytest.raises(SourceError, match="not a regular file"):
        sources.open_regular(tmp_path / "a.txt")


def test_an_index_is_refused_as_an_archive(news: Path, index: Path, build: Build) -> None:
    build(index, news)
    for path in (index, index / "gen-000001"):
        with pytest.raises(UsageError, match="is of the index; name a folder of articles"):
            build(index, path)


def test_an_archive_is_scanned_while_no_other_run_can_publish(
    news: Path, index: Path, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise articles of new files that another run has just published would look deleted."""
    real = compare.compare

    def compared(*arguments: Any) -> compare.Changes:
        with pytest.raises(LockedError), IndexFolder(index).locked():
            pass
        return real(*arguments)

    monkeypatch.setattr(compare, "compare", compared)
    assert build(index, news).added == 3


def test_a_dry_run_keeps_its_base_generation(
    news: Path, index: Path, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dry run takes no lock: another run publishes meanwhile and would remove the generation."""
    build(index, news)
    page(news, "sahil/new.txt", "خبر جديد")
    real, publish = sources.read, iter((True,))

    def read(path: Path, **options: Any) -> Any:
        if next(publish, False):
            build(index, news, keep=1)
        return real(path, **options)

    monkeypatch.setattr(sources, "read", read)
    report = build(index, news, dry_run=True)
    assert (report.added, report.unchanged, report.exit_code) == (1, 3, 0)
    assert IndexFolder(index).names() == ["gen-000001", "gen-000002"]
