# SPDX-License-Identifier: GPL-3.0-or-later
"""The timeline of a search: its drawing, the choice of what it shows, the way back to wider times, and a second search
beside the first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import get_args

from markupsafe import Markup

from indexer.dates import first_minute, last_minute, written_limit
from indexer.engine.periods import Unit, limits, name_of, number_at
from indexer.search.answers.results import Timeline
from indexer.search.answers.spread import Spread
from indexer.search.query.request import SearchRequest
from web.charts import drawing
from web.charts.chart import Chart, chart
from web.charts.period_names import named
from web.charts.remarks import Remark, remarks
from web.links.links import Link, address, current_shown, here, timeline_address
from web.pages.filter_controls import SearchForm, hidden
from web.pages.shown import COMPARED
from web.texts import texts, times
from web.texts.language import current, gettext

MOST_BARS = 120
"""The most bars of a unit that the reader chose."""
_ENCLOSING: tuple[Unit, ...] = ("year", "month", "day")
"""The periods to which a reader goes back from a shorter one."""


@dataclass(frozen=True, slots=True)
class DrawnTimeline:
    """``bars`` and ``rows`` are those of ``chart`` as HTML, each with a link that narrows the search to its period.

    ``measures`` are links that choose between counts and shares, ``units`` those that choose the length of periods.
    ``trail`` leads from all time to the time that the search is narrowed to, which is the last; it is empty where the
    search is not narrowed. ``whole`` is the address of the timeline's own page, ``here`` that of the page that shows
    it, without parameters. ``remarks`` say what is left out.

    ``first`` and ``second`` are the texts of the two searches, ``second`` is "" where there is one only. ``alone`` is
    the page without the second search, ``compare`` the form for a second search. ``second_lacks`` says why nothing of
    the second search is drawn, else it is "".
    """

    chart: Chart
    bars: Markup
    rows: Markup
    remarks: tuple[Remark, ...]
    share: bool
    measures: tuple[Link, ...]
    units: tuple[Link, ...]
    trail: tuple[Link, ...]
    whole: str
    here: str
    first: str
    second: str
    second_lacks: str
    alone: str
    compare: SearchForm


def timeline(request: SearchRequest, spread: Spread | None, second: Timeline | None) -> DrawnTimeline | None:
    """The timeline of ``request`` and of the ``second`` search; None where there is nothing to draw."""
    if spread is None:
        return None
    lacks = _lacks(second)
    other = second.spread if second and not lacks else None
    periods = {one.period for one in (*spread.periods, *(other.periods if other else ()))}
    narrowed = request.date_from is not None or request.date_to is not None
    if not second and not any(one.count for one in spread.periods):
        return None
    # Two states stay visible: a comparison, which a reader may want to remove, and a narrowed time, which a reader
    # may want to leave.
    if len(periods) < (1 if second or narrowed else 2):
        return None
    request, shown = replace(request, offset=0), current_shown()
    # A search without words finds all that its filters let through, so its share would always be 100%.
    words = bool(request.q.strip() or shown.compared)
    drawn = chart(spread, other, share=shown.share and words)
    between = narrowing(request)
    measures = (
        Link(gettext("Number of articles"), address(request, replace(shown, share=False)), current=not shown.share),
        Link(gettext("Share of all coverage"), address(request, replace(shown, share=True)), current=shown.share),
    )
    return DrawnTimeline(
        chart=drawn,
        bars=drawing.bars(drawn, [between(bar.first, bar.last) for bar in drawn.bars]),
        rows=drawing.rows(drawn, [between(row.first, row.last) for row in drawn.rows], second=other is not None),
        remarks=remarks(spread, request),
        share=shown.share and words,
        measures=measures if words else (),
        units=_units(request, spread.unit),
        trail=tuple(trail(request)),
        whole=timeline_address(request),
        here=here(),
        first=request.q.strip() or gettext("All articles"),
        second=shown.compared if other else "",
        second_lacks=lacks,
        alone=address(request, replace(shown, compared="")),
        compare=SearchForm(shown.compared, hidden(request, without=(COMPARED.name,))),
    )


def narrowing(request: SearchRequest) -> Callable[[date, date], str]:
    """What makes the address of ``request`` narrowed to a time, whose periods then have the length that suits it."""
    # Hundreds of links differ only in two limits, so most of their address is made once.
    anytime = address(replace(request, date_from=None, date_to=None), replace(current_shown(), by="auto"))
    anytime += "&" if "?" in anytime else "?"
    return lambda first, last: f"{anytime}from={written_limit(first)}&to={written_limit(last)}"


def _units(request: SearchRequest, unit: Unit) -> tuple[Link, ...]:
    """The lengths of periods to choose from, the shortest first."""
    shown = current_shown()
    links = [
        Link(texts.named(times.UNITS, one), address(request, replace(shown, by=one)), current=one == unit)
        for one in get_args(Unit)
    ]
    if shown.by != "auto":
        links.insert(0, Link(gettext("Automatic"), address(request, replace(shown, by="auto"))))
    return tuple(links)


def trail(request: SearchRequest) -> Iterator[Link]:
    """Links from all time to the time that the search is narrowed to, which is the last; none where it is not."""
    first, last = request.date_from, request.date_to
    if not first and not last:
        return
    anytime = replace(request, date_from=None, date_to=None)
    shown = replace(current_shown(), by="auto")
    yield Link(gettext("All time"), address(anytime, shown))
    language, own = current(), None
    if first and last:
        begins, ends = first_minute(first), last_minute(last)
        for unit in _ENCLOSING:
            period = name_of(number_at(begins, unit), unit)
            wider = limits(period)
            if last_minute(wider[1]) < ends:
                break
            if (first_minute(wider[0]), last_minute(wider[1])) == (begins, ends):
                own = named(period, language)
                break
            narrowed = replace(request, date_from=wider[0], date_to=wider[1])
            yield Link(named(period, language), address(narrowed, shown))
    yield Link(own or times.between(first, last), address(request), current=True)


def _lacks(second: Timeline | None) -> str:
    """Why nothing of the second search can be drawn; "" where something can, or where there is no second search."""
    if second is None:
        return ""
    if second.wordless:
        return gettext("The second search has no word in it:")
    if not second.spread.undated and not any(one.count for one in second.spread.periods):
        return gettext("The second search finds no article:")
    return ""
