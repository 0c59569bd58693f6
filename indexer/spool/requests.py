# SPDX-License-Identifier: GPL-3.0-or-later
"""A request to write: articles to keep and ids to remove, as a server accepts it and a run takes it.

The server checks each article by the code that will read it from its file, so what it accepts a run can read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import blake2b

import msgspec

from indexer import moments, sources
from indexer.article import Article
from indexer.assemble import Rules
from indexer.errors import SourceError, SpoolError
from indexer.reading import NoArticle, Reading, Warnings, readings
from indexer.sources import Fault, Ignored, Record
from indexer.sources.records.json_objects import parse
from indexer.spool.layout import FORMAT, Spool, place_of

MOST_WAITING = 10_000
"""This many requests may wait; a run is overdue then."""

_NAME = "article.jsonl"
_UNNAMED = "line-1"
"""The key of a line that states neither an id nor an address."""


class WrittenArticle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An article to keep: its ``id``, the ``name`` of its file, and the ``line`` of JSON in it."""

    id: str
    name: str
    line: str


class WriteRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one request of a program wrote. ``at`` is when it came (`moments`), ``holder`` whose key it had."""

    at: int
    holder: str
    articles: tuple[WrittenArticle, ...] = ()
    removed: tuple[str, ...] = ()
    format: str = FORMAT

    @property
    def ids(self) -> tuple[str, ...]:
        """The articles that it concerns."""
        return (*(one.id for one in self.articles), *self.removed)


def written(text: str, rules: Rules) -> WrittenArticle:
    """Returns the article in ``text``, one JSON object. Raises SpoolError, whose message says what is wrong with it."""
    try:
        line = _one_line(text)
        items = list(sources.read_bytes(line.encode(), _NAME, fields=rules.fields))
    except SourceError as error:
        raise SpoolError(str(error).removeprefix("no usable line; line 1: ")) from error
    if len(items) != 1:
        raise SpoolError(f"it holds {len(items)} articles; send each as an object of its own")
    (item,) = items
    if not isinstance(item, Record):
        raise SpoolError(item.reason if isinstance(item, Fault) else f"it is {item.kind}")
    if item.key == _UNNAMED:
        raise SpoolError("it states neither an id nor a url; one of them says which article it is")
    name = blake2b(item.key.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    return WrittenArticle(_article(item, name, rules).id, name, line)


def _one_line(text: str) -> str:
    value = parse(text)
    if not isinstance(value, dict):
        raise SourceError("not a JSON object")
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode()


def _article(item: Record, name: str, rules: Rules) -> Article:
    """Returns the article as a run will read it; its id follows from its place."""
    for found in readings([item], place_of(name), "", 0, rules, lambda article: article, Warnings()):
        match found:
            case Reading():
                return found.article
            case NoArticle():
                raise SpoolError(f"it is {found.what}")
            case Fault():
                raise SpoolError(found.reason)
            case Ignored():
                raise SpoolError(f"it is {found.kind}")
    raise SpoolError("it holds no text")


def accept(spool: Spool, articles: Iterable[WrittenArticle], removed: Iterable[str], holder: str) -> str:
    """Keeps a request until a run publishes it; returns its receipt. When it returns, nothing can lose the request.

    Raises SpoolError if too many requests wait, OSError if the disk refuses; then nothing was kept.
    """
    request = WriteRequest(moments.now(), holder, tuple(articles), tuple(removed))
    spool.prepare()
    with spool.numbered() as receipt:
        if len(spool.waiting()) >= MOST_WAITING:
            raise SpoolError(f"{MOST_WAITING:,} requests wait for a run already")
        spool.write(spool.incoming / f"{receipt}.json", msgspec.json.encode(request))
    return receipt


def decoded(data: bytes) -> WriteRequest:
    """Returns the request in a file of ``incoming/``. Raises SpoolError if it is damaged."""
    try:
        request = msgspec.json.decode(data, type=WriteRequest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SpoolError(f"not a whole request: {error}") from error
    if request.format != FORMAT:
        raise SpoolError(f"a request of format {request.format[:20]!r}")
    return request
