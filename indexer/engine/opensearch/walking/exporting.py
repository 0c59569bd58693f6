# SPDX-License-Identifier: GPL-3.0-or-later
"""Walks through all matches in the order of their ids or another one, and through all articles by place."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

from indexer.article import Article
from indexer.columns import Order
from indexer.engine.opensearch.documents import article_of
from indexer.engine.opensearch.reading import counting, fetching, ordering
from indexer.engine.opensearch.reading.asking import Asking, settle
from indexer.engine.opensearch.reading.generation import ClusterGeneration
from indexer.engine.opensearch.reading.page_search import ClusterPageSearch
from indexer.engine.questions import ArticleQuery, Cluster, ExportedArticles, ListPlace, PageRequest
from indexer.errors import NotFoundError

Json = dict[str, Any]

_BLOCK = 500
_LOOKED_UP = 10_000
_SIZES = "sizes"


def export(generation: ClusterGeneration, query: ArticleQuery, after: str, most: int | None) -> ExportedArticles:
    """See `Searcher.export`."""
    asking = Asking(generation, query)
    query_of_all = asking.counted(settle(generation, [asking])[0])
    beyond = [{"range": {"id": {"gt": after}}}] if after else []
    if not query.collapse:
        total = _count(generation, [*query_of_all, *beyond])
        return ExportedArticles(total, islice(_articles(generation, [*query_of_all, *beyond]), most))
    # The first article of each cluster is known only to who walks through all that have copies, from the beginning.
    firsts = _firsts(generation, query_of_all)
    alone = {"bool": {"must_not": [{"term": {"copied": True}}]}}
    total = _count(generation, [*query_of_all, *beyond, alone]) + len(firsts) - bisect_right(firsts, after)
    chosen = frozenset(firsts)
    found = (
        (article, cluster)
        for article, cluster in _articles(generation, [*query_of_all, *beyond])
        if cluster.size == 1 or article.id in chosen
    )
    return ExportedArticles(total, islice(found, most))


def export_in_order(
    generation: ClusterGeneration, query: ArticleQuery, order: Order, after: str, most: int | None
) -> ExportedArticles:
    """See `Searcher.export`: the pages of the search, one behind the other."""
    place = None
    if after:
        article = fetching.articles(generation, [after]).get(after)
        if article is None:
            raise NotFoundError(f"there is no article {after[:40]!r}")
        place = ListPlace.behind(article, same=False)
    by_relevance = order == "relevance" and query.ranked is not None
    request = PageRequest(query, order, limit=_BLOCK, facets=(), after=None if by_relevance else place)
    first = ClusterPageSearch(generation, request)
    found = _pages(generation, request, first)
    if by_relevance and first.counted < first.listed:
        found = islice(found, first.counted)  # no partial matches
    skipped = first.skipped
    if by_relevance and after:
        # Where it stands is known only to who walks up to it.
        skipped = next((number for number, (one, _) in enumerate(found, 1) if one.id == after), 0)
        if not skipped:
            raise NotFoundError(f"there is no article {after[:40]!r} in this list")
    return ExportedArticles(max(0, first.counted - skipped), islice(found, most))


def _pages(
    generation: ClusterGeneration, request: PageRequest, search: ClusterPageSearch
) -> Iterator[tuple[Article, Cluster]]:
    """The articles of ``search``, which answers ``request``, and of all pages behind it."""
    while True:
        found, _ = fetching.found_articles(generation, search, search.hits(), request)
        yield from ((one.article, one.cluster) for one in found)
        if not search.more or not found:
            return
        place = ListPlace.behind(found[-1].article, found[-1].score, search.skipped + len(search.hits()))
        request = replace(request, after=place)
        search = ClusterPageSearch(generation, request)


def listed(
    generation: ClusterGeneration, offset: int, limit: int, starts: dict[int, str]
) -> list[tuple[str, datetime | None]]:
    """See `Searcher.listed`. ``starts`` keeps the last id before some offsets, so that later questions begin there."""
    at = max((known for known in starts if known <= offset), default=0)
    after = starts.get(at, "")
    found: list[tuple[str, datetime | None]] = []
    while len(found) < limit:
        size = min(_LOOKED_UP, offset + limit - at)
        body: Json = {
            "size": size,
            "track_total_hits": False,
            "stored_fields": "_none_",
            "docvalue_fields": [{"field": "date", "format": "epoch_millis"}],
            "query": {"bool": {"filter": [generation.visible]}},
            "sort": [{"id": "asc"}],
            **({"search_after": [after]} if after else {}),
        }
        hits = generation.searches([body])[0]["hits"]["hits"]
        for place, hit in enumerate(hits, at):
            if place >= offset:
                found.append((hit["sort"][0], ordering.moment(next(iter(hit.get("fields", {}).get("date", ())), None))))
        if len(hits) < size:
            break
        at, after = at + len(hits), hits[-1]["sort"][0]
        starts[at] = after
    return found[:limit]


def _count(generation: ClusterGeneration, query: Sequence[Json]) -> int:
    body = {"size": 0, "track_total_hits": True, "query": {"bool": {"filter": list(query)}}}
    return int(generation.searches([body])[0]["hits"]["total"]["value"])


def _firsts(generation: ClusterGeneration, query: Sequence[Json]) -> list[str]:
    """The ids of the first match of each cluster that has copies, ascending."""
    body = {
        "stored_fields": "_none_",
        "docvalue_fields": ["cluster"],
        "query": {"bool": {"filter": [*query, {"term": {"copied": True}}]}},
    }
    firsts: dict[str, str] = {}
    for hit in generation.cluster.scan(generation.index, body):
        firsts.setdefault(hit["fields"]["cluster"][0], hit["sort"][0])
    return sorted(firsts.values())


def _articles(generation: ClusterGeneration, query: Sequence[Json]) -> Iterator[tuple[Article, Cluster]]:
    """The articles that match all of ``query``, by id, each with its cluster."""
    body = {"_source": ["article", "cluster", "copied"], "query": {"bool": {"filter": list(query)}}}
    block: list[Json] = []
    for hit in generation.cluster.scan(generation.index, body, _BLOCK):
        block.append(hit["_source"])
        if len(block) == _BLOCK:
            yield from _with_clusters(generation, block)
            block = []
    yield from _with_clusters(generation, block)


def _with_clusters(generation: ClusterGeneration, sources: Sequence[Json]) -> Iterator[tuple[Article, Cluster]]:
    clusters = sorted({source["cluster"] for source in sources if source["copied"]})
    sizes: dict[str, int] = {}
    if clusters:
        body = {
            "size": 0,
            "track_total_hits": False,
            "query": {"bool": {"filter": [{"terms": {"cluster": clusters}}, generation.visible]}},
            "aggs": {_SIZES: {"terms": {"field": "cluster", "size": len(clusters)}}},
        }
        buckets = generation.searches([body])[0]["aggregations"][_SIZES]["buckets"]
        sizes = {bucket["key"]: counting.number(bucket) for bucket in buckets}
    for source in sources:
        yield article_of(source), Cluster(source["cluster"], sizes.get(source["cluster"], 1))
