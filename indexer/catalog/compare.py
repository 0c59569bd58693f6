"""What a run has to do: the files that were found, compared with those that the catalog knows."""

from __future__ import annotations

from dataclasses import dataclass

from indexer import scan
from indexer.catalog.catalog import FileEntry


@dataclass(frozen=True, slots=True)
class Plan:
    """Files to read, names of files that are gone, the folders given that hold no file any more.

    ``unchanged`` counts the files that are as they were when they were read.
    """

    to_read: list[scan.Candidate]
    gone: list[str]
    emptied: list[str]
    unchanged: int

    @classmethod
    def of(cls, found: scan.Scan, known: dict[str, FileEntry], read_as: str) -> Plan:
        """The plan for ``found`` where ``known`` files are known; those not read as ``read_as`` says are read anew."""
        to_read = [file for file in found.candidates if not _same_times(file, known.get(file.name), read_as)]
        seen = {file.name for file in found.candidates} | {skipped.path for skipped in found.skipped}
        gone = [name for name in known if name not in seen and found.covers(name)]
        roots = map(scan.printable, found.roots)
        # What may turn out to be no article file does not show that the articles are still there.
        holding = seen - {file.name for file in found.candidates if not file.is_sure and file.name not in known}
        emptied = [root for root in roots if not any(scan.lies_in(name, root) for name in holding)]
        return cls(to_read, gone, emptied, len(found.candidates) - len(to_read))


def _same_times(file: scan.Candidate, known: FileEntry | None, read_as: str) -> bool:
    return (
        known is not None
        and known.digest.startswith(read_as)
        and (known.size, known.mtime_ns, known.ctime_ns)
        == (
            file.size,
            file.mtime_ns,
            file.ctime_ns,
        )
    )
