# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the bars and the table rows of a chart as HTML.

A page has hundreds of them; the template engine would spend a tenth of the page's time on them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from markupsafe import Markup

from web.charts.chart import Chart


def bars(chart: Chart, links: Sequence[str]) -> Markup:
    """The bars as SVG, each with its text and one of the ``links``."""
    return _joined(
        f'<a href="{escape(href)}" tabindex="-1" data-x="{bar.x}" data-width="{bar.width}">'
        f"<title>{escape(bar.said)}</title>"
        f'<rect class="place" x="{bar.x}%" width="{bar.width}%" height="100%"/>'
        f'<rect class="bar" x="{bar.x}%" y="{bar.top}%" width="{bar.width}%" height="{round(100 - bar.top, 2)}%"/>'
        "</a>"
        for bar, href in zip(chart.bars, links, strict=True)
    )


def rows(chart: Chart, links: Sequence[str], *, second: bool) -> Markup:
    """The rows of the table, each with one of the ``links``, with cells for the second search where there is one."""
    made = []
    for row, href in zip(chart.rows, links, strict=True):
        cells = (
            (row.count, row.other, row.all, row.share, row.other_share) if second else (row.count, row.all, row.share)
        )
        made.append(
            f'<tr><th scope="row"><a href="{escape(href)}">{escape(row.period)}</a></th>'
            + "".join(f"<td>{escape(cell)}</td>" for cell in cells)
            + "</tr>"
        )
    return _joined(made)


def _joined(elements: Iterable[str]) -> Markup:
    return Markup("\n".join(elements))  # noqa: S704  # all but numbers was escaped
