# SPDX-License-Identifier: GPL-3.0-or-later
"""Arrays with one entry an article: filters, facets, timelines and the orders by time are made from them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer import deadline
from indexer.article import Article, Precision, Published
from indexer.columns import COLUMNS, DATE, FETCHED, Order, own_column
from indexer.dates import first_minute, last_minute, minute_in_utc, offset_of
from indexer.engine.local.segments.names import Counted, NameColumn, each_counted, name_arrays
from indexer.engine.local.segments.packed import SegmentFile
from indexer.engine.local.segments.period_codes import PeriodCodes
from indexer.engine.local.segments.sections import Arrays, narrowed
from indexer.engine.periods import STATED_BY, Unit, fitting, name_of
from indexer.engine.queries import ANY_MOMENT, Filters, MomentRange
from indexer.engine.questions import FetchedUndated, ListPlace, NamesOverTime, NamesRequest, Periods
from indexer.engine.weights import RECENCY_HALF_LIFE_DAYS
from indexer.web_addresses import address_key, normal_address

NO_DATE = -(2**31)
NO_MOMENT = -(2**63)
PRECISION_NAMES: tuple[Precision, ...] = ("year", "month", "day", "time")
PRECISIONS = ("", *PRECISION_NAMES)
"""What the numbers of the column ``precision`` mean; 0 stands for no date."""
_AFTER_ALL_DATES = 2**40
_DAY = 24 * 60
_EPOCH = datetime(1970, 1, 1)
_MINUTE = timedelta(minutes=1)


def minutes(published: Published | None) -> int:
    """The date as the column ``dates`` holds it: minutes since 1970 in the page's own time, ``NO_DATE`` for none."""
    return NO_DATE if published is None else _minute(published.start())


def start(minutes: int) -> datetime:
    """The moment at which a date begins; the opposite of `minutes`."""
    return _EPOCH + minutes * _MINUTE


def column_arrays(articles: Sequence[Article]) -> Arrays:
    """The sections of a segment file (see `packed`) that hold the columns and the ids of ``articles``."""
    ids = np.array([int(article.id, 16) for article in articles], np.uint64)
    order = np.argsort(ids)
    arrays: Arrays = {
        "dates": np.array([minutes(article.published) for article in articles], "<i4"),
        "precision": np.array([_precision(article.published) for article in articles], "u1"),
        "instants": np.array([_instant(article.published) for article in articles], "<i4"),
        "fetched_at": _moments(article.fetched_at for article in articles),
        "indexed_at": _moments(article.indexed_at for article in articles),
        "addresses": np.array([address_key(normal_address(article.url)) for article in articles], np.uint64),
        "ids": ids[order],
        "id_docs": narrowed(order),
    }
    own = sorted({name for article in articles for name, _ in article.own})
    for column in (*COLUMNS, *map(own_column, own)):
        arrays |= name_arrays(column.section, [article.names_in(column.name) for article in articles])
    return arrays


