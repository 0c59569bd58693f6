# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads RSS and Atom with feedparser: each entry is an article; its text is the content, or else the summary.

A WordPress export is a feed too. Its published posts are articles; its pages, drafts and pictures are not. A long RSS
feed is read in parts.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from indexer.errors import SourceError, naming_faults
from indexer.sources.article_keys import ArticleKeys
from indexer.sources.decoding.decode import decode
from indexer.sources.format import Format
from indexer.sources.library_errors import LIBRARY_ERRORS
from indexer.sources.pages.markup import as_text
from indexer.sources.record import Fault, Ignored, Item, Record
from indexer.sources.records.fields import FieldNames

LONGEST_FEED = 16 << 20
"""The size of the parts in bytes in which longer feeds are read: feedparser needs some ten times the size in memory."""

_LONGEST_KIND = 20
_AFTER = "after"
_LONGEST_BEFORE = 1 << 20
_ITEM = re.compile(rb"<item[\s>]", re.IGNORECASE)
_END_OF_ITEM = b"</item>"
_END_OF_FEED = b"</channel></rss>"

_PROLOGUE = rb"(?:\s|\xef\xbb\xbf|<!--(?:(?!-->).)*-->|<\?[^<>]*>|<!DOCTYPE[^<>]*>)*"
_BEGINNING = re.compile(_PROLOGUE + rb"<(?:rss\b|(?:\w+:)?RDF\b|(?:\w+:)?feed\b)", re.DOTALL | re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml\b[^<>]*\?>")
_ENCODING = re.compile(rb"<\?xml\b[^<>]*?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{2,40})")


def _read(stream: io.BufferedReader, fields: FieldNames) -> Iterator[Item]:
    keys = ArticleKeys()
    entries, found = 0, False
    for part in _parts(stream):
        for item in _items(part, keys, entries):
            found = found or not isinstance(item, Fault)
            entries += not (isinstance(item, Fault) and item.where.startswith(_AFTER))
            yield item
    if not found:
        raise SourceError("not a feed that holds entries with a title or text")


def _parts(stream: io.BufferedReader) -> Iterator[bytes]:
    """Yields the feed in ``stream`` in parts, each of which is a feed itself, if it is longer than `LONGEST_FEED`.

    Raises SourceError if a long feed is not RSS, or if one item, or what stands before the first item, is too long.
    """
    buffer = stream.read(LONGEST_FEED + 1)
    first = _ITEM.search(buffer) if len(buffer) > LONGEST_FEED else None
    before = buffer[: first.start()] if first else b""
    buffer = buffer[len(before) :] + stream.read(len(before))
    while len(buffer) > LONGEST_FEED:
        end = buffer.rfind(_END_OF_ITEM) + len(_END_OF_ITEM)
        if not before or len(before) > _LONGEST_BEFORE or end < len(_END_OF_ITEM):
            raise SourceError(f"a feed, which holds more than the limit of {LONGEST_FEED} bytes")
        yield before + buffer[:end] + _END_OF_FEED
        buffer = buffer[end:]
        buffer += stream.read(LONGEST_FEED + 1 - len(buffer))
    if not before or _ITEM.search(buffer):
        yield before + buffer


def _items(data: bytes, keys: ArticleKeys, before: int) -> Iterator[Item]:
    """Yields the items of the feed ``data``. ``before`` is the number of entries in the parts before it."""
    # Importing feedparser takes 0.1 s, which most commands do not need to spend.
    import feedparser  # noqa: PLC0415

    declared = _ENCODING.search(data[:1000])
    content = decode(data, declared=declared.group(1).decode("ascii") if declared else "")
    # A stream, because feedparser would fetch a text that looks like an address. UTF-8, so that it need not guess.
    try:
        feed = feedparser.parse(
            io.BytesIO(_DECLARATION.sub("", content.text).encode("utf-8")),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,
        )
    except LIBRARY_ERRORS as error:
        raise SourceError(f"damaged feed: {type(error).__name__} {error}"[:300]) from error
    notes = content.notes
    for number, entry in enumerate(feed.entries, before + 1):
        if kind := _wordpress_kind(entry):
            yield Ignored(kind, f"entry {number}")
            continue
        try:
            with naming_faults():
                record = _record(entry, feed.feed, keys, number)
        except SourceError as error:
            yield Fault(f"entry {number}", str(error))
            continue
        # It is not known which entry was broken, so the first one carries the notes.
        yield replace(record, notes=notes) if notes else record
        notes = ()
    if feed.bozo and not isinstance(feed.get("bozo_exception"), feedparser.CharacterEncodingOverride):
        where = f"{_AFTER} entry {before + len(feed.entries)}"
        yield Fault(where, f"damaged feed: {feed.get('bozo_exception')}"[:300])


def _record(entry: Mapping[str, Any], feed: Mapping[str, Any], keys: ArticleKeys, number: int) -> Record:
    contents = [_text(part, "value") for part in entry.get("content") or ()]
    text = as_text(max([*contents, _text(entry, "summary")], key=len))
    title = " ".join(as_text(_text(entry, "title")).split())
    if not title and not text.strip():
        raise SourceError("no text: neither a title nor a body")
    tags = [term for tag in entry.get("tags") or () if (term := _text(tag, "term"))]
    source = _text(entry.get("source") or {}, "title") or _text(feed, "title")
    return Record(
        key=keys.take(_text(entry, "id"), _text(entry, "link"), f"entry-{number}"),
        text=text,
        flattened=False,
        title=title,
        source=" ".join(as_text(source).split()),
        category=tags[0] if tags else "",
        author=_text(entry, "author"),
        url=_text(entry, "link"),
        published=_text(entry, "published"),
    )


def _wordpress_kind(entry: Mapping[str, Any]) -> str:
    """Returns what a WordPress item is if it is not a published post, else ""."""
    kind, status = _text(entry, "wp_post_type"), _text(entry, "wp_status")
    if kind not in ("", "post"):
        return f"{kind[:_LONGEST_KIND]} of WordPress"
    return "" if status in ("", "publish") else f"{status[:_LONGEST_KIND]} of WordPress"


def _text(part: Mapping[str, Any], name: str) -> str:
    # In a damaged feed, feedparser may give None instead of a text.
    value = part.get(name)
    return value if isinstance(value, str) else ""


def _claims(head: bytes) -> bool:
    return _BEGINNING.match(head) is not None


FORMAT = Format(frozenset({".rss", ".atom", ".rdf"}), _claims, _read)
