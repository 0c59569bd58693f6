# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests how letters become terms: words that must meet and words that must not, each affix, and any string."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable

import pytest
import snowballstemmer
import whoosh
from hypothesis import assume, given
from hypothesis import strategies as st
from pyarabic import araby

from indexer.arabic import letters as L
from indexer.arabic.analyser import Analyser, Token
from indexer.arabic.fold import bare, fold, key
from indexer.arabic.lexicon import lexicon
from indexer.arabic.lexicon.lexicon import build
from indexer.arabic.stem import Stemmer
from indexer.arabic.tokens import MAX_WORD_CHARS, initials, places, proclitic
from tests.conftest import ROOT
from tests.costs import operations

ARABIC = st.text(alphabet="ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأؤإئةى", min_size=1, max_size=12)
MESSY = st.text(
    alphabet=st.one_of(
        st.sampled_from('اأإآبتةىيوفلكهعدن#_-.,٫٬ \u0640\u064b\u064e\u0651\u0670\u200c\u200f\ufeff١٢3٤"«»()ﻻﷲﺍﻟ'),
        st.characters(),
    ),
    max_size=80,
)


def terms(analyser: Analyser, text: str) -> set[tuple[str, str]]:
    """Returns (tier, term) of all words of ``text`` in the tiers folded and stem."""
    tokens = analyser.tokens(text)
    return {("folded", token.folded) for token in tokens} | {("stem", token.stem) for token in tokens if token.stem}


def meets(analyser: Analyser, query: str, text: str) -> bool:
    """Returns whether each word of ``query`` shares a term with ``text`` in one tier."""
    found = terms(analyser, text)
    tokens = [token for token in analyser.tokens(query) if not token.extra]
    return all({("folded", token.folded), ("stem", token.stem)} & found for token in tokens)


def golden_pairs(name: str) -> list[tuple[str, str]]:
    lines = (ROOT / "tests" / "golden" / name).read_text(encoding="utf-8").splitlines()
    pairs = [line.split(" / ") for line in lines if not line.startswith("#")]
    return [(first, second) for first, second in pairs]


MEET = [*golden_pairs("words_meet.txt"), ("العراق", "العراق\u200f")]
APART = golden_pairs("words_apart.txt")

MEET_PHRASES = [
    ("مصطفى الكاظمي", "#مصطفى_الكاظمي"),
    ("بغداد وواشنطن", "واشنطن، بغداد"),
    ("عبدالله", "عبد الله"),
    ("عبد الرحمن", "لعبد الرحمن"),
    ("أبومهدي", "وأبو مهدي"),
    ("Café", "cafe"),
]


@pytest.mark.parametrize(("query", "text"), MEET)
def test_pairs_that_meet(analyser: Analyser, query: str, text: str) -> None:
    assert meets(analyser, query, text)
    assert meets(analyser, text, query)


@pytest.mark.parametrize(("query", "text"), MEET_PHRASES)
def test_names_and_hashtags_that_meet(analyser: Analyser, query: str, text: str) -> None:
    found = terms(analyser, text)
    joined = {("folded", token.folded) for token in analyser.tokens(query) if token.extra}
    assert meets(analyser, query, text) or joined & found


@pytest.mark.parametrize(("first", "second"), APART)
def test_pairs_that_must_not_meet(analyser: Analyser, first: str, second: str) -> None:
    assert not terms(analyser, first) & terms(analyser, second)


@pytest.mark.parametrize(
    ("affixed", "word"),
    [
        ("وكتاب", "كتاب"), ("فالمدينة", "المدينة"), ("بالمدينة", "المدينة"), ("كالمدينة", "المدينة"),
        ("للمدينة", "المدينة"), ("لمدينة", "مدينة"), ("سيكتب", "يكتب"), ("وبالمدينة", "المدينة"),
        ("وللمدينة", "المدينة"), ("فبكتاب", "كتاب"), ("الكتاب", "كتاب"), ("كتابها", "كتاب"), ("كتابهم", "كتاب"),
        ("كتابنا", "كتاب"), ("كتابكم", "كتاب"), ("كتابهما", "كتاب"), ("مدينتها", "مدينة"), ("مهندسون", "مهندس"),
        ("مهندسين", "مهندس"), ("مهندسات", "مهندسة"), ("مهندسان", "مهندس"), ("سيارات", "سيارة"), ("كتابا", "كتاب"),
    ],
)  # fmt: skip
def test_each_affix_comes_off(analyser: Analyser, affixed: str, word: str) -> None:
    assert analyser.word(affixed).stem == analyser.word(word).stem


@pytest.mark.parametrize("name", sorted(lexicon.protected()))
def test_protected_names_stay_whole_and_lists_are_folded(analyser: Analyser, name: str) -> None:
    assert fold(name) == name
    stem = name.replace("ؤ", "ء").replace("ئ", "ء")
    assert analyser.word(name).stem == stem
    assert analyser.word("و" + name).stem == stem
    assert analyser.word("بال" + name).stem == stem or name.startswith("ال")


