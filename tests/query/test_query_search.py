# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests the operators over real articles: each finds exactly what it should, and every expansion can be refused."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.article import Article, Published, article_id
from indexer.columns import ChosenNames
from indexer.engine.base import Searcher
from indexer.engine.local.whoosh_engine import WhooshEngine
from indexer.errors import RequestError
from indexer.search.answers.results import Expansion
from indexer.search.archive import Archive
from indexer.search.planning.column_names import ColumnNames
from indexer.search.planning.plan import plan
from indexer.search.query.request import SearchRequest
from tests.answers import search_answer
from tests.asking import page, paths
from tests.query.test_query import ANY, TODAY

NEWS = (
    ("جسر", "جسر السنابل يُفتتح", "قال الوزير إن الجسر جاهز.", "رويترز", "اقتصاد", "علي حسن", "2021-11-05"),
    ("سوق", "سوق جديد في بغداد", "بُني على جسر السنابل القديم سوق كبير.", "سكاي نيوز عربية", "اقتصاد", "", "2022-03-01"),
    ("متحف", "متحف الفخار", "الوزراء والكاظمي زاروا متحف الفخار عند السنابل قرب الجسر.", "رويترز", "ثقافة",
     "سعاد علي", "2022"),
    ("طقس", "طقس ديسمبر", "أمطار في كانون الأول على البصرة وبغداد.", "شينخوا", "طقس", "", None),
    ("قمة", "قمة أميركية", "الرئيس الأمريكي والكاظم في القمة.", "رويترز", "عالم", "", "2023-01-15"),
)  # fmt: skip


@pytest.fixture(scope="module")
def searcher(engine: WhooshEngine, tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    folder = tmp_path_factory.mktemp("operators")
    writer = engine.writer(folder, fresh=True)
    writer.apply(
        [],
        [
            Article(
                article_id(name),
                title,
                body,
                f"/{name}",
                source,
                category,
                author,
                published=Published(day) if day else None,
            )
            for name, title, body, source, category, author, day in NEWS
        ],
    )
    writer.finish()
    return engine.open(folder)


def found(searcher: Searcher, query: str, **params: Any) -> set[str]:
    """Returns the names of the articles that match all of ``query``."""
    request = SearchRequest(q=query, **{"match": "all", **params})
    asked = plan(request, searcher.analyser, ColumnNames.of(searcher), TODAY)
    if asked.nothing:
        return set()
    return set(paths(page(searcher, asked.ranked, asked.filters, "newest")))


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("جسر السنابل", "جسر سوق متحف"),
        ('"جسر السنابل"', "جسر سوق"),
        ('"السنابل قرب الجسر"', "متحف"),
        ('"الجسر السنابل"~1', "متحف"),
        ('"الجسر السنابل"', ""),
        ('"متحف الجسر"~1', ""),
        ('"متحف الجسر"~4', "متحف"),
        ("عنوان:جسر", "جسر"),
        ("عنوان:السنابل", "جسر"),
        ("عنوان:بالجسر", "جسر"),
        ('عنوان:"جسر السنابل"', "جسر"),
        ("عنوان:(جسر | متحف)", "جسر متحف"),
        ("-عنوان:جسر جسر", "سوق متحف"),
        ("عنوان:سو*", "سوق"),
        ("عنوان:=الفخار", "متحف"),
        ("عنوان:=فخار", ""),
        ("مصدر:رويترز", "جسر متحف قمة"),
        ("مصدر:سكاي", "سوق"),
        ('source:"سكاي نيوز عربيه"', "سوق"),
        ("مصدر:غائب", ""),
        ("مصدر:رويت*", "جسر متحف قمة"),
        ("مصدر:عرب*", "سوق"),
        ("مصدر:رويز*", ""),
        ("-source:شين* بغداد", "سوق"),
        ("-مصدر:رويترز", "سوق طقس"),
        ("مصدر:رويترز OR مصدر:شينخوا", "جسر متحف قمة طقس"),
        ("مصدر:غائب OR جسر", "جسر سوق متحف"),
        ("قسم:اقتصاد", "جسر سوق"),
        ("كاتب:علي", "جسر متحف"),
        ('كاتب:"علي حسن"', "جسر"),
        ("تاريخ:2022", "سوق متحف"),
        ("تاريخ:2021-11", "جسر"),
        ("بعد:2022-02", "سوق قمة"),
        ("after:2022 before:2023", "سوق متحف"),
        ("date:[2021 TO 2022]", "جسر سوق متحف"),
        ("تاريخ:2021 أو قمة", "جسر قمة"),
        ("-تاريخ:2022 جسر", "جسر"),
        ("بغداد أو متحف", "سوق طقس متحف"),
        ("سوق OR طقس", "سوق طقس"),
        ("(جسر سوق) | طقس", "سوق طقس"),
        ("جسر NOT سوق", "جسر متحف"),
        ("جسر ليس سوق", "جسر متحف"),
        ("جسر -(سوق | متحف)", "جسر"),
        ("جسر -(سوق متحف)", "جسر سوق متحف"),
        ("بغداد OR -السنابل", "سوق طقس قمة"),
        ("كاظم*", "متحف قمة"),
        ("الكاظم*", "متحف قمة"),
        ("كاظمي*", "متحف"),
        ("وزير", "جسر متحف"),
        ("=الوزير", "جسر"),
        ("=وزير", ""),
        ("أمريكي", "قمة"),
        ("=الامريكي", "قمة"),
        ("ديسمبر", "طقس"),
        ("كانون الأول", "طقس"),
        ("دجنبر", "طقس"),
    ],
)
def test_each_operator_finds_the_right_articles(searcher: Searcher, query: str, names: str) -> None:
    assert found(searcher, query) == set(names.split())


