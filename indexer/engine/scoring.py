"""Which articles match a query, and how well: BM25F over the tiers, on whole arrays, a segment at a time.

A term's score is::

    weight * idf * tf * (K1 + 1) / (tf + K1 * (1 - B + B * length / average length))
    idf = ln(1 + (N - n + 0.5) / (n + 0.5)),  n of N articles having the term

with tf the weighted frequency over title, lead and body (Robertson, Zaragoza and Taylor 2004); deleted articles count
for n until their segment is merged, not for N and the average. A query is asked two things: which articles match it
(`_Segment.docs`), and what given articles score (`_Segment.at`). What ranks the best of many (`_Segment.best`) follows
MaxScore (Turtle and Flood 1995): terms by the most that they can add; once all that are left can't lift a new article
among the best, they are only looked up in the articles at hand, of which those that fall behind are dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.arabic.analyser import Tier
from indexer.engine.base import AnyOf, Filters, PhraseQuery, PrefixQuery, Query, TermQuery, Words
from indexer.engine.packed import NO_POSTINGS, Ints, Postings, SegmentFile
from indexer.engine.positions import phrase_docs
from indexer.engine.weights import K1, B

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

# What finding one number in a sorted list costs, what passing over one number of a list does, and what clearing an
# array for a segment does by the article, in nanoseconds, as measured; only their proportions matter.
_FIND, _PASS, _CLEAR = 25, 3, 0.05

_MARGIN = 1.000001
"""A bound is taken to be so much higher, so that sums of floats don't decide."""

_NEXT_TO_NOTHING = 1e-12


class Scored(NamedTuple):
    """Articles by number, ascending unless said otherwise, and their scores."""

    docs: Ints
    scores: Floats


class Corpus:
    """The segments of one generation and what scores depend on beyond a segment. Immutable, shared by threads."""

    def __init__(
        self, files: Sequence[SegmentFile], alive: NDArray[np.bool_], masks: Callable[[Filters], Mask]
    ) -> None:
        """``alive`` and what ``masks`` returns are over the articles of all segments, numbered one behind the other."""
        self.files = files
        self.bases = np.cumsum([0, *(file.docs for file in files)]).tolist()
        self.alive = alive
        self.masks = masks
        lengths = np.concatenate([np.zeros(0), *(file.arrays["lengths"] for file in files)])
        self.count = int(alive.sum())
        self.average = float(lengths[alive].mean()) if self.count else 1.0
        self.norms: Floats = K1 * (1 - B + B * lengths / max(self.average, 1.0))
        self.least_norms = [float(self.norms[first:last].min(initial=K1)) for first, last in pairwise(self.bases)]
        self.whole = bool(alive.all())

    def idf(self, having: int) -> float:
        """The idf of a term that so many articles have."""
        return float(np.log1p((self.count - min(having, self.count) + 0.5) / (having + 0.5)))


class Scorer:
    """Answers the questions of one search; terms are looked up once. For one thread."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._frequencies: dict[tuple[Tier, str], int] = {}
        self.segments = [_Segment(self, corpus, number) for number in range(len(corpus.files))]

    def docs(self, query: Query) -> Ints:
        """The articles that match ``query``."""
        return _joined([segment.docs(query) + segment.base for segment in self.segments])

    def scored(self, query: Query) -> Scored:
        """The articles that match ``query``, and their scores."""
        parts = [segment.scored(query) for segment in self.segments]
        docs = _joined([part.docs + segment.base for part, segment in zip(parts, self.segments, strict=True)])
        return Scored(docs, np.concatenate([np.empty(0), *(part.scores for part in parts)]))

    def at(self, query: Query, docs: Ints) -> Floats:
        """What ``docs`` score for ``query``, 0 where they don't match it."""
        order = np.argsort(docs)
        bounds = np.searchsorted(docs[order], self._corpus.bases)
        scores = np.zeros(len(docs))
        for segment, first, last in zip(self.segments, bounds, bounds[1:], strict=False):
            scores[order[first:last]] = segment.at(query, docs[order[first:last]] - segment.base)[1]
        return scores

    def best(self, query: Words, most: int, mask: Mask | None, boost: Floats | None) -> Scored:
        """The ``most`` articles with the highest scores that match ``query`` and are in ``mask``, and all that tie.

        Their order is not that of the scores. ``query.least`` is below 1. Scores are multiplied by ``boost``.
        """
        docs, scores, least = np.empty(0, np.int64), np.empty(0), 0.0
        for segment in self.segments:
            found = segment.best(query, most, least, mask, boost)
            docs, scores = np.append(docs, found.docs + segment.base), np.append(scores, found.scores)
            if len(scores) > most:
                least = float(np.partition(scores, -most)[-most])
                docs, scores = docs[scores >= least], scores[scores >= least]
        return Scored(docs, scores)

    def frequency(self, query: Query) -> int:
        """How many articles match ``query``: exactly for a term, else the most that it can be by its terms."""
        if isinstance(query, TermQuery):
            return self.term_frequency(query.tier, query.text)
        if isinstance(query, PhraseQuery):
            return min(self.term_frequency(query.tier, text) for text in query.texts)
        if isinstance(query, AnyOf):
            return max((self.frequency(child) for child in query.children), default=0)
        if isinstance(query, Words) and query.children:
            return (min if query.least >= 1 else max)(self.frequency(child) for child in query.children)
        return self._corpus.count

    def term_frequency(self, tier: Tier, text: str) -> int:
        """How many articles have a term, deleted ones included."""
        known = self._frequencies.get((tier, text))
        if known is None:
            known = sum(len(segment.postings(tier, text).docs) for segment in self.segments)
            self._frequencies[tier, text] = known
        return known

    def needed(self, query: Words) -> tuple[Query, ...]:
        """Those children of a query with ``least`` below 1 of which an article must match one."""
        rarities = [self._corpus.idf(self.frequency(child)) for child in query.children]
        return tuple(
            child
            for child, rarity in zip(query.children, rarities, strict=True)
            # A thousandth less than asked, so that sums of floats don't decide.
            if rarity >= query.least * sum(rarities) * 0.999
        )


