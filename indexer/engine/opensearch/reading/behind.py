# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists the hits behind a place, however deep it lies.

OpenSearch finds what comes behind a place (``search_after``), but then cannot show one hit of each cluster only. So it
lists all copies, and is asked for the first hit of each cluster that is among them: the others are left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from indexer.engine.opensearch.reading.generation import ClusterGeneration

Json = dict[str, Any]


def window(values: Sequence[Any], most: int, *, collapse: bool) -> Json:
    """The part of a search that lists about ``most`` hits behind the one with these sort ``values``."""
    return {"size": 2 * most if collapse else most, "search_after": list(values)}


def hits_behind(
    generation: ClusterGeneration,
    body: Mapping[str, Any],
    answer: Json,
    most: int,
    *,
    collapse: bool,
    earlier: Sequence[Mapping[str, Any]] = (),
) -> list[Json]:
    """The first ``most`` hits of ``answer``, which answers the search ``body``, and of those behind it.

    With ``collapse`` the first of each cluster only; the hits of ``earlier`` searches count as coming before them.
    """
    plain = {name: part for name, part in body.items() if name not in ("aggs", "track_total_hits")}
    found: list[Json] = []
    while True:
        hits = answer["hits"]["hits"]
        found += _firsts(generation, plain, hits, earlier) if collapse else hits
        if len(found) >= most or len(hits) < body["size"]:
            return found[:most]
        (answer,) = generation.searches([{**plain, "track_total_hits": False, "search_after": hits[-1]["sort"]}])


def _firsts(
    generation: ClusterGeneration, body: Json, hits: Sequence[Json], earlier: Sequence[Mapping[str, Any]]
) -> list[Json]:
    """Those of ``hits`` that are the first of their cluster in the whole list."""
    clusters = sorted({_field(hit, "cluster") for hit in hits if _field(hit, "copied")})
    if not clusters:
        return list(hits)
    own, *others = generation.searches([_of_clusters(one, clusters) for one in (body, *earlier)])
    firsts = {_field(hit, "id") for hit in own["hits"]["hits"]}
    taken = {_field(hit, "cluster") for other in others for hit in other["hits"]["hits"]}
    return [
        hit
        for hit in hits
        if not _field(hit, "copied") or (_field(hit, "id") in firsts and _field(hit, "cluster") not in taken)
    ]


def _of_clusters(body: Mapping[str, Any], clusters: Sequence[str]) -> Json:
    """The search for the first hit of each of ``clusters``."""
    left_out = ("aggs", "search_after", "from")
    return {
        **{name: part for name, part in body.items() if name not in left_out},
        "size": len(clusters),
        "track_total_hits": False,
        "query": {"bool": {"must": [body["query"]], "filter": [{"terms": {"cluster": list(clusters)}}]}},
        "collapse": {"field": "cluster"},
    }


def _field(hit: Json, name: str) -> Any:
    return hit["fields"][name][0]
