# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests the periods that articles are counted by: names and numbers, and the unit and time that suit what was found."""

from __future__ import annotations

from datetime import date, datetime
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.article import Precision
from indexer.dates import first_minute, last_minute
from indexer.engine.local.segments.names import each_counted
from indexer.engine.local.segments.period_codes import PeriodCodes
from indexer.engine.periods import (
    MOST_BARS,
    Span,
    Unit,
    after,
    before,
    fitting,
    fullest,
    limits,
    mass,
    name_of,
    number_at,
    number_of,
)

UNITS = st.sampled_from(get_args(Unit))
TIMES = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59)).map(
    lambda one: one.replace(second=0, microsecond=0)
)
COUNTS = st.dictionaries(st.integers(-400, 400), st.integers(1, 50), min_size=1, max_size=60).map(
    lambda counts: sorted(counts.items())
)
ALL_DAYS: dict[Precision, int] = {"day": 1}


@given(TIMES, UNITS)
def test_a_time_lies_in_its_period(when: datetime, unit: Unit) -> None:
    number = number_at(when, unit)
    name = name_of(number, unit)
    assert number_of(name, unit) == number
    first, last = limits(name)
    assert first_minute(first) <= when <= last_minute(last)
    assert {number_at(edge, unit) for edge in (first, last)} == {number}
    earlier, later = before(first), after(last)
    assert earlier is None or number_at(earlier, unit) == number - 1
    assert later is None or number_at(later, unit) == number + 1


@given(st.lists(TIMES.filter(lambda one: one.year < 6_000) | st.none(), max_size=30), UNITS)
def test_the_local_engine_has_the_same_periods(times: list[datetime | None], unit: Unit) -> None:
    epoch = datetime(1970, 1, 1)
    minutes = np.array([0 if one is None else (one - epoch).total_seconds() // 60 for one in times], np.int64)
    dated = np.array([one is not None for one in times], bool)
    counts, undated = PeriodCodes.of(unit, minutes.astype(np.int32), dated).counts(np.arange(len(times)), each_counted)
    expected = sorted(number_at(one, unit) for one in times if one)
    assert [name for name, count in counts for _ in range(count)] == [name_of(one, unit) for one in expected]
    assert undated == times.count(None)


@given(COUNTS)
def test_the_mass_leaves_out_little_and_only_for_much(counts: list[tuple[int, int]]) -> None:
    span, total = mass(counts), sum(count for _, count in counts)
    outside = sum(count for number, count in counts if not span.first <= number <= span.last)
    whole = Span(counts[0][0], counts[-1][0])
    assert span == whole or (outside <= max(1, total * 0.02) and total >= 10 and span.length <= whole.length / 2)
    limited = fullest(counts, 7)
    held = {begin: sum(count for number, count in counts if begin <= number < begin + 7) for begin, _ in counts}
    assert limited.length <= 7
    assert sum(count for number, count in counts if limited.first <= number <= limited.last) == max(held.values())


@pytest.mark.parametrize(
    ("months", "unit"),
    [
        ([], "year"),
        (["2023-05"], "day"),
        (["2023-12", "2024-01"], "day"),
        (["2023-12", "2024-02"], "week"),
        (["2023-01", "2023-12"], "week"),
        (["2023-01", "2024-03"], "month"),
        (["2010-01", "2014-12"], "month"),
        (["2010-01", "2015-01"], "quarter"),
        (["2005-01", "2019-12"], "quarter"),
        (["2005-01", "2020-01"], "year"),
        (["0001-01", "9999-12"], "year"),
        (["1990-01", *["2017-06"] * 30, *["2017-09"] * 30], "week"),
    ],
)
def test_the_length_of_periods_fits_the_time_span(months: list[str], unit: str) -> None:
    assert fitting([(month, 1) for month in months], ALL_DAYS, None, None) == unit


def test_the_length_of_periods_is_one_that_most_dates_state() -> None:
    day = date(2023, 5, 14)
    for stated, units in (
        ({"time": 2, "day": 2}, ["hour", "day"]),
        ({"time": 1, "day": 2}, ["day", "day"]),
        ({"day": 1, "month": 2}, ["month", "month"]),
        ({"month": 1, "year": 2}, ["year", "year"]),
    ):
        for narrowed, unit in zip((day, None), units, strict=True):
            assert fitting([("2023-05", 3)], stated, narrowed, narrowed) == unit  # type: ignore[arg-type]  # literals


@given(st.lists(st.dates(date(1900, 1, 1), date(2100, 1, 1)), min_size=1, max_size=50))
def test_there_are_few_bars_where_the_time_is_at_most_a_lifetime(days: list[date]) -> None:
    months = sorted({(day.year, day.month): 1 for day in days})
    unit = fitting([(f"{year:04}-{month:02}", 1) for year, month in months], ALL_DAYS, None, None)
    numbers = [(number, 1) for number in sorted({number_at(day, unit) for day in days})]
    assert unit == "year" or mass(numbers).length <= MOST_BARS + 3
