"""A JSON document: an array of articles, or an object that is one or wraps a list of them.

An array is read one element at a time, so that memory does not grow with the file. An object is read whole, and one
that is too long for that, such as the export of a channel, one element of its list at a time.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Protocol

from indexer.errors import SourceError
from indexer.sources.decoding.decode import decoded
from indexer.sources.format import Format
from indexer.sources.formats.jsonl import LONGEST_LINE, items_of
from indexer.sources.keys import Keys
from indexer.sources.record import Fault, Item
from indexer.sources.records.fields import Fields
from indexer.sources.records.json_objects import articles_in, parse

LONGEST = LONGEST_LINE
"""An element of an array, or an object that is not in one, of more bytes than this is a fault."""

_CHUNK = 1 << 20
_BOM = b"\xef\xbb\xbf"
# An object in one line is JSON Lines, too, and read as such.
_BEGINNING = re.compile(rb"\[\s*\{|\{[ \t\r]*\n\s*\"")
_OF_OBJECTS = re.compile(rb"\[\s*\{")
_LONGEST_BEFORE = 1 << 16
_MARK = re.compile(rb'["{}\[\]]')


def _read(stream: io.BufferedReader, fields: Fields) -> Iterator[Item]:
    keys = Keys()
    found = False
    first_fault: Fault | None = None
    for number, element in enumerate(_elements(stream), 1):
        where = f"article {number}"
        try:
            if element is None:
                raise SourceError(f"longer than {LONGEST} bytes")
            content = decoded(element)
            articles = articles_in(parse(content.text))
        except SourceError as error:
            first_fault = first_fault or Fault(where, str(error))
            yield Fault(where, str(error))
            continue
        for item in items_of(articles, where, fields, keys, content.notes):
            if isinstance(item, Fault):
                first_fault = first_fault or item
            else:
                found = True
            yield item
    if not found:
        raise SourceError(f"no article; {first_fault.where}: {first_fault.reason}" if first_fault else "no article")


class _Stream(Protocol):
    def read(self, size: int, /) -> bytes: ...


class _Rest:
    """What was read already, and then what ``stream`` holds."""

    def __init__(self, ready: bytes, stream: _Stream) -> None:
        self._ready = io.BytesIO(ready)
        self._stream = stream

    def read(self, size: int, /) -> bytes:
        return self._ready.read(size) or self._stream.read(size)


def _elements(stream: _Stream) -> Iterator[bytes | None]:
    """The elements of the array in ``stream``, or the one value that it holds; None in place of one above the bound.

    Of an object above the bound, each element of the list in it that is so long, with what stands before the list
    around it. Raises SourceError at an end amid the array.
    """
    buffer, at, begins = bytearray(), 0, -1
    depth, outer, dropped = 0, -1, False
    while chunk := stream.read(_CHUNK):
        buffer += chunk
        while (found := _MARK.search(buffer, at)) is not None:
            mark, start = found.group(), found.start()
            if mark == b'"':
                end = _end_of_text(buffer, start + 1)
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
                yield None if dropped else bytes(buffer[begins:at])
                begins, dropped = -1, False
            if depth <= 0:
                return
        else:
            at = len(buffer)
        if len(buffer) - max(begins, 0) > LONGEST and (begins >= 0 or at < len(buffer)):
            if outer == 0 and not dropped and (list_ := _long_list(buffer)) >= 0:
                before, rest = bytes(buffer[: list_ + 1]), _Rest(bytes(buffer[list_:]), stream)
                buffer.clear()
                for element in _elements(rest):
                    yield element and before + element + b"]}"
                return
            # Only whether it ends is of interest from here on; a text that has not ended is one without quotes then.
            dropped, begins = begins >= 0, 0 if begins >= 0 else -1
            keep = len(buffer)
        else:
            keep = begins if begins >= 0 else at
        begins = begins - keep if begins > 0 else begins
        del buffer[:keep]
        at = max(at - keep, 0)
    raise SourceError("not JSON: it ends amid " + ("the array" if outer == 1 else "the object"))


def _long_list(buffer: bytearray) -> int:
    """Where in ``buffer``, an object without its end, the list of objects begins that has no end either; -1 if none."""
    at, depth, begins = 0, 0, -1
    while (found := _MARK.search(buffer, at)) is not None:
        at = found.end()
        mark = found.group()
        if mark == b'"':
            at = _end_of_text(buffer, at)
            if at < 0:
                break
        elif mark in b"{[":
            if depth == 1:
                begins = found.start() if _OF_OBJECTS.match(buffer, found.start()) else -1
            depth += 1
        else:
            depth -= 1
            begins = begins if depth > 1 else -1
    return begins if begins <= _LONGEST_BEFORE else -1


def _end_of_text(buffer: bytearray, start: int) -> int:
    """Where the text ends that begins at ``start``, behind its quote; -1 if behind ``buffer``."""
    at = start
    while (at := buffer.find(b'"', at)) >= 0:
        escapes = at
        while escapes > start and buffer[escapes - 1] == ord("\\"):
            escapes -= 1
        at += 1
        if (at - 1 - escapes) % 2 == 0:
            return at
    return -1


def _claims(head: bytes) -> bool:
    return _BEGINNING.match(head.removeprefix(_BOM).lstrip()) is not None


FORMAT = Format(frozenset({".json"}), _claims, _read)
