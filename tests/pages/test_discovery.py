# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests how programs find the archive: feeds, the description for browsers, robots.txt and sitemaps."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import feedparser
import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from indexer.article import Published
from indexer.errors import UsageError
from indexer.search.archive import Archive
from indexer.search.query.request import SearchRequest
from tests.web_fixtures import (
    ARTICLES,
    BARE,
    HOSTILE,
    IRAQ,
    MANY,
    RLO,
    ListArchive,
    Page,
    app_over,
    article,
    client_over,
)
from web.app import create_app
from web.feeds import sitemaps
from web.feeds.atom import moment, updated

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
FORGED = {"Host": "forged.example"}


def xml(client: FlaskClient, path: str, kind: str, **headers: str) -> etree._Element:
    """Returns the document at ``path``, read by a strict parser."""
    response = client.get(path, headers=headers)
    assert (response.status_code, response.content_type) == (200, f"{kind}; charset=utf-8")
    return etree.fromstring(response.get_data(), etree.XMLParser(resolve_entities=False))


def feed(client: FlaskClient, path: str, **headers: str) -> etree._Element:
    """Returns the feed at ``path``, after checking what RFC 4287 demands of any feed."""
    root = xml(client, path, "application/atom+xml", **headers)
    assert (root.tag, root.prefix) == (f"{ATOM}feed", None)
    for part in (root, *root.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            (only,) = part.findall(ATOM + name)
            assert only.text
        changed = part.findtext(f"{ATOM}updated")
        assert datetime.strptime(changed, "%Y-%m-%dT%H:%M:%SZ")
        (alternate,) = [link for link in part.findall(f"{ATOM}link") if link.get("rel") == "alternate"]
        assert alternate.get("href").startswith("http")
    assert root.findtext(f"{ATOM}author/{ATOM}name")
    ids = [one.text for one in root.iter(f"{ATOM}id")]
    assert len(set(ids)) == len(ids)
    return root


def set_public(monkeypatch: pytest.MonkeyPatch, **others: str) -> None:
    for name, value in {"public_url": "https://archive.example/news/", **others}.items():
        monkeypatch.setenv(f"FIHRIST_{name.upper()}", value)


def test_any_search_is_a_feed_newest_first() -> None:
    client = client_over()
    read = feedparser.parse(client.get("/feed.atom?q=مفاوضات&sort=oldest&per_page=20").get_data())
    assert not read.bozo
    assert read.version == "atom10"
    assert read.feed.title == "نتائج البحث عن: مفاوضات — فهرست"
    dates = [entry.updated for entry in read.entries]
    assert len(dates) == 20
    assert dates == sorted(dates, reverse=True)
    page = Page(client, read.entries[0].link.removeprefix("http://localhost"))
    assert page.text("h1") == read.entries[0].title


def test_an_entry_has_the_known_fields_of_an_article() -> None:
    read = feedparser.parse(client_over(IRAQ).get("/feed.atom?q=العراق").get_data())
    (entry,) = read.entries
    assert entry.title == IRAQ.title
    assert entry.author == IRAQ.author
    assert entry.tags[0].term == IRAQ.category
    assert "إنهاء الدور القتالي" in entry.summary
    assert {link.rel: link.href for link in entry.links} == {
        "alternate": f"http://localhost/articles/{IRAQ.id}",
        "via": IRAQ.url,
    }


def test_the_search_page_leads_to_its_feed() -> None:
    page = Page(client_over(), "/?q=مفاوضات&source=نشرة النيل&sort=oldest&page=2")
    (link,) = page.all("link", rel="alternate", type="application/atom+xml")
    root = feed(client_over(), link.get("href") or "")
    assert len(root.findall(f"{ATOM}entry")) == 10
    assert len(feed(client_over(), "/feed.atom")) > 10


def test_the_pages_of_a_feed_follow_each_other() -> None:
    client, path, seen = client_over(), "/feed.atom?q=مفاوضات&per_page=40", []
    while path:
        root = feed(client, path)
        seen += [entry.findtext(f"{ATOM}id") for entry in root.findall(f"{ATOM}entry")]
        links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
        path = links.get("next", "")
    assert len(set(seen)) == len(seen) == len(MANY)


def test_identifiers_do_not_depend_on_host_and_order(monkeypatch: pytest.MonkeyPatch) -> None:
    def ids(client: FlaskClient, path: str = "/feed.atom?q=مفاوضات", **headers: str) -> list[str]:
        return [one.text for one in feed(client, path, **headers).iter(f"{ATOM}id")]

    own = ids(client_over())
    assert ids(client_over(), **FORGED) == own
    assert ids(client_over(), "/feed.atom?page=1&sort=oldest&q=مفاوضات") == own
    set_public(monkeypatch)
    assert not set(ids(client_over())) & set(own), "another site has other identifiers"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("2023", "2023-01-01T00:00:00Z"),
        ("2023-05", "2023-05-01T00:00:00Z"),
        ("0203-05-14", "0203-05-14T00:00:00Z"),
        ("2023-05-14T10:45:00", "2023-05-14T10:45:00Z"),
        ("2023-05-14T01:45:00+03:00", "2023-05-13T22:45:00Z"),
        ("0001-01-01T01:45:00+03:00", "0001-01-01T01:45:00Z"),
    ],
)
def test_a_date_becomes_the_moment_at_which_it_begins(value: str, said: str) -> None:
    assert moment(Published(value)) == said


