# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that a dump moves an archive from any engine to any other: the same articles, answers, catalog and moments."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from indexer.arabic.analyser import Analyser
from indexer.catalog.catalog import TABLES
from indexer.catalog.published import read_articles
from indexer.engine.engines import store_at
from indexer.engine.local.searcher import WhooshSearcher
from indexer.engine.store import Session, Store
from indexer.errors import DamagedIndexError, IndexingError, LockedError, ShrinkError
from indexer.operating.dumps.importing import import_dump
from indexer.operating.dumps.layout import FORMAT
from indexer.operating.dumps.writing import write_dump
from indexer.operating.verify import verify
from indexer.reindex import reindex
from indexer.run import staging
from indexer.run.options import Options
from indexer.run.report import Report
from indexer.search.archive import Archive
from indexer.search.query.request import SearchRequest
from tests.contract import rows_of
from tests.engine.test_store_contract import STORES, store_of

QUERIES = ("جسر", "المدينة رقم 7", '"خبر رقم"', "source:sahil", "")
ARTICLES = 30


class Killed(BaseException):
    """Stands for kill -9."""


@pytest.fixture(params=rows_of(STORES))
def target(request: pytest.FixtureRequest) -> Store:
    """An empty store of each engine."""
    return store_of(request.param, request)


@pytest.fixture
def news(tmp_path: Path) -> Path:
    """Articles with dates, sources and repeated lines; one stands in two files, one file holds none."""
    for number in range(ARTICLES):
        folder = tmp_path / "news" / ("sahil" if number % 3 else "rafidain")
        folder.mkdir(parents=True, exist_ok=True)
        text = (
            f'{{"title": "خبر رقم {number} عن الجسر", "body": "نص الخبر عن المدينة رقم {number}\\nشارك الخبر", '
            f'"date": "2023-0{number % 9 + 1}-11", "fetched_at": "2024-01-02T03:04:{number:02}Z"}}\n'
        )
        (folder / f"{number}.jsonl").write_text(text, encoding="utf-8")
    (tmp_path / "news" / "sahil" / "again.jsonl").write_bytes((tmp_path / "news" / "sahil" / "1.jsonl").read_bytes())
    (tmp_path / "news" / "sahil" / "nothing.jsonl").write_text("{}\n")
    return tmp_path / "news"


def run(store: Store, news: Path, **options: Any) -> Report:
    return reindex([news], store, Options(**options), lambda done, total: None)


@pytest.fixture
def source(news: Path, tmp_path: Path) -> Store:
    """An index of ``news`` in a folder, whose articles were first indexed at two moments."""
    store = store_at(tmp_path / "source")
    late = news / "sahil" / "late.jsonl"
    run(store, news, clock=lambda: 1_700_000_000)
    late.write_text('{"title": "خبر متأخر", "body": "وصل الخبر إلى المدينة"}', encoding="utf-8")
    run(store, news, clock=lambda: 1_700_000_500)
    return store


def dumped(store: Store, name: str = "") -> bytes:
    stream = BytesIO()
    write_dump(store, name, stream, lambda done, total: None)
    return stream.getvalue()


def imported(store: Store, dump: bytes, **options: Any) -> Report:
    report = Report()
    import_dump(BytesIO(dump), store, Options(**options), lambda done, total: None, report)
    return report


def rows(store: Store, name: str = "") -> dict[str, list[tuple[Any, ...]]]:
    """All rows of the catalog, by table."""
    tables = ("files", "articles", "lines", "repeated")
    with closing(sqlite3.connect(store.catalog_file(name))) as catalog:
        return {table: sorted(catalog.execute(f"SELECT * FROM {table}")) for table in tables}


def answers(store: Store) -> list[Any]:
    archive = Archive(store)
    found = []
    for query in QUERIES:
        for collapse in (True, False):
            result = archive.search(SearchRequest(query, per_page=50, collapse=collapse))
            hits = sorted((hit.article.id, hit.cluster.size) for hit in result.hits)
            found.append((query, result.total, hits, result.facets))
    return found


def test_an_import_gives_the_archive_that_was_dumped(source: Store, target: Store, news: Path) -> None:
    report = imported(target, dumped(source))
    assert report.generation == target.current_name() == "gen-000001"
    assert (report.articles, report.duplicates, report.exit_code) == (ARTICLES + 1, 1, 0)
    assert rows(target) == rows(source)
    assert {entry.indexed_at for entry in read_articles(target.catalog_file())} == {1_700_000_000, 1_700_000_500}
    assert answers(target) == answers(source)
    assert verify(target, "", lambda done, total: None).problems == ()
    with closing(source.open()) as old, closing(target.open()) as new:
        ids = [article_id for article_id, _ in old.searcher.listed(0, 100)]
        assert new.searcher.articles(ids) == old.searcher.articles(ids)
    assert target.last_report()["articles"] == ARTICLES + 1
    assert target.info().cleaning == source.info().cleaning


def test_the_next_run_finds_the_files_unchanged_and_then_sees_changes(source: Store, target: Store, news: Path) -> None:
    imported(target, dumped(source))
    unchanged = run(target, news)
    assert (unchanged.generation, unchanged.files_read, unchanged.unchanged) == ("", 0, ARTICLES + 1)
    (news / "sahil" / "1.jsonl").unlink()  # its twin takes its place
    (news / "sahil" / "2.jsonl").write_text('{"title": "تغيّر", "body": "نص آخر عن السوق"}', encoding="utf-8")
    for store in (source, target):
        run(store, news)
    assert answers(target) == answers(source)


