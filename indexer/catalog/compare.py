"""Compares the files that a scan finds with those that the catalog knows: what a run has to read and to take out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import permutations

from indexer import scan
from indexer.catalog.catalog import Catalog
from indexer.catalog.published import FileEntry
from indexer.run.report import Skipped


@dataclass(slots=True)
class Changes:
    """What differs between the archive and the catalog.

    ``to_read`` are the files that are new or changed, ascending by name. ``gone`` are the names of the files that are
    not there any more, ``emptied`` the names of the roots that hold no article file any more. ``unchanged`` counts the
    files that are as they were when they were read.
    """

    to_read: list[scan.Candidate] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    emptied: list[str] = field(default_factory=list)
    unchanged: int = 0


Passed = Callable[[Skipped | scan.OtherFile], None]


def compare(found: scan.Scan, catalog: Catalog, read_as: str, passed: Passed) -> Changes:
    """Walk the roots of ``found`` and compare each file with its entry in ``catalog``.

    Files that were not read as ``read_as`` says count as changed. ``passed`` is told of what is passed over. Both the
    walk and the catalog's files ascend by name, so that they are merged and neither is in memory as a whole.
    """
    changes = Changes()
    roots = [scan.printable(root) for root in found.roots]
    nested = any(scan.lies_in(one, other) for one, other in permutations(roots, 2))
    met: dict[str, bool] = {}
    """Where roots lie in each other: all names that were met, and whether their articles stay."""
    skipped: set[str] = set()
    empty = set(roots)

    for path, root in zip(found.roots, roots, strict=True):
        for item, entry in _merged(found.under(path), catalog.files_under(root)):
            if item is None:
                assert entry is not None
                changes.gone.append(entry.path)
                continue
            name = item.path if isinstance(item, Skipped) else item.name
            if nested:
                if name in met:
                    continue
                met[name] = not isinstance(item, scan.OtherFile)
            if not isinstance(item, scan.Candidate):
                passed(item)
                if isinstance(item, scan.OtherFile):
                    continue
                skipped.add(name)
            # A file of an unknown kind that the catalog does not know may turn out to hold no articles.
            if empty and (isinstance(item, Skipped) or item.is_sure or entry):
                empty.difference_update([one for one in empty if scan.lies_in(name, one)] if nested else [root])
            if isinstance(item, Skipped):
                continue
            if entry and _is_unchanged(item, entry, read_as):
                changes.unchanged += 1
            else:
                changes.to_read.append(item)
    changes.gone = [name for name in changes.gone if name not in skipped and not met.get(name) and found.was_read(name)]
    changes.gone = list(dict.fromkeys(changes.gone))
    changes.to_read.sort(key=lambda file: file.name)
    changes.emptied = [root for root in roots if root in empty]
    return changes


def _merged(
    found: Iterable[scan.Found], known: Iterator[FileEntry]
) -> Iterator[tuple[scan.Found | None, FileEntry | None]]:
    """Each file found with its entry, and each entry without a file; both must ascend by name."""
    entry = next(known, None)
    for item in found:
        if not isinstance(item, scan.Candidate):
            yield item, None
            continue
        while entry and entry.path < item.name:
            yield None, entry
            entry = next(known, None)
        if entry and entry.path == item.name:
            yield item, entry
            entry = next(known, None)
        else:
            yield item, None
    while entry:
        yield None, entry
        entry = next(known, None)


def _is_unchanged(file: scan.Candidate, known: FileEntry, read_as: str) -> bool:
    times = (file.size, file.mtime_ns, file.ctime_ns)
    return known.digest.startswith(read_as) and (known.size, known.mtime_ns, known.ctime_ns) == times
