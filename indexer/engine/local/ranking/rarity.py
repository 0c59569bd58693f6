# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures how much of a query an article holds, by the rarity of its words.

The rarity of a word is its idf (see `scoring`): about the logarithm of the number of articles for each one that has the
word. Rarities add up as information does: if words were spread over articles at random, one of exp(r) articles would
hold words whose rarities sum up to r.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from indexer.engine.local.segments.runs import Ints
from indexer.engine.queries import AnyOf, Filters, PrefixQuery, Query, Words
from indexer.engine.weights import BY_CHANCE

if TYPE_CHECKING:
    from indexer.engine.local.ranking.scoring import Scorer

_LEEWAY = 0.999
"""This part of the rarity that is asked for is enough, so that rounding does not decide."""


class Rarities:
    """The rarities of the parts of queries for one `Scorer`. Each is worked out once."""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        # By identity, as in `scoring.Segment`.
        self._known: dict[int, tuple[Words, NDArray[np.float64]]] = {}

    def of(self, query: Query) -> float:
        """The rarity of the articles that match ``query``; 0 where none does.

        A word that no article has is no reason to refuse articles that have the others.
        """
        having = len(self._scorer.docs(query)) if _is_open(query) else self._scorer.frequency(query)
        return self._scorer.corpus.idf(having) if having else 0.0

    def each(self, query: Words) -> NDArray[np.float64]:
        """The rarity of each child."""
        known = self._known.get(id(query))
        if known is None:
            known = self._known[id(query)] = query, np.array([self.of(child) for child in query.children], np.float64)
        return known[1]

    def least(self, query: Words) -> float:
        """The rarity that an article must hold to match ``query``, whose ``least`` is below 1."""
        return query.least * float(self.each(query).sum()) * _LEEWAY

    def needed(self, query: Words) -> tuple[Query, ...]:
        """The fewest children of a query with ``least`` below 1 of which an article must match one: the rarest ones."""
        rarities, least = self.each(query), self.least(query)
        order = np.argsort(-rarities, kind="stable")
        rests = rarities.sum() - np.cumsum(rarities[order])
        count = int(np.argmax(rests < least)) + 1 if least > 0 else len(order)
        return tuple(query.children[at] for at in order[:count].tolist() if rarities[at])

    def held(self, query: Words, docs: Ints) -> NDArray[np.float64]:
        """For each of ``docs``, which ascend, the sum of the rarities of the children that it matches."""
        bounds = np.searchsorted(docs, self._scorer.corpus.bases)
        segments = zip(self._scorer.segments, bounds, bounds[1:], strict=False)
        parts = [segment.held(query, docs[first:last] - segment.base) for segment, first, last in segments]
        return np.concatenate([np.empty(0), *parts])

    def lowered(self, query: Words, within: NDArray[np.bool_] | None) -> Words:
        """``query`` with a lower ``least``, if `weights.BY_CHANCE` articles would match that by chance.

        It is never more than some article in the mask ``within`` holds, so that one matches if any holds anything.
        """
        docs = self._scorer.docs(replace(query, least=0.0))
        held = self.held(query, docs if within is None else docs[within[docs]])
        whole = float(self.each(query).sum())
        if not len(held):
            return query
        by_chance = math.log(max(self._scorer.corpus.count / BY_CHANCE, 1.0))
        return replace(query, least=min(query.least, by_chance / whole, float(held.max()) / whole))


def _is_open(query: Query) -> bool:
    """Whether the number of articles that match ``query`` is known only by counting them."""
    if isinstance(query, AnyOf):
        return any(map(_is_open, query.children))
    return isinstance(query, (PrefixQuery, Filters))
