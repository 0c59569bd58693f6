# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of the months: Gregorian, as the Levant, Egypt and the Gulf, and the Maghreb use them, and Hijri."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from types import MappingProxyType

_KIND = re.compile("(?P<kind>[a-z]+-)?(?P<rest>[0-9]+ .*)")

Names = MappingProxyType[tuple[str, ...], int]
"""The folded words of a month's name -> its number, from 1."""


@cache
def gregorian() -> Names:
    """Returns the Gregorian months, with their English names."""
    return _table("")


@cache
def french() -> Names:
    """Returns the French names of the Gregorian months without accents.

    "mai" and "mars" are words of other languages too.
    """
    return _table("french-")


@cache
def hijri() -> Names:
    """Returns the months of the Hijri calendar."""
    return _table("hijri-")


def _table(kind: str) -> Names:
    table: dict[tuple[str, ...], int] = {}
    for line in (files("indexer.arabic") / "data" / "months.txt").read_text(encoding="utf-8").splitlines():
        found = _KIND.fullmatch(line)
        if found is not None and (found["kind"] or "") == kind:
            number, *names = found["rest"].split()
            table.update({tuple(name.split("_")): int(number) for name in names})
    return MappingProxyType(table)
