# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads periods as people write them: 2021, 2021-11, 14/3/2023, آذار (مارس) 2023, أمس, last 7 days, 2021 TO 2022."""

from __future__ import annotations

import re
from datetime import date, timedelta

from indexer.arabic import months
from indexer.arabic.fold import fold
from indexer.dates import first_day, last_day
from indexer.search.query.tree import Period

MAX_WORDS = 12
"""The most words of a period that stands without quotes or brackets."""

_RANGE = re.compile(r"\s*(?:\.\.|\s(?:to|until|till|الي|حتي)\s)\s*", re.IGNORECASE)
_FROM = re.compile(r"(?:من|from)\s", re.IGNORECASE)
_BETWEEN = re.compile(r"(?:بين (?P<a>.+?) و ?(?P<b>.+)|between (?P<c>.+?) and (?P<d>.+))", re.IGNORECASE)
_YEARS = re.compile(r"([0-9]{4})[-–—−]([0-9]{4})")
_DASHED = re.compile(r"(.+?) [-–—−] (.+)")
_COMPARED = re.compile(r"([<>]=?|[≤≥]) ?(.+)")
_ISO = re.compile(r"([0-9]{4})(?:[-/.]([0-9]{1,2})(?:[-/.]([0-9]{1,2}))?)?")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})")
_NUMBER = re.compile("[0-9]{1,4}")
_BESIDE = re.compile(r"[/()]")
"""Separates several names of one month: آذار/مارس."""

# The words below are folded.
_DAYS_AGO = {
    "اليوم": 0, "today": 0, "امس": 1, "البارحه": 1, "yesterday": 1, "اول امس": 2, "قبل امس": 2,
    "امس الاول": 2,
}  # fmt: skip
_SPANS = {
    "يوم": 1, "day": 1, "days": 1, "يوما": 1, "ايام": 1, "اسبوع": 7, "اسابيع": 7, "اسبوعا": 7, "week": 7, "weeks": 7,
    "شهر": 30, "شهرا": 30, "اشهر": 30, "شهور": 30, "month": 30, "months": 30,
    "سنه": 365, "عام": 365, "سنوات": 365, "اعوام": 365, "year": 365, "years": 365,
    "يومين": 2, "اسبوعين": 14, "شهرين": 60, "سنتين": 730, "عامين": 730,
}  # fmt: skip
_LAST = frozenset({"اخر", "last", "past"})
_LAST_ONE = frozenset({"last", "previous"})
_THIS = frozenset({"هذا", "هذه", "this"})
_A_PREVIOUS = "الماضي"
_PREVIOUS = frozenset({_A_PREVIOUS, "الماضيه", "الفائت", "المنصرم"})
_MONTH = frozenset({"الشهر", "month"})
_YEAR = frozenset({"العام", "السنه", "year"})
_WEEK = frozenset({"الاسبوع", "week"})
_FIRST_DAY = 5
"""The first day of a week, where Monday is 0: Saturday, as in Unicode's CLDR for most Arab countries."""
_LONGEST = 3_650
"""The most days of a period that is counted back from today."""


def period(text: str, today: date) -> Period | None:
    """The days that ``text`` means; None where it is no period. Relative periods count from ``today``.

    A month without a year is the latest one of that name that has begun. A range may be open (``2021..``,
    ``* TO 2022``, ``من 2021``, ``>=2021``).
    """
    # Folding turns some signs into spaces, such as a diaeresis that stands alone.
    words = " ".join(" ".join(map(fold, text.strip().strip('[]{}"“”«»').split())).split())
    if not words or words in ("..", "*"):
        return None
    if match := _COMPARED.fullmatch(words):
        return _compared(match[1], _one(match[2], today))
    begins, text = _FROM.match(words), _FROM.sub("", words, count=1)
    parts = [part.strip(" *") for part in _RANGE.split(f" {text} ")]
    if match := _YEARS.fullmatch(text) or _BETWEEN.fullmatch(words) or _DASHED.fullmatch(text):
        parts = [part for part in match.groups() if part]
    if len(parts) == 1 and begins:
        parts.append("")
    if len(parts) == 1:
        return _one(words, today)
    if len(parts) != 2 or parts == ["", ""]:
        return None
    first, last = (_one(part, today) if part else Period(None, None) for part in parts)
    if not first or not last or (first.first and last.last and first.first > last.last):
        return None
    return Period(first.first, last.last)


