# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters as OpenSearch's queries."""

from __future__ import annotations

from datetime import date
from typing import Any

from indexer.columns import COLUMNS_BY_NAME, DATE, FETCHED
from indexer.dates import first_minute, last_minute
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
    span: Json = {}
    if first:
        span["gte"] = first_minute(first).isoformat(timespec="seconds")
    if not last:
        return {"range": {"date": span}}
    end = last_minute(last)
    within: Json = {"range": {"date": {**span, "lte": end.replace(second=59).isoformat(timespec="seconds")}}}
    if end == last_minute(end.date()):
        return within
    # The last day is not whole, so that only dates with a time of day can lie in it.
    timed = {"range": {"precision": {"gte": PRECISIONS.index("time")}}}
    before = {"range": {"date": {"lt": first_minute(end.date()).isoformat(timespec="seconds")}}}
    return {"bool": {"filter": [within, {"bool": {"should": [timed, before], "minimum_should_match": 1}}]}}


def _between(field: str, limits: MomentRange) -> Json:
    span = {}
    if limits.first is not None:
        span["gte"] = limits.first
    if limits.last is not None:
        span["lte"] = limits.last
    return {"range": {field: span}}
