# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests the contract of `engine.store.Store` on every implementation, whatever it is made of.

To add an engine, add a row to ``STORES``.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer import moments
from indexer.arabic.analyser import Analyser, Word
from indexer.article import Article, article_id
from indexer.catalog.catalog import Catalog
from indexer.catalog.published import read_articles
from indexer.engine.local.store import LocalStore
from indexer.engine.local.whoosh_engine import WhooshEngine
from indexer.engine.memory.store import MemoryStore
from indexer.engine.store import Store
from indexer.errors import LockedError, NoIndexError, UsageError
from tests.contract import AT, ON_NODES, new_place, opensearch_store, publish, put, rows_of

T = AT
STORES: dict[str, Callable[[str, WhooshEngine, Analyser], Store]] = {
    "local": lambda place, engine, analyser: LocalStore(Path(place), engine=engine),
    "memory": lambda place, engine, analyser: MemoryStore(analyser),
    "opensearch": lambda place, engine, analyser: opensearch_store(place, analyser),
}
"""Makes a store of each engine at a place of `contract.new_place`."""


def store_of(name: str, request: pytest.FixtureRequest) -> Store:
    """Returns a new, empty store of that engine."""
    fixture, place = request.getfixturevalue, new_place(name, request)
    if name in ON_NODES:
        request.addfinalizer(lambda: fixture("nodes").remove_index(place))
    return STORES[name](place, fixture("engine"), fixture("analyser"))


@pytest.fixture(params=rows_of(STORES))
def store(request: pytest.FixtureRequest) -> Store:
    return store_of(request.param, request)


def made(name: str, title: str = "جسر") -> Article:
    return Article(article_id(name), f"{title} {name}", f"نص الخبر عن المدينة {name}", f"/{name}", indexed_at=T)


def titles(store: Store, name: str = "") -> set[str]:
    opened = store.open(name)
    listed = [article_id for article_id, _ in opened.searcher.listed(0, 100)]
    found = {one.title for one in opened.searcher.articles(listed).values()}
    assert opened.info.articles == opened.searcher.count() == len(found)
    assert {entry.id for entry in read_articles(store.catalog_file(name))} == set(listed)
    opened.close()
    return found


def test_before_the_first_publication(store: Store) -> None:
    questions = (store.identity, store.current_name, store.info, store.open, store.catalog_file, store.check)
    for ask in (*questions, store.analyser, lambda: list(store.damages())):
        if ask != store.analyser or not isinstance(store, MemoryStore):
            with pytest.raises(NoIndexError, match="fihrist index"):
                ask()
    assert (store.names(), store.last_report()) == ([], {})


def test_a_publication_becomes_current(store: Store) -> None:
    info = publish(store, [made("a"), made("b")])
    assert (info.name, info.articles, info.sources, info.cleaning) == ("gen-000001", 2, {"": 2}, "1")
    assert info.built_at == moments.written(T)
    assert info.bytes > 0
    assert info.files > 0
    assert store.info() == store.info("gen-000001") == store.check() == info
    assert info.analyser == store.analyser().fingerprint
    assert (store.current_name(), store.names()) == ("gen-000001", ["gen-000001"])
    assert titles(store) == {"جسر a", "جسر b"}
    assert list(store.damages()) == []
    assert str(store.address)


def test_each_publication_has_an_identity_of_its_own(store: Store) -> None:
    seen = []
    for name in ("a", "b"):
        publish(store, [made(name)])
        assert store.identity() == store.identity() == store.open().identity
        seen.append(store.identity())
    store.switch("gen-000001")
    seen.append(store.identity())
    assert len(set(seen)) == 3


def test_a_session_changes_what_was_published(store: Store) -> None:
    publish(store, [made("a"), made("b")])
    publish(store, [made("b", "سوق"), made("c")], [made("b").id])
    assert titles(store) == {"جسر a", "سوق b", "جسر c"}
    assert titles(store, "gen-000001") == {"جسر a", "جسر b"}


def test_a_rebuild_begins_empty(store: Store) -> None:
    publish(store, [made("a")])
    with store.locked():
        session = store.begin("test", rebuild=True)
        assert (session.base, session.base_catalog, session.first_catalog) == (None, None, None)
        session.close()
    publish(store, [made("b")], rebuild=True)
    assert titles(store) == {"جسر b"}


def test_changes_are_invisible_before_publication(store: Store) -> None:
    publish(store, [made("a")])
    before = store.catalog_file().read_bytes()
    with store.locked():
        session = store.begin("test")
        assert (session.changed, session.resumed) == (False, False)
        assert session.base == store.info()
        assert session.base_catalog == session.first_catalog == store.catalog_file()
        catalog = Catalog(session.first_catalog, session.own_catalog)
        put(session, catalog, [made("a").id], [made("b")])
        assert session.changed
        session.settle()
        assert session.find(made("a").id) is None
        assert session.find(made("b").id) == made("b")
        catalog.commit()
        assert session.own_catalog() == session.own_catalog() != store.catalog_file()
        session.finish()
        assert titles(store) == {"جسر a"}
        assert (store.names(), store.catalog_file().read_bytes()) == (["gen-000001"], before)
        catalog.close()
        own = session.own_catalog()
        session.close()
        assert not own.exists()
    assert titles(store) == {"جسر a"}
    assert store.catalog_file().read_bytes() == before
    publish(store, [made("c")])
    assert titles(store) == {"جسر a", "جسر c"}


