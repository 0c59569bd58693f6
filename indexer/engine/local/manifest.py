# SPDX-License-Identifier: GPL-3.0-or-later
"""The manifest of a generation: what it is made of, the checks of its files, and the hold of a reader.

manifest.json::

    {"format": 5, "engine": "whoosh 3.54.0", "analyser": "<fingerprint>", "cleaning": "<version>",
     "generation": "gen-000042", "built_at": "2026-01-31T03:00:12Z", "articles": 1234,
     "sources": {"<name>": count},
     "files": {"<name>": {"bytes": n, "sha256": "<64 hexadecimal digits>", "mtime_ns": n}}}

To open a generation, Fihrist compares the digests of its small files, among them all files that could run code, and
sizes and times of the large ones. So it notices a file that was truncated or written to; a large file with another
time, such as a copy, is compared in full. Only a full comparison notices large files that decayed on the disk:
`fihrist verify` makes one, so does rollback, and so does a run before it merges them into new files.
"""

from __future__ import annotations

import fcntl
import json
import os
import weakref
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path

from indexer import moments
from indexer.engine.store import GenerationInfo
from indexer.errors import DamagedIndexError, IncompatibleIndexError, damaged_file

FORMAT = 5
MANIFEST = "manifest.json"

_SMALL = 32 << 20
"""In bytes. Files up to this size are always compared in full, which takes a tenth of a second at most."""

_AT_ONCE = 2
"""This many files are compared at the same time: hashing releases Python's lock."""


Check = Callable[[Iterable[str]], None]
"""Called with the names of files before they are merged into new ones. Raises DamagedIndexError."""


@dataclass(frozen=True, slots=True)
class FileSum:
    """The size of a file in bytes, its SHA-256 in hexadecimal, and when it was last written, in nanoseconds."""

    bytes: int
    sha256: str
    mtime_ns: int = -1


@dataclass(frozen=True, slots=True)
class Manifest:
    """The content of manifest.json. ``built_at`` is ISO 8601 in UTC."""

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
            raise damaged_file(path, error) from error
        if not all(_is_plain_name(name) for name in manifest.files):
            raise damaged_file(path, "it names files outside its folder")
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

    @property
    def info(self) -> GenerationInfo:
        """What its manifest says, as users of a store see it."""
        manifest = self.manifest
        return GenerationInfo(
            name=self.name,
            built_at=manifest.built_at,
            articles=manifest.articles,
            sources=manifest.sources,
            format=manifest.format,
            engine=manifest.engine,
            analyser=manifest.analyser,
            cleaning=manifest.cleaning,
            bytes=sum(file.bytes for file in manifest.files.values()),
            files=len(manifest.files),
        )

    def require_engine(self, engine: str) -> None:
        """Raises IncompatibleIndexError unless this format and ``engine`` wrote it."""
        for what, found, wanted in (
            ("format", str(self.manifest.format), str(FORMAT)),
            ("engine", self.manifest.engine, engine),
        ):
            if found != wanted:
                raise IncompatibleIndexError(what, found, wanted)

    def require_analyser(self, fingerprint: str) -> None:
        """Raises IncompatibleIndexError unless the analyser with this fingerprint made its terms."""
        if self.manifest.analyser != fingerprint:
            raise IncompatibleIndexError("analyser", self.manifest.analyser, fingerprint)

    def check(self, names: Collection[str] | None = None) -> None:
        """Compare all files, or those with these ``names``, with their digests.

        Raises DamagedIndexError, which names the first file that differs.
        """
        for error in self.damages(names):
            raise error

    def check_lightly(self) -> None:
        """Make the cheap comparison that the head of this module describes. Raises DamagedIndexError."""
        suspect = []
        for name, wanted in self.manifest.files.items():
            path = self.folder / name
            try:
                status = path.stat()
            except OSError as error:
                raise damaged_file(path, error) from error
            if status.st_size != wanted.bytes:
                raise _of_other_size(path, status.st_size, wanted.bytes)
            if status.st_size <= _SMALL or status.st_mtime_ns != wanted.mtime_ns:
                suspect.append(name)
        self.check(suspect)

    def damages(self, names: Collection[str] | None = None) -> Iterator[DamagedIndexError]:
        """The error that `check` would raise, for every file that differs."""
        wanted = {name: found for name, found in self.manifest.files.items() if names is None or name in names}
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            sums = {name: pool.submit(_sum, self.folder / name) for name in wanted}
        for name, written in wanted.items():
            path = self.folder / name
            try:
                found = sums[name].result()
            except OSError as error:
                yield damaged_file(path, error)
                continue
            if found.bytes != written.bytes:
                yield _of_other_size(path, found.bytes, written.bytes)
            elif found.sha256 != written.sha256:
                yield damaged_file(path, "its content is not what was written")

    def hold(self) -> Hold:
        """Keep it from being removed as long as the returned object lives. Raises DamagedIndexError if it is gone."""
        try:
            return Hold(self)
        except OSError as error:
            raise damaged_file(self.folder, f"it is gone, or about to be removed ({error})") from error


class Hold:
    """A shared lock on the manifest of a generation, released when the object is garbage collected."""

    def __init__(self, generation: Generation) -> None:
        """Raises OSError if the generation is being removed or is gone."""
        self._descriptor = os.open(generation.folder / MANIFEST, os.O_RDONLY | os.O_CLOEXEC)
        weakref.finalize(self, os.close, self._descriptor)
        fcntl.flock(self._descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        if not os.fstat(self._descriptor).st_nlink:
            raise FileNotFoundError(f"{generation.name} was removed")


def _sum(path: Path) -> FileSum:
    # Twice as fast as BLAKE2 on processors with instructions for it, which most have.
    digest = sha256()
    size = 0
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
            size += len(chunk)
    return FileSum(size, digest.hexdigest())


def _sum_unless_linked(path: Path, known: Generation | None) -> FileSum:
    """The sum of the file. If it is a link to the file of that name in ``known``, the known sum is used."""
    if known and path.name in known.manifest.files:
        origin = known.folder / path.name
        if origin.exists() and path.samefile(origin):
            return known.manifest.files[path.name]
    return _sum(path)


def write_manifest(
    folder: Path,
    known: Generation | None,
    engine: str,
    analyser: str,
    cleaning: str,
    generation: str,
    sources: dict[str, int],
    built_at: int,
) -> Manifest:
    """Write the manifest of all files in ``folder``; ``built_at`` is a moment (`moments`)."""
    files = {
        path.name: replace(_sum_unless_linked(path, known), mtime_ns=path.stat().st_mtime_ns)
        for path in sorted(folder.iterdir())
    }
    built, articles = moments.written(built_at), sum(sources.values())
    manifest = Manifest(FORMAT, engine, analyser, cleaning, generation, built, articles, sources, files)
    content = json.dumps(asdict(manifest), ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(content, encoding="utf-8")
    return manifest


def _of_other_size(path: Path, found: int, wanted: int) -> DamagedIndexError:
    return damaged_file(path, f"it has {found} bytes, {wanted} were written")


def _is_plain_name(name: str) -> bool:
    return name == os.path.basename(name) and name not in ("", ".", "..")
