# SPDX-License-Identifier: GPL-3.0-or-later
"""Splits a JSON document into the elements of its array, as bytes, one element at a time.

Only the ends of the elements are searched here, by brackets and quotes; `json` parses the elements. A streaming parser
would do both, but ijson 3.6, the best kept one, cannot do what an archive needs:

- It stops at the first error and does not tell the byte, so all articles after a broken one would be lost. Here an
  element that is not JSON, or holds NaN, is one fault.
- It refuses bytes that are not UTF-8. Here each element has an encoding of its own, and few broken bytes are replaced.
- Its C backend holds a string of any length in memory, needs memory that grows with the square of the depth (969 MB
  at 20,000 brackets), reads a lone surrogate as "?", and can crash the process at a number of 10,000 digits.
- Its Python backend takes 14.5 s and 266 MB for an array of 123,004 articles (200 MB); this module and `json` take
  3.8 s and 22 MB, the C backend 1.5 s and 16 MB.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Protocol

from indexer.errors import SourceError
from indexer.sources.records.json_texts import LONGEST_TEXT

_CHUNK = 1 << 20
_LONGEST_BEFORE_LIST = 1 << 16
_MARK = re.compile(rb'["{}\[\]]')
_LIST_OF_OBJECTS = re.compile(rb"\[\s*\{")


class _ByteStream(Protocol):
    def read(self, size: int, /) -> bytes: ...


class _Continued:
    """The bytes ``ready``, which were read before, and then the rest of ``stream``."""

    def __init__(self, ready: bytes, stream: _ByteStream) -> None:
        self._ready = io.BytesIO(ready)
        self._stream = stream

    def read(self, size: int, /) -> bytes:
        return self._ready.read(size) or self._stream.read(size)


def json_elements(stream: _ByteStream) -> Iterator[bytes | None]:
    """Yields the elements of the array in ``stream``, or its only value; None in place of one that is too long.

    If an object is too long because of a list in it, each element of that list is yielded with the beginning of the
    object around it. Values that are neither arrays nor objects are skipped. Raises SourceError if the array or object
    does not end. Takes linear time and holds one element in memory.
    """
    # `at` is where the search goes on, `begins` where the current element begins, or -1. `outer` is the depth of the
    # elements: 1 in an array, 0 for a single object, -1 before the first bracket.
    buffer, at, begins = bytearray(), 0, -1
    depth, outer, too_long = 0, -1, False
    while chunk := stream.read(_CHUNK):
        buffer += chunk
        while (found := _MARK.search(buffer, at)) is not None:
            mark, start = found.group(), found.start()
            if mark == b'"':
                end = _string_end(buffer, start + 1)
                if end < 0:
                    at = start
                    break
                at = end
                continue
            at = start + 1
            if mark in b"{[":
                outer = int(mark == b"[") if outer < 0 else outer
                if depth == outer:
                    begins = start
                depth += 1
                continue
            depth -= 1
            if depth == outer and begins >= 0:
                yield None if too_long else bytes(buffer[begins:at])
                begins, too_long = -1, False
            if depth <= 0:
                return
        else:
            at = len(buffer)
        if len(buffer) - max(begins, 0) > LONGEST_TEXT and (begins >= 0 or at < len(buffer)):
            if outer == 0 and not too_long and (list_begins := _open_list(buffer)) >= 0:
                before, rest = bytes(buffer[: list_begins + 1]), _Continued(bytes(buffer[list_begins:]), stream)
                buffer.clear()
                for element in json_elements(rest):
                    yield element and before + element + b"]}"
                return
            # Only the end of the element is searched from here on. If a string has not ended, its rest is searched as
            # if it were no string.
            too_long, begins = begins >= 0, 0 if begins >= 0 else -1
            keep = len(buffer)
        else:
            keep = begins if begins >= 0 else at
        begins = begins - keep if begins > 0 else begins
        del buffer[:keep]
        at = max(at - keep, 0)
    raise SourceError("not JSON: it ends within the " + ("array" if outer == 1 else "object"))


def _open_list(buffer: bytearray) -> int:
    """Returns the place of the unclosed list of objects in ``buffer``, an object without its end; -1 if there is
    none.
    """
    at, depth, begins = 0, 0, -1
    while (found := _MARK.search(buffer, at)) is not None:
        at = found.end()
        mark = found.group()
        if mark == b'"':
            at = _string_end(buffer, at)
            if at < 0:
                break
        elif mark in b"{[":
            if depth == 1:
                begins = found.start() if _LIST_OF_OBJECTS.match(buffer, found.start()) else -1
            depth += 1
        else:
            depth -= 1
            begins = begins if depth > 1 else -1
    return begins if begins <= _LONGEST_BEFORE_LIST else -1


def _string_end(buffer: bytearray, start: int) -> int:
    """Returns where the string whose first byte is at ``start`` ends, after its quote; -1 if it does not end."""
    at = start
    while (at := buffer.find(b'"', at)) >= 0:
        escapes = at
        while escapes > start and buffer[escapes - 1] == ord("\\"):
            escapes -= 1
        at += 1
        # An even number of backslashes before the quote are escaped backslashes.
        if (at - 1 - escapes) % 2 == 0:
            return at
    return -1
