# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a feed as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

from typing import Any

from indexer.search.answers.json.writing import to_json
from web.feeds.entries import Feed, FeedEntry, stamp
from web.texts.language import gettext


def json_feed(feed: Feed) -> bytes:
    """Returns ``feed`` as a JSON Feed, which has no link to the previous part."""
    made: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.pages["self"],
        **({"next_url": feed.pages["next"]} if "next" in feed.pages else {}),
        "authors": [{"name": gettext("Fihrist")}],
        "language": feed.language,
        "items": list(map(_item, feed.entries)),
    }
    return to_json(made).encode()


def _item(entry: FeedEntry) -> dict[str, Any]:
    known = {
        "id": entry.id,
        "url": entry.link,
        "external_url": entry.original,
        "title": entry.title,
        "date_published": stamp(entry.published) if entry.published else "",
        "date_modified": stamp(entry.added),
        "authors": [{"name": name}] if (name := entry.author or entry.source) else [],
        "tags": [entry.category] if entry.category else [],
    }
    return {name: value for name, value in known.items() if value} | {"content_text": entry.summary}
