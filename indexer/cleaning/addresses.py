"""The date in an article's address, where its outlet files them by date: /2023/05/14/, /2023-05-14-..., /2023/05/."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import urlsplit

from indexer.article import Published

_FIRST_YEAR = 1995
"""Before it no newspaper had addresses, so that a lower number is something else."""

_DAY = re.compile(
    r"(?:^|[/_-])(?P<year>[0-9]{4})(?P<mark>[/_-]?)(?P<month>[0-9]{1,2})(?P=mark)(?P<day>[0-9]{1,2})(?=[/_.-]|$)"
)
_MONTH = re.compile(r"/(?P<year>[0-9]{4})/(?P<month>[0-9]{2})(?=/)")
_LONGEST = 2000


def published_in(url: str) -> Published | None:
    """The day, or the month, that the path of ``url`` states; None where it states none for sure. Never raises."""
    try:
        path = urlsplit(url[:_LONGEST]).path
    except ValueError:
        return None
    days = {day for found in _DAY.finditer(path) if (day := _day(found)) is not None}
    if days:
        return Published(days.pop().isoformat()) if len(days) == 1 else None
    found = _MONTH.search(path)
    if found is None or not _is_year(int(found["year"])) or not 1 <= int(found["month"]) <= 12:
        return None
    return Published(f"{found['year']}-{found['month']}")


def _day(found: re.Match[str]) -> date | None:
    month, day = found["month"], found["day"]
    # Without marks only all eight digits are a date.
    if not found["mark"] and len(month) + len(day) < 4:
        return None
    try:
        day_ = date(int(found["year"]), int(month), int(day))
    except ValueError:
        return None
    return day_ if _is_year(day_.year) else None


def _is_year(year: int) -> bool:
    return _FIRST_YEAR <= year <= date.today().year + 1