def test_an_archive_returns_to_a_folder(source: Store, target: Store, tmp_path: Path) -> None:
    imported(target, dumped(source))
    back = store_at(tmp_path / "back")
    imported(back, dumped(target))
    assert rows(back) == rows(source)
    assert answers(back) == answers(source)


def test_an_earlier_generation_can_be_dumped(source: Store, target: Store) -> None:
    imported(target, dumped(source, "gen-000001"))
    assert rows(target) == rows(source, "gen-000001")
    assert target.info().articles == ARTICLES


def test_a_generation_gives_the_same_bytes_each_time(source: Store) -> None:
    assert dumped(source) == dumped(source)


def test_an_import_replaces_the_index_and_the_guard_watches(source: Store, target: Store, news: Path) -> None:
    dump = dumped(source)
    many = news.parent / "many"
    many.mkdir()
    lines = "\n".join(f'{{"title": "سوق {n}", "body": "نص السوق رقم {n}"}}' for n in range(60))
    (many / "a.jsonl").write_text(lines, encoding="utf-8")
    run(target, many)
    before = answers(target)
    with pytest.raises(ShrinkError, match="29 of 60"):
        imported(target, dump)
    assert (target.current_name(), answers(target)) == ("gen-000001", before)
    report = imported(target, dump, allow_shrink=True)
    assert report.generation == "gen-000002"
    assert answers(target) == answers(source)
    with target.locked():
        target.switch("gen-000001")
    assert answers(target) == before


def test_an_import_needs_the_lock(source: Store, target: Store) -> None:
    dump = dumped(source)
    run_elsewhere = target.locked()
    with run_elsewhere, pytest.raises(LockedError):
        imported(target, dump)
    assert target.names() == []


def test_an_archive_without_articles_is_not_imported(target: Store, tmp_path: Path) -> None:
    empty, news = store_at(tmp_path / "empty"), tmp_path / "few"
    news.mkdir()
    (news / "a.jsonl").write_text('{"title": "سوق", "body": "نص السوق"}')
    run(empty, news)
    (news / "a.jsonl").unlink()
    run(empty, news, allow_shrink=True)
    assert empty.info().articles == 0
    with pytest.raises(IndexingError, match="holds no article"):
        imported(target, dumped(empty))


@pytest.fixture
def _checkpoint_after_each_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "_CHECKPOINT_SHARE", 0)
    monkeypatch.setattr(staging, "_FIRST_CHECKPOINT", 0)


@pytest.mark.usefixtures("_checkpoint_after_each_batch")
def test_an_import_that_was_killed_continues(source: Store, target: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    dump = dumped(source)
    applied: list[int] = []
    begin = target.begin

    def begun(purpose: str, **options: bool) -> Session:
        session = begin(purpose, **options)
        apply = session.apply

        def noted(deleted: Any, added: Any) -> None:
            if len(applied) == 3:
                raise Killed
            applied.append(len(added))
            apply(deleted, added)

        monkeypatch.setattr(session, "apply", noted)
        return session

    monkeypatch.setattr(target, "begin", begun)
    with pytest.raises(Killed):
        imported(target, dump, batch=5)
    assert target.names() == []
    applied = [0] * 4
    report = imported(target, dump, batch=5)
    assert report.resumed
    assert sum(applied) == ARTICLES + 1 - 15
    assert rows(target) == rows(source)
    assert answers(target) == answers(source)


@pytest.mark.usefixtures("_checkpoint_after_each_batch")
def test_another_dump_does_not_continue_it(source: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = store_at(tmp_path / "target")
    with monkeypatch.context() as patched:
        patched.setattr(staging.Staging, "finish", _full)
        with pytest.raises(IndexingError, match="disk"):
            imported(target, dumped(source), batch=5)
    report = imported(target, dumped(source, "gen-000001"), batch=5)
    assert not report.resumed
    assert rows(target) == rows(source, "gen-000001")


def _full(staged: object, articles: int) -> bool:
    raise OSError(28, "the disk is full")


def test_articles_that_the_engine_refuses_are_read_again_from_their_files(
    source: Store, tmp_path: Path, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, dump = store_at(tmp_path / "target"), dumped(source)
    real = Analyser.words

    def words(analyser: Analyser, text: str) -> Any:
        if "متأخر" in text:
            raise ZeroDivisionError("of nothing")
        return real(analyser, text)

    with monkeypatch.context() as patched:
        patched.setattr(Analyser, "words", words)
        report = imported(target, dump)
    assert (report.articles, report.exit_code) == (ARTICLES, 3)
    assert "of nothing" in str(report.skipped[0])
    again = run(target, news)
    assert (again.added, again.files_read) == (1, 1)
    assert answers(target) == answers(source)


def test_a_dump_of_a_damaged_index_is_an_error(source: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    real = WhooshSearcher.articles

    def other(searcher: WhooshSearcher, ids: Any) -> Any:
        return {id_: replace(one, body=f"{one.body}.") for id_, one in real(searcher, ids).items()}

    monkeypatch.setattr(WhooshSearcher, "articles", other)
    with pytest.raises(DamagedIndexError, match="fihrist verify"):
        dumped(source)


def test_the_tables_of_a_catalog_belong_to_the_format_of_dumps() -> None:
    """Whoever changes the tables must raise `layout.FORMAT`, and this."""
    assert (FORMAT, sha256(TABLES.encode()).hexdigest()[:8]) == (1, "65cb8423")
