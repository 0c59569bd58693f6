# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the articles that match a query, and scores them: BM25F over the tiers, on whole arrays, one segment at a time.

A term's score is::

    weight * idf * tf * (K1 + 1) / (tf + K1 * (1 - B + B * length / average length))
    idf = ln(1 + (N - n + 0.5) / (n + 0.5)),  n of N articles having the term

where tf is the weighted frequency over title, lead and body (Robertson, Zaragoza and Taylor 2004). Deleted articles
count for n until their segment is merged, but not for N and the average. `SegmentScorer.docs` returns the articles that
match a query, `SegmentScorer.at` what given articles score. `maxscore` finds the best of many articles.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from indexer import deadline
from indexer.arabic.analyser import Tier
from indexer.engine.local.ranking.corpus import Corpus, Floats, Mask, Scored
from indexer.engine.local.ranking.rarity import Rarities
from indexer.engine.local.segments.packed import BODY_POSITION
from indexer.engine.local.segments.positions import Having, near_docs, phrase_docs
from indexer.engine.local.segments.postings import NO_POSTINGS, Postings
from indexer.engine.local.segments.runs import Ints, starts_of
from indexer.engine.queries import (
    AnyOf,
    Filters,
    PhraseQuery,
    PrefixQuery,
    PublishedQuery,
    Query,
    TermQuery,
    Words,
)
from indexer.engine.weights import K1
from indexer.exhaustive import assert_never

# The costs of finding one number in a sorted list, of passing over one number of a list, and of clearing one article of
# an array for a segment. Only their proportions matter. The measured costs of single operations (60, 1.4, 0.1 ns) made
# the ten best of 100,000 articles a tenth faster and whole pages a fifth slower.
_FIND, _PASS, _CLEAR = 25, 3, 0.05


