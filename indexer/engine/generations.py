"""Publishing: an index folder holds complete, immutable generations, and one line that names the current one.

::

    index/
      CURRENT            one line: gen-000042; replaced last, atomically, after everything it names is on disk
      gen-000042/        the engine's files, catalog.sqlite (`catalog`), manifest.json
      gen-000041/        the one before it
      staging/           the run under way; whatever a crash left there is cleared by the next run
      lock               flock: one writer; holds the process and the time it began

A run links the current generation's files into ``staging``, changes them there, writes the manifest, flushes files and
folders to disk, renames ``staging`` to the new generation's name and only then replaces ``CURRENT``. A crash at any
step leaves ``CURRENT`` as it was.

manifest.json::

    {"format": 1, "engine": "whoosh 3.54.0", "analyser": "<fingerprint>", "cleaning": "<version>",
     "generation": "gen-000042", "built_at": "2026-01-31T03:00:12Z", "articles": 1234,
     "sources": {"<name>": count}, "files": {"<name>": {"bytes": n, "blake2b": "<32 hexadecimal digits>"}}}
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from hashlib import blake2b
from pathlib import Path

from indexer.errors import (
    DamagedIndexError,
    IncompatibleIndexError,
    IndexingError,
    LockedError,
    NoIndexError,
    UsageError,
)

FORMAT = 1
MANIFEST = "manifest.json"
CATALOG = "catalog.sqlite"

_OWN = re.compile(r"CURRENT\.new|lock|staging|gen-\d+|\..*")

Identity = tuple[int, int]

_NAME = re.compile(r"gen-(\d{6,})")
_NOT_LINKED = frozenset({MANIFEST, CATALOG})


@dataclass(frozen=True, slots=True)
class FileSum:
    """Size in bytes and BLAKE2b digest (128 bits, hexadecimal) of one file."""

    bytes: int
    blake2b: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation says of itself. ``built_at`` is ISO 8601 in UTC."""

    format: int
    engine: str
    analyser: str
    cleaning: str
    generation: str
    built_at: str
    articles: int
    sources: dict[str, int]
    files: dict[str, FileSum]

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """The manifest in ``folder``. Raises DamagedIndexError."""
        path = folder / MANIFEST
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            files = {name: FileSum(**entry) for name, entry in data.pop("files").items()}
            manifest = cls(files=files, **data)
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise _damaged(path, str(error)) from error
        if not all(_is_plain_name(name) for name in manifest.files):
            raise _damaged(path, "it names files outside its folder")
        return manifest


@dataclass(frozen=True, slots=True)
class Generation:
    """A published generation on disk."""

    folder: Path
    manifest: Manifest

    @property
    def name(self) -> str:
        """Such as gen-000042."""
        return self.folder.name

    def require_engine(self, engine: str) -> None:
        """Raises IncompatibleIndexError unless it is of this program's format and engine."""
        for what, found, wanted in (
            ("format", str(self.manifest.format), str(FORMAT)),
            ("engine", self.manifest.engine, engine),
        ):
            if found != wanted:
                raise IncompatibleIndexError(what, found, wanted)

    def require_analyser(self, fingerprint: str) -> None:
        """Raises IncompatibleIndexError unless its terms were made by the analyser with this fingerprint."""
        if self.manifest.analyser != fingerprint:
            raise IncompatibleIndexError("analyser", self.manifest.analyser, fingerprint)

    def check(self) -> None:
        """Compare every file with the manifest. Raises DamagedIndexError naming the first that differs."""
        for name, wanted in self.manifest.files.items():
            path = self.folder / name
            try:
                found = _sum(path)
            except OSError as error:
                raise _damaged(path, error.strerror or str(error)) from error
            if found.bytes != wanted.bytes:
                raise _damaged(path, f"it has {found.bytes} bytes, {wanted.bytes} were written")
            if found.blake2b != wanted.blake2b:
                raise _damaged(path, "its content is not what was written")


