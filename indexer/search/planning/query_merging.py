# SPDX-License-Identifier: GPL-3.0-or-later
"""Merges equal parts of a query, so that a part that is repeated a hundred times costs no more than once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from indexer.engine.queries import AnyOf, Filters, PhraseQuery, PrefixQuery, PublishedQuery, Query, TermQuery, Words
from indexer.exhaustive import assert_never


def merged(parts: Iterable[Query]) -> tuple[Query, ...]:
    """``parts`` in order, each once; one that occurs n times has n times its weight, so that scores stay the same."""
    return tuple(part if count == 1 else _times(part, count) for part, count in Counter(parts).items())


def _times(query: Query, count: int) -> Query:
    match query:
        case Filters():
            return query
        case AnyOf():
            return AnyOf(tuple(_times(child, count) for child in query.children))
        case Words():
            children, optional = (
                tuple(_times(child, count) for child in several) for several in (query.children, query.optional)
            )
            return replace(query, children=children, optional=optional)
        case TermQuery() | PhraseQuery() | PrefixQuery() | PublishedQuery():
            return replace(query, weight=query.weight * count)
        case _:
            assert_never(query)
