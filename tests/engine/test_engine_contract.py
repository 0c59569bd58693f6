# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests what every engine must answer: which articles match, in which order, and the counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.arabic.analyser import Analyser
from indexer.article import article_id
from indexer.columns import ChosenNames, Order
from indexer.engine.base import Searcher
from indexer.engine.periods import UnitChoice
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
    Cluster,
    PeriodRequest,
)
from indexer.errors import NotFoundError
from tests.asking import page, paths, scores
from tests.contract import ARTICLES, AT, FLOODS, PRESIDENTS, chosen, names, word

EARLY = {"bridge", "gates", "jits"}

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
        (Words((TermQuery("folded", "رئيس"),), (Filters(having=frozenset({"author"})),)), PRESIDENTS),
        (Words((TermQuery("folded", "رئيس"), Filters(having=frozenset({"author"})))), set()),
        (Words((TermQuery("folded", "رئيس"),), optional=(TermQuery("folded", "البصره"),)), PRESIDENTS),
    ],
)
def test_a_query_finds_the_expected_articles(any_searcher: Searcher, query: Query, expected: set[str]) -> None:
    found = page(any_searcher, query)
    assert names(found) == expected
    assert (found.total, found.partial, found.listed) == (len(expected), 0, len(expected))
    assert any_searcher.matches([ArticleQuery(Ranked(query))]) == [len(expected)]
    by_score = [score for _, score in scores(found)]
    assert by_score == sorted(by_score, reverse=True)


def test_several_queries_are_counted_at_once(any_searcher: Searcher) -> None:
    queries = [
        ArticleQuery(),
        ArticleQuery(filters=chosen(source=("ساحل",))),
        ArticleQuery(Ranked(TermQuery("folded", "رئيس")), chosen(source=("ساحل",))),
        ArticleQuery(collapse=True),
    ]
    assert any_searcher.matches(queries) == [13, 4, 1, 13]
    assert any_searcher.matches([]) == []


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


# A cluster holds the frequency of a term in hundredths of an occurrence, in a long article less exactly.
SCORES_WITHIN = {"local": 1e-6, "memory": 1e-6, "opensearch": 0.02}
"""By which part scores may differ."""


@settings(max_examples=200, deadline=None)
@given(
    TREES, FILTERS, st.booleans(), st.sampled_from(("relevance", "newest", "oldest")),
    st.sampled_from(("auto", "hour", "day", "week", "month", "quarter", "year")),
)  # fmt: skip
def test_all_engines_find_and_count_the_same(
    searchers: dict[str, Searcher], query: Query, filters: Filters, collapse: bool, order: Order, unit: UnitChoice
) -> None:
    answers = {name: page(one, query, filters, order, collapse=collapse, unit=unit) for name, one in searchers.items()}
    (_, first), *others = answers.items()
    asked = PeriodRequest(ArticleQuery(Ranked(query), filters, collapse), unit, stated=True)
    assert [first.periods] == next(iter(searchers.values())).periods([asked])
    for name, other in others:
        assert sorted(paths(other)) == sorted(paths(first)) or collapse
        if order != "relevance":
            assert paths(other) == paths(first)
        assert len(other.hits) == len(first.hits)
        assert [hit.score for hit in other.hits] == pytest.approx(
            [hit.score for hit in first.hits], rel=SCORES_WITHIN[name], abs=1e-6
        )
        without_hits = [
            replace(one, hits=(), facets={k: tuple(v) for k, v in one.facets.items()}) for one in (first, other)
        ]
        assert without_hits[0] == without_hits[1]


# --- orders, pages, filters, counts


def test_title_and_typed_form_come_first_by_relevance(any_searcher: Searcher, analyser: Analyser) -> None:
    assert paths(page(any_searcher, word(analyser, "الجسر")))[0] == "undated"
    assert paths(page(any_searcher, word(analyser, "جسر")))[0] == "bridge"


def test_orders_by_time(any_searcher: Searcher) -> None:
    newest = paths(page(any_searcher, None, order="newest"))
    assert newest[:4] == ["president 3", "president 2", "president", "market"]
    assert newest[-1] == "undated"
    oldest = paths(page(any_searcher, None, order="oldest"))
    assert oldest[:4] == ["gates", "jits", "year", "bridge"]
    assert oldest[-1] == "undated"
    assert paths(page(any_searcher, None, order="fetched"))[:4] == ["market", "flood again", "flood copy", "flood"]
    assert paths(page(any_searcher, None, order="added"))[:4] == ["flood", "flood copy", "flood again", "month"]
    by_date = page(any_searcher, TermQuery("folded", "رئيس"), order="oldest")
    assert paths(by_date) == ["president", "president 2", "president 3"]
    assert all(score > 0 for _, score in scores(by_date))


