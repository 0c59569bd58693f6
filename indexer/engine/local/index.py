"""The index in a folder, for readers: opens the generation that is current."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from indexer.engine.base import OpenedGeneration
from indexer.engine.local.generations import Generation, Identity, IndexFolder
from indexer.engine.local.manifest import Hold
from indexer.engine.local.whoosh_engine import WhooshEngine
from indexer.errors import DamagedIndexError


@dataclass(frozen=True, slots=True)
class HeldGeneration(OpenedGeneration):
    """An open generation, and the lock that keeps a run from removing it."""

    hold: Hold


class LocalIndex:
    """See `engine.base.PublishedIndex`."""

    def __init__(self, folder: Path, engine: WhooshEngine | None = None) -> None:
        """Opens nothing yet: the folder may be missing and be filled later."""
        self._folder = IndexFolder(folder)
        self._engine = engine or WhooshEngine()

    def identity(self) -> Identity:
        """See `PublishedIndex.identity`."""
        return self._folder.identity()

    def open(self) -> HeldGeneration:
        """See `PublishedIndex.open`."""
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
        searcher = self._engine.open(generation.folder)
        return HeldGeneration(identity, generation.name, manifest.built_at, manifest.articles, searcher, hold)
