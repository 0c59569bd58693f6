"""Which files an archive holds: the paths given to a run become candidates, each with its stable key."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

from indexer.errors import SourceError, UsageError
from indexer.run.report import Skipped

KindByName = Callable[[Path], "str | None"]

HIDDEN_FOLDER = "hidden folder"
MOVED = "it changed while it was read; it is left for the next run"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that may hold articles.

    ``name`` is its absolute path as text that can be stored and printed (bytes that are not UTF-8 as ``\\xNN``);
    ``key`` is the name of the folder that was given and the way from there, so that it stays the same when the archive
    moves as a whole. ``is_sure`` says that its name is one of an archive's; else its content has to tell.
    """

    path: Path
    name: str
    key: str
    size: int
    mtime_ns: int
    ctime_ns: int
    is_sure: bool = True

    def unchanged(self) -> bool:
        """Whether the file is still as it was when it was found."""
        try:
            now = os.stat(self.path)
        except OSError:
            return False
        return (now.st_size, now.st_mtime_ns, now.st_ctime_ns) == (self.size, self.mtime_ns, self.ctime_ns)

    def digest(self, open_: Callable[[Path], BinaryIO]) -> str:
        """BLAKE2b of the content, 32 hexadecimal digits. Raises OSError, SourceError where it has grown.

        ``open_`` opens a regular file to be read, and nothing else.
        """
        digest = blake2b(digest_size=16)
        left = self.size
        with open_(self.path) as file:
            while chunk := file.read(1 << 20):
                left -= len(chunk)
                if left < 0:  # one that grows as fast as it is read would never end
                    raise SourceError(MOVED)
                digest.update(chunk)
        return digest.hexdigest()


@dataclass(slots=True)
class Scan:
    """What the paths hold. A known file that the scan `covers` and has not seen is gone."""

    roots: tuple[Path, ...]
    candidates: list[Candidate] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    ignored: list[tuple[str, str]] = field(default_factory=list)
    """The kind and the name of each file, or hidden folder, that is not looked at."""

    def covers(self, name: str) -> bool:
        """Whether the file with this name lies under a root, and not in a folder that could not be read."""
        under = any(lies_in(name, printable(root)) for root in self.roots)
        return under and not any(name.startswith(f"{folder}/") for folder in self.unread)


def printable(path: Path) -> str:
    """``path`` as text that can be stored and printed, another for each path.

    Bytes that are not UTF-8 are written as ``\\xNN``, and so are control characters; a backslash is doubled.
    """
    text = os.fsencode(path).replace(b"\\", b"\\\\").decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def lies_in(name: str, folder: str) -> bool:
    """Whether the file ``name`` is ``folder`` itself or lies under it, both as `printable` writes them."""
    return name == folder or name.startswith(f"{folder.rstrip('/')}/")


def roots_of(paths: Iterable[Path], besides: Path) -> tuple[Path, ...]:
    """``paths``, absolute. Raises UsageError on one that does not exist, or lies in ``besides`` (the index)."""
    roots = tuple(dict.fromkeys(_root(path) for path in paths))
    for root in roots:
        if root.is_relative_to(besides.resolve()):
            raise UsageError(f"{printable(root)} is of the index; name a folder of articles; nothing was changed")
    return roots


def scan(roots: tuple[Path, ...], kind_by_name: KindByName, besides: Path) -> Scan:
    """Walk ``roots`` and list the files that may hold articles, by path; a file given by name is one.

    ``kind_by_name`` says of a path that it is of a kind which is not read, "" where it is read, None where its content
    has to be looked at. Links that lead out of the archive and folders that can't be read are named among the skipped;
    the folder ``besides`` (the index) is passed over.
    """
    besides = besides.resolve()
    result = Scan(roots)
    seen: set[Path] = set()
    for root in roots:
        found = _files(root, besides, result) if root.is_dir() else [root]
        for path in found:
            if path in seen:
                continue
            seen.add(path)
            kind = "" if path == root else kind_by_name(path)
            if kind:
                result.ignored.append((kind, printable(path)))
            else:
                _add(result, root, path, is_sure=kind is not None)
    result.candidates.sort(key=lambda candidate: candidate.name)
    return result


def _root(path: Path) -> Path:
    try:
        return path.resolve(strict=True)
    except (OSError, RuntimeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"{printable(path)}: {reason}; nothing was changed") from error


def _files(root: Path, besides: Path, result: Scan) -> Iterator[Path]:
    def unreadable(folder: Path, error: OSError) -> None:
        name = printable(folder)
        result.unread.append(name)
        result.skipped.append(
            Skipped(name, f"the folder cannot be read: {error.strerror}; its articles stay as they were")
        )

    # Not os.walk, which calls itself: folders of Python's recursion limit or more in each other would end the run.
    folders = [root]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(folder) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            unreadable(folder, error)
            continue
        subfolders = []
        for entry in entries:
            path = folder / entry.name
            if not _is_folder(entry):
                yield path
            elif entry.is_symlink():
                result.skipped.append(Skipped(printable(path), "a link to a folder; index its target by name"))
            elif entry.name.startswith("."):
                result.ignored.append((HIDDEN_FOLDER, printable(path)))
            elif path != besides:
                subfolders.append(path)
        folders += reversed(subfolders)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether it is a folder or a link to one."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def _add(result: Scan, root: Path, path: Path, *, is_sure: bool) -> None:
    name = printable(path)
    try:
        status = os.stat(path)
        outside = path.is_symlink() and not path.resolve().is_relative_to(root)
    except OSError as error:
        result.skipped.append(Skipped(name, error.strerror or str(error)))
        return
    if outside:
        result.skipped.append(Skipped(name, "a link that leads out of the archive"))
    elif not stat.S_ISREG(status.st_mode):
        result.skipped.append(Skipped(name, "not a regular file"))
    else:
        base = root.parent if root.is_dir() else root.parent.parent
        key = printable(path.relative_to(base)) if path.is_relative_to(base) else name
        times = status.st_mtime_ns, status.st_ctime_ns
        result.candidates.append(Candidate(path, name, key, status.st_size, *times, is_sure))
