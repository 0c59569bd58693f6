# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that each text of the archive has its own direction, whatever it begins with, wherever a page shows it."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from tests.web_fixtures import Page, article, client_over, text
from web.texts.directions import direction, in_pieces, isolated

LATIN_FIRST = "NATO تعلن انتهاء القمة في بغداد"

DIRECTIONS = {
    LATIN_FIRST: "rtl",
    "Ever Given تصل": "rtl",
    "iPhone 15 Pro Max متوفر الآن في الأسواق": "rtl",
    "«OpenAI» و«Microsoft» تتعاونان": "rtl",
    "BBC عربي": "rtl",
    "(واس) Saudi Arabia and the United States sign an agreement": "ltr",
    "What does the word شرق mean in this sentence?": "ltr",
    "\u200e NATO": "ltr",
    "Путин يزور بكين": "rtl",
    "2021 – 30%": "ltr",
    "": "ltr",
}


@pytest.mark.parametrize(("said", "expected"), DIRECTIONS.items())
def test_most_words_decide_the_direction(said: str, expected: str) -> None:
    assert direction(said) == expected


def test_a_headline_that_begins_with_a_latin_word_is_arabic_on_every_page() -> None:
    first = article("one", title=LATIN_FIRST, source="BBC عربي", url="https://news.example/%D8%AE%D8%A8%D8%B1/2021/4")
    second = article("two", title=f"{LATIN_FIRST} اليوم", source="CNN بالعربية")
    for language in ("ar", "en"):
        for path in ("/?", "/?q=القمة&", f"/articles/{first.id}?"):
            page = Page(client_over(first, second), f"{path}lang={language}")
            shown = [one for one in page.all("bdi") if text(one).startswith(("NATO", "BBC", "CNN"))]
            assert shown
            assert {one.get("dir") for one in shown} == {"rtl"}
    assert page.text("p", id="citation").endswith("https://news.example/خبر/2021/4.")


def test_the_parts_of_an_address_keep_their_order() -> None:
    assert isolated("https://news.example/خبر?قسم=1&b") == Markup(
        '<bdi dir="ltr">https://news.example/<bdi>خبر</bdi>?<bdi>قسم</bdi>=1&amp;b</bdi>'
    )
    assert in_pieces("/<b>/") == Markup("/&lt;b&gt;/")


@given(st.text(max_size=20), st.text(max_size=8))
def test_any_text_is_isolated_whole(said: str, name: str) -> None:
    for whole in (said, f"https://news.example/{said}"):
        shown = isolated(whole, name)
        assert unescape(re.sub("<[^>]*>", "", shown)) == whole
        assert re.findall("<[a-z/]+", shown)[::-1][0] == "</bdi"
