# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests what every engine must answer beside searches: periods, exports, lists, similar articles, headlines, words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timezone
from typing import get_args

import pytest

from indexer.arabic.analyser import Analyser
from indexer.arabic.sounds import keys
from indexer.article import article_id
from indexer.engine.base import Searcher
from indexer.engine.periods import Unit
from indexer.engine.queries import (
    Filters,
    Ranked,
    TermQuery,
    Words,
)
from indexer.engine.questions import (
    ArticleQuery,
    HeadlineStart,
    NamesOverTime,
    NamesRequest,
    PageRequest,
    PeriodRequest,
    Periods,
)
from tests.asking import page
from tests.contract import ARTICLES, FLOODS, PRESIDENTS, chosen, names, title_of

# --- periods, exports, lists


def test_periods(any_searcher: Searcher) -> None:
    everything = ArticleQuery()
    by_year, by_day, stated, of_query = any_searcher.periods(
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
    assert any_searcher.periods([]) == []


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        # A time of day is compared with times of day; a date without one passes with its whole day.
        (datetime(2023, 5, 14, 10, 0), None, {"flood copy", "flood again"}),
        (datetime(2023, 5, 14, 10, 1), date(2023, 12, 31), {"flood again"}),
        (datetime(2023, 5, 14, 0, 0), datetime(2023, 5, 14, 10, 0), {"flood copy"}),
        (datetime(2023, 5, 14, 0, 0), datetime(2023, 5, 14, 9, 59), set()),
        (datetime(2023, 5, 14, 0, 0), datetime(2023, 5, 14, 23, 59), {"flood", "flood copy"}),
        (date(2023, 5, 1), datetime(2023, 5, 15, 23, 58), {"flood", "flood copy", "month"}),
        (None, datetime(2022, 1, 1, 12, 0), {"gates", "jits"}),
        # A limit with an offset is a moment for a date with an offset (08:30+03:00), and a local time for another.
        (datetime(2024, 1, 2, 5, 30, tzinfo=timezone.utc), date(2024, 1, 2), {"market"}),
        (datetime(2024, 1, 2, 5, 31, tzinfo=timezone.utc), date(2024, 1, 2), set()),
        (date(2024, 1, 1), datetime(2024, 1, 2, 5, 30, tzinfo=timezone.utc), {"market"}),
        (date(2024, 1, 1), datetime(2024, 1, 2, 5, 29, tzinfo=timezone.utc), set()),
        (datetime(2024, 1, 2, 8, 30), datetime(2024, 1, 2, 8, 30), {"market"}),
        (datetime(2023, 5, 14, 10, 0, tzinfo=timezone.utc), date(2023, 5, 14), {"flood copy"}),
    ],
)
def test_limits_of_publication(any_searcher: Searcher, first: date | None, last: date | None, found: set[str]) -> None:
    known = found if first is None else found | PRESIDENTS | {"market"} if last is None else found
    assert names(page(any_searcher, None, Filters(first, last))) == known
    assert any_searcher.matches([ArticleQuery(filters=Filters(first, last))]) == [len(known)]


def test_periods_of_every_length(any_searcher: Searcher) -> None:
    units = get_args(Unit)
    found = any_searcher.periods([PeriodRequest(ArticleQuery(), unit, stated=True) for unit in units])
    counts = {unit: dict(one.counts) for unit, one in zip(units, found, strict=True)}
    assert counts["hour"] == {"2023-05-14T10": 1, "2024-01-02T08": 1}
    assert counts["week"] == {
        "2021-W09": 2, "2022-W48": 1, "2023-W19": 2, "2023-W20": 1, "2024-W01": 1, "2024-W06": 2, "2024-W07": 1
    }  # fmt: skip
    assert counts["quarter"] == {"2021-Q1": 2, "2022-Q4": 1, "2023-Q2": 4, "2024-Q1": 4}
    assert [one.vague for one in found] == [10, 2, 2, 1, 1, 0]
    assert {one.fetched for one in found} == {None}


