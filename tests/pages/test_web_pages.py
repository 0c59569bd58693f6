# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests the pages that readers see: valid HTML in every state, good Arabic, links that keep the search, no inline
scripts."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import parse_qs

import pytest

from indexer.article import Published
from indexer.columns import ChosenNames
from indexer.search.answers.results import FacetCount
from indexer.search.query.request import SearchRequest
from tests.web_fixtures import (
    ARTICLES,
    BARE,
    HOSTILE,
    IRAQ,
    MANY,
    RLO,
    STATES,
    XHTML,
    ListArchive,
    Page,
    app_over,
    arabic,
    article,
    client_of,
    client_over,
    parameters,
    text,
)
from web.pages.results_page import search_page


@pytest.mark.parametrize("path", STATES)
def test_every_page_is_valid_arabic_html(path: str) -> None:
    page = Page(client_over(), path)
    (root,) = page.all("html")
    assert (root.get("lang"), root.get("dir")) == ("ar", "rtl")
    assert len(page.all("h1")) == 1
    assert page.text("title").endswith(arabic("Fihrist"))
    identifiers = re.findall(r' id="([^"]*)"', page.html)
    assert len(identifiers) == len(set(identifiers))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("2023", "2023"),
        ("2023-05", "أيار/مايو 2023"),
        ("2023-03-14", "14 آذار/مارس 2023"),
        ("2023-03-14T09:05:00+03:00", "14 آذار/مارس 2023، 09:05"),
    ],
)
def test_dates_are_shown_with_their_precision(value: str, said: str) -> None:
    page = Page(client_over(article("x", published=Published(value))), "/")
    (when,) = page.all("time")
    assert (text(when), when.get("datetime")) == (said, value)


def test_a_first_visit_shows_what_the_archive_holds_and_its_newest_articles() -> None:
    page = Page(client_over(), "/")
    assert page.text("h1").startswith(f"في الأرشيف {len(ARTICLES)} مقالاً من 6 مصادر")
    assert page.text("h2", class_="newest") == arabic("Newest articles")
    dates = [when.get("datetime") or "" for when in page.all("time")]
    assert len(dates) == 10
    assert dates == sorted(dates, reverse=True)


def test_an_archive_without_articles_says_so() -> None:
    archive = ListArchive(articles=())
    assert arabic("Its index is published, with no article in it yet.") in Page(client_of(archive), "/").html


def test_a_search_shows_count_marks_and_links() -> None:
    page = Page(client_over(), "/?q=العراق")
    assert page.text("h1").startswith("4 نتائج")
    assert {text(mark) for mark in page.all("mark")} == {"العراق"}
    (box,) = page.all("input", id="q")
    assert (box.get("value"), box.get("type"), box.get("dir")) == ("العراق", "search", "auto")
    assert page.link("بغداد وواشنطن") == f"/articles/{IRAQ.id}?q=%D8%A7%D9%84%D8%B9%D8%B1%D8%A7%D9%82"


def test_a_search_without_results_offers_wider_searches_that_find_something() -> None:
    page = Page(client_over(), "/?q=العراق زرافة&match=all&exact=1&source=شينخوا")
    assert page.text("h1").startswith("لا نتائج")
    (nothing,) = page.all("div", class_="nothing")
    links = {text(link): parameters(link.get("href") or "") for link in nothing.iter(XHTML + "a")}
    assert list(links) == [arabic("Search for any of the words")]
    assert links[arabic("Search for any of the words")]["match"] == ["any"]
    assert f"{arabic('Search for any of the words')} (1)" in text(nothing)
    assert not page.all("ol", class_="results")
    page = Page(client_over(), "/?q=ميناء&source=شينخوا&exact=1")
    assert parameters(page.link(arabic("Search the whole archive, unfiltered"))) == {"q": ["ميناء"]}
    assert arabic("Accept other forms of the words, too") not in text(page.all("div", class_="nothing")[0])


@pytest.mark.parametrize(
    ("asked", "offered"),
    [
        ("q=العراق زرافة", True),
        ("q=العراق زرافة&match=auto", True),
        ("q=العراق زرافة&match=all", True),
        ("q=قاطرة زرافة&match=any", False),
        ("q=زرافة", False),
        ("q=قاطرة زرافة", False),
    ],
)
def test_any_of_the_words_is_offered_if_one_of_two_is_found(asked: str, offered: bool) -> None:
    (nothing,) = Page(client_over(), f"/?{asked}").all("div", class_="nothing")
    assert (arabic("Search for any of the words") in text(nothing)) == offered


