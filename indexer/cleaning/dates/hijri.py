# SPDX-License-Identifier: GPL-3.0-or-later
"""Converts dates of the Hijri calendar, 1343 to 1500 AH, by the Umm al-Qura calendar (hijridate).

In countries where the month began a day earlier or later, the weekday beside the date corrects this. Without a weekday,
the day may be off by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from hijridate import Hijri

from indexer.arabic import months
from indexer.article import Published

YEARS = range(1200, 1600)
"""Numbers that are taken for Hijri years."""

_LEAST_DAYS = 28
_CONVERTIBLE = range(1343, 1501)
_WEEKDAYS = {
    "اثنين": 0, "ثلاثاء": 1, "اربعاء": 2, "خميس": 3, "جمعه": 4, "سبت": 5, "احد": 6,
}  # fmt: skip


def hijri_published(tokens: Sequence[str], others: Iterable[str]) -> Published | None:
    """Returns the Gregorian day of the Hijri date whose words and numbers are ``tokens``.

    If no day is stated, the result is only the Gregorian year. ``others`` are the words beside the date, which may
    include the weekday. Returns None if the date is not certain.
    """
    year, month, day = _parts(tokens)
    if year not in _CONVERTIBLE or month is None:
        return None
    try:
        if day is None:
            begin = Hijri(year, month, 1)
            last = Hijri(year, month, begin.month_length())
            return Published(f"{begin.to_gregorian().year:04}") if _same_year(begin, last) else None
        # A few months have 28 days in the tables, but newspapers of the time counted 29.
        beyond = max(0, day - _LEAST_DAYS) if Hijri(year, month, 1).month_length() == _LEAST_DAYS and day < 30 else 0
        first = Hijri(year, month, day - beyond).to_gregorian()
        found = date(first.year, first.month, first.day) + timedelta(days=beyond)
    except (ValueError, OverflowError):
        return None
    weekday = next((_WEEKDAYS[word] for word in (w.removeprefix("ال") for w in others) if word in _WEEKDAYS), None)
    for days in (0, -1, 1):
        near = found + timedelta(days=days)
        if weekday in (None, near.weekday()):
            return Published(near.isoformat())
    return None


def _parts(tokens: Sequence[str]) -> tuple[int, int | None, int | None]:
    year, month, day = 0, None, None
    for at, token in enumerate(tokens):
        numbers = [int(number) for number in re.findall("[0-9]+", token)]
        name = next((name for name in (tuple(tokens[at : at + 2]), (token,)) if name in months.hijri()), None)
        if len(numbers) == 3:
            year, month, day = numbers if numbers[0] in YEARS else reversed(numbers)
        elif name is not None and month is None:
            month = months.hijri()[name]
        elif numbers and numbers[0] in YEARS:
            year = numbers[0]
        elif numbers and day is None:
            day = numbers[0]
    return year, month, day


def _same_year(first: Hijri, last: Hijri) -> bool:
    return bool(first.to_gregorian().year == last.to_gregorian().year)