@pytest.mark.parametrize("same", [True, False])
def test_a_session_continues_at_its_checkpoint(store: Store, same: bool) -> None:
    publish(store, [made("a")])
    with store.locked():
        session = store.begin("one purpose")
        catalog = Catalog(session.first_catalog, session.own_catalog)
        put(session, catalog, [], [made("b")])
        catalog.commit()
        session.checkpoint()
        put(session, catalog, [], [made("lost")])
        catalog.close()
        session.close()
    assert titles(store) == {"جسر a"}
    with store.locked():
        session = store.begin("one purpose" if same else "another")
        assert session.resumed == session.changed == same
        assert (session.find(made("b").id) is not None) == same
        assert session.find(made("lost").id) is None
        assert session.first_catalog
        assert {entry.id for entry in read_articles(session.first_catalog)} == (
            {made("a").id, made("b").id} if same else {made("a").id}
        )
        session.close()
    publish(store, [made("c")], purpose="one purpose")
    # A session with another purpose removes the checkpoint, and so does a publication.
    assert titles(store) == ({"جسر a", "جسر b", "جسر c"} if same else {"جسر a", "جسر c"})
    with store.locked():
        session = store.begin("one purpose")
        assert not session.resumed
        session.close()


def test_a_checkpoint_can_be_dropped(store: Store) -> None:
    with store.locked():
        session = store.begin("test")
        catalog = Catalog(session.first_catalog, session.own_catalog)
        put(session, catalog, [], [made("a")])
        catalog.commit()
        session.checkpoint()
        session.drop_checkpoint()
        catalog.close()
        session.close()
        session = store.begin("test")
        assert not session.resumed
        session.close()


def test_a_dry_session_changes_nothing(store: Store) -> None:
    publish(store, [made("a")])
    before = store.catalog_file().read_bytes()
    session = store.begin("test", dry_run=True)
    catalog = Catalog(session.first_catalog, session.own_catalog)
    put(session, catalog, [made("a").id], [made("b")])
    catalog.commit()
    session.settle()
    session.checkpoint()
    assert (session.changed, session.resumed, session.find(made("b").id), list(session.refused)) == (
        False, False, None, [],
    )  # fmt: skip
    assert catalog.count() == 1
    catalog.close()
    own = session.own_catalog()
    session.close()
    assert not own.exists()
    assert (titles(store), store.catalog_file().read_bytes()) == ({"جسر a"}, before)
    assert store.names() == ["gen-000001"]


def test_one_run_at_a_time(store: Store) -> None:
    with store.locked():
        with pytest.raises(LockedError, match="is indexing into"), store.locked():
            pass
        with pytest.raises(LockedError), store.locked():
            pass
    with store.locked():
        pass


def test_old_generations_are_removed_but_not_while_they_are_in_use(store: Store) -> None:
    for name in "abcd":
        publish(store, [made(name)])
    opened = store.open("gen-000001")
    with store.held("gen-000002") as info:
        assert info.name == "gen-000002"
        assert store.prune(2) == []
        assert store.prune(1, base="gen-000003") == ["gen-000003"]
    assert store.names() == ["gen-000001", "gen-000002", "gen-000004"]
    assert opened.searcher.count() == 1
    opened.close()
    assert store.prune(2, base="gen-000001") == ["gen-000002"]
    forgotten = store.open("gen-000001")
    assert store.prune(1) == []
    del forgotten
    gc.collect()
    assert store.prune(1) == ["gen-000001"]
    assert store.names() == ["gen-000004"]
    assert publish(store, [made("e")]).name == "gen-000005"


def test_a_dry_session_keeps_its_base(store: Store) -> None:
    publish(store, [made("a")])
    session = store.begin("test", dry_run=True)
    publish(store, [made("b")])
    assert store.prune(1) == []
    assert session.base_catalog
    assert [entry.id for entry in read_articles(session.base_catalog)] == [made("a").id]
    session.close()
    assert store.prune(1) == ["gen-000001"]


def test_another_generation_can_be_made_current(store: Store) -> None:
    publish(store, [made("a")])
    publish(store, [made("b")])
    store.switch("gen-000001")
    assert (store.current_name(), titles(store)) == ("gen-000001", {"جسر a"})
    assert publish(store, [made("c")]).name == "gen-000003"
    assert titles(store) == {"جسر a", "جسر c"}


@pytest.mark.parametrize("name", ["gen-000009", "../index", "gen-000001/..", "CURRENT", " "])
def test_a_generation_that_is_not_kept(store: Store, name: str) -> None:
    publish(store, [made("a")])
    for ask in (store.info, store.open, store.catalog_file, store.check, lambda name: list(store.damages(name))):
        with pytest.raises(UsageError, match="kept are: gen-000001"):
            ask(name)


def test_reports_are_kept_with_their_generation(store: Store) -> None:
    publish(store, [made("a")])
    assert store.last_report() == {}
    report = {"status": "ok", "added": 1, "skipped": ["ملف"]}
    store.keep_report("gen-000001", report)
    assert store.last_report() == report
    publish(store, [made("b")])
    assert store.last_report() == {}
    store.switch("gen-000001")
    assert store.last_report() == report


def test_an_article_that_the_program_fails_on_is_refused(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Analyser.words

    def words(analyser: Analyser, text: str) -> tuple[list[Word], list[tuple[int, Word]]]:
        if "fault" in text:
            raise ZeroDivisionError("of nothing")
        return real(analyser, text)

    with store.locked():
        session = store.begin("test")
        with monkeypatch.context() as patched:
            patched.setattr(Analyser, "words", words)
            session.apply([], [made("a"), made("fault"), made("b")])
            session.settle()
        (refused,) = session.refused
        assert (refused.id, refused.path) == (made("fault").id, "/fault")
        assert "of nothing" in refused.reason
        assert session.find(made("fault").id) is None
        assert session.find(made("b").id) == made("b")
        assert session.finish() == 2
        session.close()
