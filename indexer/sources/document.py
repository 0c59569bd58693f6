"""A JSON document: an array of articles, or an object that is one or wraps a list of them.

An array is read one element at a time, so that memory does not grow with the file; an object is read whole.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from indexer.errors import SourceError
from indexer.sources.decode import decode
from indexer.sources.fields import Fields, record_of
from indexer.sources.format import Format
from indexer.sources.jsonl import LONGEST_LINE
from indexer.sources.keys import Keys
from indexer.sources.objects import articles_in, parse
from indexer.sources.record import Fault, Record

LONGEST = LONGEST_LINE
"""An element of an array, or an object that is not in one, of more bytes than this is a fault."""

_CHUNK = 1 << 16
_BOM = b"\xef\xbb\xbf"
# An object in one line is JSON Lines, too, and read as such.
_BEGINNING = re.compile(rb"\[\s*\{|\{[ \t\r]*\n\s*\"")
_MARK = re.compile(rb'["\\{}\[\]]')


def _read(stream: io.BufferedReader, fields: Fields) -> Iterator[Record | Fault]:
    keys = Keys()
    found = False
    first_fault: Fault | None = None
    for number, element in enumerate(_elements(stream), 1):
        where = f"article {number}"
        try:
            if element is None:
                raise SourceError(f"longer than {LONGEST} bytes")
            articles = articles_in(parse(decode(element)))
        except SourceError as error:
            first_fault = first_fault or Fault(where, str(error))
            yield Fault(where, str(error))
            continue
        for data in articles:
            try:
                yield record_of(data, fields, keys, f"article-{number}")
                found = True
            except SourceError as error:
                first_fault = first_fault or Fault(where, str(error))
                yield Fault(where, str(error))
    if not found:
        raise SourceError(f"no article; {first_fault.where}: {first_fault.reason}" if first_fault else "no article")


def _elements(stream: io.BufferedReader) -> Iterator[bytes | None]:
    """The elements of the array in ``stream``, or the one value that it holds; None in place of one above the bound.

    Raises SourceError at an end amid the array.
    """
    buffer, searched, begins = bytearray(), 0, -1
    depth, outer, in_text, dropped = 0, -1, False, False
    skip = -1  # a character that a backslash stands before
    while True:
        chunk = stream.read(_CHUNK)
        buffer += chunk
        for found in _MARK.finditer(buffer, searched):
            at, mark = found.start(), found.group()
            if at == skip:
                continue
            if mark == b"\\":
                skip = at + 1
            elif mark == b'"':
                in_text = not in_text
            elif in_text:
                continue
            elif mark in b"{[":
                if outer < 0:
                    outer = 1 if mark == b"[" else 0
                if depth == outer:
                    begins = at
                depth += 1
            else:
                depth -= 1
                if depth == outer and begins >= 0:
                    yield None if dropped else bytes(buffer[begins : at + 1])
                    begins, dropped = -1, False
                if depth <= 0:
                    return
        searched = len(buffer)
        if begins < 0:
            keep = searched
        elif dropped or searched - begins > LONGEST:
            # Only whether it ends is of interest from here on.
            keep, begins, dropped = searched, searched, True
        else:
            keep = begins
        del buffer[:keep]
        searched -= keep
        skip -= keep
        begins = max(begins - keep, 0) if begins >= 0 else -1
        if not chunk:
            raise SourceError("not JSON: it ends amid " + ("the array" if outer == 1 else "the object"))


def _claims(head: bytes) -> bool:
    return _BEGINNING.match(head.removeprefix(_BOM).lstrip()) is not None


FORMAT = Format(frozenset({".json"}), _claims, _read)
