# SPDX-License-Identifier: GPL-3.0-or-later
"""Collects the older articles that are connected by pairs of copies with what a run changed.

Their clusters depend on each other (see `joining`), so they are joined anew together. The pairs are noted in the
sketches of the articles, so the walk asks the cluster once for each step away from the change. A wording that returns
every day may connect articles of years. So the walk ends after `STEPS` steps or `MOST` articles. Then it takes the
other members of the clusters it met, and leaves the rest as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

import numpy as np

from indexer.engine.copies.joining import CopyPairs
from indexer.engine.copies.judging import Verdict
from indexer.engine.opensearch.copies.older import OlderArticles
from indexer.engine.opensearch.copies.sketches import ArticleSketch, FoundCopy
from indexer.engine.opensearch.copies.table import SketchTable, number_of

STEPS = 12
MOST = 20_000


class ConnectedArticles:
    """The articles that a walk has met: older ones, and new versions whose text did not change."""

    def __init__(
        self, older: OlderArticles, table: SketchTable, fresh: AbstractSet[int], gone: AbstractSet[int]
    ) -> None:
        """``table`` holds the sketches of the run's articles, perhaps with some older ones.

        ``fresh`` are the articles whose text is new. ``gone`` are those that were deleted, or replaced by an article in
        the table.
        """
        self._older = older
        self._table = table
        self._fresh = fresh
        self._gone = gone
        self._known: dict[int, ArticleSketch] = {}
        self.members: set[int] = set()

    def learn(self, sketches: Iterable[ArticleSketch]) -> None:
        """Adds articles to those that need not be asked for; they are not met by this."""
        for one in sketches:
            number = number_of(one.id)
            if number not in self._gone and number not in self._fresh:
                self._known.setdefault(number, one)

    def walk(self, start: Iterable[int]) -> None:
        """Meets what is connected with the articles ``start``. Raises what `OlderArticles` does."""
        frontier = self._present(set(start))
        for _ in range(STEPS):
            if not frontier or len(self.members) > MOST:
                break
            self.members |= frontier
            noted = {number_of(copy.id) for number in frontier for copy in self._known[number].copies}
            self._present(noted)
            named = self._older.around(noted - self._known.keys() - self._fresh - self._gone, frontier)
            self._present({number_of(one.id) for one in named})
            self.learn(named)
            sources = [self._known[number] for number in frontier] + named
            met = {
                end
                for one, other, copy in self._pairs(sources)
                if (one in frontier or other in frontier) and self._joins(one, other, copy)
                for end in (one, other)
            }
            frontier = met - self.members
        if frontier:
            self._complete()

    def sketches(self) -> Iterator[ArticleSketch]:
        """Returns the sketches of the articles that were met."""
        return (self._known[number] for number in self.members)

    def pairs(self, among: SketchTable) -> CopyPairs:
        """Returns the noted pairs of articles that were met, by their rows in the table ``among``."""
        rows = {
            (min(one, other), max(one, other), copy.verdict, copy.similarity)
            for one, other, copy in self._pairs(self.sketches())
            if one in self.members and other in self.members
        }
        first, second, verdict, similarity = zip(*sorted(rows), strict=True) if rows else ((), (), (), ())
        return CopyPairs(
            among.places(first), among.places(second), np.array(verdict, np.uint8), np.array(similarity, np.uint8)
        )

    def _present(self, numbers: set[int]) -> set[int]:
        """Learns those of ``numbers`` that the table has; returns those that are known and have no new text."""
        asked = sorted(numbers - self._known.keys() - self._fresh)
        places = self._table.places(asked)
        # The table's version of a replaced article is the one that counts.
        self._known |= {asked[at]: self._table.row(int(places[at])) for at in np.flatnonzero(places >= 0).tolist()}
        return {number for number in numbers if number in self._known}

    def _pairs(self, sources: Iterable[ArticleSketch]) -> Iterator[tuple[int, int, FoundCopy]]:
        """Yields the pairs that ``sources`` note and that still are facts."""
        for one in sources:
            number = number_of(one.id)
            if number in self._known:
                for copy in self._known[number].copies:
                    other = self._known.get(number_of(copy.id))
                    if other and other.digest == copy.digest:
                        yield number, number_of(copy.id), copy

    def _joins(self, one: int, other: int, copy: FoundCopy) -> bool:
        """Whether the two articles may be in one cluster (see `joining`)."""
        formulas = self._known[one].recurring and self._known[other].recurring
        return copy.verdict >= (Verdict.CLOSE if formulas else Verdict.ALIKE)

    def _complete(self) -> None:
        """Adds the other members of the clusters of the articles that were met."""
        known = self._older.memberships(sorted(self.members))
        clusters = {membership.cluster for membership in known.values() if membership.copied}
        others = self._older.members(clusters) - self.members - self._gone
        self._present(others)
        self.learn(self._older.around(others - self._known.keys()))
        self.members |= others & self._known.keys()
