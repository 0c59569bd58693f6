# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests the feeds of a search in their three formats, as a feed reader and a strict parser read them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import feedparser
import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from indexer import moments
from indexer.article import Article, Published
from indexer.search.archive import Archive
from indexer.search.query.request import SearchRequest
from tests.web_fixtures import (
    BARE,
    HOSTILE,
    INFO,
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
from web.feeds.entries import added, published, stamp
from web.links.links import FEED_TYPES

ATOM = "{http://www.w3.org/2005/Atom}"
FORMS = sorted(FEED_TYPES)
FORGED = {"Host": "forged.example"}


def atom(body: bytes) -> list[str]:
    """Returns the identifiers in an Atom feed, after checking what RFC 4287 demands of any feed."""
    root = etree.fromstring(body, etree.XMLParser(resolve_entities=False))
    assert (root.tag, root.prefix) == (f"{ATOM}feed", None)
    for part in (root, *root.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            (only,) = part.findall(ATOM + name)
            assert only.text
        for name in ("updated", "published"):
            for one in part.findall(ATOM + name):
                assert datetime.strptime(one.text, "%Y-%m-%dT%H:%M:%SZ")
        (alternate,) = [link for link in part.findall(f"{ATOM}link") if link.get("rel") == "alternate"]
        assert alternate.get("href").startswith("http")
    assert root.findtext(f"{ATOM}author/{ATOM}name")
    return [one.text for one in root.iter(f"{ATOM}id")][1:]


def rss(body: bytes) -> list[str]:
    """Returns the identifiers in an RSS feed, after checking what RSS 2.0 demands of any feed."""
    root = etree.fromstring(body, etree.XMLParser(resolve_entities=False))
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    (channel,) = root
    assert all(channel.findtext(name) for name in ("title", "link", "description"))
    for one in root.iter("pubDate", "lastBuildDate"):
        assert parsedate_to_datetime(one.text).utcoffset() is not None
        assert one.text.endswith(" GMT")
    assert all(item.findtext("title") and item.findtext("link") for item in channel.iter("item"))
    assert all(guid.get("isPermaLink") == "false" for guid in channel.iter("guid"))
    return [guid.text for guid in channel.iter("guid")]


def json_feed(body: bytes) -> list[str]:
    """Returns the identifiers in a JSON Feed, after checking what version 1.1 demands of any feed."""
    whole = json.loads(body)
    assert whole["version"] == "https://jsonfeed.org/version/1.1"
    assert whole["title"]
    for item in whole["items"]:
        assert isinstance(item["content_text"], str)
        assert item["url"].startswith("http")
        for name in ("date_published", "date_modified"):
            assert name not in item or datetime.strptime(item[name], "%Y-%m-%dT%H:%M:%SZ")
    return [item["id"] for item in whole["items"]]


CHECKS = {"atom": atom, "rss": rss, "json": json_feed}


def ids(client: FlaskClient, address: str, **headers: str) -> list[str]:
    """Returns the identifiers of the entries of the feed at ``address``, which must be valid."""
    answer = client.get(address, headers=headers)
    form = address.removeprefix("http://localhost/feed.").removeprefix("/feed.").split("?")[0]
    assert (answer.status_code, answer.content_type) == (200, f"{FEED_TYPES[form]}; charset=utf-8")  # type: ignore[index]  # one of the three forms
    found = CHECKS[form](answer.get_data())
    assert len(set(found)) == len(found)
    return found


def parsed(client: FlaskClient, path: str) -> Any:
    """Returns what feedparser reads at ``path``; of a JSON Feed, which it does not read, the same members."""
    body = client.get(path).get_data()
    if not path.startswith("/feed.json"):
        read = feedparser.parse(body)
        assert not read.bozo
        return read
    whole = json.loads(body)
    items = [
        feedparser.FeedParserDict(
            title=item["title"],
            link=item["url"],
            author=item.get("authors", [{"name": ""}])[0]["name"],
            tags=[{"term": term} for term in item.get("tags", ())],
            summary=item["content_text"],
            links=[{"rel": "via", "href": item["external_url"]}] if "external_url" in item else [],
        )
        for item in whole["items"]
    ]
    return feedparser.FeedParserDict(feed=feedparser.FeedParserDict(title=whole["title"]), entries=items)


@pytest.mark.parametrize("form", FORMS)
def test_any_search_is_a_feed(form: str) -> None:
    client = client_over()
    read = parsed(client, f"/feed.{form}?q=مفاوضات&sort=oldest&per_page=20")
    assert read.feed.title == "نتائج البحث عن: مفاوضات — فهرست"
    assert len(read.entries) == 20
    page = Page(client, read.entries[0].link.removeprefix("http://localhost"))
    assert page.text("h1") == read.entries[0].title


@pytest.mark.parametrize("form", FORMS)
def test_an_entry_has_the_known_fields_of_an_article(form: str) -> None:
    (entry,) = parsed(client_over(IRAQ), f"/feed.{form}?q=العراق").entries
    assert entry.title == IRAQ.title
    assert entry.author == IRAQ.author
    assert entry.tags[0]["term"] == IRAQ.category
    assert "إنهاء الدور القتالي" in entry.summary
    assert entry.link == f"http://localhost/articles/{IRAQ.id}"
    assert [link["href"] for link in entry.links if link["rel"] == "via"] == [IRAQ.url]


@pytest.mark.parametrize("form", FORMS)
def test_late_and_undated_articles_come_first(form: str) -> None:
    dates = ("2024-05-01", "2024-06-01", "", "1990", "2024-07-01")
    late = [article(f"n{n}", published=Published(one) if one else None, indexed_at=n) for n, one in enumerate(dates)]
    links = [entry.link.rsplit("/", 1)[1] for entry in parsed(client_over(*late), f"/feed.{form}").entries]
    assert links == [one.id for one in reversed(late)]


def test_the_search_page_leads_to_its_feeds() -> None:
    page = Page(client_over(), "/?q=مفاوضات&source=نشرة النيل&sort=oldest&page=2&per_page=5")
    for kind in FEED_TYPES.values():
        (link,) = page.all("link", rel="alternate", type=kind)
        assert len(ids(client_over(), link.get("href") or "")) == 16
    assert len(ids(client_over(), "/feed.rss")) == 50
    assert len(ids(client_over(), "/feed.rss?limit=3&per_page=")) == 3


def _next(body: bytes, form: str) -> str:
    if form == "json":
        return str(json.loads(body).get("next_url", ""))
    links = etree.fromstring(body).iter(f"{ATOM}link")
    return next((link.get("href") for link in links if link.get("rel") == "next"), "")


@pytest.mark.parametrize("form", FORMS)
def test_the_parts_of_a_feed_follow_each_other(form: str) -> None:
    client, path = client_over(), f"/feed.{form}?q=مفاوضات&per_page=40"
    seen: list[str] = []
    while path:
        seen += ids(client, path)
        path = _next(client.get(path).get_data(), form)
    assert len(set(seen)) == len(seen) == len(MANY)


def test_identifiers_do_not_depend_on_host_order_and_format(monkeypatch: pytest.MonkeyPatch) -> None:
    own = ids(client_over(), "/feed.atom?q=مفاوضات")
    assert ids(client_over(), "/feed.atom?q=مفاوضات", **FORGED) == own
    for form in FORMS:
        assert ids(client_over(), f"/feed.{form}?page=1&sort=oldest&q=مفاوضات") == own
    monkeypatch.setenv("FIHRIST_PUBLIC_URL", "https://archive.example/news/")
    assert not set(ids(client_over(), "/feed.atom?q=مفاوضات")) & set(own), "another site has other identifiers"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("2023", None),
        ("2023-05", None),
        ("0203-05-14", "0203-05-14T00:00:00Z"),
        ("2023-05-14T10:45:00", "2023-05-14T10:45:00Z"),
        ("2023-05-14T01:45:00+03:00", "2023-05-13T22:45:00Z"),
        ("0001-01-01T01:45:00+03:00", "0001-01-01T01:45:00Z"),
    ],
)
def test_a_date_is_stated_from_the_day_on(value: str, said: str | None) -> None:
    one = article("x", published=Published(value), indexed_at=moments.read("2026-01-02T00:00:00Z"))
    when = published(one)
    assert (when and stamp(when)) == said
    client = client_over(one)
    assert client.get("/feed.atom").get_data(as_text=True).count(f"<published>{said}") == (said is not None)
    assert json.loads(client.get("/feed.json").get_data())["items"][0].get("date_published") == said
    stated = etree.fromstring(client.get("/feed.rss").get_data()).findtext("channel/item/pubDate")
    # A year below 100 would be read as one of this century.
    assert (stated and stamp(parsedate_to_datetime(stated))) == (None if value.startswith("00") else said)
    for form in ("atom", "json"):
        assert "2026-01-02T00:00:00Z" in client.get(f"/feed.{form}").get_data(as_text=True)


