"""An index in memory, of which each publication is a new generation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from indexer import moments
from indexer.arabic.analyser import Analyser
from indexer.article import Article
from indexer.engine.memory.searcher import MemorySearcher
from indexer.engine.store import GenerationInfo, Identity
from indexer.errors import NoIndexError

NAME = "memory"


@dataclass(frozen=True, slots=True)
class MemoryGeneration:
    """See `store.OpenGeneration`."""

    identity: Identity
    info: GenerationInfo
    searcher: MemorySearcher

    def close(self) -> None:
        """See `store.OpenGeneration.close`."""


class MemoryIndex:
    """What readers need of a `store.Store`, and `publish`."""

    def __init__(self, analyser: Analyser) -> None:
        self._analyser = analyser
        self._current: MemoryGeneration | None = None

    def publish(self, articles: Iterable[Article]) -> None:
        """Make ``articles`` the content of the index."""
        searcher = MemorySearcher(articles, self._analyser)
        number = self._current.identity + 1 if self._current and isinstance(self._current.identity, int) else 1
        found = searcher.articles([article_id for article_id, _ in searcher.listed(0, searcher.count())])
        info = GenerationInfo(
            name=f"gen-{number:06d}",
            built_at=moments.written(moments.now()),
            articles=searcher.count(),
            sources=Counter(one.source for one in found.values()),
            format=1,
            engine=NAME,
            analyser=self._analyser.fingerprint,
            cleaning="",
            bytes=0,
            files=0,
        )
        self._current = MemoryGeneration(number, info, searcher)

    def identity(self) -> Identity:
        """See `store.Store.identity`."""
        return self.open().identity

    def open(self) -> MemoryGeneration:
        """See `store.Store.open`."""
        if self._current is None:
            raise NoIndexError("nothing was published in this index yet")
        return self._current
