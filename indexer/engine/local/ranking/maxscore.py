"""The best of many: which articles score most for a query that any of its parts match, without scoring all of them.

After MaxScore (Turtle and Flood 1995). Terms come by the most that they can add. Their scores are added up over the
whole segment until those that are left, together, can't lift a new article among the best; these are only looked up in
the articles that may still be among them, of which those that fall behind are dropped on the way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from indexer import deadline
from indexer.engine.local.ranking.scoring import Floats, Mask, Scored, Scorer, Segment
from indexer.engine.local.segments.postings import NO_POSTINGS, Postings
from indexer.engine.local.segments.runs import Ints
from indexer.engine.queries import AnyOf, Query, TermQuery, Words
from indexer.engine.weights import K1

_MARGIN = 1.000001
"""A bound is taken to be so much higher, so that sums of floats don't decide."""

_NEXT_TO_NOTHING = 1e-12


def best(scorer: Scorer, query: Words, most: int, mask: Mask | None, boost: Floats | None) -> Scored:
    """The ``most`` articles with the highest scores that match ``query`` and are in ``mask``, and all that tie.

    Their order is not that of the scores. ``query.least`` is below 1. Scores are multiplied by ``boost``.
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


class _Leaf(NamedTuple):
    """A term of a query in one segment: its scores are ``factor`` times its impacts, at most ``most``.

    With ``factor`` 0 it stands for a part of another kind, and the weights are its scores. ``generates`` says whether
    its articles match the query.
    """

    postings: Postings
    factor: float
    most: float
    generates: bool

    def with_factor_of(self, other: _Leaf) -> _Leaf:
        """Both in one: their postings are the same."""
        return self._replace(factor=self.factor + other.factor, most=self.most + other.most)

    def scores(self, norms: Floats) -> Floats:
        """The scores of all its articles; ``norms`` are those of the segment."""
        if not self.factor:
            return self.postings.weights
        return self.factor * self.postings.impacts(norms)

    def scores_of(self, docs: Ints, segment: Segment) -> Floats:
        """The scores of ``docs``, 0 for those that don't have it."""
        weights = segment.weights(self.postings, docs)
        if not self.factor:
            return weights
        scores: Floats = self.factor * (weights / (weights + segment.norms[docs]))
        return scores


def _best(segment: Segment, query: Words, most: int, least: float, barred: Mask | None, lift: Floats | None) -> Scored:
    """The best of one segment; articles with scores below ``least`` may be left out."""
    highest = 1.0 if lift is None else float(lift.max(initial=1.0))
    leaves = _leaves(segment, query)
    scores = np.zeros(segment.size)
    generating = [leaf for leaf in leaves if leaf.generates]
    looked_up = [leaf for leaf in leaves if not leaf.generates]
    beyond = _rests(looked_up)[0]
    # The least that the best need to score is learnt from the articles of one term: of those that enough articles
    # have, the one that can add most.
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


def _rests(leaves: Sequence[_Leaf]) -> list[float]:
    """The most that each of ``leaves`` and all behind it can add together, and 0 at the end."""
    return [float(rest) for rest in np.cumsum([0.0, *(leaf.most for leaf in reversed(leaves))])[::-1]]


def _promising(scores: Floats, lift: Floats | None, least: float) -> Ints:
    """The articles that score something, and ``least`` or more."""
    if least <= 0:
        return np.flatnonzero(scores)
    return np.flatnonzero((scores if lift is None else scores * lift) >= least)


def _looked_up(
    segment: Segment, leaves: Sequence[_Leaf], found: Scored, most: int, least: float, lift: Floats | None
) -> Scored:
    """``found`` with the scores of ``leaves`` added, without those that can't be among the best any more."""
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


def _barred(segment: Segment, query: Words, mask: Mask | None) -> Mask | None:
    """The articles that can't be found; None where all can."""
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


def _leaves(segment: Segment, query: Words) -> list[_Leaf]:
    """The terms of ``query``, those first that can add most; what isn't made of terms alone counts as one."""
    needed = segment.scorer.rarities.needed(query)
    leaves: list[_Leaf] = []
    terms: dict[tuple[int, bool], _Leaf] = {}
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
                # An article that scores nothing must be told from one that does not match.
                scores = np.maximum(scores, _NEXT_TO_NOTHING)
                postings = replace(NO_POSTINGS, docs=docs, weights=scores)
                leaves.append(_Leaf(postings, 0.0, float(scores.max(initial=0.0)), generates))
    leaves += terms.values()
    return sorted((leaf for leaf in leaves if len(leaf.postings.docs)), key=lambda leaf: -leaf.most)


def _leaf(segment: Segment, query: TermQuery, generates: bool) -> _Leaf:
    postings = segment.postings(query.tier, query.text)
    factor = query.weight * segment.corpus.idf(segment.scorer.frequency(query)) * (K1 + 1)
    highest = int(postings.weights.max(initial=0))
    most = factor * highest / (highest + segment.least_norm)
    return _Leaf(postings, factor, most, generates)


def _alternatives(query: Query) -> Iterator[Query]:
    """What ``query`` is any of."""
    if isinstance(query, AnyOf):
        for child in query.children:
            yield from _alternatives(child)
    else:
        yield query
