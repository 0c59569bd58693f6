# SPDX-License-Identifier: GPL-3.0-or-later
"""`store.Store` in memory: generations are lists of articles. Only the catalogs are files, in a temporary folder."""

from __future__ import annotations

import shutil
import tempfile
import threading
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from indexer import moments
from indexer.arabic.analyser import Analyser
from indexer.arabic.lexicon import lexicon
from indexer.article import Article
from indexer.engine.memory.analysed import analysed
from indexer.engine.memory.searcher import MemorySearcher
from indexer.engine.store import GenerationInfo, Identity, Refused
from indexer.errors import LockedError, NoIndexError, SourceError, UsageError, naming_faults

NAME = "memory"

Articles = Mapping[str, Article]
"""By id."""


@dataclass(slots=True)
class _Generation:
    """A published generation; ``report`` is empty if none was kept."""

    info: GenerationInfo
    articles: Articles
    catalog: Path
    report: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Checkpoint:
    """What a session left: ``purpose`` names the sessions that may continue it."""

    purpose: str
    articles: Articles
    catalog: Path


Readers = weakref.WeakKeyDictionary[object, str]
"""Maps the objects that need a generation to its name."""


@dataclass(eq=False)
class MemoryGeneration:
    """See `store.OpenGeneration`."""

    identity: Identity
    info: GenerationInfo
    searcher: MemorySearcher
    _readers: Readers

    def close(self) -> None:
        """See `store.OpenGeneration.close`."""
        self._readers.pop(self, None)


class MemoryStore:
    """See `store.Store`. It lasts as long as the object."""

    def __init__(self, analyser: Analyser | None = None, address: str = "memory://") -> None:
        """``analyser`` makes the terms of all articles; by default it is the one over the lexicon of this program."""
        self.address = address
        self.local_folder = None
        self.generations: dict[str, _Generation] = {}
        """The generations by name, oldest first."""
        self.saved: _Checkpoint | None = None
        """The last checkpoint."""
        self._analyser = analyser
        self._current = ""
        self._publications = 0
        self._last_number = 0
        self.readers: Readers = weakref.WeakKeyDictionary()
        """Who keeps which generation from being removed."""
        self._lock = threading.Lock()
        self._folder = Path(tempfile.mkdtemp(prefix="fihrist-memory-"))
        weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        self._file_number = 0

    def identity(self) -> Identity:
        """See `store.Store.identity`."""
        self.current_name()
        return self._publications

    def current_name(self) -> str:
        """See `store.Store.current_name`."""
        if not self._current:
            raise NoIndexError(f"there is no index in {self.address} yet; run `fihrist index PATH...` to build one")
        return self._current

    def names(self) -> list[str]:
        """See `store.Store.names`."""
        return list(self.generations)

    def info(self, name: str = "") -> GenerationInfo:
        """See `store.Store.info`."""
        return self._generation(name).info

    @contextmanager
    def held(self, name: str = "") -> Iterator[GenerationInfo]:
        """See `store.Store.held`."""
        opened = self.open(name)
        try:
            yield opened.info
        finally:
            opened.close()

    def open(self, name: str = "") -> MemoryGeneration:
        """See `store.Store.open`."""
        found = self._generation(name)
        searcher = MemorySearcher(found.articles.values(), self.analyser())
        opened = MemoryGeneration(self._publications, found.info, searcher, self.readers)
        self.readers[opened] = found.info.name
        return opened

    def analyser(self, name: str = "") -> Analyser:  # all generations have the same one
        """See `store.Store.analyser`."""
        self._analyser = self._analyser or Analyser(lexicon.shipped())
        return self._analyser

    def catalog_file(self, name: str = "") -> Path:
        """See `store.Store.catalog_file`."""
        return self._generation(name).catalog

    def check(self, name: str = "") -> GenerationInfo:
        """See `store.Store.check`. Nothing in memory can be damaged."""
        return self.info(name)

    def damages(self, name: str = "") -> Iterator[str]:
        """See `store.Store.damages`. Nothing in memory can be damaged."""
        self._generation(name)
        return iter(())

    def last_report(self) -> dict[str, Any]:
        """See `store.Store.last_report`."""
        return dict(self._generation("").report) if self._current else {}

    @contextmanager
    def locked(self) -> Iterator[None]:
        """See `store.Store.locked`."""
        if not self._lock.acquire(blocking=False):
            raise LockedError(f"another run is indexing into {self.address}; try again when it has ended")
        try:
            yield
        finally:
            self._lock.release()

    def begin(self, purpose: str, *, rebuild: bool = False, dry_run: bool = False) -> MemorySession:
        """See `store.Store.begin`."""
        return MemorySession(self, "" if rebuild else self._current, purpose, dry_run=dry_run)

    def switch(self, name: str) -> None:
        """See `store.Store.switch`."""
        self._current = self._generation(name).info.name
        self._publications += 1

    def prune(self, keep: int, base: str = "") -> list[str]:
        """See `store.Store.prune`."""
        others = [name for name in reversed(self.generations) if name != self._current]
        others.sort(key=lambda name: name != base)
        removed = [name for name in others[keep - 1 :] if name not in self.readers.values()]
        for name in removed:
            self.generations.pop(name).catalog.unlink()
        return removed

    def keep_report(self, name: str, report: Mapping[str, Any]) -> None:
        """See `store.Store.keep_report`."""
        self._generation(name).report = dict(report)

    def add(self, articles: Articles, catalog: Path, cleaning: str, sources: Mapping[str, int], built_at: int) -> str:
        """Publish ``articles``; returns the name of the new generation."""
        self._last_number += 1
        name = f"gen-{self._last_number:06d}"
        info = GenerationInfo(
            name=name,
            built_at=moments.written(built_at),
            articles=sum(sources.values()),
            sources=dict(sources),
            format=1,
            engine=NAME,
            analyser=self.analyser().fingerprint,
            cleaning=cleaning,
            bytes=catalog.stat().st_size,
            files=1,
        )
        self.generations[name] = _Generation(info, articles, catalog)
        self.switch(name)
        return name

    def new_file(self) -> Path:
        """A path in the temporary folder that nothing has yet."""
        self._file_number += 1
        return self._folder / f"{self._file_number}.sqlite"

    def _generation(self, name: str) -> _Generation:
        name = name or self.current_name()
        if name not in self.generations:
            kept = ", ".join(self.generations) or "none"
            raise UsageError(f"{name[:40]!r} is not kept in {self.address}; kept are: {kept}")
        return self.generations[name]


