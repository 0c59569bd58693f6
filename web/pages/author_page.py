# SPDX-License-Identifier: GPL-3.0-or-later
"""The content of the page of an author or an agency."""

from __future__ import annotations

from dataclasses import dataclass, replace

from indexer.columns import AUTHOR, CATEGORY, SOURCE, ChosenNames
from indexer.search.answers.results import SearchResults
from indexer.search.query.request import SearchRequest
from web.links.links import FeedLink, Link, address, feed_links
from web.pages.about_page import MOST_LISTED, ListedColumn
from web.pages.article_page import Neighbour, neighbour
from web.pages.filter_controls import SearchForm, hidden
from web.texts import texts
from web.texts.language import number


@dataclass(frozen=True, slots=True)
class AuthorPage:
    """``holds`` says how many articles there are, ``span`` from when to when; ``newest`` are some of them.

    ``every`` leads to all of them as results of a search, ``feeds`` are their feeds. ``columns`` are their sources and
    sections, each a link to the articles of the author in it.
    """

    title: str
    form: SearchForm
    name: str
    holds: str
    span: str
    columns: tuple[ListedColumn, ...]
    newest: tuple[Neighbour, ...]
    every: str
    feeds: tuple[FeedLink, ...]


def author_request(request: SearchRequest) -> SearchRequest | None:
    """The search for the newest articles of the one author whom ``request`` names; None if it names none or several."""
    names = request.chosen.names(AUTHOR.name)
    if len(names) != 1:
        return None
    return SearchRequest(
        chosen=ChosenNames.of(author=names),
        sort="newest",
        facets=(SOURCE.name, CATEGORY.name),
        own_fields=request.own_fields,
    )


def author_page(results: SearchResults, oldest: SearchResults) -> AuthorPage:
    """The content of the page; ``results`` are the newest articles of the author, ``oldest`` begin with the oldest."""
    (name,) = results.request.chosen.names(AUTHOR.name)
    request = SearchRequest(chosen=results.request.chosen, own_fields=results.request.own_fields)
    days = [
        hit.article.published.start().date().isoformat()
        for hit in (*oldest.hits[:1], *results.hits[:1])
        if hit.article.published
    ]
    return AuthorPage(
        title=texts.page_title(name),
        form=SearchForm("", hidden(request, ("q",))),
        name=name,
        holds=texts.counted_articles(results.total),
        span=texts.span(days[0], days[-1]) if days else "",
        columns=tuple(
            ListedColumn(
                column.name,
                texts.heading(column),
                tuple(
                    Link(
                        one.value,
                        address(replace(request, chosen=request.chosen.having(column.name, (one.value,)))),
                        count=number(one.count),
                    )
                    for one in counts[:MOST_LISTED]
                ),
                max(0, len(counts) - MOST_LISTED),
            )
            for column in (SOURCE, CATEGORY)
            if (counts := results.facets.get(column.name, ()))
        ),
        newest=tuple(neighbour(hit.article) for hit in results.hits),
        every=address(request),
        feeds=feed_links(request),
    )
