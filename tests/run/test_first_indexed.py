# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests when the archive first had an article: the moment stays when file, text or index change."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer import moments
from indexer.engine.local.generations import CATALOG
from indexer.engine.local.store import LocalStore
from indexer.engine.local.whoosh_engine import WhooshEngine
from indexer.operating.verify import verify
from indexer.reindex import reindex
from indexer.run.options import Options
from indexer.search.archive import Archive
from indexer.search.query.request import SearchRequest
from tests.conftest import ROOT, Build

DAY = 86_400
T = 1_700_000_000
"""A moment at which a first run begins."""


class Runs:
    """Runs over one folder of files, each at a given moment."""

    def __init__(self, folder: Path, engine: WhooshEngine) -> None:
        self.news = folder / "news"
        self.news.mkdir(parents=True)
        self.store = LocalStore(folder / "index", engine=engine)
        self.folder = self.store.folder

    def write(self, name: str, *titles: str, **others: object) -> Path:
        """Writes a file of articles; an article is identified by its headline."""
        path = self.news / name
        lines = [json.dumps({"id": one, "title": one, "body": f"تفاصيل {one} كاملة", **others}) for one in titles]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    def run(self, moment: int, *, rebuild: bool = False, keep: int = 3) -> None:
        options = Options(rebuild=rebuild, keep=keep, allow_shrink=True, clock=lambda: moment)
        reindex([self.news], self.store, options, lambda done, total: None)

    def known(self) -> dict[str, int | None]:
        """Returns when the archive first had each article, by headline; index and catalog must agree."""
        generation = self.folder.current()
        assert not verify(self.store, "", lambda done, total: None).problems
        results = Archive(self.store).search(SearchRequest(per_page=100, collapse=False))
        with closing(sqlite3.connect(generation.folder / CATALOG)) as catalog:
            kept = dict(catalog.execute("SELECT id, indexed_at FROM articles"))
        assert all(hit.article.indexed_at == kept[hit.article.id] for hit in results.hits)
        return {hit.article.title: hit.article.indexed_at for hit in results.hits}


@pytest.fixture
def runs(tmp_path: Path, engine: WhooshEngine) -> Runs:
    return Runs(tmp_path, engine)


def test_an_article_has_the_moment_of_the_run_that_added_it(runs: Runs) -> None:
    runs.write("a.jsonl", "جسر", "متحف")
    runs.run(T)
    runs.write("b.jsonl", "سوق")
    runs.run(T + DAY)
    runs.run(T + 2 * DAY)
    assert runs.known() == {"جسر": T, "متحف": T, "سوق": T + DAY}


def test_it_stays_when_the_text_changes(runs: Runs) -> None:
    runs.write("a.jsonl", "جسر", "متحف")
    runs.run(T)
    runs.write("a.jsonl", "جسر", "متحف", author="كاتب جديد")
    runs.run(T + DAY)
    assert runs.known() == {"جسر": T, "متحف": T}


@pytest.mark.parametrize("rebuild", [False, True])
def test_it_stays_when_the_article_moves_to_another_file(runs: Runs, *, rebuild: bool) -> None:
    runs.write("a.jsonl", "جسر", "متحف")
    runs.write("b.jsonl", "سوق")
    runs.run(T)
    runs.write("a.jsonl", "متحف")
    runs.write("c.jsonl", "جسر", "ميناء")
    (runs.news / "b.jsonl").rename(runs.news / "d.jsonl")
    runs.run(T + DAY, rebuild=rebuild)
    assert runs.known() == {"جسر": T, "متحف": T, "سوق": T, "ميناء": T + DAY}


def test_it_stays_when_the_whole_archive_moves(runs: Runs) -> None:
    runs.write("a.jsonl", "جسر")
    runs.run(T)
    elsewhere = runs.news.parent / "disk" / "news"
    elsewhere.parent.mkdir()
    runs.news = runs.news.rename(elsewhere)
    runs.run(T + DAY)
    assert runs.known() == {"جسر": T}


