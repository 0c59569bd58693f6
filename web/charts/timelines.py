# SPDX-License-Identifier: GPL-3.0-or-later
"""The timeline of a search page: its drawing, the choice of what it shows, and a second search beside the first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from markupsafe import Markup

from indexer.search.answers import results as found
from web.charts import drawing
from web.charts.chart import Chart, chart
from web.links.links import Link, address, current_shown
from web.pages.filter_controls import SearchForm, hidden
from web.pages.shown import COMPARED
from web.texts.language import gettext


@dataclass(frozen=True, slots=True)
class DrawnTimeline:
    """``bars`` and ``rows`` are those of ``chart`` as HTML, each with a link that narrows the search to its period.

    ``measures`` are links that choose between counts and shares. ``first`` and ``second`` are the texts of the two
    searches, ``second`` is "" where there is one only. ``alone`` is the page without the second search, ``compare`` the
    form for a second search. ``second_lacks`` says why nothing of the second search is drawn, else it is "".
    """

    chart: Chart
    bars: Markup
    rows: Markup
    share: bool
    measures: tuple[Link, ...]
    first: str
    second: str
    second_lacks: str
    alone: str
    compare: SearchForm


def timeline(results: found.SearchResults, second: found.Timeline | None) -> DrawnTimeline | None:
    """The timeline of ``results`` and of the ``second`` search; None where there is nothing to draw."""
    if results.spread is None:
        return None
    lacks = _lacks(second)
    other = second.spread if second and not lacks else None
    periods = {one.period for spread in (results.spread, other) if spread for one in spread.periods}
    if not second and not any(one.count for one in results.spread.periods):
        return None
    if len(periods) < (1 if second else 2):  # a comparison stays visible, so that a reader can remove it
        return None
    request, shown = replace(results.request, offset=0), current_shown()
    # A search without words finds all that its filters let through, so its share would always be 100%.
    words = bool(request.q.strip() or shown.compared)
    drawn = chart(results.spread, other, share=shown.share and words)
    # Hundreds of links differ only in two days, so most of their address is made once.
    anytime = address(replace(request, date_from=None, date_to=None))
    anytime += "&" if "?" in anytime else "?"

    def between(first: date, last: date) -> str:
        return f"{anytime}from={first}&to={last}"

    measures = (
        Link(gettext("Number of articles"), address(request, replace(shown, share=False)), current=not shown.share),
        Link(gettext("Share of all coverage"), address(request, replace(shown, share=True)), current=shown.share),
    )
    return DrawnTimeline(
        chart=drawn,
        bars=drawing.bars(drawn, [between(bar.first, bar.last) for bar in drawn.bars]),
        rows=drawing.rows(drawn, [between(row.first, row.last) for row in drawn.rows], second=other is not None),
        share=shown.share and words,
        measures=measures if words else (),
        first=request.q.strip() or gettext("All articles"),
        second=shown.compared if other else "",
        second_lacks=lacks,
        alone=address(request, replace(shown, compared="")),
        compare=SearchForm(shown.compared, hidden(request, without=(COMPARED.name,))),
    )


def _lacks(second: found.Timeline | None) -> str:
    """Why nothing of the second search can be drawn; "" where something can, or where there is no second search."""
    if second is None:
        return ""
    if second.wordless:
        return gettext("The second search has no word in it:")
    if not second.spread.undated and not any(one.count for one in second.spread.periods):
        return gettext("The second search finds no article:")
    return ""
