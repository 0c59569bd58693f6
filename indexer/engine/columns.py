"""Arrays with one entry an article: what filters, facets, timeline and order by date are computed from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from indexer.engine.base import Filters
from indexer.engine.schema import NO_DATE, day_minutes
from indexer.engine.weights import RECENCY_HALF_LIFE_DAYS

_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Names:
    """A column of names: ``codes`` index ``values``; code 0 is "", which means none."""

    values: tuple[str, ...]
    codes: NDArray[np.int32]

    @classmethod
    def of(cls, names: Sequence[str]) -> Names:
        """The column that holds ``names``, one an article."""
        values = ("", *sorted(set(names) - {""}))
        code = {value: number for number, value in enumerate(values)}
        return cls(values, np.fromiter((code[name] for name in names), np.int32, len(names)))

    def mask(self, wanted: Sequence[str]) -> NDArray[np.bool_]:
        """Which articles have one of the ``wanted`` names."""
        codes = [number for number, value in enumerate(self.values) if value in wanted]
        return np.isin(self.codes, codes)

    def counts(self, docs: NDArray[np.int64]) -> tuple[tuple[str, int], ...]:
        """(name, count) among ``docs``, most frequent first, then by name; articles with none are not counted."""
        found = np.bincount(self.codes[docs], minlength=len(self.values))
        pairs = [(value, int(found[number])) for number, value in enumerate(self.values) if value and found[number]]
        return tuple(sorted(pairs, key=lambda pair: (-pair[1], pair[0])))


@dataclass(frozen=True)
class Columns:
    """The columns of one generation. ``dates`` are minutes since 1970, ``NO_DATE`` where there is none."""

    dates: NDArray[np.int32]
    source: Names
    category: Names

    @cached_property
    def freshness(self) -> NDArray[np.float64]:
        """How new each article is: 1 for the newest, half for one a half-life older, 0 where there is no date.

        The newest thousandth counts as one: a single date that is wrong should not make all others old.
        """
        known = self.dates[self.dates != NO_DATE]
        if not len(known):
            return np.zeros(len(self.dates))
        ages = np.maximum(np.quantile(known, 0.999) - self.dates, 0) / _DAY
        return np.where(self.dates == NO_DATE, 0.0, 0.5 ** (ages / RECENCY_HALF_LIFE_DAYS))

    def masks(self, filters: Filters) -> dict[str, NDArray[np.bool_]]:
        """A mask over all articles for each filter that is set: source, category, date."""
        masks = {}
        if filters.sources:
            masks["source"] = self.source.mask(filters.sources)
        if filters.categories:
            masks["category"] = self.category.mask(filters.categories)
        if filters.date_from or filters.date_to:
            mask = self.dates != NO_DATE
            if (first := filters.date_from) is not None:
                mask &= self.dates >= day_minutes(first.year, first.month, first.day)
            if (last := filters.date_to) is not None:
                mask &= self.dates < day_minutes(last.year, last.month, last.day) + _DAY
            masks["date"] = mask
        return masks

    def years(self, docs: NDArray[np.int64]) -> tuple[tuple[str, int], ...]:
        """(year, count) among ``docs``, latest first."""
        return tuple(reversed(self._periods(docs, "datetime64[Y]")))

    def months(self, docs: NDArray[np.int64]) -> tuple[tuple[str, int], ...]:
        """(month, count) among ``docs``, ascending; months without articles are left out."""
        return self._periods(docs, "datetime64[M]")

    def _periods(self, docs: NDArray[np.int64], unit: str) -> tuple[tuple[str, int], ...]:
        dates = self.dates[docs]
        periods = dates[dates != NO_DATE].astype("datetime64[m]").astype(unit)
        values, counts = np.unique(periods, return_counts=True)
        return tuple((str(value), int(count)) for value, count in zip(values, counts, strict=True))