@pytest.mark.parametrize("order", ["relevance", "newest", "oldest", "fetched", "added"])
@pytest.mark.parametrize("collapse", [False, True])
def test_pages_fit_together(any_searcher: Searcher, order: Order, collapse: bool) -> None:
    ranked = Ranked(AnyOf(tuple(TermQuery("folded", text) for text in ("المدينه", "رئيس", "دجله"))))
    whole = page(any_searcher, ranked, order=order, collapse=collapse)
    parts = [page(any_searcher, ranked, order=order, offset=at, limit=3, collapse=collapse) for at in range(0, 12, 3)]
    assert [hit for part in parts for hit in part.hits] == list(whole.hits)
    assert whole.listed == whole.total == len(whole.hits)


def test_a_limit_of_0_counts_without_listing(any_searcher: Searcher) -> None:
    whole = page(any_searcher, TermQuery("folded", "رئيس"))
    assert page(any_searcher, TermQuery("folded", "رئيس"), limit=0) == replace(whole, hits=())


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(date_from=date(2024, 2, 11)), {"president 2", "president 3"}),
        (Filters(date_to=date(2021, 3, 1)), {"gates"}),
        (Filters(date(2023, 5, 14), date(2023, 5, 14)), {"flood", "flood copy"}),
        (chosen(source=("ساحل",)), {"flood again", "year", "undated", "president 3"}),
        (chosen(source=("ساحل", "النيل"), category=("محليات",)), {"flood again", "undated"}),
        (chosen(author=("ليلى حداد",)), {"flood", "flood copy"}),
        (chosen(author=("سامي نور",)), {"market", "flood copy"}),
        (chosen(author=("سامي وليلى",)), set()),
        (chosen(topic=("ثقافة",)), {"year"}),
        (chosen(source=("غائب",)), set()),
        (chosen(unknown=("غائب",)), set()),
        (Filters(fetched=MomentRange(AT + 1, AT + 2)), {"flood copy", "flood again"}),
        (Filters(indexed=MomentRange(None, AT)), {"month"}),
        (Filters(within=chosen(source=("ساحل",)), date_from=date(2024, 1, 1)), {"president 3"}),
        (
            Filters(excluded=ChosenNames.of(source=("النيل", "ساحل"), author=("غائب",))),
            {"flood", "market", "gates", "president"},
        ),
        (replace(chosen(source=("ساحل",)), excluded=ChosenNames.of(category=("محليات",))), {"year", "president 3"}),
        (Filters(date_to=date(2022, 12, 1), excluded=ChosenNames.of(unknown=("ثقافة",), topic=("ثقافة",))), EARLY),
        (Filters(having=frozenset({"author", "date", "fetched"})), {"flood", "flood copy", "market"}),
        (Filters(having=frozenset({"topic"})), {"year"}),
        (Filters(having=frozenset({"unknown"})), set()),
        (Filters(lacking=frozenset({"date", "unknown"})), {"undated"}),
        (Filters(within=Filters(having=frozenset({"author"})), lacking=frozenset({"category"})), set()),
    ],
)
def test_filters(any_searcher: Searcher, filters: Filters, expected: set[str]) -> None:
    assert names(page(any_searcher, None, filters)) == expected
    assert any_searcher.matches([ArticleQuery(filters=filters)]) == [len(expected)]


def test_a_facet_counts_the_results_of_choosing_its_values(any_searcher: Searcher) -> None:
    filters = replace(chosen(source=("ساحل",)), date_from=date(2022, 6, 1))
    found = page(any_searcher, None, filters)
    assert found.total == 2
    for name, count in found.facets["source"]:
        assert page(any_searcher, None, replace(filters, chosen=ChosenNames.of(source=(name,)))).total == count
    assert dict(found.facets["category"]) == {"محليات": 1}
    assert tuple(found.facets["year"]) == (("2024", 1), ("2023", 1), ("2022", 1))
    assert found.timeline == (("2023-05", 1), ("2024-02", 1))


def test_a_facet_counts_excluded_names_too(any_searcher: Searcher) -> None:
    found = page(any_searcher, None, Filters(excluded=ChosenNames.of(source=("النيل",)), having=frozenset({"date"})))
    assert dict(found.facets["source"]) == {"النيل": 5, "الرافدين": 4, "ساحل": 3}
    assert dict(found.facets["category"]) == {"محليات": 2, "اقتصاد": 1}


