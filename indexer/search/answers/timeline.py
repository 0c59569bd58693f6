# SPDX-License-Identifier: GPL-3.0-or-later
"""How the articles that a search finds spread over time, beside all articles that were published in the same time.

A count alone says as much about the archive as about the subject: more is written about everything in a year from which
more articles were kept. The share of all articles, which the two numbers of a period give, does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from indexer.arabic.cache import Cache
from indexer.engine.base import Searcher
from indexer.engine.queries import NO_FILTERS, Filters
from indexer.engine.questions import ArticleQuery, PeriodRequest, Periods, Unit
from indexer.search.answers.results import PeriodCount, Spread
from indexer.search.planning.plan import QueryPlan

MOST_DAYS = 62
MOST_MONTHS = 120
"""Articles of a time of up to this many days are counted by day, of up to this many months by month, else by year."""
_CACHED = 64
_COARSER: dict[Unit, Unit] = {"day": "month", "month": "year"}


class Coverage:
    """Timelines of one generation. Safe to share between threads.

    The counts of all articles that some filters let through are cached: most requests have no filter.
    """

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher
        self._everything = Cache(self._counted, _CACHED)

    def spread(self, asked: QueryPlan, unit: Unit | None, *, collapse: bool, known: Periods | None = None) -> Spread:
        """How the articles that ``asked`` finds spread over time, counted by ``unit`` or by the one that fits.

        ``known`` are their periods by that unit, if they are known.
        """
        unit = unit or self.unit(asked, collapse=collapse)
        if asked.nothing:
            return Spread(unit, (), 0)
        filters = asked.filters
        found = everything = self._all(filters, unit, collapse=collapse)
        if asked.ranked and known:
            found = known
        elif asked.ranked:
            query = ArticleQuery(asked.ranked, filters, collapse)
            (found,) = self._searcher.periods([PeriodRequest(query, unit, stated=True)])
        counts = dict(found.counts)
        row = tuple(PeriodCount(name, counts.get(name, 0), count) for name, count in everything.counts)
        return Spread(unit, row, found.undated, found.vague)

    def unit(self, asked: QueryPlan, *, collapse: bool) -> Unit:
        """The unit that fits the time of all articles that the filters let through, and that most of the dates state.

        So the timelines of two queries with the same filters have the same periods.
        """
        if asked.nothing:
            return "month"
        filters = asked.filters
        unit = fitting(self._all(filters, "month", collapse=collapse).counts)
        for finer, coarser in _COARSER.items():
            counted = self._all(filters, unit, collapse=collapse)
            if unit == finer and counted.vague > sum(count for _, count in counted.counts):
                unit = coarser
        return unit

    def everything(self, unit: Unit) -> Spread:
        """How all articles, copies included, spread over time."""
        counted = self._all(NO_FILTERS, unit, collapse=False)
        return Spread(unit, tuple(PeriodCount(name, count, count) for name, count in counted.counts), counted.undated)

    def _all(self, filters: Filters, unit: Unit, *, collapse: bool) -> Periods:
        return self._everything.get(PeriodRequest(ArticleQuery(None, filters, collapse), unit, stated=True))

    def _counted(self, request: PeriodRequest) -> Periods:
        (counted,) = self._searcher.periods([request])
        return counted


def fitting(months: Sequence[tuple[str, int]]) -> Unit:
    """The unit by which articles of ``months``, ascending (month, count) pairs, are best counted."""
    if not months:
        return "month"
    first, last = (date.fromisoformat(f"{month}-01") for month in (months[0][0], months[-1][0]))
    span = (last.year - first.year) * 12 + last.month - first.month + 1
    if span * 31 <= MOST_DAYS:
        return "day"
    return "month" if span <= MOST_MONTHS else "year"