@pytest.mark.parametrize("family", lexicon.variant_families(), ids=lambda family: family[0])
def test_each_variant_family_has_one_stem(analyser: Analyser, family: tuple[str, ...]) -> None:
    assert len(family) > 1
    assert len({analyser.word(spelling).stem for spelling in family}) == 1
    assert len({analyser.word("ال" + spelling).stem for spelling in family if not spelling.startswith("ال")}) == 1


@pytest.mark.parametrize(
    ("action", "plural", "singular"),
    [
        ("إحداث", "أحداث", "حدث"),
        ("وبإحداثها", "وبأحداثها", "حدث"),
        ("الإضرار", "الأضرار", "ضرر"),
        ("للإضرار", "للأضرار", "ضرر"),
        ("إنصاف", "أنصاف", "نصف"),
        ("إقدامهم", "أقدامهم", "قدم"),
    ],
)
def test_the_hamza_tells_a_verbal_noun_from_a_plural(
    analyser: Analyser, action: str, plural: str, singular: str
) -> None:
    stem = analyser.word(singular).stem
    assert analyser.word(plural).stem == stem
    assert stem not in analyser.word(action).stems
    unhamzated = analyser.word(plural.replace("أ", "ا"))
    assert stem in unhamzated.stems  # without a hamza in the text, the reader may mean the plural


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("وللقوات", "other reading reading"),
        ("للجنة", "other reading reading folded"),
        ("بالأميركيين", "variant reading folded"),
        ("ماكرون", "protected"),
        ("الفصائل", "reading"),
        ("يصدر", "second reading reading"),
        ("على", "function word"),
        ("الَّذي", "bare function word"),
        ("والتشلسويين", "reading ending"),
        ("خفاخف", "reading"),
        ("بـ(بغداد)", "protected glued"),
        ("عبد الرزاق", "reading joined reading"),
    ],
)
def test_each_rule_explains_what_it_did(analyser: Analyser, text: str, rules: str) -> None:
    steps = [step for token in analyser.tokens(text) for step in analyser.steps(token)]
    assert " ".join(step.rule for step in steps) == rules
    assert all(step.result and step.reason for step in steps)


def test_clitics_are_separated_from_the_word(analyser: Analyser) -> None:
    for text, proper in [("والعراق", "العراق"), ("وَلِلقُوَّات", "لقُوَّات"), ("ﻭﺍﻟﻌﺮﺍﻕ", "ﺍﻟﻌﺮﺍﻕ"), ("بغداد", "بغداد")]:
        (token,) = analyser.tokens(text)
        assert text[token.core : token.end] == proper


def test_a_separate_proclitic_takes_no_position(analyser: Analyser) -> None:
    tokens = analyser.tokens('يعرف بـ(داعش) و "قال" و قال ب، س.')
    own = [(token.text, token.position) for token in tokens if not token.extra]
    assert own == [("يعرف", 0), ("داعش", 1), ("قال", 2), ("قال", 3), ("ب", 4), ("س", 5)]
    assert {token.folded for token in tokens if token.extra} == {"بداعش", "وقال"}


@pytest.mark.parametrize("word", ["ﻷمريكا", "ﻹيران", "وﻷمريكا", "ﻷلمانيا", "ﻹسرائيل", "ﻷ", "ﻼ", "لﻷمن"])
def test_ligatures_of_a_clitic_and_a_letter(analyser: Analyser, word: str) -> None:
    (token,) = analyser.tokens(word)
    assert 0 <= token.core < token.end == len(word)


def test_words_end_at_underscores_quotes_and_changes_of_script() -> None:
    assert [text for text in ("100km", "20th", "F16", "3,650", "12.5") if [*places(text)] != [(0, len(text))]] == []
    text = "#مصطفى_الكاظمي «النصر»،covid19 و19مارس l'eau"
    assert [text[a:b] for a, b in places(text)] == [
        "مصطفى", "الكاظمي", "النصر", "covid19", "و", "19", "مارس", "l", "eau",
    ]  # fmt: skip


@given(st.one_of(MESSY, ARABIC))
def test_folding_is_idempotent(text: str) -> None:
    for start, end in places(text):
        word = text[start:end]
        if proclitic(word):
            continue
        assert fold(fold(word)) == fold(word)
        assert bare(bare(word)) == bare(word)
        assert fold(bare(word)) == fold(word)


@given(MESSY)
def test_any_string_is_analysed_with_offsets_that_map_back(analyser: Analyser, text: str) -> None:
    last = -1
    for token in analyser.tokens(text):
        assert token.text == text[token.start : token.end]
        assert token.start <= token.core < token.end
        assert not any(c.isspace() or c in "\t\r\n" for c in token.folded + token.stem)
        if not token.extra:
            spelled = fold("".join(initials(token.text)) or token.text)
            assert spelled == token.folded.replace(".", "") or spelled == token.folded or token.folded.endswith("ى")
            assert token.stem
            assert token.position == last + 1
            last = token.position


