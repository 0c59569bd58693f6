# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of periods as readers see them, and the labels along the time of a chart."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from math import ceil

from indexer.engine.periods import Span, Unit, limits, name_of
from web.texts.language import N_, Language

MOST_LABELS = 6
"""The most labels along the time."""
_MOST_NAMED = {"month": 24, "quarter": 4}
"""Up to this number of periods the labels are months, else years."""
_A_YEAR = {"month": 12, "quarter": 4}
"""How many periods a year has."""

QUARTERS = (
    N_("First quarter of %(year)s"),
    N_("Second quarter of %(year)s"),
    N_("Third quarter of %(year)s"),
    N_("Fourth quarter of %(year)s"),
)


@lru_cache(maxsize=10_000)
def named(period: str, language: Language) -> str:
    """The period as readers see it: a week by its days, an hour by its minutes."""
    first, last = limits(period)
    if isinstance(first, datetime):
        minutes = language.digits(f"{first:%H:%M}–{last:%H:%M}")
        return language.gettext("%(day)s, %(time)s") % {"day": language.day(first), "time": minutes}
    if "W" in period:
        return _days(first, last, language)
    if "Q" in period:
        message = QUARTERS[int(period[-1]) - 1]
        return language.gettext(message) % {"year": language.digits(period[:4])}
    parts = period.count("-")
    return language.day(first) if parts == 2 else language.month(first) if parts else language.digits(period)


def _days(first: date, last: date, language: Language) -> str:
    """«14 – 20 أيار/مايو 2023», «28 أيار/مايو – 3 حزيران/يونيو 2023»."""
    if (first.year, first.month) == (last.year, last.month):
        begins = language.digits(f"{first.day}")
    elif first.year == last.year:
        begins = language.digits(f"{first.day} ") + language.months[first.month - 1]
    else:
        begins = language.day(first)
    return f"{begins} – {language.day(last)}"


def labels(span: Span, unit: Unit, language: Language) -> list[tuple[int, str]]:
    """The labels along the time, each with the number of its period: years, or where little time is drawn shorter
    periods."""
    in_year = _A_YEAR.get(unit)
    if in_year and span.length > _MOST_NAMED[unit]:
        begun = range(-(-span.first // in_year) * in_year, span.last + 1, in_year)
        step = max(1, ceil(len(begun) / MOST_LABELS))
        return [(number, language.digits(f"{number // in_year}")) for number in begun[::step]]
    # Names of months are long, and must not reach out of a narrow page.
    most = MOST_LABELS if unit in ("year", "hour") else MOST_LABELS - 2
    numbers = _some(range(span.first, span.last + 1), most)
    return [(number, language.digits(_label(number, unit, language))) for number in numbers]


def _some(numbers: range, most: int) -> range:
    """``most`` of ``numbers`` at equal distances, as far from the first as from the last."""
    step = max(1, ceil(len(numbers) / most))
    return numbers[(len(numbers) - 1) % step // 2 :: step]


def _label(number: int, unit: Unit, language: Language) -> str:
    if unit == "year":
        return f"{number}"
    first = limits(name_of(number, unit))[0]
    if isinstance(first, datetime):
        return f"{first:%H:%M}"
    month = language.months[first.month - 1].partition("/")[0]
    return month if unit in ("month", "quarter") else f"{first.day} {month}"
