# SPDX-License-Identifier: GPL-3.0-or-later
"""The calendar: where a year, a month or a day begins and ends, and how far a limit of a period reaches.

A *limit* of a period is a whole day (a ``date``) or one minute of it (a ``datetime``). It is inclusive. A minute is in
the local time of each page, as dates of publication are. Where it states an offset from UTC it is a moment, which dates
that state an offset are compared with.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, time, timedelta

_EPOCH = datetime(1970, 1, 1)
_MINUTE = timedelta(minutes=1)


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


def first_minute(limit: date) -> datetime:
    """Returns the first minute of a limit, without its offset."""
    return limit.replace(tzinfo=None) if isinstance(limit, datetime) else datetime.combine(limit, time())


def last_minute(limit: date) -> datetime:
    """Returns the last minute of a limit, without its offset."""
    return limit.replace(tzinfo=None) if isinstance(limit, datetime) else datetime.combine(limit, time(23, 59))


def offset_of(limit: date | None) -> timedelta | None:
    """Returns the offset from UTC that a limit states, or None."""
    return limit.utcoffset() if isinstance(limit, datetime) else None


def minute_in_utc(local: datetime, offset: timedelta) -> int:
    """Returns the minute in UTC, counted from 1970, of a local time that is ahead of UTC by ``offset``."""
    return (local - _EPOCH - offset) // _MINUTE


def is_after(first: date, last: date) -> bool:
    """Returns whether a period from ``first`` to ``last`` is empty.

    Limits of which only one states an offset cannot be compared exactly; their local times are.
    """
    ahead = offset_of(first), offset_of(last)
    if None not in ahead:
        begins = minute_in_utc(first_minute(first), ahead[0] or timedelta())
        return begins > minute_in_utc(last_minute(last), ahead[1] or timedelta())
    return first_minute(first) > last_minute(last)


def written_limit(limit: date) -> str:
    """Returns a limit in ISO 8601: 2023-05-14, 2023-05-14T10:45 or 2023-05-14T10:45+03:00."""
    return limit.isoformat(timespec="minutes") if isinstance(limit, datetime) else limit.isoformat()
