# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests a year in a query: texts that name it, articles published in it, and how that reading is reported and
refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.arabic.analyser import Analyser
from indexer.engine.local.whoosh_engine import WhooshEngine
from indexer.search.answers.results import (
    Expansion,
    SearchResults,
)
from indexer.search.answers.spread import TimelineOptions
from indexer.search.archive import Archive
from indexer.search.planning.expansions import removed
from indexer.search.planning.years import years
from indexer.search.query.request import SearchRequest
from indexer.search.query.tree import Period
from tests.answers import search_answer
from tests.conftest import Build
from web.app import create_app
from web.texts import texts

NEWS = [
    ("يقوله", "نتائج بطولة الشطرنج", "قال المنظمون إن بطولة الشطرنج لسنة 2016 كانت الأكبر.", "2020-01-05"),
    ("نشر", "افتتاح بطولة الشطرنج", "بدأت اليوم بطولة الشطرنج في القاعة الكبرى.", "2016-07-09"),
    ("كلاهما", "ختام بطولة الشطرنج", "اختتمت بطولة الشطرنج دورة 2016 بفوز المضيف.", "2016-07-20"),
    ("غيره", "بطولة الشطرنج تعود", "تعود بطولة الشطرنج بعد غياب.", "2021-03-01"),
    ("سوق", "سوق المدينة", "ازدحم سوق المدينة بالزوار.", "2016-02-02"),
    ("مهرجان", "مهرجان الربيع", "أقيم مهرجان الربيع في الحديقة.", "2022-08-15"),
    ("بلا", "بطولة الشطرنج بلا موعد", "لم يحدد موعد بطولة الشطرنج.", None),
]


@pytest.fixture(scope="module")
def index(build: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("years")
    lines = [
        json.dumps({"id": name, "title": title, "body": body, "date": day}, ensure_ascii=False)
        for name, title, body, day in NEWS
    ]
    (folder / "news.jsonl").write_text("\n".join(lines), encoding="utf-8")
    build(folder / "index", folder / "news.jsonl")
    return folder / "index"


@pytest.fixture(scope="module")
def archive(index: Path, engine: WhooshEngine) -> Archive:
    return Archive(index)


NAMES = {title: name for name, title, _, _ in NEWS}


def search(archive: Archive, query: str, **params: object) -> SearchResults:
    return archive.search(SearchRequest(q=query, **{"match": "all", **params}))  # type: ignore[arg-type]  # each option has its own type


def found(archive: Archive, query: str, **params: object) -> list[str]:
    return [NAMES[hit.article.title] for hit in search(archive, query, **params).hits]


def told(results: SearchResults) -> list[Expansion]:
    return [one for one in results.expansions if one.kind == "year"]


@pytest.mark.parametrize(
    "query",
    [
        "بطولة الشطرنج 2016",
        "بطولة الشطرنج ٢٠١٦",
        "بطولة الشطرنج ۲۰۱۶",
        "بطولة الشطرنج عام 2016",
        "بطولة الشطرنج لسنة 2016م",
        "بطولة الشطرنج في العام 2016",
        "بطولة الشطرنج 2016 ميلادي",
    ],
)
def test_articles_that_name_the_year_precede_those_published_in_it(archive: Archive, query: str) -> None:
    results = search(archive, query)
    names = [NAMES[hit.article.title] for hit in results.hits]
    assert set(names) == {"كلاهما", "يقوله", "نشر"}
    assert names[2] == "نشر"
    assert [one.by for one in told(results)] == ["2016"]
    assert results.total == len(results.full_hits) == 3
    assert {count.value: count.count for count in results.facets["year"]} == {"2016": 2, "2020": 1}
    assert sum(count.count for count in results.timeline) == 3


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("بطولة الشطرنج =2016", "يقوله كلاهما"),
        ('بطولة "2016"', "يقوله كلاهما"),
        ('"دورة 2016"', "كلاهما"),
        ('"الشطرنج 2016"', ""),
        ("بطولة عنوان:2016", ""),
        ("بطولة -2016", "نشر غيره بلا"),
        ("بطولة 1967", ""),
        ("بطولة 20160", ""),
        ("بطولة 2,016", "يقوله كلاهما"),
        ("بطولة (2016 | 2021)", "يقوله نشر كلاهما غيره"),
        ("2016", "يقوله نشر كلاهما سوق"),
        ("الأمين العام 2016", ""),
        ("مهرجان 1444", ""),
        ("مهرجان الربيع 1444هـ", "مهرجان"),
        ("مهرجان 1444 هجرية", "مهرجان"),
        ("مهرجان عام 1444", "مهرجان"),
        ("مهرجان 1443هـ", ""),
    ],
)
def test_where_a_year_is_read_as_a_date_too(archive: Archive, query: str, names: str) -> None:
    assert set(found(archive, query)) == set(names.split())


def test_literal_words_are_not_read_as_years(archive: Archive) -> None:
    assert set(found(archive, "بطولة 2016", exact=True)) == {"يقوله", "كلاهما"}


