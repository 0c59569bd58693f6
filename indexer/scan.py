# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists the files of an archive: walks the paths given to a run and yields the files that may hold articles.

Files come one by one, sorted by name, so that they can be compared with the catalog without a list of all of them.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO, NamedTuple

from indexer.errors import SourceError, UsageError
from indexer.run.report import Skipped

KindByName = Callable[[Path], "str | None"]

HIDDEN_FOLDER = "hidden folder"
MOVED = "it changed while it was read; it is left for the next run"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that may hold articles.

    ``place`` is its path for the system. ``name`` is the same path as text that can be stored and printed (see
    `printable`). ``is_sure`` says that its name is that of an article file; otherwise its content decides.
    """

    place: str
    name: str
    key_start: int
    size: int
    mtime_ns: int
    ctime_ns: int
    is_sure: bool = True

    @property
    def path(self) -> Path:
        """The path of the file."""
        return Path(self.place)

    @property
    def key(self) -> str:
        """The path of the file from the folder given to the run, with that folder's name.

        It stays the same when the archive moves as a whole.
        """
        return self.name[self.key_start :]

    def unchanged(self) -> bool:
        """Returns whether the file still has the size and the times that it had when it was found."""
        try:
            now = os.stat(self.place)
        except OSError:
            return False
        return (now.st_size, now.st_mtime_ns, now.st_ctime_ns) == (self.size, self.mtime_ns, self.ctime_ns)

    def digest(self, open_: Callable[[Path], BinaryIO]) -> str:
        """Returns BLAKE2b of the content, 32 hexadecimal digits. Raises OSError, and SourceError if the file has grown.

        ``open_`` opens regular files for reading, and refuses anything else.
        """
        digest = blake2b(digest_size=16)
        left = self.size
        with open_(self.path) as file:
            while chunk := file.read(1 << 20):
                left -= len(chunk)
                if left < 0:  # otherwise a file that grows as fast as it is read would never end
                    raise SourceError(MOVED)
                digest.update(chunk)
        return digest.hexdigest()


class OtherFile(NamedTuple):
    """A file, or a hidden folder, that is not read because of its kind."""

    name: str
    kind: str


Found = Candidate | Skipped | OtherFile


class Scan:
    """The files under ``roots``, which are absolute paths of files and folders.

    ``kind_by_name`` returns for a path the kind of a file that is not read, "" for a file that is read, and None if the
    content must decide. The folder ``besides`` (the index) is skipped.
    """

    def __init__(self, roots: tuple[Path, ...], kind_by_name: KindByName, besides: Path | None) -> None:
        self.roots = roots
        self.unread: list[str] = []
        """The names of the folders that could not be read, as far as the walk has come."""
        self._kind_by_name = kind_by_name
        self._besides = str(besides.resolve()) if besides else ""

    def under(self, root: Path) -> Iterator[Found]:
        """Yields what lies under ``root``, or ``root`` itself if it is a file; candidates come sorted by name.

        Links that lead out of the archive, links to folders and folders that cannot be read are skipped.
        """
        base = root.parent if root.is_dir() else root.parent.parent
        key_start = len(printable(base).rstrip("/")) + 1
        if root.is_dir():
            yield from self._walk(root, key_start)
        else:
            yield _candidate(str(root), printable(root), key_start, root, is_link=False, is_sure=True)

    def was_read(self, name: str) -> bool:
        """Returns whether no unreadable folder contains the file ``name``."""
        return not any(name.startswith(f"{folder}/") for folder in self.unread)

    def _walk(self, root: Path, key_start: int) -> Iterator[Found]:
        # os.walk calls itself, so folders nested as deep as Python's recursion limit would end the run.
        folders = [(str(root).rstrip("/"), printable(root).rstrip("/"))]
        levels = [_entries(str(root))]
        if isinstance(levels[0], OSError):
            yield self._unreadable(printable(root), levels[0])
            return
        while levels:
            entries = levels[-1]
            assert not isinstance(entries, OSError)
            entry = next(entries, None)
            if entry is None:
                levels.pop()
                folders.pop()
                continue
            folder, shown_folder = folders[-1]
            place = f"{folder}/{entry.name}"
            name = f"{shown_folder}/{entry.name if _is_plain(entry.name) else printable(entry.name)}"
            if not entry.is_folder:
                kind = self._kind_by_name(Path(entry.name))
                if kind:
                    yield OtherFile(name, kind)
                else:
                    yield _candidate(place, name, key_start, root, is_link=entry.is_link, is_sure=kind is not None)
            elif entry.is_link:
                yield Skipped(name, "a link to a folder; index its target by name")
            elif entry.name.startswith("."):
                yield OtherFile(name, HIDDEN_FOLDER)
            elif place != self._besides:
                below = _entries(place)
                if isinstance(below, OSError):
                    yield self._unreadable(name, below)
                    continue
                levels.append(below)
                folders.append((place, name))

    def _unreadable(self, name: str, error: OSError) -> Skipped:
        self.unread.append(name)
        return Skipped(name, f"the folder cannot be read: {error.strerror}; its articles stay as they were")


def printable(path: Path | str) -> str:
    """Returns ``path`` as text that can be stored and printed; different paths give different texts.

    Bytes that are not UTF-8 are written as ``\\xNN``, control characters by their escapes; a backslash is doubled.
    """
    text = os.fsencode(path).replace(b"\\", b"\\\\").decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def lies_in(name: str, folder: str) -> bool:
    """Returns whether the file ``name`` is ``folder`` itself or lies under it; both are written as by `printable`."""
    return name == folder or name.startswith(f"{folder.rstrip('/')}/")


def roots_of(paths: Iterable[Path], besides: Path | None) -> tuple[Path, ...]:
    """Returns ``paths`` as absolute paths.

    Raises UsageError if one does not exist or lies in ``besides``, the folder of the index.
    """
    roots = tuple(dict.fromkeys(_root(path) for path in paths))
    for root in roots:
        if besides and root.is_relative_to(besides.resolve()):
            raise UsageError(f"{printable(root)} is of the index; name a folder of articles; nothing was changed")
    return roots


def _root(path: Path) -> Path:
    try:
        return path.resolve(strict=True)
    except (OSError, RuntimeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"{printable(path)}: {reason}; nothing was changed") from error


class _Entry(NamedTuple):
    """An entry of a folder. ``is_folder`` is true for links to folders, too."""

    name: str
    is_folder: bool
    is_link: bool


_FOLDER, _LINK = "/", "\0"
"""Marks after the name in a list of entries. No name can hold these characters."""


def _entries(folder: str) -> Iterator[_Entry] | OSError:
    """Returns the entries of a folder in the order of their names in a walk, or the error if it cannot be read.

    All entries of a folder must be in memory to be sorted. To save memory, each is a single text until its turn.
    Folders are sorted with the slash that follows their names in paths: "a-b" < "a/c", though "a" < "a-b".
    """
    try:
        with os.scandir(folder) as found:
            marked = [_marked(entry) for entry in found]
    except OSError as error:
        return error
    marked.sort(key=None if all(map(_is_plain, marked)) else _shown)
    return map(_unmarked, marked)


def _marked(entry: os.DirEntry[str]) -> str:
    try:
        is_folder = entry.is_dir()
    except OSError:
        is_folder = False
    return entry.name + _FOLDER * is_folder + _LINK * entry.is_symlink()


def _unmarked(marked: str) -> _Entry:
    name = marked.rstrip(_FOLDER + _LINK)
    return _Entry(name, _FOLDER in marked, _LINK in marked)


def _shown(marked: str) -> str:
    return printable(marked.rstrip(_LINK)) + _LINK * marked.endswith(_LINK)


def _is_plain(name: str) -> bool:
    """Returns whether `printable` leaves the name unchanged."""
    return name.rstrip(_LINK).isprintable() and "\\" not in name


def _candidate(
    place: str, name: str, key_start: int, root: Path, *, is_link: bool, is_sure: bool
) -> Candidate | Skipped:
    try:
        status = os.stat(place)
        outside = is_link and not Path(place).resolve().is_relative_to(root)
    except OSError as error:
        return Skipped(name, error.strerror or str(error))
    if outside:
        return Skipped(name, "a link that leads out of the archive")
    if not stat.S_ISREG(status.st_mode):
        return Skipped(name, "not a regular file")
    # The two are nearly always equal. Then they share one text, since there may be millions of files.
    place = name if place == name else place
    return Candidate(place, name, key_start, status.st_size, status.st_mtime_ns, status.st_ctime_ns, is_sure)
