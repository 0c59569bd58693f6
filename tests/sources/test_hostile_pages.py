# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests hostile articles on every page that shows them: no part of them becomes markup, and no address deceives."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.web_fixtures import RLO, ListArchive, Page, app_over, article, client_over, text

APP = app_over(ListArchive())
SIGNS = [*"<>&\"'\u202e\u2066\u2069\u200f\ufeff\u0651\u0640\x00\ud800"]
WORDS = ["</script>", "<!--", "]]>", "&#x202e;", "{{ 7 * 7 }}", "%(title)s", "{% raw %}"]
NASTY = st.lists(st.characters(exclude_categories=()) | st.sampled_from(SIGNS + WORDS), max_size=15).map("".join)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=30)
@given(NASTY, NASTY, NASTY, NASTY, NASTY)
@example("", "", "", "\U0001fffe \U0010ffff", "")  # noncharacters stand at the end of every plane
def test_any_article_leaves_every_page_valid(title: str, body: str, source: str, author: str, url: str) -> None:
    one = article("any", title=title, body=body, source=source, category=source, author=author, url=f"https://{url}")
    APP.extensions["fihrist"] = ListArchive((one,))
    for path in ("/", f"/articles/{one.id}?lang=en"):
        page = Page(APP.test_client(), path)
        assert len(page.all("h1")) == len(page.all("script")) == 1
        assert not page.all("img") + page.all("iframe") + page.all("style")
        for link in page.all("a"):
            assert (link.get("href") or "").startswith(("/", "#", "http://", "https://"))


@pytest.mark.parametrize("title", ["\u200f\u2066\u202e", "\u0651\u200b \u00ad", "\x07", ""])
def test_an_invisible_title_counts_as_none(title: str) -> None:
    one = article("unseen", title=title)
    page = Page(client_over(one), f"/articles/{one.id}")
    (heading,) = page.all("h1")
    assert text(heading) == "مقال بلا عنوان"
    assert "مقال بلا عنوان" in [text(link) for link in Page(client_over(one), "/").all("a")]
    assert "<title>مقال بلا عنوان</title>" in client_over(one).get("/feed.atom").get_data(as_text=True)


@pytest.mark.parametrize(
    ("url", "href", "host"),
    [
        ("https://аррӏе.com/login", "https://xn--80ak6aa92e.com/login", "xn--80ak6aa92e.com"),
        (f"https://news.example/{RLO}moc.knab", "https://news.example/%E2%80%AEmoc.knab", "news.example"),
        ("https://موقع.مصر/خبر", "https://xn--4gbrim.xn--wgbh1c/%D8%AE%D8%A8%D8%B1", "موقع.مصر"),
    ],
)
def test_the_host_that_a_link_leads_to_is_shown(url: str, href: str, host: str) -> None:
    one = article("spoof", url=url)
    page = Page(client_over(one), f"/articles/{one.id}")
    (link,) = page.all("a", rel="noreferrer")
    (shown,) = page.all("b")
    address = page.all("span", class_="address")[0]
    assert shown in list(address)
    assert (link.get("href"), text(shown), address.get("dir")) == (href, host, "ltr")
    assert {element.get("href") for element in Page(client_over(one), "/").all("a", rel="noreferrer")} == {href}


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://bank.example@evil.example/", "https://bank.example\\@evil.example", "//x"]
)
def test_a_deceptive_address_is_no_link(url: str) -> None:
    one = article("spoof", url=url)
    for path in ("/", f"/articles/{one.id}"):
        page = Page(client_over(one), path)
        assert not page.all("a", rel="noreferrer")
        assert "evil" not in page.html
        assert "javascript:" not in page.html


def test_descriptions_for_other_programs_are_short_and_of_one_direction() -> None:
    one = article("long", title="ك" * 10_000, body=f"{RLO}" + "نصّ " * 5_000, category="قسم\n" * 300)
    page = Page(client_over(one), f"/articles/{one.id}")
    contents = {meta.get("property"): meta.get("content") or "" for meta in page.all("meta") if meta.get("property")}
    assert {"og:title", "og:description", "article:section"} <= set(contents)
    assert all(len(content) <= 300 for content in contents.values())
    assert not any(set(content) & {RLO, "\n"} for content in contents.values())
