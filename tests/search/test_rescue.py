# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests queries that no article matches in full: corrected, relaxed, or matched in part, with a report of each step."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.search.answers.results import Expansion
from indexer.search.archive import Archive
from indexer.search.query.request import SearchRequest
from indexer.settings import SETTINGS
from tests.answers import search_answer
from tests.query.test_query import ANY, HOSTILE
from tests.web_fixtures import arabic
from web.app import create_app


def answer(archive: Archive, q: str, **params: Any) -> dict[str, Any]:
    data: dict[str, Any] = search_answer(archive.search(SearchRequest(q=q, **params)))
    return data


@pytest.mark.parametrize(
    ("query", "reading"),
    [
        ("جسر السنبال", "جسر السنابل"),
        ("[sv hgskhfg", "جسر السنابل"),
        ("الفخلر", "الفخار"),
        ("عنوان:الفخلر", "عنوان:الفخار"),
    ],
)
def test_a_typing_error_is_corrected_if_nothing_is_found(sample_archive: Archive, query: str, reading: str) -> None:
    data = answer(sample_archive, query)
    assert data["query"]["read_as"] == reading
    assert data["query"]["input"] == query
    assert data["query"]["corrections"]
    assert data["total"] > 0
    told = {(one["text"], one["by"]) for one in data["query"]["expansions"] if one["kind"] == "spelling"}
    assert told == {(one["text"], one["by"]) for one in data["query"]["corrections"]}
    assert [hit["id"] for hit in data["results"]] == [hit["id"] for hit in answer(sample_archive, reading)["results"]]
    typed = answer(sample_archive, query, without=("spelling",))
    assert typed["query"]["corrections"] == []
    assert typed["total"] == 0


@pytest.mark.parametrize(
    ("query", "reading"),
    [
        ("source:waha-wire متحف رشيد", 'مصدر:"waha wire" متحف رشيد'),
        ("(source:waha-wire OR source:sahil-press) متحف رشيد", '(مصدر:"waha wire" | مصدر:"sahil press") متحف رشيد'),
        ("date:2021 متحف رشيد", "تاريخ:2021 متحف رشيد"),
        ("title:hguvhr", "عنوان:العراق"),
        ("hguvhr AND متحف", "العراق متحف"),
    ],
)
def test_only_searched_words_are_corrected(sample_archive: Archive, query: str, reading: str) -> None:
    assert answer(sample_archive, query)["query"]["read_as"] == reading


def test_a_facet_counts_within_the_query(sample_archive: Archive) -> None:
    for query, facet in (("تاريخ:2023 متحف", "year"), ("مصدر:sahil-press", "source")):
        data = answer(sample_archive, query, match="all")
        assert [one["count"] for one in data["facets"][facet]] == [data["total"]]
    data = answer(sample_archive, "مصدر:sahil-press", match="all")
    for one in data["facets"]["year"]:
        first, last = (date(int(one["value"]), *day) for day in ((1, 1), (12, 31)))
        chosen = answer(sample_archive, "مصدر:sahil-press", match="all", date_from=first, date_to=last)
        assert chosen["total"] == one["count"]


@pytest.mark.parametrize("query", ["|", "(", "- ", "»", "=»", ". "])
def test_a_query_without_words_finds_nothing_however_it_is_written(sample_archive: Archive, query: str) -> None:
    first = answer(sample_archive, query)
    again = answer(sample_archive, first["query"]["read_as"])
    assert first["total"] == again["total"] == 0
    assert again["query"]["read_as"] == first["query"]["read_as"]


def test_a_phrase_that_does_not_occur_is_searched_as_words(sample_archive: Archive) -> None:
    results = sample_archive.search(SearchRequest(q='"السنابل جسر"'))
    assert results.total > 0
    assert Expansion("relaxed", '"السنابل جسر"', "السنابل جسر") in results.expansions
    assert sample_archive.search(SearchRequest(q='"السنابل جسر"', match="all")).total == 0


