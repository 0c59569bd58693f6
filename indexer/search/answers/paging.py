# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages next to a page of results, and the values of a facet that are listed."""

from __future__ import annotations

from dataclasses import replace

from indexer.search.answers.results import FacetCount, SearchResults
from indexer.search.query.parameters import MAX_DEPTH
from indexer.search.query.request import SearchRequest


def next_request(results: SearchResults) -> SearchRequest | None:
    """Returns the search for the next page; None on the last page, and if results lie too deep for page numbers."""
    request = results.request
    offset = request.offset + request.per_page
    listed = request.per_page and offset < results.listed and offset + request.per_page <= MAX_DEPTH
    return replace(request, offset=offset) if listed else None


def following_request(results: SearchResults) -> SearchRequest | None:
    """Returns the search for the next page, however deep: by its cursor where page numbers end or were not used."""
    request, cursor = results.request, results.following
    by_number = next_request(results) if request.cursor is None else None
    return by_number or (request.behind(cursor) if cursor else None)


def previous_request(results: SearchResults) -> SearchRequest | None:
    """Returns the search for the previous page; None on the first page, and behind a cursor.

    If fewer results than a page has come before this one, the previous page has just these.
    """
    request = results.request
    size = 0 if request.cursor else min(request.offset, request.per_page)
    return replace(request, offset=request.offset - size, per_page=size) if size else None


def facet_values(results: SearchResults, facet: str, most: int) -> list[FacetCount]:
    """Returns the first ``most`` values of a facet; values that the search names are always among them.

    More than ``most`` are returned only if the search names more.
    """
    counts, request = results.facets.get(facet, ()), results.request
    chosen = request.chosen_values(facet).union(request.excluded.names(facet))
    first = list(counts[:most])
    missing = chosen - {count.value for count in first}
    farther = [count for count in counts[most:] if count.value in missing] if missing else []
    while (
        farther
        and len(first) + len(farther) > most
        and (others := [at for at, count in enumerate(first) if count.value not in chosen])
    ):
        del first[others[-1]]
    return first + farther
