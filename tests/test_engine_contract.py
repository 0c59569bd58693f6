"""The contract of an engine: what every implementation of `engine.base.Searcher` must answer, whatever it is made of.

To add an engine, add a row to ``ENGINES``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.arabic.analyser import Analyser
from indexer.arabic.sounds import keys
from indexer.article import Article, Published, article_id
from indexer.columns import ChosenNames
from indexer.engine.base import Searcher
from indexer.engine.local.whoosh_engine import WhooshEngine
from indexer.engine.memory.index import MemoryIndex
from indexer.engine.memory.searcher import MemorySearcher
from indexer.engine.queries import (
    AnyOf,
    Filters,
    MomentRange,
    PhraseQuery,
    PrefixQuery,
    PublishedQuery,
    Query,
    Ranked,
    TermQuery,
    Words,
)
from indexer.engine.questions import (
    ArticleQuery,
    Capabilities,
    Cluster,
    HeadlineStart,
    Order,
    PageRequest,
    PeriodRequest,
    ResultPage,
)
from indexer.engine.store import GenerationInfo, Identity, OpenGeneration
from indexer.errors import NoIndexError, NotFoundError
from indexer.search.archive import Archive
from indexer.search.planning.plan import plan
from indexer.search.query.request import SearchRequest
from indexer.search.snippets.evidence import of_body, terms_of
from indexer.search.snippets.marks import snippets
from tests.asking import page, paths, scores

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
) -> Article:
    return Article(
        id=article_id(name), title=title, body=body, path=f"/{name}", source=source, category=category, author=author,
        published=Published(published) if published else None, fetched_at=fetched, indexed_at=indexed, own=own,
    )  # fmt: skip


ARTICLES = (
    made("flood", "فيضان نهر دجلة", FLOOD, "2023-05-14", "الرافدين", "محليات", "ليلى حداد", AT, AT + 9),
    made("flood copy", "ارتفاع منسوب دجلة", FLOOD, "2023-05-14T10:00", "النيل", "أخبار", "", AT + 1, AT + 8),
    made("flood again", "تحذير من فيضان", FLOOD, "2023-05-15", "ساحل", "محليات", "", AT + 2, AT + 7),
    made("market", "أسعار التمور في السوق", MARKET, "2024-01-02T08:30", "الرافدين", "اقتصاد", "سامي نور", AT + 5),
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

Open = Callable[[tuple[Article, ...], Path, Analyser], Searcher]


def local(articles: tuple[Article, ...], folder: Path, analyser: Analyser) -> Searcher:
    engine = WhooshEngine()
    writer = engine.writer(folder, fresh=True)
    writer.apply([], articles)
    writer.finish()
    writer.close()
    return engine.open(folder)


def memory(articles: tuple[Article, ...], folder: Path, analyser: Analyser) -> Searcher:
    return MemorySearcher(articles, analyser)


ENGINES: dict[str, Open] = {"local": local, "memory": memory}


@pytest.fixture(scope="module")
def searchers(tmp_path_factory: pytest.TempPathFactory, analyser: Analyser) -> dict[str, Searcher]:
    return {name: make(ARTICLES, tmp_path_factory.mktemp(name), analyser) for name, make in ENGINES.items()}


@pytest.fixture(params=ENGINES)
def searcher(searchers: dict[str, Searcher], request: pytest.FixtureRequest) -> Searcher:
    return searchers[request.param]


@pytest.fixture(params=ENGINES)
def empty(tmp_path: Path, analyser: Analyser, request: pytest.FixtureRequest) -> Searcher:
    return ENGINES[request.param]((), tmp_path, analyser)


def word(analyser: Analyser, text: str) -> Query:
    known = analyser.word(text)
    stems = [TermQuery("stem", stem) for stem in known.stems]
    return AnyOf((TermQuery("surface", known.bare, 0.1), TermQuery("folded", known.folded, 0.25), *stems))


def names(found: ResultPage) -> set[str]:
    assert len(found.hits) == len(set(paths(found)))
    return set(paths(found))


def chosen(**columns: tuple[str, ...]) -> Filters:
    return Filters(chosen=ChosenNames(columns))


# --- queries


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (TermQuery("folded", "جسر"), {"bridge"}),
        (TermQuery("surface", "الجسر"), {"undated", "bridge"}),
        (TermQuery("stem", "جسر"), {"undated", "bridge"}),
        (TermQuery("stem", "كلمة غائبة"), set()),
        (PhraseQuery("folded", ("رئيس", "الحكومه")), PRESIDENTS),
        (PhraseQuery("folded", ("الحكومه", "رئيس")), set()),
        (PhraseQuery("stem", ("جسر", "جديد")), {"undated"}),
        (PhraseQuery("folded", ("دجله", "اعلنت")), set()),
        (PhraseQuery("folded", ("جسر", "الجسر"), within=5), {"bridge"}),
        (PhraseQuery("folded", ("المحافظ", "النهر"), within=3), {"undated"}),
        (PhraseQuery("folded", ("النهر", "المحافظ"), within=2), set()),
        (PhraseQuery("folded", ("الجسر",), in_title=True), {"undated"}),
        (PhraseQuery("folded", ("الجسر", "الجديد"), in_title=True), {"undated"}),
        (PhraseQuery("stem", ("دجله",), in_title=True), {"flood", "flood copy"}),
        (PrefixQuery("folded", "قاه"), set()),
        (PrefixQuery("folded", "القاه"), {"gates"}),
        (PrefixQuery("folded", "التمو", in_title=True), {"market", "month"}),
        (PublishedQuery(date(2022, 1, 1), date(2022, 12, 31), TermQuery("stem", "2022")), {"year", "bridge"}),
        (AnyOf((TermQuery("folded", "غيتس"), TermQuery("folded", "جيتس"))), {"gates", "jits"}),
        (AnyOf(()), set()),
        (Words((TermQuery("folded", "رئيس"), TermQuery("folded", "بغداد"))), {"president 3"}),
        (Words((TermQuery("folded", "رئيس"),), without=(TermQuery("folded", "بغداد"),)), PRESIDENTS - {"president 3"}),
        (Words((), without=(TermQuery("folded", "رئيس"),)), {one.path[1:] for one in ARTICLES} - PRESIDENTS),
        (Words((TermQuery("folded", "غيتس"), TermQuery("folded", "جيتس")), least=0), {"gates", "jits"}),
        (Words((TermQuery("folded", "رئيس"), Filters(date_from=date(2024, 2, 12)))), {"president 3"}),
        (Words((TermQuery("folded", "رئيس"),), optional=(TermQuery("folded", "البصره"),)), PRESIDENTS),
    ],
)
def test_a_query_finds_what_it_says(searcher: Searcher, query: Query, expected: set[str]) -> None:
    found = page(searcher, query)
    assert names(found) == expected
    assert (found.total, found.partial, found.listed) == (len(expected), 0, len(expected))
    assert searcher.matches([ArticleQuery(Ranked(query))]) == [len(expected)]
    by_score = [score for _, score in scores(found)]
    assert by_score == sorted(by_score, reverse=True)


def test_several_queries_are_counted_at_once(searcher: Searcher) -> None:
    queries = [
        ArticleQuery(),
        ArticleQuery(filters=chosen(source=("ساحل",))),
        ArticleQuery(Ranked(TermQuery("folded", "رئيس")), chosen(source=("ساحل",))),
        ArticleQuery(collapse=True),
    ]
    assert searcher.matches(queries) == [13, 4, 1, 13]
    assert searcher.matches([]) == []


TERMS = st.sampled_from(
    [(tier, text) for tier in ("folded", "stem") for text in ("جسر", "رئيس", "المدينه", "مدينه", "دجله", "تمر", "غائب")]
).map(lambda pair: TermQuery(*pair))
PHRASES = st.builds(
    PhraseQuery,
    st.just("folded"),
    st.lists(st.sampled_from(("رئيس", "الحكومه", "في", "المدينه", "الجسر")), min_size=1, max_size=3).map(tuple),
    within=st.integers(0, 3),
    in_title=st.booleans(),
)
PREFIXES = st.builds(PrefixQuery, st.just("folded"), st.sampled_from(("ال", "رئ", "المد")), in_title=st.booleans())
LEAVES = st.one_of(TERMS, PHRASES, PREFIXES)
FILTERS = st.builds(
    Filters,
    date_from=st.sampled_from((None, date(2022, 6, 1), date(2023, 5, 1))),
    date_to=st.sampled_from((None, date(2023, 5, 14), date(2024, 2, 11))),
    chosen=st.sampled_from(
        (ChosenNames(), ChosenNames.of(source=("ساحل", "النيل")), ChosenNames.of(category=("محليات",)))
    ),
)
TREES: st.SearchStrategy[Query] = st.recursive(
    LEAVES,
    lambda children: st.one_of(
        st.lists(children, max_size=3).map(lambda some: AnyOf(tuple(some))),
        st.builds(
            Words,
            st.lists(children, min_size=1, max_size=3).map(tuple),
            st.lists(LEAVES, max_size=1).map(tuple),
            st.lists(LEAVES, max_size=1).map(tuple),
            st.sampled_from((1.0, 0.5, 0.0)),
        ),
    ),
    max_leaves=5,
)


@settings(max_examples=200)
@given(TREES, FILTERS, st.booleans(), st.sampled_from(("relevance", "newest", "oldest")))
def test_all_engines_find_and_count_the_same(
    searchers: dict[str, Searcher], query: Query, filters: Filters, collapse: bool, order: Order
) -> None:
    answers = [page(one, query, filters, order, collapse=collapse) for one in searchers.values()]
    first = answers[0]
    for other in answers[1:]:
        assert sorted(paths(other)) == sorted(paths(first)) or collapse
        if order != "relevance":
            assert paths(other) == paths(first)
        assert len(other.hits) == len(first.hits)
        assert [hit.score for hit in other.hits] == pytest.approx([hit.score for hit in first.hits], abs=1e-6)
        without_hits = [
            replace(one, hits=(), facets={k: tuple(v) for k, v in one.facets.items()}) for one in (first, other)
        ]
        assert without_hits[0] == without_hits[1]


# --- orders, pages, filters, counts


def test_by_relevance_the_title_and_the_form_as_typed_come_first(searcher: Searcher, analyser: Analyser) -> None:
    assert paths(page(searcher, word(analyser, "الجسر")))[0] == "undated"
    assert paths(page(searcher, word(analyser, "جسر")))[0] == "bridge"


def test_orders_by_time(searcher: Searcher) -> None:
    newest = paths(page(searcher, None, order="newest"))
    assert newest[:4] == ["president 3", "president 2", "president", "market"]
    assert newest[-1] == "undated"
    oldest = paths(page(searcher, None, order="oldest"))
    assert oldest[:4] == ["gates", "jits", "year", "bridge"]
    assert oldest[-1] == "undated"
    assert paths(page(searcher, None, order="fetched"))[:4] == ["market", "flood again", "flood copy", "flood"]
    assert paths(page(searcher, None, order="indexed"))[:4] == ["flood", "flood copy", "flood again", "month"]
    by_date = page(searcher, TermQuery("folded", "رئيس"), order="oldest")
    assert paths(by_date) == ["president", "president 2", "president 3"]
    assert all(score > 0 for _, score in scores(by_date))


@pytest.mark.parametrize("order", ["relevance", "newest", "oldest", "fetched", "indexed"])
@pytest.mark.parametrize("collapse", [False, True])
def test_pages_fit_together(searcher: Searcher, order: Order, collapse: bool) -> None:
    ranked = Ranked(AnyOf(tuple(TermQuery("folded", text) for text in ("المدينه", "رئيس", "دجله"))))
    whole = page(searcher, ranked, order=order, collapse=collapse)
    parts = [page(searcher, ranked, order=order, offset=at, limit=3, collapse=collapse) for at in range(0, 12, 3)]
    assert [hit for part in parts for hit in part.hits] == list(whole.hits)
    assert whole.listed == whole.total == len(whole.hits)


def test_with_a_limit_of_0_all_is_counted_and_nothing_listed(searcher: Searcher) -> None:
    whole = page(searcher, TermQuery("folded", "رئيس"))
    assert page(searcher, TermQuery("folded", "رئيس"), limit=0) == replace(whole, hits=())


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(date_from=date(2024, 2, 11)), {"president 2", "president 3"}),
        (Filters(date_to=date(2021, 3, 1)), {"gates"}),
        (Filters(date(2023, 5, 14), date(2023, 5, 14)), {"flood", "flood copy"}),
        (chosen(source=("ساحل",)), {"flood again", "year", "undated", "president 3"}),
        (chosen(source=("ساحل", "النيل"), category=("محليات",)), {"flood again", "undated"}),
        (chosen(author=("ليلى حداد",)), {"flood"}),
        (chosen(topic=("ثقافة",)), {"year"}),
        (chosen(source=("غائب",)), set()),
        (chosen(unknown=("غائب",)), set()),
        (Filters(fetched=MomentRange(AT + 1, AT + 2)), {"flood copy", "flood again"}),
        (Filters(indexed=MomentRange(None, AT)), {"month"}),
        (Filters(within=chosen(source=("ساحل",)), date_from=date(2024, 1, 1)), {"president 3"}),
    ],
)
def test_filters(searcher: Searcher, filters: Filters, expected: set[str]) -> None:
    assert names(page(searcher, None, filters)) == expected
    assert searcher.matches([ArticleQuery(filters=filters)]) == [len(expected)]


def test_a_facet_counts_what_choosing_its_values_gives(searcher: Searcher) -> None:
    filters = replace(chosen(source=("ساحل",)), date_from=date(2022, 6, 1))
    found = page(searcher, None, filters)
    assert found.total == 2
    for name, count in found.facets["source"]:
        assert page(searcher, None, replace(filters, chosen=ChosenNames.of(source=(name,)))).total == count
    assert dict(found.facets["category"]) == {"محليات": 1}
    assert dict(found.facets["year"]) == {"2022": 0, "2023": 1, "2024": 1} or dict(found.facets["year"])["2024"] == 1
    assert found.timeline == (("2023-05", 1), ("2024-02", 1))


def test_facets_are_ordered_by_count(searcher: Searcher) -> None:
    found = page(searcher, None, facets=("source", "year", "timeline", "topic"))
    assert tuple(found.facets["source"]) == (("النيل", 5), ("الرافدين", 4), ("ساحل", 4))
    assert [year for year, _ in found.facets["year"]] == ["2024", "2023", "2022", "2021"]
    assert tuple(found.facets["topic"]) == (("ثقافة", 1),)
    assert set(found.facets) == {"source", "year", "topic"}
    assert dict(found.timeline)["2023-05"] == 4
    assert page(searcher, None, facets=()).timeline == ()


def test_collapsed_results_count_clusters(searcher: Searcher) -> None:
    flood = TermQuery("stem", "فيضان")
    every, one = page(searcher, flood), page(searcher, flood, collapse=True)
    assert names(every) == FLOODS
    assert (one.total, one.listed, len(one.hits)) == (1, 1, 1)
    assert one.hits[0] == every.hits[0]
    assert one.hits[0].cluster == Cluster(min(article_id(name) for name in FLOODS), 3)
    assert dict(one.facets["source"]) == dict.fromkeys(("الرافدين", "النيل", "ساحل"), 1)
    assert one.timeline == (("2023-05", 1),)
    everything = page(searcher, None, collapse=True)
    assert everything.total == len(ARTICLES) - 2


def test_copies(searcher: Searcher) -> None:
    cluster, others = searcher.copies(article_id("flood"), 5)
    assert cluster.size == 3
    assert [one.path[1:] for one in others] == ["flood again", "flood copy"]
    assert [one.path[1:] for one in searcher.copies(article_id("flood"), 1)[1]] == ["flood again"]
    assert searcher.copies(article_id("market"), 5) == (Cluster(article_id("market"), 1), ())
    with pytest.raises(NotFoundError):
        searcher.copies("0" * 16, 5)
    found = page(searcher, TermQuery("stem", "فيضان"), copies=1)
    assert all(len(hit.copies) == 1 for hit in found.hits)
    assert all(hit.copies == () for hit in page(searcher, TermQuery("folded", "رئيس"), copies=1).hits)


def test_partial_matches_follow_the_full_ones(searcher: Searcher) -> None:
    words = (TermQuery("folded", "رئيس"), TermQuery("folded", "بغداد"))
    ranked = Ranked(Words(words), Words(words, least=0.1), enough=10)
    found = page(searcher, ranked)
    assert paths(found)[0] == "president 3"
    assert names(found) == PRESIDENTS
    assert (found.total, found.partial, found.listed, found.counted) == (1, 2, 3, 1)
    assert (found.total_before, found.partial_before, found.complete_before) == (1, 2, 1)
    narrowed = page(searcher, ranked, chosen(source=("الرافدين",)))
    assert (narrowed.total, narrowed.partial, narrowed.total_before) == (0, 1, 1)
    assert page(searcher, ranked, order="newest").listed == 1
    enough = page(searcher, replace(ranked, enough=1))
    assert (enough.total, enough.partial) == (1, 0)


# --- periods, exports, lists


def test_periods(searcher: Searcher) -> None:
    everything = ArticleQuery()
    by_year, by_day, stated, of_query = searcher.periods(
        [
            PeriodRequest(everything, "year"),
            PeriodRequest(everything, "day"),
            PeriodRequest(everything, "day", stated=True),
            PeriodRequest(ArticleQuery(Ranked(TermQuery("stem", "فيضان")), collapse=True), "month", stated=True),
        ]
    )
    assert by_year.counts == (("2021", 2), ("2022", 2), ("2023", 4), ("2024", 4))
    assert (by_year.undated, by_year.vague) == (1, 0)
    assert dict(by_day.counts)["2022-01-01"] == dict(by_day.counts)["2023-05-01"] == 1
    assert "2022-01-01" not in dict(stated.counts)
    assert (stated.undated, stated.vague) == (1, 2)
    assert of_query.counts == (("2023-05", 1),)
    assert searcher.periods([]) == []


def test_an_export_runs_through_the_ids(searcher: Searcher) -> None:
    ids = sorted(one.id for one in ARTICLES)
    whole = searcher.export(ArticleQuery())
    assert whole.total == len(ids)
    pairs = list(whole.articles)
    assert [article.id for article, _ in pairs] == ids
    assert {cluster.size for article, cluster in pairs if article.path[1:] in FLOODS} == {3}
    rest = searcher.export(ArticleQuery(), after=ids[4], most=3)
    assert (rest.total, [article.id for article, _ in rest.articles]) == (3, ids[5:8])
    assert searcher.export(ArticleQuery(), after=ids[-1]).total == 0
    collapsed = [article.id for article, _ in searcher.export(ArticleQuery(collapse=True)).articles]
    assert collapsed == [one for one in ids if one not in sorted(article_id(name) for name in FLOODS)[1:]]
    of_query = searcher.export(ArticleQuery(Ranked(TermQuery("folded", "رئيس")), chosen(source=("ساحل",))))
    assert [article.path for article, _ in of_query.articles] == ["/president 3"]


def test_articles_are_listed_by_id(searcher: Searcher) -> None:
    everything = searcher.listed(0, 100)
    assert [article for article, _ in everything] == sorted(one.id for one in ARTICLES)
    moments = dict(everything)
    assert moments[article_id("month")] == datetime(2023, 5, 1)
    assert moments[article_id("market")] == datetime(2024, 1, 2, 8, 30)
    assert moments[article_id("undated")] is None
    assert searcher.listed(2, 3) == everything[2:5]


def test_articles_come_back_as_they_were_put_in(searcher: Searcher) -> None:
    wanted = [article_id("year"), "nothing", article_id("flood")]
    found = searcher.articles(wanted)
    assert found == {one.id: one for one in ARTICLES if one.id in wanted}
    assert searcher.count() == len(ARTICLES)


def test_names_of_columns(searcher: Searcher) -> None:
    assert [name for name in searcher.names("source") if name] == ["الرافدين", "النيل", "ساحل"]
    assert [name for name in searcher.names("author") if name] == ["سامي نور", "ليلى حداد"]
    assert [name for name in searcher.names("topic") if name] == ["ثقافة"]
    assert searcher.own_fields == ("topic",)
    assert list(searcher.names("unknown")) == []


# --- similar and significant


def test_similar_articles(searcher: Searcher) -> None:
    found = searcher.similar(article_id("president"), 5)
    assert {one.article.path[1:] for one in found[:2]} == {"president 2", "president 3"}
    likeness = [one.similarity for one in found]
    assert likeness == sorted(likeness, reverse=True)
    assert all(0 < one <= 1.01 for one in likeness)
    assert not FLOODS & {one.article.path[1:] for one in searcher.similar(article_id("flood"), 5)}
    assert searcher.similar("0" * 16, 5) == []
    assert searcher.similar(article_id("president"), 0) == []


def test_significant_words(searcher: Searcher) -> None:
    request = PageRequest(ArticleQuery(Ranked(TermQuery("folded", "رئيس"))), "relevance", limit=10, facets=())
    found = searcher.significant(request, 3)
    assert (found.sample, found.total) == (3, 3)
    assert {term.base for term in found.terms} <= {"رييس", "رئيس", "حكومه"}
    assert all(term.inside == 3 for term in found.terms)
    stems = {searcher.analyser.word(term.base).stem for term in found.terms}
    assert searcher.significant(request, 3, stems).terms == ()


# --- headlines


def test_phrases_of_headlines(searcher: Searcher, analyser: Analyser) -> None:
    first, second = (word.base for word in analyser.words("رئيس الحكومة")[0])
    begun, other = searcher.continuations([HeadlineStart((first,), second[:2]), HeadlineStart((), "غائب")], 5)
    assert other == []
    (two,) = [one for one in begun if one.words == (first, second)]
    assert two.headlines == 3
    titles = searcher.articles([place.article_id for place in two.places])
    for place in two.places:
        bases = [word.base for word in analyser.words(titles[place.article_id].title)[0]]
        assert tuple(bases[place.word : place.word + 2]) == (first, second)
    assert sum(len(one.words) == 3 for one in begun) == 3


def test_headlines_that_begin_so(searcher: Searcher, analyser: Analyser) -> None:
    first, second = (word.base for word in analyser.words("رئيس الحكومة")[0])
    found, none = searcher.headlines([HeadlineStart((first,), second), HeadlineStart((first,), "غائب")], 2)
    assert found.count == 3
    assert found.articles == tuple((article_id(name), title(name)) for name in ("president 3", "president 2"))
    assert (none.count, none.articles) == (0, ())
    assert searcher.headlines([HeadlineStart((first,), second)], 0)[0].articles == ()
    assert searcher.headline_words([first, "غائب"]) == {first}


def title(name: str) -> str:
    return next(one.title for one in ARTICLES if one.path == f"/{name}")


# --- vocabulary


def test_words_are_counted_and_spelled(searcher: Searcher) -> None:
    vocabulary = searcher.vocabulary
    assert vocabulary.counts(["رييس", "رئيس", "غيتس", "غائب"], "folded") == [
        len(names(page(searcher, TermQuery("folded", text)))) for text in ("رييس", "رئيس", "غيتس", "غائب")
    ]
    assert vocabulary.counts(["جسر"], "stem") == [2]
    assert vocabulary.counts([]) == []
    assert vocabulary.spellings(["القاهره", "اسعار", "غائبه"]) == ["القاهرة", "أسعار", "غائبه"]
    assert vocabulary.total > 100


def test_words_that_begin_so(searcher: Searcher) -> None:
    assert searcher.vocabulary.with_prefix("المدين", 5) == [("المدينه", 3)]
    found = searcher.vocabulary.with_prefix("ال", 4)
    assert len(found) == 4
    assert [count for _, count in found] == sorted((count for _, count in found), reverse=True)


def test_words_that_are_near(searcher: Searcher) -> None:
    found = searcher.vocabulary.near("القاهرهه", -30.0, 2, 3)
    assert found[0].word == "القاهره"
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert searcher.vocabulary.near("القاهرهه", 0.0, 2, 3) == []


def test_words_like_a_latin_name_or_a_sound(searcher: Searcher) -> None:
    assert "بغداد" in [one.word for one in searcher.vocabulary.like_latin("baghdad", 3, -30.0, 5)]
    assert searcher.vocabulary.like_latin("baghdad", 9, -30.0, 5) == []
    sounding = searcher.vocabulary.sounding(keys("غيتس"), 2, 10, 20)
    assert {"غيتس", "جيتس"} <= set(sounding)
    assert searcher.vocabulary.sounding(keys("غيتس"), 9, 10, 20) == []


def test_all_engines_have_the_same_words(searchers: dict[str, Searcher]) -> None:
    answers = []
    for one in searchers.values():
        vocabulary = one.vocabulary
        answers.append(
            (
                vocabulary.total,
                vocabulary.with_prefix("", 1_000),
                sorted(vocabulary.near("التمورر", -30.0, 2, 20)),
                sorted(vocabulary.sounding(keys("غيتس"), 2, 20, 100)),
            )
        )
    assert all(answer == answers[0] for answer in answers)


# --- explanations and positions


def test_an_explanation_adds_up_to_the_score(searcher: Searcher, analyser: Analyser) -> None:
    ranked = Ranked(Words((word(analyser, "رئيس"), word(analyser, "الحكومة"))), recency=0.5)
    found = page(searcher, ranked, explain=True)
    for hit in found.hits:
        if not searcher.capabilities.explanations:
            assert hit.explanation is None
            continue
        assert hit.explanation is not None
        assert hit.explanation.score == pytest.approx(hit.score)
        assert hit.explanation.full
        assert hit.explanation.complete
        fields = {name for part in hit.explanation.parts for name in part.fields}
        assert fields == {"title", "lead"}
    assert all(hit.explanation is None for hit in page(searcher, ranked).hits)


@pytest.mark.parametrize("query", ["المدينة", "رئيس الحكومة", '"رئيس الحكومة"', "جسر النهر", "غيتس", ""])
def test_snippets_are_the_same_with_and_without_positions(searchers: dict[str, Searcher], query: str) -> None:
    answers = []
    for one in searchers.values():
        asked = plan(SearchRequest(q=query), one.analyser)
        found = page(one, asked.ranked, order="newest", terms=terms_of(asked.marked))
        answers.append(
            [
                snippets(hit.article.body, of_body(asked.marked, one.analyser, hit.article.body, hit.places), 2, 60)
                for hit in found.hits
            ]
        )
    assert all(answer == answers[0] for answer in answers)


def test_places_are_there_where_the_engine_says_so(searcher: Searcher) -> None:
    terms = (("folded", "رئيس"), ("folded", "الحكومه"))
    for hit in page(searcher, TermQuery("folded", "رئيس"), terms=terms).hits:
        assert (hit.places is not None) == searcher.capabilities.positions
        if hit.places is not None:
            assert sorted(hit.places) == [(1, 0), (2, 1)]


# --- the product on any engine


@dataclass
class OneGeneration:
    """An index and its only generation, which ``searcher`` answers from."""

    searcher: Searcher
    identity_: int = 1

    @property
    def info(self) -> GenerationInfo:
        return GenerationInfo("gen-000001", "2026-01-01T00:00:00Z", self.searcher.count(), {}, 1, "", "", "", 0, 0)

    def identity(self) -> Identity:
        return self.identity_

    def open(self) -> OpenGeneration:
        return Opened(self.identity_, self.info, self.searcher)


@dataclass
class Opened:
    identity: Identity
    info: GenerationInfo
    searcher: Searcher

    def close(self) -> None:
        self.searcher.close()


@pytest.mark.parametrize(
    "query",
    ["رئيس", "رئيس الحكومة", "الحكوة", "فيضان دجلة التمور", "غيتس", '"رئيس الحكومة"~2', "source:ساحل", "المد*", ""],
)
def test_the_archive_answers_the_same_from_any_engine(searchers: dict[str, Searcher], query: str) -> None:
    answers = []
    for one in searchers.values():
        archive = Archive(OneGeneration(one))
        found = archive.search(SearchRequest(q=query, sort="newest", per_page=50), spread=True, copies=2)
        answers.append(
            (
                [(hit.article.id, hit.title, hit.snippets, hit.cluster, hit.copies) for hit in found.hits],
                (found.total, found.partial, found.listed, found.corrections, found.dropped, found.meant),
                {name: tuple(values) for name, values in found.facets.items()},
                (found.timeline, found.spread, found.expansions, found.forms),
                [(one.text, one.kind, one.count) for one in archive.suggest(SearchRequest(q=query)).suggestions],
                [article.id for article, _ in archive.export(SearchRequest(q=query)).articles],
                archive.names("category", SearchRequest(q=query)).counts,
            )
        )
        assert found.index.articles == len(ARTICLES)
    assert all(answer == answers[0] for answer in answers)


class Limited(MemorySearcher):
    """An engine that can do hardly anything."""

    capabilities = Capabilities(exact_totals=False, phrases=False, near=False, positions=False, explanations=False)


def test_what_an_engine_cannot_do_is_said(analyser: Analyser) -> None:
    limited = Archive(OneGeneration(Limited(ARTICLES, analyser)))
    able = Archive(OneGeneration(MemorySearcher(ARTICLES, analyser)))
    for query, codes in (
        ("رئيس", ["estimated_totals"]),
        ('"رئيس الحكومة" -"بيت قديم"~3', ["not_exact", "not_exact", "estimated_totals"]),
    ):
        assert [notice.code for notice in limited.search(SearchRequest(q=query)).notices] == codes
        assert able.search(SearchRequest(q=query)).notices == ()
    assert len(limited.stats().limits) == 4
    assert able.stats().limits == ()


def test_an_index_in_memory_is_published_anew(analyser: Analyser) -> None:
    index = MemoryIndex(analyser)
    archive = Archive(index)
    with pytest.raises(NoIndexError):
        archive.search(SearchRequest())
    index.publish(ARTICLES[:3])
    assert archive.search(SearchRequest(collapse=False)).total == 3
    index.publish(ARTICLES)
    assert archive.search(SearchRequest(collapse=False)).total == len(ARTICLES)
    assert archive.info().generation == "gen-000002"


# --- nothing to find


def test_an_empty_index_answers(empty: Searcher) -> None:
    assert empty.count() == 0
    found = page(empty, TermQuery("folded", "جسر"), terms=(("folded", "جسر"),), copies=2, explain=True)
    assert (found.hits, found.total, found.listed, found.timeline) == ((), 0, 0, ())
    assert not any(map(len, found.facets.values()))
    assert page(empty, Words((TermQuery("stem", "جسر"),), least=0)).total == 0
    assert page(empty, None, collapse=True).total == 0
    assert empty.matches([ArticleQuery()]) == [0]
    assert empty.periods([PeriodRequest(ArticleQuery(), "day")])[0].counts == ()
    assert empty.export(ArticleQuery(collapse=True)).total == 0
    assert empty.listed(0, 5) == []
    assert empty.articles(["0" * 16]) == {}
    assert empty.similar("0" * 16, 3) == []
    request = PageRequest(ArticleQuery(Ranked(TermQuery("folded", "جسر"))), "relevance")
    assert empty.significant(request, 3).terms == ()
    assert [name for name in empty.names("source") if name] == []
    assert empty.continuations([HeadlineStart((), "")], 5) == [[]]
    assert empty.headlines([HeadlineStart(("جسر",), "")], 5)[0].count == 0
    vocabulary = empty.vocabulary
    assert (vocabulary.total, vocabulary.counts(["جسر"]), vocabulary.spellings(["جسر"])) == (0, [0], ["جسر"])
    assert vocabulary.near("جسر", -30.0, 2, 3) == vocabulary.like_latin("jisr", 2, -30.0, 3) == []
    assert vocabulary.sounding(keys("جسر"), 1, 9, 9) == []