def test_words_in_no_article_are_dropped_and_reported(sample_archive: Archive) -> None:
    data = answer(sample_archive, "جسر زرافة")
    assert data["query"]["dropped"] == ["زرافة"]
    assert data["partial_total"] > 0 == data["total"]
    assert answer(sample_archive, "جسر السنابل")["query"]["dropped"] == []


@pytest.mark.parametrize(
    ("query", "match", "absent"),
    [
        ("جسر زرافة", "all", ["زرافة"]),
        ("زرافة قنفذ", "auto", ["زرافة", "قنفذ"]),
        ("زرافة قنفذ", "any", ["زرافة", "قنفذ"]),
        ("زرافة جس*", "all", ["زرافة"]),
        ("زرافة", "auto", ["زرافة"]),
    ],
)
def test_words_in_no_article_are_named_if_nothing_is_found(
    sample_archive: Archive, query: str, match: str, absent: list[str]
) -> None:
    data = answer(sample_archive, query, match=match)
    assert (data["total"], data["query"]["dropped"]) == (0, absent)


@pytest.mark.parametrize("query", ["؟؟", '"*"', "-"])
def test_signs_alone_are_distinguished_from_words_that_find_nothing(sample_index: Path, query: str) -> None:
    archive = Archive(sample_index)
    assert archive.search(SearchRequest(q=query)).wordless
    assert archive.timeline(SearchRequest(q=query)).wordless
    assert not archive.search(SearchRequest(q="زرافة")).wordless
    assert not archive.search(SearchRequest(q="مصدر:زرافة")).wordless
    html = create_app(sample_index).test_client().get("/", query_string={"q": query}).get_data(as_text=True)
    assert "لا كلمة في هذا البحث" in html
    assert "لا يُبحث عن العلامات وحدها" in html
    assert 'class="subjects"' in html
    assert 'class="nothing"' not in html


@pytest.mark.parametrize(
    ("query", "meant"), [("العرق", "العراق"), ("Tazeri", "التازيري"), ("جسر Sanabel", "جسر السنابل")]
)
def test_a_guess_is_proposed_but_not_searched(sample_archive: Archive, query: str, meant: str) -> None:
    data = answer(sample_archive, query)
    assert (data["query"]["read_as"], data["query"]["corrections"]) == (query, [])
    assert [one["text"] for one in data["suggestions"]] == [meant]


@pytest.mark.parametrize(
    ("query", "word", "reading", "bare"),
    [
        ("جسر ليس متحف", "ليس", "جسر -متحف", "جسر ليس متحف"),
        ("متحف أو سوق", "أو", "متحف أو سوق", "متحف أو سوق"),
    ],
)
def test_a_word_read_as_an_operator_is_reported_and_can_be_read_as_a_word(
    sample_index: Path, sample_archive: Archive, query: str, word: str, reading: str, bare: str
) -> None:
    data = answer(sample_archive, query)
    assert data["query"]["read_as"] == reading
    (told,) = [one for one in data["query"]["expansions"] if one["kind"] == "operator"]
    assert told["text"] == word
    params = parse_qs(urlsplit(told["remove"]).query)
    again = search_answer(sample_archive.search(SearchRequest.from_params(params)))
    assert again["query"]["read_as"] == bare
    assert again["total"] < data["total"]
    assert not [one for one in again["query"]["expansions"] if one["kind"] == "operator"]
    html = create_app(sample_index).test_client().get("/", query_string={"q": query}).get_data(as_text=True)
    label = arabic("Read as a search operator:")
    assert f'{label} <bdi dir="rtl">{word}</bdi>' in html
    assert "without=operator" in html


@pytest.mark.parametrize("query", ['"السنابل جسر"', "جسر زرافة"])
def test_relaxing_can_be_refused(sample_archive: Archive, query: str) -> None:
    told, *_ = [one for one in answer(sample_archive, query)["query"]["expansions"] if one["kind"] == "relaxed"]
    params = parse_qs(urlsplit(told["remove"]).query)
    again = search_answer(sample_archive.search(SearchRequest.from_params(params)))
    assert (again["total"], again["partial_total"], again["query"]["read_as"]) == (0, 0, query)