class MemorySession:
    """See `store.Session`."""

    def __init__(self, store: MemoryStore, base: str, purpose: str, *, dry_run: bool) -> None:
        """``base`` is the name of a generation, "" to build from nothing."""
        self._store = store
        self._base = store.generations[base] if base else None
        if dry_run and base:  # nobody holds the lock
            store.readers[self] = base
        self._purpose = f"{base}; {purpose}"
        self._dry_run = dry_run
        self._own_catalog: Path | None = None
        self._applied = False
        self._kept_catalog = False
        self.refused: list[Refused] = []
        saved = store.saved
        self.resumed = not dry_run and saved is not None and saved.purpose == self._purpose
        """See `store.Session.resumed`."""
        if not self.resumed and not dry_run:
            self.drop_checkpoint()
        self._articles: dict[str, Article] = {}
        self.first_catalog: Path | None = None
        """See `store.Session.first_catalog`."""
        if saved and self.resumed:
            self._articles, self.first_catalog = dict(saved.articles), saved.catalog
        elif self._base:
            self._articles, self.first_catalog = dict(self._base.articles), self._base.catalog

    @property
    def base(self) -> GenerationInfo | None:
        """See `store.Session.base`."""
        return self._base.info if self._base else None

    @property
    def base_catalog(self) -> Path | None:
        """See `store.Session.base_catalog`."""
        return self._base.catalog if self._base else None

    @property
    def changed(self) -> bool:
        """See `store.Session.changed`."""
        return not self._dry_run and bool(self._applied or self._own_catalog or self.resumed)

    def own_catalog(self) -> Path:
        """See `store.Session.own_catalog`."""
        if not self._own_catalog:
            self._own_catalog = self._store.new_file()
            if self.first_catalog:
                shutil.copyfile(self.first_catalog, self._own_catalog)
        return self._own_catalog

    def apply(self, deleted: Sequence[str], added: Sequence[Article]) -> None:
        """See `store.Session.apply`."""
        if self._dry_run:
            return
        self._applied = True
        for article_id in deleted:
            self._articles.pop(article_id, None)
        for article in added:
            try:
                with naming_faults():
                    analysed(article, self._store.analyser())
                self._articles[article.id] = article
            except SourceError as error:
                self.refused.append(Refused(article.id, article.path, article.title, str(error)))

    def settle(self) -> None:
        """See `store.Session.settle`."""

    def find(self, article_id: str) -> Article | None:
        """See `store.Session.find`."""
        return None if self._dry_run else self._articles.get(article_id)

    def checkpoint(self) -> None:
        """See `store.Session.checkpoint`."""
        if not self._dry_run:
            catalog = self._store.new_file()
            shutil.copyfile(self.own_catalog(), catalog)
            self.drop_checkpoint()
            self._store.saved = _Checkpoint(self._purpose, dict(self._articles), catalog)

    def drop_checkpoint(self) -> None:
        """See `store.Session.drop_checkpoint`."""
        # Its catalog stays: this session may be reading it.
        self._store.saved = None

    def finish(self) -> int:
        """See `store.Session.finish`."""
        self.own_catalog()
        return len(self._articles)

    def publish(self, cleaning: str, sources: Mapping[str, int], built_at: int) -> GenerationInfo:
        """See `store.Session.publish`."""
        name = self._store.add(self._articles, self.own_catalog(), cleaning, sources, built_at)
        self._kept_catalog = True
        self.drop_checkpoint()
        return self._store.info(name)

    def close(self) -> None:
        """See `store.Session.close`."""
        self._store.readers.pop(self, None)
        if self._own_catalog and not self._kept_catalog:
            self._own_catalog.unlink(missing_ok=True)
