# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests what surrounds the results: timeline, a second search, copies that unfold, the first visit, the archive
page."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import get_args
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.engine.periods import Unit, name_of, number_at
from indexer.engine.questions import Cluster
from indexer.search.answers.results import SearchResults
from indexer.search.answers.spread import (
    PeriodCount,
    Spread,
    TimelineOptions,
)
from indexer.search.answers.warnings import CHANGED, CODES, NO_WORDS
from indexer.search.archive import Archive
from indexer.search.query.request import SearchRequest
from tests.web_fixtures import (
    ARTICLES,
    IRAQ,
    MANY,
    SHIPPING,
    XHTML,
    ListArchive,
    Page,
    app_over,
    arabic,
    client_of,
    client_over,
    parameters,
    text,
)
from web.charts.chart import chart
from web.charts.period_names import MOST_LABELS, named
from web.pages.shown import PageOptions
from web.texts.language import current
from web.texts.texts import WARNINGS

SVG = "{http://www.w3.org/2000/svg}"


def bars(page: Page) -> list[Element]:
    """Returns the bars of the drawing, in order."""
    return [one for one in page.root.iter(SVG + "rect") if one.get("class") == "bar" and "%" in (one.get("x") or "")]


def place(element: Element, name: str = "x") -> float:
    return float((element.get(name) or "").rstrip("%"))


@pytest.mark.parametrize(("language", "order"), [("ar", -1), ("en", 1)])
def test_time_runs_in_the_direction_of_the_text(language: str, order: int) -> None:
    drawn = bars(Page(client_over(), f"/?q=مفاوضات&lang={language}"))
    assert len(drawn) == 9
    places = [order * place(bar) for bar in drawn]
    assert places == sorted(places)


def test_bars_and_rows_narrow_the_search_to_their_period() -> None:
    page = Page(client_over(), "/?q=مفاوضات&sort=newest&page=2")
    linked = list(page.root.iter(SVG + "a"))
    assert [parameters(link.get("href") or "") for link in linked][:2] == [
        {"q": ["مفاوضات"], "sort": ["newest"], "from": [f"{year}-01-01"], "to": [f"{year}-12-31"]}
        for year in (2015, 2016)
    ]
    assert all(link.get("tabindex") == "-1" for link in linked), "the table has the same links for the keyboard"
    (drawing,) = [one for one in page.root.iter(SVG + "svg") if one.get("class") == "chart"]
    assert drawing.get("aria-hidden") == "true"
    (title, *_) = list(page.root.iter(SVG + "title"))
    assert text(title) == "2015: 5 من 5 (100%)"
    (table,) = page.all("table")
    rows = [[text(cell) for cell in row] for row in table.iter(XHTML + "tr")]
    assert rows[1] == ["2015", "5", "5", "100%"]
    hrefs = [link.get("href") for link in table.iter(XHTML + "a")]
    assert hrefs == [link.get("href") for link in linked]


def test_shares_are_of_all_articles_that_pass_the_filters() -> None:
    page = Page(client_over(), "/?q=العراق&timeline=share")
    (table,) = page.all("table")
    assert ["2021", "1", "6", "16.7%"] in [[text(cell) for cell in row] for row in table.iter(XHTML + "tr")]
    (current,) = [link for link in page.all("a", aria_current="true") if text(link) == arabic("Share of all coverage")]
    assert parameters(page.link(arabic("Number of articles"))) == {"q": ["العراق"]}
    assert parameters(current.get("href") or "")["timeline"] == ["share"]
    assert not [one for one in Page(client_over(), "/?source=شينخوا&timeline=share").all("a") if "النسبة" in text(one)]


def test_a_second_search_is_drawn_as_a_line_and_removable() -> None:
    page = Page(client_over(), "/?q=مفاوضات&compare_q=العراق&sort=newest")
    assert [one for one in page.root.iter(SVG + "line") if one.get("class") == "second"]
    (legend,) = page.all("ul", class_="legend")
    first, second = (text(item) for item in legend)
    assert (first, second) == ("مفاوضات", "العراق أزِل")
    (remove,) = list(legend.iter(XHTML + "a"))
    assert parameters(remove.get("href") or "") == {"q": ["مفاوضات"], "sort": ["newest"]}
    (table,) = page.all("table")
    head = [text(cell) for cell in next(table.iter(XHTML + "tr"))]
    assert head == ["الفترة", "مفاوضات", "العراق", "كلّ المقالات", "النسبة", "نسبة الثاني"]
    assert parameters(page.link(arabic("Oldest")))["compare_q"] == ["العراق"], "other links keep the second search"
    (box,) = page.all("input", name="compare_q", type="search")
    assert box.get("value") == "العراق"
    # A new search begins without the second search.
    (form,) = page.all("form", class_="search")
    assert not [field for field in form.iter(XHTML + "input") if field.get("name") == "compare_q"]


