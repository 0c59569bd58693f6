# SPDX-License-Identifier: GPL-3.0-or-later
"""Says what a timeline does not show: articles of other times, without a date, and with a date that is not exact."""

from __future__ import annotations

from dataclasses import dataclass, replace

from indexer.columns import DATE
from indexer.engine.periods import STATED_BY, Unit
from indexer.search.answers.spread import Spread
from indexer.search.query.request import SearchRequest
from web.links.links import address
from web.texts import texts, times
from web.texts.language import gettext, ngettext


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence about some articles, and the address that lists them. The address is "" if no page lists them."""

    text: str
    href: str = ""


def remarks(spread: Spread, request: SearchRequest) -> tuple[Remark, ...]:
    """What the timeline of ``request`` leaves out, and where it is."""
    said = []
    if before := spread.before:
        text = ngettext(
            "%(n)s article up to %(day)s", "%(n)s articles up to %(day)s", before.count, day=times.limit(before.limit)
        )
        said.append(Remark(text, address(replace(request, date_to=before.limit))))
    if after := spread.after:
        text = ngettext(
            "%(n)s article from %(day)s on", "%(n)s articles from %(day)s on", after.count, day=times.limit(after.limit)
        )
        said.append(Remark(text, address(replace(request, date_from=after.limit))))
    if spread.vague:
        said.append(Remark(_vague(spread.vague, spread.unit)))
    if spread.undated:
        said.append(Remark(_undated(spread), address(replace(request, lacking=request.lacking | {DATE}))))
    return tuple(said)


def _undated(spread: Spread) -> str:
    """How many articles have no date, and when they were fetched."""
    text = ngettext("%(n)s article has no date.", "%(n)s articles have no date.", spread.undated)
    if not spread.fetched:
        return text
    count = spread.fetched.count
    days = times.day_of(spread.fetched.first), times.day_of(spread.fetched.last)
    if days[0] == days[1]:
        fetched = gettext("Fetched on %(day)s: %(n)s.", day=days[0], n=texts.articles(count))
    else:
        fetched = gettext(
            "Fetched from %(first)s to %(last)s: %(n)s.", first=days[0], last=days[1], n=texts.articles(count)
        )
    return f"{text} {fetched}"


def _vague(count: int, unit: Unit) -> str:
    """How many articles have a date that says less than ``unit``."""
    stated = STATED_BY[unit]
    if stated == "time":
        return ngettext(
            "%(n)s article is not here: its date says no hour.",
            "%(n)s articles are not here: their dates say no hour.",
            count,
        )
    if stated == "day":
        return ngettext(
            "%(n)s article is not here: its date says no day.",
            "%(n)s articles are not here: their dates say no day.",
            count,
        )
    return ngettext(
        "%(n)s article is not here: its date says no month.",
        "%(n)s articles are not here: their dates say no month.",
        count,
    )
