# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the format of a file and reads it. A new format is a module with a `Format`, and its entry in `_FORMATS`."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from indexer.errors import SourceError, naming_faults
from indexer.sources import other_files
from indexer.sources.article_keys import ArticleKeys
from indexer.sources.decoding.decode import decode
from indexer.sources.decoding.repair import repaired
from indexer.sources.files import HEAD, TooMuchError, is_tar, is_zip, open_bounded
from indexer.sources.format import Format
from indexer.sources.formats import archives, delimited, feed, html, json_document, jsonl, mail, text, trec, warc
from indexer.sources.pages.page_lines import with_page_lines
from indexer.sources.record import Fault, Ignored, Item, Record
from indexer.sources.records.fields import USUAL_NAMES, FieldNames

# The first format that claims the content reads the file. `text` claims nothing and comes last.
_FORMATS: tuple[Format, ...] = (
    warc.FORMAT, trec.FORMAT, feed.FORMAT, html.FORMAT, jsonl.FORMAT, json_document.FORMAT, mail.FORMAT,
    delimited.FORMAT, text.FORMAT,
)  # fmt: skip
_AMBIGUOUS_SUFFIX = ".xml"
"""The one extension of a known format that other kinds of files use as well."""
MOST_FAULTS = 10_000
"""Reading stops at a file with more faults than this and more faults than records: it is not an archive of articles.

Without this limit, a compressed file of one megabyte could cause hundreds of millions of reported faults.
"""
_TAG = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|title|meta|div|p|h1|table|article|section|span|br)\b", re.IGNORECASE
)
_LEAST_TAGS = 3
_FRAGMENT = re.compile(rb"\s*<(?:div|p|h[1-6]|article|section|main|table|span|title|meta|!--)\b", re.IGNORECASE)
"""The beginning of a text that is a fragment of HTML."""
_LETTER = re.compile(r"[^\W\d_]")
_ARABIC_LETTER = re.compile("[\u0621-\u064a\u066e-\u06d3\ufb50-\ufdff\ufe70-\ufefc]")
_SHARE_OF_ARABIC = 0.5
_LOOKED_AT = 4_000


def accepts(path: Path) -> bool:
    """Whether ``path`` has the name of a file of articles: a known extension, not hidden, no editor's leftover.

    Only the name is checked; the file need not exist.
    """
    return not other_files.kind_by_name(path.name) and _is_known(path.name)


def kind_by_name(path: Path) -> str | None:
    """Returns the kind of non-article file by its name, "" for a file to read, None if only the content can tell."""
    if kind := other_files.kind_by_name(path.name):
        return kind
    return "" if _is_known(path.name) and other_files.suffix_of(path.name) != _AMBIGUOUS_SUFFIX else None


def kind_by_content(path: Path, *, max_bytes: int) -> str:
    """Returns the kind of non-article file at ``path`` by its first bytes, or "" if it may hold articles.

    Raises SourceError if the file cannot be read.
    """
    with open_bounded(path, max_bytes) as stream:
        return _kind_of(stream.peek(HEAD)[:HEAD], path.name)


def read(path: Path, *, max_bytes: int, fields: FieldNames = USUAL_NAMES) -> Iterator[Item]:
    """Yields, in order, the articles of the file at ``path``, its unreadable parts and its other parts.

    The format is found by the content, then by the extension; otherwise the file is plain text. In a zip or tar, this
    is done for each member. ``fields`` names the JSON keys and table columns to read. Raises SourceError, whose message
    is the reason without the path, if the file as a whole cannot be read. This mostly happens before the first item,
    but may happen later (a truncated gzip, more than ``max_bytes`` bytes when decompressed, too many faults); the items
    yielded before it are sound. Raises nothing else but MemoryError.
    """
    with naming_faults(), open_bounded(path, max_bytes) as stream:
        head = stream.peek(HEAD)[:HEAD]
        if is_zip(head):
            yield from _with_limit_of_faults(_members(archives.zip_members(path, max_bytes), fields))
        elif is_tar(head):
            yield from _with_limit_of_faults(_members(archives.tar_members(stream, max_bytes), fields))
        else:
            yield from _with_limit_of_faults(_items(stream, path.name, fields))


def read_bytes(data: bytes, name: str, *, fields: FieldNames = USUAL_NAMES) -> Iterator[Item]:
    """Yields what a file called ``name`` with the content ``data`` holds, as `read` does, but nothing is unpacked."""
    yield from _with_limit_of_faults(_items(io.BufferedReader(io.BytesIO(data), HEAD), name, fields))


