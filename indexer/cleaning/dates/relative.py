# SPDX-License-Identifier: GPL-3.0-or-later
"""Parses dates that are relative to the time of reading, such as "منذ 3 ساعات" and "أول أمس"."""

from __future__ import annotations

import re
from datetime import timedelta

from indexer.article import Published
from indexer.cleaning.dates.stated import parse_stated
from indexer.cleaning.lines.folding import folded_words

_LONGEST = 60
_AGO = frozenset({"منذ", "قبل", "ago", "مضت", "مضي"})
_DAYS_BACK = {
    ("اليوم",): 0, ("هذا", "اليوم"): 0, ("today",): 0, ("الان",): 0, ("now",): 0,
    ("امس",): 1, ("البارحه",): 1, ("يوم", "امس"): 1, ("بالامس",): 1, ("yesterday",): 1, ("hier",): 1,
    ("اول", "امس"): 2, ("امس", "الاول"): 2, ("اول", "من", "امس"): 2, ("قبل", "امس"): 2, ("يوم", "اول", "امس"): 2,
}  # fmt: skip
_ONE = {
    "دقيقه": "minutes", "ساعه": "hours", "يوم": "days", "minute": "minutes", "min": "minutes", "hour": "hours",
    "day": "days",
}  # fmt: skip
_ONCE = frozenset({"واحد", "واحده", "a", "an", "one"})
_NUMBERS = {
    word: number
    for number, words in enumerate(
        (
            "ثلاث ثلاثه three", "اربع اربعه four", "خمس خمسه five", "ست سته six", "سبع سبعه seven",
            "ثمان ثماني ثمانيه eight", "تسع تسعه nine", "عشر عشره ten",
        ),
        start=3,
    )
    for word in words.split()
}  # fmt: skip
_TWO = {
    "دقيقتين": "minutes",
    "دقيقتان": "minutes",
    "ساعتين": "hours",
    "ساعتان": "hours",
    "يومين": "days",
    "يومان": "days",
}
_MANY = {
    "دقائق": "minutes", "دقيقه": "minutes", "ساعات": "hours", "ساعه": "hours", "ايام": "days", "يوما": "days",
    "يوم": "days", "minutes": "minutes", "mins": "minutes", "hours": "hours", "days": "days",
}  # fmt: skip
_AROUND = frozenset({":", "نشر", "ال", "تم", "الساعه", "في"})
_MOST = {"minutes": 24 * 60, "hours": 72, "days": 60}
_CLOCK = re.compile(r"\s*[0-9٠-٩۰-۹]{1,2}:[0-9٠-٩۰-۹]{2}.*$")


def parse_relative(text: str, anchor: str) -> Published | None:
    """Returns the day that ``text`` means when read at ``anchor``, a date that `parse_stated` reads; else None.

    Minutes, hours and days are counted back, which needs an anchor with a time. Words for a day ("أمس") need only the
    anchor's day. Weeks, months and years are too vague and give None. Never raises.
    """
    if len(text) > _LONGEST or not anchor:
        return None
    anchor_date = parse_stated(anchor)
    if anchor_date is None or anchor_date.precision not in ("day", "time"):
        return None
    back = _time_back(_words(text), anchor_date.precision == "time")
    if back is None:
        return None
    try:
        return Published((anchor_date.start() - back).date().isoformat())
    except OverflowError:
        return None


def is_relative(text: str) -> bool:
    """Whether ``text`` is a relative date that `parse_relative` reads, and nothing else. Never raises."""
    return len(text) <= _LONGEST and _time_back(_words(text), True) is not None


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in folded_words(_CLOCK.sub("", text)) if word not in _AROUND)


def _time_back(words: tuple[str, ...], has_time: bool) -> timedelta | None:
    """Returns the time between the day or moment that ``words`` mean and the time of reading, or None if it is not
    certain."""
    if words in _DAYS_BACK:
        return timedelta(days=_DAYS_BACK[words])
    rest = [word for word in words if word not in _AGO]
    if len(rest) == len(words):
        return None
    back = timedelta()
    for part in _parts(rest):
        number, unit = _amount(part)
        if not unit or number > _MOST[unit] or (unit != "days" and not has_time):
            return None
        back += timedelta(**{unit: number})
    return back


def _parts(words: list[str]) -> list[list[str]]:
    """Splits ``words`` at each "و", since "يوم و3 ساعات" are two amounts."""
    parts: list[list[str]] = [[]]
    for word in words:
        if word == "و":
            parts.append([])
        elif len(word) > 1 and word[0] == "و" and (word[1:].isdigit() or word[1:] in _NUMBERS or word[1:] in _TWO):
            parts.append([word[1:]])
        else:
            parts[-1].append(word)
    return parts


def _amount(words: list[str]) -> tuple[int, str]:
    if len(words) == 1:
        return (2, _TWO[words[0]]) if words[0] in _TWO else (1, _ONE.get(words[0], ""))
    if len(words) != 2:
        return 0, ""
    if _ONCE.intersection(words):
        return 1, _ONE.get(words[0], "") or _ONE.get(words[1], "")
    number = _NUMBERS.get(words[0]) or (int(words[0]) if words[0].isdigit() and len(words[0]) < 5 else 0)
    return (number, _MANY.get(words[1], "") or _ONE.get(words[1], "")) if number else (0, "")
