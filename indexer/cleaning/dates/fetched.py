# SPDX-License-Identifier: GPL-3.0-or-later
"""Parses the time at which a page was fetched, as crawlers write it. Whatever is not surely a time becomes None."""

from __future__ import annotations

import re
from datetime import datetime

from indexer import moments
from indexer.article import Published
from indexer.cleaning.dates.stated import parse_stated

_LONGEST = 100
_FIRST = moments.moment_of(datetime(1990, 1, 1))
"""The web is younger than this. Tools that do not know the time write one in the year 1970."""

_DIGITS = re.compile(r"[0-9]{14}")
_NUMBER = re.compile(r"([0-9]{9,10}|[0-9]{13})(?:\.[0-9]{0,9})?")
_MILLISECONDS = 13
"""A number of this many digits counts milliseconds."""

# As in `Tue Mar 14 2023 10:25:00 GMT+0300 (Arabian Standard Time)` and `2023-03-14T10:25:00 UTC`.
_NAME_OF_ZONE = re.compile(r"\s*\([^()]*\)\s*$")
_T = re.compile(r"(?<=[0-9])T(?=[0-9]{2}:)")


def parse_fetched(text: str) -> int | None:
    """Returns the moment (see `moments`) that ``text`` states, or None.

    ``text`` is a date that `parse_stated` reads, or 14 digits from the year to the second as in indexes of web archives
    (20230314102500), or a number of seconds or milliseconds since 1970. A time without an offset is UTC. A day without
    a time means its beginning; a month or a year is not a moment. Never raises.
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
    """Converts the digits ``text`` to a time in ISO 8601, or "" if they are not one."""
    if _DIGITS.fullmatch(text):
        return datetime.strptime(text, "%Y%m%d%H%M%S").isoformat()
    number = _NUMBER.fullmatch(text)
    if not number:
        return ""
    return moments.written(int(number[1]) // (1_000 if len(number[1]) == _MILLISECONDS else 1))


def _stated(text: str) -> Published | None:
    published = parse_stated(text) or parse_stated(_T.sub(" ", _NAME_OF_ZONE.sub("", text)))
    return published if published and published.precision in ("day", "time") else None
