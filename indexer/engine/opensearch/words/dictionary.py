# SPDX-License-Identifier: GPL-3.0-or-later
"""The dictionary of a generation: how many of its articles have each term, name and date, without asking the cluster.

All counts are exact: articles that are deleted, or not part of the generation, are not counted.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from indexer.columns import COLUMNS_BY_NAME, OWN, own_column
from indexer.engine.opensearch.words.changes import ARTICLES, DAY, LENGTH, NAME, TOTAL, name_tier
from indexer.engine.opensearch.words.layers import NO_TERMS, CountedTerms, Layer
from indexer.errors import DamagedIndexError


class Dictionary:
    """The sums of the changes of several layers. Immutable; safe to share between threads."""

    def __init__(self, layers: Sequence[Layer]) -> None:
        self.layers = tuple(layer for layer in layers if len(layer))
        self._whole: dict[str, CountedTerms] = {}

    def count(self, tier: str, term: str) -> int:
        """The number of articles that have ``term`` in ``tier``; 0 if none has, or there is no such tier."""
        # A sum is below 0 only if layers are missing; then at least nothing is worked out from it.
        return max(0, sum(layer.terms(tier).change(term) for layer in self.layers))

    def counts(self, tier: str, terms: Iterable[str]) -> list[int]:
        """The number of articles that have each of ``terms`` in ``tier``."""
        return [self.count(tier, term) for term in terms]

    def whole(self, tier: str) -> CountedTerms:
        """All terms of a tier that an article has, with their counts. The first call adds up the layers.

        That takes a second for each million of terms.
        """
        known = self._whole.get(tier)
        if known is None:
            parts = [layer.tiers[tier] for layer in self.layers if tier in layer.tiers]
            known = self._whole[tier] = CountedTerms.added_up(parts).positive() if parts else NO_TERMS
        return known

    def terms(self, tier: str) -> list[str]:
        """All terms of a tier that an article has, ascending."""
        return [term for term, _ in self.whole(tier).pairs()]

    def with_prefix(self, tier: str, prefix: str, most: int) -> list[tuple[str, int]]:
        """The ``most`` frequent terms of ``tier`` that begin with ``prefix``, with their counts.

        The most frequent term comes first, equally frequent ones in the order of their letters.
        """
        everything = self.whole(tier)
        found = everything.part(everything.texts.with_prefix(prefix.encode("utf-8", "surrogatepass")))
        if most <= 0:
            return []
        counts = found.changes
        chosen = np.arange(len(counts))
        if len(counts) > most:
            least = np.partition(counts, len(counts) - most)[len(counts) - most]
            chosen = np.flatnonzero(counts >= least)
        chosen = chosen[np.argsort(-counts[chosen], kind="stable")][:most].tolist()
        return [(found.texts[at].decode("utf-8", "surrogatepass"), int(counts[at])) for at in chosen]

    @cached_property
    def articles(self) -> int:
        """The number of articles."""
        return self.count(TOTAL, ARTICLES)

    @property
    def average_length(self) -> float:
        """The average `AnalysedDocument.length` of all articles; 0 where there is none."""
        return self.count(TOTAL, LENGTH) / max(1, self.articles)

    def idf(self, having: int) -> float:
        """The idf of a term that ``having`` articles have: ln(1 + (N - n + 0.5) / (n + 0.5)) for n of N articles."""
        having = max(0, min(having, self.articles))
        return float(np.log1p((self.articles - having + 0.5) / (having + 0.5)))

    def between(self, first: date, last: date) -> int:
        """The number of articles that are dated from ``first`` to ``last``, both included."""
        ordinals, before = self._days
        return before[bisect_right(ordinals, last.toordinal())] - before[bisect_left(ordinals, first.toordinal())]

    def newest(self, share: float = 0.999) -> datetime | None:
        """The moment up to which the part ``share`` of the dated articles are dated; None if none has a date.

        Each date counts as the beginning of its day; between two dates the moment is interpolated.
        """
        ordinals, before = self._days
        if not ordinals:
            return None
        place = share * (before[-1] - 1)
        low, high = (
            ordinals[min(bisect_right(before, number), len(ordinals)) - 1] for number in (int(place), int(place) + 1)
        )
        return datetime.fromordinal(low) + timedelta(days=(high - low) * (place - int(place)))

    @cached_property
    def _days(self) -> _Days:
        pairs = self.whole(DAY).pairs()
        try:
            ordinals = [date.fromisoformat(day).toordinal() for day, _ in pairs]
        except ValueError as error:
            raise DamagedIndexError(
                f"the dictionary of the index has a day that is none ({error}); run `fihrist index --rebuild PATH...` "
                "to write the index anew"
            ) from error
        return _Days(ordinals, list(accumulate((count for _, count in pairs), initial=0)))

    def names(self, column: str) -> Sequence[str]:
        """The names in ``column`` (see `indexer.columns`), ascending; empty where there is no such column."""
        if column not in self._names_by_column and (found := tuple(self.terms(_tier_of(column)))):
            self._names_by_column[column] = found
        return self._names_by_column.get(column, ())

    @cached_property
    def _names_by_column(self) -> dict[str, tuple[str, ...]]:
        return {}

    @cached_property
    def own_fields(self) -> tuple[str, ...]:
        """The own fields (see `indexer.columns`) that an article has a value of, ascending."""
        tiers = {tier for layer in self.layers for tier in layer.tiers if tier.startswith(NAME + OWN)}
        return tuple(sorted(tier[len(NAME + OWN) :] for tier in tiers if len(self.whole(tier).changes)))


class _Days(NamedTuple):
    """Days with articles as ordinals, ascending, and how many articles come ``before`` each; last, how many in all."""

    ordinals: list[int]
    before: list[int]


def _tier_of(column: str) -> str:
    return name_tier(COLUMNS_BY_NAME[column] if column in COLUMNS_BY_NAME else own_column(column))
