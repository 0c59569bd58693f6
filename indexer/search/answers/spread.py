# SPDX-License-Identifier: GPL-3.0-or-later
"""How what a search finds spreads over time: what is asked, and the answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from indexer.engine.periods import Span, Unit, UnitChoice
from indexer.engine.questions import FetchedUndated


@dataclass(frozen=True, slots=True)
class PeriodCount:
    """A period (`engine.periods`): the number of articles found that are of it, and of ``all`` articles."""

    period: str
    count: int
    all: int


@dataclass(frozen=True, slots=True)
class Outside:
    """``count`` articles found lie outside the span that is shown: before or after it, up to or from ``limit``
    (`indexer.dates`)."""

    count: int
    limit: date


@dataclass(frozen=True, slots=True)
class NameSpread:
    """How many articles with a name lie in each of `Spread.periods`; the ``name`` "" stands for all other names."""

    name: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NamesSpread:
    """How the articles found spread over time by their names in ``column``: the most frequent ``names``, the
    ``others``."""

    column: str
    names: tuple[NameSpread, ...]
    others: NameSpread


@dataclass(frozen=True, slots=True)
class Spread:
    """How the articles found spread over time, beside all articles that the filters let through.

    ``periods`` are those of the length ``unit`` within ``span`` that have any article, ascending. ``before`` and
    ``after`` are what was found outside of it. ``undated`` articles found have no date, and ``fetched`` are those of
    them that say when they were fetched. ``vague`` ones have a date that says less than ``unit``, such as a month where
    days are counted, and are in no period. Where the request collapses copies, all numbers count clusters.
    """

    unit: Unit
    periods: tuple[PeriodCount, ...]
    undated: int
    vague: int = 0
    before: Outside | None = None
    after: Outside | None = None
    fetched: FetchedUndated | None = None
    span: Span | None = None
    names: NamesSpread | None = None

    @property
    def total(self) -> int:
        """How many articles were found, wherever they lie."""
        outside = sum(one.count for one in (self.before, self.after) if one)
        return sum(one.count for one in self.periods) + outside + self.undated + self.vague

    def with_names(self, names: NamesSpread) -> Spread:
        """The same spread with that of ``names``."""
        return replace(self, names=names)


MOST_PERIODS = 10_000
"""A timeline has this many periods at most."""


@dataclass(frozen=True, slots=True)
class TimelineOptions:
    """What is asked of a timeline: its ``unit``, and at most ``most`` periods, those with the most articles.

    ``span`` are the periods themselves, for a second search beside a first one. With a ``column`` the articles are
    counted by their ``names`` most frequent names in it, too.
    """

    unit: UnitChoice = "auto"
    most: int = MOST_PERIODS
    span: Span | None = None
    column: str = ""
    names: int = 0


AUTOMATIC = TimelineOptions()