@pytest.mark.parametrize(
    ("published", "fetched_at", "indexed_at", "said"),
    [
        ("2023-05-14", 1_700_000_000, 1_800_000_000, "2023-05-14T00:00:00Z"),
        (None, 1_700_000_000, 1_800_000_000, "2023-11-14T22:13:20Z"),
        (None, None, 1_800_000_000, "2027-01-15T08:00:00Z"),
        (None, None, None, "1970-01-01T00:00:00Z"),
    ],
)
def test_an_article_without_a_date_was_updated_when_it_was_fetched_or_indexed(
    published: str | None, fetched_at: int | None, indexed_at: int | None, said: str
) -> None:
    made = article("x", published=Published(published) if published else None)
    assert updated(replace(made, fetched_at=fetched_at, indexed_at=indexed_at)) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [("2023-05-14", None), ("2023-05-14T10:45:00", None), ("2023-05-14T10:45:00+03:00", "2023-05-14T07:45:00Z")],
)
def test_a_date_with_a_time_is_stated_as_published(value: str, said: str | None) -> None:
    (entry,) = feed(client_over(article("x", published=Published(value))), "/feed.atom").findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}published") == said


def test_an_article_without_a_date_is_not_stated_as_published() -> None:
    (entry,) = feed(client_over(BARE), "/feed.atom").findall(f"{ATOM}entry")
    assert entry.find(f"{ATOM}published") is None
    assert entry.findtext(f"{ATOM}title") == "مقال بلا عنوان"


def test_hostile_articles_are_text_in_a_feed() -> None:
    (entry,) = feed(client_over(HOSTILE), "/feed.atom?q=alert").findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title").startswith("<script>alert(1)</script>")
    assert RLO not in "".join(entry.itertext())
    assert len(entry) == len(list(entry.iter())) - 2, "no part of the article becomes an element"
    assert [link.get("rel") for link in entry.findall(f"{ATOM}link")] == ["alternate"]


ANY = st.text(st.characters(exclude_categories=()), max_size=30)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=50)
@given(title=ANY, body=ANY, source=ANY, category=ANY, author=ANY)
def test_any_article_makes_a_valid_feed(title: str, body: str, source: str, category: str, author: str) -> None:
    one = article("any", title=title, body=body, source=source, category=category, author=author)
    app = APP
    app.extensions["fihrist"] = ListArchive((one,))
    feed(app.test_client(), "/feed.atom")


APP = app_over(ListArchive())


def test_a_feed_is_not_sent_again_unchanged() -> None:
    client = client_over()
    tag = client.get("/feed.atom?q=x").headers["ETag"]
    assert client.get("/feed.atom?q=x", headers={"If-None-Match": tag}).status_code == 304
    assert client.get("/feed.atom?q=x", headers={"If-None-Match": tag, **FORGED}).status_code == 200


