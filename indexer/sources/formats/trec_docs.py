# SPDX-License-Identifier: GPL-3.0-or-later
"""Splits a stream into the `<DOC>` elements of TREC SGML. Memory is bounded by one DOC, time is linear in the bytes."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from enum import Enum

from indexer.sources.decoding.decode import PADDING

LONGEST_DOC = 16 << 20
"""The most bytes of a DOC. A longer one is a fault, like a line of JSON Lines of that length."""

OUTSIDE = "text outside of <DOC>"
_NOT_CLOSED = "<DOC> is not closed"

DocPiece = tuple[int, int, bytes | str]
"""The line and the byte offset of its beginning; then the DOC or, as a text, the reason why it cannot be read."""

_CHUNK = 1 << 20
_LONGEST_ATTRIBUTES = 4096
# The length is bounded, so that only that much must be searched again with the next chunk.
_MARK = re.compile(rb"<DOC(?:\s[^<>]{0,%d})?>|</DOC\s{0,8}>" % _LONGEST_ATTRIBUTES, re.IGNORECASE)
_LONGEST_MARK = len(b"<DOC >") + _LONGEST_ATTRIBUTES
# What may stand around the DOCs without being part of an article. Each alternative has a different beginning and stops
# at the first possible end, so the search never backtracks.
_WRAPPING = re.compile(rb"\xef\xbb\xbf|<!--.*?(?:-->|\Z)|<[!?/]?[A-Za-z][^<>]*>", re.DOTALL)


class _Place(Enum):
    AROUND = "before, between and after DOCs"
    INSIDE = "from a <DOC> on"
    GIVEN_UP = "within a DOC that was said to be too long"


def doc_pieces(stream: io.BufferedReader) -> Iterator[DocPiece]:
    """Yields each DOC of ``stream``, each DOC that is not closed or too long, and each text outside of the DOCs."""
    buffer = bytearray()  # begins at the current piece
    line, offset, searched, place, more = 1, 0, 0, _Place.AROUND, True
    while more:
        chunk = stream.read(_CHUNK)
        more = bool(chunk)
        buffer += chunk
        begins = 0
        for mark in _MARK.finditer(buffer, searched):
            start, searched = mark.span()
            is_end = buffer[start + 1] == ord("/")
            closed = is_end and place is _Place.INSIDE
            here = bytes(buffer[begins : searched if closed else start])
            yield from _piece(here, line, offset, place, closed)
            after = searched if is_end else start
            line += buffer.count(b"\n", begins, after)
            offset += after - begins
            begins, place = after, _Place.AROUND if is_end else _Place.INSIDE
        after = len(buffer) - _LONGEST_MARK if more else len(buffer)
        if not more or after - begins > LONGEST_DOC:
            yield from _piece(bytes(buffer[begins:after]), line, offset, place, closed=False)
            line += buffer.count(b"\n", begins, after)
            offset += after - begins
            begins, place = after, _Place.AROUND if place is _Place.AROUND else _Place.GIVEN_UP
        searched = max(searched, len(buffer) - _LONGEST_MARK, 0) - begins
        del buffer[:begins]
        searched = max(searched, 0)


def _piece(piece: bytes, line: int, offset: int, place: _Place, closed: bool) -> Iterator[DocPiece]:
    if place is _Place.AROUND:
        if _WRAPPING.sub(b"", piece).strip().strip(PADDING):
            blank = piece[: len(piece) - len(piece.lstrip())]
            yield line + blank.count(b"\n"), offset + len(blank), OUTSIDE
    elif place is _Place.INSIDE:
        if len(piece) > LONGEST_DOC:
            yield line, offset, f"longer than {LONGEST_DOC} bytes"
        else:
            yield line, offset, piece if closed else _NOT_CLOSED
