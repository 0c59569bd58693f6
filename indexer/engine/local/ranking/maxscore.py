# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the articles with the highest scores for a query that any of its parts match, without scoring all of them.

The method is MaxScore (Turtle and Flood 1995). Terms are sorted by the most that they can add to a score. The scores of
the first ones are added up over the whole segment, until the remaining terms together cannot bring a new article among
the best. The remaining terms are only looked up in the articles that may still be among the best; those that fall
behind are dropped on the way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from indexer import deadline
from indexer.engine.local.ranking.corpus import Floats, Mask, Scored
from indexer.engine.local.ranking.scoring import Scorer, SegmentScorer
from indexer.engine.local.segments.postings import NO_POSTINGS, Postings
from indexer.engine.local.segments.runs import Ints
from indexer.engine.queries import AnyOf, Query, TermQuery, Words
from indexer.engine.weights import K1

_MARGIN = 1.000001
"""The factor by which bounds are raised, so that rounding does not decide."""

_NEXT_TO_NOTHING = 1e-12


def best(scorer: Scorer, query: Words, most: int, mask: Mask | None, boost: Floats | None) -> Scored:
    """The ``most`` articles in ``mask`` with the highest scores for ``query``, and all that tie with the last of them.

    They are in no order. ``query.least`` must be below 1. Scores are multiplied by ``boost``, one factor an article.
    """
    docs, scores, least = np.empty(0, np.int64), np.empty(0), 0.0
    for segment in scorer.segments:
        barred = _barred(segment, query, mask)
        found = _best(segment, query, most, least, barred, None if boost is None else boost[segment.here])
        docs, scores = np.append(docs, found.docs + segment.base), np.append(scores, found.scores)
        if len(scores) > most:
            least = float(np.partition(scores, -most)[-most])
            docs, scores = docs[scores >= least], scores[scores >= least]
    return Scored(docs, scores)


class _ScoredPostings(NamedTuple):
    """The postings of a term in one segment. Scores are ``factor`` times the impacts, and at most ``most``.

    With a ``factor`` of 0 it stands for another part of the query, and the weights of the postings are its scores.
    ``generates`` says whether the articles in it match the query.
    """

    postings: Postings
    factor: float
    most: float
    generates: bool

    def with_factor_of(self, other: _ScoredPostings) -> _ScoredPostings:
        """Both as one; they must have the same postings."""
        return self._replace(factor=self.factor + other.factor, most=self.most + other.most)

    def scores(self, norms: Floats) -> Floats:
        """The scores of all articles in the postings; ``norms`` are those of the segment."""
        if not self.factor:
            return self.postings.weights
        return self.factor * self.postings.impacts(norms)

    def scores_of(self, docs: Ints, segment: SegmentScorer) -> Floats:
        """The scores of ``docs``, 0 for those not in the postings."""
        weights = segment.weights(self.postings, docs)
        if not self.factor:
            return weights
        scores: Floats = self.factor * (weights / (weights + segment.norms[docs]))
        return scores


def _best(
    segment: SegmentScorer, query: Words, most: int, least: float, barred: Mask | None, lift: Floats | None
) -> Scored:
    """The best articles of one segment. Articles with scores below ``least`` may be left out."""
    highest = 1.0 if lift is None else float(lift.max(initial=1.0))
    leaves = _leaves(segment, query)
    scores = np.zeros(segment.size)
    generating = [leaf for leaf in leaves if leaf.generates]
    looked_up = [leaf for leaf in leaves if not leaf.generates]
    beyond = _rests(looked_up)[0]
    # The least score of the best is learnt from the articles of one term: the one that can add most among those that
    # enough articles have.
    sample: Ints | None = None
    for number, (leaf, rest) in enumerate(zip(generating, _rests(generating), strict=False)):
        if (rest + beyond) * highest * _MARGIN < least:
            looked_up += generating[number:]
            break
        deadline.check()
        docs = leaf.postings.docs
        scores[docs] += leaf.scores(segment.norms)
        if sample is None and len(docs) >= most:
            allowed = docs if barred is None else docs[~barred[docs]]
            sample = allowed if len(allowed) >= most else None
        if sample is not None:
            now = scores[sample] if lift is None else scores[sample] * lift[sample]
            least = max(least, float(np.partition(now, -most)[-most]))
    docs = _promising(scores, lift, least / _MARGIN - _rests(looked_up)[0] * highest)
    docs = docs if barred is None else docs[~barred[docs]]
    return _looked_up(segment, looked_up, Scored(docs, scores[docs]), most, least, lift)


