"""When a page was fetched, as crawlers write it, becomes a moment; whatever is not surely one becomes None."""

from __future__ import annotations

import re
from datetime import datetime

from indexer import moments
from indexer.article import Published
from indexer.cleaning.dates.stated import parse_stated

_LONGEST = 100
_FIRST = moments.moment_of(datetime(1990, 1, 1))
"""There was no web before. Tools that know no moment write one of the year 1970."""

_DIGITS = re.compile(r"[0-9]{14}")
_NUMBER = re.compile(r"([0-9]{9,10}|[0-9]{13})(?:\.[0-9]{0,9})?")
_MILLISECONDS = 13
"""A number of so many digits counts thousandths of a second."""

# As in `Tue Mar 14 2023 10:25:00 GMT+0300 (Arabian Standard Time)` and `2023-03-14T10:25:00 UTC`.
_NAME_OF_ZONE = re.compile(r"\s*\([^()]*\)\s*$")
_T = re.compile(r"(?<=[0-9])T(?=[0-9]{2}:)")


def parse_fetched(text: str) -> int | None:
    """The moment (see `moments`) that ``text`` states, or None.

    ``text`` is a date that `parse_stated` reads; or 14 digits from the year to the second, as in indexes of web
    archives (20230314102500); or a number of seconds or milliseconds since 1970. A time without an offset is taken for
    UTC. A day without a time means its beginning; a month or a year is no moment. Never raises.
    """
    text = text.strip()
    if len(text) > _LONGEST:
        return None
    try:
        published = _stated(_counted(text) or text)
        moment = moments.moment_of(datetime.fromisoformat(published.value)) if published else _FIRST - 1
    except (ValueError, OverflowError):
        return None
    return moment if moment >= _FIRST else None


def _counted(text: str) -> str:
    """The moment that the digits ``text`` count, in ISO 8601; "" where they count none."""
    if _DIGITS.fullmatch(text):
        return datetime.strptime(text, "%Y%m%d%H%M%S").isoformat()
    number = _NUMBER.fullmatch(text)
    if not number:
        return ""
    return moments.written(int(number[1]) // (1_000 if len(number[1]) == _MILLISECONDS else 1))


def _stated(text: str) -> Published | None:
    published = parse_stated(text) or parse_stated(_T.sub(" ", _NAME_OF_ZONE.sub("", text)))
    return published if published and published.precision in ("day", "time") else None