@pytest.mark.parametrize("without", ["year", "year:2016"])
def test_a_year_can_be_refused(archive: Archive, without: str) -> None:
    results = search(archive, "بطولة عام 2016", without=(without,))
    assert told(results) == []
    assert results.total == 0  # عام is an ordinary word then, which no article has
    assert set(found(archive, "بطولة 2016", without=(without,))) == {"يقوله", "كلاهما"}


def test_one_of_two_years_can_be_refused(archive: Archive) -> None:
    results = search(archive, "بطولة (2016 | 2021)")
    assert [one.text for one in told(results)] == ["2016", "2021"]
    without = removed(told(results)[0], results.request).without
    assert set(found(archive, "بطولة (2016 | 2021)", without=without)) == {"يقوله", "كلاهما", "غيره"}


def test_only_text_that_names_the_year_is_marked(archive: Archive) -> None:
    for hit in search(archive, "بطولة الشطرنج 2016").hits:
        shown = [text.text[a:b] for text in (hit.title, *hit.snippets) for a, b in text.marks]
        assert ("2016" in shown) == (NAMES[hit.article.title] != "نشر")


def test_an_article_found_by_its_date_is_explained(archive: Archive) -> None:
    results = search(archive, "بطولة الشطرنج 2016", explain=True)
    for hit in results.hits:
        assert hit.why
        forms = {word.text: word.form for word in hit.why.words}
        assert forms["2016"] == ("published" if NAMES[hit.article.title] == "نشر" else "typed")
        assert sum(word.score for word in hit.why.words) == pytest.approx(
            (hit.score - hit.why.lift) / hit.why.recency - hit.why.beside - hit.why.similar
        )


def test_api_and_page_report_it_and_link_to_the_search_without_it(index: Path, archive: Archive) -> None:
    results = search(archive, "بطولة ٢٠١٦")
    (shown,) = [one for one in search_answer(results)["query"]["expansions"] if one["kind"] == "year"]
    assert (shown["text"], shown["by"]) == ("٢٠١٦", "2016")
    client = create_app(index).test_client()
    for language, said in (("ar", "نُشر في عام 2016"), ("en", "published in 2016")):
        page = client.get("/", query_string={"q": "بطولة ٢٠١٦", "lang": language}).get_data(as_text=True)
        assert said in page
        assert "without=year%3A2016" in page
    fewer = client.get(shown["remove"]).get_json()
    assert fewer["total"] == 2
    assert [one["kind"] for one in fewer["query"]["expansions"]].count("year") == 0


def test_a_hijri_year_is_reported_as_a_period_of_days(index: Path, archive: Archive) -> None:
    (one,) = told(search(archive, "مهرجان 1444هـ"))
    assert one.by == "2022-07-30..2023-07-18"
    with create_app(index).test_request_context("/?lang=en"):
        assert texts.published_within(one.by) == "published from 30 July 2022 to 18 July 2023"


def test_any_order_and_the_timeline_count_the_same(archive: Archive) -> None:
    for sort in ("relevance", "newest", "oldest"):
        assert search(archive, "بطولة 2016", sort=sort).total == 3
    timeline = archive.timeline(SearchRequest(q="بطولة 2016", match="all"), TimelineOptions("year")).spread.periods
    assert {one.period: one.count for one in timeline if one.count} == {"2016": 2, "2020": 1}


@pytest.mark.parametrize(
    ("query", "is_year"),
    [
        ("العمرة 1444", True),
        ("لموسم 1444", True),
        ("وفي رمضان 1444", True),
        ("ذي الحجة 1444", True),
        ("بعام 1444", True),
        ("1444ه", True),
        ("1444 للهجرة", True),
        ("1444 شخصا", False),
        ("حضر 1444", False),
        ("1,444هـ", False),
        ("عام 1943", True),
        ("ب1999", True),
        ("1899", False),
        ("2100", False),
        ("02016", False),
        ("2.016", False),
    ],
)
def test_which_numbers_are_years(analyser: Analyser, query: str, is_year: bool) -> None:
    words = [token for token in analyser.tokens(query) if not token.extra]
    assert bool(years(words, range(1800, 2200), analyser).days) == is_year


def test_an_archive_without_the_year_reports_nothing(analyser: Analyser) -> None:
    words = analyser.tokens("بطولة 2016")
    assert years(words, (), analyser).days == years(words, {2015, 2017}, analyser).days == {}
    ((first, last),) = years(words, {2016}, analyser).days.values()
    assert Period(first, last) == Period(first.replace(2016, 1, 1), last.replace(2016, 12, 31))


@given(
    st.lists(
        st.sampled_from(
            ["عام", "العام", "2016", "1444", "١٩٩٩", "هـ", "م", "رمضان", "ربيع الأول", "9999", "1343", "1499"]
        )
    )
)
def test_any_words_and_numbers_are_read(analyser: Analyser, words: list[str]) -> None:
    tokens = [token for token in analyser.tokens(" ".join(words)) if not token.extra]
    found = years(tokens, range(1900, 2100), analyser)
    for position, (first, last) in found.days.items():
        assert first < last
        assert 353 <= (last - first).days <= 365
        assert tokens[position].text.isdecimal()
    assert not found.beside & set(found.days)
