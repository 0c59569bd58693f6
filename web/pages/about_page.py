# SPDX-License-Identifier: GPL-3.0-or-later
"""The content of the page about the archive, and of the page about an author or an agency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone

from babel.dates import format_timedelta
from markupsafe import Markup

from indexer.columns import AUTHOR, CATEGORY, COLUMNS_BY_NAME, SOURCE, ChosenNames, own_column
from indexer.search.answers.overview import Overview
from indexer.search.answers.results import FacetCount, SearchResults
from indexer.search.query.request import SearchRequest
from web.charts import drawing
from web.charts.chart import Chart, chart
from web.charts.remarks import Remark, remarks
from web.links.links import FeedLink, Link, address, feed_links
from web.pages.article_page import Neighbour, neighbour
from web.pages.filter_controls import SearchForm, hidden
from web.texts import texts
from web.texts.language import current, gettext, number

MOST_LISTED = 40
"""How many names of a column are listed, the most frequent."""


@dataclass(frozen=True, slots=True)
class ListedColumn:
    """The most frequent names of a column, each a link to its articles, and how many ``more`` there are."""

    name: str
    heading: str
    links: tuple[Link, ...]
    more: int


@dataclass(frozen=True, slots=True)
class AboutPage:
    """``columns`` are those that have names; ``bars`` are the bars of ``years``, each a link to its articles.
    ``remarks`` say what ``years`` leaves out.

    ``built`` is when the index was built, in words and as ISO 8601; ``age`` is how long ago that was.
    """

    title: str
    form: SearchForm
    holds: str
    span: str
    columns: tuple[ListedColumn, ...]
    years: Chart
    bars: Markup
    remarks: tuple[Remark, ...]
    generation: str
    built: str
    built_iso: str
    age: str


def about_page(overview: Overview) -> AboutPage:
    """The content of the page about the archive that ``overview`` describes."""
    built = datetime.strptime(overview.info.built_at, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    since = built - datetime.now(timezone.utc)
    years = chart(overview.years)
    links = [address(SearchRequest(date_from=bar.first, date_to=bar.last)) for bar in years.bars]
    language = current()
    return AboutPage(
        title=texts.page_title(gettext("About the archive")),
        form=SearchForm(""),
        holds=texts.archive_holds(overview.info.articles, len(overview.names[SOURCE.name])),
        span=texts.span(overview.first, overview.last),
        columns=tuple(_column(name, counts) for name, counts in overview.names.items() if counts),
        years=years,
        bars=drawing.bars(years, links),
        remarks=remarks(overview.years, SearchRequest(collapse=False)),
        generation=overview.info.generation,
        built=gettext("%(day)s, %(time)s", day=language.day(built), time=language.digits(f"{built:%H:%M} UTC")),
        built_iso=overview.info.built_at,
        age=language.digits(format_timedelta(since, add_direction=True, locale=language.locale)),
    )


def _column(name: str, counts: Sequence[FacetCount]) -> ListedColumn:
    column = COLUMNS_BY_NAME.get(name) or own_column(name)
    own = (name,) if column.own else ()

    def narrowed(value: str) -> str:
        return address(SearchRequest(chosen=ChosenNames({name: (value,)}), own_fields=own))

    links = [Link(one.value, narrowed(one.value), count=number(one.count)) for one in counts[:MOST_LISTED]]
    return ListedColumn(name, texts.heading(column), tuple(links), max(0, len(counts) - MOST_LISTED))


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