@pytest.mark.parametrize(
    ("fetched_at", "indexed_at", "said"),
    [
        (1_700_000_000, 1_800_000_000, "2027-01-15T08:00:00Z"),
        (1_700_000_000, None, "2023-11-14T22:13:20Z"),
        (None, None, INFO.built_at),
    ],
)
def test_an_entry_was_updated_when_the_archive_got_it(
    fetched_at: int | None, indexed_at: int | None, said: str
) -> None:
    made = replace(article("x"), fetched_at=fetched_at, indexed_at=indexed_at)
    assert stamp(added(made, moments.time_of(moments.read(INFO.built_at)))) == said


@pytest.mark.parametrize("form", FORMS)
def test_an_article_without_a_date_has_none(form: str) -> None:
    client = client_over(BARE)
    (entry,) = parsed(client, f"/feed.{form}").entries
    assert entry.title == "مقال بلا عنوان"
    body = client.get(f"/feed.{form}").get_data(as_text=True)
    assert not [name for name in ("1970", "<published", "<pubDate", "date_published") if name in body]


def test_hostile_articles_are_text_in_a_feed() -> None:
    client = client_over(HOSTILE)
    for form in FORMS:
        body = client.get(f"/feed.{form}?q=alert").get_data()
        assert RLO.encode() not in body
        assert b"javascript:" not in body
    read = feedparser.parse(client.get("/feed.rss?q=alert").get_data(), sanitize_html=False)
    assert "<img" not in read.entries[0].summary, "a reader that takes it for HTML sees signs"
    (entry,) = etree.fromstring(client.get("/feed.atom?q=alert").get_data()).findall(f"{ATOM}entry")
    assert len(entry) == len(list(entry.iter())) - 2, "no part of the article becomes an element"


