"""Which dates say no more than a month, or a year.

The column of dates holds moments, so that a date that is a month looks like its first day. Those that may be either are
looked up in the articles themselves, each once in the life of a searcher.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from indexer import deadline
from indexer.article import Article
from indexer.engine.local.ranking.scoring import Mask
from indexer.engine.local.segments.columns import NO_DATE
from indexer.engine.local.segments.runs import Ints
from indexer.engine.questions import Unit

MOST = 5_000
"""So many articles are looked up for one answer. Where more of them begin a month, all are taken for articles of days:
in a large archive that would take seconds, for counts of days over many years that nobody can see."""

_TOO_VAGUE = {"day": ("month", "year"), "month": ("year",)}


class Precision:
    """The dates of a generation. Safe to share between threads."""

    def __init__(self, dates: NDArray[np.int32], fetch: Callable[[int], Article]) -> None:
        """``dates`` are the column's, ``fetch`` gives the article with a number."""
        self._dates = dates
        self._fetch = fetch
        self._stated: dict[int, str] = {}

    def vague(self, unit: Unit, docs: Ints) -> Ints:
        """Those of ``docs`` that are dated, but say of no ``unit`` that it is theirs. Raises DamagedIndexError."""
        if unit == "year":
            return docs[:0]
        begins = self._begins_month if unit == "day" else self._begins_year
        doubtful = docs[begins[docs]]
        if len(doubtful) > MOST:
            return docs[:0]
        too_vague = _TOO_VAGUE[unit]
        return np.array([doc for doc in doubtful.tolist() if self._of(doc) in too_vague], np.int64)

    def _of(self, doc: int) -> str:
        if doc not in self._stated:
            deadline.check()
            published = self._fetch(doc).published
            self._stated[doc] = published.precision if published else ""
        return self._stated[doc]

    @cached_property
    def _begins_month(self) -> Mask:
        return self._begins("datetime64[M]")

    @cached_property
    def _begins_year(self) -> Mask:
        return self._begins("datetime64[Y]")

    def _begins(self, unit: str) -> Mask:
        moments = self._dates.astype("datetime64[m]")
        begins: Mask = (self._dates != NO_DATE) & (moments == moments.astype(unit))
        return begins
