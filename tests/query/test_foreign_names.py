# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests foreign names: spellings with the same sound meet, other words stay apart; and names typed in Latin letters."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.arabic import sounds
from indexer.arabic.analyser import Analyser
from indexer.arabic.fold import fold
from indexer.arabic.foreign import may_be_foreign
from indexer.engine.local.vocabulary import LocalVocabulary
from indexer.search.answers.results import SearchResults
from indexer.search.archive import Archive
from indexer.search.query.request import SearchRequest
from tests.answers import search_answer
from tests.conftest import ROOT
from tests.servers import build_index
from tests.web_fixtures import article
from web.app import create_app

LETTERS = st.text("ابتثجحخدذرزسشصضطظعغفقكلمنهوي", max_size=12)


def pairs(name: str) -> list[tuple[str, str]]:
    lines = (ROOT / "tests" / "golden" / name).read_text(encoding="utf-8").splitlines()
    found = [line.split() for line in lines if not line.startswith("#")]
    return [(first, second) for first, second in found]


def archive_of(folder: Path, *bodies: str) -> Archive:
    return Archive(
        build_index(folder, [article(f"a{at}", title=f"خبر {at}", body=body) for at, body in enumerate(bodies)])
    )


def found(archive: Archive, query: str, **more: object) -> SearchResults:
    return archive.search(SearchRequest(q=query, per_page=100, collapse=False, **more))  # type: ignore[arg-type]  # any field of it


def bodies(results: SearchResults) -> set[str]:
    return {hit.article.body for hit in results.full_hits}


def told(results: SearchResults) -> list[tuple[str, str]]:
    return [(one.text, one.by) for one in results.expansions if one.kind == "sound"]


