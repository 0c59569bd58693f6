# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads articles of the base generation, the one that a run starts from.

Requests hold ids, sketches and days, which are numbers that this program made; nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from indexer.engine.copies.candidates import FEWEST, RECURRING
from indexer.engine.copies.judging import CLOSE_DAYS
from indexer.engine.copies.sketches import NO_DAY
from indexer.engine.opensearch.cluster import ClusterClient
from indexer.engine.opensearch.copies.sketches import ArticleSketch
from indexer.engine.opensearch.copies.table import SketchTable, id_of, number_of
from indexer.engine.opensearch.visibility import Visibility
from indexer.errors import DamagedIndexError

Json = dict[str, Any]

NEAR = 200
"""The most older articles of about the same day that a new article is compared with: those with the most similar
sketches.
"""

FAR = 3
"""The most older articles of other days by which the wording of a new article is found to recur."""

_ASKED_AT_ONCE = 200
_IDS_AT_ONCE = 1_000
_CLAUSES_AT_ONCE = 10

_ALL = 0.05
"""If a run has new articles for more than this share of the older ones, reading all sketches is quicker than asking."""


class CopyIndexes(NamedTuple):
    """The names of the index of articles and of the index of sketches beside it."""

    articles: str
    sketches: str


class Membership(NamedTuple):
    """The id of the cluster of an article, and whether the cluster has another article."""

    cluster: str
    copied: bool


class OlderArticles:
    """The articles of the generation ``base``. Every method may raise what `Cluster` raises, and DamagedIndexError."""

    def __init__(self, cluster: ClusterClient, indexes: CopyIndexes, base: Visibility | None) -> None:
        """Without a ``base`` there are no older articles, and the cluster is not asked."""
        self._cluster = cluster
        self._indexes = indexes
        self._base = base

    def around(self, ids: Collection[int], naming: Collection[int] = ()) -> list[ArticleSketch]:
        """Returns the sketches of ``ids``, and those of the articles that note one of ``naming`` as a copy."""
        clauses = [
            {"terms": {field: list(map(id_of, some))}}
            for field, numbers in (("id", ids), ("copies.id", naming))
            for some in _parts(sorted(numbers))
        ]
        found = {}
        for at in range(0, len(clauses), _CLAUSES_AT_ONCE):
            asked = clauses[at : at + _CLAUSES_AT_ONCE]
            found.update({one.id: one for one in self._scan({"bool": {"should": asked}})})
        return list(found.values())

    def similar(self, fresh: SketchTable) -> SketchTable:
        """Returns the sketches of articles that may be copies of ``fresh`` ones or show that a wording recurs."""
        if self._base is None or not len(fresh):
            return SketchTable()
        if len(fresh) > _ALL * self._count():
            return SketchTable.of(self._scan({"match_all": {}}))
        found: dict[str, ArticleSketch] = {}
        for at in range(0, len(fresh), _ASKED_AT_ONCE):
            rows = [fresh.row(row) for row in range(at, min(at + _ASKED_AT_ONCE, len(fresh)))]
            bodies = [body for row in rows for body in self._questions(row)]
            for answer in self._cluster.searches([(self._indexes.sketches, body) for body in bodies]):
                for one in _read(answer["hits"]["hits"]):
                    found[one.id] = one
        return SketchTable.of(found.values())

    def memberships(self, ids: Sequence[int]) -> dict[int, Membership]:
        """Returns the clusters of these articles. Raises DamagedIndexError if the index lacks one."""
        fields = {"_source": ["id", "cluster", "copied"]}
        found: dict[int, Membership] = {}
        if self._base is None:
            return found
        for some in _parts(ids):
            query = self._visible({"terms": {"id": list(map(id_of, some))}})
            for hit in self._cluster.scan(self._indexes.articles, {"query": query, **fields}):
                source = hit["_source"]
                found[number_of(source["id"])] = Membership(str(source["cluster"]), bool(source["copied"]))
        if missing := [id_of(one) for one in ids if one not in found]:
            raise DamagedIndexError(
                f"the index in the cluster lacks {len(missing)} articles whose sketches it has, such as {missing[0]}; "
                "run `fihrist index --rebuild PATH...`"
            )
        return found

    def members(self, clusters: Collection[str]) -> set[int]:
        """Returns the articles of these clusters."""
        found: set[int] = set()
        for some in _parts([number_of(one) for one in clusters]):
            query = self._visible({"terms": {"cluster": list(map(id_of, some))}})
            hits = self._cluster.scan(self._indexes.articles, {"query": query, "_source": ["id"]})
            found.update(number_of(hit["_source"]["id"]) for hit in hits)
        return found

    def removed_by(self, run: int) -> list[ArticleSketch]:
        """Returns the sketches that ``run`` has marked as removed already."""
        return list(self._scan({"term": {"removed": run}}))

    def _questions(self, row: ArticleSketch) -> Iterator[Json]:
        """The searches for articles like ``row``."""
        if row.day == NO_DAY:
            yield self._question(row, FEWEST, NEAR)
            return
        others = [{"range": {"day": {"lt": row.day - CLOSE_DAYS}}}, {"range": {"day": {"gt": row.day + CLOSE_DAYS}}}]
        # An article without a day is not far away from any other.
        yield self._question(row, FEWEST, NEAR, {"bool": {"must_not": others}})
        yield self._question(row, RECURRING, FAR, {"bool": {"should": others}})

    def _question(self, row: ArticleSketch, least: int, size: int, *among: Json) -> Json:
        match = {"match": {"sketch": {"query": row.terms, "minimum_should_match": least}}}
        query = {"bool": {"must": [match], "filter": [self._visible(*among)]}}
        return {"query": query, "size": size, "sort": ["_score", "id"], "track_total_hits": False}

    def _count(self) -> int:
        body = {"query": self._visible(), "size": 0, "track_total_hits": True}
        return int(self._cluster.search(self._indexes.sketches, body)["hits"]["total"]["value"])

    def _scan(self, query: Json) -> Iterator[ArticleSketch]:
        if self._base is None:
            return iter(())
        return _read(self._cluster.scan(self._indexes.sketches, {"query": self._visible(query)}))

    def _visible(self, *queries: Json) -> Json:
        assert self._base is not None
        return {"bool": {"filter": [self._base.query(), *queries]}}


def _read(hits: Iterable[Mapping[str, Any]]) -> Iterator[ArticleSketch]:
    return (ArticleSketch.of(hit["_source"]) for hit in hits)


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[at : at + _IDS_AT_ONCE] for at in range(0, len(ids), _IDS_AT_ONCE))
