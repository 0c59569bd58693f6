# SPDX-License-Identifier: GPL-3.0-or-later
"""What a feed of a search says, whatever the format: the feed itself and its entries, ready to be written.

Entries come in the order in which the archive got the articles, the latest first, so that an article that arrives late
or has no date is not missed. An identifier depends only on the article, or the search, and the public address of the
server, never on the headers of a request.

Each entry has two times. ``added`` is when the archive first had the article: what the formats call the time of an
update. ``published`` is the date that the article states, from the day on; a day stands for its beginning in UTC, and a
time without an offset counts as UTC. An article that states a month, a year or nothing has no ``published``, since any
value would claim more than is known.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from uuid import NAMESPACE_URL, uuid5

from indexer import moments
from indexer.article import Article
from indexer.search.answers.paging import next_request, previous_request
from indexer.search.answers.results import Hit, SearchResults
from indexer.search.query.parameters import DEFAULT_PER_PAGE
from indexer.search.query.request import SearchRequest
from web.links.links import FeedForm, address, article_address, feed_address
from web.links.originals import web_link
from web.links.site import absolute, public_url
from web.pages.results_page import plain
from web.requests.query_string import query_string
from web.texts import texts
from web.texts.language import current, gettext
from web.texts.lines import is_blank

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """An article in a feed. ``id`` is a URN, ``link`` the address of its page here, ``original`` "" if unknown.

    ``added`` and ``published`` are in UTC. Texts hold no character that XML forbids; "" where nothing is known.
    """

    id: str
    title: str
    link: str
    original: str
    author: str
    source: str
    category: str
    summary: str
    added: datetime
    published: datetime | None


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed. ``home`` is the page of the same search; ``pages`` are the addresses of this and the adjoining parts of
    the feed by their relations: "self", and "next" and "previous" where there is such a part.

    ``updated`` is when the index was built.
    """

    id: str
    title: str
    language: str
    home: str
    pages: dict[str, str]
    updated: datetime
    entries: tuple[FeedEntry, ...]


def feed_of(results: SearchResults, form: FeedForm) -> Feed:
    """Returns what the feed of ``results`` says in ``form``; they come from a search ordered by addition."""
    request = results.request
    first = replace(request, sort="relevance", offset=0)
    same = replace(first, per_page=DEFAULT_PER_PAGE)
    parts = {"self": request, "next": next_request(results), "previous": previous_request(results)}
    built = moments.time_of(moments.read(results.index.built_at))
    return Feed(
        id=_identifier(f"/feed{query_string(same)}"),
        title=_legal(texts.feed_title(plain(request.q.strip()))),
        language=current().code,
        home=absolute(address(replace(same, sort="added"))),
        pages={name: absolute(feed_address(part, form)) for name, part in parts.items() if part},
        updated=built,
        entries=tuple(_entry(hit, built) for hit in results.hits),
    )


def published(article: Article) -> datetime | None:
    """Returns the date that the article states, in UTC; None if it states less than a day."""
    if article.published is None or article.published.precision not in ("day", "time"):
        return None
    stated = datetime.fromisoformat(article.published.value)
    with suppress(OverflowError):  # at the ends of the calendar
        return stated.astimezone(timezone.utc) if stated.tzinfo else stated.replace(tzinfo=timezone.utc)
    return stated.replace(tzinfo=timezone.utc)


def added(article: Article, built: datetime) -> datetime:
    """Returns when the archive first had the article; what comes nearest to it if that is not known.

    That is when its page was fetched, or ``built``, when the index was built.
    """
    known = (article.indexed_at, article.fetched_at)
    return next((moments.time_of(one) for one in known if one is not None), built)


def stamp(when: datetime) -> str:
    """Returns a time in UTC as RFC 3339 writes it."""
    return f"{when.replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def _entry(hit: Hit, built: datetime) -> FeedEntry:
    article = hit.article
    original = web_link(article.url)
    title = gettext("Untitled article") if is_blank(article.title) else plain(article.title).strip()
    return FeedEntry(
        id=_identifier(f"/articles/{article.id}"),
        title=_legal(title),
        link=absolute(article_address(article, SearchRequest())),
        original=original.href if original else "",
        author=_legal(plain(article.author).strip()),
        source=_legal(plain(article.source).strip()),
        category=_legal(article.category),
        summary=_legal(" … ".join(plain(snippet.text) for snippet in hit.snippets)),
        added=added(article, built),
        published=published(article),
    )


def _identifier(path: str) -> str:
    """Returns a URN that identifies ``path`` below the public address."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, public_url() + path)}"


def _legal(text: str) -> str:
    """Returns the text with U+FFFD for each character that XML forbids in any form."""
    return _ILLEGAL.sub("\ufffd", text)
