"""What the page about the archive shows, worked out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone

from babel.dates import format_timedelta
from markupsafe import Markup

from indexer.search.answers.overview import Overview
from indexer.search.answers.results import FacetCount
from indexer.search.query.request import SearchRequest
from web.charts import drawing
from web.charts.chart import Chart, chart
from web.links.links import Link, address
from web.pages.filter_controls import Form
from web.texts import texts
from web.texts.language import current, gettext, number

MOST_LISTED = 40
"""So many sources and sections are listed, the largest."""


@dataclass(frozen=True, slots=True)
class AboutPage:
    """``sources`` and ``categories`` link to their articles, ``bars`` those of ``years`` to its articles.

    ``more_sources`` and ``more_categories`` are how many are not listed. ``built`` is when the index was built, in
    words and as ISO 8601; ``age`` how long ago that is.
    """

    title: str
    form: Form
    holds: str
    span: str
    sources: tuple[Link, ...]
    more_sources: int
    categories: tuple[Link, ...]
    more_categories: int
    years: Chart
    bars: Markup
    generation: str
    built: str
    built_iso: str
    age: str


def about_page(overview: Overview) -> AboutPage:
    """The page about the archive of ``overview``."""
    built = datetime.strptime(overview.info.built_at, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    since = built - datetime.now(timezone.utc)
    years = chart(overview.years)
    sources, categories = overview.sources[:MOST_LISTED], overview.categories[:MOST_LISTED]
    links = [address(SearchRequest(date_from=bar.first, date_to=bar.last)) for bar in years.bars]
    language = current()
    return AboutPage(
        title=texts.page_title(gettext("About the archive")),
        form=Form(""),
        holds=texts.archive_holds(overview.info.articles, len(overview.sources)),
        span=texts.span(overview.first, overview.last),
        sources=tuple(_link(one, SearchRequest(sources=(one.value,))) for one in sources),
        more_sources=max(0, len(overview.sources) - MOST_LISTED),
        categories=tuple(_link(one, SearchRequest(categories=(one.value,))) for one in categories),
        more_categories=max(0, len(overview.categories) - MOST_LISTED),
        years=years,
        bars=drawing.bars(years, links),
        generation=overview.info.generation,
        built=gettext("%(day)s, %(time)s", day=language.day(built), time=language.digits(f"{built:%H:%M} UTC")),
        built_iso=overview.info.built_at,
        age=language.digits(format_timedelta(since, add_direction=True, locale=language.locale)),
    )


def _link(counted: FacetCount, request: SearchRequest) -> Link:
    return Link(counted.value, address(request), count=number(counted.count))
