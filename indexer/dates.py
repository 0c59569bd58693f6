# SPDX-License-Identifier: GPL-3.0-or-later
"""The calendar: where a year, a month or a day begins and ends."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def first_day(year: int, month: int = 0, day: int = 0) -> date:
    """Returns the first day of a year, month or day. A ``month`` or ``day`` of 0 means that none is given. Raises
    ValueError."""
    if day and not month:
        raise ValueError(f"day {day} without a month")
    return date(year, month or 1, day or 1)


def last_day(year: int, month: int = 0, day: int = 0) -> date:
    """Returns the last day of a year, month or day. A ``month`` or ``day`` of 0 means that none is given. Raises
    ValueError."""
    first = first_day(year, month, day)
    if day:
        return first
    month = month or 12
    return date(year, month, monthrange(year, month)[1])


def whole_year(first: date | None, last: date | None) -> int:
    """Returns the year that lasts exactly from ``first`` to ``last``, or 0 if no year does."""
    year = first.year if first else 0
    return year if year and (first, last) == (first_day(year), last_day(year)) else 0


def is_whole_month(first: date | None, last: date | None) -> bool:
    """Returns whether a month lasts exactly from ``first`` to ``last``."""
    return first is not None and (first, last) == (first.replace(day=1), last_day(first.year, first.month))