ANY = st.text(st.characters(exclude_categories=()), max_size=30)
APP = app_over(ListArchive())


@st.composite
def _articles(draw: st.DrawFn) -> Article:
    texts = {name: draw(ANY) for name in ("title", "body", "source", "category", "author")}
    day = draw(st.none() | st.dates().map(str))
    return article("any", published=Published(day) if day else None, **texts)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=30)
@given(_articles())
def test_any_article_makes_valid_feeds(one: Article) -> None:
    APP.extensions["fihrist"] = ListArchive((one,))
    for form in FORMS:
        assert len(ids(APP.test_client(), f"/feed.{form}")) == 1


def test_a_feed_is_not_sent_again_unchanged() -> None:
    client = client_over()
    for form in FORMS:
        tag = client.get(f"/feed.{form}?q=x").headers["ETag"]
        assert client.get(f"/feed.{form}?q=x", headers={"If-None-Match": tag}).status_code == 304
        assert client.get(f"/feed.{form}?q=x", headers={"If-None-Match": tag, **FORGED}).status_code == 200


def test_a_feed_holds_only_what_matches_all_of_a_search(sample_archive: Archive, sample_index: Path) -> None:
    """In an order by time, partial matches would be mixed with full ones, and a feed cannot tell them apart."""
    q = "المدينة اليوم السنابل"
    whole = sample_archive.search(SearchRequest(q=q, match="all")).total
    found = sample_archive.search(SearchRequest(q=q))
    assert (found.total, found.partial > 0) == (whole, True)
    client = create_app(sample_index).test_client()
    for form in FORMS:
        assert len(ids(client, f"/feed.{form}?q={q}")) == whole