@pytest.mark.parametrize("path", ["/feed.atom?sort=best", "/feed.atom?page=0", "/suggest?q=" + "x" * 1_001])
def test_mistakes_are_explained(path: str) -> None:
    answer = client_over().get(path)
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert answer.get_json(force=True)["param"] in path


OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


def test_a_browser_can_add_the_archive() -> None:
    client = client_over()
    (link,) = Page(client, "/").all("link", rel="search")
    root = xml(client, link.get("href") or "", "application/opensearchdescription+xml")
    assert 0 < len(root.findtext(f"{OPENSEARCH}ShortName")) <= 16
    assert root.findtext(f"{OPENSEARCH}InputEncoding") == "UTF-8"
    urls = {url.get("type"): url.get("template") for url in root.findall(f"{OPENSEARCH}Url")}
    typed = "%D9%85%D9%81%D8%A7%D9%88%D8%B6%D8%A7%D8%AA"
    asked = {kind: url.replace("{searchTerms}", typed).removeprefix("http://localhost") for kind, url in urls.items()}
    assert Page(client, asked["text/html"]).text("h1").startswith("47 نتيجة")
    assert len(feed(client, asked["application/atom+xml"])) > 10
    answer = client.get(asked["application/x-suggestions+json"])
    assert answer.content_type == "application/x-suggestions+json"
    words, completions, kinds, addresses = answer.get_json(force=True)
    assert words == "مفاوضات"
    assert completions
    assert len(kinds) == len(addresses) == len(completions)
    headlines = client.get("/suggest?q=بغداد").get_json(force=True)
    found = dict(zip(headlines[1], zip(headlines[2], headlines[3], strict=True), strict=True))
    assert found[IRAQ.title] == ("مقال", f"http://localhost/articles/{IRAQ.id}")


def test_a_browser_that_adds_the_english_pages_gets_english_ones() -> None:
    client = client_over()
    (link,) = Page(client, "/?lang=en").all("link", rel="search")
    assert link.get("title") == "Fihrist"
    root = xml(client, link.get("href") or "", "application/opensearchdescription+xml")
    assert root.findtext(f"{OPENSEARCH}Language") == "en"
    urls = {
        url.get("type"): url.get("template").replace("{searchTerms}", "x") for url in root.findall(f"{OPENSEARCH}Url")
    }
    assert all("lang=en" in url for url in urls.values())
    shown = Page(client, urls["text/html"].removeprefix("http://localhost"))
    assert (shown.all("html")[0].get("lang"), shown.all("input", id="q")[0].get("value")) == ("en", "x")


def test_suggestions_for_browsers_survive_any_text() -> None:
    answer = client_over().get("/suggest?q=%ff%00<script>")
    assert json.loads(answer.get_data())[0] == "\ufffd\x00<script>"


def test_no_header_changes_the_addresses_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    page = f"/articles/{BARE.id}"
    for path in ("/?q=x", page):
        (link,) = Page(client_over(), path, headers=FORGED).all("link", rel="canonical")
        assert link.get("href") == path
    assert "og:url" not in Page(client_over(), page, headers=FORGED).html
    assert client_over().get("/opensearch.xml").cache_control.no_store
    set_public(monkeypatch, sitemap="1")
    paths = ("/", page, "/feed.atom", "/opensearch.xml", "/suggest?q=x", f"{page}.ris", "/robots.txt", "/sitemap.xml")
    for path in paths:
        assert "forged" not in client_over().get(path, headers=FORGED).get_data(as_text=True), path
    assert not client_over().get("/opensearch.xml").cache_control.no_store
    shown = Page(client_over(), f"{page}?q=x&lang=en")
    public = f"https://archive.example/news{page}"
    (link,) = shown.all("link", rel="canonical")
    (address,) = shown.all("meta", property="og:url")
    assert (link.get("href"), address.get("content"), shown.text("bdi", id="permalink")) == (public, public, public)
    assert f"UR  - {public}" in client_over().get(f"{page}.ris").get_data(as_text=True)


