# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster of documents in memory that answers the queries of `indexer.engine.opensearch.copies`, for tests."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from indexer.engine.opensearch.cluster import ClusterClient, Json, Rejected, Version

_EDGES = {
    "lt": lambda one, edge: one < edge,
    "lte": lambda one, edge: one <= edge,
    "gt": lambda one, edge: one > edge,
    "gte": lambda one, edge: one >= edge,
}


class DocumentsInMemory(ClusterClient):
    """Holds documents by index and id. Like a cluster, it shows a document to searches after the next refresh."""

    def __init__(self) -> None:
        self.requests = 0
        self.written: dict[str, dict[str, Json]] = {}
        self.visible: dict[str, dict[str, Json]] = {}

    def bulk(
        self, index: str, documents: Iterable[tuple[str, str]], seen: Mapping[str, Version] | None = None
    ) -> list[Rejected]:
        assert seen is None
        self.requests += 1
        self.written.setdefault(index, {}).update({one: json.loads(source) for one, source in documents})
        return []

    def refresh(self, index: str) -> None:
        self.requests += 1
        self.visible[index] = dict(self.written.get(index, {}))

    def documents(self, index: str, ids: Sequence[str], fields: bool = True) -> dict[str, Json]:
        self.requests += 1
        assert fields
        return {one: self.written[index][one] for one in ids if one in self.written.get(index, {})}

    def search(self, index: str, body: Mapping[str, Any]) -> Json:
        return self.searches([(index, body)])[0]

    def searches(self, asked: Sequence[tuple[str, Mapping[str, Any]]]) -> list[Json]:
        self.requests += 1
        return [self._answer(index, body) for index, body in asked]

    def scan(self, index: str, body: Mapping[str, Any], page: int = 1_000) -> Iterator[Json]:
        self.requests += 3
        assert not {"size", "sort"} & body.keys()
        yield from sorted(self._hits(index, body["query"]), key=lambda hit: hit["_source"]["id"])

    def _answer(self, index: str, body: Mapping[str, Any]) -> Json:
        found = self._hits(index, body["query"])
        if "sort" in body:
            assert body["sort"] == ["_score", "id"]
            found.sort(key=lambda hit: (-hit["_score"], hit["_source"]["id"]))
        return {"hits": {"total": {"value": len(found)}, "hits": found[: body["size"]]}}

    def _hits(self, index: str, query: Json) -> list[Json]:
        scored = [(one, score(query, source), source) for one, source in self.visible.get(index, {}).items()]
        return [
            {"_id": one, "_score": points, "_source": source} for one, points, source in scored if points is not None
        ]


def score(query: Json, source: Json) -> float | None:
    """Returns the score of a document for ``query``, None if it does not match. Fails on a query it does not know."""
    [(kind, body)] = query.items()
    if kind == "match_all":
        return 1.0
    if kind == "bool":
        return _bool_score(body, source)
    [(field, given)] = body.items()
    values = _values(source, field)
    if kind == "match":
        terms = given["query"].split()
        points = len(set(terms) & set(str(values[0]).split())) if values else 0
        return float(points) if points >= given["minimum_should_match"] else None
    if kind == "term":
        return 1.0 if given in values else None
    if kind == "terms":
        return 1.0 if set(given) & set(values) else None
    assert kind == "range", kind
    return 1.0 if any(all(_EDGES[edge](one, at) for edge, at in given.items()) for one in values) else None


def _bool_score(body: Json, source: Json) -> float | None:
    assert not body.keys() - {"must", "filter", "should", "must_not"}
    needed = [score(one, source) for one in (*body.get("must", ()), *body.get("filter", ()))]
    if None in needed or any(score(one, source) is not None for one in body.get("must_not", ())):
        return None
    likes = [score(one, source) for one in body.get("should", ())]
    if likes and not needed and not any(one is not None for one in likes):
        return None
    return sum(points or 0.0 for points in needed[: len(body.get("must", ()))]) + sum(one or 0.0 for one in likes)


def _values(source: Json, field: str) -> list[Any]:
    found: list[Any] = [source]
    for name in field.split("."):
        found = [each for one in found for each in _listed(one.get(name))]
    return found


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