def test_it_stays_when_the_index_is_rebuilt(runs: Runs) -> None:
    runs.write("a.jsonl", "جسر")
    runs.run(T)
    runs.write("b.jsonl", "سوق")
    runs.run(T + DAY)
    runs.write("c.jsonl", "ميناء")
    runs.run(T + 2 * DAY, rebuild=True)
    runs.run(T + 3 * DAY, rebuild=True)
    assert runs.known() == {"جسر": T, "سوق": T + DAY, "ميناء": T + 2 * DAY}


def test_rebuilding_a_damaged_index_keeps_the_moments_that_can_be_read(runs: Runs) -> None:
    runs.write("a.jsonl", "جسر")
    runs.run(T)
    runs.write("b.jsonl", "سوق")
    runs.run(T + DAY)
    catalog = runs.folder.current().folder / CATALOG
    catalog.write_bytes(catalog.read_bytes()[:-100])
    runs.run(T + 2 * DAY, rebuild=True)
    # The previous generation is intact; what was added after it is no longer known.
    assert runs.known() == {"جسر": T, "سوق": T + 2 * DAY}


def test_moments_do_not_depend_on_the_file_that_names_the_current_generation(runs: Runs) -> None:
    runs.write("a.jsonl", "جسر")
    runs.run(T)
    (runs.folder.path / "CURRENT").write_bytes(b"\xff\xfe")
    runs.run(T + DAY, rebuild=True)
    assert runs.known() == {"جسر": T}


def test_it_stays_after_a_rollback(runs: Runs) -> None:
    runs.write("a.jsonl", "جسر")
    runs.run(T)
    runs.write("b.jsonl", "سوق")
    runs.run(T + DAY)
    runs.folder.switch("gen-000001")
    assert runs.known() == {"جسر": T}
    runs.run(T + 2 * DAY)
    assert runs.known() == {"جسر": T, "سوق": T + DAY}


@pytest.mark.parametrize("rebuild", [False, True])
@pytest.mark.parametrize("keep", [2, 5])
def test_an_article_removed_and_added_again_is_new(runs: Runs, keep: int, *, rebuild: bool) -> None:
    runs.write("a.jsonl", "جسر")
    gone = runs.write("b.jsonl", "سوق")
    runs.run(T, keep=keep)
    gone.unlink()
    runs.run(T + DAY, keep=keep)
    runs.write("b.jsonl", "سوق")
    runs.run(T + 2 * DAY, keep=keep, rebuild=rebuild)
    assert runs.known() == {"جسر": T, "سوق": T + 2 * DAY}


def test_a_duplicate_that_replaces_an_article_inherits_its_moment(runs: Runs) -> None:
    runs.write("a.jsonl", "جسر", fetched_at="2023-03-14T10:00:00Z")
    runs.run(T)
    runs.write("b.jsonl", "جسر", fetched_at="2023-03-15T10:00:00Z")
    runs.run(T + DAY)
    assert runs.known() == {"جسر": T}
    (runs.news / "a.jsonl").unlink()
    runs.run(T + 2 * DAY)
    assert runs.known() == {"جسر": T}
    # The time of fetching is stated by the duplicate's own file, which was not read again.
    (hit,) = Archive(runs.store).search(SearchRequest()).hits
    assert hit.article.fetched_at == moments.read("2023-03-15T10:00:00Z")


def test_merging_segments_keeps_the_moment_of_each_article(runs: Runs) -> None:
    wanted = {}
    for number in range(12):
        runs.write(f"{number}.jsonl", f"خبر {number}")
        runs.run(T + number * DAY)
        wanted[f"خبر {number}"] = T + number * DAY
    assert runs.known() == wanted


def test_an_old_catalog_without_moments_gives_its_build_time(runs: Runs) -> None:
    runs.write("a.jsonl", "جسر")
    runs.run(T)
    current = runs.folder.current()
    with closing(sqlite3.connect(current.folder / CATALOG)) as catalog:
        catalog.execute("ALTER TABLE articles DROP COLUMN indexed_at")
        catalog.execute("ALTER TABLE articles DROP COLUMN fetched_at")
        catalog.commit()
    forget_digests(current.folder / "manifest.json", format=3)
    runs.write("b.jsonl", "سوق")
    runs.run(T + DAY, rebuild=True)
    assert runs.known() == {"جسر": T, "سوق": T + DAY}


