# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests exact duplicates: the same article at two paths is one article, which stays as long as one of its files."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from indexer.article import article_id
from indexer.catalog.catalog import Catalog
from indexer.catalog.published import ArticleEntry
from indexer.engine.engines import store_at
from indexer.engine.local.generations import CATALOG, IndexFolder
from indexer.engine.local.whoosh_engine import WhooshEngine
from indexer.operating.verify import verify
from indexer.search.archive import Archive
from indexer.search.query.request import SearchRequest
from tests.conftest import Build

PAGE = "افتتاح جسر السنابل\n\nافتتح المحافظ اليوم الجسر الجديد على النهر بعد أعمال استمرت سنتين كاملتين في المدينة.\n"
OTHER = PAGE.replace("المحافظ", "الوزير")


@pytest.fixture
def news(tmp_path: Path) -> Path:
    folder = tmp_path / "news" / "sahil"
    folder.mkdir(parents=True)
    for name in ("a", "b", "c"):
        (folder / f"{name}.txt").write_text(PAGE, encoding="utf-8")
    (folder / "other.txt").write_text(OTHER, encoding="utf-8")
    return folder.parent


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


def state(index: Path, engine: WhooshEngine) -> tuple[list[str], list[str]]:
    """Returns the names of the files of indexed articles, and the names of the files of their duplicates."""
    generation = IndexFolder(index).current()
    assert verify(store_at(index), "", lambda done, total: None).problems == ()
    found = Archive(index).search(SearchRequest(collapse=False, per_page=100))
    shown = [hit.article for hit in found.hits]
    catalog = Catalog(generation.folder / CATALOG)
    twins: list[ArticleEntry] = [twin for article in shown for twin in catalog.twins_of(article.id)]
    assert catalog.count() == len(shown)
    assert catalog.count_twins() == len(twins)
    catalog.close()
    names = ([Path(article.path).stem for article in shown], [Path(twin.path).stem for twin in twins])
    return sorted(names[0]), sorted(names[1])


def test_the_same_article_at_three_paths_is_one(news: Path, index: Path, build: Build, engine: WhooshEngine) -> None:
    report = build(index, news)
    assert (report.articles, report.added, report.duplicates) == (2, 2, 2)
    assert state(index, engine) == (["a", "other"], ["b", "c"])
    assert build(index, news).generation == "", "nothing is new"


def test_a_duplicate_replaces_a_deleted_article(news: Path, index: Path, build: Build, engine: WhooshEngine) -> None:
    build(index, news)
    (news / "sahil" / "a.txt").unlink()
    build(index, news, allow_shrink=True)
    (left,) = {"b", "c"} & set(state(index, engine)[0])
    assert state(index, engine) == (sorted([left, "other"]), ["c" if left == "b" else "b"])
    (news / "sahil" / f"{left}.txt").unlink()
    build(index, news, allow_shrink=True)
    assert state(index, engine) == (sorted(["c" if left == "b" else "b", "other"]), [])


def test_all_files_vanish_together(news: Path, index: Path, build: Build, engine: WhooshEngine) -> None:
    build(index, news)
    for name in "abc":
        (news / "sahil" / f"{name}.txt").unlink()
    build(index, news, allow_shrink=True)
    assert state(index, engine) == (["other"], [])


def test_a_changed_duplicate_is_an_article(news: Path, index: Path, build: Build, engine: WhooshEngine) -> None:
    build(index, news)
    (news / "sahil" / "b.txt").write_text(PAGE.replace("سنتين", "ثلاث سنوات"), encoding="utf-8")
    build(index, news)
    assert state(index, engine) == (["a", "b", "other"], ["c"])
    (news / "sahil" / "b.txt").write_text(OTHER, encoding="utf-8")
    build(index, news, allow_shrink=True)
    assert state(index, engine) == (["a", "other"], ["b", "c"])


def test_all_files_change_at_once(news: Path, index: Path, build: Build, engine: WhooshEngine) -> None:
    build(index, news)
    for name in "abc":
        (news / "sahil" / f"{name}.txt").write_text(PAGE.replace("سنتين", f"{ord(name)} سنة"), encoding="utf-8")
    build(index, news)
    assert state(index, engine) == (["a", "b", "c", "other"], [])
    for name in "abc":
        (news / "sahil" / f"{name}.txt").write_text(PAGE, encoding="utf-8")
    build(index, news, allow_shrink=True)
    assert len(state(index, engine)[1]) == 2


def test_a_later_duplicate_is_remembered(news: Path, index: Path, build: Build, engine: WhooshEngine) -> None:
    build(index, news)
    shutil.copy(news / "sahil" / "other.txt", news / "sahil" / "later.txt")
    report = build(index, news)
    assert (report.added, report.duplicates, bool(report.generation)) == (0, 3, True)
    assert state(index, engine) == (["a", "other"], ["b", "c", "later"])
    assert build(index, news).generation == ""


def test_an_archive_that_moved_keeps_its_articles(news: Path, index: Path, build: Build, engine: WhooshEngine) -> None:
    build(index, news)
    moved = news.parent / "elsewhere" / "news"
    moved.parent.mkdir()
    news.rename(moved)
    build(index, moved)
    shown, twins = state(index, engine)
    assert len(shown) == 2
    assert len(twins) == 2


def test_finding_duplicates_takes_no_longer_in_a_large_archive() -> None:
    times = []
    for size in (200, 20_000):
        catalog = Catalog(None)
        catalog.put_articles(ArticleEntry(article_id(str(n)), "/", "", "", str(n)) for n in range(size))
        start = time.thread_time()
        for n in range(100):
            assert catalog.twins_of(article_id(str(n))) == []
        times.append(time.thread_time() - start)
    # Comparing with every article would take a hundred times as long.
    assert times[1] < 20 * times[0] + 0.01
