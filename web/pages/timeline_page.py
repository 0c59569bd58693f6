# SPDX-License-Identifier: GPL-3.0-or-later
"""The content of the page that shows a search over time, whole and by the names of a column."""

from __future__ import annotations

from dataclasses import dataclass, replace

from markupsafe import Markup

from indexer.search.answers.results import Timeline
from indexer.search.answers.spread import (
    NameSpread,
    PeriodCount,
    Spread,
)
from indexer.search.query.request import SearchRequest
from web.charts import drawing, timelines
from web.charts.chart import chart
from web.charts.remarks import Remark, remarks
from web.links.links import Link, address, current_shown, here, results_address, search_path
from web.links.site import canonical
from web.pages.filter_controls import Chip, PeriodForm, SearchForm, chips, columns_of, hidden, period_form
from web.pages.shown import COMPARED
from web.texts import texts
from web.texts.language import gettext, number

MOST_NAMES = 8
"""How many names of a column have a drawing of their own."""


@dataclass(frozen=True, slots=True)
class NameChart:
    """The drawing of one name: its ``bars`` as HTML, all drawings having the same scale.

    ``href`` narrows the search to the name, and is "" for all other names together.
    """

    name: str
    href: str
    count: str
    bars: Markup


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """The content of the page.

    ``heading`` says how many articles were found, ``results`` is the address of their list. ``facets`` are the
    columns to choose from, and ``names`` the drawings by the names of the chosen one, ``most`` being the number that
    the highest of their bars stands for. ``period`` is the form for the first and last day, and ``here`` the address
    that it is sent to. Where nothing can be drawn ``timeline`` is None, and ``remarks`` say what was
    found.
    """

    title: str
    canonical: str
    form: SearchForm
    heading: str
    results: str
    warnings: tuple[tuple[str, str], ...]
    chips: tuple[Chip, ...]
    timeline: timelines.DrawnTimeline | None
    remarks: tuple[Remark, ...]
    trail: tuple[Link, ...]
    period: PeriodForm
    here: str
    facets: tuple[Link, ...]
    names: tuple[NameChart, ...]
    most: str


def timeline_page(found: Timeline, second: Timeline | None) -> TimelinePage:
    """The content of the page for ``found`` and for the ``second`` search beside it."""
    request = replace(found.request, offset=0)
    spread = found.spread
    names = _names(spread, request)
    return TimelinePage(
        title=texts.page_title(request.q.strip(), gettext("Over time")),
        canonical=canonical(search_path(request)),
        form=SearchForm(request.q, hidden(request, without=("q", "without", COMPARED.name))),
        heading=texts.counted_results(spread.total),
        results=results_address(request),
        warnings=tuple(
            (texts.named(texts.WARNINGS, one.code), one.text) for one in found.warnings if one.code in texts.WARNINGS
        ),
        chips=chips(request),
        timeline=timelines.timeline(request, spread, second),
        remarks=remarks(spread, request),
        trail=tuple(timelines.trail(request)),
        period=period_form(request),
        here=here(),
        facets=tuple(_facets(request)),
        names=names,
        most=number(_most(spread)),
    )


def _facets(request: SearchRequest) -> list[Link]:
    shown = current_shown()
    titles = {"": gettext("None"), **{column.name: texts.heading(column) for column in columns_of(request)}}
    return [
        Link(title, address(request, replace(shown, facet=name)), current=name == shown.facet)
        for name, title in titles.items()
    ]


def _names(spread: Spread, request: SearchRequest) -> tuple[NameChart, ...]:
    if not spread.names:
        return ()
    column = spread.names.column
    rows = [one for one in spread.names.names if any(one.counts)]
    rows += [spread.names.others] if any(spread.names.others.counts) else []
    return tuple(_name_chart(row, column, spread, request) for row in rows)


def _name_chart(row: NameSpread, column: str, spread: Spread, request: SearchRequest) -> NameChart:
    counted = tuple(
        PeriodCount(one.period, count, one.all) for one, count in zip(spread.periods, row.counts, strict=True)
    )
    narrowed = replace(request, chosen=request.chosen.having(column, (row.name,))) if row.name else request
    drawn = chart(replace(spread, periods=counted), most=_most(spread))
    between = timelines.narrowing(narrowed)
    return NameChart(
        name=row.name or gettext("Others"),
        href=address(narrowed, replace(current_shown(), facet="")) if row.name else "",
        count=number(sum(row.counts)),
        bars=drawing.bars(drawn, [between(bar.first, bar.last) for bar in drawn.bars]),
    )


def _most(spread: Spread) -> int:
    """The greatest number of articles with one name in one period."""
    if not spread.names:
        return 0
    return max((count for one in (*spread.names.names, spread.names.others) for count in one.counts), default=0)
