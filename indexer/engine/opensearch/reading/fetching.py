# SPDX-License-Identifier: GPL-3.0-or-later
"""Fetches what a page shows of its articles: texts, clusters and copies in one request, explanations in another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from indexer.article import Article
from indexer.engine.explanation import Explanation
from indexer.engine.opensearch.documents import article_of
from indexer.engine.opensearch.reading import explaining, ordering
from indexer.engine.opensearch.reading.generation import ClusterGeneration
from indexer.engine.opensearch.reading.page_search import ClusterPageSearch, RankedHit
from indexer.engine.questions import MOST_AT_ADDRESS, Cluster, FoundArticle, PageRequest, those_at
from indexer.web_addresses import address_key

Json = dict[str, Any]

_SIZES = "sizes"
_BLOCK = 1_000


def found_articles(
    generation: ClusterGeneration, search: ClusterPageSearch, hits: Sequence[RankedHit], request: PageRequest
) -> tuple[tuple[FoundArticle, ...], Json | None]:
    """The articles of ``hits`` with all that ``request`` wants of each, and the answer to `periods_body`, if any."""
    periods = search.periods_body()
    if not hits:
        return (), generation.searches([periods])[0] if periods else None
    ids = [hit.id for hit in hits]
    clusters = list(dict.fromkeys(hit.cluster for hit in hits))
    bodies = [_articles_body(generation, ids), _sizes_body(generation, clusters)]
    if request.copies:
        bodies += [_copies_body(generation, hit.cluster, hit.id, request.copies) for hit in hits]
    ranked = request.query.ranked
    answers = iter(generation.searches([*bodies, *([periods] if periods else [])]))
    articles = _articles(next(answers))
    sizes = _sizes(next(answers))
    copies = [_in_order(next(answers)) for _ in hits] if request.copies else [()] * len(hits)
    spread = next(answers) if periods else None
    explanations: dict[str, Explanation] = {}
    if request.explain and ranked:
        answer = generation.search(explaining.body(generation, search, ranked, ids))
        explanations = explaining.explanations(generation, search, ranked, articles, answer)
    found = tuple(
        FoundArticle(
            articles[hit.id],
            hit.score,
            Cluster(hit.cluster, sizes.get(hit.cluster, 1)),
            others,
            None,
            explanations.get(hit.id),
        )
        for hit, others in zip(hits, copies, strict=True)
        if hit.id in articles
    )
    return found, spread


def articles(generation: ClusterGeneration, ids: Sequence[str]) -> dict[str, Article]:
    """The articles with these ids, by id."""
    found: dict[str, Article] = {}
    for first in range(0, len(ids), _BLOCK):
        block = ids[first : first + _BLOCK]
        found |= _articles(generation.searches([_articles_body(generation, block)])[0])
    return {one: found[one] for one in ids if one in found}


def at_addresses(generation: ClusterGeneration, addresses: Sequence[str]) -> dict[str, tuple[Article, ...]]:
    """See `Searcher.at_addresses`."""
    asked = [address for address in addresses if address]
    bodies = [
        {
            "size": MOST_AT_ADDRESS,
            "track_total_hits": False,
            "_source": ["article"],
            "query": {"bool": {"filter": [{"term": {"address": f"{address_key(one):016x}"}}, generation.visible]}},
            "sort": [{"id": "asc"}],
        }
        for one in asked
    ]
    answers = generation.searches(bodies)
    found = {one: those_at(one, _in_order(answer)) for one, answer in zip(asked, answers, strict=True)}
    return {address: articles for address, articles in found.items() if articles}


def cluster_of(generation: ClusterGeneration, article_id: str) -> str | None:
    """The id of the cluster of an article; None where there is no such article."""
    body = {
        "size": 1,
        "track_total_hits": False,
        "stored_fields": "_none_",
        "docvalue_fields": ["cluster"],
        "query": {"bool": {"filter": [{"term": {"id": article_id}}, generation.visible]}},
    }
    hits = generation.searches([body])[0]["hits"]["hits"]
    return str(hits[0]["fields"]["cluster"][0]) if hits else None


def copies(
    generation: ClusterGeneration, article_id: str, cluster: str, most: int
) -> tuple[Cluster, tuple[Article, ...]]:
    """The cluster with the id ``cluster``, and the ``most`` newest of its articles but that with the id given."""
    sizes, others = generation.searches(
        [_sizes_body(generation, [cluster]), _copies_body(generation, cluster, article_id, most)]
    )
    return Cluster(cluster, _sizes(sizes).get(cluster, 1)), _in_order(others)


def _articles_body(generation: ClusterGeneration, ids: Sequence[str]) -> Json:
    return {
        "size": len(ids),
        "track_total_hits": False,
        "_source": ["id", "article"],
        "query": {"bool": {"filter": [{"terms": {"id": list(ids)}}, generation.visible]}},
    }


def _articles(answer: Json) -> dict[str, Article]:
    return {hit["_source"]["id"]: article_of(hit["_source"]) for hit in answer["hits"]["hits"]}


def _sizes_body(generation: ClusterGeneration, clusters: Sequence[str]) -> Json:
    return {
        "size": 0,
        "track_total_hits": False,
        "query": {"bool": {"filter": [{"terms": {"cluster": list(clusters)}}, generation.visible]}},
        "aggs": {_SIZES: {"terms": {"field": "cluster", "size": len(clusters)}}},
    }


def _sizes(answer: Json) -> dict[str, int]:
    return {bucket["key"]: int(bucket["doc_count"]) for bucket in answer["aggregations"][_SIZES]["buckets"]}


def _copies_body(generation: ClusterGeneration, cluster: str, besides: str, most: int) -> Json:
    among = {"filter": [{"term": {"cluster": cluster}}, generation.visible], "must_not": [{"term": {"id": besides}}]}
    return {
        "size": most,
        "track_total_hits": False,
        "_source": ["article"],
        "query": {"bool": among},
        "sort": ordering.sort("newest"),
    }


def _in_order(answer: Json) -> tuple[Article, ...]:
    return tuple(article_of(hit["_source"]) for hit in answer["hits"]["hits"])
