# SPDX-License-Identifier: GPL-3.0-or-later
"""Arrays with one entry an article: filters, facets, timelines and the orders by time are made from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer import deadline
from indexer.article import Article, Published
from indexer.columns import COLUMNS, DATE, FETCHED, Order, own_column
from indexer.dates import first_minute, last_minute
from indexer.engine.local.segments.names import Counted, NameColumn, each_counted, name_arrays
from indexer.engine.local.segments.packed import SegmentFile
from indexer.engine.local.segments.sections import Arrays, narrowed
from indexer.engine.queries import ANY_MOMENT, Filters, MomentRange
from indexer.engine.questions import ListPlace, Periods, Unit
from indexer.engine.weights import RECENCY_HALF_LIFE_DAYS
from indexer.web_addresses import address_key, normal_address

NO_DATE = -(2**31)
NO_MOMENT = -(2**63)
PRECISIONS = ("", "year", "month", "day", "time")
"""What the numbers of the column ``precision`` mean; 0 stands for no date."""
_AFTER_ALL_DATES = 2**40
_DAY = 24 * 60
_MONTHS = 12
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
    # NO_DATE is less than all dates. -NO_MOMENT overflows, so moments are complemented instead.
    newest = -dates
    if order in ("fetched", "added"):
        return ~(fetched if order == "fetched" else indexed), newest
    return newest, np.zeros_like(dates)


def _precision(published: Published | None) -> int:
    return PRECISIONS.index(published.precision) if published else 0


def _moments(moments: Iterable[int | None]) -> NDArray[np.int64]:
    return np.array([NO_MOMENT if moment is None else moment for moment in moments], "<i8")


@dataclass(frozen=True)
class Columns:
    """The columns of one generation.

    ``dates`` are minutes since 1970, ``NO_DATE`` where there is none; ``precision`` says by `PRECISIONS` how exact each
    is. ``fetched_at`` and ``indexed_at`` are seconds since 1970 in UTC, ``NO_MOMENT`` where there is none.
    ``addresses`` stand for the addresses of the originals (`web_addresses.address_key`), 0 where there is none.
    ``ids`` are the articles' ids. ``names`` holds a column of names for each of `indexer.columns.COLUMNS` and for each
    own field that an article has a value of.
    """

    dates: NDArray[np.int32]
    precision: NDArray[np.uint8]
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
            mask &= self.dates >= _minute(first_minute(first))
        if last is not None:
            end = _minute(last_minute(last))
            mask &= self.dates <= end
            if (end + 1) % _DAY:  # the last day is not whole, so that only dates with a time of day can lie in it
                mask &= (self.precision == PRECISIONS.index("time")) | (self.dates < end // _DAY * _DAY)
        return mask

    def vague(self, unit: Unit, docs: NDArray[np.int64]) -> NDArray[np.int64]:
        """Those of ``docs`` whose dates say less than ``unit``: for days, those that state a month or a year."""
        precision = self.precision[docs]
        return docs[(precision > 0) & (precision < PRECISIONS.index(unit))]

    @cached_property
    def _first_month(self) -> int:
        """The month of the oldest date, in months since the year 0; 0 where no article has a date."""
        known = self.dates[self.dates != NO_DATE]
        return int(_months(known[[known.argmin()]])[0]) if len(known) else 0

    @cached_property
    def _month_codes(self) -> NDArray[np.int32]:
        """The month of each article, where 1 is the month of the oldest date; 0 where there is no date."""
        codes = np.zeros(len(self.dates), np.int32)
        dated = self.dates != NO_DATE
        codes[dated] = _months(self.dates[dated]) - self._first_month + 1
        return codes

    @cached_property
    def _year_codes(self) -> NDArray[np.int32]:
        """The year of each article; 0 where there is no date."""
        codes = (self._month_codes + np.int32(self._first_month - 1)) // np.int32(_MONTHS)
        return np.where(self._month_codes, codes, 0).astype(np.int32)

    def month_counts(self, docs: NDArray[np.int64], counted: Counted = each_counted) -> NDArray[np.int64]:
        """How many of ``docs`` were published in each month, from the month of the archive's oldest date on."""
        return counted(self._month_codes, docs)[1:]

    def months(self, docs: NDArray[np.int64], counted: Counted = each_counted) -> tuple[tuple[str, int], ...]:
        """(month, count) pairs of ``docs``, ascending, without months that have no article."""
        counts = self.month_counts(docs, counted)
        places = np.flatnonzero(counts)
        years, months = np.divmod(places + self._first_month, _MONTHS)
        return tuple(
            (f"{year:04}-{month + 1:02}", count)
            for year, month, count in zip(years.tolist(), months.tolist(), counts[places].tolist(), strict=True)
        )

    @cached_property
    def _first_day(self) -> int:
        """The oldest day, in days since 1970."""
        known = self.dates[self.dates != NO_DATE]
        return int(known.min()) // _DAY if len(known) else 0

    @cached_property
    def _day_codes(self) -> NDArray[np.int32]:
        """The day of each article, where 1 is the day of the oldest date; 0 where there is no date."""
        codes = self.dates // np.int32(_DAY) - np.int32(self._first_day - 1)
        return np.where(self.dates == NO_DATE, 0, codes).astype(np.int32)

    def periods(self, unit: Unit, docs: NDArray[np.int64], counted: Counted = each_counted) -> Periods:
        """How many of ``docs`` were published in each day, month or year."""
        # ``first`` is the period before code 1, in numpy's numbers, which count from 1970.
        if unit == "day":
            codes, first = self._day_codes, self._first_day - 1
        elif unit == "month":
            codes, first = self._month_codes, self._first_month - 1 - _MONTHS * 1970
        else:
            codes, first = self._year_codes, -1970
        counts = counted(codes, docs)
        places = np.flatnonzero(counts[1:]) + 1
        names = np.datetime_as_string((places + first).astype(f"datetime64[{unit[0].upper()}]"))
        pairs = zip(names.tolist(), counts[places].tolist(), strict=True)
        return Periods(tuple(pairs), int(counts[0]) if len(counts) else 0)

    def years(self, docs: NDArray[np.int64], counted: Counted = each_counted) -> tuple[tuple[str, int], ...]:
        """(year, count) pairs of ``docs``, latest first, without years that have no article."""
        counts = counted(self._year_codes, docs)
        return tuple((f"{year:04}", int(counts[year])) for year in np.flatnonzero(counts)[::-1].tolist() if year)


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


def _months(dates: NDArray[np.int32]) -> NDArray[np.int64]:
    """The month of each of ``dates``, in months since the year 0."""
    return dates.astype("datetime64[m]").astype("datetime64[M]").astype(np.int64) + 1970 * _MONTHS
