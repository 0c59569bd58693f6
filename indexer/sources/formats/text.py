# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads plain text: the whole file is one flattened page that still has its furniture."""

from __future__ import annotations

import io
from collections.abc import Iterator

from indexer.errors import SourceError
from indexer.sources.decoding.decode import decode
from indexer.sources.format import Format
from indexer.sources.record import Item, Record
from indexer.sources.records.fields import FieldNames

LONGEST_PAGE = 4 << 20
"""The most bytes of a page. No article is longer, and cleaning needs about 80 times the size of a page in memory.

Files that hold many articles may be larger, because they are read one article at a time.
"""


def _read(stream: io.BufferedReader, fields: FieldNames) -> Iterator[Item]:
    data = stream.read(LONGEST_PAGE + 1)
    if len(data) > LONGEST_PAGE:
        raise SourceError(f"a page of text, which holds more than the limit of {LONGEST_PAGE} bytes")
    content = decode(data)
    if not content.text.strip():
        raise SourceError("empty file: nothing but blanks")
    yield Record(key="", text=content.text, flattened=True, notes=content.notes)


def _claims(head: bytes) -> bool:
    return False


FORMAT = Format(frozenset({".txt", ".text", ".md", ".markdown"}), _claims, _read)
