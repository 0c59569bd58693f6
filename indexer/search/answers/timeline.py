"""How what a search finds spreads over time, beside all that was published in the same time.

A count alone says as much of the archive as of the subject: more is written of everything in a year from which more
was kept. The share of all coverage, which both numbers of a period give, does not.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from datetime import date

from indexer.engine.base import Periods, Searcher, Unit
from indexer.engine.queries import Filters
from indexer.search.answers.results import PeriodCount, Spread
from indexer.search.planning.plan import Plan

MOST_DAYS = 62
MOST_MONTHS = 120
"""What spans no more is counted by day, or else by month, where nobody says by what."""
_KEPT = 64
_COARSER: dict[Unit, Unit] = {"day": "month", "month": "year"}


class Coverage:
    """Timelines out of one generation. Safe to share between threads.

    What filters let through is kept, for the last of them that were asked about: most requests have none.
    """

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher
        self._known: OrderedDict[tuple[Filters, Unit, bool], Periods] = OrderedDict()
        self._lock = threading.Lock()

    def spread(self, asked: Plan, unit: Unit | None, *, collapse: bool) -> Spread:
        """How what ``asked`` finds spreads over time; where ``unit`` is None, by what fits all that its filters let
        through, so that the timelines of two queries with the same filters have the same periods."""
        if asked.nothing:
            return Spread(unit or "month", (), 0)
        filters = asked.filters
        unit = unit or self._fitting(filters, collapse=collapse)
        found = everything = self._everything(filters, unit, collapse=collapse)
        if asked.ranked:
            found = self._searcher.periods(asked.ranked, filters, unit, collapse=collapse, stated=True)
        counts = dict(found.counts)
        row = tuple(PeriodCount(name, counts.get(name, 0), count) for name, count in everything.counts)
        return Spread(unit, row, found.undated, found.vague)

    def _fitting(self, filters: Filters, *, collapse: bool) -> Unit:
        """The unit that fits the time and that most of the dates state."""
        unit = fitting(self._everything(filters, "month", collapse=collapse).counts)
        for finer, coarser in _COARSER.items():
            counted = self._everything(filters, unit, collapse=collapse)
            if unit == finer and counted.vague > sum(count for _, count in counted.counts):
                unit = coarser
        return unit

    def everything(self, unit: Unit) -> Spread:
        """How all articles, copies included, spread over time."""
        counted = self._everything(Filters(), unit, collapse=False)
        return Spread(unit, tuple(PeriodCount(name, count, count) for name, count in counted.counts), counted.undated)

    def _everything(self, filters: Filters, unit: Unit, *, collapse: bool) -> Periods:
        key = (filters, unit, collapse)
        with self._lock:
            known = self._known.get(key)
            if known is not None:
                self._known.move_to_end(key)
                return known
        counted = self._searcher.periods(None, filters, unit, collapse=collapse, stated=True)
        with self._lock:
            self._known[key] = counted
            if len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return counted


def fitting(months: Sequence[tuple[str, int]]) -> Unit:
    """The unit by which articles of these months, (month, count) in order, are best counted."""
    if not months:
        return "month"
    first, last = (date.fromisoformat(f"{month}-01") for month in (months[0][0], months[-1][0]))
    span = (last.year - first.year) * 12 + last.month - first.month + 1
    if span * 31 <= MOST_DAYS:
        return "day"
    return "month" if span <= MOST_MONTHS else "year"
