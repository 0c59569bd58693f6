# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters as OpenSearch's queries."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from indexer.columns import COLUMNS_BY_NAME, DATE, FETCHED
from indexer.dates import first_minute, last_minute, minute_in_utc, offset_of
from indexer.engine.opensearch import encoding
from indexer.engine.opensearch.documents import PRECISIONS
from indexer.engine.queries import ANY_MOMENT, Filters, MomentRange

Json = dict[str, Any]


def column_field(column: str) -> str:
    """The field of documents that holds the names of ``column``."""
    return column if column in COLUMNS_BY_NAME else encoding.own_field(column)


def narrowing(filters: Filters) -> dict[str, Json]:
    """The queries of the filters that are set, but for ``within``, by name: ``date``, ``fetched``, ``indexed``,
    ``has``, ``missing``, and the names of columns."""
    found: dict[str, Json] = {}
    for column in dict.fromkeys((*filters.chosen, *filters.excluded)):
        chosen, excluded = filters.chosen.names(column), filters.excluded.names(column)
        clauses: Json = {"filter": [_any_of(column, chosen)]} if chosen else {}
        clauses |= {"must_not": [_any_of(column, excluded)]} if excluded else {}
        found[column] = {"bool": clauses} if excluded else _any_of(column, chosen)
    if filters.having:
        found["has"] = {"bool": {"filter": [_states(what) for what in sorted(filters.having)]}}
    if filters.lacking:
        found["missing"] = {"bool": {"must_not": [_states(what) for what in sorted(filters.lacking)]}}
    if filters.date_from or filters.date_to:
        found["date"] = _published(filters.date_from, filters.date_to)
    if filters.fetched != ANY_MOMENT:
        found["fetched"] = _between("fetched_at", filters.fetched)
    if filters.indexed != ANY_MOMENT:
        found["indexed"] = _between("indexed_at", filters.indexed)
    return found


def passing(filters: Filters | None) -> list[Json]:
    """The queries that an article must match to pass all of ``filters``, ``within`` included."""
    if filters is None:
        return []
    return [*passing(filters.within), *narrowing(filters).values()]


def _any_of(column: str, names: tuple[str, ...]) -> Json:
    return {"terms": {column_field(column): [encoding.name(name) for name in names]}}


def _states(what: str) -> Json:
    return {"exists": {"field": {DATE: "date", FETCHED: "fetched_at"}.get(what) or column_field(what)}}


def _published(first: date | None, last: date | None) -> Json:
    """The query of the articles with a date within the limits, see `Filters`."""
    found = []
    if first:
        begins = first_minute(first)
        found.append(_compared(first, begins, "gte", {"range": {"date": {"gte": _written(begins)}}}))
    if last:
        ends = last_minute(last)
        within: Json = {"range": {"date": {"lte": _written(ends.replace(second=59))}}}
        if ends != last_minute(ends.date()):
            # That day is not whole, so that only dates with a time of day can lie in it.
            timed = {"range": {"precision": {"gte": PRECISIONS.index("time")}}}
            before = {"range": {"date": {"lt": _written(first_minute(ends.date()))}}}
            within = {"bool": {"filter": [within, _either(timed, before)]}}
        found.append(_compared(last, ends, "lte", within))
    return found[0] if len(found) == 1 else {"bool": {"filter": found}}


def _compared(limit: date, local: datetime, sign: str, in_local_time: Json) -> Json:
    """The query ``in_local_time`` but for dates with an offset, which are compared with a limit that states one."""
    offset = offset_of(limit)
    if offset is None:
        return in_local_time
    # The field holds no number that is greater than these.
    minute = max(-(2**31), min(minute_in_utc(local, offset), 2**31 - 1))
    without = {"bool": {"filter": [in_local_time], "must_not": [{"exists": {"field": "instant"}}]}}
    return _either({"range": {"instant": {sign: minute}}}, without)


def _either(*queries: Json) -> Json:
    return {"bool": {"should": list(queries), "minimum_should_match": 1}}


def _written(when: datetime) -> str:
    return when.isoformat(timespec="seconds")


def _between(field: str, limits: MomentRange) -> Json:
    span = {}
    if limits.first is not None:
        span["gte"] = limits.first
    if limits.last is not None:
        span["lte"] = limits.last
    return {"range": {field: span}}
