# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a JSON document: an array of articles, or an object that is an article or wraps a list of articles.

An array is read one element at a time, so memory does not grow with the file. An object is read whole; if it is too
long for that, such as the export of a channel, its list is read one element at a time.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from indexer.sources.format import Format
from indexer.sources.formats.json_elements import json_elements
from indexer.sources.record import Item
from indexer.sources.records.fields import FieldNames
from indexer.sources.records.json_texts import items_of_texts

_BOM = b"\xef\xbb\xbf"
# An object on a single line is not claimed: it is JSON Lines, too, and read as such.
_BEGINNING = re.compile(rb"\[\s*\{|\{[ \t\r]*\n\s*\"")


def _read(stream: io.BufferedReader, fields: FieldNames) -> Iterator[Item]:
    elements = ((f"article {number}", element) for number, element in enumerate(json_elements(stream), 1))
    yield from items_of_texts(elements, fields, no_article="no article", no_text="no article")


def _claims(head: bytes) -> bool:
    return _BEGINNING.match(head.removeprefix(_BOM).lstrip()) is not None


FORMAT = Format(frozenset({".json"}), _claims, _read)
