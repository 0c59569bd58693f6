# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests where words begin and end: abbreviations in single letters, signs that are words, numbers and their
separators."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.arabic.analyser import Analyser
from indexer.arabic.fold import bare, fold
from indexer.arabic.tokens import places

LETTERS = "ابتجدرسعفقكلمنهويأإ"


def folded(analyser: Analyser, text: str) -> list[str]:
    """Returns the folded terms of ``text``, one for each position, without separate proclitics."""
    return [token.folded for token in analyser.tokens(text) if not token.extra]


def glued(analyser: Analyser, text: str) -> set[str]:
    return {token.folded for token in analyser.tokens(text) if token.extra}


def agree(analyser: Analyser, text: str) -> None:
    """Checks that the fast and the exact way find the same, and that every token alone gives the same token."""
    own, extras = analyser.words(text)
    tokens = analyser.tokens(text)
    assert own == [token.word for token in tokens if not token.extra]
    assert sorted(extras) == sorted((token.position, token.word) for token in tokens if token.extra)
    assert analyser.spans(text) == [(token.start, token.end) for token in tokens if not token.extra]
    for token in tokens:
        assert text[token.start : token.end] == token.text
        if not token.extra:
            assert folded(analyser, token.text) == [token.folded]


@pytest.mark.parametrize(
    "written",
    ["ق ن ت", "ق.ن.ت", "ق.ن.ت.", "ق. ن. ت.", "ق. ن.ت", "ق ن. ت", "قَ.ن.ت", "ق\u00a0ن\u00a0ت", "قنت"],
)
@pytest.mark.parametrize("frame", ["{}", "قالت {} أمس", "قناة ({})", "«{}»", "\n{}\n", "12 {}", "{}، وغيرها"])
def test_single_letters_are_one_word_however_they_are_separated(analyser: Analyser, frame: str, written: str) -> None:
    text = frame.format(written)
    assert "قنت" in folded(analyser, text)
    assert len(folded(analyser, text)) == len(folded(analyser, frame.format("قناة")))
    agree(analyser, text)


@pytest.mark.parametrize("written", ["N.T.V.", "N.T.V", "N. T. V.", "N T V", "n.t.v.", "NTV"])
def test_single_latin_letters_are_one_word_too(analyser: Analyser, written: str) -> None:
    assert folded(analyser, f"قناة {written} الإخبارية") == ["قناه", "ntv", "الاخباريه"]
    agree(analyser, f"قناة {written} الإخبارية")


def test_two_letters_that_are_an_arabic_word_are_not_joined(analyser: Analyser) -> None:
    assert folded(analyser, "أ ب") == folded(analyser, "أ.ب.") == folded(analyser, "أ. ب") != folded(analyser, "أب")
    assert folded(analyser, "U.N.") == folded(analyser, "UN")


@pytest.mark.parametrize(
    "written", ["وق.ن.ت.", "رويترز وق ن ت", "وق ن. ت", "بق.ن.ت", "و ق ن ت قالت", "لـ(ق. ن. ت)", "لـ ق ن ت", 'و"ق ن ت"']
)
def test_proclitics_before_an_abbreviation_are_cut_off(analyser: Analyser, written: str) -> None:
    assert "قنت" in {token.stem for token in analyser.tokens(written)}
    agree(analyser, written)


@pytest.mark.parametrize(
    ("text", "words", "others"),
    [
        ("ج و د", ["ج", "د"], {"ود"}),
        ("الفئة ب و ج", ["الفئه", "ب", "ج"], {"وج"}),
        ("سار و جلس", ["سار", "جلس"], {"وجلس"}),
        ("س و جلس", ["س", "جلس"], {"وجلس"}),
        ("س ف جلس", ["س", "جلس"], {"فجلس"}),
        ("س. و جلس", ["س", "جلس"], {"وجلس"}),
        ("و س ل", ["وسل"], set()),
        ("و.س.ل", ["وسل"], set()),
        ("س ف ل", ["سفل"], set()),
        ("ف س ل", ["فسل"], set()),
        ("و", ["و"], set()),
        ("ة و", ["ه", "و"], set()),
        ("س، ل", ["س", "ل"], set()),
        ("س\nل", ["س", "ل"], set()),
        ("س  ل", ["س", "ل"], set()),
        ("سهل ل", ["سهل", "ل"], set()),
        ("س 5 ل", ["س", "5", "ل"], set()),
    ],
)  # fmt: skip
def test_a_blank_and_a_conjunction_separate_letters(
    analyser: Analyser, text: str, words: list[str], others: set[str]
) -> None:
    assert (folded(analyser, text), glued(analyser, text)) == (words, others)
    agree(analyser, text)