@pytest.mark.parametrize(
    ("second", "said"),
    [("زرافة", "The second search finds no article:"), ("؟؟", "The second search has no word in it:")],
)
def test_a_second_search_without_dates_is_reported(sample_archive: Archive, second: str, said: str) -> None:
    page = Page(client_of(sample_archive), f"/?q=جسر&compare_q={second}")
    (told,) = [note for note in page.all("p", class_="note") if arabic(said) in text(note)]
    assert second in text(told)
    (remove,) = told.iter(XHTML + "a")
    assert parameters(remove.get("href") or "") == {"q": ["جسر"]}
    (table,) = page.all("table")
    assert len(next(table.iter(XHTML + "tr"))) == 4, "no empty columns"
    assert not page.all("ul", class_="legend")


def test_the_link_back_from_an_article_keeps_the_second_search() -> None:
    shown = {"q": ["بغداد"], "compare_q": ["العراق"], "timeline": ["share"]}
    page = Page(client_over(), "/?q=بغداد&compare_q=العراق&timeline=share")
    article = Page(client_over(), page.all("h3")[0][0].get("href") or "")
    assert parameters(article.link(arabic("Back to the results"))) == shown
    assert parameters(article.link(arabic("Permanent link"))) == {}
    assert parameters(article.all("section", class_="similar")[0][1][0][0].get("href") or "") == {}
    (form,) = article.all("form", class_="search")
    assert not [field for field in form.iter(XHTML + "input") if field.get("name") == "compare_q"]


@pytest.mark.parametrize(
    ("query", "code", "part"),
    [
        ("متحف date:أزرق", "invalid_date", "date:"),
        ("متحف source:زرافة", "unknown_name", "مصدر:زرافة"),
        ("متحف OR", "dangling_operator", "OR"),
    ],
)
def test_notices_are_shown(sample_archive: Archive, query: str, code: str, part: str) -> None:
    page = Page(client_of(sample_archive), f"/?q={query}")
    notes = [text(note) for note in page.all("p", class_="strong")]
    assert f"{arabic(WARNINGS[code])} {part}" in notes


def test_every_notice_has_a_text() -> None:
    assert set(WARNINGS) == set(CODES) - {NO_WORDS, CHANGED}


def test_there_is_no_timeline_without_dated_results() -> None:
    for query in ("زرافة", "بلا عنوان ولا مصدر"):
        assert not Page(client_over(), f"/?q={query}").all("section", class_="timeline")


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("مدينة", {"مدينة ← مدن"}),
        ("في مدينة", {"مدينة ← مدن"}),
        ("في", set()),
        ("زرافة", set()),
    ],
)
def test_chips_show_the_other_forms_that_occur_in_the_archive(
    sample_archive: Archive, query: str, told: set[str]
) -> None:
    page = Page(client_of(sample_archive), f"/?q={query}")
    chips = {text(item) for lists in page.all("ul", class_="widened") for item in lists}
    assert {re.sub("، .*", "", one.removeprefix("أزِل صيغ أخرى: ").removesuffix(" ×")) for one in chips} == told


@pytest.mark.parametrize(
    ("stated", "shown"), [("timeline=x", "timeline=x"), ("timeline=share&timeline=count", "timeline=count")]
)
def test_invalid_parameters_of_the_display_are_reported(stated: str, shown: str) -> None:
    assert f"<code>{shown}</code>" in Page(client_over(), f"/?q=x&{stated}", 400).html


def test_a_second_search_that_is_too_long_is_refused() -> None:
    assert client_over().get(f"/?q=x&compare_q={'ا' * 1_001}").status_code == 400


def test_the_display_is_restored_from_its_parameters() -> None:
    for shown in (PageOptions(), PageOptions("بغداد"), PageOptions(share=True), PageOptions("x", True)):
        assert PageOptions.from_params({name: [value] for name, value in shown.to_params()}) == shown


APP = app_over(ListArchive())
periods = st.lists(st.dates(date(1, 1, 1), date(9999, 12, 31)), min_size=1, max_size=40, unique=True)


@given(found=periods, unit=st.sampled_from(get_args(Unit)), share=st.booleans(), data=st.data())
def test_every_drawing_stays_within_its_borders(
    found: list[date], unit: Unit, share: bool, data: st.DataObject
) -> None:
    names = sorted({name_of(number_at(one, unit), unit) for one in found})
    counts = [data.draw(st.integers(0, 10**6)) for _ in names]
    row = tuple(
        PeriodCount(name, count, count + data.draw(st.integers(0, 9)))
        for name, count in zip(names, counts, strict=True)
    )
    with APP.test_request_context("/"):
        drawn = chart(Spread(unit, row, 0), Spread(unit, row[::2], 0), share=share)
    assert len(drawn.bars) == len(names)
    assert len(drawn.times) <= MOST_LABELS
    for bar in drawn.bars:
        assert 0 <= bar.x <= bar.x + bar.width <= 100.01
        assert 0 <= bar.top <= 100
        assert 0 <= bar.other <= 100
        assert bar.first <= bar.last
    assert len(drawn.rows) == sum(bool(count) for count in counts)
    assert all(0 <= tick.at <= 100 for tick in (*drawn.times, *drawn.levels))


