# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests searches for words written in parts: letters, titles, separate proclitics, signs, numbers. Each spelling
finds all others, with and without quotes, and is marked."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.arabic.analyser import Analyser
from indexer.engine.local.whoosh_engine import WhooshEngine
from indexer.search.archive import Archive
from indexer.search.planning.plan import plan
from indexer.search.query.canonical import read
from indexer.search.query.request import SearchRequest
from indexer.search.snippets.evidence import EvidenceByWords
from indexer.search.snippets.marks import mark, snippets
from tests.conftest import Build

TODAY = date(2024, 1, 15)
LETTERS = ["{}ن م ر{}", "{}ن.م.ر{}", "{}ن. م. ر.{}", "{}ن.م.ر.{}", "{}نمر{}"]
NUMBERS = ["38,204", "38.204", "38204", "٣٨٢٠٤", "٣٨٬٢٠٤", "38\u00a0204"]
NEWS = {
    **{f"وكالة{at}": f"ذكرت وكالة {form.format('', '')} أن الميناء فتح" for at, form in enumerate(LETTERS)},
    "قوسان": "ذكرت وكالة (ن. م. ر.) أن الميناء فتح",
    "واو": "ذكرت وكالة بعيدة ون.م.ر. أن الميناء فتح",
    **{f"عدد{at}": f"بلغ الحضور {number} زائرا" for at, number in enumerate(NUMBERS)},
    "كسر": "بلغ الحضور 38.2 زائرا",
    "لقب": "ألقى د. نعمان كلمة",
    "لقب2": "ألقى د.نعمان كلمة",
    "لقب3": "ألقى الدكتور نعمان كلمة",
    "فصل": "كتب و رسم",
    "وصل": "كتب ورسم",
    "بلا": "كتب رسم",
    "حروف": "فازت الفئتان س و ص",
    "حروف2": "فازت الفئتان س وص",
    "حروف3": "فازت الفئتان س ص",
    "صلاة": "عن النبيﷺ حديث",
    "صلاة2": "عن النبي صلى الله عليه وسلم حديث",
    "حمد": "الحمد لله دائما",
    "حمد2": "الحمد لﷲ دائما",
    "لاتيني": "A U.K. firm, according to R.N.A.",
    "لاتيني2": "A UK firm, according to RNA",
}


@pytest.fixture(scope="module")
def archive(build: Build, engine: WhooshEngine, tmp_path_factory: pytest.TempPathFactory) -> Archive:
    folder = tmp_path_factory.mktemp("apart")
    lines = [json.dumps({"id": name, "title": f"خبر {name}", "body": body}) for name, body in NEWS.items()]
    (folder / "news.jsonl").write_text("\n".join(lines), encoding="utf-8")
    build(folder / "index", folder / "news.jsonl")
    return Archive(folder / "index")


def found(archive: Archive, query: str) -> set[str]:
    results = archive.search(SearchRequest(q=query, match="all", per_page=50, collapse=False))
    return {hit.article.title.removeprefix("خبر ") for hit in results.hits}


ALL_LETTERS = {f"وكالة{at}" for at in range(len(LETTERS))} | {"قوسان"}


@pytest.mark.parametrize("form", LETTERS)
def test_an_agency_is_found_however_its_letters_are_separated(archive: Archive, form: str) -> None:
    assert found(archive, form.format("", "")) == ALL_LETTERS | {"واو"}
    assert found(archive, form.format("وكالة ", "")) == ALL_LETTERS | {"واو"}
    assert found(archive, f'"{form.format("", "")}"') == ALL_LETTERS
    assert found(archive, form.format('"وكالة ', ' أن الميناء"')) == ALL_LETTERS
    assert found(archive, form.format("الميناء -", "").replace(" م ر", ".م.ر")) == set()


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_is_found_however_its_digits_are_separated(archive: Archive, number: str) -> None:
    every = {f"عدد{at}" for at in range(len(NUMBERS))}
    assert found(archive, number) == every
    assert found(archive, f"={number}".replace("\u00a0", ",")) == every
    assert found(archive, f'"الحضور {number} زائرا"') == every


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("د. نعمان", "لقب لقب2 لقب3"),
        ("د.نعمان", "لقب لقب2 لقب3"),
        ("أ.د. نعمان", "لقب لقب2 لقب3"),
        ("د/ نعمان", "لقب لقب2 لقب3"),
        ('"د/نعمان"', "لقب لقب2"),
        ('"د. نعمان"', "لقب لقب2"),
        ('"ألقى د نعمان كلمة"', "لقب لقب2"),
        ("(د. نعمان | الميناء) -وكالة", "لقب لقب2 لقب3"),
        ('"كتب و رسم"', "فصل وصل"),
        ('"كتب ورسم"', "فصل وصل"),
        ('"كتب رسم"', "فصل بلا"),
        ('"و رسم"', "فصل وصل"),
        ("كتب و رسم", "فصل وصل بلا"),
        ('"س و ص"', "حروف حروف2"),
        ('"س وص"', "حروف حروف2"),
        ('"س ص"', "حروف3"),
        ("النبي", "صلاة صلاة2"),
        ("النبي صلى الله عليه وسلم", "صلاة صلاة2"),
        ("النبي ﷺ", "صلاة صلاة2"),
        ("الله", "صلاة2 حمد حمد2"),
        ("ﷲ", "صلاة2 حمد حمد2"),
        ("لله", "صلاة2 حمد حمد2"),
        ('"الحمد لله"', "حمد حمد2"),
        ("UK", "لاتيني لاتيني2"),
        ("U.K.", "لاتيني لاتيني2"),
        ('"u.k. firm"', "لاتيني لاتيني2"),
        ('"to RNA"', "لاتيني لاتيني2"),
        ("R N A", "لاتيني لاتيني2"),
    ],
)
def test_spellings_in_parts_and_joined_find_each_other(archive: Archive, query: str, names: str) -> None:
    assert found(archive, query) == set(names.split())


