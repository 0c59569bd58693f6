# SPDX-License-Identifier: GPL-3.0-or-later
"""The periods that articles are counted by: their names, their days, and which of them suit what was found.

A period has a name and a number. The numbers of a unit are consecutive:

======= ============= ==================================
unit    name          number
======= ============= ==================================
hour    2023-05-14T10 hours since 1970 began
day     2023-05-14    days since 1970 began
week    2023-W19      weeks since Monday, 29 December 1969
month   2023-05       months since the year 0
quarter 2023-Q2       quarters since the year 0
year    2023          the year
======= ============= ==================================

Weeks are those of ISO 8601: they begin on Monday, and the first one of a year has its first Thursday.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple

from indexer.article import Precision
from indexer.dates import first_day, first_minute, last_day, last_minute

Unit = Literal["hour", "day", "week", "month", "quarter", "year"]
"""The length of a period, the shortest first."""
UnitChoice = Unit | Literal["auto"]
"""``auto`` stands for the unit that suits what is found, see `fitting`."""

STATED_BY: dict[Unit, Precision] = {
    "hour": "time", "day": "day", "week": "day", "month": "month", "quarter": "month", "year": "year",
}  # fmt: skip
"""What a date must state at least to lie in one period of a unit."""

MOST_BARS = 60
"""A unit suits a time that has about this many of its periods at most."""

PRECISIONS: tuple[Precision, ...] = ("year", "month", "day", "time")
"""What a date may state, the least exact first."""
_COARSER: dict[Unit, Unit] = {
    "hour": "day", "day": "month", "week": "month", "month": "year", "quarter": "year",
}  # fmt: skip
"""The next unit that dates need state less for."""
_ENOUGH = 10
"""Of fewer articles none is taken for an outlier."""
_OUTSIDE = 0.02
"""The greatest part of the articles that may be left out of a span."""
_SHORTER = 0.5
"""Articles are left out only where the span becomes shorter by this factor."""
_EPOCH = date(1970, 1, 1).toordinal()
_WEEK, _MONTHS, _QUARTERS, _HOURS = 7, 12, 4, 24
_MONDAY = 3
"""Days from the Monday from which weeks are numbered to 1 January 1970."""


class Span(NamedTuple):
    """The periods of a unit from the number ``first`` to the number ``last``, both included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        """How many periods it has."""
        return self.last - self.first + 1


def vague_below(unit: Unit) -> int:
    """Returns the place, in `Precision` from the vaguest on, of the vaguest precision that lies in one period."""
    return PRECISIONS.index(STATED_BY[unit])


@lru_cache(maxsize=20_000)
def number_of(period: str, unit: Unit) -> int:
    """Returns the number of the period with this name."""
    first = limits(period)[0]
    if unit == "hour":
        return (first.toordinal() - _EPOCH) * _HOURS + int(period[-2:])
    return number_at(first, unit)


def number_at(day: date, unit: Unit) -> int:
    """Returns the number of the period in which a day, or the hour of a time, lies."""
    days = day.toordinal() - _EPOCH
    if unit == "hour":
        return days * _HOURS + (day.hour if isinstance(day, datetime) else 0)
    if unit == "day":
        return days
    if unit == "week":
        return (days + _MONDAY) // _WEEK
    if unit == "year":
        return day.year
    month = day.year * _MONTHS + day.month - 1
    return month if unit == "month" else month * _QUARTERS // _MONTHS


@lru_cache(maxsize=20_000)
def name_of(number: int, unit: Unit) -> str:
    """Returns the name of the period with this number."""
    if unit == "hour":
        days, hour = divmod(number, _HOURS)
        return f"{date.fromordinal(days + _EPOCH).isoformat()}T{hour:02}"
    if unit == "day":
        return date.fromordinal(number + _EPOCH).isoformat()
    if unit == "week":
        # 0001-01-01 is a Monday. So no week begins before the first day that Python knows.
        year, week, _ = date.fromordinal(number * _WEEK - _MONDAY + _EPOCH).isocalendar()
        return f"{year:04}-W{week:02}"
    if unit == "year":
        return f"{number:04}"
    year, part = divmod(number, _MONTHS if unit == "month" else _QUARTERS)
    return f"{year:04}-{part + 1:02}" if unit == "month" else f"{year:04}-Q{part + 1}"


