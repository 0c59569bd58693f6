# SPDX-License-Identifier: GPL-3.0-or-later
"""Which filters an article passes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from indexer.article import Article, Published
from indexer.columns import DATE, FETCHED
from indexer.dates import first_minute, last_minute, minute_in_utc, offset_of
from indexer.engine.periods import PRECISIONS, Unit, vague_below
from indexer.engine.queries import ANY_MOMENT, Filters, MomentRange


def passes(article: Article, filters: Filters, *, without: str = "") -> bool:
    """Whether ``article`` passes all filters, that with the name ``without`` (see `_checks`) left out."""
    return all(passed for name, passed in _checks(article, filters) if name != without)


def _checks(article: Article, filters: Filters) -> Iterator[tuple[str, bool]]:
    """The name of each filter that is set, and whether ``article`` passes it.

    A filter by names has the name of its column; the others are within, date, fetched, indexed, has and missing.
    """
    if filters.within:
        yield "within", passes(article, filters.within)
    for column, names in filters.chosen.items():
        yield column, not {*(article.names_in(column) or ("",))}.isdisjoint(names)
    for column, names in filters.excluded.items():
        yield column, {*article.names_in(column)}.isdisjoint(names)
    if filters.having:
        yield "has", all(_states(article, what) for what in filters.having)
    if filters.lacking:
        yield "missing", not any(_states(article, what) for what in filters.lacking)
    if filters.date_from or filters.date_to:
        yield "date", article.published is not None and _is_published_in(article.published, filters)
    if filters.fetched != ANY_MOMENT:
        yield "fetched", _is_in(article.fetched_at, filters.fetched)
    if filters.indexed != ANY_MOMENT:
        yield "indexed", _is_in(article.indexed_at, filters.indexed)


def _states(article: Article, what: str) -> bool:
    if what == DATE:
        return article.published is not None
    if what == FETCHED:
        return article.fetched_at is not None
    return bool(article.names_in(what))


def _is_published_in(published: Published, filters: Filters) -> bool:
    begins = published.start().replace(second=0, microsecond=0)
    ends = begins if published.precision == "time" else last_minute(begins.date())
    first, last, instant = filters.date_from, filters.date_to, published.instant()

    def minute(local: datetime, limit: date) -> int:
        """The minute of a limit or a date, to be compared with others in UTC or in local time."""
        offset = offset_of(limit)
        return minute_in_utc(local, timedelta() if instant is None or offset is None else offset)

    def own(local: datetime, limit: date) -> int:
        return minute(local, limit) if instant is None or offset_of(limit) is None else instant

    return (first is None or own(begins, first) >= minute(first_minute(first), first)) and (
        last is None or own(ends, last) <= minute(last_minute(last), last)
    )


def _is_in(moment: int | None, limits: MomentRange) -> bool:
    if moment is None:
        return False
    return (limits.first is None or moment >= limits.first) and (limits.last is None or moment <= limits.last)


def is_vague(article: Article, unit: Unit) -> bool:
    """Whether the date of an article says less than ``unit``."""
    if article.published is None:
        return False
    return PRECISIONS.index(article.published.precision) < vague_below(unit)
