# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests spelling suggestions: misspellings, the other keyboard layout, Latin letters, and correct words that stay."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.arabic import keyboard
from indexer.arabic.fold import bare, fold
from indexer.arabic.lexicon import lexicon
from indexer.engine.local.generations import IndexFolder
from indexer.engine.local.searcher import WhooshSearcher
from indexer.engine.local.whoosh_engine import WhooshEngine
from indexer.engine.vocabulary import LONGEST
from indexer.engine.words.word_rows import ALPHABET
from indexer.search.archive import Archive
from indexer.search.suggest.spelling import Speller, applied
from tests.conftest import ROOT, Build
from tests.costs import calls
from tests.search.misspell import RULES, misspellings
from tests.servers import build_index
from tests.web_fixtures import article

FLOOR = 0.80
"""The least part of the misspellings that the first correction must set right."""
CEILING = 0.02
"""The largest part of right words that may be corrected."""

NEWS = (
    "بحث رئيس الوزراء مصطفى الكاظمي مع الرئيس بايدن في واشنطن إنهاء الدور القتالي في العراق.",
    "قال نتنياهو إن بغداد تعلم ما يجري، وردّت الحكومة العراقية على كلامه.",
    "وصف أوباما وماكرون اللقاء مع أردوغان بالمثمر، وقال ترامب غير ذلك.",
    "زار السيسي القاهرة القديمة، وعاد بوتين إلى موسكو والتقى ميركل في برلين.",
    "President Biden met the minister; Facebook removed the page, and Reuters reported it.",
    "انتخب مجلس النواب رئيساً جديداً، وأعلن مجلس النواب جدول أعماله في البرلمان.",
)


def opened(index: Path) -> tuple[WhooshSearcher, Speller]:
    searcher = WhooshEngine().open(IndexFolder(index).current().folder)
    return searcher, Speller(searcher.vocabulary, searcher.analyser, searcher.count())


@pytest.fixture(scope="module")
def sample(sample_index: Path) -> tuple[WhooshSearcher, Speller]:
    return opened(sample_index)


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Speller:
    """An archive in which each line of `NEWS` is three articles."""
    articles = [article(f"news-{n}-{at}", title=f"{n}", body=body) for at, body in enumerate(NEWS) for n in range(3)]
    return opened(build_index(tmp_path_factory.mktemp("news"), articles))[1]


def first(speller: Speller, typed: str) -> str:
    """Returns the first correction of a word, folded; "" if there is none."""
    found = speller.corrections(typed)
    return fold(found[0].by) if found else ""


def golden() -> list[list[str]]:
    lines = (ROOT / "tests" / "golden" / "misspellings.txt").read_text(encoding="utf-8").splitlines()
    return [line.split() for line in lines if not line.startswith("#")]


def test_the_first_correction_of_most_misspellings_is_right(sample: tuple[WhooshSearcher, Speller]) -> None:
    searcher, speller = sample
    cases = golden()
    assert len(cases) >= 100
    assert {rule for _, _, rule in cases} == {rule.__name__ for rule in RULES}
    for typed, word, _ in cases:
        there, lacking = searcher.vocabulary.counts([word, typed])
        assert there, f"{word} is no word of sample/ any more"
        assert not lacking, f"{typed} is a word of sample/ now"
    wrong = [case for case in cases if first(speller, case[0]) != case[1]]
    assert len(wrong) <= (1 - FLOOR) * len(cases), wrong


def test_words_of_the_archive_are_not_corrected(sample: tuple[WhooshSearcher, Speller]) -> None:
    rows, speller = sample[0].vocabulary.rows, sample[1]
    words = [rows.word(row) for row in np.flatnonzero(rows.lengths >= 3).tolist()]
    wrong = [(word, first(speller, word)) for word in words if first(speller, word)]
    assert len(wrong) < CEILING * len(words), wrong


def test_correct_words_missing_from_the_archive_are_not_corrected(sample: tuple[WhooshSearcher, Speller]) -> None:
    """The words are in both the dictionary and the frequency list, and as frequent as a newspaper reader's words."""
    from wordfreq import top_n_list  # noqa: PLC0415  # slow to load

    searcher, speller = sample
    known = dict.fromkeys(fold(word) for word in top_n_list("ar", 20_000) if len(word) >= 4 and word.isalpha())
    words = [
        word
        for word in known
        if searcher.analyser.word(word).known and not any(searcher.vocabulary.counts([word])) and word[0] in ALPHABET
    ][::12]
    assert len(words) > 500
    wrong = [(word, first(speller, word)) for word in words if first(speller, word)]
    assert len(wrong) < CEILING * len(words), wrong


@pytest.mark.parametrize("typed", ["العراق", "الامريكيه", "أوبآما", "البرلمانْ", "القاهره", "موسكى", "بوتـــين"])
def test_spellings_that_folding_makes_equal_are_no_misspellings(news: Speller, typed: str) -> None:
    found = news.corrections(typed)
    assert not found or fold(found[0].by) != fold(typed)
    assert news.corrections("العراق") == ()


