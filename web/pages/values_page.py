# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of all values of a facet, of which the search page shows only the most frequent ones."""

from __future__ import annotations

from dataclasses import dataclass, replace

from indexer.columns import Column
from indexer.search.answers.results import SearchResults
from indexer.search.query.parameters import FACET_QUERY
from indexer.search.query.request import SearchRequest
from web.links.links import Link, address
from web.pages.filter_controls import SearchForm, columns_of, facet_links, hidden
from web.texts import texts
from web.texts.language import gettext

MOST_VALUES = 500
"""How many values the page lists; a reader who seeks another one types its beginning."""


@dataclass(frozen=True, slots=True)
class ValuesPage:
    """The content of the page. ``sought`` is what the values begin with, ``action`` the name of the column, ``hidden``
    are the other parameters of the form; ``counted`` says how many values there are."""

    title: str
    form: SearchForm
    heading: str
    column: str
    sought: str
    hidden: tuple[tuple[str, str], ...]
    counted: str
    values: tuple[Link, ...]
    back: Link


def column_named(name: str, request: SearchRequest) -> Column | None:
    """The column of this name; None if the archive has none."""
    return next((column for column in columns_of(request) if column.name == name), None)


def values_page(results: SearchResults, request: SearchRequest, column: Column, sought: str) -> ValuesPage:
    """The values of ``column`` that begin with ``sought``, each as a link that narrows the search ``request``."""
    links = facet_links(replace(results, request=request), column.name, MOST_VALUES)
    total = len(results.facets.get(column.name, ()))
    return ValuesPage(
        title=texts.page_title(texts.heading(column)),
        form=SearchForm(request.q, hidden(request, without=("q",))),
        heading=texts.heading(column),
        column=column.name,
        sought=sought,
        hidden=hidden(request, without=(FACET_QUERY.name,)),
        counted=texts.counted_values(len(links), total),
        values=tuple(links),
        back=Link(gettext("Back to the results"), address(request)),
    )
