# SPDX-License-Identifier: GPL-3.0-or-later
"""Wider searches for a search that found nothing. Each was run before, so that none leads to an empty page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from indexer.search.answers.results import SearchResults
from indexer.search.query.request import SearchRequest
from web.links.links import Link, address
from web.pages.filter_controls import chips, unfiltered
from web.texts.language import gettext, number


def tries(results: SearchResults, search: Callable[[SearchRequest], SearchResults]) -> tuple[Link, ...]:
    """Links to the wider searches that find something, with the number of their results."""
    links = []
    for text, request in _wider(results):
        found = search(replace(request, per_page=1, facets=(), fields=()))
        if found.listed:
            links.append(Link(text, address(request), count=number(found.listed)))
    return tuple(links)


def _wider(results: SearchResults) -> Iterator[tuple[str, SearchRequest]]:
    request = replace(results.request, offset=0)
    if chips(request):
        yield gettext("Search the whole archive, unfiltered"), unfiltered(request)
    if request.exact:
        yield gettext("Accept other forms of the words, too"), replace(request, exact=False)
    words = {term.text for term in results.terms}
    if request.match != "any" and len(words) > 1 and words.difference(results.dropped):
        yield gettext("Search for any of the words"), replace(request, match="any")