@pytest.mark.parametrize(
    ("typed", "by"),
    [
        ("الحكوة", "الحكومة"),
        ("الغراق", "العراق"),
        ("البرلمن", "البرلمان"),
        ("الكاضمي", "الكاظمي"),
        ("اللفاء", "اللقاء"),
        ("facebok", "facebook"),
    ],
)
def test_a_correction_is_spelled_as_in_the_archive(news: Speller, typed: str, by: str) -> None:
    (found,) = news.corrections(typed)
    assert (found.text, found.by, found.kind, found.start, found.end) == (typed, by, "spelling", 0, len(typed))
    assert found.articles >= 3


@pytest.mark.parametrize(
    ("typed", "by"),
    [
        ("hguvhr", "العراق"),
        ("Hguvhr", "العراق"),
        ("hgp;,lm", "الحكومة"),
        ("fy]h]", "بغداد"),
        ("kjkdhi,", "نتنياهو"),
        ("l,s;,", "موسكو"),
        ("لاهيثى", "biden"),
        ("بشؤثلاخخن", "facebook"),
        ("قثعفثقس", "reuters"),
        ("حقثسهيثىف", "president"),
    ],
)
def test_the_other_keyboard_layout_is_recognised(news: Speller, typed: str, by: str) -> None:
    (found,) = news.corrections(typed)
    assert (found.kind, found.by, found.text) == ("layout", by, typed)


def test_a_short_name_is_not_taken_for_a_function_word(tmp_path: Path) -> None:
    """Of two equally near words, حيث is three times as frequent here."""
    articles = [article(f"h{n}", "خبر من حمص" if n < 3 else "حيث كان", "نصّ.") for n in range(12)]
    _, speller = opened(build_index(tmp_path, articles))
    assert [one.by for one in speller.alternatives("حمث", 2)] == ["حمص", "حيث"]


def test_keys_that_give_no_word_of_the_archive_are_not_converted(news: Speller) -> None:
    for typed in ("hgrihv", "الاةوثسيق", "asdfgh", "/////", "[[[", "x"):
        assert not [found for found in news.corrections(typed) if found.kind == "layout"]


@pytest.mark.parametrize(
    ("typed", "by"),
    [
        ("Kadhimi", "الكاظمي"),
        ("al-Kadhimi", "الكاظمي"),
        ("Netanyahu", "نتنياهو"),
        ("Baghdad", "بغداد"),
        ("Obama", "أوباما"),
        ("Macron", "ماكرون"),
        ("Erdogan", "أردوغان"),
        ("Trump", "ترامب"),
        ("Sisi", "السيسي"),
        ("Putin", "بوتين"),
        ("Merkel", "ميركل"),
        ("Moscow", "موسكو"),
        ("Cairo", "القاهرة"),
    ],
)
def test_names_in_latin_letters_are_proposed_as_the_archive_writes_them(news: Speller, typed: str, by: str) -> None:
    found = [one for one in news.corrections(typed) if one.kind == "name"]
    assert [one.by for one in found] == [by]


@pytest.mark.parametrize("typed", ["Syria", "Qatar", "Messi", "Kadhmi", "Nawab", "Raaisan"])
def test_a_guess_by_sound_is_never_certain(news: Speller, typed: str) -> None:
    assert news.corrections(typed) == ()
    assert not any(one.sure for one in news.corrections(typed, unsure=True))


def test_a_guess_by_sound_agrees_in_its_vowels_too(tmp_path: Path) -> None:
    body = "قطار سيارة مساء نبيل ساركوزي"
    speller = opened(build_index(tmp_path, [article(f"a{n}", f"{n}", body) for n in range(9)]))[1]
    for typed in ("Syria", "Messi", "Qatar", "Nebulous"):
        assert speller.corrections(typed, unsure=True) == (), "in the list, but not in the archive"
    assert [one.by for one in speller.corrections("Sarkozy Saiyaro", unsure=True)] == ["ساركوزي"]


def test_a_correct_word_missing_from_the_archive_may_lead_to_a_similar_one(news: Speller) -> None:
    assert news.corrections("العرق") == ()
    (guess,) = news.corrections("العرق", unsure=True)
    assert (guess.by, guess.sure) == ("العراق", False)


def test_a_name_in_latin_letters_that_occurs_in_the_archive_is_correct(news: Speller) -> None:
    assert news.corrections("Biden Facebook") == ()


def test_a_protected_name_that_occurs_is_correct_however_rare(tmp_path: Path) -> None:
    articles = [article(f"a{n}", f"{n}", "سلمن سلمن حسانو" if n else "زار سلمان وحسان المدينة") for n in range(30)]
    speller = opened(build_index(tmp_path, articles))[1]
    assert {"سلمان", "حسان"} <= lexicon.protected()
    assert first(speller, "سلمان") == ""
    assert first(speller, "حسان") == "", "the archive has it with a conjunction"
    assert first(speller, "سلمين") == "سلمن"


