# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests the evidence for snippets: positions from the index and analysis of the text must give the same snippets."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from indexer.arabic.analyser import Analyser, Tier
from indexer.engine.questions import WordPlace
from indexer.search.archive import Archive
from indexer.search.planning.plan import QueryPlan, plan
from indexer.search.query.request import SearchRequest
from indexer.search.snippets.evidence import EvidenceByPlaces, EvidenceByWords, of_body, terms_of
from indexer.search.snippets.marks import snippets
from tests.arabic.test_arabic import MESSY
from tests.asking import page

QUERIES = (
    "العراق",
    "قال الوزير",
    "عبدالله السماوي",
    '"عبد الله"',
    '"قال الوزير" جسر',
    "بداعش",
    "title:جسر الوزير",
    "ديسمبر",
    "وقال",
    '"مجلس الوزراء العراقي"',
    "-جسر الوزير",
)
WORDS = (
    "العراق", "والعراق", "قال", "و", "وَ", "الوزير", "لوزير", "عبد", "الله", "السماوي", "عبدالله", "بـ(داعش)",
    "«قال»", "جسر", "الجسور", "مجلس", "الوزراء", "العراقي", "كانون", "الأول", "دجنبر", "ابو", "12", "1,250",
    "NATO", "ـ", "ﷲ", "ب.", "في", "\u200f", "#مصطفى_الكاظمي",
)  # fmt: skip
SPACES = (" ", " ", " ", ". ", "\n", "")
TEXTS = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(SPACES)), max_size=60).map(
    lambda pairs: "".join(word + space for word, space in pairs)
)


def asked(query: str, analyser: Analyser) -> QueryPlan:
    return plan(SearchRequest(q=query), analyser)


def places_in(text: str, query: str, analyser: Analyser) -> list[WordPlace]:
    """Returns the positions at which an index of ``text`` has the terms of ``query``."""
    terms = terms_of(asked(query, analyser).marked)
    return [
        WordPlace(token.position, number)
        for token in analyser.tokens(text)
        for number, (tier, term) in enumerate(terms)
        if term == (token.stem if tier == "stem" else token.folded)
    ]


@given(st.one_of(MESSY, TEXTS))
def test_word_positions_are_those_of_tokens(analyser: Analyser, text: str) -> None:
    own = [token for token in analyser.tokens(text) if not token.extra]
    assert analyser.spans(text) == [(token.start, token.end) for token in own]
    assert [token.position for token in own] == list(range(len(own)))


@given(TEXTS, st.sampled_from(QUERIES))
def test_the_index_and_the_analysis_give_the_same_snippets(analyser: Analyser, text: str, query: str) -> None:
    marked = asked(query, analyser).marked
    words = EvidenceByWords(marked, analyser)
    known = EvidenceByPlaces(marked, analyser, places_in(text, query, analyser))
    for chars in (40, 240):
        assert snippets(text, known, most=100, chars=chars) == snippets(text, words, most=100, chars=chars)
        # Of sentences with equally many terms, those with nearer hits are chosen; the distance is counted in words or
        # spaces.
        by_index, by_analysis = (snippets(text, evidence, most=1, chars=chars) for evidence in (known, words))
        assert [len(one.marks) for one in by_index] == [len(one.marks) for one in by_analysis]


@given(TEXTS, st.sampled_from(QUERIES), st.integers(1, 4), st.sampled_from((40, 240)))
def test_an_engine_without_positions_gives_the_same_snippets(
    analyser: Analyser, text: str, query: str, most: int, chars: int
) -> None:
    marked = asked(query, analyser).marked
    with_positions = of_body(marked, analyser, text, places_in(text, query, analyser))
    without = of_body(marked, analyser, text, None)
    assert snippets(text, with_positions, most, chars) == snippets(text, without, most, chars)


def test_the_index_has_the_positions_of_words(sample_archive: Archive) -> None:
    searcher = sample_archive._newest().generation.searcher
    terms: tuple[tuple[Tier, str], ...] = (
        ("folded", "جسر"), ("stem", "جسر"), ("stem", "وزير"), ("folded", "لا وجود له"),
    )  # fmt: skip
    hits = page(searcher, None, limit=searcher.count(), terms=terms).hits
    assert sum(len(hit.places or ()) for hit in hits) > 10
    for hit in hits:
        tokens = searcher.analyser.tokens(hit.article.body)
        expected = [
            (token.position, number)
            for token in tokens
            for number, (tier, term) in enumerate(terms)
            if term == (token.stem if tier == "stem" else token.folded)
        ]
        assert hit.places is not None
        assert sorted(hit.places) == sorted(expected)


def test_words_of_prefix_queries_are_found_by_analysing_the_text(analyser: Analyser) -> None:
    for query, kind in (("جسر", EvidenceByPlaces), ("جس*", EvidenceByWords)):
        marked = asked(query, analyser).marked
        assert isinstance(of_body(marked, analyser, "نص", ()), kind)
        assert bool(terms_of(marked)) == (kind is EvidenceByPlaces)