def test_a_search_that_had_to_be_relaxed_says_so() -> None:
    none = arabic("No result has all words of your search")
    assert none in Page(client_over(relaxed=True), "/?q=العراق").html
    assert none not in Page(client_over(), "/?q=العراق").html


def test_the_ways_of_matching_are_described_by_their_effect() -> None:
    page = Page(client_over(), "/?q=العراق")
    assert parameters(page.link("كلّ الكلمات، ثمّ معظمها إن قلّت النتائج")) == {"q": ["العراق"]}
    assert parameters(page.link("كلّ الكلمات حتماً"))["match"] == ["all"]
    assert parameters(page.link("أيّ كلمة منها"))["match"] == ["any"]


def test_the_reading_of_a_query_is_shown_if_it_differs() -> None:
    assert arabic("Your search was read as:") not in Page(client_over(), "/?q=%20العراق%20").html
    page = Page(client_over(read_as="العراق OR بغداد"), "/?q=العراق | بغداد")
    said = arabic("Your search was read as:")
    assert f'{said} <bdi dir="rtl">العراق OR بغداد</bdi>' in page.html


FULL = "q=مفاوضات&sort=oldest&from=2015-02-01&to=2023-12-31&source=نشرة النيل&category=سياسة&per_page=2"


def test_links_keep_all_parameters_except_those_they_change() -> None:
    asked = parse_qs(FULL)
    page = Page(client_over(), f"/?{FULL}&page=2")
    (following,) = {link.get("href") or "" for link in page.all("a", rel="next")}
    (preceding,) = {link.get("href") or "" for link in page.all("a", rel="prev")}
    assert {link.get("rel") for link in page.all("link") if link.get("rel") in ("prev", "next")} == {"prev", "next"}
    assert parameters(following) == {**asked, "page": ["3"]}
    assert parameters(preceding) == asked
    assert parameters(page.link(arabic("Newest"))) == {**asked, "sort": ["newest"]}
    assert parameters(page.link("2019 3")) == {**asked, "from": ["2019-01-01"], "to": ["2019-12-31"]}
    (form,) = page.all("form", class_="search")
    hidden = [(field.get("name"), field.get("value")) for field in form.iter(XHTML + "input")]
    assert sorted(hidden) == sorted((key, value) for key, values in asked.items() for value in values)


def test_active_filters_are_chips_that_remove_themselves() -> None:
    asked = parse_qs(FULL)
    page = Page(client_over(), f"/?{FULL}")
    (chips,) = page.all("ul", class_="chips")
    links = {text(link): parameters(link.get("href") or "") for link in chips.iter(XHTML + "a")}
    assert links == {
        "أزِل المصدر: نشرة النيل ×": {key: asked[key] for key in asked if key != "source"},
        "أزِل القسم: سياسة ×": {key: asked[key] for key in asked if key != "category"},
        "أزِل من: 1 شباط/فبراير 2015 ×": {key: asked[key] for key in asked if key != "from"},
        "أزِل إلى: 31 كانون الأول/ديسمبر 2023 ×": {key: asked[key] for key in asked if key != "to"},
        "أزِل الكلّ": {key: asked[key] for key in ("q", "sort", "per_page")},
    }


@pytest.mark.parametrize(
    ("period", "chip"),
    [
        ("from=2017&to=2017", "أزِل السنة: 2017 ×"),
        ("from=2017-02&to=2017-02", "أزِل الفترة: شباط/فبراير 2017 ×"),
        ("to=9999", "أزِل إلى: 31 كانون الأول/ديسمبر 9999 ×"),
        ("from=0001&to=0001", "أزِل السنة: 1 ×"),
    ],
)
def test_a_whole_year_or_month_is_one_chip(period: str, chip: str) -> None:
    (chips,) = Page(client_over(), f"/?{period}").all("ul", class_="chips")
    assert [text(item) for item in chips] == [chip]


def test_a_value_is_added_and_a_chosen_one_is_left_out_instead() -> None:
    page = Page(client_over(), "/?q=مفاوضات&source=نشرة النيل")
    (current,) = [link for link in page.all("a", aria_current="true") if "نشرة" in text(link)]
    assert parameters(current.get("href") or "") == {"q": ["مفاوضات"], "exclude_source": ["نشرة النيل"]}
    other = Page(client_over(), "/?q=مفاوضات")
    assert parameters(other.link("نشرة النيل 16")) == {"q": ["مفاوضات"], "source": ["نشرة النيل"]}