def test_a_facet_may_be_asked_about_some_names(any_searcher: Searcher) -> None:
    names = {"source": ("ساحل", "غائب", "النيل"), "author": (), "topic": ()}
    found = page(any_searcher, None, facets=("source", "author", "topic", "category"), facet_names=names)
    assert tuple(found.facets["source"]) == (("النيل", 5), ("ساحل", 4))
    assert not found.facets["author"]
    assert not found.facets["topic"]
    assert len(found.facets["category"]) == 3
    one = page(any_searcher, None, facets=("source",), facet_names={"source": ("الرافدين",)}, collapse=True)
    assert tuple(one.facets["source"]) == (("الرافدين", 4),)


def test_an_article_counts_for_each_of_its_authors(any_searcher: Searcher) -> None:
    assert tuple(page(any_searcher, None).facets["author"]) == (("سامي نور", 2), ("ليلى حداد", 2))
    once = page(any_searcher, None, collapse=True)
    assert tuple(once.facets["author"]) == (("سامي نور", 2), ("ليلى حداد", 1))
    assert [name for name in any_searcher.names("author") if name] == ["سامي نور", "ليلى حداد"]
    without = page(any_searcher, None, Filters(excluded=ChosenNames.of(author=("ليلى حداد",))))
    assert names(without).isdisjoint({"flood", "flood copy"})


def test_facets_are_ordered_by_count(any_searcher: Searcher) -> None:
    found = page(any_searcher, None, facets=("source", "year", "timeline", "topic"))
    assert tuple(found.facets["source"]) == (("النيل", 5), ("الرافدين", 4), ("ساحل", 4))
    assert [year for year, _ in found.facets["year"]] == ["2024", "2023", "2022", "2021"]
    assert tuple(found.facets["topic"]) == (("ثقافة", 1),)
    assert set(found.facets) == {"source", "year", "topic"}
    assert dict(found.timeline)["2023-05"] == 4
    assert page(any_searcher, None, facets=()).timeline == ()


def test_collapsed_results_count_clusters(any_searcher: Searcher) -> None:
    flood = TermQuery("stem", "فيضان")
    every, one = page(any_searcher, flood), page(any_searcher, flood, collapse=True)
    assert names(every) == FLOODS
    assert (one.total, one.listed, len(one.hits)) == (1, 1, 1)
    assert one.hits[0] == every.hits[0]
    assert one.hits[0].cluster == Cluster(min(article_id(name) for name in FLOODS), 3)
    assert dict(one.facets["source"]) == dict.fromkeys(("الرافدين", "النيل", "ساحل"), 1)
    assert one.timeline == (("2023-05", 1),)
    everything = page(any_searcher, None, collapse=True)
    assert everything.total == len(ARTICLES) - 2


def test_copies(any_searcher: Searcher) -> None:
    cluster, others = any_searcher.copies(article_id("flood"), 5)
    assert cluster.size == 3
    assert [one.path[1:] for one in others] == ["flood again", "flood copy"]
    assert [one.path[1:] for one in any_searcher.copies(article_id("flood"), 1)[1]] == ["flood again"]
    assert any_searcher.copies(article_id("market"), 5) == (Cluster(article_id("market"), 1), ())
    with pytest.raises(NotFoundError):
        any_searcher.copies("0" * 16, 5)
    found = page(any_searcher, TermQuery("stem", "فيضان"), copies=1)
    assert all(len(hit.copies) == 1 for hit in found.hits)
    assert all(hit.copies == () for hit in page(any_searcher, TermQuery("folded", "رئيس"), copies=1).hits)


def test_partial_matches_follow_the_full_ones(any_searcher: Searcher) -> None:
    words = (TermQuery("folded", "رئيس"), TermQuery("folded", "بغداد"))
    ranked = Ranked(Words(words), Words(words, least=0.1), enough=10)
    found = page(any_searcher, ranked)
    assert paths(found)[0] == "president 3"
    assert names(found) == PRESIDENTS
    assert (found.total, found.partial, found.listed, found.counted) == (1, 2, 3, 1)
    assert (found.total_before, found.partial_before, found.complete_before) == (1, 2, 1)
    narrowed = page(any_searcher, ranked, chosen(source=("الرافدين",)))
    assert (narrowed.total, narrowed.partial, narrowed.total_before) == (0, 1, 1)
    assert page(any_searcher, ranked, order="newest").listed == 1
    enough = page(any_searcher, replace(ranked, enough=1))
    assert (enough.total, enough.partial) == (1, 0)
