# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells full matches of a query from partial ones, and says what is counted and what is listed."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from indexer.engine.local.ranking.corpus import Mask
from indexer.engine.local.ranking.scoring import Scorer
from indexer.engine.local.segments.runs import Ints
from indexer.engine.queries import Ranked, Words
from indexer.engine.weights import FEW

_NONE: Ints = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class Matches:
    """The numbers of the articles that match in ``full``, and of those that match only in ``part``; both ascend.

    ``any_full`` says whether there were full matches before the filters, so that a reader who narrows a search does not
    turn what is counted from full matches to partial ones. ``most`` says whether the partial matches hold most of the
    query.
    """

    full: Ints
    part: Ints
    any_full: bool
    most: bool = True

    @property
    def found(self) -> Ints:
        """The articles that facets, timelines and exports are about: the full matches, or the partial ones if none."""
        return self.full if self.any_full else self.part

    @property
    def listed(self) -> Ints:
        """All matches, the full ones first."""
        return np.concatenate([self.full, self.part]) if len(self.part) else self.full

    def among(self, mask: Mask | None) -> Matches:
        """The matches that lie in ``mask``."""
        if mask is None:
            return self
        return replace(self, full=self.full[mask[self.full]], part=self.part[mask[self.part]])


def settled(scorer: Scorer, ranked: Ranked, within: Mask | None) -> tuple[Ranked, Matches]:
    """The matches of ``ranked`` that lie in the mask ``within``, and ``ranked`` as it is to be scored.

    ``wider`` is removed from it where there are enough full matches or no partial ones. It asks for less where hardly
    any article matches it, see `weights.FEW`.
    """

    def docs(query: Words) -> Ints:
        found = scorer.docs(query)
        return found if within is None else found[within[found]]

    full = scorer.docs(ranked.query)
    full = full if within is None else full[within[full]]
    wider = ranked.wider
    if wider is None or len(full) >= ranked.enough:
        return replace(ranked, wider=None), Matches(full, _NONE, bool(len(full)))
    part = np.setdiff1d(docs(wider), full, assume_unique=True)
    is_sentence = isinstance(ranked.query, Words) and ranked.query.least < 1
    most = True
    if (is_sentence or not len(full)) and len(full) + len(part) < FEW:
        lowered = scorer.rarities.lowered(wider, within)
        most = lowered.least >= wider.least
        wider = lowered
        part = np.setdiff1d(docs(wider), full, assume_unique=True)
    return replace(ranked, wider=wider if len(part) else None), Matches(full, part, bool(len(full)), most)


def complete(scorer: Scorer, ranked: Ranked, matches: Matches, within: Mask | None) -> int:
    """The number of full matches that have every word of the query; those of a sentence may lack some."""
    query = ranked.query
    if not isinstance(query, Words) or query.least in (0, 1):
        return len(matches.full)
    found = scorer.docs(replace(query, least=1.0))
    return len(found if within is None else found[within[found]])
