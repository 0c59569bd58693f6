# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares the files that a scan finds with those that the catalog knows: what a run has to read and to take out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import permutations

from indexer import scan
from indexer.catalog.catalog import Catalog
from indexer.catalog.published import FileEntry
from indexer.exhaustive import assert_never
from indexer.run.report import Skipped


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs between the archive and the catalog.

    ``to_read`` are the files that are new or changed, ascending by name. ``gone`` are the names of the files that are
    not there any more, ``emptied`` the names of the roots that hold no article file any more. ``unchanged`` counts the
    files that are as they were when they were read.
    """

    to_read: list[scan.Candidate]
    gone: list[str]
    emptied: list[str]
    unchanged: int


Passed = Callable[[Skipped | scan.OtherFile], None]


def compare(found: scan.Scan, catalog: Catalog, read_as: str, passed: Passed) -> Changes:
    """Walk the roots of ``found`` and compare each file with its entry in ``catalog``.

    Files that were not read as ``read_as`` says count as changed. ``passed`` is called with everything that is not a
    candidate. Both the walk and the entries ascend by name, so they are merged without a list of all files in memory.
    """
    comparison = _Comparison(found, read_as, passed)
    for path, root in zip(found.roots, comparison.roots, strict=True):
        for item, entry in _merged(found.under(path), catalog.files_under(root)):
            comparison.take(root, item, entry)
    return comparison.changes()


class _Comparison:
    """What was seen so far."""

    def __init__(self, found: scan.Scan, read_as: str, passed: Passed) -> None:
        self.roots = [scan.printable(root) for root in found.roots]
        self._found = found
        self._read_as = read_as
        self._passed = passed
        self._nested = any(scan.lies_in(one, other) for one, other in permutations(self.roots, 2))
        self._met: dict[str, bool] = {}
        """If roots lie in each other: all names that were met, and whether the articles of that file stay."""
        self._skipped: set[str] = set()
        self._empty = set(self.roots)
        self._missing: dict[str, None] = {}
        """The names of entries without a file, in order."""
        self._to_read: list[scan.Candidate] = []
        self._unchanged = 0

    def take(self, root: str, item: scan.Found | None, entry: FileEntry | None) -> None:
        """Note what was found under ``root``, and its entry; one of the two may be missing."""
        if item is None:
            if entry:
                self._missing[entry.path] = None
            return
        name = item.path if isinstance(item, Skipped) else item.name
        if self._nested:
            if name in self._met:
                return
            self._met[name] = not isinstance(item, scan.OtherFile)
        match item:
            case scan.OtherFile():
                self._passed(item)
            case Skipped():
                self._passed(item)
                self._skipped.add(name)
                self._not_empty(root, name)
            case scan.Candidate():
                # A file of an unknown kind that the catalog does not know may turn out to hold no articles.
                if item.is_sure or entry:
                    self._not_empty(root, name)
                if entry and _is_unchanged(item, entry, self._read_as):
                    self._unchanged += 1
                else:
                    self._to_read.append(item)
            case _:
                assert_never(item)

    def changes(self) -> Changes:
        """The outcome, after all roots were walked."""
        gone = [name for name in self._missing if self._is_gone(name)]
        emptied = [root for root in self.roots if root in self._empty]
        return Changes(sorted(self._to_read, key=lambda file: file.name), gone, emptied, self._unchanged)

    def _is_gone(self, name: str) -> bool:
        return name not in self._skipped and not self._met.get(name) and self._found.was_read(name)

    def _not_empty(self, root: str, name: str) -> None:
        if self._empty:
            holding = [one for one in self._empty if scan.lies_in(name, one)] if self._nested else [root]
            self._empty.difference_update(holding)


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
