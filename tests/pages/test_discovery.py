# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests how programs find the archive: feeds, the description for browsers, robots.txt and sitemaps."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from lxml import etree

from indexer.errors import UsageError
from indexer.search.archive import Archive
from tests.web_fixtures import (
    ARTICLES,
    BARE,
    IRAQ,
    Page,
    client_over,
)
from web.feeds import sitemaps
from web.links.links import FEED_TYPES

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
FORGED = {"Host": "forged.example"}


def xml(client: FlaskClient, path: str, kind: str, **headers: str) -> etree._Element:
    """Returns the document at ``path``, read by a strict parser."""
    response = client.get(path, headers=headers)
    assert (response.status_code, response.content_type) == (200, f"{kind}; charset=utf-8")
    return etree.fromstring(response.get_data(), etree.XMLParser(resolve_entities=False))


def set_public(monkeypatch: pytest.MonkeyPatch, **others: str) -> None:
    for name, value in {"public_url": "https://archive.example/news/", **others}.items():
        monkeypatch.setenv(f"FIHRIST_{name.upper()}", value)


@pytest.mark.parametrize("path", ["/feed.rss?sort=best", "/feed.json?page=0", "/suggest?q=" + "x" * 1_001])
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
    for kind in FEED_TYPES.values():
        assert client.get(asked[kind]).content_type == f"{kind}; charset=utf-8"
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
    answer = client_over().get("/suggest?q=%ef%bf%bd%00<script>")
    assert json.loads(answer.get_data())[0] == "\ufffd\x00<script>"


def test_no_header_changes_the_addresses_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    page = f"/articles/{BARE.id}"
    for path in ("/?q=x", page):
        (link,) = Page(client_over(), path, headers=FORGED).all("link", rel="canonical")
        assert link.get("href") == path
    assert "og:url" not in Page(client_over(), page, headers=FORGED).html
    assert client_over().get("/opensearch.xml").cache_control.no_store
    set_public(monkeypatch, sitemap="1")
    paths = (
        "/",
        page,
        "/feed.atom",
        "/feed.rss",
        "/feed.json",
        "/opensearch.xml",
        "/suggest?q=x",
        f"{page}.ris",
        "/robots.txt",
        "/sitemap.xml",
    )
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


LASTMOD = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="lastmod"><xs:simpleType>
<xs:union memberTypes="xs:date xs:dateTime"/></xs:simpleType></xs:element></xs:schema>"""
"""The times that the schema of sitemaps allows."""


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2023, 5, 14), "2023-05-14"),
        (datetime(2023, 5, 1, 9), "2023-05-01"),
        (datetime(2023, 5, 1), "2023-05-01"),
        (datetime(203, 1, 1), "0203-01-01"),
    ],
)
def test_a_date_is_valid_by_the_schema_of_sitemaps(moment: datetime, said: str) -> None:
    assert sitemaps.stated(moment) == said
    element = etree.Element("lastmod")
    element.text = said
    etree.XMLSchema(etree.fromstring(LASTMOD)).assertValid(element)


def test_the_archive_lists_its_articles(sample_archive: Archive) -> None:
    count = sample_archive.info().articles
    listed = sample_archive.listing(0, count + 5).articles
    assert len(listed) == count
    assert [pair[0] for pair in listed] == sorted({pair[0] for pair in listed})
    assert sample_archive.listing(3, 4).articles == listed[3:7]
    for article_id, begins in listed:
        published = sample_archive.article(article_id).article.published
        assert begins == (published.start() if published else None)
