# SPDX-License-Identifier: GPL-3.0-or-later
"""The articles that the contract tests of engines use, and how each engine is made.

To add an engine, add a row to ``ENGINES``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet

from indexer.arabic.analyser import Analyser
from indexer.article import Article, Published, article_id
from indexer.catalog.catalog import Catalog
from indexer.catalog.published import ArticleEntry
from indexer.columns import ChosenNames
from indexer.engine.base import Searcher
from indexer.engine.local.whoosh_engine import WhooshEngine
from indexer.engine.memory.searcher import MemorySearcher
from indexer.engine.queries import (
    AnyOf,
    Filters,
    Query,
    TermQuery,
)
from indexer.engine.questions import (
    ResultPage,
)
from indexer.engine.store import GenerationInfo, OpenGeneration, Session, Store
from tests.asking import paths
from tests.opensearch.nodes import RunningCluster

FLOOD = (
    "أعلنت وزارة الموارد المائية ارتفاع منسوب نهر دجلة بعد أمطار غزيرة استمرت أربعة أيام في شمال البلاد "
    "وطلبت من سكان القرى القريبة من الضفاف إخلاء منازلهم قبل حلول الليل خشية وقوع فيضان"
)
MARKET = "اشترى التجار التمور من سوق المدينة القديمة. وقالت الحكومة إن الأسعار ارتفعت في السوق."
AT = 1_700_000_000


def made(
    name: str,
    title: str,
    body: str,
    published: str = "",
    source: str = "",
    category: str = "",
    author: str = "",
    fetched: int | None = None,
    indexed: int | None = None,
    own: tuple[tuple[str, str], ...] = (),
    authors: tuple[str, ...] | None = None,
    url: str = "",
) -> Article:
    return Article(
        id=article_id(name), title=title, body=body, path=f"/{name}", source=source, category=category, author=author,
        published=Published(published) if published else None, fetched_at=fetched, indexed_at=indexed, own=own, url=url,
        authors=authors,
    )  # fmt: skip


ARTICLES = (
    made("flood", "فيضان نهر دجلة", FLOOD, "2023-05-14", "الرافدين", "محليات", "ليلى حداد", AT, AT + 9),
    made("flood copy", "ارتفاع منسوب دجلة", FLOOD, "2023-05-14T10:00", "النيل", "أخبار", "سامي وليلى", AT + 1, AT + 8,
         authors=("سامي نور", "ليلى حداد")),
    made("flood again", "تحذير من فيضان", FLOOD, "2023-05-15", "ساحل", "محليات", "", AT + 2, AT + 7),
    made("market", "أسعار التمور في السوق", MARKET, "2024-01-02T08:30+03:00", "الرافدين", "اقتصاد", "سامي نور", AT + 5),
    made("month", "موسم التمور", "بدأ موسم التمور في المدينة.", "2023-05", "النيل", "اقتصاد", "", None, AT),
    made("year", "كتاب عن المدينة", "صدر كتاب عن تاريخ المدينة.", "2022", "ساحل", own=(("topic", "ثقافة"),)),
    made("undated", "افتتاح الجسر الجديد", "افتتح المحافظ الجسر الجديد على النهر.", "", "ساحل", "محليات"),
    made("bridge", "إغلاق جسر السنابل", "أغلقت البلدية جسر السنابل للصيانة. الجسر قديم.", "2022-11-30", "النيل"),
    made("gates", "بيل غيتس في القاهرة", "زار غيتس القاهرة والتقى الرئيس.", "2021-03-01", "الرافدين"),
    made("jits", "جيتس يتبرع", "أعلن جيتس عن تبرع جديد للقاهرة.", "2021-03-02", "النيل"),
    made("president", "رئيس الحكومة يفتتح معرض الكتاب", "قال رئيس الحكومة إن المعرض كبير.", "2024-02-10", "الرافدين"),
    made("president 2", "رئيس الحكومة يزور البصرة", "وصل رئيس الحكومة إلى البصرة.", "2024-02-11", "النيل"),
    made("president 3", "رئيس الحكومة في بغداد", "عاد رئيس الحكومة إلى بغداد.", "2024-02-12", "ساحل"),
)  # fmt: skip
FLOODS = {"flood", "flood copy", "flood again"}
PRESIDENTS = {"president", "president 2", "president 3"}

Open = Callable[[tuple[Article, ...], str, Analyser], Searcher]
"""Makes an index of the articles at a place of `new_place`."""


def local(articles: tuple[Article, ...], place: str, analyser: Analyser) -> Searcher:
    engine, folder = WhooshEngine(), Path(place)
    writer = engine.writer(folder, fresh=True)
    writer.apply([], articles)
    writer.finish()
    writer.close()
    return engine.open(folder)


def memory(articles: tuple[Article, ...], place: str, analyser: Analyser) -> Searcher:
    return MemorySearcher(articles, analyser)


def opensearch(articles: tuple[Article, ...], place: str, analyser: Analyser) -> Searcher:
    store = opensearch_store(place, analyser)
    publish(store, articles or ARTICLES[:1])
    if not articles:  # a run publishes nothing before it finds an article
        publish(store, [], [ARTICLES[0].id])
    generation = store.open()
    _open.append(generation)
    return generation.searcher


_open: list[OpenGeneration] = []
"""What `opensearch` opened. A store may close a generation that nobody holds any more."""


def opensearch_store(place: str, analyser: Analyser) -> Store:
    from indexer.engine.opensearch.keeping.store import OpenSearchStore  # noqa: PLC0415  # for tests on nodes alone

    return OpenSearchStore(place, 1, analyser)


ENGINES: dict[str, Open] = {"local": local, "memory": memory, "opensearch": opensearch}
ON_NODES = {"opensearch"}
"""The engines whose indexes are in the test nodes."""


def rows_of(engines: Iterable[str]) -> list[ParameterSet]:
    """Returns the names as parameters of a test. Those that need the test nodes have the marker for it."""
    return [pytest.param(one, marks=[pytest.mark.opensearch] if one in ON_NODES else []) for one in engines]


def groups_of(engines: Collection[str]) -> list[ParameterSet]:
    """Returns groups of engines that a test compares: those that need nothing, and each other one beside the first."""
    here = tuple(one for one in engines if one not in ON_NODES)
    others = [(here[0], one) for one in engines if one in ON_NODES]
    rows = [pytest.param(one, marks=[pytest.mark.opensearch], id="-".join(one)) for one in others]
    return [pytest.param(here, id="-".join(here)), *rows]


def new_place(engine: str, request: pytest.FixtureRequest) -> str:
    """Returns where an index of that engine can be made: a new folder, or an address in the test nodes."""
    if engine not in ON_NODES:
        folders: pytest.TempPathFactory = request.getfixturevalue("tmp_path_factory")
        return str(folders.mktemp(engine))
    nodes: RunningCluster = request.getfixturevalue("nodes")
    return nodes.new_address()


def put(session: Session, catalog: Catalog, deleted: Iterable[str], added: Iterable[Article]) -> None:
    """Changes index and catalog."""
    deleted, added = list(deleted), list(added)
    session.apply(deleted, added)
    catalog.drop_articles(deleted)
    catalog.put_articles(ArticleEntry(one.id, one.path, one.source, *one.digests(), "", None, AT) for one in added)


def publish(
    store: Store, added: Iterable[Article], deleted: Iterable[str] = (), purpose: str = "test", *, rebuild: bool = False
) -> GenerationInfo:
    """Runs a session that changes these articles and publishes."""
    with store.locked():
        session = store.begin(purpose, rebuild=rebuild)
        catalog = Catalog(session.first_catalog, session.own_catalog)
        try:
            put(session, catalog, deleted, added)
            sources = catalog.sources()
            catalog.commit()
            catalog.close()
            assert session.finish() == sum(sources.values())
            return session.publish("1", sources, AT)
        finally:
            session.close()


def word(analyser: Analyser, text: str) -> Query:
    known = analyser.word(text)
    stems = [TermQuery("stem", stem) for stem in known.stems]
    return AnyOf((TermQuery("surface", known.bare, 0.1), TermQuery("folded", known.folded, 0.25), *stems))


def names(found: ResultPage) -> set[str]:
    assert len(found.hits) == len(set(paths(found)))
    return set(paths(found))


def chosen(**columns: tuple[str, ...]) -> Filters:
    return Filters(chosen=ChosenNames(columns))


def title_of(name: str) -> str:
    return next(one.title for one in ARTICLES if one.path == f"/{name}")
