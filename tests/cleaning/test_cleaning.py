# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that flattened pages become headline, body and removed lines, and that other records only lose blanks."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from indexer.article import Published
from indexer.cleaning import Cleaned, clean
from indexer.cleaning.lines.line import split_lines
from indexer.sources import Record, read
from tests.conftest import ROOT

GOLDEN = [
    entry
    for path in sorted((ROOT / "tests" / "golden").glob("sample_clean_*.json"))
    for entry in json.loads(path.read_text("utf-8"))
]


def page(text: str) -> Cleaned:
    return clean(Record(key="", text=text, flattened=True))


def lines_of(text: str) -> list[str]:
    return [line.strip() for line in split_lines(text) if line.strip()]


def accounts_for_every_line(text: str, cleaned: Cleaned) -> bool:
    """Returns whether headline, body and removed lines together are all lines of the page, in order.

    The headline may be only a part of its line, because the site's name and invisible controls are left out.
    """
    lines = lines_of(text)
    body, removed = list(filter(None, cleaned.body.split("\n"))), [line.text for line in cleaned.removed]
    headlines = [line.text for line in cleaned.lines if line.label == "title"]
    if [visible(cleaned.title) in visible(line) for line in headlines] != [True] * bool(cleaned.title):
        return False
    return sorted(lines) == sorted([*headlines, *body, *removed]) and is_part(body, lines) and is_part(removed, lines)


def visible(text: str) -> str:
    return re.sub("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c\ufeff\u00ad]", "", text)


def is_part(part: list[str], whole: list[str]) -> bool:
    rest = iter(whole)
    return all(line in rest for line in part)


# Records that are not pages


def test_a_body_is_left_as_it_is() -> None:
    record = Record(
        key="7",
        text="  الرئيسية\n\nقال  الوزير. \r\nإعلان\n",
        flattened=False,
        title=" عنوان \n الخبر ",
        category="رياضة ",
        author="\tسمير  قصير",
        published="14 آذار 2023",
    )
    assert clean(record) == Cleaned(
        "عنوان الخبر", "الرئيسية\nقال  الوزير.\nإعلان", (), "رياضة", "سمير قصير", Published("2023-03-14")
    )


def test_no_title_is_invented() -> None:
    assert clean(Record(key="", text="قال الوزير إن الجسر جاهز.", flattened=False, published="أمس")) == Cleaned(
        "", "قال الوزير إن الجسر جاهز."
    )


# The first test pages: real pages


def seed(shared: Path, name: str) -> tuple[Cleaned, list[str]]:
    (record,) = read(shared / "seeds" / name, max_bytes=1 << 20)
    assert isinstance(record, Record)
    cleaned = clean(record)
    assert accounts_for_every_line(record.text, cleaned)
    return cleaned, lines_of(record.text)


def test_first_seed(shared: Path) -> None:
    cleaned, lines = seed(shared, "000_b7d5ac79bd800930.txt")
    assert cleaned.title == "بغداد وواشنطن تبحثان انهاء الدور القتالي لقوات التحالف في العراق"
    assert (cleaned.category, cleaned.author, cleaned.published) == ("عربي ودولي", "", None)
    assert cleaned.body.split("\n") == lines[5:15]
    assert [(line.reason, line.text) for line in cleaned.removed] == [
        ("menu", "ar Arabic"),
        ("menu", "ar Arabicen Englishde German"),
        ("menu", "Connect with us"),
        ("category", "عربي ودولي"),
        ("continue", "اكمل القراءة"),
        ("ad", "Advertisement"),
        ("comments", "اضغط للتعليق"),
        ("comments", "أترك تعليقاً"),
        ("comments", "لن يتم نشر عنوان بريدك الإلكتروني. الحقول الإلزامية مشار إليها بـ *"),
    ]


def test_second_seed(shared: Path) -> None:
    cleaned, lines = seed(shared, "002_e48bfdb0103543fe.txt")
    assert cleaned.title == lines[0] == "قاسم الأعرجي يؤكد حرص العراق على تنفيذ قرار انسحاب القوات الأميركية"
    assert (cleaned.category, cleaned.author, cleaned.published) == ("", "", None)
    links = [line for line in lines if line.startswith("للقراءة أو الاستماع")]
    assert len(links) == 2
    body = cleaned.body.split("\n")
    assert body == [line for line in lines[2:-2] if line not in links]
    for heading in (
        "قاسم الأعرجي: قادرون على دحر الإرهاب",
        "لا قواعد لدى القوات الأميركية",
        "مخرجات الحوار الاستراتيجي",
        "الحوار في عهدين أميركيين",
    ):
        assert heading in body
    assert "#عين_الأسد" in cleaned.body
    assert [line.reason for line in cleaned.removed] == [
        "duplicate",
        "crosslink",
        "crosslink",
        "newsletter",
        "newsletter",
    ]


# The sample archive


def test_the_golden_list_is_there() -> None:
    assert len(GOLDEN) >= 50


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: str(golden["path"]))
def test_sample(golden: dict[str, Any]) -> None:
    (record,) = read(ROOT / "sample" / golden["path"], max_bytes=1 << 20)
    assert isinstance(record, Record)
    cleaned = clean(record)
    assert cleaned.title == golden["title"]
    assert cleaned.category == (golden["category"] or "")
    assert cleaned.author == (golden["author"] or "")
    # The list gives days. If a page also states the hour, the value continues after the day.
    assert (cleaned.published.value[:10] if cleaned.published else None) == golden["published"]
    assert cleaned.body.split("\n") == golden["body"]
    assert accounts_for_every_line(record.text, cleaned)


def test_a_repeated_lead_is_no_headline() -> None:
    lead = "قال الوزير إن العمل سيبدأ غدا في المدينة، وإن السكان فرحون."
    rest = "وأضاف أن المشروع كبير، وأنه سينتهي في العام المقبل."
    text = "\n\n".join(["محليات", "عنوان الخبر الحقيقي اليوم", "14 آذار 2023", lead, lead, rest])
    cleaned = clean(Record("", text, flattened=True))
    assert cleaned.title == "عنوان الخبر الحقيقي اليوم"
    assert cleaned.body.split("\n")[-1] == rest
    assert lead in cleaned.body
