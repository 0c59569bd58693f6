# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes, lists and removes whole indexes of the cluster."""

from __future__ import annotations

import math
from typing import Any

from indexer.engine.opensearch.cluster import Cluster
from indexer.engine.opensearch.keeping.names import IndexNames
from indexer.errors import DamagedIndexError, FihristError, NoIndexError

Json = dict[str, Any]


def create_index(cluster: Cluster, index: str, body: Json) -> None:
    """Make an index, if there is none of this name."""
    if exists(cluster, index):
        return
    try:
        cluster.send("PUT", f"/{index}", body)
    except FihristError:
        # The answer to an earlier try may have been lost, so that the cluster now refuses to make it twice.
        if not exists(cluster, index):
            raise


def exists(cluster: Cluster, index: str) -> bool:
    """Whether there is an index of this name."""
    return cluster.ask(f"/{index}/_settings", flat_settings="true") is not None


def drop_index(cluster: Cluster, index: str) -> None:
    """Remove an index, if there is one of this name."""
    if exists(cluster, index):
        try:
            cluster.send("DELETE", f"/{index}")
        except FihristError:
            if exists(cluster, index):
                raise


def runs_with_indexes(cluster: Cluster, names: IndexNames) -> set[int]:
    """The runs that made an index of articles or sketches that still exists."""
    found = cluster.ask(f"/{names.all}/_settings", flat_settings="true", expand_wildcards="all") or {}
    return {run for index in found if (run := names.run_of(index))}


def bytes_of(cluster: Cluster, index: str) -> int:
    """The size in bytes of the primary shards of an index, or of several with commas between. Raises NoIndexError."""
    found = cluster.ask(f"/{index}/_stats/store")
    if found is None:
        raise NoIndexError(f"there is no index {index} in the cluster at {cluster.address}")
    return int(found["_all"]["primaries"]["store"]["size_in_bytes"])


def layout(cluster: Cluster, index: str) -> Json:
    """What searches depend on: the mapping, the analysis and the similarities of an index. Empty if it is missing.

    The fields of ``own`` are left out, since every run may add some.
    """
    found = cluster.ask(f"/{index}")
    if not found or index not in found:
        return {}
    settings = found[index]["settings"]["index"]
    mappings = found[index]["mappings"]
    fields = {name: field for name, field in mappings.get("properties", {}).items() if name != "own"}
    return {
        "mappings": {**mappings, "properties": fields},
        "analysis": settings.get("analysis"),
        "similarity": settings.get("similarity"),
    }


def shards_of(cluster: Cluster, index: str) -> int:
    """Into how many shards an index is divided, or several ones together, with commas between their names."""
    found = cluster.ask(f"/{index}/_settings/index.number_of_shards", flat_settings="true")
    if not found:
        raise NoIndexError(f"there is no index {index} in the cluster at {cluster.address}")
    return sum(int(one["settings"]["index.number_of_shards"]) for one in found.values())


def data_nodes(cluster: Cluster) -> int:
    """The number of nodes that can hold shards."""
    return int(cluster.ask("/_cluster/health")["number_of_data_nodes"])


def average_length(cluster: Cluster, index: str) -> float:
    """The average length of articles with which an index was made (see `mapping`). Raises DamagedIndexError."""
    found = cluster.ask(f"/{index}/_mapping")
    try:
        average = float(found[index]["mappings"]["_meta"]["fihrist"]["average_length"])
    except (KeyError, TypeError, ValueError):
        average = math.nan
    if not 0 <= average < math.inf:
        raise DamagedIndexError(
            f"the mapping of {index} is damaged: it does not say how long articles are; restore it from a snapshot, or "
            "run `fihrist index --rebuild PATH...` to write the index anew"
        )
    return average
