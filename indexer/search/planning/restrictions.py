# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns the parts of a query that narrow it into filters: names of columns, and periods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from indexer.columns import ChosenNames
from indexer.engine.queries import AnyOf, Filters, Query
from indexer.search.planning.column_names import ColumnNames
from indexer.search.query.request import SearchRequest
from indexer.search.query.tree import NameNode, Node, Period, Stated


def filters_of(request: SearchRequest, within: Filters | None) -> Filters:
    """The filters of the parameters of ``request``; ``within`` are those of its query."""
    return Filters(
        date_from=request.date_from,
        date_to=request.date_to,
        chosen=request.chosen,
        fetched=request.fetched,
        indexed=request.indexed,
        excluded=request.excluded,
        having=request.having,
        lacking=request.lacking,
        within=within,
    )


def narrowed(filters: Filters, parts: Sequence[Node], columns: ColumnNames) -> Filters | None:
    """``filters`` together with those among ``parts`` that are filters; None where no article can pass them all.

    Raises TooSlowError.
    """
    for part in parts:
        if isinstance(part, Period):
            first = _latest(filters.date_from, part.first)
            last = _earliest(filters.date_to, part.last)
            if first and last and first > last:
                return None
            filters = replace(filters, date_from=first, date_to=last)
        elif isinstance(part, Stated):
            filters = replace(filters, having=filters.having | {part.what})
        elif isinstance(part, NameNode):
            found = columns.meant(part)
            if before := frozenset(filters.chosen.names(part.column)):
                found = tuple(name for name in found if name in before)
            if not found:
                return None
            filters = replace(filters, chosen=filters.chosen.having(part.column, found))
    return filters


def matching(node: NameNode | Stated | Period, columns: ColumnNames) -> Query:
    """``node`` as a part of a query that matches what ``node`` lets through. Raises TooSlowError."""
    if isinstance(node, Period):
        return Filters(node.first, node.last)
    if isinstance(node, Stated):
        return Filters(having=frozenset((node.what,)))
    found = columns.meant(node)
    return Filters(chosen=ChosenNames({node.column: found})) if found else AnyOf(())


def _latest(*days: date | None) -> date | None:
    return max((day for day in days if day), default=None)


def _earliest(*days: date | None) -> date | None:
    return min((day for day in days if day), default=None)