def test_superfluous_and_missing_spaces(news: Speller) -> None:
    (found,) = news.corrections("مجلسالنواب")
    assert (found.by, found.kind) == ("مجلس النواب", "space")
    (found,) = news.corrections("قالت الحكو مة اليوم")
    assert (found.by, found.kind, found.text) == ("الحكومة", "space", "الحكو مة")


def test_a_query_is_corrected_in_place_and_the_rest_is_kept(news: Speller) -> None:
    typed = '"رئيس الحكوة" -hguvhr OR (Kadhimi)'
    found = news.corrections(typed)
    assert [one.text for one in found] == [typed[one.start : one.end] for one in found]
    assert applied(typed, found) == '"رئيس الحكومة" -العراق OR (الكاظمي)'
    assert news.corrected(typed) == applied(typed, found)


def test_the_likeliest_alternatives_come_first(sample: tuple[WhooshSearcher, Speller]) -> None:
    found = sample[1].alternatives("المدييه", 3)
    assert 1 < len(found) <= 3
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert len({one.by for one in found}) == len(found)


def test_words_of_deleted_articles_are_not_proposed(build: Build, tmp_path: Path) -> None:
    archive, index = tmp_path / "archive", tmp_path / "index"
    archive.mkdir()
    for number in range(12):
        body = "انتهى اجتماع اللجنة بلا نتيجة." if number else "افتتح معرض الزعفران."
        (archive / f"{number}.json").write_text(json.dumps({"title": f"خبر {number}", "body": body}), encoding="utf-8")
    build(index, archive)
    assert Archive(index).corrections("الزعفرن")[0].by == "الزعفران"
    (archive / "0.json").unlink()
    build(index, archive)
    assert Archive(index).corrections("الزعفرن") == ()


def test_several_segments_count_as_one(build: Build, tmp_path: Path, sample: tuple[WhooshSearcher, Speller]) -> None:
    build(tmp_path / "index", ROOT / "sample", batch=20)
    one, many = sample[0].vocabulary.rows, opened(tmp_path / "index")[0].vocabulary.rows
    assert {one.word(row): int(count) for row, count in enumerate(one.counts)} == {
        many.word(row): int(count) for row, count in enumerate(many.counts)
    }


@given(st.one_of(st.text(max_size=60), st.text(alphabet=ALPHABET[1:] + " \"'-;,.[]\u0640\u064b\u200f", max_size=60)))
@settings(max_examples=300)
def test_any_text_is_answered_and_its_corrections_do_not_overlap(
    sample: tuple[WhooshSearcher, Speller], typed: str
) -> None:
    found = sample[1].corrections(typed)
    end = 0
    for one in found:
        assert end <= one.start < one.end <= len(typed)
        assert one.text == typed[one.start : one.end]
        assert one.articles > 0
        end = one.end
    assert sample[1].corrected(typed) == applied(typed, found)


def test_the_work_for_a_long_query_is_bounded(sample: tuple[WhooshSearcher, Speller]) -> None:
    for typed in ("ءةثقل " * 200, "ا" * 1_000, "لا" * 500, "hgvh " * 200, "x" * LONGEST, "chchch" * 4, "لا" * 12):
        assert calls(lambda typed=typed: sample[1].corrections(typed)) < 20_000 + 100 * len(typed)  # type: ignore[misc]  # binds the current value


def test_the_keyboard_layouts_are_inverse_to_each_other() -> None:
    for typed in ("hguvhr", "biden", "president", "wolf", "gh", "b"):
        arabic = keyboard.in_arabic(typed)
        assert arabic
        assert typed in set(keyboard.in_latin(arabic))


def test_exonyms_are_spelled_as_words_are() -> None:
    for latin, arabic in lexicon.exonyms().items():
        assert latin.isascii()
        assert latin.islower()
        assert latin.isalpha()
        assert bare(arabic) == arabic


@pytest.mark.slow
def test_misspellings_of_a_large_archive(shared: Path, build: Build, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    archive.mkdir()
    with gzip.open(shared / "data" / "ant_v1.1.jsonl.gz") as packed:
        (archive / "ant.jsonl").write_bytes(packed.read())
    build(tmp_path / "index", archive)
    searcher, speller = opened(tmp_path / "index")
    cases = misspellings(searcher.vocabulary, searcher.analyser, 600, seed=7)
    right = sum(first(speller, case.typed) == case.word for case in cases)
    assert right >= FLOOR * len(cases)
    rows = searcher.vocabulary.rows
    chosen = np.random.default_rng(7).choice(np.flatnonzero(rows.lengths >= 3), 2_000, replace=False)
    words = [rows.word(row) for row in chosen.tolist()]
    wrong = [word for word in words if first(speller, word)]
    assert len(wrong) < CEILING * len(words), wrong
