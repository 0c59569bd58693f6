# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts the articles that match into their order: by relevance or by time."""

from __future__ import annotations

import numpy as np

from indexer.columns import Order
from indexer.engine.local.ranking import maxscore
from indexer.engine.local.ranking.corpus import Corpus, Floats, Mask, Scored
from indexer.engine.local.ranking.matches import Matches, settled
from indexer.engine.local.ranking.rerank import added_scores, highest_score
from indexer.engine.local.ranking.scoring import Scorer
from indexer.engine.local.segments.columns import Columns
from indexer.engine.local.segments.runs import Ints
from indexer.engine.queries import Query, Ranked, Words
from indexer.engine.weights import RERANKED


class Ranker:
    """The orders of one generation. Immutable; safe to share between threads."""

    def __init__(self, corpus: Corpus, columns: Columns) -> None:
        self._corpus = corpus
        self._columns = columns

    def best(self, ranked: Ranked, most: int) -> list[tuple[int, float]]:
        """The ``most`` best articles of the whole generation for ``ranked``, by number, with their scores."""
        scorer = Scorer(self._corpus)
        asked, matches = settled(scorer, ranked, None)
        return self.by_relevance(scorer, asked, matches, None, most)

    def by_relevance(
        self, scorer: Scorer, ranked: Ranked, matches: Matches, mask: Mask | None, most: int
    ) -> list[tuple[int, float]]:
        """The ``most`` best of ``matches``, which all lie in ``mask``: full matches, then partial ones."""
        top = self._reranked(scorer, ranked, self._scored(scorer, ranked.query, ranked, mask, most), most)
        if ranked.wider:
            partial = np.zeros(len(self._corpus.alive), bool)
            partial[matches.part] = True
            rest = self._reranked(scorer, ranked, self._scored(scorer, ranked.wider, ranked, partial, most), most)
            lift = self._lift(scorer, ranked, ranked.wider)
            top = Scored(np.append(top.docs, rest.docs), np.append(top.scores + lift, rest.scores))
        return list(zip(top.docs[:most].tolist(), top.scores[:most].tolist(), strict=True))

    def by_time(self, docs: Ints, order: Order) -> Ints:
        """``docs`` in one of the orders by time."""
        return self._columns.by_time(order, docs)

    def newest_first(self, docs: Ints, before: Mask) -> Ints:
        """``docs`` in the order of their dates, latest first; those that ``before`` marks precede all others."""
        return docs[np.lexsort((docs, -self._columns.dates[docs].astype(np.int64), ~before))]

    def scores(self, scorer: Scorer, ranked: Ranked, docs: Ints) -> Floats:
        """The scores of ``docs``, without what `rerank` adds to the best by relevance."""
        boost = self.boost(ranked)
        scores = scorer.at(ranked.query, docs)
        if ranked.wider:
            wider = scorer.at(ranked.wider, docs)
            lift = self._lift(scorer, ranked, ranked.wider)
            return np.where(scores > 0, _boosted(scores, boost, docs) + lift, _boosted(wider, boost, docs))
        return _boosted(scores, boost, docs)

    def boost(self, ranked: Ranked) -> Floats | None:
        """The factor that recency puts on the score of each article; None where it does not count."""
        return 1 + ranked.recency * self._columns.freshness if ranked.recency else None

    def _lift(self, scorer: Scorer, ranked: Ranked, wider: Query) -> float:
        """What is added to the scores of full matches: more than any partial match can score."""
        return highest_score(self._corpus, scorer, ranked, wider) * (1 + ranked.recency)

    def _scored(self, scorer: Scorer, query: Query, ranked: Ranked, mask: Mask | None, most: int) -> Scored:
        """The articles that may be among the best ``most``, with their scores before `rerank`."""
        boost = self.boost(ranked)
        if isinstance(query, Words) and query.least < 1:
            return maxscore.best(scorer, query, max(most, _depth(ranked)), mask, boost)
        docs, scores = scorer.scored(query)
        if mask is not None:
            docs, scores = docs[mask[docs]], scores[mask[docs]]
        return Scored(docs, _boosted(scores, boost, docs))

    def _reranked(self, scorer: Scorer, ranked: Ranked, found: Scored, most: int) -> Scored:
        """The best ``most`` of ``found`` in their order, the first of them reranked."""
        depth = _depth(ranked)
        docs, scores = self._sorted(found, max(most, depth))
        head = slice(0, depth)
        if depth and len(docs):
            added = added_scores(self._corpus, scorer, ranked, docs[head])
            scores[head] += _boosted(added, self.boost(ranked), docs[head])
        best = self._sorted(Scored(docs[head], scores[head]), depth)
        return Scored(np.append(best.docs, docs[depth:]), np.append(best.scores, scores[depth:]))

    def _sorted(self, found: Scored, most: int) -> Scored:
        docs, scores = found
        if len(docs) > most:
            chosen = scores >= np.partition(scores, -most)[-most]
            docs, scores = docs[chosen], scores[chosen]
        order = np.lexsort((docs, -self._columns.dates[docs].astype(np.int64), -scores))[:most]
        return Scored(docs[order], scores[order])


def _depth(ranked: Ranked) -> int:
    """The number of best articles that are reranked."""
    return RERANKED if ranked.grams or ranked.neighbours or ranked.related else 0


def _boosted(scores: Floats, boost: Floats | None, docs: Ints) -> Floats:
    return scores if boost is None else scores * boost[docs]
