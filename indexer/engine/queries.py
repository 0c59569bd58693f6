"""Queries as an engine takes them: small trees of terms that the analyser has already made.

An engine knows nothing of what a reader typed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from indexer.arabic.analyser import Tier
from indexer.columns import NONE_CHOSEN, ChosenNames


@dataclass(frozen=True, slots=True)
class TermQuery:
    """Articles that hold ``text`` in ``tier``; its score counts ``weight`` times."""

    tier: Tier
    text: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class PhraseQuery:
    """Articles that hold ``texts`` in ``tier`` at following positions, in this order; for folded and stem only.

    With ``within`` above 0 also in any order, with up to so many other words among them. With ``in_title`` only where
    they stand in the title. Scores as its terms do, together.
    """

    tier: Tier
    texts: tuple[str, ...]
    weight: float = 1.0
    within: int = 0
    in_title: bool = False


@dataclass(frozen=True, slots=True)
class PrefixQuery:
    """Articles that hold a term in ``tier`` that begins with ``text``; each scores ``weight``.

    With ``in_title``, which folded and stem know, only where it stands in the title.
    """

    tier: Tier
    text: str
    weight: float = 1.0
    in_title: bool = False


@dataclass(frozen=True, slots=True)
class PublishedQuery:
    """Articles that are dated from ``first`` to ``last``, both included, whatever they say.

    Each scores ``weight`` times the idf of the term ``like``, or that of a term that as many articles have as are so
    dated, whichever is lower.
    """

    first: date
    last: date
    like: TermQuery
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Articles that at least one of ``children`` matches; scores add up."""

    children: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """Articles that all of ``children`` match and none of ``without``; scores add up.

    With ``least`` below 1 it is enough that the children which match an article hold this part of the rarity of all
    children (see `rarity`); 0 means that any one of them is enough. ``optional`` children add their scores to articles
    that match, and match nothing by themselves.
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
"""Also where there is none."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a search without changing scores. Days are inclusive.

    ``chosen`` are names of columns: an article passes that has one of the chosen names in each of these columns.

    ``fetched`` and ``indexed`` are when a crawler fetched the page, and when the archive first had the article; with a
    limit, articles without such a moment are left out.

    A facet counts what choosing one of its values instead would give; what is ``within`` stays then too.
    """

    date_from: date | None = None
    date_to: date | None = None
    chosen: ChosenNames = NONE_CHOSEN
    fetched: MomentRange = ANY_MOMENT
    indexed: MomentRange = ANY_MOMENT
    within: Filters | None = None


NO_FILTERS = Filters()
"""Lets all articles through."""

Query = TermQuery | PhraseQuery | PrefixQuery | PublishedQuery | AnyOf | Words | Filters
"""As part of a query, `Filters` matches what they let through, and scores nothing."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """What is looked for. An article that matches ``query`` is a full match.

    Where there are fewer than ``enough`` of them, the other articles that match ``wider`` are partial matches, which
    follow. ``wider`` asks for less where hardly anything matches it: see `weights.FEW`. How many match is counted
    before any filters but those ``within`` which the query is asked, so that a filter changes neither kind of match.

    ``neighbours`` are pairs of stems that score more where they stand side by side, in this order. The scores of the
    newest articles grow by the part ``recency``, those of older ones by less. ``grams`` are those of the words,
    ``related`` stems of the same roots: what the best articles have of them adds a little to their scores.
    """

    query: Query
    wider: Words | None = None
    enough: int = 0
    neighbours: tuple[tuple[str, str], ...] = ()
    grams: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    recency: float = 0.0
