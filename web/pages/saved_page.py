# SPDX-License-Identifier: GPL-3.0-or-later
"""The searches that readers keep in their browsers: what the browser needs to keep one, and what is new in one.

The server knows none of them. The page asks for each search how many articles came since a moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from indexer import moments
from indexer.search.answers.results import SearchResults
from indexer.search.query.parameter_types import MomentParameter
from indexer.search.query.parameters import NARROWING, SORT, for_archive
from indexer.search.query.request import SearchRequest
from web.links.links import address
from web.links.site import absolute
from web.pages.filter_controls import Chip, SearchForm
from web.texts import texts
from web.texts.language import gettext

SINCE = MomentParameter("since", "The moment of the generation that was seen last.", "2023-03-14T10:00:00Z", last=True)


@dataclass(frozen=True, slots=True)
class KeptSearch:
    """A search as a browser keeps it: its parameters as a query string, what it is called at first, and the moment of
    the generation that answered it. ``href`` is its whole address, to be copied."""

    asked: str
    name: str
    built: str
    href: str


@dataclass(frozen=True, slots=True)
class SavedPage:
    """The content of the page of saved searches. ``known`` are the parameters that a search may have, ``built`` is the
    moment of the generation that answers now."""

    title: str
    form: SearchForm
    known: str
    built: str


def kept_search(results: SearchResults, chips: Sequence[Chip]) -> KeptSearch:
    """The search of ``results``, whose filters are ``chips``."""
    request = replace(results.request, offset=0, explain=False)
    known = _known(request.own_fields)
    named = [request.q.strip(), *(f"{chip.label}: {chip.value}" for chip in chips)]
    return KeptSearch(
        asked=urlencode([pair for pair in request.to_params() if pair[0] in known], errors="replace"),
        name=" · ".join(filter(None, named)),
        built=results.index.built_at,
        href=absolute(address(request)),
    )


def saved_page(own_fields: Sequence[str], built: str) -> SavedPage:
    """The content of the page, for an archive with these own fields."""
    return SavedPage(
        title=texts.page_title(gettext("Saved searches")),
        form=SearchForm(""),
        known=" ".join(_known(own_fields)),
        built=built,
    )


def added_since(request: SearchRequest, since: int | None) -> SearchRequest | None:
    """The part of ``request`` that was added after the moment ``since``, latest first; None if it can have none."""
    if since is None:
        return None
    first = max(request.indexed.first or moments.FIRST, min(since + 1, moments.LAST))
    last = request.indexed.last
    if last is not None and last < first:
        return None
    return replace(request, indexed=request.indexed._replace(first=first), sort="added", offset=0, explain=False)


def news(narrowed: SearchRequest | None, count: int, built: str) -> dict[str, object]:
    """What the browser is told of a search that `added_since` narrowed: how many articles are ``new``, the same as a
    text, the address that lists them, and the moment up to which they were counted."""
    return {
        "new": count,
        "said": texts.counted_news(count),
        "href": address(narrowed) if narrowed else "",
        "built": built,
    }


def _known(own_fields: Sequence[str]) -> tuple[str, ...]:
    return tuple(parameter.name for parameter in for_archive((*NARROWING, SORT), own_fields))
