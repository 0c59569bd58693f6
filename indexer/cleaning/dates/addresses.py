# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the date in an article's web address, if the site files its articles by date.

The forms are /2023/05/14/, /2023-05-14-..., /14-05-2023/, /2023/may/14/, /2023/world/5/14/ (a section between year and
month), /2023/05/230514_slug, and /2023/05/ for the month alone.
"""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import urlsplit

from indexer.article import Published

_FIRST_YEAR = 1995
"""Newspapers had no web addresses before this year, so a lower number is not a year."""

_DAY = re.compile(
    r"(?:^|[/_-])(?P<year>[0-9]{4})(?P<mark>[/_-]?)(?P<month>[0-9]{1,2})(?P=mark)(?P<day>[0-9]{1,2})(?=[/_.-]|$)"
)
_DAY_FIRST = re.compile(
    r"(?:^|[/_-])(?P<day>[0-9]{1,2})(?P<mark>[/_-])(?P<month>[0-9]{1,2})(?P=mark)(?P<year>[0-9]{4})(?=[/_.-]|$)"
)
_SECTION_BETWEEN = re.compile(
    r"/(?P<year>[0-9]{4})/(?:[a-z][a-z_-]*/){1,2}(?P<month>[0-9]{1,2})/(?P<day>[0-9]{1,2})(?=/)", re.IGNORECASE
)
_MONTH_NAME = re.compile(r"/(?P<year>[0-9]{4})/(?P<month>[a-z]{3,9})/(?P<day>[0-9]{1,2})(?=/)", re.IGNORECASE)
_SHORT_DATE = re.compile(
    r"/(?P<year>(?:19|20)(?P<short>[0-9]{2}))/(?P<month>[0-9]{2})/(?P=short)(?P=month)(?P<day>[0-9]{2})(?=[_.-])"
)
_DAYS = (_DAY, _DAY_FIRST, _SECTION_BETWEEN, _MONTH_NAME, _SHORT_DATE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = re.compile(r"/(?P<year>[0-9]{4})/(?P<month>[0-9]{2})(?=/)")
_LONGEST = 2000


def published_in_address(url: str) -> Published | None:
    """Returns the day or month that the path of ``url`` states, or None if it is not certain. Never raises."""
    try:
        path = urlsplit(url[:_LONGEST]).path
    except ValueError:
        return None
    days = {day for form in _DAYS for found in form.finditer(path) if (day := _day(found)) is not None}
    if days:
        return Published(days.pop().isoformat()) if len(days) == 1 else None
    found = _MONTH.search(path)
    if found is None or not _is_year(int(found["year"])) or not 1 <= int(found["month"]) <= 12:
        return None
    return Published(f"{found['year']}-{found['month']}")


def _day(found: re.Match[str]) -> date | None:
    year, month, day = found["year"], found["month"], found["day"]
    # Without separators, only eight digits are a date.
    if not found.groupdict().get("mark", "-") and len(month) + len(day) < 4:
        return None
    name = month[:3].lower()
    number = int(month) if month.isdigit() else _MONTHS.index(name) + 1 if name in _MONTHS else 0
    try:
        stated = date(int(year), number, int(day))
    except ValueError:
        return None
    return stated if _is_year(stated.year) else None


def _is_year(year: int) -> bool:
    return _FIRST_YEAR <= year <= date.today().year + 1
