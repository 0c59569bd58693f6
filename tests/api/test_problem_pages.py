# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests the pages about wrong addresses: they say what is wrong and how to go on."""

from __future__ import annotations

import pytest

from indexer.errors import DamagedIndexError, NoIndexError
from tests.web_fixtures import IRAQ, MISTAKES, Page, arabic, article, client_over, parameters, text


@pytest.mark.parametrize(("path", "status"), MISTAKES)
def test_every_error_page_says_what_to_do(path: str, status: int) -> None:
    page = Page(client_over(), path, status)
    (section,) = page.all("section", class_="problem")
    assert len(text(section)) > 40
    assert page.link(arabic("Search page")) == "/"
    assert page.all("input", name="q")


def test_a_broken_archive_gives_a_page_too() -> None:
    for error, status in ((NoIndexError("x"), 503), (DamagedIndexError("/srv/x"), 503), (RuntimeError("/srv/x"), 500)):
        page = Page(client_over(error=error), "/?q=العراق", status)
        assert "/srv" not in page.html
    assert client_over(error=NoIndexError("x")).get("/").headers["Retry-After"]


@pytest.mark.parametrize("page", [9, 1_000, 1_001, 999_999])
def test_a_page_number_after_the_last_links_to_the_first_and_the_last(page: int) -> None:
    shown = Page(client_over(), f"/?q=مفاوضات&page={page}&sort=newest", 404)
    assert shown.text("h1") == arabic("This search has no page of that number")
    asked = {"q": ["مفاوضات"], "sort": ["newest"]}
    assert parameters(shown.link(arabic("First page of the results"))) == asked
    assert parameters(shown.link("آخر صفحات النتائج (5)")) == {**asked, "page": ["5"]}


def test_an_only_page_is_not_called_the_last() -> None:
    page = Page(client_over(), "/?q=العراق&page=9", 404)
    assert page.link(arabic("First page of the results"))
    assert "آخر صفحات" not in page.html
    assert arabic("First page of the results") not in Page(client_over(), "/?q=زرافة&page=2", 404).html


def test_a_page_too_deep_says_how_far_results_are_listed() -> None:
    articles = [article(str(number), body="نهر") for number in range(10_001)]
    page = Page(client_over(*articles), "/?q=نهر&page=1001", 404)
    assert page.text("h1") == arabic("Results are not listed that far")
    assert parameters(page.link("آخر صفحات النتائج (1,000)"))["page"] == ["1000"]


def test_an_offset_after_the_last_result_is_called_that() -> None:
    page = Page(client_over(), "/?q=العراق&offset=80", 404)
    assert page.text("h1") == arabic("This search has no result at that place")
    assert parameters(page.link(arabic("First page of the results"))) == {"q": ["العراق"]}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("from=yesterday", ["from=yesterday"]),
        ("from=2024&to=2020", ["from=2024", "to=2020"]),
        ("to=%E2%80%AE2020<b>", ["to=\u202e2020<b>"]),
        (f"sort={'x' * 500}", [f"sort={'x' * 100}…"]),
        ("page=2&offset=0", ["offset=0"]),
    ],
)
def test_an_invalid_value_is_shown(asked: str, said: list[str]) -> None:
    page = Page(client_over(), f"/?q=x&{asked}", 422 if "&" in asked else 400)
    assert ["".join(code.itertext()) for code in page.all("code")] == said
    assert len(page.all("bdi")) >= len(said), "the value is isolated from the direction of the line"


@pytest.mark.parametrize("path", ["/about/", "/about///", "/feed.atom/", "/opensearch.xml/", f"/articles/{IRAQ.id}/"])
def test_an_extra_slash_redirects_to_the_page(path: str) -> None:
    answer = client_over().get(f"{path}?q=%D9%86%D9%87%D8%B1&lang=en")
    assert answer.status_code == 308
    assert answer.headers["Location"] == f"{path.rstrip('/')}?q=%D9%86%D9%87%D8%B1&lang=en"


@pytest.mark.parametrize(
    "path", ["//host.example/", "//about/", "///about/", "/\\host/", "/nothing/", "/\r\nX: 1/", "//"]
)
def test_an_extra_slash_redirects_to_no_other_site(path: str) -> None:
    answer = client_over().get("/", environ_overrides={"PATH_INFO": path})
    assert answer.status_code in (200, 308, 404)
    assert answer.headers.get("Location", "/about").removeprefix("http://localhost") in ("/about", "/")


FORGED = {"Host": "evil.example"}


@pytest.mark.parametrize("path", ["/api", "/api?q=http://evil.example/", "/about/", "//api", "//evil.example/about/"])
def test_no_redirect_leads_to_the_host_of_a_header(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, _, query = path.partition("?")
    environ = {"PATH_INFO": asked, "QUERY_STRING": query}
    for public in ("", "https://archive.example/news"):
        monkeypatch.setenv("FIHRIST_PUBLIC_URL", public or "-")
        answer = client_over().get("/", headers=FORGED, environ_overrides=environ)
        if answer.status_code == 404:  # such an address is not found
            assert "evil.example/about/" in path
            continue
        assert answer.status_code == 308
        leads = answer.headers["Location"].removeprefix(public)
        assert leads in ("/api/", "/about", "/evil.example/about", "/api/?q=http://evil.example/")
        assert answer.headers["Location"].startswith(public)
        assert "evil.example/api" not in answer.get_data(as_text=True)
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/feed.atom", "/opensearch.xml", "/sitemap.xml", "/sitemap-7.xml", "/suggest"])
def test_a_program_gets_errors_as_json(path: str) -> None:
    for answer in (client_over().post(path), client_over(error=DamagedIndexError("x")).get(f"{path}?page=0")):
        if answer.status_code != 200:  # the description for browsers needs no index and accepts every parameter
            assert answer.mimetype == "application/problem+json"
            assert answer.get_json(force=True)["status"] == answer.status_code