@given(MESSY)
def test_the_fast_way_finds_the_same_tokens(analyser: Analyser, text: str) -> None:
    own, extras = analyser.words(text)
    tokens = analyser.tokens(text)
    assert all(analyser.steps(token)[-1].result in {token.folded, token.stem, token.word.bare} for token in tokens)
    assert own == [token.word for token in tokens if not token.extra]
    assert sorted(extras) == sorted((token.position, token.word) for token in tokens if token.extra)


@given(MESSY)
def test_query_and_document_agree(analyser: Analyser, text: str) -> None:
    """As a query of its own, a word has the same terms as inside a text."""
    for token in analyser.tokens(text):
        if not token.extra:
            alone = [t for t in analyser.tokens(token.text) if not t.extra]
            assert [(t.folded, t.stem) for t in alone] == [(token.folded, token.stem)]


@pytest.mark.parametrize(
    "hostile",
    [
        lambda n: "ا" * n,
        lambda n: "و" * n,
        lambda n: "ـ" * n,
        lambda n: "\u064b" * n,
        lambda n: "\ud800\udfff" * n,
        lambda n: "😀" * n,
        lambda n: "\x00 " * n,
        lambda n: "وال" * n + " " + "ب" * n,
        lambda n: " ".join(f"و{'ال' * (at % 7)}{at}كتاب" for at in range(n // 20)),
    ],
)
def test_hostile_input_costs_no_more_than_its_size(analyser: Analyser, hostile: Callable[[int], str]) -> None:
    def cost(text: str) -> int:
        fresh = Analyser(analyser.lexicon)
        return operations(lambda: fresh.tokens(text))

    small, large = hostile(10_000), hostile(40_000)
    assert cost(large) <= 5 * cost(small)
    assert max((len(token.text) for token in analyser.tokens(large)), default=0) <= MAX_WORD_CHARS


def test_threads_share_one_analyser(analyser: Analyser) -> None:
    text = " ".join(text for _, text in MEET) * 20
    expected = [tuple(token) for token in Analyser(analyser.lexicon).tokens(text)]
    fresh = Analyser(analyser.lexicon)
    results: list[list[Token]] = []
    threads = [threading.Thread(target=lambda: results.append(fresh.tokens(text))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [[tuple(token) for token in result] for result in results] == [expected] * 8


def test_the_fingerprint_depends_on_every_list(analyser: Analyser, monkeypatch: pytest.MonkeyPatch) -> None:
    assert re.fullmatch("[0-9a-f]{16}", analyser.fingerprint)
    assert Analyser(analyser.lexicon).fingerprint == analyser.fingerprint
    other = lexicon.build({"كتاب": 1.0}, {"كتب": lexicon.Noun("كتاب", 1.0, takes_endings=True)})
    assert Analyser(other).fingerprint != analyser.fingerprint
    monkeypatch.setattr(lexicon, "lists_fingerprint", lambda: "another list")
    assert Analyser(analyser.lexicon).fingerprint != analyser.fingerprint


def test_pyarabic_functions_that_the_chain_does_not_call() -> None:
    """These functions of pyarabic are wrong for search, as the examples show; we use only its letters."""
    assert araby.strip_tashkeel("هٰذا") == "هٰذا"  # the dagger alef stays
    assert araby.normalize_alef("هٰذا") != "هذا"
    assert fold("هٰذا") == "هذا"


def test_snowball_alone_would_cut_radicals() -> None:
    """So Snowball is used only for endings, and only for words that no list has."""
    assert snowballstemmer.stemmer("arabic").stemWord("بغداد") == "غداد"


@given(st.text(alphabet="ابتدركلمنهويةىق", min_size=1, max_size=10))
def test_an_unknown_word_loses_the_long_suffixes_that_snowball_cuts(word: str) -> None:
    parts = Stemmer(build({}, {})).parts(word, fold(word))
    assume(not parts.stem.endswith(L.SUKUN))  # a function word
    rest = word[len(word) - len(parts.base) :]
    found = key(snowballstemmer.stemmer("arabic").stemWord(rest))
    assume(not key(rest).endswith(found))  # Snowball would cut the beginning of a word such as للللل
    is_cut = key(rest).startswith(found) and 3 <= len(found) <= len(rest) - 2
    assert parts.stem == (found if is_cut else key(rest))


def test_no_variant_is_too_short_to_be_looked_up_by_its_first_letters() -> None:
    assert min(len(fold(spelling)) for family in lexicon.variant_families() for spelling in family[1:]) >= 3


def test_whoosh_has_the_version_that_was_checked() -> None:
    assert whoosh.versionstring() == "3.54.0"
