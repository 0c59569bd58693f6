# SPDX-License-Identifier: GPL-3.0-or-later
"""The period of each article by every unit of time, made from the dates when it is first asked for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.engine.local.segments.names import Counted
from indexer.engine.periods import Unit, name_of

_HOUR, _DAY, _WEEK = 60, 24 * 60, 7
_MONTHS, _QUARTERS = 12, 4
_MONDAY = 3
_SPARSE = 1 << 18
"""Where a unit has more periods between the first and the last date than this, only those with articles have a code."""


@dataclass(frozen=True, slots=True)
class PeriodCodes:
    """``codes`` holds a code for each article, 0 for no date.

    ``numbers`` (see `engine.periods`) are those of the codes from 1 on, ascending.
    """

    unit: Unit
    codes: NDArray[np.int32]
    numbers: NDArray[np.int64]

    @classmethod
    def of(cls, unit: Unit, dates: NDArray[np.int32], dated: NDArray[np.bool_]) -> PeriodCodes:
        """The codes by ``unit`` of ``dates``, which are minutes since 1970; ``dated`` says which of them are dates."""
        numbers = _numbers(unit, dates[dated])
        codes = np.zeros(len(dates), np.int32)
        if not len(numbers):
            return cls(unit, codes, numbers)
        first, last = int(numbers.min()), int(numbers.max())
        if last - first < _SPARSE:
            codes[dated] = numbers - (first - 1)
            return cls(unit, codes, np.arange(first, last + 1))
        found, places = np.unique(numbers, return_inverse=True)
        codes[dated] = places.reshape(-1) + 1
        return cls(unit, codes, found)

    def counts(self, docs: NDArray[np.int64], counted: Counted) -> tuple[tuple[tuple[str, int], ...], int]:
        """(period, count) pairs of ``docs``, ascending, without empty periods, and how many have no date."""
        counts = counted(self.codes, docs)
        places = np.flatnonzero(counts[1:])
        names, found = self._names(places), counts[1:][places].tolist()
        return tuple(zip(names, found, strict=True)), int(counts[0]) if len(counts) else 0

    def _names(self, places: NDArray[np.int64]) -> list[str]:
        numbers = self.numbers[places]
        if self.unit in ("hour", "day"):  # there may be very many; numpy names them as `name_of` does
            names: list[str] = np.datetime_as_string(
                numbers.astype("datetime64[h]" if self.unit == "hour" else "datetime64[D]")
            ).tolist()
            return names
        return [name_of(number, self.unit) for number in numbers.tolist()]


def _numbers(unit: Unit, dates: NDArray[np.int32]) -> NDArray[np.int64]:
    """The number of the period of each of ``dates``."""
    if unit == "hour":
        return (dates // _HOUR).astype(np.int64)
    days = (dates // _DAY).astype(np.int64)
    if unit == "day":
        return days
    if unit == "week":
        return (days + _MONDAY) // _WEEK
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * _MONTHS
    if unit == "month":
        return months
    return months // _MONTHS if unit == "year" else months * _QUARTERS // _MONTHS
