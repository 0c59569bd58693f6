"""What sentences promise to show: by the index and by analysis, which must come to the same snippets."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from indexer.arabic.analyser import Analyser, Tier
from indexer.search.archive import Archive
from indexer.search.planning.plan import Plan, plan
from indexer.search.query.request import SearchRequest
from indexer.search.snippets.evidence import Analysed, Indexed, in_bodies
from indexer.search.snippets.marks import snippets
from tests.test_arabic import MESSY

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


def asked(query: str, analyser: Analyser) -> Plan:
    return plan(SearchRequest(q=query), analyser)


def indexed(text: str, query: str, analyser: Analyser) -> Indexed:
    """What an index of ``text`` would know of it."""
    wanted = asked(query, analyser).wanted
    terms: list[tuple[Tier, str]] = [("stem", stem) for stem in wanted.stems]
    terms += [("folded", folded) for folded in wanted.folded]
    alone = len(terms)
    terms += [("folded", phrase[0]) for phrase in wanted.phrases]
    terms += [("stem", phrase[0]) for phrase in wanted.stem_phrases]
    names = [term for _, term in terms[:alone]] + [" ".join(one) for one in (*wanted.phrases, *wanted.stem_phrases)]
    places = [
        (token.position, number)
        for token in analyser.tokens(text)
        for number, (tier, term) in enumerate(terms)
        if term == (token.stem if tier == "stem" else token.folded)
    ]
    return Indexed(wanted, analyser, names, alone, places)


@given(st.one_of(MESSY, TEXTS))
def test_words_stand_where_tokens_do(analyser: Analyser, text: str) -> None:
    own = [token for token in analyser.tokens(text) if not token.extra]
    assert analyser.spans(text) == [(token.start, token.end) for token in own]
    assert [token.position for token in own] == list(range(len(own)))


@given(TEXTS, st.sampled_from(QUERIES))
def test_the_index_and_the_analysis_give_the_same_snippets(analyser: Analyser, text: str, query: str) -> None:
    analysed, known = Analysed(asked(query, analyser).wanted, analyser), indexed(text, query, analyser)
    for chars in (40, 240):
        assert snippets(text, known, most=100, chars=chars) == snippets(text, analysed, most=100, chars=chars)
        # Of sentences that show as much, those are taken whose hits are nearer: counted in words, or in spaces.
        by_index, by_analysis = (snippets(text, promises, most=1, chars=chars) for promises in (known, analysed))
        assert [len(one.marks) for one in by_index] == [len(one.marks) for one in by_analysis]


def test_the_index_knows_where_words_stand(sample_archive: Archive) -> None:
    searcher = sample_archive._newest().searcher
    terms: list[tuple[Tier, str]] = [("folded", "جسر"), ("stem", "جسر"), ("stem", "وزير"), ("folded", "لا وجود له")]
    docs = list(range(searcher.count()))[::-1]
    found = searcher.places(docs, terms)
    assert sum(map(len, found)) > 10
    for doc, places in zip(docs, found, strict=True):
        tokens = searcher.analyser.tokens(searcher.fetch(doc).body)
        expected = [
            (token.position, number)
            for token in tokens
            for number, (tier, term) in enumerate(terms)
            if term == (token.stem if tier == "stem" else token.folded)
        ]
        assert sorted(places) == sorted(expected)


def test_words_wanted_by_their_beginnings_are_looked_for_in_the_text(sample_archive: Archive) -> None:
    searcher = sample_archive._newest().searcher
    for query, kind in (("جسر", Indexed), ("جس*", Analysed)):
        (promises,) = in_bodies(asked(query, searcher.analyser).wanted, searcher, [0])
        assert isinstance(promises, kind)
