# SPDX-License-Identifier: GPL-3.0-or-later
"""Scores what counts in the best articles only: words similar to those of the query, and words side by side.

A gram scores as a term does; its frequency in an article is that of all words that have it. The number of articles with
a gram is estimated by the sum over these words, since counting them would need postings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from indexer.engine.local.ranking.corpus import Corpus, Floats
from indexer.engine.local.ranking.scoring import Scorer, SegmentScorer
from indexer.engine.local.segments.packed import SegmentFile
from indexer.engine.local.segments.positions import side_by_side
from indexer.engine.local.segments.runs import Ints, places
from indexer.engine.queries import Query, Ranked, TermQuery
from indexer.engine.weights import GRAM, K1, PROXIMITY, RELATED


def added_scores(corpus: Corpus, scorer: Scorer, ranked: Ranked, docs: Ints) -> Floats:
    """What grams, words of the same roots and words side by side add to the scores of ``docs``."""
    added = np.zeros(len(docs))
    grams = Counter(ranked.grams)
    factors = _factors(corpus, grams)
    order = np.argsort(docs)
    bounds = np.searchsorted(docs[order], corpus.bases)
    for segment, first, last in zip(scorer.segments, bounds, bounds[1:], strict=False):
        if first == last:
            continue
        here = order[first:last]
        own = docs[here] - segment.base
        if grams:
            added[here] += _gram_scores(segment.file, list(grams), factors, own, segment.norms[own])
        for stem in ranked.related:
            added[here] += segment.at(TermQuery("stem", stem, RELATED), own)[1]
        if ranked.neighbours:
            added[here] += _neighbour_scores(segment, ranked.neighbours, own)
    return added


def highest_score(corpus: Corpus, scorer: Scorer, ranked: Ranked, query: Query) -> float:
    """A score for ``query`` that no article exceeds, `added_scores` included."""
    # A stem has at most two neighbours, and a pair adds a part of both scores.
    related = sum(scorer.ceiling(TermQuery("stem", stem, RELATED)) for stem in ranked.related)
    grams = float(_factors(corpus, Counter(ranked.grams)).sum())
    return scorer.ceiling(query) * (1 + 4 * PROXIMITY) + related + grams


def _neighbour_scores(segment: SegmentScorer, pairs: Sequence[tuple[str, str]], docs: Ints) -> Floats:
    """For each pair of stems that stand side by side in an article, a part of their scores there."""
    stems = list(dict.fromkeys(stem for pair in pairs for stem in pair))
    numbers = [(stems.index(first), stems.index(second)) for first, second in pairs]
    found = side_by_side([segment.postings("stem", stem) for stem in stems], numbers, docs)
    scores = [segment.at(TermQuery("stem", stem, PROXIMITY), docs)[1] for stem in stems]
    added = np.zeros(len(docs))
    for (first, second), mask in zip(numbers, found, strict=True):
        added += mask * (scores[first] + scores[second])
    return added


def _factors(corpus: Corpus, grams: Counter[str]) -> Floats:
    """The factor of each gram; a gram that the query has several times counts as often."""
    articles = [sum(file.articles_with(gram) for file in corpus.files) for gram in grams]
    counts = zip(articles, grams.values(), strict=True)
    return np.array([times * GRAM * corpus.idf(having) * (K1 + 1) for having, times in counts])


def _gram_scores(file: SegmentFile, grams: Sequence[str], factors: Floats, docs: Ints, norms: Floats) -> Floats:
    arrays = file.arrays
    starts = arrays["held.starts"]
    firsts, sizes = starts[docs].astype(np.int64), (starts[docs + 1] - starts[docs]).astype(np.int64)
    index = places(firsts, sizes)
    held, owner = arrays["held.bases"][index], np.repeat(np.arange(len(docs)), sizes)
    # Of the many bases with one of the grams only those matter that one of the articles holds.
    lists = [file.bases_with(gram) for gram in grams]
    bases = np.concatenate(lists)
    gram = np.repeat(np.arange(len(grams)), [len(several) for several in lists])
    present = np.zeros(len(arrays["base.articles"]), bool)
    present[held] = True
    stays = present[bases]
    bases, gram = bases[stays], gram[stays]
    order = np.argsort(bases, kind="stable")
    bases, gram = bases[order], gram[order]
    begin = bases.searchsorted(held.astype(bases.dtype))
    each = bases.searchsorted(held.astype(bases.dtype), side="right") - begin
    pair = places(begin, each)
    place = np.repeat(owner, each) * len(grams) + gram[pair]
    weights = np.repeat(arrays["held.weights"][index], each)
    tf = np.bincount(place, weights, minlength=len(docs) * len(grams)).reshape(len(docs), len(grams))
    scores: Floats = tf / (tf + norms[:, None]) @ factors
    return scores