def test_the_label_of_a_bar_names_both_searches_in_the_language_of_the_page() -> None:
    row = (PeriodCount("2022", 1, 4), PeriodCount("2023", 2, 4))
    for lang, said in (("en", "2022: 1 of 4 (25.0%) · Second search: 1"), ("ar", "البحث الثاني: 1")):
        with client_over().application.test_request_context(f"/?lang={lang}"):
            drawn = chart(Spread("year", row, 0), Spread("year", row, 0))
        assert drawn.bars[0].said.endswith(said)


@pytest.mark.parametrize(
    ("period", "english", "arabic_name"),
    [
        ("2023", "2023", "2023"),
        ("2024-Q3", "Third quarter of 2024", "الربع الثالث من 2024"),
        ("2024-02", "February 2024", "شباط/فبراير 2024"),
        ("2023-W20", "15 – 21 May 2023", "15 – 21 أيار/مايو 2023"),
        ("2023-W22", "29 May – 4 June 2023", "29 أيار/مايو – 4 حزيران/يونيو 2023"),
        ("2020-W53", "28 December 2020 – 3 January 2021", "28 كانون الأول/ديسمبر 2020 – 3 كانون الثاني/يناير 2021"),
        ("2023-05-14T08", "14 May 2023, 08:00–08:59", "14 أيار/مايو 2023، 08:00–08:59"),
    ],
)
def test_periods_have_names(period: str, english: str, arabic_name: str) -> None:
    for lang, name in (("en", english), ("ar", arabic_name)):
        with APP.test_request_context(f"/?lang={lang}"):
            assert named(period, current()) == name


class Copied(ListArchive):
    """Its first hit has two copies, one of which is shown."""

    def search(
        self, request: SearchRequest, *, spread: TimelineOptions | None = None, copies: int = 0
    ) -> SearchResults:
        found = super().search(request, spread=spread, copies=copies)
        first = replace(found.hits[0], cluster=Cluster(IRAQ.id, 3), copies=(SHIPPING,)[:copies])
        return replace(found, hits=(first, *found.hits[1:]))


def test_copies_unfold_under_their_result() -> None:
    page = Page(client_of(Copied()), "/?q=العراق")
    (unfolded,) = page.all("details", class_="unfolded")
    assert text(next(iter(unfolded))) == "+2 نسخة"
    links = [link.get("href") or "" for link in unfolded.iter(XHTML + "a")]
    assert links[0].startswith(f"/articles/{SHIPPING.id}?q=")
    assert links[1].endswith("#copies")
    assert not Page(client_of(Copied()), "/?q=العراق&collapse=0").all("details", class_="unfolded")


def test_results_link_to_similar_articles_and_to_their_permanent_address() -> None:
    page = Page(client_over(), "/?q=العراق&lang=en")
    (first, *_) = [link.get("href") for link in page.all("a", rel="bookmark")]
    assert first == f"/articles/{SHIPPING.id}"
    similar = [link.get("href") or "" for link in page.all("a") if text(link) == "Similar"]
    assert len(similar) == 4
    assert all(href.endswith("#similar") for href in similar)


def test_a_first_visit_shows_the_time_span_and_examples() -> None:
    page = Page(client_over(), "/")
    assert "من 1 كانون الثاني/يناير 2015 إلى 31 كانون الأول/ديسمبر 2023." in text(page.all("p", class_="span")[0])
    (subjects,) = page.all("nav", class_="subjects")
    (example,) = list(subjects.iter(XHTML + "a"))
    assert Page(client_over(), example.get("href") or "").text("h1").startswith(f"{len(MANY)} نتيجة")
    assert not page.all("section", class_="timeline"), "a first visit runs no search"


def test_a_first_visit_to_an_empty_archive() -> None:
    page = Page(client_of(ListArchive(articles=())), "/")
    assert not page.all("p", class_="span")
    assert not page.all("nav", class_="subjects")


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_page_about_the_archive(language: str) -> None:
    page = Page(client_over(), f"/about?lang={language}")
    assert len(bars(page)) == 9
    links = {text(link): parameters(link.get("href") or "") for link in page.all("a")}
    assert links["شينخوا"]["source"] == ["شينخوا"]
    assert links["سياسة"]["category"] == ["سياسة"]
    assert "20230514T104500Z-1" in page.html
    assert page.all("time")[0].get("datetime") == "2023-05-14T10:45:00Z"
    assert str(len(ARTICLES)) in page.html
    empty = Page(client_of(ListArchive(articles=())), f"/about?lang={language}")
    assert not bars(empty)


def test_pages_are_valid_and_have_no_inline_styles_or_scripts() -> None:
    for path in (
        "/about",
        "/about?lang=en",
        "/?q=مفاوضات&compare_q=العراق&timeline=share",
        "/?q=alert&compare_q=<b>\"'%00",
    ):
        page = Page(client_over(), path)
        assert " style=" not in page.html
        assert all(script.get("src") and not text(script) for script in page.all("script"))
        identifiers = [element.get("id") for element in page.root.iter() if element.get("id")]
        assert len(identifiers) == len(set(identifiers))
