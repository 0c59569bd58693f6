"""Which format a file is in. A new format is a module with a `Format`, and its place in `_FORMATS`."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from indexer.errors import SourceError
from indexer.sources import archives, delimited, document, feed, html, jsonl, text, trec, warc
from indexer.sources.fields import USUAL, Fields
from indexer.sources.files import HEAD, TooMuchError, is_tar, is_zip, open_bounded
from indexer.sources.format import Format
from indexer.sources.keys import Keys
from indexer.sources.record import Fault, Record

# The first that claims a file's content reads it; `text` claims nothing and is what remains.
_FORMATS: tuple[Format, ...] = (
    warc.FORMAT, trec.FORMAT, feed.FORMAT, html.FORMAT, jsonl.FORMAT, document.FORMAT, delimited.FORMAT, text.FORMAT,
)  # fmt: skip
_PACKED = ".gz"
MOST_FAULTS = 10_000
"""A file with more faults than this, and with more faults than records, is given up: it is no archive of articles.

Without it, a packed file of a megabyte could hold hundreds of millions of faults, each of which is reported.
"""


def accepts(path: Path) -> bool:
    """Whether the name of ``path`` is one of an archive's: a known extension, not hidden, not an editor's leftover.

    Looks at the name alone; the file need not exist.
    """
    return _is_usual(path.name) and (_suffix(path.name) in archives.SUFFIXES or _by_name(path.name) is not None)


def read(path: Path, *, max_bytes: int, fields: Fields = USUAL) -> Iterator[Record | Fault]:
    """The articles of the file at ``path``, in order, and the parts of it that cannot be read.

    The format is told by the content, then by the extension, else it is text; of a zip or tar, that of each member
    whose name is one of an archive's. ``fields`` names the keys of JSON and the columns of tables. Raises SourceError,
    with the reason and without the path, where the file as a whole cannot be read: at the first record as a rule, but
    possibly after some (a truncated gzip, more than ``max_bytes`` bytes when unpacked, too many faults); what was
    yielded before is sound.
    """
    with open_bounded(path, max_bytes) as stream:
        head = stream.peek(HEAD)[:HEAD]
        if is_zip(head):
            yield from _bounded(_members(archives.zip_members(path, max_bytes), fields))
        elif is_tar(head):
            yield from _bounded(_members(archives.tar_members(stream, max_bytes), fields))
        else:
            yield from _bounded(_items(stream, path.name, fields))


def _items(stream: io.BufferedReader, name: str, fields: Fields) -> Iterator[Record | Fault]:
    head = stream.peek(HEAD)[:HEAD]
    if not head:
        raise SourceError("empty file")
    claimed = next((known for known in _FORMATS if known.claims(head)), None)
    return (claimed or _by_name(name) or text.FORMAT).read(stream, fields)


def _members(members: Iterable[archives.Member], fields: Fields) -> Iterator[Record | Fault]:
    """What the members of an archive hold; one that cannot be read is a fault."""
    keys = Keys()
    found = False
    for name, stream in members:
        base = PurePosixPath(name).name
        if not _is_usual(base):
            continue
        if isinstance(stream, str):
            found = True
            yield Fault(name, stream)
        elif _by_name(base) is not None:
            found = True
            yield from _member(stream, name, fields, keys)
        elif _suffix(base) in archives.SUFFIXES:
            yield Fault(name, "an archive in an archive, which is not read; unpack it")
    if not found:
        raise SourceError("an archive without a file of a known kind")


def _member(stream: io.BufferedReader, name: str, fields: Fields, keys: Keys) -> Iterator[Record | Fault]:
    try:
        head = stream.peek(HEAD)[:HEAD]
        if is_zip(head) or is_tar(head):
            yield Fault(name, "an archive in an archive, which is not read; unpack it")
            return
        for item in _items(stream, PurePosixPath(name).name, fields):
            if isinstance(item, Fault):
                yield Fault(f"{name}: {item.where}", item.reason)
            else:
                yield replace(item, key=keys.take(f"{name}: {item.key}" if item.key else name), place=name)
    except TooMuchError:
        raise
    except SourceError as error:
        yield Fault(name, str(error))


def _bounded(items: Iterable[Record | Fault]) -> Iterator[Record | Fault]:
    faults = records = 0
    for item in items:
        yield item
        if isinstance(item, Record):
            records += 1
            continue
        faults += 1
        if faults > max(MOST_FAULTS, records):
            raise SourceError(f"given up at {item.where}: more than {MOST_FAULTS} parts of it cannot be read")


def _is_usual(name: str) -> bool:
    return not name.startswith(".") and not name.endswith("~")


def _suffix(name: str) -> str:
    return PurePosixPath(name.lower().removesuffix(_PACKED)).suffix


def _by_name(name: str) -> Format | None:
    suffix = _suffix(name)
    return next((known for known in _FORMATS if suffix in known.suffixes), None)