def test_many_values_of_a_facet_unfold() -> None:
    page = Page(client_over(), "/?q=مفاوضات")
    (facets,) = page.all("details", class_="filters")
    (more,) = [one for one in facets.iter(XHTML + "details") if text(one).startswith(arabic("More"))]
    assert text(more) == f"{arabic('More')} 2015 5"


def test_a_facet_of_thousands_of_values_stays_short_and_keeps_the_chosen_ones() -> None:
    counts = tuple(FacetCount(f"قسم {number}", 30_000 - number) for number in range(20_000))
    request = SearchRequest(q="العراق", chosen=ChosenNames.of(category=("قسم 15", "قسم 19999")))
    results = replace(ListArchive().search(SearchRequest(q="العراق")), request=request, facets={"category": counts})
    with client_over().application.test_request_context("/"):
        facet, _ = search_page(results).facets
    assert [link.text for link in facet.values] == [*(f"قسم {n}" for n in range(8)), "قسم 15", "قسم 19999"]
    assert [link.current for link in facet.values] == [False] * 8 + [True] * 2
    assert len(facet.values) + len(facet.more) == 20
    assert not any(link.current for link in facet.more)


@pytest.mark.parametrize(
    ("page", "numbers"),
    [(1, "1 2 3 … 47"), (4, "1 2 3 4 5 6 … 47"), (20, "1 … 18 19 20 21 22 … 47"), (47, "1 … 45 46 47")],
)
def test_page_links_are_a_window_of_numbers(page: int, numbers: str) -> None:
    shown = Page(client_over(*MANY), f"/?q=مفاوضات&per_page=1&page={page}")
    (nav,) = shown.all("nav", class_="pager")
    (ul,) = nav.iter(XHTML + "ul")
    assert text(ul).replace(f"{arabic('Page')} ", "") == numbers
    (current,) = shown.all("a", aria_current="page")
    assert text(current) == f"{arabic('Page')} {page}"


def test_a_long_headline_is_shortened_in_lists_and_whole_on_its_page() -> None:
    long = article("long", title="نهر " + "كلمة " * 100 + "نهر", body="نهر")
    word = article("word", title="نهر" + "ا" * 5_000, body="نهر")
    client = client_over(long, word)
    page = Page(client, "/?q=نهر")
    cut = [text(heading) for heading in page.all("h3")]
    assert all(len(title) <= 200 and title.endswith("…") for title in cut)
    assert cut[0].removesuffix("…") in long.title
    assert [text(mark) for mark in page.all("h3")[0].iter(XHTML + "mark")] == ["نهر"]
    (shown,) = page.all("h3")[0].iter(XHTML + "bdi")
    assert shown.get("title") == long.title
    assert Page(client, f"/articles/{long.id}").text("h1") == long.title
    assert all(len(text(one)) <= 200 for one in Page(client, f"/articles/{long.id}").all("li"))


@pytest.mark.parametrize(
    ("hits", "said", "linked", "end"),
    [(30, "30 موضعاً", 30, "30"), (31, "31 موضعاً", 30, "…"), (80, "80 موضعاً", 30, "…")],
)
def test_hits_are_linked_up_to_a_limit(hits: int, said: str, linked: int, end: str) -> None:
    page = Page(client_over(article("x", body="كلمة\n" * hits)), f"/articles/{article('x').id}?q=كلمة")
    (nav,) = page.all("nav", class_="hits")
    assert len(list(nav.iter(XHTML + "a"))) == linked
    (links,) = nav.iter(XHTML + "ul")
    assert text(links).endswith(end)
    assert text(nav).startswith(said)
    assert len(page.all("mark")) == hits


@pytest.mark.parametrize(
    ("body", "direction"),
    [
        ("قال وفد NATO إن القمة انتهت.", "rtl"),
        ("The summit has ended, العراق says.", "ltr"),
        ("2021", "ltr"),
        ("NATO تعلن انتهاء القمة في بغداد.", "rtl"),
    ],
)
def test_paragraphs_and_snippets_have_their_own_direction(body: str, direction: str) -> None:
    one = article("x", body=body)
    (paragraph,) = [p for p in Page(client_over(one), f"/articles/{one.id}").all("p") if text(p) == body]
    (snippet,) = Page(client_over(one), "/").all("p", class_="snippet")
    assert (paragraph.get("dir"), snippet.get("dir")) == (direction, direction)


