"""Which articles match a query, and how well: BM25F over the tiers, on whole arrays.

A part of a query is evaluated to two arrays over all articles: whether each matches, and its score. A term's score is::

    weight * idf * tf * (K1 + 1) / (tf + K1 * (1 - B + B * length / average length))
    idf = ln(1 + (N - n + 0.5) / (n + 0.5)),  n of N articles having the term

with tf the weighted frequency over title, lead and body (Robertson, Zaragoza and Taylor 2004). A phrase scores as a
term that occurs where the phrase does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.arabic.analyser import Tier
from indexer.engine.base import AnyOf, PhraseQuery, Query, TermQuery, Words
from indexer.engine.packed import BODY_POSITION, PackedSegment, Postings
from indexer.engine.weights import K1, PROXIMITY, TITLE, B

Floats = NDArray[np.float64]


class Matches(NamedTuple):
    """Over all articles: which match, and their scores (0 where they don't)."""

    found: NDArray[np.bool_]
    scores: Floats


class Scorer:
    """Evaluates queries over the segments of one generation. Immutable, so safe to share between threads."""

    def __init__(self, segments: Sequence[PackedSegment], alive: NDArray[np.bool_]) -> None:
        self._segments = segments
        self._bases = np.cumsum([0, *(segment.docs for segment in segments)]).tolist()
        self._alive = alive
        lengths = np.concatenate([np.zeros(0), *(segment.arrays["lengths"] for segment in segments)])
        average = lengths[alive].mean() if alive.any() else 1.0
        self._norms: Floats = K1 * (1 - B + B * lengths / max(average, 1.0))
        self._count = int(alive.sum())

    def evaluate(self, query: Query) -> Matches:
        """The articles that match ``query``; deleted ones never do."""
        matches = self._evaluate(query)
        return Matches(matches.found & self._alive, np.where(self._alive, matches.scores, 0.0))

    def proximity(self, neighbours: Iterable[tuple[str, str]], docs: NDArray[np.int64]) -> Floats:
        """What pairs of stems that stand side by side add to the scores of ``docs``."""
        added = np.zeros(len(docs))
        for pair in neighbours:
            doc, tf = self._phrase("stem", pair, set(docs.tolist()))
            if len(doc):
                scores = self._score(doc, tf, self._frequency("stem", pair[0], pair[1]))
                added += PROXIMITY * np.interp(docs, doc, scores, left=0, right=0) * np.isin(docs, doc)
        return added

    def _evaluate(self, query: Query) -> Matches:
        if isinstance(query, TermQuery):
            doc, tf = self._term(query.tier, query.text)
            return self._matches(doc, query.weight * self._score(doc, tf, len(doc)))
        if isinstance(query, PhraseQuery):
            doc, tf = self._phrase(query.tier, query.texts)
            return self._matches(doc, query.weight * self._score(doc, tf, len(doc)))
        children = [self._evaluate(child) for child in query.children]
        scores = sum((child.scores for child in children), start=np.zeros(len(self._alive)))
        if isinstance(query, AnyOf):
            return Matches(np.logical_or.reduce([child.found for child in children]), scores)
        return self._words(query, children, scores)

    def _words(self, query: Words, children: list[Matches], scores: Floats) -> Matches:
        if query.least >= 1:
            found = np.logical_and.reduce([child.found for child in children]) if children else self._alive.copy()
        else:
            rarities = [self._idf(int(child.found.sum())) for child in children]
            covered = sum((rarity * child.found for rarity, child in zip(rarities, children, strict=True)), start=0.0)
            # A thousandth less than asked, so that sums of floats don't decide.
            found = np.asarray(covered) >= query.least * sum(rarities) * 0.999
        for child in query.without:
            found &= ~self._evaluate(child).found
        for child in query.optional:
            scores = scores + self._evaluate(child).scores
        return Matches(found, np.where(found, scores, 0.0))

    def _matches(self, doc: NDArray[np.int64], scores: Floats) -> Matches:
        found = np.zeros(len(self._alive), bool)
        found[doc] = True
        spread = np.zeros(len(self._alive))
        spread[doc] = scores
        return Matches(found, spread)

    def _score(self, doc: NDArray[np.int64], tf: Floats, having: int) -> Floats:
        scores: Floats = self._idf(having) * tf * (K1 + 1) / (tf + self._norms[doc])
        return scores

    def _idf(self, having: int) -> float:
        return float(np.log1p((self._count - min(having, self._count) + 0.5) / (having + 0.5)))

    def _term(self, tier: Tier, text: str) -> tuple[NDArray[np.int64], Floats]:
        """The articles with a term, and its weighted frequencies in them."""
        parts = [segment.postings(tier, text) for segment in self._segments]
        docs = [part.docs.astype(np.int64) + base for part, base in zip(parts, self._bases, strict=False)]
        if not docs:
            return np.empty(0, np.int64), np.empty(0)
        return np.concatenate(docs), np.concatenate([part.weights for part in parts]).astype(np.float64)

    def _frequency(self, tier: Tier, *texts: str) -> int:
        """How many articles have the rarest of ``texts``."""
        return min(sum(len(segment.postings(tier, text).docs) for segment in self._segments) for text in texts)

    def _phrase(
        self, tier: Tier, texts: Sequence[str], among: set[int] | None = None
    ) -> tuple[NDArray[np.int64], Floats]:
        """The articles with a phrase (of those ``among``), and its weighted frequencies in them."""
        docs: list[int] = []
        frequencies: list[float] = []
        for segment, base in zip(self._segments, self._bases, strict=False):
            terms = [segment.postings(tier, text) for text in texts]
            common = terms[0].docs
            for term in terms[1:]:
                common = np.intersect1d(common, term.docs, assume_unique=True)
            for doc in common.tolist():
                if (among is None or base + doc in among) and (tf := _phrase_frequency(terms, doc)):
                    docs.append(base + doc)
                    frequencies.append(tf)
        return np.array(docs, np.int64), np.array(frequencies, np.float64)


def _phrase_frequency(terms: Sequence[Postings], doc: int) -> float:
    """How often ``terms`` follow one another in ``doc``, an occurrence in the title counting ``TITLE`` times."""
    starts: set[int] | None = None
    for offset, term in enumerate(terms):
        here = {position - offset for position in term.positions(int(np.searchsorted(term.docs, doc)))}
        starts = here if starts is None else starts & here
    return sum(TITLE if start < BODY_POSITION else 1 for start in starts or ())
