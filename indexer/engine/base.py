"""The Engine interface: all that the rest of Fihrist knows of an index.

A query reaches an engine as a small tree of terms that the analyser has already made; an engine knows terms, articles
and numbers, nothing of what a reader typed or of pages. Article numbers are an engine's own and hold only within one
searcher; the article's ``id`` is what lasts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal, Protocol

from indexer.arabic.analyser import Analyser, Tier
from indexer.article import Article

Order = Literal["relevance", "newest", "oldest"]


@dataclass(frozen=True, slots=True)
class TermQuery:
    """Articles that hold ``text`` in ``tier``; its score counts ``weight`` times."""

    tier: Tier
    text: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class PhraseQuery:
    """Articles that hold ``texts`` in ``tier`` at following positions, in this order."""

    tier: Tier
    texts: tuple[str, ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Articles that at least one of ``children`` matches; scores add up."""

    children: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """Articles that every one of ``children`` matches and none of ``without``; scores add up."""

    children: tuple[Query, ...]
    without: tuple[Query, ...] = ()


Query = TermQuery | PhraseQuery | AnyOf | AllOf


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a search without changing scores. Days are inclusive; an empty tuple means all."""

    date_from: date | None = None
    date_to: date | None = None
    sources: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TopHits:
    """``docs`` are (article number, score), best first, from the offset asked for; ``total`` is exact.

    ``facets`` maps source, category and year to (value, count) pairs, most frequent first, years latest first. A facet
    counts what all filters but its own let through, so that a reader sees what else could be chosen. ``timeline`` holds
    (month, count) pairs, ascending, such as ("2023-05", 4).
    """

    total: int
    docs: tuple[tuple[int, float], ...]
    facets: dict[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    timeline: tuple[tuple[str, int], ...] = ()


class Searcher(Protocol):
    """A complete, immutable generation that answers. Safe to share between threads."""

    def search(self, query: Query | None, filters: Filters, order: Order, offset: int, limit: int) -> TopHits:
        """The articles that match (all of them where ``query`` is None), ``limit`` of them from ``offset`` on.

        Equal scores are ordered newest first; articles without a date come last in both orders of date.
        """
        ...

    def fetch(self, doc: int) -> Article:
        """The article with this number of this searcher's."""
        ...

    def find(self, article_id: str) -> Article | None:
        """The article with this id, or None."""
        ...

    def count(self) -> int:
        """How many articles there are."""
        ...

    def close(self) -> None:
        """Let go of the files; searches under way must have ended."""
        ...


class Writer(Protocol):
    """Changes to an index in a staging folder. Nothing is seen by readers until the generation is published."""

    def apply(self, deleted: Iterable[str], added: Sequence[Article]) -> None:
        """Take the articles with the ids ``deleted`` out, then put ``added`` in; on disk when it returns."""
        ...

    def finish(self) -> None:
        """Merge what should be merged. No more calls after this one."""
        ...


class Engine(Protocol):
    """A kind of index. ``name`` stands in the manifest, and a change of it needs a rebuild."""

    name: str
    analyser: Analyser

    def open(self, folder: Path) -> Searcher:
        """A searcher on the published files in ``folder``. Raises DamagedIndexError."""
        ...

    def writer(self, folder: Path, *, fresh: bool) -> Writer:
        """A writer on a staging folder: an empty one if ``fresh``, else links to a generation's files."""
        ...
