# SPDX-License-Identifier: GPL-3.0-or-later
"""The content of the page about the archive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone

from babel.dates import format_timedelta
from markupsafe import Markup

from indexer.columns import COLUMNS_BY_NAME, SOURCE, ChosenNames, own_column
from indexer.search.answers.overview import Overview
from indexer.search.answers.results import FacetCount
from indexer.search.query.request import SearchRequest
from web.charts import drawing
from web.charts.chart import Chart, chart
from web.charts.remarks import Remark, remarks
from web.links.links import Link, address
from web.pages.filter_controls import SearchForm
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
