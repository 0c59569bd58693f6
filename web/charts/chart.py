# SPDX-License-Identifier: GPL-3.0-or-later
"""Computes the drawing of a timeline: a bar for each period of a search, and a line for a second search.

The drawing becomes an SVG without a view box: places along the time are percentages, so that the drawing is as wide as
its column and letters keep their shape. Time runs in the direction of the language: in Arabic the oldest period is at
the right. A table holds all that is drawn, for those who do not see the drawing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import floor, log10
from typing import NamedTuple

from indexer.engine.periods import Span, limits, number_of
from indexer.search.answers.spread import (
    PeriodCount,
    Spread,
)
from web.charts.period_names import labels, named
from web.texts.language import Language, current

_FILLED = 0.8
"""The part of its place that a bar fills."""


class Bar(NamedTuple):
    """The bar of one period. ``x`` and ``width`` are percentages of the width from the left; ``top`` and ``other``, the
    tops of the bar and of the second search's line, are percentages of the height, from above. ``said`` describes the
    period in words; ``first`` and ``last`` are its limits (`indexer.dates`)."""

    x: float
    width: float
    top: float
    other: float
    said: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Tick:
    """A label at the percentage ``at`` of the width, from the left, or of the height, from above."""

    at: float
    text: str


class Joint(NamedTuple):
    """A straight piece of the second search's line. All numbers are percentages."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table; ``other`` and ``other_share`` are of the second search, "" where there is none."""

    period: str
    count: str
    all: str
    share: str
    other: str
    other_share: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Chart:
    """A timeline: its ``bars``, the ``joints`` of the second search's line, the labels along the time (``times``) and
    along the height (``levels``), and the ``rows`` of its table."""

    bars: tuple[Bar, ...]
    joints: tuple[Joint, ...]
    times: tuple[Tick, ...]
    levels: tuple[Tick, ...]
    rows: tuple[Row, ...]


def chart(spread: Spread, other: Spread | None = None, *, share: bool = False, most: float = 0) -> Chart:
    """The drawing of ``spread`` and of the second search ``other``, which has periods of the same length.

    Heights are numbers of articles or, with ``share``, parts of all articles of the period. The height of the drawing
    stands for ``most``, or else for a round number above all of them. A period in which the
    archive has no article has neither a bar nor a row.
    """
    others = {one.period: one for one in other.periods} if other else {}
    own = {one.period: one for one in spread.periods}
    periods = [own.get(name) or PeriodCount(name, 0, 0) for name in sorted({*own, *others})]
    numbers = [number_of(one.period, spread.unit) for one in periods]
    span = spread.span or (Span(min(numbers), max(numbers)) if numbers else Span(0, 0))
    values = [_value(one, share=share) for one in periods]
    other_values = [_value(others.get(one.period), share=share) for one in periods]
    most = most or _ceiling(max([*values, *other_values], default=0), share=share)
    language = current()
    rtl = language.direction == "rtl"
    step = 100 / span.length
    period_texts = _PeriodTexts(language)
    told = {one.period: period_texts.row(one, others.get(one.period)) for one in periods}
    bars = []
    for one, number, value, other_value in zip(periods, numbers, values, other_values, strict=True):
        place = (number - span.first) * step
        row = told[one.period]
        bars.append(
            Bar(
                x=round((100 - place - step if rtl else place) + step * (1 - _FILLED) / 2, 3),
                width=round(step * _FILLED, 3),
                top=round(100 - 100 * value / most, 2),
                other=round(100 - 100 * other_value / most, 2),
                said=period_texts.said(row),
                first=row.first,
                last=row.last,
            )
        )
    return Chart(
        bars=tuple(bars),
        joints=tuple(_joints(bars)) if other else (),
        times=tuple(
            Tick(round(100 - at if rtl else at, 3), text)
            for number, text in labels(span, spread.unit, language)
            for at in [(number - span.first + 0.5) * step]
        ),
        levels=tuple(
            Tick(round(100 - 100 * part, 2), period_texts.level(most * part, share=share)) for part in (1, 0.5)
        ),
        rows=tuple(told[one.period] for one in periods if one.count or _count(others.get(one.period))),
    )


def _count(one: PeriodCount | None) -> int:
    return one.count if one else 0


def _share(one: PeriodCount | None) -> float:
    return one.count / one.all if one and one.all else 0.0


def _value(one: PeriodCount | None, *, share: bool) -> float:
    return _share(one) if share else _count(one)


def _ceiling(most: float, *, share: bool) -> float:
    """The least round number that is not less than ``most`` and whose half is a whole number; for shares at most 1."""
    if not most:
        return 1.0 if share else 2.0
    power = 10.0 ** floor(log10(most))
    steps = (2, 4, 6, 8, 10) if power == 1 else (1, 2, 3, 4, 6, 8, 10)
    ceiling = next((times * power for times in steps if times * power >= most * (1 - 1e-9)), 10 * power)
    return min(ceiling, 1.0) if share else ceiling


class _PeriodTexts:
    """Makes the texts of hundreds of periods in one language. Its messages are looked up once, which is faster."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._percent_form = language.gettext("%(number)s%(percent_sign)s")
        self._percent_sign = language.percent_sign()
        self._said_form = language.gettext("%(period)s: %(count)s of %(all)s (%(share)s)")
        self._second_form = language.gettext("Second search: %(count)s")

    def row(self, one: PeriodCount, other: PeriodCount | None) -> Row:
        """The row of a period in the table."""
        number = self._language.number
        first, last = limits(one.period)
        return Row(
            period=named(one.period, self._language),
            count=number(one.count),
            all=number(one.all),
            share=self._percent(_share(one)),
            other="" if other is None else number(other.count),
            other_share="" if other is None else self._percent(_share(other)),
            first=first,
            last=last,
        )

    def said(self, row: Row) -> str:
        """The text that a reader gets who points at the bar of the period."""
        said = self._said_form % {"period": row.period, "count": row.count, "all": row.all, "share": row.share}
        return f"{said} · {self._second_form % {'count': row.other}}" if row.other else said

    def level(self, value: float, *, share: bool) -> str:
        """The label at a height."""
        return self._percent(value) if share else self._language.number(round(value))

    def _percent(self, part: float) -> str:
        """``part`` as a percentage of at most three digits: «100%», «4.2%», «0.25%»."""
        places = 0 if part in (0, 1) else 1 if part >= 0.01 else 2
        number = self._language.number(100 * part, places)
        return self._percent_form % {"number": number, "percent_sign": self._percent_sign}


def _joints(bars: Sequence[Bar]) -> list[Joint]:
    """The second search's line: a level piece across each bar, and a piece from each bar to the next.

    A single bar thus has a line too.
    """
    joints = []
    for number, bar in enumerate(bars):
        joints.append(Joint(bar.x, bar.other, round(bar.x + bar.width, 3), bar.other))
        if number + 1 < len(bars):
            following = bars[number + 1]
            before, after = (
                (bar.x + bar.width, following.x) if following.x > bar.x else (bar.x, following.x + bar.width)
            )
            joints.append(Joint(round(before, 3), bar.other, round(after, 3), following.other))
    return joints
