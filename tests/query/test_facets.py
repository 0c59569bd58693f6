# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that a facet's count is what choosing it finds, for rescued or widened queries too, and that a choice does
not change how the query is read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.columns import NONE_CHOSEN
from indexer.search.answers.results import SearchResults
from indexer.search.archive import Archive
from indexer.search.query.parameters import Match
from indexer.search.query.request import SearchRequest

WORDS = (
    "المدينة", "اليوم", "جسر", "الجسر", "السنابل", "السنبال", "متحف", "المتحف", "الفخلر", "سوق", "أسواق", "وزير",
    "الوزارة", "في", "على", "زرافة", "hguvhr", "مياه", "2023", '"السنابل جسر"', '"وزارة المياه"', "عنوان:المدينة",
    "=مدينة", "مدين*", "-سوق", "بعد:2023", "مصدر:sahil-press", "تاريخ:2023", "OR", "أو", "ليس", "(", ")",
)  # fmt: skip
QUERIES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)
MATCHES = st.sampled_from(("auto", "auto", "all", "any"))


def chosen(request: SearchRequest, facet: str, value: str) -> SearchRequest:
    """Returns ``request`` narrowed to this value of a facet, replacing any other chosen value of it."""
    if facet != "year":
        return replace(request, chosen=request.chosen.having(facet, (value,)))
    return replace(request, date_from=date(int(value), 1, 1), date_to=date(int(value), 12, 31))


def promises_hold(archive: Archive, request: SearchRequest) -> list[SearchRequest]:
    """Checks that each value of a facet of ``request`` finds as many as its count says; returns the narrowed
    requests."""
    whole = archive.search(request)
    unfiltered = replace(request, chosen=NONE_CHOSEN, date_from=None, date_to=None)
    any_full = archive.search(unfiltered).total > 0
    narrower = []
    for facet, values in whole.facets.items():
        for one in (*values[:2], *values[-1:]):
            narrower.append(chosen(request, facet, one.value))
            part = archive.search(narrower[-1])
            # If no article matches in full before the filters, facets count the partial matches.
            counted = part.total if any_full else part.partial
            assert (facet, one.value, counted) == (facet, one.value, one.count)
            assert reading(part) == reading(whole)
    return narrower


def reading(results: SearchResults) -> tuple[object, ...]:
    return results.read_as, results.corrections, results.dropped, results.meant


@settings(max_examples=40)
@given(QUERIES, MATCHES, st.booleans(), st.integers(0, 50))
def test_a_facet_counts_what_choosing_it_gives(
    sample_archive: Archive, query: str, match: Match, collapse: bool, then: int
) -> None:
    request = SearchRequest(q=query, match=match, collapse=collapse, per_page=1)
    narrower = promises_hold(sample_archive, request)
    if narrower:
        promises_hold(sample_archive, narrower[then % len(narrower)])


@pytest.mark.parametrize("query", ["المدينة اليوم", "جسر السنبال", '"السنابل جسر"', "جسر زرافة", "الفخلر"])
def test_choosing_a_facet_of_a_rescued_query(sample_archive: Archive, query: str) -> None:
    assert promises_hold(sample_archive, SearchRequest(q=query, per_page=1))
