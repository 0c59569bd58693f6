"""The months by all their names: Gregorian, as the Levant, Egypt and the Gulf, and the Maghreb call them, and Hijri."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from types import MappingProxyType

_HIJRI = "hijri-"

Names = MappingProxyType[tuple[str, ...], int]
"""The folded words of a month's name -> its number, from 1."""


@cache
def gregorian() -> Names:
    """The Gregorian months, English names among them."""
    return _table(hijri=False)


@cache
def hijri() -> Names:
    """The months of the Hijri calendar."""
    return _table(hijri=True)


def _table(*, hijri: bool) -> Names:
    table: dict[tuple[str, ...], int] = {}
    for line in (files("indexer.arabic") / "data" / "months.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#") and line.startswith(_HIJRI) is hijri:
            number, *names = line.removeprefix(_HIJRI).split()
            table.update({tuple(name.split("_")): int(number) for name in names})
    return MappingProxyType(table)