def test_an_engine_chooses_the_unit(any_searcher: Searcher) -> None:
    may = Filters(date(2023, 5, 1), date(2023, 5, 31))
    day = Filters(date(2024, 1, 2), date(2024, 1, 2))
    asked = [PeriodRequest(ArticleQuery(filters=filters), "auto", stated=True) for filters in (Filters(), may, day)]
    found = any_searcher.periods(asked)
    assert [one.unit for one in found] == ["month", "day", "hour"]
    chosen = [request._replace(unit=one.unit) for request, one in zip(asked, found, strict=True)]
    assert any_searcher.periods(chosen) == found
    page_of = any_searcher.search(PageRequest(ArticleQuery(Ranked(TermQuery("folded", "رئيس"))), unit="auto"))
    assert page_of.periods
    assert page_of.periods.unit == "day"
    assert page_of.periods.counts == (("2024-02-10", 1), ("2024-02-11", 1), ("2024-02-12", 1))
    empty = any_searcher.search(PageRequest(ArticleQuery(Ranked(TermQuery("folded", "غائب"))), limit=0, unit="auto"))
    assert empty.periods == Periods("month", (), 0)


@pytest.mark.parametrize("collapse", [False, True])
def test_names_over_time(any_searcher: Searcher, *, collapse: bool) -> None:
    found = any_searcher.names_over_time(NamesRequest(ArticleQuery(collapse=collapse), "year", "source", 2))
    river, nile = (("2021", 1), ("2023", 1), ("2024", 2)), (("2021", 1), ("2022", 1), ("2023", 2), ("2024", 1))
    assert found.names == (("النيل", nile), ("الرافدين", river))
    assert found.others == (("2022", 1), ("2023", 1), ("2024", 1))
    by_day = any_searcher.names_over_time(NamesRequest(ArticleQuery(), "day", "category", 1))
    assert by_day.names == (("محليات", (("2023-05-14", 1), ("2023-05-15", 1))),)
    assert by_day.others == (("2023-05-14", 1), ("2024-01-02", 1))
    assert any_searcher.names_over_time(NamesRequest(ArticleQuery(), "year", "absent", 2)) == NamesOverTime((), ())


def test_an_export_follows_the_ids(any_searcher: Searcher) -> None:
    ids = sorted(one.id for one in ARTICLES)
    whole = any_searcher.export(ArticleQuery())
    assert whole.total == len(ids)
    pairs = list(whole.articles)
    assert [article.id for article, _ in pairs] == ids
    assert {cluster.size for article, cluster in pairs if article.path[1:] in FLOODS} == {3}
    rest = any_searcher.export(ArticleQuery(), after=ids[4], most=3)
    assert (rest.total, [article.id for article, _ in rest.articles]) == (len(ids) - 5, ids[5:8])
    assert any_searcher.export(ArticleQuery(), after=ids[-1]).total == 0
    collapsed = [article.id for article, _ in any_searcher.export(ArticleQuery(collapse=True)).articles]
    assert any_searcher.export(ArticleQuery(collapse=True), after=collapsed[1], most=2).total == len(collapsed) - 2
    assert collapsed == [one for one in ids if one not in sorted(article_id(name) for name in FLOODS)[1:]]
    of_query = any_searcher.export(ArticleQuery(Ranked(TermQuery("folded", "رئيس")), chosen(source=("ساحل",))))
    assert [article.path for article, _ in of_query.articles] == ["/president 3"]


def test_articles_are_listed_by_id(any_searcher: Searcher) -> None:
    everything = any_searcher.listed(0, 100)
    assert [article for article, _ in everything] == sorted(one.id for one in ARTICLES)
    moments = dict(everything)
    assert moments[article_id("month")] == datetime(2023, 5, 1)
    assert moments[article_id("market")] == datetime(2024, 1, 2, 8, 30)
    assert moments[article_id("undated")] is None
    assert any_searcher.listed(2, 3) == everything[2:5]


def test_articles_come_back_as_they_were_put_in(any_searcher: Searcher) -> None:
    wanted = [article_id("year"), "nothing", article_id("flood")]
    found = any_searcher.articles(wanted)
    assert found == {one.id: one for one in ARTICLES if one.id in wanted}
    assert any_searcher.count() == len(ARTICLES)


