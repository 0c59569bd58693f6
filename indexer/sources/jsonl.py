"""JSON Lines: one article a line, an object with the keys of `_FIELDS`.

Lines end in "\\n" alone, since texts hold U+2028 and U+0085. Everything is read line by line, so that memory does not
grow with the file.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from typing import NoReturn

from indexer.errors import SourceError
from indexer.sources.decode import decode, plain
from indexer.sources.files import HEAD
from indexer.sources.format import Format
from indexer.sources.keys import Keys
from indexer.sources.record import Fault, Record

LONGEST_LINE = 16 << 20
"""Lines of more bytes than this are faults."""

# The first key of a row that holds a text gives the field.
_FIELDS = {
    "title": ("title",),
    "text": ("body", "text", "content"),
    "source": ("source", "outlet"),
    "category": ("category", "section"),
    "author": ("author",),
    "url": ("url",),
    "published": ("date", "published", "published_at"),
}
_ID = "id"
_LONGEST_INTEGER = 100
_KIND = {list: "a list", dict: "an object", bool: "true or false", int: "a number", float: "a number"}
_BOM = b"\xef\xbb\xbf"
_BEGINS_LIKE_AN_OBJECT = re.compile(rb'\{[ \t]*"[^"\n]*"[ \t]*:')
_SURROGATE = re.compile("[\ud800-\udfff]")


class _BadLine(ValueError):
    """A line that is no article; the message says why."""


def _read(stream: io.BufferedReader) -> Iterator[Record | Fault]:
    keys = Keys()
    first_fault: Fault | None = None
    found = False
    for number, line in _lines(stream):
        where = f"line {number}"
        if line is None:
            item: Record | Fault = Fault(where, f"longer than {LONGEST_LINE} bytes")
        else:
            try:
                item = _record(line, f"line-{number}", keys)
            except (_BadLine, SourceError) as error:
                item = Fault(where, str(error))
        if isinstance(item, Record):
            found = True
        elif first_fault is None:
            first_fault = item
        yield item
    if not found:
        raise SourceError(f"no usable line; {first_fault.where}: {first_fault.reason}" if first_fault else "empty file")


def _lines(stream: io.BufferedReader) -> Iterator[tuple[int, bytes | None]]:
    """The number of each line of ``stream`` that is not blank, and the line; None in place of one above the bound."""
    number = 0
    while line := stream.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            while line and not line.endswith(b"\n"):
                line = stream.readline(LONGEST_LINE)
            yield number, None
        elif line.removeprefix(_BOM).strip():
            yield number, line.rstrip(b"\n")
        else:
            # Half a gigabyte of blank lines packs into half a megabyte: they are passed over many at a time.
            ahead = stream.peek(HEAD)
            blank = ahead[: len(ahead) - len(ahead.lstrip())]
            number += blank.count(b"\n")
            stream.read(blank.rfind(b"\n") + 1)


def _record(line: bytes, number: str, keys: Keys) -> Record:
    """The article that ``line`` states. Raises _BadLine or SourceError."""
    data = _object(decode(line))
    fields = {field: _first_text(data, names) for field, names in _FIELDS.items()}
    if not fields["title"].strip() and not fields["text"].strip():
        raise _BadLine("no text: neither a title nor a body")
    return Record(key=keys.take(_identifier(data), fields["url"], number), flattened=False, **fields)


def _object(text: str) -> dict[str, object]:
    try:
        data = json.loads(text, parse_constant=_refuse_constant, parse_int=_integer)
    except RecursionError as error:
        raise _BadLine("not JSON that can be read: nested too deeply") from error
    except json.JSONDecodeError as error:
        raise _BadLine(f"not JSON: {error.msg} at character {error.pos}") from error
    if not isinstance(data, dict):
        raise _BadLine("not a JSON object")
    return data


def _first_text(data: dict[str, object], names: tuple[str, ...]) -> str:
    """The text under the first of ``names`` that holds one, "" if none does. Raises _BadLine for another type."""
    texts = [_text(name, data.get(name)) for name in names]
    return next((text for text in texts if text.strip()), "")


def _text(name: str, value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _BadLine(f"{name} is {_KIND[type(value)]}, not a text")
    if _SURROGATE.search(value):
        raise _BadLine(f"{name} holds a lone surrogate")
    # Decoding saw the escapes of controls only.
    return plain(value)


def _identifier(data: dict[str, object]) -> str:
    value = data.get(_ID)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return _text(_ID, value).strip()


def _refuse_constant(name: str) -> NoReturn:
    raise _BadLine(f"not JSON: {name} is not a number of JSON")


def _integer(digits: str) -> int:
    # Turning digits into a number takes quadratic time, and Python refuses above a limit that can be set.
    if len(digits) > _LONGEST_INTEGER:
        raise _BadLine(f"a number of {len(digits)} digits")
    return int(digits)


def _claims(head: bytes) -> bool:
    """Whether the first line that is not blank is a JSON object, or as much of one as ``head`` shows."""
    # Where the head ends within the line, it can be looked at, but not parsed.
    start = head.removeprefix(_BOM).lstrip()
    if not start.startswith(b"{"):
        return False
    line, end, _ = start.partition(b"\n")
    if not end and len(head) >= HEAD:
        return bool(_BEGINS_LIKE_AN_OBJECT.match(line))
    try:
        _object(line.decode("utf-8"))
    except (_BadLine, UnicodeDecodeError):
        return False
    return True


FORMAT = Format(frozenset({".jsonl", ".ndjson"}), _claims, _read)
