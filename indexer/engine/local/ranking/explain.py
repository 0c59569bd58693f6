# SPDX-License-Identifier: GPL-3.0-or-later
"""Explains the score of an article: what each term of a query added to it, computed as the score was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from indexer.engine.explanation import Explanation, LeafQuery, LeafScore
from indexer.engine.local.ranking.corpus import Corpus
from indexer.engine.local.ranking.rerank import added_scores
from indexer.engine.local.ranking.scoring import Scorer
from indexer.engine.local.segments.packed import BODY_POSITION
from indexer.engine.local.segments.postings import POSITIONAL
from indexer.engine.queries import (
    AnyOf,
    Filters,
    PhraseQuery,
    PrefixQuery,
    PublishedQuery,
    Query,
    Ranked,
    TermQuery,
    Words,
)
from indexer.engine.weights import LEAD_WORDS
from indexer.exhaustive import assert_never


def explain(corpus: Corpus, scorer: Scorer, ranked: Ranked, doc: int, recency: float) -> Explanation:
    """Why the article with the number ``doc``, which ``ranked`` finds, scores what it does.

    ``recency`` is the factor on its score. One ``scorer`` should explain all articles of a page, since it keeps what it
    has looked up.
    """
    docs = np.array([doc], np.int64)
    segment = next(segment for segment in reversed(scorer.segments) if segment.base <= doc)
    own = docs - segment.base
    full = bool(segment.at(ranked.query, own)[0][0])
    # The wider query may have asked for less when it found the article.
    query = ranked.query if full or ranked.wider is None else replace(ranked.wider, least=0.0)
    every = replace(query, least=1.0) if isinstance(query, Words) else query
    complete = bool(segment.at(every, own)[0][0])

    def leaves(query: Query) -> Iterator[LeafQuery]:
        match query:
            case TermQuery() | PhraseQuery() | PrefixQuery() | PublishedQuery():
                yield query
            case AnyOf():
                for child in query.children:
                    yield from leaves(child)
            case Words():
                if segment.at(query, own)[0][0]:
                    for child in (*query.children, *query.optional):
                        yield from leaves(child)
            case Filters():
                pass
            case _:
                assert_never(query)

    def fields(leaf: LeafQuery) -> tuple[str, ...]:
        if isinstance(leaf, (PrefixQuery, PublishedQuery)) or leaf.tier not in POSITIONAL:
            return ()
        texts = leaf.texts if isinstance(leaf, PhraseQuery) else (leaf.text,)
        found = set()
        for text in texts:
            postings = segment.postings(leaf.tier, text)
            at = int(postings.docs.searchsorted(own[0]))
            counts = postings.counts
            first = int(counts[:at].sum())
            for position in postings.positions[first : first + int(counts[at])].tolist():
                lead = position < BODY_POSITION + LEAD_WORDS
                found.add("title" if position < BODY_POSITION else "lead" if lead else "body")
        if isinstance(leaf, PhraseQuery) and leaf.in_title:
            found = {"title"}
        return tuple(name for name in ("title", "lead", "body") if name in found)

    parts = []
    for leaf in leaves(query):
        matched, scores = segment.at(leaf, own)
        if matched[0]:
            parts.append(LeafScore(leaf, float(scores[0]), fields(leaf)))
    pairs = []
    for pair in ranked.neighbours:
        added = float(added_scores(corpus, scorer, replace(ranked, neighbours=(pair,), grams=(), related=()), docs)[0])
        pairs += [(*pair, added)] if added else []
    similar = replace(ranked, neighbours=())
    grams = float(added_scores(corpus, scorer, similar, docs)[0]) if ranked.grams or ranked.related else 0.0
    return Explanation(tuple(parts), tuple(pairs), grams, recency, full, complete)
