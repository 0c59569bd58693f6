# SPDX-License-Identifier: GPL-3.0-or-later
"""`store.Session` on an index folder: the staging folder, the engine's writer and the checkpoint.

A checkpoint is a generation that is not published. ``checkpoint/`` in the index folder holds links to the files that
were staged after some batch, the catalog that describes exactly these, and a manifest with a digest of each file. Where
a manifest names a generation, that of a checkpoint says what the session started from and what for. So a session over
another base or with other options does not continue it, but removes it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from indexer.article import Article
from indexer.engine.local.copying import copy_file
from indexer.engine.local.generations import CATALOG, Generation, IndexFolder
from indexer.engine.local.manifest import Hold
from indexer.engine.local.whoosh_engine import WhooshEngine
from indexer.engine.local.writing.writer import WhooshWriter
from indexer.engine.store import GenerationInfo, Refused
from indexer.errors import FihristError


class LocalSession:
    """See `store.Session`. The staging folder is made at the first change."""

    def __init__(
        self,
        folder: IndexFolder,
        engine: WhooshEngine,
        base: Generation | None,
        purpose: str,
        *,
        hold: Hold | None,
        dry_run: bool,
    ) -> None:
        """``base`` was lightly checked, and its catalog in full; ``hold`` keeps it if the lock is not held."""
        self._folder = folder
        self._engine = engine
        self._base = base
        self._hold = hold
        self._purpose = f"{base.name} of {base.manifest.built_at}; {purpose}" if base else f"nothing; {purpose}"
        self._dry_run = dry_run
        self._writer: WhooshWriter | None = None
        self._staged = False
        self._own_catalog: Path | None = None
        self._temporary = ExitStack()
        checkpoint = None if dry_run else self._own_checkpoint()
        self.resumed = checkpoint is not None
        """See `store.Session.resumed`."""
        self._origin = checkpoint or base
        # All files of a checkpoint were compared by now. Of a generation only those that are read have to be.
        self._unchecked = set(base.manifest.files) if base and not checkpoint else set()

    @property
    def base(self) -> GenerationInfo | None:
        """See `store.Session.base`."""
        return self._base.info if self._base else None

    @property
    def base_catalog(self) -> Path | None:
        """See `store.Session.base_catalog`."""
        return self._base.folder / CATALOG if self._base else None

    @property
    def first_catalog(self) -> Path | None:
        """See `store.Session.first_catalog`."""
        return self._origin.folder / CATALOG if self._origin else None

    def own_catalog(self) -> Path:
        """See `store.Session.own_catalog`. It lies in the staging folder, that of a dry session in a temporary one."""
        if not self._own_catalog:
            if self._dry_run:
                folder = Path(self._temporary.enter_context(tempfile.TemporaryDirectory(prefix="fihrist-")))
            else:
                self._opened()
                folder = self._folder.staging
            path = folder / CATALOG
            if self.first_catalog:
                copy_file(self.first_catalog, path)
            self._own_catalog = path
        return self._own_catalog

    @property
    def refused(self) -> Sequence[Refused]:
        """See `store.Session.refused`."""
        return self._writer.refused if self._writer else ()

    @property
    def changed(self) -> bool:
        """See `store.Session.changed`."""
        return not self._dry_run and bool(self._writer or self._own_catalog or self.resumed)

    def apply(self, deleted: Sequence[str], added: Sequence[Article]) -> None:
        """See `store.Session.apply`."""
        if not self._dry_run:
            self._opened().apply(deleted, added)

    def settle(self) -> None:
        """See `store.Session.settle`."""
        if self._writer:
            self._writer.settle()

    def find(self, article_id: str) -> Article | None:
        """See `store.Session.find`."""
        return None if self._dry_run else self._opened().find(article_id)

    def checkpoint(self) -> None:
        """See `store.Session.checkpoint`."""
        if self._dry_run:
            return
        self.settle()
        fingerprint = self._opened().analyser.fingerprint
        self._origin = self._folder.keep_checkpoint(
            self._purpose, self._engine.name, fingerprint, self.own_catalog(), self._origin
        )

    def drop_checkpoint(self) -> None:
        """See `store.Session.drop_checkpoint`."""
        self._folder.clear_checkpoint()

    def finish(self) -> int:
        """See `store.Session.finish`."""
        writer = self._opened()
        self.own_catalog()
        writer.finish()
        searcher = self._engine.open(self._folder.staging)
        try:
            return searcher.count()
        finally:
            searcher.close()

    def publish(self, cleaning: str, sources: Mapping[str, int], built_at: int) -> GenerationInfo:
        """See `store.Session.publish`."""
        generation = self._folder.publish(
            self._engine.name,
            self._opened().analyser.fingerprint,
            cleaning,
            dict(sources),
            self._origin,
            built_at,
        )
        self._folder.clear_checkpoint()
        return generation.info

    def close(self) -> None:
        """See `store.Session.close`."""
        self._temporary.close()
        if self._writer:
            self._writer.close()
        if self._staged:
            self._folder.clear_staging()
        self._hold = None

    def _opened(self) -> WhooshWriter:
        if not self._writer:
            self._staged = True  # before the folder is made, so that an interrupted session removes it
            self._folder.stage(self._origin)
            self._writer = self._engine.writer(self._folder.staging, fresh=self._origin is None, check=self._check)
        return self._writer

    def _check(self, names: Iterable[str]) -> None:
        """Compare those of the base's files with their digests that were not yet. Raises DamagedIndexError."""
        names = self._unchecked.intersection(names)
        if self._base and names:
            self._base.check(names)
            self._unchecked -= names

    def _own_checkpoint(self) -> Generation | None:
        """The checkpoint that this session can continue, if it is whole; any other one is removed."""
        try:
            found = self._folder.checkpoint()
            if found and found.manifest.generation == self._purpose:
                found.require_engine(self._engine.name)
                found.check()
                found.require_analyser(self._engine.analyser(found.folder).fingerprint)
                return found
        except FihristError:
            pass  # written in part, damaged, or of another version: as good as none
        self._folder.clear_checkpoint()
        return None
