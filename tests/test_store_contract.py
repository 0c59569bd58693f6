"""The contract of a store: what every implementation of `engine.store.Store` must do, whatever it is made of.

To add an engine, add a row to ``STORES``.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer import moments
from indexer.arabic.analyser import Analyser, Word
from indexer.article import Article, article_id
from indexer.catalog.catalog import Catalog
from indexer.catalog.published import ArticleEntry, read_articles
from indexer.commands.cli import main
from indexer.engine import engines
from indexer.engine.engines import is_folder, store_at
from indexer.engine.local.store import LocalStore
from indexer.engine.local.whoosh_engine import WhooshEngine
from indexer.engine.memory.store import MemoryStore
from indexer.engine.store import GenerationInfo, Session, Store
from indexer.errors import LockedError, NoIndexError, UsageError
from indexer.operating.verify import verify
from indexer.reindex import reindex
from indexer.run.options import Options
from indexer.run.report import Report
from indexer.search.archive import Archive
from indexer.search.query.request import SearchRequest
from tests.test_cli import Streams, fihrist

T = 1_700_000_000
STORES = ("local", "memory")

Make = Callable[[Path], Store]


def made_by(name: str, engine: WhooshEngine, analyser: Analyser) -> Make:
    if name == "local":
        return lambda folder: LocalStore(folder / "index", engine=engine)
    return lambda folder: MemoryStore(analyser)


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path, engine: WhooshEngine, analyser: Analyser) -> Store:
    return made_by(request.param, engine, analyser)(tmp_path)


def made(name: str, title: str = "جسر") -> Article:
    return Article(article_id(name), f"{title} {name}", f"نص الخبر عن المدينة {name}", f"/{name}", indexed_at=T)


def put(session: Session, catalog: Catalog, deleted: Iterable[str], added: Iterable[Article]) -> None:
    """Change index and catalog."""
    deleted, added = list(deleted), list(added)
    session.apply(deleted, added)
    catalog.drop_articles(deleted)
    catalog.put_articles(ArticleEntry(one.id, one.path, one.source, *one.digests(), "", None, T) for one in added)


def publish(
    store: Store, added: Iterable[Article], deleted: Iterable[str] = (), purpose: str = "test", *, rebuild: bool = False
) -> GenerationInfo:
    """A run that changes these articles."""
    with store.locked():
        session = store.begin(purpose, rebuild=rebuild)
        catalog = Catalog(session.first_catalog, session.own_catalog)
        try:
            put(session, catalog, deleted, added)
            sources = catalog.sources()
            catalog.commit()
            catalog.close()
            assert session.finish() == sum(sources.values())
            return session.publish("1", sources, T)
        finally:
            session.close()


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


def test_what_was_published_is_current(store: Store) -> None:
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


def test_a_rebuild_begins_with_nothing(store: Store) -> None:
    publish(store, [made("a")])
    with store.locked():
        session = store.begin("test", rebuild=True)
        assert (session.base, session.base_catalog, session.first_catalog) == (None, None, None)
        session.close()
    publish(store, [made("b")], rebuild=True)
    assert titles(store) == {"جسر b"}


def test_nothing_is_seen_before_it_is_published(store: Store) -> None:
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
    # A session with another purpose removes the checkpoint, and so does publishing.
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


def test_old_generations_are_removed_but_not_while_they_are_read(store: Store) -> None:
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


def test_another_generation_is_made_current(store: Store) -> None:
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


def run(store: Store, news: Path, **options: bool | int) -> Report:
    chosen = Options(batch=2, clock=lambda: T, **options)  # type: ignore[arg-type]  # each option has its own type
    return reindex([news], store, chosen, lambda done, total: None)


def write(news: Path, name: str, title: str) -> None:
    news.mkdir(exist_ok=True)
    (news / name).write_text(json.dumps({"title": title, "body": f"نص طويل عن {title} في المدينة"}) + "\n")


def test_runs_keep_any_store_as_the_archive_is(store: Store, tmp_path: Path) -> None:
    news = tmp_path / "news"
    for number in range(5):
        write(news, f"{number}.jsonl", f"خبر رقم {number}")
    write(news, "twin.jsonl", "خبر رقم 1")
    report = run(store, news)
    assert (report.added, report.duplicates, report.generation) == (5, 1, "gen-000001")
    assert run(store, news).generation == ""
    (news / "0.jsonl").unlink()
    (news / "1.jsonl").unlink()
    write(news, "2.jsonl", "خبر آخر")
    dry = run(store, news, dry_run=True)
    assert (dry.added, dry.changed, dry.deleted) == (1, 1, 2)
    assert store.names() == ["gen-000001"]
    report = run(store, news)
    assert (report.added, report.changed, report.deleted, report.articles) == (1, 1, 2, 4)
    assert titles(store) == {"خبر رقم 1", "خبر آخر", "خبر رقم 3", "خبر رقم 4"}
    assert verify(store, "", lambda done, total: None).problems == ()
    results = Archive(store).search(SearchRequest(q="خبر آخر"))
    assert (results.hits[0].article.title, results.index.generation) == ("خبر آخر", "gen-000002")
    assert store.last_report()["changed"] == 1


class Killed(BaseException):
    """Stands for the process being killed."""


def test_a_run_that_was_killed_is_continued(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    news = tmp_path / "news"
    for number in range(9):
        write(news, f"{number}.jsonl", f"خبر رقم {number}")
    monkeypatch.setattr("indexer.run.staging._FIRST_CHECKPOINT", 0)
    monkeypatch.setattr("indexer.run.staging._CHECKPOINT_SHARE", 0)
    applied = 0

    def progress(done: int, total: int) -> None:
        nonlocal applied
        applied = done
        if done == 7:
            raise Killed

    options = Options(batch=2, clock=lambda: T)
    with pytest.raises(Killed):
        reindex([news], store, options, progress)
    assert (applied, store.names()) == (7, [])
    report = run(store, news)
    assert (report.resumed, report.added, len(titles(store))) == (True, 9, 9)
    assert report.files_unchanged >= 4
    assert verify(store, "", lambda done, total: None).problems == ()


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.sampled_from("abc"), st.sampled_from(["جسر", "سوق", "نهر"])),
        st.tuples(st.just("delete"), st.sampled_from("abc"), st.just("")),
        st.tuples(st.just("run"), st.just(""), st.just("")),
        st.tuples(st.just("rebuild"), st.just(""), st.just("")),
        st.tuples(st.just("back"), st.just(""), st.just("")),
    ),
    max_size=12,
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_all_stores_do_the_same(
    tmp_path_factory: pytest.TempPathFactory, engine: WhooshEngine, analyser: Analyser, steps: list[tuple[str, ...]]
) -> None:
    folder = tmp_path_factory.mktemp("same")
    stores = [made_by(name, engine, analyser)(folder) for name in STORES]
    news = folder / "news"
    write(news, "0.jsonl", "بداية")

    def outcome(store: Store, step: str) -> object:
        if step == "back":
            if len(store.names()) < 2:
                return None
            store.switch(store.names()[0])
        else:
            run(store, news, allow_shrink=True, rebuild=step == "rebuild")
        assert verify(store, "", lambda done, total: None).problems == ()
        return store.current_name(), store.names(), titles(store), store.info().sources

    for step, name, title in [*steps, ("run", "", "")]:
        if step == "write":
            write(news, f"{name}.jsonl", title)
        elif step == "delete":
            (news / f"{name}.jsonl").unlink(missing_ok=True)
        else:
            first, *others = [outcome(store, step) for store in stores]
            assert others == [first] * len(others)


@pytest.fixture
def address(analyser: Analyser, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(engines, "_in_memory", {"memory://test": MemoryStore(analyser, "memory://test")})
    return "memory://test"


def test_every_command_takes_an_address(address: str, tmp_path: Path, capsys: Streams) -> None:
    news = tmp_path / "news"
    write(news, "a.jsonl", "افتتاح الجسر")
    code, _, err = fihrist(capsys, "search", "جسر", "--index", address)
    assert (code, f"there is no index in {address} yet" in err) == (1, True)
    assert fihrist(capsys, "index", str(news), "--index", address)[0] == 0
    write(news, "b.jsonl", "سوق المدينة")
    assert fihrist(capsys, "index", str(news), "--index", address)[0] == 0
    code, out, _ = fihrist(capsys, "search", "سوق", "--index", address)
    assert (code, "سوق" in out) == (0, True)
    assert fihrist(capsys, "verify", "--index", address)[0] == 0
    assert fihrist(capsys, "clean", str(news / "a.jsonl"), "--index", address)[0] == 0
    assert fihrist(capsys, "analyze", "وللقوات", "--index", address)[0] == 0
    assert fihrist(capsys, "export", "--index", address)[1].count("\n") == 2
    code, out, _ = fihrist(capsys, "stats", "--index", address, "--json")
    assert (json.loads(out)["index"], json.loads(out)["articles"]) == (address, 2)
    code, out, _ = fihrist(capsys, "rollback", "--index", address, "--json")
    assert (code, json.loads(out)["generation"]) == (0, "gen-000001")
    assert fihrist(capsys, "search", "سوق", "--index", address)[1] == ""


@pytest.mark.parametrize("address", ["opensearchs://host:9200/news", "HTTP://host/x", "x-y+1.0://", "folder://a"])
def test_an_address_that_no_engine_serves(address: str, capsys: Streams) -> None:
    with pytest.raises(UsageError, match=r"no engine of this program serves .*name the folder .*memory://"):
        store_at(address)
    code, _, err = fihrist(capsys, "search", "x", "--index", address)
    assert (code, err.count("\n")) == (2, 1)
    assert not is_folder(address)


@pytest.mark.parametrize("address", ["index", "/srv/my index", "a:b", "C:/index", "://x", "", "1://x"])
def test_all_else_is_a_folder(address: str) -> None:
    assert is_folder(address)
    assert store_at(address).address == str(Path(address))


def test_an_engine_that_is_not_installed_is_named_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(address: str, jobs: int) -> Store:
        raise ModuleNotFoundError("No module named 'far'", name="far")

    monkeypatch.setitem(engines._OPENERS, "far", missing)
    with pytest.raises(UsageError, match=r"far is missing.*pip install 'fihrist\[far\]'") as refused:
        store_at("far://host/news")
    assert refused.value.exit_code == 2
    assert main(["verify", "--index", "far://host/news"]) == 2
