# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads JSON Lines: each line is an object that is an article; `fields` says which of its keys are read.

Only LF ends a line, because texts may hold U+2028 and U+0085. One line is read at a time, so memory does not grow with
the file.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from indexer.errors import SourceError
from indexer.sources.decoding.decode import PADDING
from indexer.sources.files import HEAD
from indexer.sources.format import Format
from indexer.sources.record import Item
from indexer.sources.records.fields import FieldNames
from indexer.sources.records.json_objects import parse
from indexer.sources.records.json_texts import LONGEST_TEXT, items_of_texts

_BOM = b"\xef\xbb\xbf"
_BEGINS_LIKE_AN_OBJECT = re.compile(rb'\{[ \t]*"[^"\n]*"[ \t]*:')


def _read(stream: io.BufferedReader, fields: FieldNames) -> Iterator[Item]:
    lines = ((f"line {number}", line) for number, line in _lines(stream))
    yield from items_of_texts(lines, fields, no_article="no usable line", no_text="empty file")


def _lines(stream: io.BufferedReader) -> Iterator[tuple[int, bytes | None]]:
    """Yields the number of each line that is not blank, and the line; None in place of a line that is too long."""
    number = 0
    while line := stream.readline(LONGEST_TEXT + 1):
        number += 1
        if len(line) > LONGEST_TEXT:
            while line and not line.endswith(b"\n"):
                line = stream.readline(LONGEST_TEXT)
            yield number, None
        elif line.removeprefix(_BOM).strip().strip(PADDING):
            yield number, line.rstrip(b"\n")
        else:
            # Half a gigabyte of blank lines can be compressed to half a megabyte, so many are skipped at once.
            ahead = stream.peek(HEAD)
            blank = ahead[: len(ahead) - len(ahead.lstrip())]
            number += blank.count(b"\n")
            stream.read(blank.rfind(b"\n") + 1)


def _claims(head: bytes) -> bool:
    """Whether the first line that is not blank is a JSON object, as far as ``head`` shows it."""
    # If the head ends within the line, the line cannot be parsed; its beginning must do.
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