def test_names_of_columns(any_searcher: Searcher) -> None:
    assert [name for name in any_searcher.names("source") if name] == ["الرافدين", "النيل", "ساحل"]
    assert [name for name in any_searcher.names("author") if name] == ["سامي نور", "ليلى حداد"]
    assert [name for name in any_searcher.names("topic") if name] == ["ثقافة"]
    assert any_searcher.own_fields == ("topic",)
    assert list(any_searcher.names("unknown")) == []


# --- similar and significant


def test_similar_articles(any_searcher: Searcher) -> None:
    found = any_searcher.similar(article_id("president"), 5)
    assert {one.article.path[1:] for one in found[:2]} == {"president 2", "president 3"}
    likeness = [one.similarity for one in found]
    assert likeness == sorted(likeness, reverse=True)
    assert all(0 < one <= 1.01 for one in likeness)
    assert not FLOODS & {one.article.path[1:] for one in any_searcher.similar(article_id("flood"), 5)}
    assert any_searcher.similar("0" * 16, 5) == []
    assert any_searcher.similar(article_id("president"), 0) == []


def test_articles_similar_to_a_text(any_searcher: Searcher) -> None:
    own = any_searcher.articles([article_id("president"), article_id("flood")])
    for article in own.values():
        (first, *others) = any_searcher.similar_to(f"{article.title}\n{article.body}", 3)
        assert article.id == first.article.id or article.path[1:] in FLOODS
        assert 0.9 < first.similarity < 1.01
        assert all(one.similarity < first.similarity for one in others)
        assert not FLOODS & {one.article.path[1:] for one in others}, "one stands for its copies"
    half = any_searcher.similar_to("رئيس الحكومة يفتتح معرض الزهور في الحديقة العامة بحضور المئات", 3)
    assert half[0].article.id == article_id("president")
    assert 0.12 < half[0].similarity < 0.9
    assert any_searcher.similar_to("", 3) == any_searcher.similar_to("5 من في", 3) == []
    assert any_searcher.similar_to("رئيس الحكومة", 0) == []


def test_significant_words(any_searcher: Searcher) -> None:
    request = PageRequest(ArticleQuery(Ranked(TermQuery("stem", "فيضان"))), "relevance", limit=10, facets=())
    found = any_searcher.significant(request, 100)
    assert (found.sample, found.total) == (3, 3)
    assert {"دجله", "منسوب", "ضفاف"} <= {term.base for term in found.terms}
    assert all(term.inside == term.articles == 3 for term in found.terms)
    assert all(term.score > 6.63 and term.example is None for term in found.terms)
    assert any_searcher.significant(request, 2).terms == found.terms[:2]
    stems = {any_searcher.analyser.word(term.base).stem for term in found.terms[:2]}
    assert any_searcher.significant(request, 100, stems).terms == found.terms[2:]
    one = replace(request, limit=1)
    assert (any_searcher.significant(one, 3).sample, any_searcher.significant(one, 3).total) == (1, 3)


# --- headlines


def test_phrases_of_headlines(any_searcher: Searcher, analyser: Analyser) -> None:
    first, second = (word.base for word in analyser.words("رئيس الحكومة")[0])
    begun, other = any_searcher.continuations([HeadlineStart((first,), second[:2]), HeadlineStart((), "غائب")], 5)
    assert other == []
    (two,) = [one for one in begun if one.words == (first, second)]
    assert two.headlines == 3
    titles = any_searcher.articles([place.article_id for place in two.places])
    for place in two.places:
        bases = [word.base for word in analyser.words(titles[place.article_id].title)[0]]
        assert tuple(bases[place.word : place.word + 2]) == (first, second)
    assert sum(len(one.words) == 3 for one in begun) == 3


def test_headlines_with_a_beginning(any_searcher: Searcher, analyser: Analyser) -> None:
    first, second = (word.base for word in analyser.words("رئيس الحكومة")[0])
    found, none = any_searcher.headlines([HeadlineStart((first,), second), HeadlineStart((first,), "غائب")], 2)
    assert found.count == 3
    assert found.articles == tuple((article_id(name), title_of(name)) for name in ("president 3", "president 2"))
    assert (none.count, none.articles) == (0, ())
    assert any_searcher.headlines([HeadlineStart((first,), second)], 0)[0].articles == ()
    assert any_searcher.headline_words([first, "غائب"]) == {first}


