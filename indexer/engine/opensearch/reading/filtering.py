# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters as OpenSearch's queries."""

from __future__ import annotations

from typing import Any

from indexer.columns import COLUMNS_BY_NAME, DATE, FETCHED
from indexer.engine.opensearch import encoding
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
        span: Json = {}
        if filters.date_from:
            span["gte"] = f"{filters.date_from.isoformat()}T00:00:00"
        if filters.date_to:
            span["lte"] = f"{filters.date_to.isoformat()}T23:59:59"
        found["date"] = {"range": {"date": span}}
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


def _between(field: str, limits: MomentRange) -> Json:
    span = {}
    if limits.first is not None:
        span["gte"] = limits.first
    if limits.last is not None:
        span["lte"] = limits.last
    return {"range": {field: span}}
