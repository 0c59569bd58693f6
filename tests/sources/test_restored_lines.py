# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests how the lines of flattened pages are restored: split at runs of blanks, and freed of Markdown marks."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.cleaning import clean
from indexer.sources import Record
from indexer.sources.decoding.repair import repaired
from indexer.sources.pages.page_lines import with_lines_split, with_page_lines, without_markdown
from tests.sources.test_sources import put, reason, records

FIRST = "بدأت في المدينة القديمة أعمال ترميم السور الشمالي، بعد أن تضرر جزء كبير منه في أمطار الشتاء الماضي."
SECOND = "وقالت مديرة المشروع إن الترميم يستمر عشرة أشهر، ويعيد فتح البوابة التي أغلقت قبل ثلاثين عاما."
TITLE = "ترميم سور المدينة القديمة يبدأ بعد عام من التأخير"
LINES = ["الرئيسية", "محليات", "اقتصاد", TITLE, "14 مارس 2023", FIRST, SECOND, "اقرأ أيضا", "معرض للكتب في الميناء"]


@pytest.mark.parametrize("run", ["   ", "     \t  ", "\t\t\t", "\u00a0 \u00a0  ", " " * 40])
def test_lines_are_split_at_runs_of_blanks(tmp_path: Path, run: str) -> None:
    (record,) = records(put(tmp_path, "a.txt", run + run.join(LINES) + run))
    assert record.text.split("\n") == LINES
    cleaned = clean(record)
    assert (cleaned.title, cleaned.body) == (TITLE, f"{FIRST}\n{SECOND}")
    assert cleaned.published is not None
    assert cleaned.published.value == "2023-03-14"


@pytest.mark.parametrize(
    "piece", ["[", "[a](", "![a](", "* ", "_a ", "**a ", "# x\n", "[a][", "\\", "a   ", "&#1;", "%D8%A7", "ﺔﻨﺳ1."]
)
def test_a_page_of_marks_takes_linear_time(piece: str) -> None:
    """Quadratic time would take hours."""
    record = Record("", f"# {TITLE}\n" + piece * 100_000 + "%D8%A7%D8%A7", flattened=True)
    with_page_lines(repaired(record))


@pytest.mark.parametrize("end", ["\\n", "\\r\\n"])
def test_written_out_line_ends_split_lines(tmp_path: Path, end: str) -> None:
    (record,) = records(put(tmp_path, "a.txt", end.join(LINES) + "\n"))
    assert record.text.strip().split("\n") == LINES


def test_a_piece_of_html_is_no_flattened_page(tmp_path: Path) -> None:
    markup = f"\n<div class=a><h1>{TITLE}</h1><p>{FIRST}</p>\n<p>{SECOND}</p></div>"
    (record,) = records(put(tmp_path, "a.txt", markup))
    assert (record.flattened, FIRST in record.text, "<" in record.text) == (False, True, False)
    assert reason(put(tmp_path, "b.txt", "%PDF-1.4\n1 0 obj")) == "not text: PDF, whatever its name says"


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(LINES),
        "\n\n".join(LINES),
        "\n".join(f"      {line}   " for line in LINES),
        f"{TITLE}\n\n{FIRST}   {SECOND}\n\n{FIRST}",
        "الفريق    نقاط    فوز    خسارة\n" + "\n".join([FIRST, SECOND] * 3),
    ],
)
def test_lines_that_need_no_splitting_stay(text: str) -> None:
    assert with_lines_split(text) == text


@given(st.text(alphabet="اب \t\n\u00a0#*+-_[]()>.1/:x\\`!|"))
def test_splitting_and_unmarking_lose_no_letter(text: str) -> None:
    assert [c for c in with_lines_split(text) if not c.isspace()] == [c for c in text if not c.isspace()]
    without_markdown(text)


MARKED = f"""[![شعار](/logo.png)](/)

  * [الرئيسية](https://almadina.example/)
  * [محليات](/local "قسم المحليات")
  + اقتصاد

# {TITLE} #

_سناء الخطيب_ | 14 مارس 2023

![صورة السور](/img/wall_1.jpg)

{FIRST.replace("السور الشمالي", "**السور الشمالي**")}

> {SECOND.replace("مديرة المشروع", "[مديرة المشروع](https://almadina.example/a_(b))")}

* * *

  1. معرض للكتب \\- صور
"""


def test_marks_of_markdown_are_removed() -> None:
    lines = [line for line in map(str.strip, without_markdown(MARKED).split("\n")) if line]
    assert lines == [
        "الرئيسية", "محليات", "اقتصاد", TITLE, "سناء الخطيب | 14 مارس 2023", FIRST, SECOND, "* * *", "معرض للكتب - صور",
    ]  # fmt: skip


def test_lines_broken_at_a_width_are_joined() -> None:
    import textwrap  # noqa: PLC0415  # used only here

    paragraphs = [FIRST, SECOND + " " + FIRST]
    wrapped = "\n\n".join([f"# {TITLE}", *(textwrap.fill(paragraph, 78) for paragraph in paragraphs), "* قسم\n* آخر"])
    lines = [line for line in without_markdown(wrapped).split("\n") if line]
    assert lines == [TITLE, *paragraphs, "قسم", "آخر"]


@pytest.mark.parametrize(
    "text",
    [
        f"{TITLE}\n\n- {FIRST}\n- {SECOND}",
        f"{TITLE}\n#سور_المدينة #ترميم\n{FIRST}",
        f"{TITLE}\n{FIRST} [نص بين قوسين] (وآخر)\n* ملاحظة",
        f"{FIRST} 5 * 3 * 2 = 30 و_نص_ و**نص**",
    ],
)
def test_texts_without_markdown_stay(text: str) -> None:
    assert without_markdown(text) == text
