# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests completion while a reader types: words, phrases and headlines, in any spelling."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.arabic.analyser import Analyser
from indexer.arabic.lexicon.lexicon import build as build_lexicon
from indexer.article import Article, article_id
from indexer.engine.local.segments.headlines import DEPTH, Headlines, merge_headlines, write_headlines
from indexer.engine.memory.searcher import MemorySearcher
from indexer.errors import DamagedIndexError
from indexer.search.answers.results import Suggestion
from indexer.search.archive import Archive
from indexer.search.planning.column_names import ColumnNames
from indexer.search.query.request import SearchRequest
from indexer.search.suggest.completion import MOST, Completer
from tests.conftest import Build
from tests.costs import calls
from tests.servers import build_index
from tests.web_fixtures import (
    article,
)

WORDS = ("جسر", "الجسر", "متحف", "والمتحف", "سوق", "مدينة", "في", "عبد", "الله", "nato")
TITLES = st.lists(st.sampled_from(WORDS), max_size=7).map(" ".join)
HEADLINES = (
    "رئيس الحكومة يلتقي وزير الدفاع",
    "رئيس الحكومة يعلن برنامجه",
    "البرلمان يستجوب رئيس الحكومة",
    "رئيس الجمهورية في ألمانيا",
    "وزير الخارجية مصطفى الكاظمي في العراق",
    "مصطفى الكاظمي يزور بغداد",
    "بالعراق: مصطفى الكاظمي يعود",
    "حكومة الوحدة الوطنية تجتمع",
    "اجتماع لحكومة الوحدة الوطنية",
    "وفد ألماني يزور البصرة",
    "نحّالو البقاع يتفاءلون بربيع سخي",
    "جائزة ليونس التازيري",
    "هل يعود الماء؟",
)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """An archive with the headlines above; its bodies hold other words."""
    articles = [article(f"h{number}", title, f"نصّ عن الزعفران رقم {number}.") for number, title in enumerate(HEADLINES)]
    return Archive(build_index(tmp_path_factory.mktemp("small"), articles))


def completed(archive: Archive, typed: str, limit: int = 10) -> dict[str, Suggestion]:
    found = archive.suggest(SearchRequest(q=typed, per_page=limit)).suggestions
    assert len(found) <= limit
    assert len({one.text for one in found}) == len(found)
    return {one.text: one for one in found}


@pytest.mark.parametrize(
    "typed", ["رئيس الحك", "رئيس حك", "الرئيس الحكو", "ورئيس الحُكـ", "رئيس ", "vzds hgp;", "رئيس  الحكومة"]
)
def test_phrases_are_completed_in_any_spelling(small: Archive, typed: str) -> None:
    found = completed(small, typed)
    assert ("رئيس الحكومة" in found) == (typed.split() != ["رئيس", "الحكومة"])
    assert {one.text for one in found.values() if one.kind == "headline"} >= set(HEADLINES[:3])


def test_a_phrase_is_counted_by_headlines_and_a_headline_leads_to_its_article(small: Archive) -> None:
    found = completed(small, "رئيس الحكو")
    assert (found["رئيس الحكومة"].kind, found["رئيس الحكومة"].count) == ("phrase", 3)
    first = found[HEADLINES[0]]
    assert (first.kind, first.count) == ("headline", 1)
    assert small.article(first.article).article.title == HEADLINES[0]
    kinds = [one.kind for one in found.values()]
    assert kinds == sorted(kinds, key=["word", "phrase", "headline"].index)


def test_names_with_a_word_in_no_dictionary_are_phrases(small: Archive) -> None:
    found = completed(small, "مصطف")
    assert (found["مصطفى الكاظمي"].kind, found["مصطفى الكاظمي"].count) == ("name", 3)


def test_proposals_have_no_clitics(small: Archive) -> None:
    assert "حكومة الوحدة الوطنية" in completed(small, "حكومة الو")
    assert "حكومة الوحدة الوطنية" in completed(small, "لحكومة الو")
    assert completed(small, "العرا")["بالعراق: مصطفى الكاظمي يعود"].kind == "headline"