@pytest.mark.parametrize("query", ["المدينةبعد: 2023-05", "السنابلعنوان: جسر", "السنابل-جسر متحف"])
def test_a_correction_never_becomes_an_operator(sample_archive: Archive, query: str) -> None:
    results = sample_archive.search(SearchRequest(q=query))
    for text in (results.read_as, results.meant):
        assert not any(sign in text for sign in ("تاريخ:", "عنوان:", " -"))


@pytest.mark.parametrize("query", ["جسر السنبال", "متحف", "[sv hgskhfg"])
def test_words_and_names_are_counted_for_the_rescued_query(sample_archive: Archive, query: str) -> None:
    request = SearchRequest(q=query)
    found = sample_archive.search(request)
    words = sample_archive.words(request)
    assert (words.total, words.read_as) == (found.total, found.read_as)
    names = {one.value: one.count for one in sample_archive.names("source", request).counts}
    assert names == {one.value: one.count for one in found.facets["source"]}


@pytest.mark.parametrize("query", ["Syria", "Messi", "Zimbabwe"])
def test_an_unknown_name_is_not_replaced_by_another_word(sample_archive: Archive, query: str) -> None:
    data = answer(sample_archive, query)
    assert (data["query"]["read_as"], data["total"]) == (query, 0)


def test_a_listed_name_is_searched_in_arabic_if_it_occurs(sample_archive: Archive) -> None:
    assert answer(sample_archive, "Iraq Beirut")["query"]["read_as"] == "العراق بيروت"


def test_a_query_with_results_is_searched_as_typed(sample_archive: Archive) -> None:
    data = answer(sample_archive, "متحف")
    assert (data["query"]["read_as"], data["query"]["corrections"], data["suggestions"]) == ("متحف", [], [])


@pytest.mark.parametrize("query", ["جسر السنبال", '"السنابل جسر"', "جسر زرافة", "ديسمبر", "زرافة", "جسر -متحف <b>"])
def test_the_page_reports_what_was_done(sample_index: Path, sample_archive: Archive, query: str) -> None:
    page = create_app(sample_index).test_client().get("/", query_string={"q": query})
    assert page.status_code == 200
    html = page.get_data(as_text=True)
    results = sample_archive.search(SearchRequest(q=query))
    assert ("هل تقصد" in html) == bool(results.meant)
    assert ("ابحث عمّا كتبته" in html) == bool(results.corrections)
    assert ("لا ترد في الأرشيف" in html) == bool(results.dropped)
    assert ("وُسِّع البحث" in html) == any(one.kind in ("month", "synonym") for one in results.expansions)


@pytest.mark.parametrize(
    "query",
    [
        "جسر السنابل",
        '"جسر السنابل"',
        "ديسمبر",
        "وزراء مدينة",
        "عنوان:جسر",
        "كتا*",
        "جسر زرافة",
        "متحف | سوق",
        "الامريكيه -جسر",
    ],
)
@pytest.mark.parametrize("recency", [0.0, 0.5])
def test_the_explanation_of_a_hit_adds_up_to_its_score(sample_index: Path, query: str, recency: float) -> None:
    archive = Archive(sample_index, recency=recency)
    results = archive.search(SearchRequest(q=query, explain=True, match="all" if "زرافة" not in query else "any"))
    assert results.hits
    for hit in results.hits:
        assert hit.why
        assert hit.why.words
        added = sum(word.score for word in hit.why.words) + hit.why.similar + hit.why.beside
        assert added * hit.why.recency == pytest.approx(hit.score)
        assert hit.why.full
    assert all(hit.why is None for hit in archive.search(SearchRequest(q=query)).hits)


def test_the_lift_of_full_matches_is_explained_as_a_number(sample_index: Path) -> None:
    found = Archive(sample_index, recency=0.5).search(SearchRequest(q="جسر سوق", explain=True, per_page=50))
    assert {hit.why.full for hit in found.hits if hit.why} == {True, False}
    for hit in found.hits:
        assert hit.why
        added = sum(word.score for word in hit.why.words) + hit.why.similar + hit.why.beside
        assert added * hit.why.recency + hit.why.lift == pytest.approx(hit.score)
        assert (hit.why.lift > 0) == hit.why.full


