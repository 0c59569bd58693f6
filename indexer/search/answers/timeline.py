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
from indexer.engine.periods import Span, Unit, UnitChoice, after, before, fullest, limits, mass, name_of, number_of
from indexer.engine.queries import NO_FILTERS, Filters
from indexer.engine.questions import ArticleQuery, NamesRequest, PeriodRequest, Periods
from indexer.search.answers.spread import (
    NameSpread,
    NamesSpread,
    Outside,
    PeriodCount,
    Spread,
    TimelineOptions,
)
from indexer.search.planning.plan import QueryPlan

_CACHED = 64

Pairs = Sequence[tuple[str, int]]


class Coverage:
    """Timelines of one generation. Safe to share between threads.

    The counts of all articles that some filters let through are cached: most requests have no filter.
    """

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher
        self._everything = Cache(self._counted, _CACHED)

    def spread(
        self, asked: QueryPlan, options: TimelineOptions, *, collapse: bool, known: Periods | None = None
    ) -> Spread:
        """How the articles that ``asked`` finds spread over time.

        ``known`` are their periods by the unit of ``options``, if they are known.
        """
        if asked.nothing:
            return Spread("month" if options.unit == "auto" else options.unit, (), 0)
        filters = asked.filters
        if asked.ranked is None:
            found = self._all(filters, options.unit, collapse=collapse)
        elif known:
            found = known
        else:
            query = ArticleQuery(asked.ranked, filters, collapse)
            (found,) = self._searcher.periods([PeriodRequest(query, options.unit, stated=True)])
        everything = found if asked.ranked is None else self._all(filters, found.unit, collapse=collapse)
        spread = _shown(found, everything, options, filters)
        if options.column and spread.periods:
            query = ArticleQuery(asked.ranked, filters, collapse)
            spread = self._with_names(spread, NamesRequest(query, found.unit, options.column, options.names))
        return spread

    def _with_names(self, spread: Spread, request: NamesRequest) -> Spread:
        found = self._searcher.names_over_time(request)
        periods = [one.period for one in spread.periods]

        def row(name: str, counts: Pairs) -> NameSpread:
            known = dict(counts)
            return NameSpread(name, tuple(known.get(period, 0) for period in periods))

        names = tuple(row(name, counts) for name, counts in found.names)
        return spread.with_names(NamesSpread(request.column, names, row("", found.others)))

    def everything(self, unit: Unit) -> Spread:
        """How all articles, copies included, spread over time."""
        counted = self._all(NO_FILTERS, unit, collapse=False)
        span = mass([(number_of(period, unit), count) for period, count in counted.counts]) if counted.counts else None
        return _shown(counted, counted, TimelineOptions(unit, span=span), NO_FILTERS)

    def _all(self, filters: Filters, unit: UnitChoice, *, collapse: bool) -> Periods:
        return self._everything.get(PeriodRequest(ArticleQuery(None, filters, collapse), unit, stated=True))

    def _counted(self, request: PeriodRequest) -> Periods:
        (counted,) = self._searcher.periods([request])
        return counted


def _shown(found: Periods, everything: Periods, options: TimelineOptions, filters: Filters) -> Spread:
    """The spread of ``found`` over the periods that ``options`` ask for."""
    unit = found.unit
    span = _span(found, everything, options, filters)
    counts = dict(found.counts)
    row = tuple(
        PeriodCount(period, counts.get(period, 0), count)
        for period, count in everything.counts
        if span and span.first <= number_of(period, unit) <= span.last
    )
    earlier, later = None, None
    if span:
        edge = limits(name_of(span.first, unit))[0], limits(name_of(span.last, unit))[1]
        numbered = [(number_of(period, unit), count) for period, count in found.counts]
        earlier = _outside(sum(count for number, count in numbered if number < span.first), before(edge[0]))
        later = _outside(sum(count for number, count in numbered if number > span.last), after(edge[1]))
    return Spread(unit, row, found.undated, found.vague, earlier, later, found.fetched, span)


def _outside(count: int, limit: date | None) -> Outside | None:
    return Outside(count, limit) if count and limit else None


def _span(found: Periods, everything: Periods, options: TimelineOptions, filters: Filters) -> Span | None:
    """The periods to show; None where there are none."""
    if options.span and options.unit == found.unit:
        return options.span
    counts = found.counts or everything.counts
    if not counts:
        return None
    numbered = [(number_of(period, found.unit), count) for period, count in counts]
    narrowed = filters.date_from is not None and filters.date_to is not None
    if options.unit == "auto" and not narrowed:
        span = mass(numbered)
    else:
        # Periods without a match are listed, too, if any article was published in them. They show what a rise follows.
        span = Span(number_of(everything.counts[0][0], found.unit), number_of(everything.counts[-1][0], found.unit))
    return span if span.length <= options.most else fullest(numbered, options.most)
