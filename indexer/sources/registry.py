"""Which format a file is in. A new format is a module with a `Format`, and its place in `_FORMATS`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from indexer.errors import SourceError
from indexer.sources import jsonl, text, trec
from indexer.sources.files import HEAD, open_bounded
from indexer.sources.format import Format
from indexer.sources.record import Fault, Record

# The first that claims a file's content reads it; `text` claims nothing and is what remains.
_FORMATS: tuple[Format, ...] = (trec.FORMAT, jsonl.FORMAT, text.FORMAT)
_PACKED = ".gz"
MOST_FAULTS = 10_000
"""A file with more faults than this, and with more faults than records, is given up: it is no archive of articles.

Without it, a packed file of a megabyte could hold hundreds of millions of faults, each of which is reported.
"""


def accepts(path: Path) -> bool:
    """Whether the name of ``path`` is one of an archive's: a known extension, not hidden, not an editor's leftover.

    Looks at the name alone; the file need not exist.
    """
    return not path.name.startswith(".") and not path.name.endswith("~") and _by_name(path) is not None


def read(path: Path, *, max_bytes: int) -> Iterator[Record | Fault]:
    """The articles of the file at ``path``, in order, and the parts of it that cannot be read.

    The format is told by the content, then by the extension, else it is text. Raises SourceError, with the reason and
    without the path, where the file as a whole cannot be read: at the first record as a rule, but possibly after some
    (a truncated gzip, more than ``max_bytes`` bytes when unpacked, too many faults); what was yielded before is sound.
    """
    with open_bounded(path, max_bytes) as stream:
        head = stream.peek(HEAD)[:HEAD]
        if not head:
            raise SourceError("empty file")
        claimed = next((known for known in _FORMATS if known.claims(head)), None)
        faults = records = 0
        for item in (claimed or _by_name(path) or text.FORMAT).read(stream):
            yield item
            if isinstance(item, Record):
                records += 1
                continue
            faults += 1
            if faults > max(MOST_FAULTS, records):
                raise SourceError(f"given up at {item.where}: more than {MOST_FAULTS} parts of it cannot be read")


def _by_name(path: Path) -> Format | None:
    name = path.name.lower()
    suffix = Path(name.removesuffix(_PACKED)).suffix
    return next((known for known in _FORMATS if suffix in known.suffixes), None)
