# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a feed as RSS 2.0 (https://www.rssboard.org/rss-specification).

The links of Atom lead to this and the adjoining parts of the feed, and from an item to its original. The names of
authors are in Dublin Core, because the ``author`` of RSS must be a mail address.
"""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime

from lxml import etree

from indexer import __version__
from web.feeds.atom import ATOM, link
from web.feeds.entries import Feed, FeedEntry
from web.links.links import FEED_TYPES

DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"

_FIRST_YEAR = 100
"""An earlier year would be read as one of two digits, which RFC 822 allows."""


def rss(feed: Feed) -> bytes:
    """Returns ``feed`` as a document of RSS."""
    root = etree.Element("rss", version="2.0", nsmap={"atom": ATOM, "dc": DUBLIN_CORE})
    channel = etree.SubElement(root, "channel")
    _text(channel, "title", feed.title)
    _text(channel, "link", feed.home)
    _text(channel, "description", feed.title)
    _text(channel, "language", feed.language)
    _text(channel, "lastBuildDate", _date(feed.updated))
    _text(channel, "generator", f"Fihrist {__version__}")
    for relation, address in feed.pages.items():
        link(channel, relation, address, FEED_TYPES["rss"])
    for entry in feed.entries:
        _item(etree.SubElement(channel, "item"), entry)
    made: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return made


def _item(made: etree._Element, entry: FeedEntry) -> None:
    _text(made, "title", entry.title)
    _text(made, "link", entry.link)
    _text(made, "guid", entry.id)
    made[-1].set("isPermaLink", "false")
    if entry.published and entry.published.year >= _FIRST_YEAR:
        _text(made, "pubDate", _date(entry.published))
    if name := entry.author or entry.source:
        _text(made, f"{{{DUBLIN_CORE}}}creator", name)
    if entry.category:
        _text(made, "category", entry.category)
    if entry.original:
        link(made, "via", entry.original)
    # Readers take this element for HTML, in which the article's own signs must stay signs.
    _text(made, "description", entry.summary.replace("&", "&amp;").replace("<", "&lt;"))


def _date(when: datetime) -> str:
    """Returns a time in UTC as RFC 822 writes it, with four digits of the year."""
    return format_datetime(when, usegmt=True)


def _text(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, name).text = text
