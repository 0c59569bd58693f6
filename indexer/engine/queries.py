# SPDX-License-Identifier: GPL-3.0-or-later
"""The queries of an engine: small trees of terms that the analyser has already made.

An engine does not know what a reader typed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from indexer.arabic.analyser import Tier
from indexer.columns import NONE_CHOSEN, ChosenNames


@dataclass(frozen=True, slots=True)
class TermQuery:
    """Matches articles that hold the term ``text`` in ``tier``. The score of the term counts ``weight`` times."""

    tier: Tier
    text: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class PhraseQuery:
    """Matches articles that hold the terms ``texts`` side by side in this order; ``tier`` is folded or stem.

    With ``within`` above 0 any order matches, with up to ``within`` other words among them. With ``in_title`` the terms
    must stand in the title. The score is the sum of those of the terms.
    """

    tier: Tier
    texts: tuple[str, ...]
    weight: float = 1.0
    within: int = 0
    in_title: bool = False


@dataclass(frozen=True, slots=True)
class PrefixQuery:
    """Matches articles that hold a term in ``tier`` that begins with ``text``. Each scores ``weight``.

    With ``in_title`` the term must stand in the title; ``tier`` is then folded or stem.
    """

    tier: Tier
    text: str
    weight: float = 1.0
    in_title: bool = False


@dataclass(frozen=True, slots=True)
class PublishedQuery:
    """Matches articles that are dated from ``first`` to ``last``, both included.

    Each scores ``weight`` times the lower of two idfs: that of the term ``like``, and that of a term that as many
    articles have as are dated so.
    """

    first: date
    last: date
    like: TermQuery
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Matches articles that at least one of ``children`` matches. The score is the sum of theirs."""

    children: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """Matches articles that all of ``children`` match and none of ``without``. The score is the sum of theirs.

    With ``least`` below 1 it is enough if the children that match an article have this part of the rarity of all
    children; with 0 any one of them is enough. The rarity of a child is its idf. ``optional`` children match nothing by
    themselves; they add their scores to articles that match.
    """

    children: tuple[Query, ...]
    without: tuple[Query, ...] = ()
    optional: tuple[Query, ...] = ()
    least: float = 1.0


class MomentRange(NamedTuple):
    """The moments (`indexer.moments`) from ``first`` to ``last``, both included; None where that end is open."""

    first: int | None = None
    last: int | None = None


ANY_MOMENT = MomentRange()
"""Any moment, or none."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Narrows a search without changing scores.

    ``date_from`` and ``date_to`` are limits of the date of publication (`indexer.dates`). Dates are compared in the
    local time of their pages, to the minute. Where a limit and a date state an offset, moments are compared. A date
    without a time of day passes where its whole day lies between the limits, and a month or year where its first
    day does.

    ``chosen`` are names in columns: an article passes that has one of the chosen names in each of these columns.
    ``excluded`` are names in columns that an article must not have; articles without a name in the column pass.
    ``having`` are what an article must state, ``lacking`` what it must not: names of columns, "date", "fetched".
    ``fetched`` limits when a crawler fetched the page, ``indexed`` when the archive first had the article; with a
    limit, articles without such a moment are left out.

    A facet counts articles without the chosen and excluded names of its own column. The filters ``within`` always
    apply.
    """

    date_from: date | None = None
    date_to: date | None = None
    chosen: ChosenNames = NONE_CHOSEN
    fetched: MomentRange = ANY_MOMENT
    indexed: MomentRange = ANY_MOMENT
    excluded: ChosenNames = NONE_CHOSEN
    having: frozenset[str] = frozenset()
    lacking: frozenset[str] = frozenset()
    within: Filters | None = None


NO_FILTERS = Filters()
"""Lets all articles through."""

Query = TermQuery | PhraseQuery | PrefixQuery | PublishedQuery | AnyOf | Words | Filters
"""As part of a query, `Filters` match the articles that pass them, which score 0."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A query with all that ranks its articles. An article that matches ``query`` is a full match.

    Where there are fewer than ``enough`` full matches, the other articles that match ``wider`` are partial matches,
    which follow. Where hardly any article matches ``wider``, less is asked of them: see `weights.FEW`. Matches are
    counted before all filters except `Filters.within`, so that a filter does not change what kind of match an article
    is.

    ``neighbours`` are pairs of stems that score more where they stand side by side in this order. ``recency`` is the
    part by which the score of the newest articles grows; older ones grow by less. ``grams`` are those of the words and
    ``related`` stems of the same roots: articles among the best that have them score a little more.
    """

    query: Query
    wider: Words | None = None
    enough: int = 0
    neighbours: tuple[tuple[str, str], ...] = ()
    grams: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    recency: float = 0.0
