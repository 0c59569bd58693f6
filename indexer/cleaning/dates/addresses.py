"""The date in an article's address, where its outlet files them by date.

The forms: /2023/05/14/, /2023-05-14-..., /14-05-2023/, /2023/may/14/, /2023/world/5/14/ with the section between the
year and the month, /2023/05/230514_slug, and /2023/05/ for the month alone.
"""

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
_DAY_FIRST = re.compile(
    r"(?:^|[/_-])(?P<day>[0-9]{1,2})(?P<mark>[/_-])(?P<month>[0-9]{1,2})(?P=mark)(?P<year>[0-9]{4})(?=[/_.-]|$)"
)
_APART = re.compile(
    r"/(?P<year>[0-9]{4})/(?:[a-z][a-z_-]*/){1,2}(?P<month>[0-9]{1,2})/(?P<day>[0-9]{1,2})(?=/)", re.IGNORECASE
)
_NAMED = re.compile(r"/(?P<year>[0-9]{4})/(?P<month>[a-z]{3,9})/(?P<day>[0-9]{1,2})(?=/)", re.IGNORECASE)
_SHORT = re.compile(
    r"/(?P<year>(?:19|20)(?P<short>[0-9]{2}))/(?P<month>[0-9]{2})/(?P=short)(?P=month)(?P<day>[0-9]{2})(?=[_.-])"
)
_DAYS = (_DAY, _DAY_FIRST, _APART, _NAMED, _SHORT)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = re.compile(r"/(?P<year>[0-9]{4})/(?P<month>[0-9]{2})(?=/)")
_LONGEST = 2000


def published_in(url: str) -> Published | None:
    """The day, or the month, that the path of ``url`` states; None where it states none for sure. Never raises."""
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
    # Without marks only all eight digits are a date.
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