class _Leaf(NamedTuple):
    """A term of a query in one segment: its scores are ``factor * tf / (tf + norm)``, at most ``most``.

    With ``factor`` 0 it stands for a part of another kind, and the weights are its scores. ``generates`` says whether
    its articles match the query.
    """

    postings: Postings
    factor: float
    most: float
    generates: bool


class _Segment:
    """One segment, as one search sees it. Articles are numbered within it."""

    def __init__(self, scorer: Scorer, corpus: Corpus, number: int) -> None:
        self.base: int = corpus.bases[number]
        self._scorer = scorer
        self._corpus = corpus
        self.file = corpus.files[number]
        self.size = self.file.docs
        here = slice(self.base, corpus.bases[number + 1])
        self._here = here
        self.norms = corpus.norms[here]
        self._least_norm = corpus.least_norms[number]
        self._alive = None if corpus.whole else corpus.alive[here]
        self._postings: dict[tuple[Tier, str], Postings] = {}

    def postings(self, tier: Tier, text: str) -> Postings:
        """The postings of a term."""
        known = self._postings.get((tier, text))
        if known is None:
            known = self._postings[tier, text] = self.file.postings(tier, text)
        return known

    def docs(self, query: Query) -> Ints:
        """The articles that match ``query``, ascending."""
        docs = self._docs(query)
        return docs if self._alive is None else docs[self._alive[docs]]

    def scored(self, query: Query) -> Scored:
        """The articles that match ``query``, ascending, and their scores."""
        docs = self.docs(query)
        return Scored(docs, self.at(query, docs)[1])

    def _docs(self, query: Query) -> Ints:
        if isinstance(query, TermQuery):
            return self.postings(query.tier, query.text).docs.astype(np.int64)
        if isinstance(query, PhraseQuery):
            return self._phrase(query, None)
        if isinstance(query, PrefixQuery):
            return self._union([self._with_prefix(query)])
        if isinstance(query, Filters):
            return np.flatnonzero(self._corpus.masks(query)[self._here])
        if isinstance(query, AnyOf):
            return self._union([self._raw(child) for child in query.children])
        if query.least < 1:
            docs = self._union([self._raw(child) for child in self._scorer.needed(query)])
            children: list[Query] = []
        else:
            children = sorted(query.children, key=self._scorer.frequency)
            docs = self._docs(children[0]) if children else np.arange(self.size)
        for child in children[1:]:
            docs = docs[self.at(child, docs)[0]]
        for child in query.without:
            docs = docs[~self.at(child, docs)[0]]
        return docs

    def _raw(self, query: Query) -> NDArray[np.integer]:
        """The articles that match ``query`` in any order, perhaps several times."""
        if isinstance(query, TermQuery):
            return self.postings(query.tier, query.text).docs
        if isinstance(query, AnyOf):
            return np.concatenate([np.empty(0, "u1"), *(self._raw(child) for child in query.children)])
        return self._docs(query)

    def _union(self, lists: Sequence[NDArray[np.integer]]) -> Ints:
        if len(lists) == 1 and len(lists[0]) < 2:
            return lists[0].astype(np.int64)
        flags = np.zeros(self.size, bool)
        for docs in lists:
            flags[docs] = True
        return np.flatnonzero(flags)

    def _with_prefix(self, query: PrefixQuery) -> NDArray[np.integer]:
        numbers = self.file.terms[query.tier].having_prefix(query.text.encode("utf-8", "surrogatepass"))
        starts = self.file.arrays[f"{query.tier}.starts"]
        return self.file.arrays[f"{query.tier}.docs"][int(starts[numbers.start]) : int(starts[numbers.stop])]

    def _phrase(self, query: PhraseQuery, among: Ints | None) -> Ints:
        terms = [self.postings(query.tier, text) for text in query.texts]
        if among is None:
            among = min(terms, key=lambda term: len(term.docs)).docs.astype(np.int64)
        for term in sorted(terms, key=lambda term: len(term.docs)):
            among = among[self._weights(term, among) > 0]
        return phrase_docs(terms, among)

    def at(self, query: Query, docs: Ints) -> tuple[Mask, Floats]:
        """Which of ``docs``, which ascend, match ``query``, and their scores, 0 for the others."""
        if isinstance(query, TermQuery):
            return self._at_term(query.tier, query.text, query.weight, docs)
        if isinstance(query, PhraseQuery):
            having = self._phrase(query, docs)
            places = docs.searchsorted(having)
            found, scores = np.zeros(len(docs), bool), np.zeros(len(docs))
            found[places] = True
            for text in query.texts if len(having) else ():
                scores[places] += self._at_term(query.tier, text, query.weight, having)[1]
            return found, scores
        if isinstance(query, (PrefixQuery, Filters)):
            flags = np.zeros(self.size, bool)
            flags[self._docs(query)] = True
            found = flags[docs]
            return found, found * np.float64(query.weight if isinstance(query, PrefixQuery) else 0.0)
        parts = [self.at(child, docs) for child in query.children]
        scores = np.add.reduce([np.zeros(len(docs)), *(score for _, score in parts)])
        if isinstance(query, AnyOf):
            return np.logical_or.reduce([np.zeros(len(docs), bool), *(found for found, _ in parts)]), scores
        if query.least >= 1:
            found = np.logical_and.reduce([np.ones(len(docs), bool), *(found for found, _ in parts)])
        else:
            needed = self._scorer.needed(query)
            enough = (part[0] for child, part in zip(query.children, parts, strict=True) if child in needed)
            found = np.logical_or.reduce([np.zeros(len(docs), bool), *enough])
        for child in query.without:
            found = found & ~self.at(child, docs)[0]
        for child in query.optional:
            scores = scores + self.at(child, docs)[1]
        return found, np.where(found, scores, 0.0)

    def _at_term(self, tier: Tier, text: str, weight: float, docs: Ints) -> tuple[Mask, Floats]:
        postings = self.postings(tier, text)
        if not len(postings.docs):
            return np.zeros(len(docs), bool), np.zeros(len(docs))
        weights = self._weights(postings, docs)
        factor = weight * self._corpus.idf(self._scorer.term_frequency(tier, text)) * (K1 + 1)
        scores: Floats = factor * weights / (weights + self.norms[docs])
        return weights > 0, scores

    def _weights(self, postings: Postings, docs: Ints) -> Floats:
        """The weighted frequencies of a term in ``docs``, which ascend; 0 where it isn't."""
        having = postings.docs
        if not len(having) or not len(docs):
            return np.zeros(len(docs))
        needles = min(len(having), len(docs))
        if _FIND * needles > _PASS * (len(having) + len(docs)) + _CLEAR * self.size:
            spread = np.zeros(self.size, postings.weights.dtype)
            spread[having] = postings.weights
            return spread[docs].astype(np.float64)
        if needles == len(docs):
            wanted = docs.astype(having.dtype)
            places = np.minimum(having.searchsorted(wanted), len(having) - 1)
            return np.where(having[places] == wanted, postings.weights[places], 0).astype(np.float64)
        weights = np.zeros(len(docs))
        places = np.minimum(docs.searchsorted(having), len(docs) - 1)
        same = docs[places] == having
        weights[places[same]] = postings.weights[same]
        return weights

    def best(self, query: Words, most: int, least: float, mask: Mask | None, boost: Floats | None) -> Scored:
        """See `Scorer.best`; articles with scores below ``least`` may be left out."""
        barred = self._barred(query, mask)
        lift = None if boost is None else boost[self._here]
        highest = 1.0 if lift is None else float(lift.max(initial=1.0))
        leaves = self._leaves(query)
        scores = np.zeros(self.size)
        rest = sum(leaf.most for leaf in leaves)
        # The least that the best need to score is learnt from the articles of one term: that with the most to add of
        # those that enough articles have.
        sample: Ints | None = None
        looked_up = [leaf for leaf in leaves if not leaf.generates]
        for number, leaf in enumerate(leaves):
            if rest * highest * _MARGIN < least:
                looked_up = [leaf for leaf in leaves[number:] if leaf.generates] + looked_up
                break
            if not leaf.generates:
                continue
            docs = leaf.postings.docs.astype(np.int64)
            scores[docs] += self._leaf_scores(leaf, leaf.postings.weights, docs)
            rest -= leaf.most
            if sample is None and len(docs) >= most:
                sample = docs if barred is None else docs[~barred[docs]]
                sample = sample if len(sample) >= most else None
            if sample is not None:
                now = scores[sample] if lift is None else scores[sample] * lift[sample]
                least = max(least, float(np.partition(now, -most)[-most]))
        docs = self._promising(scores, lift, least / _MARGIN - rest * highest, barred)
        return self._looked_up(looked_up, Scored(docs, scores[docs]), most, least, lift)

    def _promising(self, scores: Floats, lift: Floats | None, least: float, barred: Mask | None) -> Ints:
        """The articles that score something, and ``least`` or more."""
        now = scores if lift is None else scores * lift
        docs = np.flatnonzero(now >= least) if least > 0 else np.flatnonzero(scores)
        return docs if barred is None else docs[~barred[docs]]

    def _looked_up(
        self, leaves: Sequence[_Leaf], found: Scored, most: int, least: float, lift: Floats | None
    ) -> Scored:
        """``found`` with the scores of ``leaves`` added, without those that can't be among the best any more."""
        docs, scores = found
        rest = sum(leaf.most for leaf in leaves)
        for leaf in sorted(leaves, key=lambda leaf: -leaf.most):
            scores = scores + self._leaf_scores(leaf, self._weights(leaf.postings, docs), docs)
            rest -= leaf.most
            if len(docs) > most:
                now = scores if lift is None else scores * lift[docs]
                least = max(least, float(np.partition(now, -most)[-most]))
                stays = (scores + rest) * (1.0 if lift is None else lift[docs]) * _MARGIN >= least
                docs, scores = docs[stays], scores[stays]
        return Scored(docs, scores if lift is None else scores * lift[docs])

    def _leaf_scores(self, leaf: _Leaf, weights: NDArray[Any], docs: Ints) -> Floats:
        if not leaf.factor:
            return weights
        scores: Floats = leaf.factor * weights / (weights + self.norms[docs])
        return scores

    def _barred(self, query: Words, mask: Mask | None) -> Mask | None:
        """The articles that can't be found; None where all can."""
        if self._alive is None and mask is None and not query.without:
            return None
        barred = np.zeros(self.size, bool)
        if self._alive is not None:
            barred |= ~self._alive
        if mask is not None:
            barred |= ~mask[self._here]
        for child in query.without:
            barred[self._docs(child)] = True
        return barred

    def _leaves(self, query: Words) -> list[_Leaf]:
        """The terms of ``query``, those first that can add most; what isn't made of terms alone counts as one."""
        needed = self._scorer.needed(query)
        leaves: list[_Leaf] = []
        for child in (*query.children, *query.optional):
            generates = child in needed
            for part in _alternatives(child):
                if isinstance(part, TermQuery):
                    leaves.append(self._leaf(part, generates))
                else:
                    docs, scores = self.scored(part)
                    # An article that scores nothing must be told from one that does not match.
                    scores = np.maximum(scores, _NEXT_TO_NOTHING)
                    postings = Postings(docs, scores, NO_POSTINGS.counts, NO_POSTINGS.positions)
                    leaves.append(_Leaf(postings, 0.0, float(scores.max(initial=0.0)), generates))
        return sorted((leaf for leaf in leaves if len(leaf.postings.docs)), key=lambda leaf: -leaf.most)

    def _leaf(self, query: TermQuery, generates: bool) -> _Leaf:
        postings = self.postings(query.tier, query.text)
        factor = query.weight * self._corpus.idf(self._scorer.frequency(query)) * (K1 + 1)
        highest = int(postings.weights.max(initial=0))
        return _Leaf(postings, factor, factor * highest / (highest + self._least_norm), generates)


def _alternatives(query: Query) -> Iterator[Query]:
    """What ``query`` is any of."""
    if isinstance(query, AnyOf):
        for child in query.children:
            yield from _alternatives(child)
    else:
        yield query


def _joined(parts: Iterable[Ints]) -> Ints:
    return np.concatenate([np.empty(0, np.int64), *parts])
