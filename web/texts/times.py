# SPDX-License-Identifier: GPL-3.0-or-later
"""The texts of times: limits of a period, and the lengths of the periods of a timeline."""

from __future__ import annotations

from datetime import date, datetime

from indexer import moments
from web.texts.language import N_, current, gettext

UNITS = {
    "hour": N_("Hours"),
    "day": N_("Days"),
    "week": N_("Weeks"),
    "month": N_("Months"),
    "quarter": N_("Quarters"),
    "year": N_("Years"),
}
"""The lengths of the periods of a timeline."""


def day_of(moment: int) -> str:
    """The day of a moment in UTC."""
    return current().day(moments.time_of(moment))


def between(first: date | None, last: date | None) -> str:
    """A time between two limits, of which one may be open."""
    if first and last:
        return gettext("%(first)s – %(last)s", first=limit(first), last=limit(last))
    if first:
        return gettext("From %(day)s", day=limit(first))
    return gettext("To %(day)s", day=limit(last)) if last else ""


def limit(limit: date) -> str:
    """A limit of a date of publication: «14 آذار/مارس 2023», or «14 آذار/مارس 2023، 10:45»."""
    if not isinstance(limit, datetime):
        return current().day(limit)
    time = current().digits(f"{limit:%H:%M}")
    return gettext("%(day)s, %(time)s", day=current().day(limit), time=f"{time} {limit:%Z}".strip())
