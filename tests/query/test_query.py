# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests the query language: every query has a reading, none fails, and the text of a reading is read as the same
reading."""

from __future__ import annotations

import re
import time
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.arabic.analyser import Analyser
from indexer.search.planning.plan import plan
from indexer.search.query.canonical import read
from indexer.search.query.parameters import MAX_QUERY_CHARS
from indexer.search.query.periods import period
from indexer.search.query.request import SearchRequest
from indexer.search.query.tree import FIELD_NAMES, All, Either, NameNode, Node, Not, Period, Phrase, Prefix, TextNode
from tests.conftest import ROOT

TODAY = date(2026, 11, 22)
TABLE = ROOT / "tests" / "golden" / "queries.tsv"

PIECES = (
    "جسر", "الجسر", "متحف", "عبد", "الله", "كانون", "الأول", "في", "أو", "ليس", "و", "بـ", "كوفيد-19", "5كم", "nato",
    "OR", "AND", "NOT",
    "to", "|", "||", "&&", "-", "--", "−", "=", "*", "~", "~5", "(", ")", "((", "[", "]", "{", "}", '"',
    '""', "«", "»", "“", "”", "„", ":", "..", "title:", "عنوان:", "مصدر:", "قسم:", "كاتب:", "date:", "تاريخ:", "after:",
    "بعد:", "before:", "قبل:",
    "!", "^2", "~", "*:*", ">", ">=", "titel:", "2023-13",
    "2021", "2021-11", "أمس", "آخر أسبوع", "\u0640", "\u064e", "\u200f", "\ud800", "\x00", "漢字",
)  # fmt: skip
TYPED = st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(("", " ", " "))), max_size=14).map(
    lambda pairs: "".join(piece + gap for piece, gap in pairs)
)
ANY = st.one_of(TYPED, st.text(max_size=80))


def test_one_query_gives_a_tree_of_all_node_types(analyser: Analyser) -> None:
    query = 'حرب "جسر السنابل"~4 (بغداد أو البصرة) -متحف =وزير كاظم* عنوان:قمة مصدر:رويترز بعد:2021-11'
    assert read(query, analyser, TODAY).node == All(
        (
            TextNode("حرب"),
            Phrase("جسر السنابل", within=4),
            Either((TextNode("بغداد"), TextNode("البصرة")), by_word=True),
            Not(TextNode("متحف")),
            TextNode("وزير", exact=True),
            Prefix("كاظم"),
            TextNode("قمة", title=True),
            NameNode("source", "رويترز"),
            Period(date(2021, 11, 1), None),
        )
    )


@pytest.mark.parametrize(
    ("query", "node"),
    [
        ("title:(جسر | متحف)", Either((TextNode("جسر", title=True), TextNode("متحف", title=True)))),
        ("كانون الأول أو شباط", Either((TextNode("كانون الأول"), TextNode("شباط")), by_word=True)),
        ("قال عبد الله أو علي", All((TextNode("قال"), Either((TextNode("عبد الله"), TextNode("علي")), by_word=True)))),
        ("-كوفيد-19", Not(Phrase("كوفيد 19"))),
        ('"جسر متحف"~99999999999', Phrase("جسر متحف", within=100)),
        ("-(جسر متحف)", Not(TextNode("جسر متحف"))),
    ],
)
def test_operators_accept_whole_names(analyser: Analyser, query: str, node: Node) -> None:
    assert read(query, analyser, TODAY).node == node


def test_the_number_of_costly_operators_is_limited(analyser: Analyser) -> None:
    words = [first + second for first in "بتثجح" for second in "خدذرز"]
    for query, kind, most in (
        (" ".join(f"{word}*" for word in words), Prefix, 16),
        (" ".join(f'"{word} جسر"' for word in words), Phrase, 16),
        (" ".join(f'"{word} جسر"~5' for word in words), Phrase, 2),
    ):
        node = read(query, analyser, TODAY).node
        assert isinstance(node, All)
        assert sum(isinstance(child, kind) for child in node.nodes) == most
        assert isinstance(node.nodes[-1], TextNode)


def rows() -> list[tuple[str, str, str]]:
    lines = TABLE.read_text(encoding="utf-8").split("\n")
    return [tuple(line.split("\t")) for line in lines if line and not line.startswith("#")]  # type: ignore[misc]  # three


def test_the_table_has_the_stated_size() -> None:
    table = rows()
    assert len(table) >= 150
    assert len({query for _, query, _ in table}) == len(table)
    assert sum(kind == "broken" for kind, _, _ in table) >= 40


@pytest.mark.parametrize(("kind", "query", "reading"), rows(), ids=lambda part: part)
def test_every_query_of_the_table_is_read_as_it_says(analyser: Analyser, kind: str, query: str, reading: str) -> None:
    found = read(query, analyser, TODAY).text
    assert found == reading
    assert read(found, analyser, TODAY).text == reading


@given(ANY)
def test_a_reading_is_read_as_itself(analyser: Analyser, query: str) -> None:
    first = read(query, analyser, TODAY)
    # An operator typed as a word, such as ليس, is written as a sign in the reading; that difference needs no warning.
    again = read(first.text, analyser, TODAY)
    assert again._replace(operators=first.operators, notes=first.notes) == first
    assert again.notes == ()
    assert len(first.text) <= MAX_QUERY_CHARS
    ours = plan(SearchRequest(q=query), analyser, today=TODAY)
    second = plan(SearchRequest(q=ours.read_as), analyser, today=TODAY)
    assert (ours.ranked, ours.filters, ours.read_as) == (second.ranked, second.filters, second.read_as)
    assert ours.nothing == second.nothing


HOSTILE = (
    "(", ")", "(()",
    "((a) ", '"', '"a ', "«", "“", "|", "a|", "a OR ", "OR ", "NOT ", "-a ", "-(", "-", "=", "=a ", "a* ", "*",
    "[", "date:[",
    "date:[2021 TO ", "date:2021 ", "title:", "title:a ", "title:(", ":", "a:", '"a b"~9 ', "~", "a", "a ",
    "ا", "1ا",
    "أو ", "a أو ", "ليس ", "a ليس ", "عبد ", "أبو ", "كانون ", "و ", "بـ(", "\u064e", "\ud800", "(a OR ", "-(a ",
    "a AND ", "{", "..", "after:", "بعد:أمس ", "title:-", "NOT (",
    "!", "!a ", "^", "a^2", "a~1", "*:* ", "date:>", "date:>2021 ", "date:x", "x:y ", "date:2021 (", "date:(2021) ",
    "titel:", "-date:2023-13 ", "a* ^2",
)  # fmt: skip


def reading_time(query: str, analyser: Analyser) -> float:
    """Returns the processor time in seconds that reading ``query`` takes."""
    start = time.thread_time()
    found = read(query, analyser, TODAY)
    taken = time.thread_time() - start
    assert read(found.text, analyser, TODAY)[:2] == found[:2]
    return taken


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_thousand_hostile_characters_are_read_in_linear_time(analyser: Analyser, piece: str) -> None:
    long = (piece * MAX_QUERY_CHARS)[:MAX_QUERY_CHARS]
    short = long[: MAX_QUERY_CHARS // 4]
    read(long, analyser, TODAY)
    # Quadratic time would be 16 times as long. Other programs may disturb the processor's caches, so failures are
    # repeated.
    assert any(reading_time(long, analyser) < max(10 * reading_time(short, analyser), 0.25) for _ in range(3)), (
        "the time grows faster than the query"
    )


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2021", "2021-01-01", "2021-12-31"),
        ("2021-11", "2021-11-01", "2021-11-30"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("٢٠٢١", "2021-01-01", "2021-12-31"),
        ("2021/11/5", "2021-11-05", "2021-11-05"),
        ("14/3/2023", "2023-03-14", "2023-03-14"),
        ("آذار 2023", "2023-03-01", "2023-03-31"),
        ("mars 2023", None, None),
        ("March 2023", "2023-03-01", "2023-03-31"),
        ("14 كانون الأول 2023", "2023-12-14", "2023-12-14"),
        ("دجنبر 2020", "2020-12-01", "2020-12-31"),
        ("جويلية", "2026-07-01", "2026-07-31"),
        ("ديسمبر", "2025-12-01", "2025-12-31"),
        ("اليوم", "2026-11-22", "2026-11-22"),
        ("أمس", "2026-11-21", "2026-11-21"),
        ("أول أمس", "2026-11-20", "2026-11-20"),
        ("آخر أسبوع", "2026-11-16", "2026-11-22"),
        ("last week", "2026-11-14", "2026-11-20"),
        ("last month", "2026-10-01", "2026-10-31"),
        ("previous year", "2025-01-01", "2025-12-31"),
        ("past month", "2026-10-24", "2026-11-22"),
        ("last 2 months", "2026-09-24", "2026-11-22"),
        ("14 آذار (مارس) 2023", "2023-03-14", "2023-03-14"),
        ("كانون الأول/ديسمبر 2021", "2021-12-01", "2021-12-31"),
        ("آذار/شباط 2021", None, None),
        ("/ 2021", None, None),
        ("2021-05 - 2021-07", "2021-05-01", "2021-07-31"),
        ("14/3/2023 – أمس", "2023-03-14", "2026-11-21"),
        ("2021 -", None, None),
        ("2022 - 2021", None, None),
        (">2022", "2023-01-01", None),
        (">=2022-05", "2022-05-01", None),
        ("≤ 2022-05", None, "2022-05-31"),
        ("<أمس", None, "2026-11-20"),
        (">2022-13", None, None),
        (">9999", None, None),
        ("<0001", None, None),
        (">", None, None),
        (">2021..2022", None, None),
        ("آخر 3 أيام", "2026-11-20", "2026-11-22"),
        ("هذا الشهر", "2026-11-01", "2026-11-30"),
        ("الشهر الماضي", "2026-10-01", "2026-10-31"),
        ("العام الماضي", "2025-01-01", "2025-12-31"),
        ("السنة الماضية", "2025-01-01", "2025-12-31"),
        ("هذه السنة", "2026-01-01", "2026-12-31"),
        ("هذا الأسبوع", "2026-11-21", "2026-11-27"),
        ("الأسبوع الماضي", "2026-11-14", "2026-11-20"),
        ("this week", "2026-11-21", "2026-11-27"),
        ("غدا", None, None),
        ("[2021 TO 2022]", "2021-01-01", "2022-12-31"),
        ("2021-2022", "2021-01-01", "2022-12-31"),
        ("٢٠٢١ – ٢٠٢٢", "2021-01-01", "2022-12-31"),
        ("2022-2021", None, None),
        ("من 2021 إلى 2022", "2021-01-01", "2022-12-31"),
        ("من 14 كانون الأول 2021 حتى 2 كانون الثاني 2022", "2021-12-14", "2022-01-02"),
        ("بين آذار 2021 ونيسان 2022", "2021-03-01", "2022-04-30"),
        ("from 2021 until March 2022", "2021-01-01", "2022-03-31"),
        ("between 2021 and 2022", "2021-01-01", "2022-12-31"),
        ("من 2021", "2021-01-01", None),
        ("من", None, None),
        ("بين 2021", None, None),
        ("2021..2022-03", "2021-01-01", "2022-03-31"),
        ("2021 إلى أمس", "2021-01-01", "2026-11-21"),
        ("2021..", "2021-01-01", None),
        ("[* TO 2022]", None, "2022-12-31"),
        ("2022..2021", None, None),
        ("2021-13", None, None),
        ("31 شباط 2021", None, None),
        ("آخر 999999 سنة", None, None),
        ("0000", None, None),
        ("آخر", None, None),
        ("..", None, None),
        ("[]", None, None),
        ("كلمة", None, None),
    ],
)
def test_periods(text: str, first: str | None, last: str | None) -> None:
    found = period(text, TODAY)
    ends = [end.isoformat() if end else None for end in (found.first, found.last)] if found else [None, None]
    assert ends == [first, last]


@given(st.text(max_size=40), st.dates())
@example("¨", date(2000, 1, 1))
def test_no_text_breaks_the_parsing_of_periods(text: str, today: date) -> None:
    found = period(text, today)
    assert found is None or not (found.first and found.last) or found.first <= found.last


def test_every_example_of_the_documentation_is_read_as_it_says(analyser: Analyser) -> None:
    text = (ROOT / "docs" / "query.md").read_text(encoding="utf-8").replace("\\|", "\u0001")
    examples = re.findall(r"^\| `([^`|]+)` \| `([^`|]+)` \|", text, re.MULTILINE)
    fields = [(first, second) for first, second in examples if first.endswith(":") and second.endswith(":")]
    assert {(first.rstrip(":"), second.rstrip(":")) for first, second in fields} == set(FIELD_NAMES.items())
    queries = [pair for pair in examples if pair not in fields]
    assert len(queries) >= 15
    for query, reading in queries:
        query, reading = query.replace("\u0001", "|"), reading.replace("\u0001", "|")
        assert read(query, analyser, TODAY).text == reading
