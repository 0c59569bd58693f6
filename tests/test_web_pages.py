"""The pages that readers see: valid HTML in every state, good Arabic, links that keep the search, nothing that runs."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import parse_qs

import pytest

from indexer.article import Published
from indexer.errors import DamagedIndexError, NoIndexError
from tests.web_fixtures import (
    ARTICLES,
    BARE,
    HOSTILE,
    IRAQ,
    MANY,
    RLO,
    SHIPPING,
    XHTML,
    ListArchive,
    Page,
    article,
    client_of,
    client_over,
    parameters,
    text,
)
from web import texts

STATES = [
    "/",
    "/?q=العراق",
    "/?q=مفاوضات&page=3",
    "/?q=مفاوضات&per_page=1&page=20&sort=oldest&match=any&exact=1",
    "/?q=لاشيء&source=شينخوا&from=2020",
    "/?source=نشرة النيل&source=شينخوا&category=سياسة&from=2017-03-05&to=2019-01-01",
    "/?q=%00%01%ff<script>\"'&",
    "/?q=alert",
    *(f"/articles/{one.id}?q=العراق" for one in (IRAQ, SHIPPING, HOSTILE, BARE)),
    f"/articles/{IRAQ.id}",
]
MISTAKES = [
    ("/nothing", 404),
    ("/articles/0000000000000000", 404),
    ("/?from=abc", 400),
    ("/?page=99", 404),
    ("/?page=5000", 400),
    ("/?sort=<b>", 400),
    ("/?q=" + "ا" * 1_001, 400),
    ("/?q=a&q=%00%ff", 400),
]


@pytest.mark.parametrize("path", STATES)
def test_every_page_is_valid_arabic_html(path: str) -> None:
    page = Page(client_over(), path)
    (root,) = page.all("html")
    assert (root.get("lang"), root.get("dir")) == ("ar", "rtl")
    assert len(page.all("h1")) == 1
    assert page.text("title").endswith(texts.SITE)
    identifiers = re.findall(r' id="([^"]*)"', page.html)
    assert len(identifiers) == len(set(identifiers))


@pytest.mark.parametrize(("path", "status"), MISTAKES)
def test_every_mistake_is_answered_by_a_page_that_says_what_to_do(path: str, status: int) -> None:
    page = Page(client_over(), path, status)
    (section,) = page.all("section", class_="problem")
    assert len(text(section)) > 40
    assert page.link(texts.HOME) == "/"
    assert page.all("input", name="q")


@pytest.mark.parametrize(
    "path", [*STATES, *(path for path, _ in MISTAKES), "/healthz", "/robots.txt", "/static/style.css"]
)
def test_nothing_on_a_page_can_run(path: str) -> None:
    with client_over().get(path) as response:
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "script-src" not in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        body = response.get_data(as_text=True)
    assert not re.search(r"<(script|style|iframe|object|embed|base)\b|<[^>]* (on\w+|style)=", body)
    assert not re.search(r'(href|src|action)="(?!/|#|https?://)', body)


def test_a_broken_archive_is_a_page_too() -> None:
    for error, status in ((NoIndexError("x"), 503), (DamagedIndexError("/srv/x"), 503), (RuntimeError("/srv/x"), 500)):
        page = Page(client_over(error=error), "/?q=العراق", status)
        assert "/srv" not in page.html
    assert client_over(error=NoIndexError("x")).get("/").headers["Retry-After"]


def test_other_methods_are_refused() -> None:
    response = client_over().post("/")
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
    assert texts.PROBLEMS["method_not_allowed"].title in response.get_data(as_text=True)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "لا نتائج"),
        (1, "نتيجة واحدة"),
        (2, "نتيجتان"),
        (3, "3 نتائج"),
        (10, "10 نتائج"),
        (11, "11 نتيجة"),
        (99, "99 نتيجة"),
        (100, "100 نتيجة"),
        (101, "101 نتيجة"),
        (102, "102 نتيجة"),
        (103, "103 نتائج"),
        (111, "111 نتيجة"),
        (1_005, "1,005 نتائج"),
    ],
)
def test_numbers_agree_with_what_they_count(number: int, said: str) -> None:
    assert texts.COUNTED_RESULTS.count(number) == said


def test_the_accusative_after_eleven_to_ninety_nine_is_written() -> None:
    assert texts.COUNTED_ARTICLES.count(11) == "11 مقالاً"
    assert texts.COUNTED_ARTICLES.count(200) == "200 مقال"
    assert texts.archive_holds(2, 2) == "في الأرشيف مقالان من مصدرين."
    assert texts.archive_holds(40, 1) == "في الأرشيف 40 مقالاً من مصدر واحد."
    assert texts.archive_holds(0, 0) == "الأرشيف خالٍ"
    assert texts.archive_holds(3, 0) == "في الأرشيف 3 مقالات."


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("2023", "2023"),
        ("2023-05", "أيار/مايو 2023"),
        ("2023-03-14", "14 آذار/مارس 2023"),
        ("2023-03-14T09:05:00+03:00", "14 آذار/مارس 2023، 09:05"),
    ],
)
def test_dates_are_said_as_far_as_they_are_known(value: str, said: str) -> None:
    page = Page(client_over(article("x", published=Published(value))), "/")
    (when,) = page.all("time")
    assert (text(when), when.get("datetime")) == (said, value)


def test_a_first_visit_shows_what_the_archive_holds_and_its_newest_articles() -> None:
    page = Page(client_over(), "/")
    assert page.text("h1").startswith(f"في الأرشيف {len(ARTICLES)} مقالاً من 6 مصادر")
    assert page.text("h2", class_="newest") == texts.NEWEST
    dates = [when.get("datetime") or "" for when in page.all("time")]
    assert len(dates) == 10
    assert dates == sorted(dates, reverse=True)


def test_an_archive_without_articles_says_so() -> None:
    archive = ListArchive(articles=())
    assert texts.EMPTY_ARCHIVE in Page(client_of(archive), "/").html


def test_a_search_is_counted_marked_and_linked() -> None:
    page = Page(client_over(), "/?q=العراق")
    assert page.text("h1").startswith("4 نتائج")
    assert {text(mark) for mark in page.all("mark")} == {"العراق"}
    (box,) = page.all("input", type="search")
    assert (box.get("value"), box.get("type"), box.get("dir")) == ("العراق", "search", "auto")
    assert page.link("بغداد وواشنطن") == f"/articles/{IRAQ.id}?q=%D8%A7%D9%84%D8%B9%D8%B1%D8%A7%D9%82"


def test_no_result_offers_wider_searches() -> None:
    page = Page(client_over(), "/?q=لا شيء هنا&match=all&exact=1&source=شينخوا")
    assert page.text("h1").startswith("لا نتائج")
    assert parameters(page.link(texts.NOTHING_UNFILTERED)) == {"q": ["لا شيء هنا"]}
    assert parameters(page.link(texts.NOTHING_ANY))["match"] == ["any"]
    assert "exact" not in parameters(page.link(texts.NOTHING_INEXACT))
    assert not page.all("ol", class_="results")


def test_a_search_that_had_to_be_relaxed_says_so() -> None:
    assert texts.relaxed(0) in Page(client_over(relaxed=True), "/?q=العراق").html
    assert texts.relaxed(0) not in Page(client_over(), "/?q=العراق").html


def test_how_a_query_was_read_is_shown_where_it_differs() -> None:
    assert texts.READ_AS not in Page(client_over(), "/?q=%20العراق%20").html
    page = Page(client_over(read_as="العراق OR بغداد"), "/?q=العراق | بغداد")
    assert f"{texts.READ_AS} <bdi>العراق OR بغداد</bdi>" in page.html


FULL = "q=مفاوضات&sort=oldest&from=2015-02-01&to=2023-12-31&source=نشرة النيل&category=سياسة&per_page=2"


def test_links_keep_all_parameters_but_what_they_change() -> None:
    asked = parse_qs(FULL)
    page = Page(client_over(), f"/?{FULL}&page=2")
    (following,) = {link.get("href") or "" for link in page.all("a", rel="next")}
    (preceding,) = {link.get("href") or "" for link in page.all("a", rel="prev")}
    assert {link.get("rel") for link in page.all("link") if link.get("rel") in ("prev", "next")} == {"prev", "next"}
    assert parameters(following) == {**asked, "page": ["3"]}
    assert parameters(preceding) == asked
    assert parameters(page.link(texts.SORTS["newest"])) == {**asked, "sort": ["newest"]}
    assert parameters(page.link("2019")) == {**asked, "from": ["2019-01-01"], "to": ["2019-12-31"]}
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


def test_facets_add_a_value_and_take_it_away_again() -> None:
    page = Page(client_over(), "/?q=مفاوضات&source=نشرة النيل")
    (current,) = [link for link in page.all("a", aria_current="true") if "نشرة" in text(link)]
    assert parameters(current.get("href") or "") == {"q": ["مفاوضات"]}
    other = Page(client_over(), "/?q=مفاوضات")
    assert parameters(other.link("نشرة النيل 16")) == {"q": ["مفاوضات"], "source": ["نشرة النيل"]}


def test_many_values_of_a_facet_unfold() -> None:
    page = Page(client_over(), "/?q=مفاوضات")
    (more,) = page.all("details")
    assert text(more) == f"{texts.MORE} 2015 5"


@pytest.mark.parametrize(
    ("page", "numbers"),
    [(1, "1 2 3 … 47"), (4, "1 2 3 4 5 6 … 47"), (20, "1 … 18 19 20 21 22 … 47"), (47, "1 … 45 46 47")],
)
def test_pages_are_a_window_of_numbers(page: int, numbers: str) -> None:
    shown = Page(client_over(*MANY), f"/?q=مفاوضات&per_page=1&page={page}")
    (nav,) = shown.all("nav", class_="pager")
    (ul,) = nav.iter(XHTML + "ul")
    assert text(ul).replace(f"{texts.PAGE} ", "") == numbers
    (current,) = shown.all("a", aria_current="page")
    assert text(current) == f"{texts.PAGE} {page}"


def test_a_page_behind_the_last_leads_to_the_first() -> None:
    page = Page(client_over(), "/?q=العراق&page=9&sort=newest", 404)
    assert parameters(page.link(texts.FIRST_PAGE)) == {"q": ["العراق"], "sort": ["newest"]}


def test_an_article_is_shown_whole_with_its_hits_numbered() -> None:
    page = Page(client_over(), f"/articles/{IRAQ.id}?q=العراق&page=1&sort=newest")
    assert page.text("h1") == IRAQ.title
    assert [mark.get("id") for mark in page.all("mark")] == ["hit-1", "hit-2", "hit-3", "hit-4"]
    (nav,) = page.all("nav", class_="hits")
    assert [link.get("href") for link in nav.iter(XHTML + "a")] == ["#hit-1", "#hit-2", "#hit-3", "#hit-4"]
    assert text(nav).startswith("4 مواضع")
    facts = {text(entry[0]): text(entry[1]) for (entry,) in [[entry] for (dl,) in [page.all("dl")] for entry in dl]}
    assert facts == {
        "المصدر": "شينخوا",
        "القسم": "عربي ودولي",
        "الكاتب": "ليلى حداد",
        "التاريخ": "4 كانون الأول/ديسمبر 2021",
    }
    assert parameters(page.link(texts.BACK)) == {"q": ["العراق"], "sort": ["newest"]}
    assert page.link(texts.PERMALINK) == f"/articles/{IRAQ.id}"


def test_an_article_opened_by_its_address_leads_to_the_search_page() -> None:
    page = Page(client_over(), f"/articles/{BARE.id}")
    assert page.link(texts.HOME) == "/"
    assert page.text("h1") == texts.UNTITLED
    assert texts.UNDATED in page.html
    assert not page.all("mark")


def test_removed_lines_can_be_looked_at() -> None:
    page = Page(client_over(), f"/articles/{IRAQ.id}")
    (details,) = page.all("details")
    assert "سطران" in text(details)
    assert [text(item) for item in details.iter(XHTML + "li")] == [
        "اضغط للتعليق دعوة إلى المشاركة",
        "Connect with us odd-reason",
    ]
    assert not Page(client_over(), f"/articles/{BARE.id}").all("details")


def test_only_web_addresses_become_links() -> None:
    page = Page(client_over(), f"/articles/{IRAQ.id}")
    (original,) = [link for link in page.all("a") if link.get("href") == IRAQ.url]
    assert set((original.get("rel") or "").split()) == {"noopener", "noreferrer", "nofollow"}
    assert "javascript:" not in Page(client_over(), f"/articles/{HOSTILE.id}").html


@pytest.mark.parametrize("path", ["/?q=alert", f"/articles/{HOSTILE.id}?q=alert"])
def test_articles_that_mean_harm_are_only_text(path: str) -> None:
    page = Page(client_over(), path)
    assert not page.all("script")
    assert not page.all("img")
    assert f"<script>alert(1)</script> {RLO}عنوان" in page.text("h1" if "articles" in path else "h3")
    for character in "\x00\x0b\ufffe\ud800":
        assert character not in page.html


def test_what_may_turn_the_direction_is_isolated() -> None:
    for path in ("/?q=alert", f"/articles/{HOSTILE.id}"):
        page = Page(client_over(), path)
        assert RLO not in page.text("title")
        isolated = {text(element) for element in page.all("bdi")}
        assert HOSTILE.source in isolated
        assert HOSTILE.category in isolated
        assert text(page.all("h1" if "articles" in path else "h3")[0]) in isolated


def test_bad_dates_are_explained_without_being_turned_round() -> None:
    page = Page(client_over(), "/?to=yesterday", 400)
    assert "\u20662023-05-14\u2069" in page.html


def test_a_parameter_at_fault_is_named() -> None:
    assert "<bdi><code>sort</code></bdi>" in Page(client_over(), "/?sort=best", 400).html


def test_health_robots_and_files_are_served() -> None:
    client = client_over(error=NoIndexError("x"))
    assert client.get("/healthz").get_json() == {"status": "ok"}
    assert "Disallow: /api/" in client.get("/robots.txt").get_data(as_text=True)
    with client.get("/static/favicon.svg") as icon:
        assert icon.mimetype == "image/svg+xml"
    assert len(style_sheet()) < 12_000


def style_sheet() -> str:
    """The style sheet as it is served."""
    with client_over().get("/static/style.css") as response:
        return response.get_data(as_text=True)


def test_the_style_sheet_keeps_letters_joined_and_flows_either_way() -> None:
    css = style_sheet()
    assert not re.search(r"letter-spacing:|italic|(margin|padding|border)-(left|right)|text-align: (left|right)", css)
    for rule in re.findall(r"\bmark[^{}*/]*\{([^}]*)\}", css):
        assert not re.search(r"padding|margin:|border|display", rule)


def luminance(colour: str) -> float:
    """The relative luminance of a colour, as WCAG 2 defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("front", "back"),
    [
        *((front, back) for back in ("paper", "sheet", "chip") for front in ("ink", "link")),
        *((front, back) for back in ("paper", "sheet") for front in ("soft", "press", "visited")),
        ("soft", "chip"),
        ("mark-ink", "mark"),
        ("mark-ink", "target"),
        ("on-button", "button"),
    ],
)
def test_text_stands_out_from_what_is_behind_it(scheme: int, front: str, back: str) -> None:
    rules = re.findall(r":root \{([^}]*)\}", style_sheet())[scheme]
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", rules))
    dark, light = sorted((luminance(colours[front]), luminance(colours[back])))
    assert (light + 0.05) / (dark + 0.05) >= 4.5, "WCAG 2 AA"


def test_months_have_names() -> None:
    assert len(texts.MONTHS) == 12
    assert texts.month(date(2023, 3, 1)) == "آذار/مارس 2023"