def _rests(leaves: Sequence[_ScoredPostings]) -> list[float]:
    """For each of ``leaves`` the most that it and all after it can add together; 0 at the end."""
    return [float(rest) for rest in np.cumsum([0.0, *(leaf.most for leaf in reversed(leaves))])[::-1]]


def _promising(scores: Floats, lift: Floats | None, least: float) -> Ints:
    """The articles that score more than 0 and at least ``least``."""
    if least <= 0:
        return np.flatnonzero(scores)
    return np.flatnonzero((scores if lift is None else scores * lift) >= least)


def _looked_up(
    segment: SegmentScorer,
    leaves: Sequence[_ScoredPostings],
    found: Scored,
    most: int,
    least: float,
    lift: Floats | None,
) -> Scored:
    """``found`` with the scores of ``leaves`` added, without articles that can no longer be among the best."""
    docs, scores = found
    leaves = sorted(leaves, key=lambda leaf: -leaf.most)
    for leaf, rest in zip(leaves, _rests(leaves)[1:], strict=True):
        scores = scores + leaf.scores_of(docs, segment)
        if len(docs) > most:
            now = scores if lift is None else scores * lift[docs]
            least = max(least, float(np.partition(now, -most)[-most]))
            stays = (scores + rest) * (1.0 if lift is None else lift[docs]) * _MARGIN >= least
            docs, scores = docs[stays], scores[stays]
    return Scored(docs, scores if lift is None else scores * lift[docs])


def _barred(segment: SegmentScorer, query: Words, mask: Mask | None) -> Mask | None:
    """The articles that must not be found; None where all may be."""
    if segment.alive is None and mask is None and not query.without and not query.least:
        return None
    barred = np.zeros(segment.size, bool)
    if query.least:
        barred[:] = True
        barred[segment.docs(query)] = False
    if segment.alive is not None:
        barred |= ~segment.alive
    if mask is not None:
        barred |= ~mask[segment.here]
    for child in query.without:
        barred[segment.all_docs(child)] = True
    return barred


def _leaves(segment: SegmentScorer, query: Words) -> list[_ScoredPostings]:
    """The terms of ``query``, those that can add most first; a part that is not made of terms only counts as one."""
    needed = segment.scorer.rarities.needed(query)
    leaves: list[_ScoredPostings] = []
    terms: dict[tuple[int, bool], _ScoredPostings] = {}
    for child in (*query.children, *query.optional):
        generates = child in needed
        for part in _alternatives(child):
            if isinstance(part, TermQuery):
                leaf = _leaf(segment, part, generates)
                # A surface and a folded term may share their postings.
                same = terms.get((id(leaf.postings), generates))
                terms[id(leaf.postings), generates] = leaf.with_factor_of(same) if same else leaf
            else:
                docs, scores = segment.scored(part)
                # An article that matches and scores 0 must be told from one that does not match.
                scores = np.maximum(scores, _NEXT_TO_NOTHING)
                postings = replace(NO_POSTINGS, docs=docs, weights=scores)
                leaves.append(_ScoredPostings(postings, 0.0, float(scores.max(initial=0.0)), generates))
    leaves += terms.values()
    return sorted((leaf for leaf in leaves if len(leaf.postings.docs)), key=lambda leaf: -leaf.most)


def _leaf(segment: SegmentScorer, query: TermQuery, generates: bool) -> _ScoredPostings:
    postings = segment.postings(query.tier, query.text)
    factor = query.weight * segment.corpus.idf(segment.scorer.frequency(query)) * (K1 + 1)
    highest = int(postings.weights.max(initial=0))
    most = factor * highest / (highest + segment.least_norm)
    return _ScoredPostings(postings, factor, most, generates)


def _alternatives(query: Query) -> Iterator[Query]:
    """What ``query`` is any of."""
    if isinstance(query, AnyOf):
        for child in query.children:
            yield from _alternatives(child)
    else:
        yield query