@pytest.mark.parametrize(
    "value", ["archive.example", "ftp://x", "https://x/?q", "https://x y", "javascript:1", "https://"]
)
def test_an_invalid_public_address_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("FIHRIST_PUBLIC_URL", value)
    with pytest.raises(UsageError, match="FIHRIST_PUBLIC_URL"):
        client_over()


def test_searches_are_never_crawled_and_articles_only_by_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    def closed() -> list[str]:
        lines = client_over().get("/robots.txt").get_data(as_text=True).splitlines()
        assert lines[0] == "User-agent: *"
        return [line.removeprefix("Disallow: ") for line in lines[1:]]

    assert {"/*?", "/api/"} <= set(closed())
    assert "/articles/" not in closed()
    monkeypatch.setenv("FIHRIST_CRAWL", "0")
    assert {"/*?", "/articles/"} <= set(closed())


def test_a_sitemap_exists_only_by_a_setting() -> None:
    for path in ("/sitemap.xml", "/sitemap-1.xml"):
        assert client_over().get(path).status_code == 404
    assert "Sitemap" not in client_over().get("/robots.txt").get_data(as_text=True)


def test_a_sitemap_lists_every_article(monkeypatch: pytest.MonkeyPatch) -> None:
    set_public(monkeypatch, sitemap="1")
    assert "Sitemap: https://archive.example/news/sitemap.xml\n" in client_over().get("/robots.txt").get_data(
        as_text=True
    )
    root = xml(client_over(), "/sitemap.xml", "application/xml")
    listed = {url.findtext(f"{SITEMAP}loc"): url.findtext(f"{SITEMAP}lastmod") for url in root}
    folder = "https://archive.example/news/articles/"
    assert set(listed) == {f"{folder}{one.id}" for one in ARTICLES}
    assert listed[f"{folder}{IRAQ.id}"] == "2021-12-04"
    assert listed[f"{folder}{BARE.id}"] is None


def test_a_large_sitemap_is_split(monkeypatch: pytest.MonkeyPatch) -> None:
    set_public(monkeypatch, sitemap="1")
    monkeypatch.setattr(sitemaps, "MOST", 20)
    client = client_over()
    root = xml(client, "/sitemap.xml", "application/xml")
    assert root.tag == f"{SITEMAP}sitemapindex"
    seen = []
    for part in (one.findtext(f"{SITEMAP}loc") for one in root):
        urls = xml(client, part.removeprefix("https://archive.example/news"), "application/xml")
        assert len(urls) <= 20
        seen += [url.findtext(f"{SITEMAP}loc") for url in urls]
    assert len(set(seen)) == len(seen) == len(ARTICLES)
    for number in (0, 4, 10**30):
        refused = client.get(f"/sitemap-{number}.xml")
        assert (refused.status_code, refused.mimetype) == (404, "application/problem+json")


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2023, 5, 14), "2023-05-14"),
        (datetime(2023, 5, 1, 9), "2023-05-01"),
        (datetime(2023, 5, 1), "2023-05"),
        (datetime(203, 1, 1), "0203"),
    ],
)
def test_a_date_is_stated_with_its_known_precision(moment: datetime, said: str) -> None:
    assert sitemaps.stated(moment) == said


def test_the_archive_lists_its_articles(sample_archive: Archive) -> None:
    count = sample_archive.info().articles
    listed = sample_archive.listing(0, count + 5).articles
    assert len(listed) == count
    assert [pair[0] for pair in listed] == sorted({pair[0] for pair in listed})
    assert sample_archive.listing(3, 4).articles == listed[3:7]
    for article_id, begins in listed:
        published = sample_archive.article(article_id).article.published
        assert begins == (published.start() if published else None)


def test_a_feed_holds_only_what_matches_all_of_a_search(sample_archive: Archive, sample_index: Path) -> None:
    """In the order by date, partial matches would be mixed with full ones, and a feed cannot tell them apart."""
    q = "المدينة اليوم السنابل"
    whole = sample_archive.search(SearchRequest(q=q, match="all")).total
    found = sample_archive.search(SearchRequest(q=q))
    assert (found.total, found.partial > 0) == (whole, True)
    read = feedparser.parse(create_app(sample_index).test_client().get(f"/feed.atom?q={q}&per_page=100").get_data())
    assert len(read.entries) == whole
