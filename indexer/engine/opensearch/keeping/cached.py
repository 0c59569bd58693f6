# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps catalogs and lexicons of the cluster as files of this machine, so that few bytes are fetched twice.

They lie in the user's cache, in the folder ``fihrist/cluster``; where there is none that can be written, in a temporary
one. Each file is named by its index and its blob and compared with the digest in this name before it is used. A catalog
that is not there yet is put together from the chunks of the older ones, and only the others are fetched.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from typing import Literal

from indexer.engine.opensearch.keeping.blobs import CHUNK, Blob, Blobs, chunks_of, digest_of

Kind = Literal["catalog.sqlite", "lexicon.bin", "layer.bin", "stories.bin"]

_KEPT = 12
"""This many files of a kind are kept for an index, and all that were used in the last hour."""
_USED_LATELY = 3_600.0
_FORGOTTEN = 30 * 86_400.0
"""In seconds: a file that was not used for so long may be of an index that does not exist any more."""
_ABANDONED = 86_400.0
"""In seconds: a temporary file that is older belongs to a process that was killed."""
_SHARED = "shared"
_PARTS_AT_ONCE = 64


class CachedBlobs:
    """The files for one index. Safe to share between threads."""

    def __init__(self, blobs: Blobs, index: str) -> None:
        """``index`` is the address of the index."""
        self._blobs = blobs
        self._prefix = blake2b(index.encode(), digest_size=6).hexdigest()
        self._folder: Path | None = None
        self._sound: dict[Path, tuple[int, int, int]] = {}
        """Files that were compared, with their inode, size and time."""

    @property
    def folder(self) -> Path:
        """The folder, which exists. Raises OSError."""
        if self._folder is None:
            self._folder = _cache_folder() or _temporary_folder(self)
        return self._folder

    def file(self, blob: Blob, kind: Kind) -> Path:
        """A file with the content of ``blob``, to be read only. Raises DamagedIndexError, OSError."""
        path = self._path(blob, kind)
        if self._is_sound(path, blob):
            with suppress(OSError):
                os.utime(path)  # it says when the file was used last
                self._sound[path] = _stamp(path)
            return path
        digests = self._blobs.chunks(blob)
        with self._new_file() as fresh:
            with fresh.open("wb") as file:
                for part in self._parts(digests, kind):
                    file.write(part)
            self._keep(fresh, path)
        self._tidy(kind)
        return path

    def adopt(self, path: Path, blob: Blob, kind: Kind) -> Path:
        """Keep the file at ``path``, which holds ``blob``, as the file for it; returns its new path. Raises OSError."""
        kept = self._path(blob, kind)
        self._keep(path, kept)
        self._tidy(kind)
        return kept

    def forget(self, blob: Blob, kind: Kind) -> None:
        """Remove the file for ``blob``, if there is one: its generation was removed."""
        with suppress(OSError):
            self._path(blob, kind).unlink()

    def own_folder(self, *, shared: bool) -> Path:
        """An empty folder for the files of a run; with ``shared`` the one that the next run empties. Raises OSError."""
        if shared:
            folder = self.folder / f"{self._prefix}-run"
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(mode=0o700)
            return folder
        return Path(tempfile.mkdtemp(prefix="dry-", dir=self.folder))

    def _path(self, blob: Blob, kind: Kind) -> Path:
        # All indexes have the same lexicon as long as no dictionary changes.
        prefix = _SHARED if kind == "lexicon.bin" else self._prefix
        return self.folder / f"{prefix}-{blob.digest}-{kind}"

    def _is_sound(self, path: Path, blob: Blob) -> bool:
        """Whether the file exists and holds the blob."""
        try:
            stamp = _stamp(path)
            if self._sound.get(path) == stamp:
                return True
            if path.stat().st_size != blob.bytes:
                return False
            digests = b"".join(bytes.fromhex(digest_of(chunk)) for chunk in chunks_of(path))
        except OSError:
            return False
        if digest_of(digests) != blob.digest:
            return False
        self._sound[path] = stamp
        return True

    def _parts(self, digests: Sequence[str], kind: Kind) -> Iterator[bytes]:
        """The chunks with these digests: those of older files from there, the others from the cluster."""
        places = self._places(set(digests), kind)
        for first in range(0, len(digests), _PARTS_AT_ONCE):
            some = digests[first : first + _PARTS_AT_ONCE]
            found = {digest: chunk for digest in some if (chunk := _read(places.get(digest), digest))}
            missing = [digest for digest in dict.fromkeys(some) if digest not in found]
            found.update(zip(missing, self._blobs.parts(missing), strict=True))
            yield from map(found.__getitem__, some)

    def _places(self, wanted: set[str], kind: Kind) -> dict[str, tuple[Path, int]]:
        """Where older files hold the chunks with these digests: the file, and the number of the chunk."""
        places: dict[str, tuple[Path, int]] = {}
        for path in [*self._files(kind)[:2], self.folder / f"{self._prefix}-run" / kind]:
            with suppress(OSError):
                for number, chunk in enumerate(chunks_of(path)):
                    if (digest := digest_of(chunk)) in wanted:
                        places.setdefault(digest, (path, number))
        return places

    def _files(self, kind: Kind) -> list[Path]:
        """The files of a kind, the last used first."""
        found: list[tuple[float, Path]] = []
        for path in self.folder.glob(f"{self._prefix}-*-{kind}"):
            with suppress(OSError):
                found.append((path.stat().st_mtime, path))
        return [path for _, path in sorted(found, reverse=True)]

    @contextmanager
    def _new_file(self) -> Iterator[Path]:
        descriptor, name = tempfile.mkstemp(prefix="new-", dir=self.folder)
        os.close(descriptor)
        try:
            yield Path(name)
        finally:
            Path(name).unlink(missing_ok=True)

    def _keep(self, fresh: Path, path: Path) -> None:
        fresh.replace(path)
        os.utime(path)
        self._sound[path] = _stamp(path)

    def _tidy(self, kind: Kind) -> None:
        """Remove files that were not used for long, and what processes left that were killed."""
        now = time.time()
        for path in self._files(kind)[_KEPT:]:
            _remove_older(path, now - _USED_LATELY)
        for path in self.folder.glob(f"*-{kind}"):
            _remove_older(path, now - _FORGOTTEN)
        for path in [*self.folder.glob("new-*"), *self.folder.glob("dry-*")]:
            _remove_older(path, now - _ABANDONED)


def _stamp(path: Path) -> tuple[int, int, int]:
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns


def _read(place: tuple[Path, int] | None, digest: str) -> bytes:
    """The chunk at a place in a file; empty if it is not there any more."""
    if place is None:
        return b""
    path, number = place
    try:
        with path.open("rb") as file:
            file.seek(number * CHUNK)
            chunk = file.read(CHUNK)
    except OSError:
        return b""
    return chunk if digest_of(chunk) == digest else b""


def _remove_older(path: Path, moment: float) -> None:
    with suppress(OSError):
        if path.stat().st_mtime < moment:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink()


def _cache_folder() -> Path | None:
    """The folder in the user's cache, None if it cannot be written."""
    try:
        folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "fihrist" / "cluster"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (OSError, RuntimeError):
        return None
    return folder if os.access(folder, os.W_OK | os.X_OK) else None


def _temporary_folder(user: CachedBlobs) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="fihrist-cluster-"))
    weakref.finalize(user, shutil.rmtree, folder, ignore_errors=True)
    return folder
