# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the feed of a search (Atom, RFC 4287).

An identifier depends only on the article, or the search, and the public address of the server, never on the headers of
a request. Atom requires the moment of the last change of each entry: it is the beginning of the day, month or year that
the article's date states. An article without a date has the moment at which its page was fetched, else the moment at
which the archive first had it. An entry has ``published`` only if the article's date is a moment.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timezone
from uuid import NAMESPACE_URL, uuid5

from lxml import etree

from indexer import __version__, moments
from indexer.article import Article, Published
from indexer.search.answers.paging import next_request, previous_request
from indexer.search.answers.results import Hit, SearchResults
from indexer.search.query.request import SearchRequest
from web.links.links import address, article_address, feed_address
from web.links.originals import web_link
from web.links.site import absolute, public_url
from web.pages.results_page import plain
from web.requests.query_string import query_string
from web.texts import texts
from web.texts.language import current, gettext
from web.texts.lines import is_blank

ATOM = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml"

_XML = "{http://www.w3.org/XML/1998/namespace}"
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BEGINNING = "1970-01-01T00:00:00Z"


def feed(results: SearchResults) -> bytes:
    """Returns the feed of ``results``, which come from a search for the newest articles."""
    request = results.request
    first = replace(request, sort="relevance", offset=0)
    root = etree.Element(f"{{{ATOM}}}feed", {f"{_XML}lang": current().code}, nsmap={None: ATOM})
    _text(root, "id", identifier(f"/feed.atom{query_string(first)}"))
    _text(root, "title", texts.feed_title(plain(request.q.strip())))
    _text(root, "updated", results.index.built_at)
    _text(etree.SubElement(root, f"{{{ATOM}}}author"), "name", gettext("Fihrist"))
    _text(root, "generator", "Fihrist", version=__version__)
    _link(root, "alternate", address(replace(first, sort="newest")), "text/html")
    pages = {"self": request, "next": next_request(results), "previous": previous_request(results)}
    for relation, page in pages.items():
        if page:
            _link(root, relation, feed_address(page), MEDIA_TYPE)
    for hit in results.hits:
        _entry(root, hit)
    made: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return made


def identifier(path: str) -> str:
    """Returns a URN that identifies ``path`` below the public address."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, public_url() + path)}"


def updated(article: Article) -> str:
    """Returns the moment of the article's date; if it has none, the moment at which it was fetched or first indexed."""
    if article.published:
        return moment(article.published)
    known = (article.fetched_at, article.indexed_at)
    return next((moments.written(one) for one in known if one is not None), _BEGINNING)


def moment(published: Published) -> str:
    """Returns the moment of a date in UTC, as RFC 3339 writes it; a time without an offset is taken to be in UTC."""
    if published.precision != "time":
        return published.value + _BEGINNING[len(published.value) :]
    stated = datetime.fromisoformat(published.value)
    with suppress(OverflowError):  # at the ends of the calendar
        stated = stated.astimezone(timezone.utc) if stated.tzinfo else stated
    return f"{stated.replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def is_moment(published: Published) -> bool:
    """Returns whether a date states a time and its offset from UTC."""
    return published.precision == "time" and datetime.fromisoformat(published.value).tzinfo is not None


def _entry(root: etree._Element, hit: Hit) -> None:
    article = hit.article
    permalink = article_address(article, SearchRequest())
    entry = etree.SubElement(root, f"{{{ATOM}}}entry")
    _text(entry, "id", identifier(f"/articles/{article.id}"))
    _text(entry, "title", gettext("Untitled article") if is_blank(article.title) else plain(article.title).strip())
    _text(entry, "updated", updated(article))
    if article.published and is_moment(article.published):
        _text(entry, "published", moment(article.published))
    if name := plain(article.author or article.source).strip():
        _text(etree.SubElement(entry, f"{{{ATOM}}}author"), "name", name)
    _link(entry, "alternate", permalink, "text/html")
    if original := web_link(article.url):
        etree.SubElement(entry, f"{{{ATOM}}}link", rel="via", href=original.href)
    if article.category:
        etree.SubElement(entry, f"{{{ATOM}}}category", term=_legal(article.category))
    _text(entry, "summary", " … ".join(plain(snippet.text) for snippet in hit.snippets), type="text")


def _link(parent: etree._Element, relation: str, path: str, kind: str) -> None:
    etree.SubElement(parent, f"{{{ATOM}}}link", rel=relation, href=absolute(path), type=kind)


def _text(parent: etree._Element, name: str, text: str, **attributes: str) -> None:
    etree.SubElement(parent, f"{{{ATOM}}}{name}", attributes).text = _legal(text)


def _legal(text: str) -> str:
    """Returns the text with U+FFFD for each character that XML forbids in any form."""
    return _ILLEGAL.sub("\ufffd", text)
