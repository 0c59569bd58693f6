"""JSON Lines: one article a line, an object; `fields` says which of its keys are read.

Lines end in "\\n" alone, since texts hold U+2028 and U+0085. Everything is read line by line, so that memory does not
grow with the file.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from indexer.errors import SourceError, naming_faults
from indexer.sources.decoding.decode import PADDING, decoded
from indexer.sources.files import HEAD
from indexer.sources.format import Format
from indexer.sources.keys import Keys
from indexer.sources.record import Fault, Item, Record
from indexer.sources.records.entry import Entry, record_of
from indexer.sources.records.fields import Fields
from indexer.sources.records.json_objects import articles_in, parse

LONGEST_LINE = 16 << 20
"""Lines of more bytes than this are faults."""

_BOM = b"\xef\xbb\xbf"
_BEGINS_LIKE_AN_OBJECT = re.compile(rb'\{[ \t]*"[^"\n]*"[ \t]*:')


def _read(stream: io.BufferedReader, fields: Fields) -> Iterator[Item]:
    keys = Keys()
    first_fault: Fault | None = None
    found = False
    for number, line in _lines(stream):
        for item in _items(line, number, fields, keys):
            if isinstance(item, Fault):
                first_fault = first_fault or item
            else:
                found = True
            yield item
    if not found:
        raise SourceError(f"no usable line; {first_fault.where}: {first_fault.reason}" if first_fault else "empty file")


def _items(line: bytes | None, number: int, fields: Fields, keys: Keys) -> Iterator[Item]:
    where = f"line {number}"
    if line is None:
        yield Fault(where, f"longer than {LONGEST_LINE} bytes")
        return
    try:
        content = decoded(line)
        articles = articles_in(parse(content.text))
    except SourceError as error:
        yield Fault(where, str(error))
        return
    yield from items_of(articles, where, fields, keys, content.notes)


def items_of(
    articles: Iterable[Entry], where: str, fields: Fields, keys: Keys, notes: tuple[str, ...]
) -> Iterator[Item]:
    """What the objects of one line or element are; ``notes`` say what was broken in it."""
    for entry in articles:
        try:
            with naming_faults():
                item = record_of(entry, fields, keys, where.replace(" ", "-"))
        except SourceError as error:
            yield Fault(where, str(error))
            continue
        if notes and isinstance(item, Record):
            item = replace(item, notes=(*notes, *item.notes))
        yield item


def _lines(stream: io.BufferedReader) -> Iterator[tuple[int, bytes | None]]:
    """The number of each line of ``stream`` that is not blank, and the line; None in place of one above the bound."""
    number = 0
    while line := stream.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            while line and not line.endswith(b"\n"):
                line = stream.readline(LONGEST_LINE)
            yield number, None
        elif line.removeprefix(_BOM).strip().strip(PADDING):
            yield number, line.rstrip(b"\n")
        else:
            # Half a gigabyte of blank lines packs into half a megabyte: they are passed over many at a time.
            ahead = stream.peek(HEAD)
            blank = ahead[: len(ahead) - len(ahead.lstrip())]
            number += blank.count(b"\n")
            stream.read(blank.rfind(b"\n") + 1)


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
        return isinstance(parse(line.decode("utf-8")), dict)
    except (SourceError, UnicodeDecodeError):
        return False


FORMAT = Format(frozenset({".jsonl", ".ndjson"}), _claims, _read)
