# SPDX-License-Identifier: GPL-3.0-or-later
"""`store.Store` on an index folder of this machine: whoosh3's files in generations (`generations`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indexer.arabic.analyser import Analyser
from indexer.engine.local.generations import CATALOG, Generation, Identity, IndexFolder
from indexer.engine.local.manifest import MANIFEST, Hold
from indexer.engine.local.searcher import WhooshSearcher
from indexer.engine.local.session import LocalSession
from indexer.engine.local.whoosh_engine import WhooshEngine
from indexer.engine.store import GenerationInfo
from indexer.errors import NoIndexError, UsageError


@dataclass(slots=True)
class OpenFolder:
    """`store.OpenGeneration` on a generation's folder."""

    identity: Identity
    info: GenerationInfo
    searcher: WhooshSearcher
    _hold: Hold | None

    def close(self) -> None:
        """See `store.OpenGeneration.close`."""
        self.searcher.close()
        self._hold = None


class LocalStore:
    """See `store.Store`."""

    def __init__(self, folder: Path, jobs: int = 1, engine: WhooshEngine | None = None) -> None:
        """``jobs`` processes build large changes. Stores that share an ``engine`` share the caches of its analysers."""
        self.folder = IndexFolder(folder)
        self._engine = engine or WhooshEngine(jobs)

    @property
    def address(self) -> str:
        """See `store.Store.address`."""
        return str(self.folder.path)

    @property
    def local_folder(self) -> Path:
        """See `store.Store.local_folder`."""
        return self.folder.path

    def identity(self) -> Identity:
        """See `store.Store.identity`."""
        return self.folder.identity()

    def current_name(self) -> str:
        """See `store.Store.current_name`."""
        return self.folder.current_name()

    def names(self) -> list[str]:
        """See `store.Store.names`."""
        return self.folder.names()

    def info(self, name: str = "") -> GenerationInfo:
        """See `store.Store.info`."""
        return self._generation(name).info

    @contextmanager
    def held(self, name: str = "") -> Iterator[GenerationInfo]:
        """See `store.Store.held`."""
        generation, hold = self._claim(name)
        yield generation.info
        del hold

    def open(self, name: str = "") -> OpenFolder:
        """See `store.Store.open`."""
        while True:
            identity = self.identity()
            generation, hold = self._claim(name)
            # Between the two looks another run may have published.
            if name or identity == self.identity():
                break
        self._require_readable(generation)
        searcher = self._engine.open(generation.folder, generation.manifest.files)
        return OpenFolder(identity, generation.info, searcher, hold)

    def analyser(self, name: str = "") -> Analyser:
        """See `store.Store.analyser`."""
        return self._engine.analyser(self._generation(name).folder)

    def catalog_file(self, name: str = "") -> Path:
        """See `store.Store.catalog_file`."""
        generation = self._generation(name)
        generation.check([CATALOG])
        return generation.folder / CATALOG

    def check(self, name: str = "") -> GenerationInfo:
        """See `store.Store.check`."""
        generation = self._generation(name)
        generation.require_engine(self._engine.name)
        generation.check()
        generation.require_analyser(self._engine.analyser(generation.folder).fingerprint)
        return generation.info

    def damages(self, name: str = "") -> Iterator[str]:
        """See `store.Store.damages`."""
        generation = self._generation(name)
        for error in generation.damages():
            yield str(error)
        present = {path.name for path in generation.folder.iterdir()} - {MANIFEST}
        for stranger in sorted(present - set(generation.manifest.files)):
            yield f"{generation.folder / stranger} does not belong to the index; remove it"

    def last_report(self) -> dict[str, Any]:
        """See `store.Store.last_report`."""
        return self.folder.last_report()

    def locked(self) -> AbstractContextManager[None]:
        """See `store.Store.locked`."""
        return self.folder.locked()

    def begin(self, purpose: str, *, rebuild: bool = False, dry_run: bool = False) -> LocalSession:
        """See `store.Store.begin`."""
        if dry_run:  # a real run has the lock, which has checked the folder
            self.folder.require_own()
        else:  # what a session left that was killed would stay for as long as nothing changes
            self.folder.clear_staging()
        base: Generation | None = None
        hold: Hold | None = None
        if not rebuild:
            try:
                base, hold = self.folder.claim()
            except NoIndexError:
                pass
            else:
                self._require_readable(base)
                base.check([CATALOG])
        # While the lock is held nobody else removes the base, and the run itself may have to.
        return LocalSession(self.folder, self._engine, base, purpose, hold=hold if dry_run else None, dry_run=dry_run)

    def switch(self, name: str) -> None:
        """See `store.Store.switch`."""
        self.folder.switch(name)

    def prune(self, keep: int, base: str = "") -> list[str]:
        """See `store.Store.prune`."""
        return self.folder.prune(keep, base)

    def keep_report(self, name: str, report: Mapping[str, Any]) -> None:
        """See `store.Store.keep_report`."""
        self.folder.keep_report(name, report)

    def _generation(self, name: str) -> Generation:
        if not name:
            return self.folder.current()
        kept = self.folder.names()
        if name not in kept:
            raise UsageError(f"{name[:40]!r} is not kept in {self.address}; kept are: {', '.join(kept) or 'none'}")
        return self.folder.generation(name)

    def _claim(self, name: str) -> tuple[Generation, Hold]:
        if not name:
            return self.folder.claim()
        generation = self._generation(name)
        return generation, generation.hold()

    def _require_readable(self, generation: Generation) -> None:
        """Raises IncompatibleIndexError or DamagedIndexError if this program cannot read the generation."""
        generation.require_engine(self._engine.name)
        generation.check_lightly()
        generation.require_analyser(self._engine.analyser(generation.folder).fingerprint)