def _items(stream: io.BufferedReader, name: str, fields: FieldNames) -> Iterator[Item]:
    head = stream.peek(HEAD)[:HEAD]
    if not head:
        raise SourceError("empty file")
    with naming_faults():
        for item in _format(head, name).read(stream, fields):
            if not isinstance(item, Record):
                yield item
                continue
            try:
                record = with_page_lines(repaired(item))
            except SourceError as error:
                yield Fault(item.key, str(error))
                continue
            yield record


def _members(members: Iterable[archives.Member], fields: FieldNames) -> Iterator[Item]:
    """Yields what the members of an archive hold. A member that cannot be read is a fault."""
    keys = ArticleKeys()
    found = False
    for name, stream in members:
        base = PurePosixPath(name).name
        kind = other_files.kind_by_name(base)
        if kind:
            yield Ignored(kind, name)
        elif isinstance(stream, str):
            found = True
            yield Fault(name, stream)
        elif other_files.suffix_of(base) in archives.SUFFIXES:
            yield Fault(name, "an archive in an archive, which is not read; unpack it")
        else:
            for item in _member(stream, name, fields, keys):
                found = found or not isinstance(item, Ignored)
                yield item
    if not found:
        raise SourceError("an archive without a file that Fihrist can read")


def _member(stream: io.BufferedReader, name: str, fields: FieldNames, keys: ArticleKeys) -> Iterator[Item]:
    base = PurePosixPath(name).name
    try:
        head = stream.peek(HEAD)[:HEAD]
        if (kind_by_name(Path(base)) is None) and (kind := _kind_of(head, base)):
            yield Ignored(kind, name)
            return
        if is_zip(head) or is_tar(head):
            yield Fault(name, "an archive in an archive, which is not read; unpack it")
            return
        for item in _items(stream, base, fields):
            if isinstance(item, Record):
                yield replace(item, key=keys.take(f"{name}: {item.key}" if item.key else name), place=name)
            else:
                yield replace(item, where=f"{name}: {item.where}" if item.where else name)
    except TooMuchError:
        raise
    except SourceError as error:
        yield Fault(name, str(error))


def _with_limit_of_faults(items: Iterable[Item]) -> Iterator[Item]:
    faults = records = 0
    for item in items:
        yield item
        if isinstance(item, Record):
            records += 1
        elif isinstance(item, Fault):
            faults += 1
            if faults > max(MOST_FAULTS, records):
                raise SourceError(f"given up at {item.where}: more than {MOST_FAULTS} parts of the file cannot be read")


def _kind_of(head: bytes, name: str) -> str:
    """Returns the kind of non-article file that begins with ``head``, or "" if it may hold articles."""
    if _claiming(head) or ((kind := other_files.kind_by_content(head)) == "" and (is_zip(head) or is_tar(head))):
        return ""
    if kind or _is_known(name) or _by_tags(head):
        return kind
    try:
        start = decode(head).text[:_LOOKED_AT]
    except SourceError:
        suffix = other_files.suffix_of(name)
        return f"{other_files.UNKNOWN} ({suffix})" if suffix else other_files.UNKNOWN
    arabic = len(_ARABIC_LETTER.findall(start))
    return "" if arabic and arabic >= _SHARE_OF_ARABIC * len(_LETTER.findall(start)) else other_files.OTHER_TEXT


def _format(head: bytes, name: str) -> Format:
    """Returns the format of a file that begins with ``head``. Raises SourceError if it is a document such as a PDF."""
    if claimed := _claiming(head):
        return claimed
    # PDF and RTF begin with bytes that are also text.
    if (kind := other_files.kind_by_content(head)) in other_files.DOCUMENTS:
        raise SourceError(f"not text: {kind}, whatever its name says")
    named = _by_name(name)
    if named is None or (named is text.FORMAT and _FRAGMENT.match(head)):
        return _by_tags(head) or text.FORMAT
    return named


def _claiming(head: bytes) -> Format | None:
    return next((known for known in _FORMATS if known.claims(head)), None)


def _by_name(name: str) -> Format | None:
    suffix = other_files.suffix_of(name)
    return next((known for known in _FORMATS if suffix in known.suffixes), None)


def _by_tags(head: bytes) -> Format | None:
    """Returns the HTML format if ``head`` has several HTML tags anywhere, else None."""
    found = _TAG.finditer(head)
    return html.FORMAT if all(next(found, None) for _ in range(_LEAST_TAGS)) else None


def _is_known(name: str) -> bool:
    return other_files.suffix_of(name) in archives.SUFFIXES or _by_name(name) is not None