def test_words_of_bodies_are_completed_and_counted_by_articles(small: Archive) -> None:
    for typed in ("الزعف", "زعف", "hg.ut"):
        found = completed(small, typed)
        assert (found["الزعفران"].kind, found["الزعفران"].count) == ("word", len(HEADLINES))


def test_words_not_side_by_side_in_a_headline_keep_the_typed_text(small: Archive) -> None:
    found = completed(small, "الزعفران ثمّ مصطف")
    assert found["الزعفران ثمّ مصطفى الكاظمي"].count == 3
    assert completed(small, "زيتون ثمّ مصطف") == {}, "no article has both words"


@pytest.mark.parametrize(
    ("typed", "headline"),
    [
        ("وفد الماني ي", "وفد ألماني يزور البصرة"),
        ("والوفد الالماني يز", "وفد ألماني يزور البصرة"),
        ("وفد ألماني ال", "وفد ألماني يزور البصرة"),
        ("يتفاءلون برب", "نحّالو البقاع يتفاءلون بربيع سخي"),
        ("نحالو البقاع يتفاءلون ب", "نحّالو البقاع يتفاءلون بربيع سخي"),
        ("ليون", "جائزة ليونس التازيري"),
        ("هل يعود الما؟", "هل يعود الماء؟"),
        ("هل يعود الماء!", "هل يعود الماء؟"),
        ("يعود وال", "هل يعود الماء؟"),
    ],
)
def test_headlines_are_completed_however_the_words_are_begun(small: Archive, typed: str, headline: str) -> None:
    assert completed(small, typed)[headline].kind == "headline"


def test_a_sign_after_the_last_word_ends_it(small: Archive) -> None:
    assert "رئيس الحكومة" in completed(small, "رئيس الحكومة،")
    assert "رئيس الحكومة" in completed(small, "«رئيس الحكومة»") or "«رئيس الحكومة" in completed(small, "«رئيس الحكومة»")


def test_a_separate_article_is_completed_to_the_words_after_it(small: Archive) -> None:
    assert "رئيس الحكومة" in completed(small, "رئيس ال")
    assert completed(small, "زيتون ال") == {}


def test_a_word_of_bodies_after_others_keeps_the_typed_text(small: Archive) -> None:
    assert (found := completed(small, "عن زعف"))["عن الزعفران"].kind == "word"
    assert len(found) == 1


@pytest.mark.parametrize("typed", ["", " ", "؟!", "قققققق", "zzzz", "\u0640", "12", "%00\x00\ud800", "ا" * 900])
def test_an_unknown_beginning_has_no_completions(small: Archive, typed: str) -> None:
    assert completed(small, typed) == {}


def test_phrases_that_are_left_out_cost_few_questions(analyser: Analyser) -> None:
    """A sign parts the words of each of many phrases, so that no headline shows any of them."""
    words = ["حريق", "حادث", "سرقة", "فيضان", "احتجاج", "مهرجان"]
    titles = [f"سوسة : {word} {number}" for word in words for number in ("مرة", "أخرى")]
    articles = [article(f"s{number}", title, "نصّ.") for number, title in enumerate(titles)]
    searcher = CountingSearcher(articles, analyser)
    found = Completer(searcher, ColumnNames.of(searcher)).complete("سوسة", 10)
    assert {one.kind for one in found} == {"headline"}
    assert searcher.asked <= 2


class CountingSearcher(MemorySearcher):
    asked = 0

    def articles(self, ids: Sequence[str]) -> dict[str, Article]:
        self.asked += 1
        return super().articles(ids)


@given(st.one_of(st.text(max_size=40), st.lists(st.sampled_from((*WORDS, "رئيس", "ال", "")), max_size=9).map(" ".join)))
@settings(max_examples=100)
def test_any_typed_text_is_completed_with_bounded_work(small: Archive, typed: str) -> None:
    assert calls(lambda: completed(small, typed, MOST)) < 100_000


