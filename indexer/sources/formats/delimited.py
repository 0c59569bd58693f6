"""CSV and TSV: a table whose first line names its columns, an article a row; `fields` says which columns are read.

Rows are read one at a time. Bytes are parted before they are decoded: quotes, commas and line ends are ASCII in every
encoding that `decode` knows.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace

from indexer.errors import SourceError, naming_faults
from indexer.sources.decoding.decode import PADDING, Decoded, encoding_of, plain
from indexer.sources.decoding.mojibake import mended
from indexer.sources.format import Format
from indexer.sources.keys import Keys
from indexer.sources.record import Fault, Item, Record
from indexer.sources.records.entry import Entry, record_of
from indexer.sources.records.fields import SETTING, Fields, same_name
from indexer.sources.records.own_fields import without_own

LONGEST_FIELD = 16 << 20
"""A field of more bytes than this is a fault; so is a line."""

_DELIMITERS = ("\t", ",", ";", "|")
_BOM = b"\xef\xbb\xbf"
_MOST_COLUMNS = 1000
_MOST_NAMES = 20
_LONGEST_NAME = 40


def _read(stream: io.BufferedReader, fields: Fields) -> Iterator[Item]:
    known = {same_name(name) for names in without_own(fields).values() for name in names}
    header = stream.readline(LONGEST_FIELD)
    delimiter, columns = _header(header.removeprefix(_BOM), known)
    # A limit of the whole process, and of characters; nothing else here reads tables.
    csv.field_size_limit(LONGEST_FIELD)
    lines = _Lines(stream)
    rows = csv.reader(lines, delimiter=delimiter)
    keys = Keys()
    found = False
    first_fault: Fault | None = None
    number = 0
    while True:
        number += 1
        where = f"row {number}"
        try:
            row = next(rows)
            if not any(row):
                continue
            values, notes = _named(row, columns)
            with naming_faults():
                item: Item = record_of(Entry(values), fields, keys, f"row-{number}")
            if notes and isinstance(item, Record):
                item = replace(item, notes=(*notes, *item.notes))
            found = True
        except StopIteration:
            break
        except (SourceError, csv.Error) as error:
            item = Fault(where, str(error))
            first_fault = first_fault or item
        yield item
    if lines.is_over:
        raise SourceError(f"a line of more than {LONGEST_FIELD} bytes")
    if not found:
        raise SourceError(f"no usable row; {first_fault.where}: {first_fault.reason}" if first_fault else "no row")


class _Lines:
    """The lines of ``stream`` with each byte as the character of its number."""

    def __init__(self, stream: io.BufferedReader) -> None:
        self._stream = stream
        self.is_over = False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._stream.readline(LONGEST_FIELD + 1)
        self.is_over = len(line) > LONGEST_FIELD
        # What pads the end of a file, which Python's reader of tables does not take.
        line = line.rstrip(PADDING)
        if not line or self.is_over:
            raise StopIteration
        return line.decode("latin-1")


def _header(line: bytes, known: set[str]) -> tuple[str, list[str]]:
    """The delimiter and the names of the columns. Raises SourceError where none of them is known."""
    seen: list[str] = []
    for delimiter in _DELIMITERS:
        try:
            row = next(csv.reader([line.decode("latin-1")], delimiter=delimiter), [])
            names = [name.strip() for name in _decoded(row)[0]]
        except (csv.Error, SourceError):
            continue
        if len(names) <= _MOST_COLUMNS and any(same_name(name) in known for name in names):
            return delimiter, names
        seen = max(seen, names, key=len)
    has = f": it has {', '.join(name[:_LONGEST_NAME] for name in seen[:_MOST_NAMES])}" if len(seen) > 1 else ""
    raise SourceError(
        f"not CSV: the first line names no column that is known, such as title or body{has}; "
        f"{SETTING}=title=NAME,body=NAME says which hold them"
    )


def _named(row: list[str], columns: list[str]) -> tuple[dict[str, object], tuple[str, ...]]:
    """The fields of ``row`` by the names of their columns, and what was broken in them."""
    values, broken = _decoded(row)
    if len(values) > len(columns):
        raise SourceError(f"{len(values)} fields under {len(columns)} columns")
    data: dict[str, object] = {}
    for name, value in zip(columns, values, strict=False):
        data.setdefault(name, value)
    return data, Decoded("", broken).notes


def _decoded(row: list[str]) -> tuple[list[str], int]:
    """``row`` in the encoding that reads all of it, and how many places of it are broken."""
    fields = [field.encode("latin-1") for field in row]
    encoding = encoding_of(b"\n".join(fields) or b"\n")
    return [plain(mended(encoding.decoded(field))) for field in fields], encoding.broken


def _claims(head: bytes) -> bool:
    return False


FORMAT = Format(frozenset({".csv", ".tsv", ".tab"}), _claims, _read)
