"""RSS and Atom files, read by feedparser: an entry is an article, its text the content or else the summary.

An export of WordPress is a feed, too. Its published posts are articles; its pages, drafts and pictures are not. A long
feed of RSS is read in parts.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from indexer.errors import SourceError, naming_faults
from indexer.sources.damage import SLIPS
from indexer.sources.decoding.decode import decoded
from indexer.sources.format import Format
from indexer.sources.keys import Keys
from indexer.sources.pages.markup import as_text
from indexer.sources.record import Fault, Ignored, Item, Record
from indexer.sources.records.fields import Fields

LONGEST_FEED = 16 << 20
"""Longer feeds are read in parts of so many bytes: feedparser holds a feed whole, some ten times over."""

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


def _read(stream: io.BufferedReader, fields: Fields) -> Iterator[Item]:
    keys = Keys()
    entries, found = 0, False
    for part in _parts(stream):
        for item in _items(part, keys, entries):
            found = found or not isinstance(item, Fault)
            entries += not (isinstance(item, Fault) and item.where.startswith(_AFTER))
            yield item
    if not found:
        raise SourceError("not a feed that holds entries with a title or text")


def _parts(stream: io.BufferedReader) -> Iterator[bytes]:
    """The feed in ``stream``, in parts that are feeds themselves where it is longer than `LONGEST_FEED`.

    Raises SourceError where such a feed is none of RSS, or an item or what stands before the first one is too long.
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


def _items(data: bytes, keys: Keys, before: int) -> Iterator[Item]:
    """What the entries of the feed ``data`` are, behind ``before`` others."""
    # A tenth of a second that most commands don't need.
    import feedparser  # noqa: PLC0415

    declared = _ENCODING.search(data[:1000])
    content = decoded(data, declared=declared.group(1).decode("ascii") if declared else "")
    # As a stream, since feedparser would fetch what looks like an address; and as UTF-8, which it need not guess.
    try:
        feed = feedparser.parse(
            io.BytesIO(_DECLARATION.sub("", content.text).encode("utf-8")),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,
        )
    except SLIPS as error:
        raise SourceError(f"damaged feed: {type(error).__name__} {error}"[:300]) from error
    notes = content.notes
    for number, entry in enumerate(feed.entries, before + 1):
        if kind := _of_wordpress(entry):
            yield Ignored(kind, f"entry {number}")
            continue
        try:
            with naming_faults():
                record = _record(entry, feed.feed, keys, number)
        except SourceError as error:
            yield Fault(f"entry {number}", str(error))
            continue
        # Where in the feed it was broken is not known.
        yield replace(record, notes=notes) if notes else record
        notes = ()
    if feed.bozo and not isinstance(feed.get("bozo_exception"), feedparser.CharacterEncodingOverride):
        where = f"{_AFTER} entry {before + len(feed.entries)}"
        yield Fault(where, f"damaged feed: {feed.get('bozo_exception')}"[:300])


def _record(entry: Mapping[str, Any], feed: Mapping[str, Any], keys: Keys, number: int) -> Record:
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


def _of_wordpress(entry: Mapping[str, Any]) -> str:
    """What an item of an export of WordPress is where it is no published post; "" where it is, and elsewhere."""
    kind, status = _text(entry, "wp_post_type"), _text(entry, "wp_status")
    if kind not in ("", "post"):
        return f"{kind[:_LONGEST_KIND]} of WordPress"
    return "" if status in ("", "publish") else f"{status[:_LONGEST_KIND]} of WordPress"


def _text(part: Mapping[str, Any], name: str) -> str:
    # In a damaged feed feedparser may have None in place of a text.
    value = part.get(name)
    return value if isinstance(value, str) else ""


def _claims(head: bytes) -> bool:
    return _BEGINNING.match(head) is not None


FORMAT = Format(frozenset({".rss", ".atom", ".rdf"}), _claims, _read)
