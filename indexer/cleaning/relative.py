"""Dates that are told from the moment of reading: "منذ 3 ساعات", "أمس". They mean something only with an anchor."""

from __future__ import annotations

import re
from datetime import timedelta

from indexer.article import Published
from indexer.cleaning.dates import parse_stated
from indexer.cleaning.text import folded_words

_LONGEST = 60
_AGO = frozenset({"منذ", "قبل", "ago"})
_SHORT = {"اليوم": 0, "today": 0, "امس": 1, "البارحه": 1, "yesterday": 1, "الان": 0, "now": 0}
_ONE = {"دقيقه": "minutes", "ساعه": "hours", "يوم": "days", "minute": "minutes", "hour": "hours", "day": "days"}
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
    "يوم": "days", "minutes": "minutes", "hours": "hours", "days": "days",
}  # fmt: skip
_MOST = {"minutes": 24 * 60, "hours": 72, "days": 60}
_CLOCK = re.compile(r"\s*[0-9٠-٩۰-۹]{1,2}:[0-9٠-٩۰-۹]{2}.*$")


def parse_relative(text: str, anchor: str) -> Published | None:
    """The day that ``text`` means when read at ``anchor``, a date that `parse_stated` reads; None without one.

    Minutes, hours and days are counted back from an anchor with a time; words that name a day ("أمس") need its day
    only. Weeks, months and years are too vague to name a day, and give None. Never raises.
    """
    if len(text) > _LONGEST or not anchor:
        return None
    seen = parse_stated(anchor)
    if seen is None or seen.precision not in ("day", "time"):
        return None
    words = [word for word in folded_words(_CLOCK.sub("", text)) if word not in (":", "نشر", "ال")]
    back = _back(words, seen.precision == "time")
    if back is None:
        return None
    try:
        return Published((seen.start() - back).date().isoformat())
    except OverflowError:
        return None


def _back(words: list[str], has_time: bool) -> timedelta | None:
    if len(words) == 1 and words[0] in _SHORT:
        return timedelta(days=_SHORT[words[0]])
    rest = [word for word in words if word not in _AGO]
    if len(rest) == len(words):
        return None
    number, unit = _amount(rest)
    if not unit or number > _MOST[unit] or (unit != "days" and not has_time):
        return None
    return timedelta(**{unit: number})


def _amount(words: list[str]) -> tuple[int, str]:
    if len(words) == 1:
        return (2, _TWO[words[0]]) if words[0] in _TWO else (1, _ONE.get(words[0], ""))
    if len(words) == 2 and words[0].isdigit() and len(words[0]) < 5:
        return int(words[0]), _MANY.get(words[1], "") or _ONE.get(words[1], "")
    return 0, ""
