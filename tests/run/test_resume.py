# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that a run which was killed in the middle is continued, unless it must begin anew."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from indexer import scan, sources
from indexer.engine.local.generations import IndexFolder
from indexer.engine.local.writing.writer import WhooshWriter
from indexer.run import staging
from indexer.search.archive import Archive
from indexer.search.query.request import SearchRequest
from indexer.sources import Item
from tests.conftest import Build

FILES, BATCH, BEFORE = 30, 5, 10


class Killed(BaseException):
    """Stands for kill -9: no clean-up runs after it."""


def write(folder: Path, numbers: range, text: str = "نص") -> None:
    folder.mkdir(exist_ok=True)
    for number in numbers:
        lines = f'{{"title": "خبر رقم {number}", "body": "{text} الخبر عن المدينة رقم {number}"}}\n'
        (folder / f"{number:03}.jsonl").write_text(lines, encoding="utf-8")


@pytest.fixture
def news(tmp_path: Path) -> Path:
    write(tmp_path / "news", range(FILES))
    return tmp_path / "news"


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture(autouse=True)
def _checkpoint_after_each_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "_CHECKPOINT_SHARE", 0)
    monkeypatch.setattr(staging, "_FIRST_CHECKPOINT", 0)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Returns the names of the files that were read."""
    names: list[str] = []
    real = sources.read

    def noted(path: Path, **options: Any) -> Iterator[Item]:
        names.append(path.name)
        return real(path, **options)

    monkeypatch.setattr(sources, "read", noted)
    return names


def kill(run: Callable[[], object], after: int) -> None:
    """Runs ``run`` and kills it in its batch number ``after``, counted from 1; no clean-up runs."""
    real = WhooshWriter.apply
    calls = 0

    def apply(writer: WhooshWriter, *args: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == after:
            real(writer, *args)  # on disk, but in no checkpoint
            raise Killed
        real(writer, *args)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(WhooshWriter, "apply", apply)
        patched.setattr(staging.Staging, "close", lambda self: self.catalog.close())
        with pytest.raises(Killed):
            run()


def whole(index: Path, articles: int) -> None:
    IndexFolder(index).current().check()
    results = Archive(index).search(SearchRequest(q="المدينة", per_page=100))
    assert results.total == results.index.articles == articles
    assert len({hit.article.id for hit in results.hits}) == articles
    assert not (index / "checkpoint").exists()
    assert not (index / "staging").exists()


@pytest.mark.parametrize("killed_in", [2, 4, 6])
def test_a_killed_run_is_continued(news: Path, index: Path, build: Build, read: list[str], killed_in: int) -> None:
    kill(lambda: build(index, news, batch=BATCH), killed_in)
    assert not (index / "CURRENT").exists()
    read.clear()
    report = build(index, news, batch=BATCH)
    done = BATCH * (killed_in - 1)
    # The last file of a batch is read again: the batch was full before its file was noted.
    assert done - 1 <= FILES - len(read) <= done
    assert report.resumed
    assert (report.added, report.articles) == (FILES, FILES)
    whole(index, FILES)


def test_articles_were_first_indexed_by_the_run_that_wrote_them(news: Path, index: Path, build: Build) -> None:
    kill(lambda: build(index, news, batch=BATCH, clock=lambda: 1_000), 4)
    write(news, range(1), "كلام")
    assert build(index, news, batch=BATCH, clock=lambda: 2_000).resumed
    moments = {
        hit.article.title: hit.article.indexed_at for hit in Archive(index).search(SearchRequest(per_page=100)).hits
    }
    done = BATCH * 3
    assert [moments[f"خبر رقم {number}"] for number in range(FILES)] == [1_000] * done + [2_000] * (FILES - done)


def test_changes_since_the_killed_run_are_noticed(news: Path, index: Path, build: Build) -> None:
    build(index, news)
    write(news, range(FILES, 2 * FILES))
    kill(lambda: build(index, news, batch=BATCH), 4)
    (news / "031.jsonl").unlink()
    write(news, range(32, 33), "كلام")
    write(news, range(80, 81))
    report = build(index, news, batch=BATCH)
    assert report.resumed
    assert (report.added, report.changed, report.deleted, report.unchanged) == (FILES, 0, 0, FILES)
    whole(index, 2 * FILES)
    assert Archive(index).search(SearchRequest(q='"كلام الخبر"')).total == 1


def test_a_moved_archive_is_resumed_without_duplicates(news: Path, index: Path, tmp_path: Path, build: Build) -> None:
    build(index, news)
    (tmp_path / "elsewhere").mkdir()
    moved = news.rename(tmp_path / "elsewhere" / "news")
    kill(lambda: build(index, moved, batch=BATCH), 3)
    report = build(index, moved, batch=BATCH)
    assert report.resumed
    assert (report.added, report.deleted, report.articles) == (0, 0, FILES)
    whole(index, FILES)
    results = Archive(index).search(SearchRequest(per_page=100))
    assert {Path(hit.article.path).parent for hit in results.hits} == {moved}
    with closing(sqlite3.connect(IndexFolder(index).current().folder / "catalog.sqlite")) as catalog:
        assert catalog.execute("SELECT count(*) FROM files").fetchone() == (FILES,)


def test_a_resumed_run_without_files_to_read_publishes(news: Path, index: Path, build: Build) -> None:
    kill(lambda: build(index, news, batch=FILES + 1), 1)
    assert not (index / "checkpoint").exists()
    kill(lambda: build(index, news, batch=FILES - 1), 2)
    (news / f"{FILES - 1:03}.jsonl").unlink()
    assert build(index, news, batch=FILES - 1).resumed
    whole(index, FILES - 1)


@pytest.mark.parametrize("change", ["base", "paths", "size", "rebuild", "reading"])
def test_a_run_with_another_purpose_begins_anew(
    news: Path, index: Path, tmp_path: Path, build: Build, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    write(tmp_path / "other", range(90, 90 + BEFORE))
    build(index, tmp_path / "other")
    kill(lambda: build(index, news, batch=BATCH), 3)
    if change == "base":
        kept = (index / "checkpoint").rename(tmp_path / "checkpoint")
        write(tmp_path / "other", range(100, 101))
        build(index, tmp_path / "other")
        kept.rename(index / "checkpoint")
    if change == "reading":
        monkeypatch.setattr("indexer.run.options.READING_VERSION", "other")
    paths = [tmp_path / "other", news] if change == "paths" else [news]
    options: dict[str, dict[str, Any]] = {"size": {"max_bytes": 1 << 20}, "rebuild": {"rebuild": True}}
    report = build(index, *paths, **options.get(change, {}))
    assert not report.resumed
    whole(index, FILES + {"base": BEFORE + 1, "rebuild": 0}.get(change, BEFORE))


@pytest.mark.parametrize("damage", ["flip", "manifest", "catalog", "lost", "half"])
def test_a_damaged_checkpoint_is_ignored(news: Path, index: Path, build: Build, damage: str) -> None:
    kill(lambda: build(index, news, batch=BATCH), 4)
    checkpoint = index / "checkpoint"
    victim = max(checkpoint.glob("*.idx"))
    if damage == "flip":
        content = bytearray(victim.read_bytes())
        content[len(content) // 2] ^= 1
        victim.write_bytes(content)
    elif damage == "manifest":
        (checkpoint / "manifest.json").write_text("{")
    elif damage == "catalog":
        (checkpoint / "catalog.sqlite").write_bytes(b"x" * 100)
    elif damage == "lost":
        victim.unlink()
    else:
        checkpoint.rename(index / "checkpoint.new")
    report = build(index, news, batch=BATCH)
    assert report.resumed == (damage == "half")
    whole(index, FILES)


def test_a_dry_run_leaves_the_checkpoint_alone(news: Path, index: Path, build: Build) -> None:
    kill(lambda: build(index, news, batch=BATCH), 4)
    before = json.loads((index / "checkpoint" / "manifest.json").read_text())
    assert build(index, news, dry_run=True).added == FILES
    assert json.loads((index / "checkpoint" / "manifest.json").read_text()) == before
    assert scan.printable(news) in before["generation"]