class IndexFolder:
    """The folder that holds an index; it need not exist before the first run."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def identity(self) -> Identity:
        """What tells publications apart, by one cheap look at CURRENT. Raises NoIndexError, DamagedIndexError.

        A generation's name does not: numbering begins again in an index folder that was deleted and made anew.
        """
        try:
            status = os.stat(self.path / "CURRENT")
        except (FileNotFoundError, NotADirectoryError):
            raise self._nothing_yet() from None
        except OSError as error:
            raise _damaged(self.path / "CURRENT", error.strerror or str(error)) from error
        return status.st_ino, status.st_mtime_ns

    def _nothing_yet(self) -> NoIndexError:
        return NoIndexError(f"there is no index in {self.path} yet; run `fihrist index PATH...` to build one")

    def current_name(self) -> str:
        """The name in CURRENT; one small read. Raises NoIndexError, DamagedIndexError."""
        path = self.path / "CURRENT"
        try:
            name = path.read_text(encoding="utf-8").strip()
        except (FileNotFoundError, NotADirectoryError):
            raise self._nothing_yet() from None
        except (OSError, ValueError) as error:
            raise _damaged(path, str(error)) from error
        if not _NAME.fullmatch(name):
            raise _damaged(path, f"it holds {name[:40]!r}, not the name of a generation")
        return name

    def current(self) -> Generation:
        """The current generation. Raises NoIndexError, DamagedIndexError."""
        folder = self.path / self.current_name()
        return Generation(folder, Manifest.read(folder))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock. Raises LockedError where another process has it, UsageError on a folder it can't write."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._require_own()
            lock = (self.path / "lock").open("a+", encoding="utf-8")
        except OSError as error:
            raise UsageError(f"the index folder {self.path} cannot be written: {error.strerror}") from error
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                holder = lock.read().strip() or "another process"
                raise LockedError(f"{holder} is indexing into {self.path}; try again when it has ended") from None
            lock.truncate(0)
            lock.write(f"process {os.getpid()}, since {_now()},\n")
            lock.flush()
            try:
                yield
            finally:
                lock.truncate(0)

    def _require_own(self) -> None:
        """Raises UsageError where the folder holds something else than an index."""
        if (self.path / "CURRENT").exists():
            return
        strangers = [path.name for path in self.path.iterdir() if not _OWN.fullmatch(path.name)]
        if strangers:
            raise UsageError(
                f"{self.path} is no index folder: it holds {strangers[0]!r}; name an empty or a new folder"
            )

    @property
    def staging(self) -> Path:
        """Where a run prepares the next generation."""
        return self.path / "staging"

    def stage(self, base: Generation | None) -> None:
        """Make the staging folder, empty or with ``base``'s files in it; the lock must be held.

        The engine's files are immutable, so they are links; the catalog is changed in place, so it is a copy.
        """
        self.clear_staging()
        self.staging.mkdir()
        if base:
            for name in base.manifest.files:
                if name == CATALOG:
                    shutil.copyfile(base.folder / name, self.staging / name)
                elif name not in _NOT_LINKED:
                    os.link(base.folder / name, self.staging / name)

    def clear_staging(self) -> None:
        """Remove what a run left that did not publish; the lock must be held."""
        shutil.rmtree(self.staging, ignore_errors=True)

    def publish(
        self, engine: str, analyser: str, cleaning: str, sources: dict[str, int], base: Generation | None
    ) -> Generation:
        """Make the staging folder the current generation. Raises IndexingError, nothing changed, where it can't."""
        staging = self.staging
        name = f"gen-{self._last_number() + 1:06d}"
        try:
            known = base.manifest.files if base else {}
            files = {
                path.name: _sum_unless_linked(path, base.folder / path.name if base else None, known)
                for path in sorted(staging.iterdir())
            }
            manifest = Manifest(FORMAT, engine, analyser, cleaning, name, _now(), sum(sources.values()), sources, files)
            (staging / MANIFEST).write_text(
                json.dumps(asdict(manifest), ensure_ascii=False, indent=1), encoding="utf-8"
            )
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

    def prune(self, keep: int) -> None:
        """Remove all but the current generation and the ``keep - 1`` before it."""
        current = self.current_name()
        older = sorted((name for name in self._names() if name != current), key=_number, reverse=True)
        for name in older[keep - 1 :]:
            shutil.rmtree(self.path / name, ignore_errors=True)

    def _point_to(self, name: str) -> None:
        fresh = self.path / "CURRENT.new"
        fresh.write_text(name + "\n", encoding="utf-8")
        _flush(fresh)
        os.replace(fresh, self.path / "CURRENT")
        _flush(self.path)

    def _names(self) -> list[str]:
        return [path.name for path in self.path.iterdir() if _NAME.fullmatch(path.name)]

    def _last_number(self) -> int:
        return max((_number(name) for name in self._names()), default=0)


def _number(name: str) -> int:
    return int(name.removeprefix("gen-"))


def _is_plain_name(name: str) -> bool:
    return name == os.path.basename(name) and name not in ("", ".", "..")


def _sum(path: Path) -> FileSum:
    digest = blake2b(digest_size=16)
    size = 0
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
            size += len(chunk)
    return FileSum(size, digest.hexdigest())


def _sum_unless_linked(path: Path, origin: Path | None, known: dict[str, FileSum]) -> FileSum:
    """The sum of a staged file; one that is a link to the base generation's file has that one's."""
    if origin and path.name in known and origin.exists() and path.samefile(origin):
        return known[path.name]
    return _sum(path)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _now() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _damaged(path: Path, reason: str) -> DamagedIndexError:
    return DamagedIndexError(
        f"{path} is damaged: {reason}; run `fihrist index --rebuild PATH...` to write the index anew"
    )