def test_an_article_is_shown_in_full_with_its_hits_numbered() -> None:
    page = Page(client_over(), f"/articles/{IRAQ.id}?q=العراق&page=1&sort=newest")
    assert page.text("h1") == IRAQ.title
    assert [mark.get("id") for mark in page.all("mark")] == ["hit-1", "hit-2", "hit-3", "hit-4"]
    (nav,) = page.all("nav", class_="hits")
    assert [link.get("href") for link in nav.iter(XHTML + "a")] == ["#hit-1", "#hit-2", "#hit-3", "#hit-4"]
    assert text(nav).startswith("4 مواضع")
    facts = {
        text(entry[0]): text(entry[1])
        for (entry,) in [[entry] for (dl,) in [page.all("dl", class_="facts")] for entry in dl]
    }
    assert facts == {
        "المصدر": "شينخوا",
        "القسم": "عربي ودولي",
        "الكاتب": "ليلى حداد",
        "المزيد من": "ليلى حداد",
        "التاريخ": "4 كانون الأول/ديسمبر 2021",
    }
    assert parameters(page.link(arabic("Back to the results"))) == {"q": ["العراق"], "sort": ["newest"]}
    assert page.link(arabic("Permanent link")) == f"/articles/{IRAQ.id}"


def test_an_article_opened_by_its_address_links_to_the_search_page() -> None:
    page = Page(client_over(), f"/articles/{BARE.id}")
    assert page.link(arabic("Search page")) == "/"
    assert page.text("h1") == arabic("Untitled article")
    assert arabic("No date") in page.html
    assert not page.all("mark")


def test_removed_lines_can_be_read() -> None:
    page = Page(client_over(), f"/articles/{IRAQ.id}")
    (details,) = page.all("details", class_="removed")
    assert "سطران" in text(details)
    assert [text(item) for item in details.iter(XHTML + "li")] == [
        "اضغط للتعليق دعوة إلى المشاركة",
        "Connect with us odd-reason",
    ]
    assert not Page(client_over(), f"/articles/{BARE.id}").all("details", class_="removed")


def test_only_web_addresses_become_links() -> None:
    page = Page(client_over(), f"/articles/{IRAQ.id}")
    (original,) = [link for link in page.all("a") if link.get("href") == IRAQ.url]
    assert set((original.get("rel") or "").split()) == {"noopener", "noreferrer", "nofollow"}
    assert "javascript:" not in Page(client_over(), f"/articles/{HOSTILE.id}").html


@pytest.mark.parametrize("path", ["/?q=alert", f"/articles/{HOSTILE.id}?q=alert"])
def test_hostile_articles_are_only_text(path: str) -> None:
    page = Page(client_over(), path)
    assert [script.get("src") for script in page.all("script")] == ["/static/main.js"]
    assert not page.all("img")
    assert f"<script>alert(1)</script> {RLO}عنوان" in page.text("h1" if "articles" in path else "h3")
    for character in "\x00\x0b\ufffe\ud800":
        assert character not in page.html


def test_text_that_may_turn_the_direction_is_isolated() -> None:
    for path in ("/?q=alert", f"/articles/{HOSTILE.id}"):
        page = Page(client_over(), path)
        assert RLO not in page.text("title")
        isolated = {text(element) for element in (*page.all("bdi"), *page.all("h1", dir="rtl"))}
        assert HOSTILE.source in isolated
        assert HOSTILE.category in isolated
        assert text(page.all("h1" if "articles" in path else "h3")[0]) in isolated


def test_invalid_dates_are_explained_in_the_right_direction() -> None:
    page = Page(client_over(), "/?to=yesterday", 400)
    assert "\u20662023-05-14\u2069" in page.html


def test_an_invalid_parameter_is_named() -> None:
    assert "<bdi><code>sort=best</code></bdi>" in Page(client_over(), "/?sort=best", 400).html


def test_changed_templates_on_disk_do_not_affect_a_running_server(monkeypatch: pytest.MonkeyPatch) -> None:
    app = app_over(ListArchive())
    monkeypatch.setattr(app.jinja_env.loader, "get_source", lambda *_: pytest.fail("a template is read at a request"))
    for path in ("/", "/about", f"/articles/{IRAQ.id}", "/?from=x", "/api/"):
        assert app.test_client().get(path).status_code in (200, 400)