def test_an_invalid_catalog_is_skipped(runs: Runs) -> None:
    runs.write("a.jsonl", "جسر")
    runs.run(T)
    current = runs.folder.current()
    with closing(sqlite3.connect(current.folder / CATALOG)) as catalog:
        catalog.execute("DROP TABLE articles")
        catalog.commit()
    forget_digests(current.folder / "manifest.json")
    runs.run(T + DAY, rebuild=True)
    assert runs.known() == {"جسر": T + DAY}


def forget_digests(path: Path, **others: object) -> None:
    """Removes the digests from a manifest, so that every file counts as intact."""
    manifest = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**manifest, **others, "files": {}}), encoding="utf-8")


def test_runs_within_a_second_are_distinguished(runs: Runs) -> None:
    for number in range(3):
        runs.write(f"{number}.jsonl", f"خبر {number}")
        runs.run(T)
        assert runs.folder.current().manifest.built_at == moments.written(T + number)
    assert runs.known() == {f"خبر {number}": T + number for number in range(3)}


def test_a_clock_that_was_set_back_is_used(runs: Runs) -> None:
    runs.write("a.jsonl", "جسر")
    runs.run(T + 10 * DAY)
    runs.write("b.jsonl", "سوق")
    runs.run(T)
    assert runs.known() == {"جسر": T + 10 * DAY, "سوق": T}


STEPS = ("add", "move", "edit", "rebuild", "touch")


@settings(max_examples=8)
@given(steps=st.lists(st.tuples(st.integers(0, 3), st.sampled_from(STEPS)), max_size=4))
def test_an_article_keeps_its_moment_whatever_happens_to_its_file(
    tmp_path_factory: pytest.TempPathFactory, engine: WhooshEngine, steps: list[tuple[int, str]]
) -> None:
    runs = Runs(tmp_path_factory.mktemp("runs"), engine)
    places = {f"خبر {number}": runs.write(f"{number}.jsonl", f"خبر {number}") for number in range(4)}
    runs.run(T)
    wanted: dict[str, int | None] = dict.fromkeys(places, T)
    for step, (chosen, what) in enumerate(steps, 1):
        title = f"خبر {chosen}"
        if what == "add":
            added = f"خبر جديد {step}"
            places[added] = runs.write(f"new-{step}.jsonl", added)
            wanted[added] = T + step * DAY
        elif what == "move":
            places[title] = places[title].rename(runs.news / f"moved-{step}.jsonl")
        elif what == "edit":
            runs.write(places[title].name, title, author=f"كاتب {step}")
        elif what == "touch":
            os.utime(places[title], (T + step, T + step))
        runs.run(T + step * DAY, rebuild=what == "rebuild")
    assert runs.known() == wanted


def test_a_dry_run_over_an_index_reports_the_same_and_writes_nothing(runs: Runs, build: Build) -> None:
    runs.write("a.jsonl", "جسر")
    runs.run(T)
    runs.write("b.jsonl", "سوق")
    report = build(runs.folder.path, runs.news, dry_run=True)
    assert (report.added, report.articles) == (1, 2)
    assert runs.folder.names() == ["gen-000001"]


def test_the_sample_built_twice_keeps_the_first_moments(tmp_path: Path, engine: WhooshEngine) -> None:
    store = LocalStore(tmp_path / "index", engine=engine)
    for moment in (T, T + DAY):
        options = Options(rebuild=moment != T, clock=lambda moment=moment: moment)  # type: ignore[misc]  # binds the current value
        reindex([ROOT / "sample"], store, options, lambda done, total: None)
    hits = Archive(store).search(SearchRequest(per_page=100, collapse=False)).hits
    assert {hit.article.indexed_at for hit in hits} == {T}