@pytest.mark.parametrize("text", ["د. هالة", "د.هالة", "د هالة"])
def test_a_title_is_a_word_of_its_own_before_the_name(analyser: Analyser, text: str) -> None:
    assert folded(analyser, text) == ["د", "هاله"]
    agree(analyser, text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("النبيﷺقال", ["النبي", "صلياللهعليهوسلم", "قال"]),
        ("النبي ﷺ قال", ["النبي", "صلياللهعليهوسلم", "قال"]),
        ("ﷴﷺ", ["محمد", "صلياللهعليهوسلم"]),
        ("سبحانهﷻ", ["سبحانه", "جلجلاله"]),
        ("كلمةﷲ", ["كلمه", "الله"]),
        ("عبداﷲ", ["عبد", "الله"]),
        ("وﷲ بﷲ لﷲ", ["والله", "بالله", "لله"]),
        ("ﷳ ﷶ ﷷ ﷹ", ["اكبر", "رسول", "عليه", "صلي"]),
        ("500﷼سعودي", ["500", "ريال", "سعودي"]),
        ("abcﷺdef", ["abc", "صلياللهعليهوسلم", "def"]),
        ("عمر\ufd41قال", ["عمر", "قال"]),
    ],
)
def test_signs_that_are_words_stand_alone(analyser: Analyser, text: str, words: list[str]) -> None:
    assert folded(analyser, text) == words
    agree(analyser, text)


@pytest.mark.parametrize("written", ["لله", "ولله", "لِلَّهِ", "لﷲ", "بالله", "والله", "ﷲ", "الله"])
def test_every_form_of_the_name_of_god_meets(analyser: Analyser, written: str) -> None:
    (token,) = analyser.tokens(written)
    assert token.stem == "الله"
    assert token.start <= token.core < token.end


SAME = {
    "26743": ["26743", "26,743", "26.743", "٢٦٧٤٣", "٢٦٬٧٤٣", "٢٦.٧٤٣", "۲۶,۷۴۳", "26،743", "26\u00a0743",
              "26\u202f743", "26\u2009743"],
    "5804216": ["5,804,216", "5.804.216", "5٬804٬216", "5\u00a0804\u00a0216", "٥،٨٠٤،٢١٦"],
    "7031.25": ["7,031.25", "7.031,25", "7031.25", "7031,25", "7\u202f031,25", "٧٬٠٣١٫٢٥"],
    "18.4": ["18.4", "18,4", "١٨٫٤", "18،4"],
    "0.415": ["0.415", "0,415", "٠٫٤١٥"],
    "1350.125": ["1350.125", "1,350.125", "1.350,125"],
}  # fmt: skip


@pytest.mark.parametrize(("value", "written"), [(value, form) for value, forms in SAME.items() for form in forms])
def test_a_number_is_one_word_however_its_digits_are_separated(analyser: Analyser, value: str, written: str) -> None:
    assert folded(analyser, f"بلغ {written} طن") == ["بلغ", value, "طن"]
    agree(analyser, f"بلغ {written}")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("7.11.2019", ["7", "11", "2019"]),
        ("٠٧.١١.٢٠١٩", ["07", "11", "2019"]),
        ("2019.11.07", ["2019", "11", "07"]),
        ("3.11.4", ["3.11.4"]),
        ("10.0.113.7", ["10.0.113.7"]),
        ("4،5،6", ["4", "5", "6"]),
        ("2018،2019", ["2018", "2019"]),
        ("14 350", ["14", "350"]),
        ("2018\u00a0350", ["2018", "350"]),
        ("9.5km", ["9", "5km"]),
        ("5.م", ["5", "م"]),
    ],
)
def test_digits_that_are_not_one_number(analyser: Analyser, text: str, words: list[str]) -> None:
    assert folded(analyser, text) == words
    agree(analyser, text)


@given(st.integers(1_000, 10**12))
def test_groups_of_three_are_the_number(number: int) -> None:
    for separator in ",.\u066c\u00a0\u202f":
        written = f"{number:,}".replace(",", separator)
        assert [written[a:b] for a, b in places(written)] == [written]
        assert bare(written) == str(number)


@given(st.text(alphabet="0123٤٥۶.,٫٬،\u00a0 \u202f", max_size=24))
def test_folding_a_number_twice_changes_nothing(text: str) -> None:
    for start, end in places(text):
        assert fold(fold(text[start:end])) == fold(text[start:end])
        assert "," not in fold(text[start:end])


@given(st.text(alphabet=f"{LETTERS}ة\u064eـABc. \u00a0()\u200f5ﷲﷺ،\n", max_size=40))
def test_letters_points_and_blanks_in_any_order(analyser: Analyser, text: str) -> None:
    agree(analyser, text)


@given(
    st.lists(
        st.sampled_from([*"وفأبدسAZ", "قال", "وأ", "وف", "لـ", "د.", "و.", "A.", "(أ", "ب)", ""]), max_size=14
    ).map(" ".join)
)
def test_letters_between_blanks_in_any_order(analyser: Analyser, text: str) -> None:
    agree(analyser, text)


def test_very_many_letters_are_many_words_and_quickly_read(analyser: Analyser) -> None:
    for text in ("أ." * 50_000, "أ " * 50_000, "A " * 50_000, "و " * 50_000, "1\u00a0111" * 20_000, "1.11" * 30_000):
        assert max(len(token.text) for token in analyser.tokens(text)) <= 255
        agree_on_words = analyser.words(text)[0]
        assert agree_on_words