@lru_cache(maxsize=20_000)
def limits(period: str) -> tuple[date, date]:
    """Returns the first and the last limit (`indexer.dates`) of the period with this name: minutes of an hour, else
    days."""
    if "T" in period:
        begins = datetime.fromisoformat(f"{period}:00")
        return begins, begins.replace(minute=59)
    year, _, rest = period.partition("-")
    if rest.startswith("W"):
        monday = date.fromisocalendar(int(year), int(rest[1:]), 1).toordinal()
        return date.fromordinal(monday), date.fromordinal(min(monday + _WEEK - 1, date.max.toordinal()))
    if rest.startswith("Q"):
        last = int(rest[1:]) * _MONTHS // _QUARTERS
        return first_day(int(year), last - 2), last_day(int(year), last)
    numbers = tuple(map(int, period.split("-")))
    return first_day(*numbers), last_day(*numbers)


def before(limit: date) -> date | None:
    """Returns the limit just before one, a day or a minute as it is; None before the first day of the calendar."""
    return _moved(limit, -1)


def after(limit: date) -> date | None:
    """Returns the limit just after one, a day or a minute as it is; None after the last day of the calendar."""
    return _moved(limit, 1)


def _moved(limit: date, steps: int) -> date | None:
    try:
        return limit + (timedelta(minutes=steps) if isinstance(limit, datetime) else timedelta(days=steps))
    except OverflowError:
        return None


def fitting(
    months: Sequence[tuple[str, int]], stated: Mapping[Precision, int], first: date | None, last: date | None
) -> Unit:
    """Returns the unit that suits articles of ``months``, ascending (month, count) pairs of the dates that state one.

    ``stated`` is how many of their dates have each precision. The search is narrowed to the time from ``first`` to
    ``last``. The unit is the shortest of which the time that holds nearly all of them (see `mass`) has about
    `MOST_BARS` periods at most, and that at least half of the dates state. Hours are for searches that are narrowed to
    two days.
    """
    dated = sum(stated.values())
    if not months:
        return "year" if dated else "month"
    whole = first is not None and last is not None
    numbers = [(number_of(month, "month"), count) for month, count in months]
    length = (Span(numbers[0][0], numbers[-1][0]) if whole else mass(numbers)).length
    unit: Unit = "year"
    if first and last and last_minute(last) - first_minute(first) < timedelta(days=2):
        unit = "hour"
    elif length * 31 <= MOST_BARS + 2:
        unit = "day"
    elif length * 31 <= MOST_BARS * _WEEK:
        unit = "week"
    elif length <= MOST_BARS:
        unit = "month"
    elif length * _QUARTERS <= MOST_BARS * _MONTHS:
        unit = "quarter"
    while unit in _COARSER and 2 * sum(stated.get(one, 0) for one in PRECISIONS[vague_below(unit) :]) < dated:
        unit = _COARSER[unit]
    return unit


def mass(numbers: Sequence[tuple[int, int]]) -> Span:
    """Returns the span that holds nearly all of what was found.

    ``numbers`` are ascending (number of a period, count) pairs, at least one. A few articles whose dates are far from
    all others, often wrong ones, are left out: at most two in a hundred, or one of ten and more, and only where this
    makes the span half as long.
    """
    whole = Span(numbers[0][0], numbers[-1][0])
    total = sum(count for _, count in numbers)
    spare = max(1, int(total * _OUTSIDE)) if total >= _ENOUGH else 0
    shortest, begin, held = whole, 0, 0
    for last, count in numbers:
        held += count
        while held - numbers[begin][1] >= total - spare:
            held -= numbers[begin][1]
            begin += 1
        if held >= total - spare and last - numbers[begin][0] + 1 < shortest.length:
            shortest = Span(numbers[begin][0], last)
    return shortest if shortest.length <= whole.length * _SHORTER else whole


def fullest(numbers: Sequence[tuple[int, int]], most: int) -> Span:
    """Returns the span of at most ``most`` periods that holds the most; ``numbers`` are as in `mass`."""
    best, best_held, begin, held = Span(numbers[0][0], numbers[0][0]), -1, 0, 0
    for last, count in numbers:
        held += count
        while last - numbers[begin][0] >= most:
            held -= numbers[begin][1]
            begin += 1
        if held > best_held:
            best, best_held = Span(numbers[begin][0], last), held
    return best