def test_filters_of_query_and_address_are_combined(searcher: Searcher) -> None:
    assert found(searcher, "تاريخ:2021..2022", date_from=date(2022, 2, 1)) == {"سوق"}
    assert found(searcher, "تاريخ:2021", date_from=date(2022, 2, 1)) == set()
    assert found(searcher, "مصدر:رويترز", chosen=ChosenNames.of(source=("رويترز", "شينخوا"))) == {"جسر", "متحف", "قمة"}
    assert found(searcher, "مصدر:رويترز", chosen=ChosenNames.of(source=("شينخوا",))) == set()


@pytest.mark.parametrize(
    ("query", "expansion", "kept", "refused"),
    [
        ("ديسمبر البصرة", Expansion("month", "ديسمبر", "كانون الأول"), "طقس", ""),
        ("وزراء", Expansion("variant", "وزراء", "وزير"), "جسر متحف", ""),
        ("أمريكي", Expansion("variant", "أمريكي", "أميركي"), "قمة", ""),
    ],
)
def test_an_expansion_is_reported_and_can_be_refused(
    searcher: Searcher, query: str, expansion: Expansion, kept: str, refused: str
) -> None:
    asked = plan(SearchRequest(q=query), searcher.analyser)
    assert expansion in asked.expansions
    what = expansion.text if expansion.kind == "variant" else expansion.by
    body = query if expansion.kind != "month" else "ديسمبر"
    for name in (f"{expansion.kind}:{what}", expansion.kind):
        assert expansion not in plan(SearchRequest(q=query, without=(name,)), searcher.analyser).expansions
    assert found(searcher, query) == set(kept.split())
    without = ("variant",) if expansion.kind == "variant" else ("month", "variant")
    if expansion.kind != "month":
        assert found(searcher, body, without=without) == set(refused.split())


def test_a_refused_synonym_is_not_found_while_others_are(sample_archive: Archive) -> None:
    whole = sample_archive.search(SearchRequest(q="ديسمبر", per_page=100))
    by = {one.by for one in whole.expansions if one.kind == "month"}
    assert by == {"كانون الأول", "دجنبر"}
    less = sample_archive.search(SearchRequest(q="ديسمبر", per_page=100, without=("month:كانون الأول",)))
    assert {one.by for one in less.expansions if one.kind == "month"} == {"دجنبر"}
    assert 0 < less.total < whole.total


def test_the_json_has_an_address_without_each_expansion(sample_archive: Archive) -> None:
    data = search_answer(sample_archive.search(SearchRequest(q="ديسمبر")))
    assert {one["kind"] for one in data["query"]["expansions"]} == {"variant", "month"}
    for one in data["query"]["expansions"]:
        params = parse_qs(urlsplit(one["remove"]).query)
        request = SearchRequest.from_params(params)
        again = search_answer(sample_archive.search(request))["query"]["expansions"]
        assert not any((one["kind"], one["by"]) == (other["kind"], other["by"]) for other in again)


@pytest.mark.parametrize("name", ["relaxed", "x", "month" * 300, ":", "variant:" + "x" * 1000])
def test_an_expansion_that_cannot_be_refused_is_an_error(name: str) -> None:
    with pytest.raises(RequestError, match="without must be one of"):
        SearchRequest.from_params({"without": [name]})
    with pytest.raises(RequestError, match="without must be"):
        SearchRequest.from_params({"without": [f"month:{number}" for number in range(51)]})


def test_a_request_with_refusals_survives_its_address() -> None:
    request = SearchRequest(q="x", without=("month", "synonym:حلف شمال الأطلسي"))
    params: dict[str, list[str]] = {}
    for name, value in request.to_params():
        params.setdefault(name, []).append(value)
    assert SearchRequest.from_params(params) == request


@settings(max_examples=150)
@given(ANY, st.sampled_from(("auto", "all", "any")))
def test_a_query_and_its_reading_find_the_same(searcher: Searcher, query: str, match: Any) -> None:
    first = plan(SearchRequest(q=query, match=match), searcher.analyser, ColumnNames.of(searcher), TODAY)
    again = plan(SearchRequest(q=first.read_as, match=match), searcher.analyser, ColumnNames.of(searcher), TODAY)
    assert again.read_as == first.read_as
    if not (first.nothing or again.nothing):
        asked = [page(searcher, one.ranked, one.filters, "newest", limit=10) for one in (first, again)]
        assert asked[0] == asked[1]
    assert first.nothing == again.nothing or not first.read_as


def test_a_headline_with_operator_words_finds_its_article(sample_archive: Archive) -> None:
    """A pasted headline finds its own article first, whatever common words it holds."""
    newest = sample_archive.search(SearchRequest(per_page=20)).hits
    for hit in newest:
        for headline in (f"{hit.article.title} أو غيره", f"ليس {hit.article.title}"):
            results = sample_archive.search(SearchRequest(q=headline[:1000], match="any"))
            if hit.article.title:
                assert hit.article.title in {other.article.title for other in results.hits[:3]}
