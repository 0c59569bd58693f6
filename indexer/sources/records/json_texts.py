# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the articles in JSON texts, such as the lines of JSON Lines or the elements of an array.

A text that cannot be read is a fault, and the texts after it are still read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from indexer.errors import SourceError, naming_faults
from indexer.sources.article_keys import ArticleKeys
from indexer.sources.decoding.decode import decode
from indexer.sources.record import Fault, Item, Record
from indexer.sources.records.fields import FieldNames
from indexer.sources.records.from_object import record_of
from indexer.sources.records.json_objects import articles_in, parse

LONGEST_TEXT = 16 << 20
"""The most bytes of a JSON text. `json` needs several times as many in memory, so a longer text is a fault."""


def items_of_texts(
    texts: Iterable[tuple[str, bytes | None]], fields: FieldNames, *, no_article: str, no_text: str
) -> Iterator[Item]:
    """Yields the articles in ``texts``. Each text has its place before it, such as "line 17", and is None if too long.

    Raises SourceError at the end if there was no article: the message is ``no_article`` and the first fault, or
    ``no_text`` if ``texts`` was empty.
    """
    keys = ArticleKeys()
    found = False
    first_fault: Fault | None = None
    for place, text in texts:
        for item in _items_of_text(text, place, fields, keys):
            if isinstance(item, Fault):
                first_fault = first_fault or item
            else:
                found = True
            yield item
    if not found:
        raise SourceError(f"{no_article}; {first_fault.where}: {first_fault.reason}" if first_fault else no_text)


def _items_of_text(text: bytes | None, place: str, fields: FieldNames, keys: ArticleKeys) -> Iterator[Item]:
    if text is None:
        yield Fault(place, f"longer than {LONGEST_TEXT} bytes")
        return
    try:
        content = decode(text)
        articles = articles_in(parse(content.text))
    except SourceError as error:
        yield Fault(place, str(error))
        return
    for article in articles:
        try:
            with naming_faults():
                item = record_of(article, fields, keys, place.replace(" ", "-"))
        except SourceError as error:
            yield Fault(place, str(error))
            continue
        if content.notes and isinstance(item, Record):
            item = replace(item, notes=(*content.notes, *item.notes))
        yield item