def _place_keys(
    order: Order, dates: NDArray[np.int64], fetched: NDArray[np.int64], indexed: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """What articles are ordered by before their ids, each ascending. What is not known comes last."""
    if order == "oldest":
        return np.where(dates == NO_DATE, _AFTER_ALL_DATES, dates), np.zeros_like(dates)
    # NO_DATE is less than every date, so an article without a date comes last. A moment is complemented, because
    # -NO_MOMENT would overflow.
    newest = -dates
    if order in ("fetched", "added"):
        return ~(fetched if order == "fetched" else indexed), newest
    return newest, np.zeros_like(dates)


def _precision(published: Published | None) -> int:
    return PRECISIONS.index(published.precision) if published else 0


def _instant(published: Published | None) -> int:
    instant = published.instant() if published else None
    return NO_DATE if instant is None else instant


def _moments(moments: Iterable[int | None]) -> NDArray[np.int64]:
    return np.array([NO_MOMENT if moment is None else moment for moment in moments], "<i8")


@dataclass(frozen=True)
class Columns:
    """The columns of one generation.

    ``dates`` are minutes since 1970, ``NO_DATE`` where there is none; ``precision`` says by `PRECISIONS` how exact each
    is. ``instants`` are minutes since 1970 in UTC, ``NO_DATE`` where the date states no offset.
    ``fetched_at`` and ``indexed_at`` are seconds since 1970 in UTC, ``NO_MOMENT`` where there is none.
    ``addresses`` stand for the addresses of the originals (`web_addresses.address_key`), 0 where there is none.
    ``ids`` are the articles' ids. ``names`` holds a column of names for each of `indexer.columns.COLUMNS` and for each
    own field that an article has a value of.
    """

    dates: NDArray[np.int32]
    precision: NDArray[np.uint8]
    instants: NDArray[np.int32]
    fetched_at: NDArray[np.int64]
    indexed_at: NDArray[np.int64]
    addresses: NDArray[np.uint64]
    ids: NDArray[np.uint64]
    names: Mapping[str, NameColumn]

    @classmethod
    def of(cls, segments: Sequence[SegmentFile], alive: NDArray[np.bool_]) -> Columns:
        """The columns over all ``segments``; ``alive`` says which articles are not deleted."""

        def joined(name: str, kind: type[np.generic]) -> NDArray[Any]:
            return np.concatenate([np.empty(0, kind), *(segment.arrays[name] for segment in segments)])

        names = {column.name: NameColumn.of(segments, column.section) for column in COLUMNS}
        for column in map(own_column, sorted({name for segment in segments for name in segment.own_fields})):
            found = NameColumn.of(segments, column.section)
            if found.stated[alive].any():
                names[column.name] = found
        return cls(
            joined("dates", np.int32),
            joined("precision", np.uint8),
            joined("instants", np.int32),
            joined("fetched_at", np.int64),
            joined("indexed_at", np.int64),
            joined("addresses", np.uint64),
            _ids(segments),
            names,
        )

    @cached_property
    def _places(self) -> dict[Order, NDArray[np.int32]]:
        return {}

    def by_time(self, order: Order, docs: NDArray[np.int64]) -> NDArray[np.int64]:
        """``docs`` in an order by time, which `base.Searcher.search` defines."""
        places = self._places.get(order)
        if places is None:
            keys = self._keys(order, np.arange(len(self.ids)))
            places = np.empty(len(self.ids), np.int32)
            places[np.lexsort(keys[::-1])] = np.arange(len(self.ids), dtype=np.int32)
            self._places[order] = places
        return docs[np.argsort(places[docs])]

    def passed(self, order: Order, docs: NDArray[np.int64], place: ListPlace) -> int:
        """How many of ``docs``, which are in this order by time, do not come behind ``place``."""
        date = NO_DATE if place.published is None else place.published // 60
        fetched, indexed = (NO_MOMENT if one is None else one for one in (place.fetched, place.indexed))
        first, second = _place_keys(order, *(np.array([one], np.int64) for one in (date, fetched, indexed)))
        firsts, seconds, ids = self._keys(order, docs)
        beyond = (seconds > second) | ((seconds == second) & (ids > np.uint64(int(place.id, 16))))
        return len(docs) - int(np.count_nonzero((firsts > first) | ((firsts == first) & beyond)))

    def _keys(self, order: Order, docs: NDArray[np.int64]) -> tuple[NDArray[Any], ...]:
        """What ``docs`` are ordered by, each ascending, the most important first."""
        dates = self.dates[docs].astype(np.int64)
        return (*_place_keys(order, dates, self.fetched_at[docs], self.indexed_at[docs]), self.ids[docs])

    @cached_property
    def freshness(self) -> NDArray[np.float64]:
        """How new each article is: 1 for the newest, 0.5 for one a half-life older, 0 where there is no date.

        The newest 0.1 % of the articles count as equally new, so that one wrong date does not make all others old.
        """
        known = self.dates[self.dates != NO_DATE]
        if not len(known):
            return np.zeros(len(self.dates))
        ages = np.maximum(np.quantile(known, 0.999) - self.dates, 0) / _DAY
        return np.where(self.dates == NO_DATE, 0.0, 0.5 ** (ages / RECENCY_HALF_LIFE_DAYS))

    def mask(self, filters: Filters) -> NDArray[np.bool_]:
        """Which articles pass ``filters``, as a mask. Raises TooSlowError."""
        mask: NDArray[np.bool_] = np.logical_and.reduce([np.ones(len(self.dates), bool), *self.masks(filters).values()])
        return mask

    def masks(self, filters: Filters) -> dict[str, NDArray[np.bool_]]:
        """A mask over all articles for each filter that is set: ``within``, ``date``, ``fetched``, ``indexed``,
        ``has``, ``missing``, and the name of each column of which names are chosen or excluded. Raises TooSlowError."""
        deadline.check()
        masks = {}
        if filters.within:
            masks["within"] = self.mask(filters.within)
        for column, chosen in filters.chosen.items():
            known = self.names.get(column)
            masks[column] = known.mask(chosen) if known else np.zeros(len(self.dates), bool)
        for column, excluded in filters.excluded.items():
            if known := self.names.get(column):
                others = ~known.mask(excluded)
                masks[column] = masks[column] & others if column in masks else others
        if filters.having:
            masks["has"] = np.logical_and.reduce([self._states(one) for one in filters.having])
        if filters.lacking:
            masks["missing"] = ~np.logical_or.reduce([self._states(one) for one in filters.lacking])
        if filters.date_from or filters.date_to:
            masks["date"] = self._published(filters.date_from, filters.date_to)
        for name, moments, limits in (
            ("fetched", self.fetched_at, filters.fetched),
            ("indexed", self.indexed_at, filters.indexed),
        ):
            if limits != ANY_MOMENT:
                masks[name] = _between(moments, limits)
        return masks

    def _states(self, what: str) -> NDArray[np.bool_]:
        """Which articles state this: a name in the column ``what``, a date, or when they were fetched."""
        known = self.names.get(what)
        mask: NDArray[np.bool_] = known.stated if known else np.zeros(len(self.dates), bool)
        if what == DATE:
            mask = self.dates != NO_DATE
        elif what == FETCHED:
            mask = self.fetched_at != NO_MOMENT
        return mask

    def _published(self, first: date | None, last: date | None) -> NDArray[np.bool_]:
        """Which articles have a date within the limits, see `Filters`."""
        mask: NDArray[np.bool_] = self.dates != NO_DATE
        if first is not None:
            mask &= self._compared(first, first_minute(first), np.greater_equal)
        if last is not None:
            end = last_minute(last)
            passes = self._compared(last, end, np.less_equal)
            if end != last_minute(end.date()):  # that day is not whole, so only dates with a time of day can lie in it
                timed = self.precision == PRECISIONS.index("time")
                passes &= timed | (self.dates < _minute(first_minute(end.date())))
            mask &= passes
        return mask

    def _compared(self, limit: date, local: datetime, compare: np.ufunc) -> NDArray[np.bool_]:
        """How the dates compare with a limit, which is ``local`` in local time."""
        passes: NDArray[np.bool_] = compare(self.dates, _minute(local))
        if (offset := offset_of(limit)) is not None:
            in_utc = compare(self.instants, minute_in_utc(local, offset))
            passes = np.where(self.instants == NO_DATE, passes, in_utc)
        return passes

    def vague(self, unit: Unit, docs: NDArray[np.int64]) -> NDArray[np.int64]:
        """Those of ``docs`` whose dates say less than ``unit``: for days, those that state a month or a year."""
        precision = self.precision[docs]
        return docs[(precision > 0) & (precision < PRECISIONS.index(STATED_BY[unit]))]

    def stating(self, unit: Unit, docs: NDArray[np.int64]) -> NDArray[np.int64]:
        """Those of ``docs`` whose dates say ``unit``."""
        return docs[self.precision[docs] >= PRECISIONS.index(STATED_BY[unit])]

    @cached_property
    def _period_codes(self) -> dict[Unit, PeriodCodes]:
        return {}

    def period_codes(self, unit: Unit) -> PeriodCodes:
        """The period of each article by ``unit``; the same object each time."""
        known = self._period_codes.get(unit)
        if known is None:
            made = PeriodCodes.of(unit, self.dates, self.dates != NO_DATE)
            known = self._period_codes.setdefault(unit, made)
        return known

    def fitting(self, docs: NDArray[np.int64], filters: Filters) -> Unit:
        """The unit that suits ``docs``, see `engine.periods.fitting`."""
        stated = np.bincount(self.precision[docs], minlength=len(PRECISIONS)).tolist()
        by_precision = dict(zip(PRECISION_NAMES, stated[1:], strict=True))
        dated = self.stating("month", docs) if by_precision["year"] else docs
        return fitting(self.months(dated), by_precision, filters.date_from, filters.date_to)

    def months(self, docs: NDArray[np.int64], counted: Counted = each_counted) -> tuple[tuple[str, int], ...]:
        """(month, count) pairs of ``docs``, ascending, without months that have no article."""
        return self.period_codes("month").counts(docs, counted)[0]

    def periods(self, unit: Unit, docs: NDArray[np.int64], counted: Counted = each_counted) -> Periods:
        """Returns the number of ``docs`` that were published in each period of ``unit``."""
        counts, undated = self.period_codes(unit).counts(docs, counted)
        return Periods(unit, counts, undated)

    def fetched_undated(self, docs: NDArray[np.int64]) -> tuple[NDArray[np.int64], FetchedUndated | None]:
        """Those of ``docs`` that have no date but a time of fetching, and what is told of them, articles counted."""
        found = docs[(self.dates[docs] == NO_DATE) & (self.fetched_at[docs] != NO_MOMENT)]
        if not len(found):
            return found, None
        moments = self.fetched_at[found]
        return found, FetchedUndated(len(found), int(moments.min()), int(moments.max()))

    def years(self, docs: NDArray[np.int64], counted: Counted = each_counted) -> tuple[tuple[str, int], ...]:
        """(year, count) pairs of ``docs``, latest first, without years that have no article."""
        return self.period_codes("year").counts(docs, counted)[0][::-1]

    def names_over_time(
        self, request: NamesRequest, docs: NDArray[np.int64], counted: Counted, clusters: NDArray[np.int32] | None
    ) -> NamesOverTime:
        """How many of ``docs``, or of their ``clusters`` where these are given, with each name lie in each period."""
        column = self.names.get(request.column)
        if column is None or not len(docs):
            return NamesOverTime((), ())
        periods = self.period_codes(request.unit)
        frequent = column.counts(docs, counted)[: request.most]
        places = [bisect_left(column.values, name) for name, _ in frequent]
        # A row for each of the frequent names and one for the others; the last is of those without a name.
        others, unnamed = len(places), len(places) + 1
        rows = np.full(len(column.values), others, np.int64)
        rows[0] = unnamed
        rows[places] = np.arange(others)
        docs, row_of = _placed(docs, [rows[layer[docs]] for layer in column.layers], others)
        cells = periods.codes[docs] * np.int64(unnamed + 1) + row_of
        if clusters is not None:
            cells = np.unique(clusters[docs].astype(np.int64) << 40 | cells) & ((1 << 40) - 1)
        found, counts = np.unique(cells, return_counts=True)
        shown: list[list[tuple[str, int]]] = [[] for _ in range(unnamed + 1)]
        for cell, count in zip(found.tolist(), counts.tolist(), strict=True):
            code, row = divmod(cell, unnamed + 1)
            if code:
                shown[row].append((name_of(int(periods.numbers[code - 1]), request.unit), count))
        named = zip((name for name, _ in frequent), map(tuple, shown), strict=False)
        return NamesOverTime(tuple(named), tuple(shown[others]))


def _placed(
    docs: NDArray[np.int64], rows: Sequence[NDArray[np.int64]], others: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each of ``docs`` with each of its ``rows``, given by layer, below ``others``; with this if it has none."""
    named = np.logical_or.reduce([own < others for own in rows])
    rest = docs[~named & np.logical_or.reduce([own == others for own in rows])]
    pairs = [(docs[own < others], own[own < others]) for own in rows] + [(rest, np.full(len(rest), others, np.int64))]
    return np.concatenate([some for some, _ in pairs]), np.concatenate([own for _, own in pairs])


def _ids(segments: Sequence[SegmentFile]) -> NDArray[np.uint64]:
    ids = [np.empty(0, np.uint64)]
    for segment in segments:
        own = np.empty(segment.docs, np.uint64)
        own[segment.arrays["id_docs"]] = segment.arrays["ids"]
        ids.append(own)
    return np.concatenate(ids)


def _between(moments: NDArray[np.int64], limits: MomentRange) -> NDArray[np.bool_]:
    """Which of ``moments`` are within ``limits``."""
    mask: NDArray[np.bool_] = moments != NO_MOMENT
    if limits.first is not None:
        mask &= moments >= limits.first
    if limits.last is not None:
        mask &= moments <= limits.last
    return mask


def _minute(when: datetime) -> int:
    return (when - _EPOCH) // _MINUTE