def test_the_words_of_a_hit_are_explained_with_form_and_field(sample_archive: Archive) -> None:
    hit = sample_archive.search(SearchRequest(q="جسر السنابل", explain=True)).hits[0]
    assert hit.why
    words = {word.text: word for word in hit.why.words}
    assert set(words) == {"جسر", "السنابل"}
    assert words["السنابل"].form == "typed"
    assert "title" in words["السنابل"].fields
    assert ("جسر", "السنابل") in hit.why.neighbours
    (data, *_) = answer(sample_archive, "جسر السنابل", explain=True)["results"]
    assert data["why"]["full_match"] is True


def test_the_page_shows_the_explanation(sample_index: Path) -> None:
    client = create_app(sample_index).test_client()
    assert "لماذا هذه النتيجة" not in client.get("/", query_string={"q": "جسر"}).get_data(as_text=True)
    page = client.get("/", query_string={"q": "جسر السنابل", "explain": "1"}).get_data(as_text=True)
    assert "«السنابل» كما كُتبت" in page
    assert "كلمات متجاورة كما في البحث: «جسر السنابل»" in page


@pytest.fixture(scope="module")
def client(sample_index: Path) -> FlaskClient:
    return create_app(sample_index).test_client()


@settings(max_examples=60)
@given(ANY, st.sampled_from(("/", "/api/v1/search")), st.booleans())
def test_any_query_is_answered(client: FlaskClient, query: str, path: str, explain: bool) -> None:
    params = {"q": query.encode("utf-8", "replace").decode(), "explain": str(int(explain))}
    start = time.thread_time()
    response = client.get(path, query_string=params)
    assert response.status_code == 200
    assert time.thread_time() - start < float(SETTINGS["query_seconds"].default)


@pytest.mark.parametrize("piece", ["مد* ", "ال* ", "عنوان:ال* ", '"في من"~9 ', "(في | ال*) ", "في ", "تاريخ:2023 | "])
def test_a_repeated_word_costs_hardly_more_than_once(sample_archive: Archive, piece: str) -> None:
    """Each repetition is read, and explained for ten hits. Searching for each of them would take ten times as long."""
    times = []
    for query in (piece, (piece * 1_000)[:1_000]):
        sample_archive.search(SearchRequest(q=query, explain=True))
        start = time.thread_time()
        sample_archive.search(SearchRequest(q=query, explain=True))
        times.append(time.thread_time() - start)
    assert times[1] < max(6 * times[0], 0.5)


def test_a_repeated_word_counts_as_often_as_it_is_typed(sample_archive: Archive) -> None:
    once, thrice = (answer(sample_archive, q) for q in ("مدين* | سوق", "مدين* | سوق | مدين* | سوق | مدين* | سوق"))
    assert once["total"] == thrice["total"]
    scores = [(one["score"], three["score"]) for one, three in zip(once["results"], thrice["results"], strict=True)]
    assert all(3 * one == pytest.approx(three, rel=0.2) for one, three in scores)


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_thousand_hostile_characters_are_answered(client: FlaskClient, piece: str) -> None:
    query = (piece * 1000)[:1000].encode("utf-8", "replace").decode()
    assert client.get("/api/v1/search", query_string={"q": query}).status_code == 200


@pytest.mark.parametrize("sign", list("-/.،?:;!_+*'\"()[]{}~^&|#@—…"))
def test_a_word_with_a_sign_in_it_is_searched_as_it_is_read(sample_archive: Archive, sign: str) -> None:
    for typed in (f"جس{sign}ر", f"المد{sign}ينة"):
        found = sample_archive.search(SearchRequest(q=typed))
        again = sample_archive.search(SearchRequest(q=found.read_as))
        assert (found.total, found.read_as) == (again.total, again.read_as), typed


def test_a_phrase_with_results_is_not_widened_to_its_words(sample_archive: Archive) -> None:
    request = SearchRequest(q='"ورشة فخار"')
    found = sample_archive.search(request)
    assert found.total == found.listed == sample_archive.search(replace(request, match="all")).total > 0
    assert sample_archive.search(SearchRequest(q="ورشة فخار")).total > found.total