@pytest.mark.parametrize(
    ("query", "text", "hits"),
    [
        ("ن م ر", "قالت (ن. م. ر.) ون.م.ر.", ["ن. م. ر", "ن.م.ر"]),
        ('"وكالة ن م ر"', "قالت وكالة ن.م.ر. أمس", ["وكالة ن.م.ر"]),
        ('"كتب و رسم"', "كتب ورسم، كتب و رسم، كتب رسم", ["كتب ورسم", "كتب و رسم"]),
        ('"و رسم هنا"', "كتب و رسم هنا", ["رسم هنا"]),
        ("الله", "عبدﷲ، وﷲ", ["ﷲ", "ﷲ"]),
        ("38204", "بلغ 38,204 و٣٨٬٢٠٤", ["38,204", "٣٨٬٢٠٤"]),
        ("د. نعمان", "ألقى د.نعمان", ["د", "نعمان"]),
    ],
)
def test_marks_cover_the_words_that_were_found(analyser: Analyser, query: str, text: str, hits: list[str]) -> None:
    promises = EvidenceByWords(plan(SearchRequest(q=query), analyser).marked, analyser)
    marked = mark(text, promises)
    assert [marked.text[a:b] for a, b in marked.marks] == hits


def test_a_snippet_does_not_end_within_an_abbreviation(analyser: Analyser) -> None:
    body = "قالت (ن. م. ر.) إن د. نعمان وصل. ثم غادر."
    (piece,) = snippets(body, EvidenceByWords(plan(SearchRequest(q="ن م ر"), analyser).marked, analyser), most=1)
    assert piece.text == "قالت (ن. م. ر.) إن د. نعمان وصل."


@pytest.mark.parametrize(
    ("query", "reading"),
    [
        ("وكالة ن.م.ر", "وكالة ن.م.ر"),
        ("د.نعمان", "د. نعمان"),
        ('"كتب و «رسم»"', '"كتب و رسم"'),
        ('"كتب و رسم"', '"كتب و رسم"'),
        ("كتب و رسم", "كتب و رسم"),
        ("س، ص", "س, ص"),
        ("س/ص", "س, ص"),
        ("د/نعمان", "د. نعمان"),
        ("د. نعمان OR سعاد", "(د. نعمان) | سعاد"),
        ("سعاد OR د. نعمان", "سعاد | (د. نعمان)"),
        ("عبد_الله*", "عبد الله"),
        ("عبد\ufdf2*", "عبد\ufdf2"),
        ("عنوان:عبد_الله*", 'عنوان:"عبد الله"'),
        ("7.11.2019*", "7 11 2019"),
        ("ن.م*", "ن.م*"),
    ],
)
def test_how_a_query_in_parts_is_read(analyser: Analyser, query: str, reading: str) -> None:
    assert read(query, analyser, TODAY).text == reading


@given(
    st.lists(
        st.sampled_from([*'وفأبدس|"()،.', "قال", "د.", "بـ", "لـ(", "A.", "B", "و.م.ع", "12,345", "2016", "ﷺ"]),
        max_size=14,
    ),
    st.sampled_from(["", " "]),
)
def test_a_reading_is_read_the_same_again(analyser: Analyser, parts: list[str], between: str) -> None:
    reading = read(between.join(parts), analyser, TODAY)
    assert read(reading.text, analyser, TODAY).text == reading.text
    assert read(reading.text, analyser, TODAY).node == reading.node
