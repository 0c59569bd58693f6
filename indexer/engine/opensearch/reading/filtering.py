# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters as OpenSearch's queries."""

from __future__ import annotations

from typing import Any

from indexer.columns import COLUMNS_BY_NAME
from indexer.engine.opensearch import encoding
from indexer.engine.queries import ANY_MOMENT, Filters, MomentRange

Json = dict[str, Any]


def column_field(column: str) -> str:
    """The field of documents that holds the names of ``column``."""
    return column if column in COLUMNS_BY_NAME else encoding.own_field(column)


def narrowing(filters: Filters) -> dict[str, Json]:
    """The queries of the filters that are set, but for ``within``, by name: ``date``, ``fetched``, ``indexed``, and the
    names of columns."""
    found: dict[str, Json] = {}
    for column, names in filters.chosen.items():
        found[column] = {"terms": {column_field(column): [encoding.name(name) for name in names]}}
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


def _between(field: str, limits: MomentRange) -> Json:
    span = {}
    if limits.first is not None:
        span["gte"] = limits.first
    if limits.last is not None:
        span["lte"] = limits.last
    return {"range": {field: span}}
