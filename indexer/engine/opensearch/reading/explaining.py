# SPDX-License-Identifier: GPL-3.0-or-later
"""Explains scores: each part of a query is a named clause of one search among the articles of the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from indexer.arabic.analyser import Tier
from indexer.article import Article
from indexer.engine.explanation import Explanation, LeafQuery, LeafScore
from indexer.engine.opensearch.documents import analysed
from indexer.engine.opensearch.reading import ordering, rerank
from indexer.engine.opensearch.reading.generation import ClusterGeneration
from indexer.engine.opensearch.reading.page_search import ClusterPageSearch
from indexer.engine.opensearch.reading.translation import any_of
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
from indexer.exhaustive import assert_never

Json = dict[str, Any]

_FULL, _COMPLETE, _OTHERS, _LEAF, _PAIR = "full", "complete", "others", "leaf ", "pair "


def body(generation: ClusterGeneration, search: ClusterPageSearch, ranked: Ranked, ids: Sequence[str]) -> Json:
    """The search whose answer `explanations` reads, for the articles with these ids."""
    translator = search.asking.translator
    wider = search.settled.wider
    clauses = [_named(translator.matching(ranked.query), _FULL)]
    for part, query in _queries(ranked, wider):
        every = replace(query, least=1.0) if isinstance(query, Words) else query
        clauses.append(_named(translator.matching(every), f"{_COMPLETE} {part}"))
        for number, (leaf, within) in enumerate(leaves(query)):
            conditions = [translator.matching(one) for one in within]
            clauses.append(_named(translator.scored(leaf), f"{_LEAF}{part} {number}", conditions))
    clauses += [_named(pair, f"{_PAIR}{number}") for number, pair in enumerate(rerank.neighbours(ranked, translator))]
    if others := rerank.others(ranked, translator, generation.dictionary):
        clauses.append(_named(any_of(others), _OTHERS))
    return {
        "size": len(ids),
        "track_total_hits": False,
        "stored_fields": "_none_",
        "docvalue_fields": ["id"],
        "sort": ordering.sort("newest"),
        "query": {
            "bool": {"filter": [{"terms": {"id": list(ids)}}, generation.visible], "should": clauses},
        },
    }


def explanations(
    generation: ClusterGeneration,
    search: ClusterPageSearch,
    ranked: Ranked,
    articles: Mapping[str, Article],
    answer: Json,
) -> dict[str, Explanation]:
    """The explanation of each article by its id."""
    queries = dict(_queries(ranked, search.settled.wider))
    found = {}
    for hit in answer["hits"]["hits"]:
        article_id = hit["fields"]["id"][0]
        named: dict[str, float] = hit.get("matched_queries", {})
        full = _FULL in named or "wider" not in queries
        part = "query" if full else "wider"
        article = articles[article_id]
        terms = analysed(article, generation.analyser).fields()
        found[article_id] = Explanation(
            parts=tuple(
                LeafScore(leaf, named[name], _fields(leaf, terms))
                for number, (leaf, _) in enumerate(leaves(queries[part]))
                if (name := f"{_LEAF}{part} {number}") in named
            ),
            neighbours=tuple(
                (first, second, named[name])
                for number, (first, second) in enumerate(ranked.neighbours)
                if (name := f"{_PAIR}{number}") in named
            ),
            grams=named.get(_OTHERS, 0.0),
            recency=ordering.freshness(
                article.published.start() if article.published else None, ranked.recency, generation.dictionary
            ),
            full=_FULL in named,
            complete=f"{_COMPLETE} {part}" in named,
        )
    return found


def leaves(query: Query, within: tuple[Words, ...] = ()) -> Iterator[tuple[LeafQuery, tuple[Words, ...]]]:
    """The parts of ``query`` that score, from left to right, each with the queries that must match for it to count."""
    match query:
        case TermQuery() | PhraseQuery() | PrefixQuery() | PublishedQuery():
            yield query, within
        case AnyOf():
            for child in query.children:
                yield from leaves(child, within)
        case Words():
            for child in (*query.children, *query.optional):
                yield from leaves(child, (*within, child) if isinstance(child, Words) else within)
        case Filters():
            return
        case _:
            assert_never(query)


def _queries(ranked: Ranked, wider: Words | None) -> Iterator[tuple[str, Query]]:
    """The queries that an article of the page may match, by the names that their clauses have."""
    yield "query", ranked.query
    if wider:
        yield "wider", wider


def _named(query: Json, name: str, conditions: Sequence[Json] = ()) -> Json:
    return {"bool": {"must": [query], "filter": list(conditions), "_name": name}}


def _fields(leaf: LeafQuery, terms: Mapping[tuple[Tier, str], frozenset[str]]) -> tuple[str, ...]:
    """See `LeafScore.fields`; ``terms`` are the fields of each term of the article."""
    if isinstance(leaf, (PrefixQuery, PublishedQuery)):
        return ()
    if isinstance(leaf, PhraseQuery) and leaf.in_title:
        return ("title",)
    texts = leaf.texts if isinstance(leaf, PhraseQuery) else (leaf.text,)
    found = frozenset[str]().union(*(terms.get((leaf.tier, text), ()) for text in texts))
    return tuple(name for name in ("title", "lead", "body") if name in found)
