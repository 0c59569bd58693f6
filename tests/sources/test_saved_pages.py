# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests how the time at which an HTML page was saved is read from what the saving program wrote into the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer import moments, sources
from indexer.assemble import Rules, assemble
from indexer.sources import Record
from indexer.sources.pages.save_time import stated_save_time

AT = moments.read("2023-03-14T10:25:00Z")
PAGE = """<!DOCTYPE html><html lang="ar"><head><title>جسر جديد</title>{head}</head><body><h1>جسر جديد</h1>
<p>منذ 3 أيام</p><article><p>{body}</p><p>{body}</p></article>{foot}</body></html>"""
BODY = "قال مهندس المشروع إن العمل في الجسر الجديد سيبدأ في الشهر المقبل، وإن سكان الضفتين سيشاركون فيه. " * 3
HEADS = {
    "HTTrack": "<!-- Mirrored from news.example/a/b.html?x=1 by HTTrack Website Copier/3.x [XR&CO'2014], "
    "Tue, 14 Mar 2023 10:25:00 GMT -->",
    "SingleFile": "<!--\n Page saved with SingleFile \n url: https://news.example/a?b=1#c \n"
    " saved date: Tue Mar 14 2023 13:25:00 GMT+0300 (Arabian Standard Time)\n-->",
    "Save Page WE": '<meta name="savepage-date" content="Tue Mar 14 2023 13:25:00 GMT+0300 (Arabian Standard Time)">',
    "monolith": "<!-- Saved from https://news.example/a at 2023-03-14T10:25:00Z using monolith v2.8.1 -->",
}
WAYBACK = """<!--
     FILE ARCHIVED ON 10:25:00 Mar 14, 2023 AND RETRIEVED FROM THE
     INTERNET ARCHIVE ON 08:12:55 Nov 20, 2023.
-->"""


def fetched_at(folder: Path, markup: str) -> int | None:
    path = folder / "page.html"
    path.write_text(markup, encoding="utf-8")
    (record,) = sources.read(path, max_bytes=1 << 20)
    assert isinstance(record, Record)
    made = assemble(record, "news/page.html", str(path), Rules(), 0)
    assert made is not None
    return made.fetched_at


@pytest.mark.parametrize("program", HEADS)
def test_the_program_that_saved_a_page_states_the_time(tmp_path: Path, program: str) -> None:
    assert fetched_at(tmp_path, PAGE.format(head=HEADS[program], body=BODY, foot="")) == AT


def test_a_page_of_a_web_archive_was_fetched_when_it_was_archived(tmp_path: Path) -> None:
    assert fetched_at(tmp_path, PAGE.format(head="", body=BODY, foot=WAYBACK)) == AT
    # Such a page may be long, and the time is at its very end.
    assert fetched_at(tmp_path, PAGE.format(head="", body=BODY, foot=f"<!--{'x' * 100_000}-->{WAYBACK}")) == AT


def test_a_page_that_was_not_saved_by_a_program_has_no_time(tmp_path: Path) -> None:
    assert (
        fetched_at(tmp_path, PAGE.format(head="<!-- saved from url=(0020)https://a.example/ -->", body=BODY, foot=""))
        is None
    )


@pytest.mark.parametrize(
    "markup",
    [
        "<!-- Mirrored from " * 50_000,
        "<!--\n Page saved with SingleFile " + "x" * 1_000_000,
        "<!-- Mirrored from a by HTTrack x], " * 20_000,
        "<!-- Mirrored from a by HTTrack x]" + " " * 50_000,
        "<!--" + " " * 50_000,
        "FILE ARCHIVED ON " * 50_000,
        "FILE ARCHIVED ON 10:25:00 Mar 14, 2023 AND RETRIEVED FROM THE" + "\n" * 50_000,
        '<meta name="savepage-date" content="' * 20_000,
    ],
)
def test_hostile_pages_are_read_to_an_end(markup: str) -> None:
    assert stated_save_time(markup) == ""
