"""The calendar: where a year, a month or a day begins and ends."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def first_day(year: int, month: int = 0, day: int = 0) -> date:
    """The first day of a year, a month or a day, of which 0 stands for none. Raises ValueError."""
    if day and not month:
        raise ValueError(f"day {day} of no month")
    return date(year, month or 1, day or 1)


def last_day(year: int, month: int = 0, day: int = 0) -> date:
    """The last day of a year, a month or a day, of which 0 stands for none. Raises ValueError."""
    first = first_day(year, month, day)
    if day:
        return first
    month = month or 12
    return date(year, month, monthrange(year, month)[1])


def whole_year(first: date | None, last: date | None) -> int:
    """The year whose days are those from ``first`` to ``last``; 0 where they are not the days of one year."""
    year = first.year if first else 0
    return year if year and (first, last) == (first_day(year), last_day(year)) else 0


def is_whole_month(first: date | None, last: date | None) -> bool:
    """Whether the days from ``first`` to ``last`` are those of one month."""
    return first is not None and (first, last) == (first.replace(day=1), last_day(first.year, first.month))