def _compared(sign: str, days: Period | None) -> Period | None:
    """The time before or after ``days``, as ``sign`` says; with an equals sign ``days`` are included."""
    if not days or not days.first or not days.last:
        return None
    if sign in (">=", "≥"):
        return Period(days.first, None)
    if sign in ("<=", "≤"):
        return Period(None, days.last)
    end = _before(days.last, -1) if sign == ">" else _before(days.first, 1)
    return (Period(end, None) if sign == ">" else Period(None, end)) if end else None


def _one(text: str, today: date) -> Period | None:
    if match := _ISO.fullmatch(text):
        return _of(*(int(number) if number else 0 for number in match.groups()))
    if match := _DAY_FIRST.fullmatch(text):
        day, month, year = map(int, match.groups())
        return _of(year, month, day)
    if text in _DAYS_AGO:
        then = _before(today, _DAYS_AGO[text])
        return Period(then, then) if then else None
    words = text.split()
    return _relative(words, today) or _named(words, today)


def _relative(words: list[str], today: date) -> Period | None:
    if len(words) == 2 and words[0] in _LAST_ONE and words[1] in _WEEK | _MONTH | _YEAR:
        words = [words[1], _A_PREVIOUS]
    if words[0] in _LAST and words[-1] in _SPANS and len(words) in (2, 3):
        times = 1
        if len(words) == 3:
            if not _NUMBER.fullmatch(words[1]):
                return None
            times = int(words[1])
        days = times * _SPANS[words[-1]]
        first = _before(today, days - 1) if 0 < days <= _LONGEST else None
        return Period(first, today) if first else None
    if len(words) != 2:
        return None
    begin, unit = (words[0] in _THIS, words[1]) if words[0] in _THIS else (False, words[0])
    if not begin and words[1] not in _PREVIOUS:
        return None
    if unit in _WEEK:
        first = _before(today, (today.weekday() - _FIRST_DAY) % 7 + (0 if begin else 7))
        last = first and _before(first, -6)
        return Period(first, last) if last else None
    if unit in _MONTH:
        return _of(today.year, today.month) if begin else _month_before(today)
    return _of(today.year if begin else today.year - 1) if unit in _YEAR else None


def _named(words: list[str], today: date) -> Period | None:
    """«آذار 2023», «14 كانون الأول 2023», «تموز», «14 آذار (مارس) 2023», «آذار/مارس»."""
    day = 0
    if len(words) > 1 and _NUMBER.fullmatch(words[0]):
        day, words = int(words[0]), words[1:]
        if not day:
            return None
    year = 0
    if len(words) > 1 and re.fullmatch("[0-9]{4}", words[-1]):
        year, words = int(words[-1]), words[:-1]
    names = [tuple(name.split()) for name in _BESIDE.split(" ".join(words)) if name.strip()]
    named = {months.gregorian().get(name, 0) for name in names}
    month = named.pop() if len(named) == 1 else 0
    if not month:
        return None
    if not year:
        year = today.year if (month, day or 1) <= (today.month, today.day) else today.year - 1
    return _of(year, month, day)


def _of(year: int, month: int = 0, day: int = 0) -> Period | None:
    try:
        return Period(first_day(year, month, day), last_day(year, month, day))
    except ValueError:
        return None


def _month_before(today: date) -> Period | None:
    return _of(today.year, today.month - 1) if today.month > 1 else _of(today.year - 1, 12)


def _before(today: date, days: int) -> date | None:
    try:
        return today - timedelta(days=days)
    except OverflowError:
        return None
