# SPDX-License-Identifier: GPL-3.0-or-later
"""Defines moments: whole seconds since the beginning of 1970 in UTC, and their text form.

The time at which a page was fetched is a moment, and so is the time at which the archive first had an article. A date
of publication is not a moment: it may be as vague as a month, and it is in local time (`article.Published`).
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)

FIRST = -62_135_596_800
LAST = 253_402_300_799
"""The first and the last moment that can be written, in the years 1 and 9999."""


def now() -> int:
    """Returns the present moment by the clock of this machine."""
    return int(time.time())


def moment_of(when: datetime) -> int:
    """Returns the moment of ``when``, which is in UTC if it has no offset. Fractions of a second are dropped."""
    aware = when if when.tzinfo else when.replace(tzinfo=timezone.utc)
    return (aware - _EPOCH) // timedelta(seconds=1)


def time_of(moment: int) -> datetime:
    """Returns the time in UTC at ``moment``. Raises OverflowError outside the years 1 to 9999."""
    return _EPOCH + timedelta(seconds=moment)


def written(moment: int) -> str:
    """Returns ``moment`` in ISO 8601: 2023-05-14T10:45:00Z. Raises OverflowError outside the years 1 to 9999."""
    return time_of(moment).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def read(text: str) -> int:
    """Returns the moment in a text that `written` made. Raises ValueError on anything else."""
    return moment_of(datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ"))