def test_a_headline_is_found_once_however_often_it_has_the_words(any_searcher: Searcher) -> None:
    (found,) = any_searcher.headlines([HeadlineStart((), "")], 100)
    assert found.count == len(found.articles) == len(ARTICLES)
    assert {one for one, _ in found.articles} == {one.id for one in ARTICLES}


# --- vocabulary


def test_words_are_counted_and_spelled(any_searcher: Searcher) -> None:
    vocabulary = any_searcher.vocabulary
    assert vocabulary.counts(["رييس", "رئيس", "غيتس", "غائب"], "folded") == [
        len(names(page(any_searcher, TermQuery("folded", text)))) for text in ("رييس", "رئيس", "غيتس", "غائب")
    ]
    assert vocabulary.counts(["جسر"], "stem") == [2]
    assert vocabulary.counts([]) == []
    assert vocabulary.spellings(["القاهره", "اسعار", "غائبه"]) == ["القاهرة", "أسعار", "غائبه"]
    assert vocabulary.total > 100


def test_words_with_a_beginning(any_searcher: Searcher) -> None:
    assert any_searcher.vocabulary.with_prefix("المدين", 5) == [("المدينه", 3)]
    found = any_searcher.vocabulary.with_prefix("ال", 4)
    assert len(found) == 4
    assert [count for _, count in found] == sorted((count for _, count in found), reverse=True)


def test_similar_spellings(any_searcher: Searcher) -> None:
    found = any_searcher.vocabulary.near("القاهرهه", -30.0, 2, 3)
    assert found[0].word == "القاهره"
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert any_searcher.vocabulary.near("القاهرهه", 0.0, 2, 3) == []


def test_words_like_a_latin_name_or_a_sound(any_searcher: Searcher) -> None:
    assert "بغداد" in [one.word for one in any_searcher.vocabulary.like_latin("baghdad", 3, -30.0, 5)]
    assert any_searcher.vocabulary.like_latin("baghdad", 9, -30.0, 5) == []
    sounding = any_searcher.vocabulary.sounding(keys("غيتس"), 2, 10, 20)
    assert {"غيتس", "جيتس"} <= set(sounding)
    assert any_searcher.vocabulary.sounding(keys("غيتس"), 9, 10, 20) == []


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


# --- nothing to find


def test_an_empty_index_answers(empty_searcher: Searcher) -> None:
    assert empty_searcher.count() == 0
    found = page(empty_searcher, TermQuery("folded", "جسر"), terms=(("folded", "جسر"),), copies=2, explain=True)
    assert (found.hits, found.total, found.listed, found.timeline) == ((), 0, 0, ())
    assert not any(map(len, found.facets.values()))
    assert page(empty_searcher, Words((TermQuery("stem", "جسر"),), least=0)).total == 0
    assert page(empty_searcher, None, collapse=True).total == 0
    assert empty_searcher.matches([ArticleQuery()]) == [0]
    assert empty_searcher.periods([PeriodRequest(ArticleQuery(), "day")])[0].counts == ()
    assert empty_searcher.export(ArticleQuery(collapse=True)).total == 0
    assert empty_searcher.listed(0, 5) == []
    assert empty_searcher.articles(["0" * 16]) == {}
    assert empty_searcher.similar("0" * 16, 3) == []
    request = PageRequest(ArticleQuery(Ranked(TermQuery("folded", "جسر"))), "relevance")
    assert empty_searcher.significant(request, 3).terms == ()
    assert [name for name in empty_searcher.names("source") if name] == []
    assert empty_searcher.continuations([HeadlineStart((), "")], 5) == [[]]
    assert empty_searcher.headlines([HeadlineStart(("جسر",), "")], 5)[0].count == 0
    vocabulary = empty_searcher.vocabulary
    assert (vocabulary.total, vocabulary.counts(["جسر"]), vocabulary.spellings(["جسر"])) == (0, [0], ["جسر"])
    assert vocabulary.near("جسر", -30.0, 2, 3) == vocabulary.like_latin("jisr", 2, -30.0, 3) == []
    assert vocabulary.sounding(keys("جسر"), 1, 9, 9) == []