@pytest.fixture(scope="module")
def spelled(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """An archive with an article for each word of the two lists."""
    words = dict.fromkeys(
        word for name in ("foreign_names.txt", "names_apart.txt") for pair in pairs(name) for word in pair
    )
    return archive_of(tmp_path_factory.mktemp("spelled"), *words)


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return archive_of(
        tmp_path_factory.mktemp("names"),
        *["وصل بيل غيتس إلى المدينة"] * 3,
        "تحدّث جيتس ولجيتس مكتب",
        *["حضر مراد قشقجي مع سالم بن راشد"] * 5,
        "حضر قشجي",
        "رسالة على واتس آب",
        "رسالة على واتساب",
        "زار طوكيو",
    )


def test_spellings_of_a_foreign_name_meet(spelled: Archive) -> None:
    cases = pairs("foreign_names.txt")
    lost = [(a, b) for a, b in cases if b not in bodies(found(spelled, a)) or a not in bodies(found(spelled, b))]
    assert len(lost) <= 0.15 * len(cases), lost


def test_other_names_and_words_of_arabic_stay_apart(spelled: Archive) -> None:
    cases = pairs("names_apart.txt")
    met = [(a, b) for a, b in cases for query, other in ((a, b), (b, a)) if other in bodies(found(spelled, query))]
    assert met == []


@pytest.mark.parametrize(
    "word", ["الحكومة", "انتخابات", "مدينة", "يكتبون", "مهندسين", "وزارتهم", "استقبل", "عبدالرحيم"]
)
def test_a_word_of_arabic_is_no_foreign_name(analyser: Analyser, word: str) -> None:
    assert not may_be_foreign(analyser.word(word).base, analyser.lexicon)


@given(LETTERS, LETTERS)
def test_a_distance_is_the_same_either_way(first: str, second: str) -> None:
    assert sounds.distance(first, first) == 0
    assert sounds.distance(first, second) == pytest.approx(sounds.distance(second, first))
    assert sounds.same_name(first, second) == sounds.same_name(second, first)


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_text_has_a_sound_key(first: str, second: str) -> None:
    assert isinstance(sounds.key(fold(first)), tuple)
    sounds.same_name(first, second)


@given(LETTERS, LETTERS)
def test_a_spelling_is_among_those_looked_up(first: str, second: str) -> None:
    """Two words that count as the same name share a key that is looked up, unless they hold one of ف و ج ي."""
    if sounds.same_name(first, second) and not set(first + second) & set("فوجي"):
        assert sounds.key(second) in sounds.keys(first)


@pytest.mark.folder
def test_every_term_is_found_by_its_sound(sample_archive: Archive) -> None:
    vocabulary = sample_archive._current().generation.searcher.vocabulary
    assert isinstance(vocabulary, LocalVocabulary)
    rows = vocabulary.rows
    for row in range(0, len(rows.words), 7):
        word = rows.word(row)
        assert word in vocabulary.sounding({sounds.key(word)}, len(word), len(word), 10_000)


def test_another_spelling_is_reported_and_can_be_refused(names: Archive) -> None:
    results = found(names, "غيتس")
    assert told(results) == [("غيتس", "جيتس")]
    assert results.total == 4
    data = search_answer(results)
    (one,) = [one for one in data["query"]["expansions"] if one["kind"] == "sound"]
    again = names.search(SearchRequest.from_params(parse_qs(urlsplit(one["remove"]).query)))
    assert (again.total, told(again)) == (3, [])
    assert found(names, "غيتس", without=("sound",)).total == 3


def test_another_spelling_ranks_below_and_is_marked_without_its_clitics(names: Archive) -> None:
    results = found(names, "غيتس")
    last = results.hits[-1]
    assert "جيتس" in last.article.body
    (snippet,) = last.snippets
    assert [snippet.text[start:end] for start, end in snippet.marks] == ["جيتس", "جيتس"]


def test_a_name_that_occurs_only_in_another_spelling_is_found(names: Archive) -> None:
    results = found(names, "كشقجي")
    assert (results.total, told(results), results.dropped) == (5, [("كشقجي", "قشقجي")], ())


@pytest.mark.parametrize("query", ['"غيتس"', "=غيتس"])
def test_literal_words_are_not_widened(names: Archive, query: str) -> None:
    assert (found(names, query).total, told(found(names, query))) == (3, [])


def test_exact_searches_are_not_widened(names: Archive) -> None:
    assert found(names, "غيتس", exact=True).total == 3


@pytest.mark.parametrize(("query", "by"), [("واتساب", "واتس آب"), ("واتس آب", "واتساب")])
def test_a_name_matches_itself_in_two_words(names: Archive, query: str, by: str) -> None:
    results = found(names, query)
    assert (results.total, told(results)) == (2, [(query, by)])


def test_the_explanation_names_the_other_spelling(names: Archive) -> None:
    why = found(names, "غيتس", explain=True).hits[-1].why
    assert why is not None
    assert {word.form for word in why.words} == {"other"}


def test_the_page_reports_the_other_spelling(names: Archive, tmp_path_factory: pytest.TempPathFactory) -> None:
    index = build_index(tmp_path_factory.mktemp("page"), [article("a", body="بيل غيتس"), article("b", body="قال جيتس")])
    html = create_app(index).test_client().get("/", query_string={"q": "غيتس"}).get_data(as_text=True)
    assert "رسم آخر للاسم" in html
    assert "without=sound" in html


@pytest.mark.parametrize(
    ("query", "by"),
    [
        ("Murad Qashqaji", "مراد قشقجي"),
        ("Salem bin Rashed", "سالم بن راشد"),
        ("salim ben rashid", "سالم بن راشد"),
        ("Bill Gates visits", None),
    ],
)
def test_latin_words_are_read_together(names: Archive, query: str, by: str | None) -> None:
    results = found(names, query)
    assert (results.answered.q == by) if by else by is None
    if by:
        assert [(one.kind, one.text, one.by) for one in results.corrections] == [("name", query, by)]
        assert results.total == 5


def test_a_guessed_name_is_not_searched_in_part(names: Archive) -> None:
    results = found(names, "Mohammed bin Qashqaji")
    assert results.answered.q == "Mohammed bin Qashqaji"


def test_the_most_frequent_spelling_is_proposed(names: Archive) -> None:
    assert found(names, "qashqaji").meant == "قشقجي"
    assert found(names, "qashoggi").meant == "قشقجي"
