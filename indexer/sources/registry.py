"""Which format a file is in. A new format is a module with a `Format`, and its place in `_FORMATS`."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from indexer.errors import SourceError, naming_faults
from indexer.sources import other_files
from indexer.sources.decoding.decode import decode
from indexer.sources.decoding.repair import repaired
from indexer.sources.files import HEAD, TooMuchError, is_tar, is_zip, open_bounded
from indexer.sources.format import Format
from indexer.sources.formats import archives, delimited, feed, html, json_document, jsonl, mail, text, trec, warc
from indexer.sources.keys import Keys
from indexer.sources.pages.page_lines import with_lines_parted
from indexer.sources.record import Fault, Ignored, Item, Record
from indexer.sources.records.fields import USUAL, Fields

# The first that claims a file's content reads it; `text` claims nothing and is what remains.
_FORMATS: tuple[Format, ...] = (
    warc.FORMAT, trec.FORMAT, feed.FORMAT, html.FORMAT, jsonl.FORMAT, json_document.FORMAT, mail.FORMAT,
    delimited.FORMAT, text.FORMAT,
)  # fmt: skip
_MANY_MEANINGS = ".xml"
"""The one extension of a format that other kinds of files have, too."""
MOST_FAULTS = 10_000
"""A file with more faults than this, and with more faults than records, is given up: it is no archive of articles.

Without it, a packed file of a megabyte could hold hundreds of millions of faults, each of which is reported.
"""
_TAG = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|title|meta|div|p|h1|table|article|section|span|br)\b", re.IGNORECASE
)
_LEAST_TAGS = 3
_FRAGMENT = re.compile(rb"\s*<(?:div|p|h[1-6]|article|section|main|table|span|title|meta|!--)\b", re.IGNORECASE)
"""How text begins that is a piece of HTML."""
_LETTER = re.compile(r"[^\W\d_]")
_ARABIC_LETTER = re.compile("[\u0621-\u064a\u066e-\u06d3\ufb50-\ufdff\ufe70-\ufefc]")
_SHARE_OF_ARABIC = 0.5
_LOOKED_AT = 4_000


def accepts(path: Path) -> bool:
    """Whether the name of ``path`` is one of an archive's: a known extension, not hidden, not an editor's leftover.

    Looks at the name alone; the file need not exist.
    """
    return not other_files.kind_by_name(path.name) and _is_known(path.name)


def kind_by_name(path: Path) -> str | None:
    """The kind of file that is not read, by the name of ``path``; "" for one that is; None where its content tells."""
    if kind := other_files.kind_by_name(path.name):
        return kind
    return "" if _is_known(path.name) and other_files.suffix_of(path.name) != _MANY_MEANINGS else None


def kind_by_content(path: Path, *, max_bytes: int) -> str:
    """The kind of the file at ``path`` that is not read, by its first bytes; "" where it may hold articles.

    Raises SourceError where the file cannot be read.
    """
    with open_bounded(path, max_bytes) as stream:
        return _kind_of(stream.peek(HEAD)[:HEAD], path.name)


def read(path: Path, *, max_bytes: int, fields: Fields = USUAL) -> Iterator[Item]:
    """The articles of the file at ``path``, in order, the parts of it that cannot be read, and those that need not be.

    The format is told by the content, then by the extension, else it is text; of a zip or tar, that of each member
    which may hold articles. ``fields`` names the keys of JSON and the columns of tables. Raises SourceError, with the
    reason and without the path, where the file as a whole cannot be read: at the first record as a rule, but possibly
    after some (a truncated gzip, more than ``max_bytes`` bytes when unpacked, too many faults); what was yielded before
    is sound. Raises nothing else but MemoryError.
    """
    with naming_faults(), open_bounded(path, max_bytes) as stream:
        head = stream.peek(HEAD)[:HEAD]
        if is_zip(head):
            yield from _bounded(_members(archives.zip_members(path, max_bytes), fields))
        elif is_tar(head):
            yield from _bounded(_members(archives.tar_members(stream, max_bytes), fields))
        else:
            yield from _bounded(_items(stream, path.name, fields))


def _items(stream: io.BufferedReader, name: str, fields: Fields) -> Iterator[Item]:
    head = stream.peek(HEAD)[:HEAD]
    if not head:
        raise SourceError("empty file")
    with naming_faults():
        for item in _format(head, name).read(stream, fields):
            if not isinstance(item, Record):
                yield item
                continue
            try:
                record = with_lines_parted(repaired(item))
            except SourceError as error:
                yield Fault(item.key, str(error))
                continue
            yield record


def _members(members: Iterable[archives.Member], fields: Fields) -> Iterator[Item]:
    """What the members of an archive hold; one that cannot be read is a fault."""
    keys = Keys()
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
        raise SourceError("an archive without a file of a known kind")


def _member(stream: io.BufferedReader, name: str, fields: Fields, keys: Keys) -> Iterator[Item]:
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


def _bounded(items: Iterable[Item]) -> Iterator[Item]:
    faults = records = 0
    for item in items:
        yield item
        if isinstance(item, Record):
            records += 1
        elif isinstance(item, Fault):
            faults += 1
            if faults > max(MOST_FAULTS, records):
                raise SourceError(f"given up at {item.where}: more than {MOST_FAULTS} parts of it cannot be read")


def _kind_of(head: bytes, name: str) -> str:
    """The kind of a file that begins with ``head`` and is not read; "" where it may hold articles."""
    if _claiming(head) or ((kind := other_files.kind_by_content(head)) == "" and (is_zip(head) or is_tar(head))):
        return ""
    if kind or _is_known(name) or _by_tags(head):
        return kind
    try:
        start = decode(head)[:_LOOKED_AT]
    except SourceError:
        suffix = other_files.suffix_of(name)
        return f"{other_files.UNKNOWN} ({suffix})" if suffix else other_files.UNKNOWN
    arabic = len(_ARABIC_LETTER.findall(start))
    return "" if arabic and arabic >= _SHARE_OF_ARABIC * len(_LETTER.findall(start)) else other_files.OTHER_TEXT


def _format(head: bytes, name: str) -> Format:
    """The format of a file that begins with ``head``. Raises SourceError where it is a document of another program."""
    if claimed := _claiming(head):
        return claimed
    # Some of these are text, as far as bytes go.
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
    """HTML, where ``head`` has tags of it wherever they begin."""
    found = _TAG.finditer(head)
    return html.FORMAT if all(next(found, None) for _ in range(_LEAST_TAGS)) else None


def _is_known(name: str) -> bool:
    return other_files.suffix_of(name) in archives.SUFFIXES or _by_name(name) is not None
