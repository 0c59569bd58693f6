# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests properties that hold for any page, for real articles, and for the word lists."""

from __future__ import annotations

import gzip
import json
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.arabic.fold import fold
from indexer.cleaning import clean
from indexer.cleaning.head.standfirst import is_repeated
from indexer.cleaning.lines.cues import cues, network_words, section_words, sections, word_list
from indexer.cleaning.lines.line import breadcrumb_parts
from indexer.sources import Record
from tests.cleaning.test_cleaning import accounts_for_every_line, lines_of, page, visible
from tests.cleaning.test_cleaning_lines import PARAGRAPHS


@pytest.mark.parametrize("joint", ["\n", "\n\n"])
@pytest.mark.parametrize("step", [9, pytest.param(1, marks=pytest.mark.slow)])
def test_real_articles_lose_nothing(shared: Path, joint: str, step: int) -> None:
    """The pages consist only of the headline and body of real articles, so any removed line is an error.

    Two of all 9,961 articles lose a line each: "- الإعلانات" in a list, and "فيديو :" before a film that is missing
    from the text. Two kinds of lines are rightly removed: a line that names the agency, and a standfirst that the first
    paragraph repeats.
    """
    lost = []
    articles = ant(shared)[::step]
    for title, body in articles:
        cleaned = page(joint.join([title, *body]))
        assert cleaned.title == visible(title).strip()
        first = cleaned.body.partition("\n")[0]
        removed = [line for line in cleaned.removed if line.text != title and line.reason != "source"]
        lost += [line.text for line in removed if not is_repeated(line.text, first)]
    assert set(lost) <= {"- الإعلانات", "فيديو :"}
    assert len(articles) > 9_900 // step


@cache
def ant(shared: Path) -> list[tuple[str, list[str]]]:
    with gzip.open(shared / "data" / "ant_v1.1.jsonl.gz", "rt", encoding="utf-8", newline="\n") as lines:
        articles = [json.loads(line) for line in lines]
    found = ((" ".join((article["title"] or "").split()), lines_of(article["body"] or "")) for article in articles)
    return [(title, body) for title, body in found if title and body]


# Any page at all

LINES = st.one_of(
    st.text(max_size=60).filter(lambda text: "\n" not in text),
    st.sampled_from(
        [
            "", "", "الرئيسية", "رياضة", "الرئيسية » رياضة", "اقرأ أيضا", "مقالات ذات صلة", "التعليقات (3)", "الاسم",
            "كتب: سمير قصير", "14 مارس 2023", "آخر تحديث: 14 مارس 2023", "تأجيل أشغال الجسر الكبير أسبوعين",
            "طقس الجمعة", "إعلان",
            "تأجيل أشغال الجسر الكبير أسبوعين - ساحل برس", "اشترك في نشرتنا البريدية", "ساحل برس، جميع الحقوق محفوظة",
            "#وسم", "---", "English", "شارك على فيسبوك تويتر", "تعليقات القراء (2)", *PARAGRAPHS,
        ]
    ),
)  # fmt: skip


@given(st.lists(LINES, max_size=30).map("\n".join))
def test_every_line_is_accounted_for(text: str) -> None:
    cleaned = page(text)
    assert accounts_for_every_line(text, cleaned)
    assert all(line.reason and line.reason not in ("title", "body", "readers") for line in cleaned.removed)


@given(st.text())
def test_never_raises(text: str) -> None:
    for flattened in (True, False):
        clean(Record(text, text, flattened, text, text, text, text, text, text))


def test_a_page_of_many_lines_takes_linear_time() -> None:
    for line in (
        "رياضة",
        "اقرأ أيضا",
        "الاسم",
        "تأجيل أشغال الجسر الكبير أسبوعين",
        "14 مارس 2023",
        "تأجيل أشغال الجسر الكبير أسبوعين\n14 مارس 2023 10:45",
        "وأسماء الجسور كما يلي:\nجسر النخيل القديم",
        f"{PARAGRAPHS[0]}..",
        PARAGRAPHS[0],
        "«" * 20,
    ):
        text = f"{line}\n" * 5_000 + f"\n{line}" * 10 + PARAGRAPHS[1]
        assert accounts_for_every_line(text, page(text))
    assert page("كلمة، " * 200_000).body


@pytest.mark.parametrize("text", ["1" * 5_000_000, "/ " * 2_500_000, "قال. " * 1_000_000, "رياضة\n" * 1_000_000])
def test_a_huge_text_takes_seconds(text: str) -> None:
    assert page(text).body


# The lists


def test_lists_are_as_folding_leaves_them() -> None:
    table = cues()
    networks = network_words()
    words = {
        word
        for cues_ in (table.beginning, table.inside)
        for found in cues_.values()
        for cue in found
        for word in cue.words
    }
    assert len(words) > 500
    words |= {word for name in sections() for word in name} | section_words()
    for name in ("speech", "reader", "page", "cookies", "agreeing", "professions", "of_professions", "credits"):
        words |= word_list(name)
    words |= word_list("joining") | word_list("counting") | word_list("links")
    words |= networks.names | networks.around | networks.inviting
    assert {word for word in words if fold(word) != word} == set()


@pytest.mark.parametrize("name", ["cues.txt", "sections.txt", "networks.txt"])
def test_lists_repeat_nothing(name: str) -> None:
    lines = (files("indexer.cleaning.lines") / name).read_text(encoding="utf-8").splitlines()
    entries = [line for line in lines if line and not line.startswith(("#", "["))]
    assert sorted(set(entries)) == sorted(entries)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("الرئيسية » رياضة", ("رياضة",)),
        ("الرئيسية / وطنية", ("وطنية",)),
        ("الرئيسية/وطنية", ("وطنية",)),
        ("Home > Sport > كرة القدم", ("Sport", "كرة القدم")),
        ("أنت هنا: الرئيسية › اقتصاد", ("اقتصاد",)),
        ("رياضة » كرة القدم", ("رياضة", "كرة القدم")),
        ("«خط الساحل».. حافلات كهربائية بين جونيه وجبيل", ()),
        ("لبنان / سوريا: مباحثات جديدة", ()),
        ("الرئيسية | سياسة | اقتصاد | رياضة", ()),
        ("الرئيسية", ()),
    ],
)
def test_breadcrumbs(text: str, parts: tuple[str, ...]) -> None:
    assert breadcrumb_parts(text) == parts
