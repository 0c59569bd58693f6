"""The index in a folder, for readers: opens the generation that is current."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from indexer.engine.base import Searcher
from indexer.engine.local.generations import Generation, Identity, IndexFolder
from indexer.engine.local.manifest import Hold
from indexer.engine.local.whoosh_engine import WhooshEngine
from indexer.engine.store import GenerationInfo
from indexer.errors import DamagedIndexError


@dataclass(frozen=True, slots=True)
class HeldGeneration:
    """See `store.OpenGeneration`. ``hold`` is the lock that keeps a run from removing it."""

    identity: Identity
    info: GenerationInfo
    searcher: Searcher
    hold: Hold

    def close(self) -> None:
        """See `store.OpenGeneration.close`."""
        self.searcher.close()


class LocalIndex:
    """The part of `store.Store` that readers need."""

    def __init__(self, folder: Path, engine: WhooshEngine | None = None) -> None:
        """Opens nothing yet: the folder may be missing and be filled later."""
        self._folder = IndexFolder(folder)
        self._engine = engine or WhooshEngine()

    def identity(self) -> Identity:
        """See `store.Store.identity`."""
        return self._folder.identity()

    def open(self) -> HeldGeneration:
        """See `store.Store.open`."""
        identity, generation = self._folder.identity(), self._folder.current()
        try:
            return self._opened(identity, generation)
        except DamagedIndexError:
            # It may have been pruned between reading its name and opening it, if a newer one is current by now.
            identity, newer = self._folder.identity(), self._folder.current()
            if newer.name == generation.name:
                raise
            return self._opened(identity, newer)

    def _opened(self, identity: Identity, generation: Generation) -> HeldGeneration:
        hold = generation.hold()
        generation.require_engine(self._engine.name)
        generation.check_lightly()
        generation.require_analyser(self._engine.analyser(generation.folder).fingerprint)
        manifest = generation.manifest
        info = GenerationInfo(
            generation.name,
            manifest.built_at,
            manifest.articles,
            manifest.sources,
            manifest.format,
            manifest.engine,
            manifest.analyser,
            manifest.cleaning,
            sum(file.bytes for file in manifest.files.values()),
            len(manifest.files),
        )
        return HeldGeneration(identity, info, self._engine.open(generation.folder), hold)
