"""Plain text: the whole file is one flattened page, its furniture still in it."""

from __future__ import annotations

import io
from collections.abc import Iterator

from indexer.errors import SourceError
from indexer.sources.decode import decode
from indexer.sources.format import Format
from indexer.sources.record import Fault, Record


def _read(stream: io.BufferedReader) -> Iterator[Record | Fault]:
    text = decode(stream.read())
    if not text.strip():
        raise SourceError("empty file: nothing but blanks")
    yield Record(key="", text=text, flattened=True)


def _claims(head: bytes) -> bool:
    return False


FORMAT = Format(frozenset({".txt"}), _claims, _read)
