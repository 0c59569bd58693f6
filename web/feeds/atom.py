# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a feed as Atom (RFC 4287), whose parts are linked as RFC 5005 has it."""

from __future__ import annotations

from lxml import etree

from indexer import __version__
from web.feeds.entries import Feed, FeedEntry, stamp
from web.links.links import FEED_TYPES
from web.texts.language import gettext

ATOM = "http://www.w3.org/2005/Atom"

_XML = "{http://www.w3.org/XML/1998/namespace}"


def atom(feed: Feed) -> bytes:
    """Returns ``feed`` as an Atom document."""
    root = etree.Element(f"{{{ATOM}}}feed", {f"{_XML}lang": feed.language}, nsmap={None: ATOM})
    _text(root, "id", feed.id)
    _text(root, "title", feed.title)
    _text(root, "updated", stamp(feed.updated))
    _text(etree.SubElement(root, f"{{{ATOM}}}author"), "name", gettext("Fihrist"))
    _text(root, "generator", "Fihrist", version=__version__)
    link(root, "alternate", feed.home, "text/html")
    for relation, address in feed.pages.items():
        link(root, relation, address, FEED_TYPES["atom"])
    for entry in feed.entries:
        _entry(etree.SubElement(root, f"{{{ATOM}}}entry"), entry)
    made: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return made


def link(parent: etree._Element, relation: str, address: str, media_type: str = "") -> None:
    """Add a link of Atom to ``parent``, which may also be an element of RSS."""
    made = etree.SubElement(parent, f"{{{ATOM}}}link", rel=relation, href=address)
    if media_type:
        made.set("type", media_type)


def _entry(made: etree._Element, entry: FeedEntry) -> None:
    _text(made, "id", entry.id)
    _text(made, "title", entry.title)
    _text(made, "updated", stamp(entry.added))
    if entry.published:
        _text(made, "published", stamp(entry.published))
    if name := entry.author or entry.source:
        _text(etree.SubElement(made, f"{{{ATOM}}}author"), "name", name)
    link(made, "alternate", entry.link, "text/html")
    if entry.original:
        link(made, "via", entry.original)
    if entry.category:
        etree.SubElement(made, f"{{{ATOM}}}category", term=entry.category)
    _text(made, "summary", entry.summary, type="text")


def _text(parent: etree._Element, name: str, text: str, **attributes: str) -> None:
    etree.SubElement(parent, f"{{{ATOM}}}{name}", attributes).text = text