def brute_force(titles: list[list[str]], words: list[str], prefix: str) -> list[tuple[int, int]]:
    """Returns the titles that have ``words`` followed by one with ``prefix``, and where."""
    size = len(words)
    return [
        (doc, at)
        for doc, title in enumerate(titles)
        for at in range(len(title) - size)
        if title[at : at + size] == words and title[at + size].startswith(prefix)
    ]


@given(st.lists(st.tuples(TITLES, st.booleans()), min_size=1, max_size=9), st.lists(st.sampled_from(WORDS), max_size=6),
       st.sampled_from(("", "م", "جس", "عبد", "n", "سوقx", "ي")), st.integers(1, 3))  # fmt: skip
@settings(max_examples=100)
def test_headlines_are_found_as_by_brute_force(
    tmp_path_factory: pytest.TempPathFactory, titles: list[tuple[str, bool]], words: list[str], prefix: str, parts: int
) -> None:
    analyser = Analyser(build_lexicon({}, {}))
    folder = tmp_path_factory.mktemp("headlines", numbered=True)
    articles = [Article(article_id(str(n)), title, "", "/x") for n, (title, _) in enumerate(titles)]
    files, alive = [], []
    for part in range(parts):
        write_headlines(folder / f"{part}.hdl", articles[part::parts], analyser)
        files.append(Headlines(folder / f"{part}.hdl"))
        alive.append(np.array([kept for _, kept in titles[part::parts]], bool))
    merge_headlines(folder / "all.hdl", files, alive)
    merged = Headlines(folder / "all.hdl")
    kept = [title for part in range(parts) for title, there in titles[part::parts] if there]
    bases = [[word.base for word in analyser.words(title)[0]] for title in kept]
    wanted = [analyser.words(word)[0][0].base for word in words]
    first, more = wanted[: DEPTH - 1], wanted[DEPTH - 1 :]
    suffixes = merged.beginning(first, more[0] if more else prefix)
    docs, begins = merged.docs_of(suffixes, more, prefix)
    assert sorted(zip(docs.tolist(), begins.tolist(), strict=True)) == brute_force(bases, wanted, prefix)
    if not more:
        for length in range(len(first) + 1, DEPTH + 1):
            counted: dict[tuple[str, ...], int] = {}
            for doc, at in brute_force(bases, first, prefix):
                if at + length <= len(bases[doc]):
                    phrase = tuple(bases[doc][at : at + length])
                    counted[phrase] = counted.get(phrase, 0) + 1
            assert {merged.bases(run): run.headlines for run in merged.runs(suffixes, length, 1_000)} == counted


def test_a_damaged_file_of_headlines_is_reported(tmp_path: Path) -> None:
    write_headlines(tmp_path / "x.hdl", [article("a")], Analyser(build_lexicon({}, {})))
    data = (tmp_path / "x.hdl").read_bytes()
    for damaged in (b"", data[:10], b"x" + data[1:], data[:16] + b"[" * 50 + data[66:], data[: len(data) // 2]):
        (tmp_path / "x.hdl").write_bytes(damaged)
        with pytest.raises(DamagedIndexError, match=r"x\.hdl"):
            Headlines(tmp_path / "x.hdl")


def test_deleted_headlines_are_not_proposed(build: Build, tmp_path: Path) -> None:
    archive, index = tmp_path / "archive", tmp_path / "index"
    archive.mkdir()
    for number in range(12):
        title = f"لجنة المياه تجتمع للمرة {number}" if number else "معرض الزعفران يفتتح"
        (archive / f"{number}.json").write_text(json.dumps({"title": title, "body": "نصّ."}), encoding="utf-8")
    build(index, archive)
    assert "معرض الزعفران يفتتح" in completed(Archive(index), "معرض")
    (archive / "0.json").unlink()
    build(index, archive)
    assert completed(Archive(index), "معرض") == {}
    assert completed(Archive(index), "الزعف") == {}
