# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads CSV and TSV: the first line names the columns, each row is an article, `fields` says which columns are read.

Rows are read one at a time. Lines are split into columns before decoding, because quotes, commas and line ends are the
same ASCII bytes in every encoding that `decode` knows.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace

from indexer.errors import SourceError, naming_faults
from indexer.sources.article_keys import ArticleKeys
from indexer.sources.decoding.decode import PADDING, Decoded, encoding_of, without_controls
from indexer.sources.decoding.mojibake import without_mojibake
from indexer.sources.format import Format
from indexer.sources.record import Fault, Item, Record
from indexer.sources.records.fields import FIELDS_SETTING, FieldNames, name_key
from indexer.sources.records.from_object import SourceObject, record_of
from indexer.sources.records.own_fields import without_own

LONGEST_FIELD = 16 << 20
"""The most bytes of a field, and of a line. A longer field is a fault; a longer line ends the reading."""

_DELIMITERS = ("\t", ",", ";", "|")
_BOM = b"\xef\xbb\xbf"
_MOST_COLUMNS = 1000
_MOST_NAMES = 20
_LONGEST_NAME = 40


def _read(stream: io.BufferedReader, fields: FieldNames) -> Iterator[Item]:
    known = {name_key(name) for names in without_own(fields).values() for name in names}
    header = stream.readline(LONGEST_FIELD)
    delimiter, columns = _header(header.removeprefix(_BOM), known)
    # This limit is global to the process and counts characters. No other code here reads tables.
    csv.field_size_limit(LONGEST_FIELD)
    lines = _LatinLines(stream)
    rows = csv.reader(lines, delimiter=delimiter)
    keys = ArticleKeys()
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
            values, notes = _fields_by_column(row, columns)
            with naming_faults():
                item: Item = record_of(SourceObject(values), fields, keys, f"row-{number}")
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


class _LatinLines:
    """Yields the lines of ``stream``, each byte as the character with the same number (Latin-1)."""

    def __init__(self, stream: io.BufferedReader) -> None:
        self._stream = stream
        self.is_over = False

    def __iter__(self) -> _LatinLines:
        return self

    def __next__(self) -> str:
        line = self._stream.readline(LONGEST_FIELD + 1)
        self.is_over = len(line) > LONGEST_FIELD
        # Python's csv module does not accept the padding at the end of old files.
        line = line.rstrip(PADDING)
        if not line or self.is_over:
            raise StopIteration
        return line.decode("latin-1")


def _header(line: bytes, known: set[str]) -> tuple[str, list[str]]:
    """Returns the delimiter and the column names. Raises SourceError if no column name is known."""
    longest: list[str] = []
    for delimiter in _DELIMITERS:
        try:
            row = next(csv.reader([line.decode("latin-1")], delimiter=delimiter), [])
            names = [name.strip() for name in _decoded(row)[0]]
        except (csv.Error, SourceError):
            continue
        if len(names) <= _MOST_COLUMNS and any(name_key(name) in known for name in names):
            return delimiter, names
        longest = max(longest, names, key=len)
    has = f": it has {', '.join(name[:_LONGEST_NAME] for name in longest[:_MOST_NAMES])}" if len(longest) > 1 else ""
    raise SourceError(
        f"not CSV: the first line names no column that is known, such as title or body{has}; "
        f"{FIELDS_SETTING}=title=NAME,body=NAME says which columns hold them"
    )


def _fields_by_column(row: list[str], columns: list[str]) -> tuple[dict[str, object], tuple[str, ...]]:
    """Returns the fields of ``row`` by column name, and notes about what was broken in them."""
    values, broken = _decoded(row)
    if len(values) > len(columns):
        raise SourceError(f"{len(values)} fields, but the first line names {len(columns)} columns")
    data: dict[str, object] = {}
    for name, value in zip(columns, values, strict=False):
        data.setdefault(name, value)
    return data, Decoded("", broken).notes


def _decoded(row: list[str]) -> tuple[list[str], int]:
    """Returns ``row`` decoded with the encoding that fits all of it, and the number of broken places."""
    fields = [field.encode("latin-1") for field in row]
    encoding = encoding_of(b"\n".join(fields) or b"\n")
    return [without_controls(without_mojibake(encoding.decode(field))) for field in fields], encoding.broken


def _claims(head: bytes) -> bool:
    return False


FORMAT = Format(frozenset({".csv", ".tsv", ".tab"}), _claims, _read)