class Scorer:
    """Scores the articles of all segments for one search. It looks up each term once. Only one thread may use it."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self._frequencies: dict[tuple[Tier, str], int] = {}
        self.rarities = Rarities(self)
        self._dated: dict[PublishedQuery, int] = {}
        self.segments = [SegmentScorer(self, corpus, number) for number in range(len(corpus.files))]

    def docs(self, query: Query) -> Ints:
        """The articles that match ``query``."""
        return _joined([segment.docs(query) + segment.base for segment in self.segments])

    def scored(self, query: Query) -> Scored:
        """The articles that match ``query``, with their scores."""
        parts = [segment.scored(query) for segment in self.segments]
        docs = _joined([part.docs + segment.base for part, segment in zip(parts, self.segments, strict=True)])
        return Scored(docs, np.concatenate([np.empty(0), *(part.scores for part in parts)]))

    def at(self, query: Query, docs: Ints) -> Floats:
        """The scores of ``docs`` for ``query``, 0 where they do not match it."""
        order = np.argsort(docs)
        bounds = np.searchsorted(docs[order], self.corpus.bases)
        scores = np.zeros(len(docs))
        for segment, first, last in zip(self.segments, bounds, bounds[1:], strict=False):
            scores[order[first:last]] = segment.at(query, docs[order[first:last]] - segment.base)[1]
        return scores

    def frequency(self, query: Query) -> int:
        """The number of articles that match ``query``: exact for a term, else that of the term that decides most.

        It is an upper bound for a phrase and where all parts are required, and a lower bound for alternatives.
        """
        if isinstance(query, TermQuery):
            return self.term_frequency(query.tier, query.text)
        if isinstance(query, PhraseQuery):
            return min(self.term_frequency(query.tier, text) for text in query.texts)
        if isinstance(query, PublishedQuery):
            return self._dated_frequency(query)
        if isinstance(query, AnyOf):
            return max((self.frequency(child) for child in query.children), default=0)
        if isinstance(query, Words) and query.children:
            return (min if query.least >= 1 else max)(self.frequency(child) for child in query.children)
        if isinstance(query, (Words, PrefixQuery, Filters)):
            return self.corpus.count
        assert_never(query)

    def ceiling(self, query: Query) -> float:
        """A score for ``query`` that no article exceeds."""
        if isinstance(query, TermQuery):
            return query.weight * self.corpus.idf(self.frequency(query)) * (K1 + 1)
        if isinstance(query, PhraseQuery):
            return sum(self.ceiling(TermQuery(query.tier, text, query.weight)) for text in query.texts)
        if isinstance(query, AnyOf):
            return sum(map(self.ceiling, query.children))
        if isinstance(query, Words):
            return sum(map(self.ceiling, (*query.children, *query.optional)))
        if isinstance(query, PublishedQuery):
            return self.published_score(query)
        if isinstance(query, PrefixQuery):
            return query.weight
        if isinstance(query, Filters):
            return 0.0
        assert_never(query)

    def published_score(self, query: PublishedQuery) -> float:
        """The score of each article that ``query`` matches."""
        return query.weight * self.corpus.idf(max(self.frequency(query), self.frequency(query.like)))

    def _dated_frequency(self, query: PublishedQuery) -> int:
        known = self._dated.get(query)
        if known is None:
            mask = self.corpus.masks(Filters(query.first, query.last)) & self.corpus.alive
            known = self._dated[query] = int(np.count_nonzero(mask))
        return known

    def term_frequency(self, tier: Tier, text: str) -> int:
        """The number of articles that have a term, deleted ones included."""
        known = self._frequencies.get((tier, text))
        if known is None:
            known = sum(len(segment.postings(tier, text).docs) for segment in self.segments)
            self._frequencies[tier, text] = known
        return known


class SegmentScorer:
    """Scores the articles of one segment for one search. Articles are numbered within the segment."""

    def __init__(self, scorer: Scorer, corpus: Corpus, number: int) -> None:
        self.base: int = corpus.bases[number]
        self.scorer = scorer
        self.corpus = corpus
        self.file = corpus.files[number]
        self.size = self.file.docs
        self.here = slice(self.base, corpus.bases[number + 1])
        self.norms = corpus.norms[self.here]
        self.least_norm = corpus.least_norms[number]
        self.alive = None if corpus.whole else corpus.alive[self.here]
        self._postings: dict[tuple[Tier, str], Postings] = {}
        # By identity, since comparing trees would cost more than it saves. The query is kept, so that no other query
        # gets its place in memory.
        self._found: dict[int, tuple[Query, Ints]] = {}
        self._masks: dict[PrefixQuery | PublishedQuery | Filters, Mask] = {}

    def postings(self, tier: Tier, text: str) -> Postings:
        """The postings of a term."""
        known = self._postings.get((tier, text))
        if known is None:
            deadline.check()
            known = self._postings[tier, text] = self._read(tier, text)
        return known

    def _read(self, tier: Tier, text: str) -> Postings:
        """The postings of a term; the same object for a surface and a folded term that share theirs."""
        number = self.file.terms[tier].find(text.encode("utf-8", "surrogatepass"))
        if number < 0:
            return NO_POSTINGS
        place = self.file.place(tier, number)
        return self.corpus.recent.get((self.base, place), lambda: self.file.numbered_postings(*place))

    def docs(self, query: Query) -> Ints:
        """The articles that match ``query``, ascending."""
        known = self._found.get(id(query))
        if known is None:
            docs = self.all_docs(query)
            known = self._found[id(query)] = query, docs if self.alive is None else docs[self.alive[docs]]
        return known[1]

    def scored(self, query: Query) -> Scored:
        """The articles that match ``query``, ascending, with their scores."""
        docs = self.docs(query)
        if isinstance(query, PhraseQuery):  # where it stands is known already
            return Scored(docs, self._phrase_scores(query, docs))
        return Scored(docs, self.at(query, docs)[1])

    def all_docs(self, query: Query) -> Ints:
        """As `docs`, with deleted articles."""
        if isinstance(query, TermQuery):
            return self.postings(query.tier, query.text).docs
        if isinstance(query, PhraseQuery):
            return self._phrase(query, None)
        if isinstance(query, (PrefixQuery, PublishedQuery, Filters)):
            return np.flatnonzero(self._mask(query))
        if isinstance(query, AnyOf):
            return self._union([self._raw(child) for child in query.children])
        if not isinstance(query, Words):
            assert_never(query)
        if query.least < 1:
            docs = self._union([self._raw(child) for child in self.scorer.rarities.needed(query)])
            if query.least > 0:
                docs = docs[self.held(query, docs) >= self.scorer.rarities.least(query)]
            children: list[Query] = []
        else:
            children = sorted(query.children, key=self.scorer.frequency)
            docs = self.all_docs(children[0]) if children else np.arange(self.size)
        for child in children[1:]:
            docs = docs[self.at(child, docs)[0]]
        for child in query.without:
            docs = docs[~self.at(child, docs)[0]]
        return docs

    def held(self, query: Words, docs: Ints) -> Floats:
        """For each of ``docs`` the sum of the rarities of the children that it matches."""
        held = np.zeros(len(docs))
        for child, rarity in zip(query.children, self.scorer.rarities.each(query).tolist(), strict=True):
            if rarity:
                there = np.zeros(self.size, bool)
                there[self._raw(child)] = True
                held += rarity * there[docs]
        return held

    def _raw(self, query: Query) -> NDArray[np.integer]:
        """The articles that match ``query``, in any order, perhaps several times."""
        if isinstance(query, TermQuery):
            return self.postings(query.tier, query.text).docs
        if isinstance(query, AnyOf):
            return np.concatenate([np.empty(0, "u1"), *(self._raw(child) for child in query.children)])
        return self.all_docs(query)

    def _union(self, lists: Sequence[NDArray[np.integer]]) -> Ints:
        if len(lists) == 1 and len(lists[0]) < 2:
            return lists[0].astype(np.int64)
        flags = np.zeros(self.size, bool)
        for docs in lists:
            flags[docs] = True
        return np.flatnonzero(flags)

    def _mask(self, query: PrefixQuery | PublishedQuery | Filters) -> Mask:
        """Which articles match ``query``. Worked out once: some prefixes have half of all postings."""
        known = self._masks.get(query)
        if known is None:
            deadline.check()
            if isinstance(query, Filters):
                known = self.corpus.masks(query)[self.here]
            elif isinstance(query, PublishedQuery):
                known = self.corpus.masks(Filters(query.first, query.last))[self.here]
            else:
                known = np.zeros(self.size, bool)
                known[self._with_prefix(query)] = True
            self._masks[query] = known
        return known

    def _with_prefix(self, query: PrefixQuery) -> NDArray[np.integer]:
        terms = self.file.terms[query.tier].having_prefix(query.text.encode("utf-8", "surrogatepass"))
        docs = self.file.docs_of(query.tier, terms)
        if not query.in_title or not len(docs):
            return docs
        tier = self.file.tiers[query.tier]
        _, counts = tier.weights(np.arange(terms.start, terms.stop))
        first = int(tier.position_starts[terms.start]) + starts_of(counts)[:-1]
        return docs[tier.positions[first] < BODY_POSITION]

    def _phrase(self, query: PhraseQuery, among: Ints | None) -> Ints:
        times = Counter(query.texts)
        terms = {text: self.postings(query.tier, text) for text in times}
        docs, at = self._having_all(terms, among)
        having = {text: Having(postings, at[text]) for text, postings in terms.items()}
        if query.within:
            several = [(having[text], count) for text, count in times.items()]
            return near_docs(several, docs, len(query.texts) + query.within, in_title=query.in_title)
        return phrase_docs([having[text] for text in query.texts], docs, in_title=query.in_title)

    def _having_all(self, terms: Mapping[str, Postings], among: Ints | None) -> tuple[Ints, dict[str, Ints]]:
        """The articles among ``among`` that have all ``terms``, and their indexes in the postings of each."""
        texts = sorted(terms, key=lambda text: len(terms[text].docs))
        docs = terms[texts[0]].docs if among is None else among
        at: dict[str, Ints] = {}
        for text in texts:
            indexes = self._indexes(terms[text].docs, docs)
            there = indexes >= 0
            docs, at = docs[there], {other: known[there] for other, known in at.items()}
            at[text] = indexes[there]
        return docs, at

    def _indexes(self, having: Ints, docs: Ints) -> Ints:
        """The index of each of ``docs`` in ``having``, -1 where it is not there; both ascend."""
        if having is docs:
            return np.arange(len(docs))
        if not len(having):
            return np.full(len(docs), -1)
        if _FIND * len(docs) > _PASS * (len(having) + len(docs)) + _CLEAR * self.size:
            spread = np.zeros(self.size, np.int32)
            spread[having] = np.arange(1, len(having) + 1, dtype=np.int32)
            return spread[docs].astype(np.int64) - 1
        places = np.minimum(having.searchsorted(docs), len(having) - 1)
        return np.where(having[places] == docs, places, -1)

    def at(self, query: Query, docs: Ints) -> tuple[Mask, Floats]:
        """Which of ``docs``, which ascend, match ``query``, and their scores, 0 for the others."""
        deadline.check()
        if isinstance(query, TermQuery):
            return self._at_term(query.tier, query.text, query.weight, docs)
        if isinstance(query, PhraseQuery):
            having = self._phrase(query, docs)
            places = docs.searchsorted(having)
            found, scores = np.zeros(len(docs), bool), np.zeros(len(docs))
            found[places], scores[places] = True, self._phrase_scores(query, having)
            return found, scores
        if isinstance(query, (PrefixQuery, PublishedQuery, Filters)):
            found = self._mask(query)[docs]
            return found, found * np.float64(self._constant(query))
        parts = [self.at(child, docs) for child in query.children]
        scores = np.add.reduce([np.zeros(len(docs)), *(score for _, score in parts)])
        if isinstance(query, AnyOf):
            return np.logical_or.reduce([np.zeros(len(docs), bool), *(found for found, _ in parts)]), scores
        if not isinstance(query, Words):
            assert_never(query)
        if query.least >= 1:
            found = np.logical_and.reduce([np.ones(len(docs), bool), *(found for found, _ in parts)])
        else:
            rarities = self.scorer.rarities.each(query).tolist()
            held = np.add.reduce([np.zeros(len(docs)), *(r * part[0] for r, part in zip(rarities, parts, strict=True))])
            found = (held > 0) & (held >= self.scorer.rarities.least(query))
        for child in query.without:
            found = found & ~self.at(child, docs)[0]
        for child in query.optional:
            scores = scores + self.at(child, docs)[1]
        return found, np.where(found, scores, 0.0)

    def _constant(self, query: PrefixQuery | PublishedQuery | Filters) -> float:
        """The score of each article that ``query`` matches."""
        if isinstance(query, PublishedQuery):
            return self.scorer.published_score(query)
        return query.weight if isinstance(query, PrefixQuery) else 0.0

    def _phrase_scores(self, query: PhraseQuery, docs: Ints) -> Floats:
        """The scores of ``docs``, which have the phrase."""
        scores = np.zeros(len(docs))
        for text in query.texts:
            scores += self._at_term(query.tier, text, query.weight, docs)[1]
        return scores

    def _at_term(self, tier: Tier, text: str, weight: float, docs: Ints) -> tuple[Mask, Floats]:
        postings = self.postings(tier, text)
        if not len(postings.docs):
            return np.zeros(len(docs), bool), np.zeros(len(docs))
        weights = self.weights(postings, docs)
        factor = weight * self.corpus.idf(self.scorer.term_frequency(tier, text)) * (K1 + 1)
        scores: Floats = factor * (weights / (weights + self.norms[docs]))
        return weights > 0, scores

    def weights(self, postings: Postings, docs: Ints) -> Floats:
        """The weighted frequencies of a term in ``docs``, which ascend; 0 where an article lacks it."""
        having = postings.docs
        if not len(having) or not len(docs):
            return np.zeros(len(docs))
        needles = min(len(having), len(docs))
        if _FIND * needles > _PASS * (len(having) + len(docs)) + _CLEAR * self.size:
            spread = np.zeros(self.size, postings.weights.dtype)
            spread[having] = postings.weights
            return spread[docs].astype(np.float64)
        if needles == len(docs):
            places = np.minimum(having.searchsorted(docs), len(having) - 1)
            return np.where(having[places] == docs, postings.weights[places], 0).astype(np.float64)
        weights = np.zeros(len(docs))
        places = np.minimum(docs.searchsorted(having), len(docs) - 1)
        same = docs[places] == having
        weights[places[same]] = postings.weights[same]
        return weights


def _joined(parts: Iterable[Ints]) -> Ints:
    return np.concatenate([np.empty(0, np.int64), *parts])
