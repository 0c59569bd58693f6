# SPDX-License-Identifier: GPL-3.0-or-later
"""The index folder: complete, immutable generations, and a file that names the current one.

::

    index/
      CURRENT            one line: gen-000042; replaced atomically, after everything that it names is on disk
      gen-000042/        the engine's files, catalog.sqlite (`catalog`), manifest.json
      gen-000041/        the generation before it
      reports/           gen-000042.json: the report of the run that published it
      staging/           the run in progress; the next run removes what a crash left there
      checkpoint/        where an interrupted run can continue (`session`)
      lock               locked with flock by the one writer; names its process and when it began

A run links the files of the current generation into ``staging``, changes them there, writes the manifest, flushes files
and folders to disk, renames ``staging`` to the name of the new generation and only then replaces ``CURRENT``. A crash
at any step leaves ``CURRENT`` as it was.

A reader holds its generation by a shared flock on ``manifest.json``, and no run removes a generation that is held. The
kernel releases a lock when the process that holds it ends. This works between the processes of one machine, even if a
reader mounts the folder read-only. Over a network it works only if the file system supports flock. If it does not, keep
more generations than are published while a request is being answered.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from indexer import moments
from indexer.engine.local.copying import copy_file
from indexer.engine.local.manifest import MANIFEST, Generation, Hold, Manifest, write_manifest
from indexer.errors import (
    DamagedIndexError,
    FihristError,
    IndexingError,
    LockedError,
    NoIndexError,
    UsageError,
    damaged_file,
)

__all__ = ["CATALOG", "Generation", "Identity", "IndexFolder", "Manifest"]

CATALOG = "catalog.sqlite"
REPORTS = "reports"

_OWN = re.compile(r"CURRENT\.new|lock|staging|checkpoint(\.new)?|reports|gen-\d+|\..*")

Identity = tuple[int, int]
Taken = TypeVar("Taken")

_NAME = re.compile(r"gen-(\d{6,})")
_NOT_LINKED = frozenset({MANIFEST, CATALOG})


class IndexFolder:
    """The folder of an index. It need not exist before the first run."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def identity(self) -> Identity:
        """Inode and time of CURRENT, which differ for every publication. Raises NoIndexError, DamagedIndexError.

        The name of the generation is not enough: numbers begin again if the folder is deleted and built anew.
        """
        try:
            status = os.stat(self.path / "CURRENT")
        except (FileNotFoundError, NotADirectoryError):
            raise self._nothing_yet() from None
        except OSError as error:
            raise damaged_file(self.path / "CURRENT", error) from error
        return status.st_ino, status.st_mtime_ns

    def _nothing_yet(self) -> NoIndexError:
        if self._is_file():
            return NoIndexError(f"{self.path} is a file; name the folder of an index")
        if strangers := self._strangers():
            return NoIndexError(
                f"{self.path} is not an index folder: it holds {strangers[0]!r}; name the folder of an index"
            )
        return NoIndexError(f"there is no index in {self.path} yet; run `fihrist index PATH...` to build one")

    def current_name(self) -> str:
        """The name in CURRENT. Raises NoIndexError, DamagedIndexError."""
        path = self.path / "CURRENT"
        try:
            name = path.read_text(encoding="utf-8").strip()
        except (FileNotFoundError, NotADirectoryError):
            raise self._nothing_yet() from None
        except (OSError, ValueError) as error:
            raise damaged_file(path, error) from error
        if not _NAME.fullmatch(name):
            raise self._misnamed(f"it holds {name[:40]!r}, not the name of a generation")
        return name

    def _misnamed(self, reason: str) -> DamagedIndexError:
        path, names = self.path / "CURRENT", self.names()
        if not names:
            return damaged_file(path, reason)
        return DamagedIndexError(f"{path} is damaged: {reason}; run `fihrist rollback {names[-1]}` to mend it")

    def current(self) -> Generation:
        """The current generation. Raises NoIndexError, DamagedIndexError."""
        return self._current(lambda generation: generation)

    def claim(self) -> tuple[Generation, Hold]:
        """The current generation, and a hold that keeps it. Raises NoIndexError, DamagedIndexError."""
        return self._current(lambda generation: (generation, generation.hold()))

    def _current(self, take: Callable[[Generation], Taken]) -> Taken:
        name = self.current_name()
        while True:
            try:
                return take(self.generation(name))
            except DamagedIndexError as error:
                # If another generation is current by now, this one may have been pruned since its name was read.
                newer = self.current_name()
                if newer == name:
                    raise error if (self.path / name).exists() else self._misnamed(f"there is no {name}") from error
                name = newer

    def generation(self, name: str) -> Generation:
        """The kept generation ``name``. Raises DamagedIndexError."""
        folder = self.path / name
        return Generation(folder, Manifest.read(folder))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock. Raises LockedError if another process has it, UsageError if the folder cannot be written."""
        self.require_own()
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            if not os.access(self.path, os.W_OK | os.X_OK):
                os.close(lock)
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        except OSError as error:
            remedy = "mount it for writing" if error.errno == errno.EROFS else "run as its owner"
            raise UsageError(
                f"the index folder {self.path} cannot be written: {error.strerror}; name another, or {remedy}"
            ) from error
        try:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = os.pread(lock, 200, 0).decode("utf-8", "replace").strip() or "another process"
                raise LockedError(f"{holder} is indexing into {self.path}; try again when it has ended") from None
            os.ftruncate(lock, 0)
            with suppress(OSError):  # on a full disk the lock holds just as well, but names nobody
                os.pwrite(lock, f"process {os.getpid()}, since {moments.written(moments.now())},\n".encode(), 0)
            yield
            os.ftruncate(lock, 0)
        finally:
            os.close(lock)

    def require_own(self) -> None:
        """Raises UsageError if the path is a file, or a folder that holds anything but an index."""
        if self._is_file():
            raise UsageError(f"{self.path} is a file, not a folder; name an empty or a new folder")
        if os.path.exists(self.path / "CURRENT"):
            return
        if strangers := self._strangers():
            raise UsageError(
                f"{self.path} is not an index folder: it holds {strangers[0]!r}; name an empty or a new folder"
            )

    def _is_file(self) -> bool:
        return os.path.exists(self.path) and not os.path.isdir(self.path)

    def _strangers(self) -> list[str]:
        """The names in the folder that do not belong to an index."""
        try:
            return sorted(path.name for path in self.path.iterdir() if not _OWN.fullmatch(path.name))
        except OSError:
            return []

    @property
    def staging(self) -> Path:
        """Where a run prepares the next generation."""
        return self.path / "staging"

    def stage(self, base: Generation | None) -> None:
        """Make the staging folder, empty or with links to the engine's files in ``base``. The lock must be held."""
        self.clear_staging()
        self.staging.mkdir()
        if base:
            _link(base.folder, base.manifest.files, self.staging)

    def clear_staging(self) -> None:
        """Remove what an unfinished run left. The lock must be held."""
        shutil.rmtree(self.staging, ignore_errors=True)

    def checkpoint(self) -> Generation | None:
        """The checkpoint of an interrupted run, or None. Raises DamagedIndexError if it is incomplete."""
        for folder in (self.path / "checkpoint", self.path / "checkpoint.new"):
            if folder.exists():
                return Generation(folder, Manifest.read(folder))
        return None

    def keep_checkpoint(
        self, purpose: str, engine: str, analyser: str, catalog: Path, known: Generation | None
    ) -> Generation:
        """Keep what is staged now and a copy of ``catalog`` as the checkpoint, which replaces an older one.

        ``purpose`` says which run may continue it. Files that ``known`` has, too, are not read again for their digests.
        Raises OSError.
        """
        fresh, final = self.path / "checkpoint.new", self.path / "checkpoint"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        _link(self.staging, (path.name for path in self.staging.iterdir()), fresh)
        copy_file(catalog, fresh / CATALOG)
        manifest = write_manifest(
            fresh, known, engine, analyser, cleaning="", generation=purpose, sources={}, built_at=moments.now()
        )
        shutil.rmtree(final, ignore_errors=True)
        fresh.rename(final)
        return Generation(final, manifest)

    def clear_checkpoint(self) -> None:
        """Remove the checkpoint. The lock must be held."""
        for name in ("checkpoint", "checkpoint.new"):
            shutil.rmtree(self.path / name, ignore_errors=True)

    def publish(
        self,
        engine: str,
        analyser: str,
        cleaning: str,
        sources: dict[str, int],
        known: Generation | None,
        built_at: int,
    ) -> Generation:
        """Make the staging folder the current generation. Raises IndexingError and changes nothing if that fails.

        ``built_at`` is the moment for the manifest. Files that ``known`` has, too, are not read again for their
        digests.
        """
        staging = self.staging
        name = f"gen-{self._last_number() + 1:06d}"
        try:
            manifest = write_manifest(staging, known, engine, analyser, cleaning, name, sources, built_at)
            for path in staging.iterdir():
                _flush(path)
            _flush(staging)
            staging.rename(self.path / name)
            _flush(self.path)
            self._point_to(name)
        except OSError as error:
            raise IndexingError(
                f"the new index could not be written ({error}); the published one still stands"
            ) from error
        return Generation(self.path / name, manifest)

    def keep_report(self, name: str, report: Mapping[str, Any]) -> None:
        """Keep ``report`` with the generation ``name``. Raises OSError; the index is not affected."""
        path = self.path / REPORTS / f"{name}.json"
        fresh = path.with_suffix(".new")
        path.parent.mkdir(exist_ok=True)
        fresh.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        os.replace(fresh, path)

    def last_report(self) -> dict[str, Any]:
        """The report kept with the current generation; empty if there is none that can be read."""
        try:
            path = self.path / REPORTS / f"{self.current_name()}.json"
            report = json.loads(path.read_text(encoding="utf-8"))
        except (FihristError, OSError, ValueError, RecursionError):
            return {}
        return report if isinstance(report, dict) else {}

    def switch(self, name: str) -> None:
        """Make the generation ``name`` current. The lock must be held. Raises IndexingError."""
        try:
            self._point_to(name)
        except OSError as error:
            raise IndexingError(f"{name} could not be made the current generation: {error}") from error

    def prune(self, keep: int, base: str = "") -> list[str]:
        """Remove old generations until ``keep`` are left, and return the names of those removed.

        The current generation always stays, then ``base``, from which it was made, then the latest others. A
        generation that a reader holds stays until a later run.
        """
        current = self.current_name()
        others = [name for name in reversed(self._folders()) if name != current]
        others.sort(key=lambda name: name != base)
        removed = [name for name in others[keep - 1 :] if self._remove(name)]
        for name in removed:
            with suppress(OSError):  # a report that stays is no reason to fail
                (self.path / REPORTS / f"{name}.json").unlink(missing_ok=True)
        return removed

    def _remove(self, name: str) -> bool:
        folder = self.path / name
        try:
            descriptor = os.open(folder / MANIFEST, os.O_RDONLY)
        except FileNotFoundError:
            descriptor = -1  # without a manifest, nobody can be reading it
        except OSError:
            return False
        try:
            if descriptor >= 0:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                # The manifest goes first, so that others find no generation rather than a part of one.
                os.unlink(folder / MANIFEST)
            shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            return False
        finally:
            if descriptor >= 0:
                os.close(descriptor)
        return True

    def _point_to(self, name: str) -> None:
        fresh = self.path / "CURRENT.new"
        fresh.write_text(name + "\n", encoding="utf-8")
        _flush(fresh)
        os.replace(fresh, self.path / "CURRENT")
        _flush(self.path)

    def names(self) -> list[str]:
        """The names of the generations, oldest first."""
        return [name for name in self._folders() if (self.path / name / MANIFEST).exists()]

    def _folders(self) -> list[str]:
        """All folders with the name of a generation, oldest first, including those that a crash left incomplete."""
        found = self.path.iterdir() if self.path.is_dir() else ()
        return sorted((path.name for path in found if _NAME.fullmatch(path.name)), key=_number)

    def _last_number(self) -> int:
        return max(map(_number, self._folders()), default=0)


def _number(name: str) -> int:
    return int(name.removeprefix("gen-"))


def _link(folder: Path, names: Iterable[str], into: Path) -> None:
    """Link the engine's files; each folder has a catalog and a manifest of its own."""
    for name in names:
        if name not in _NOT_LINKED:
            os.link(folder / name, into / name)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
