# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes, lists and removes whole indexes of the cluster."""

from __future__ import annotations

import math
from typing import Any

from indexer.engine.opensearch.cluster import ClusterClient
from indexer.engine.opensearch.failures import unreadable
from indexer.engine.opensearch.keeping.names import IndexNames
from indexer.engine.opensearch.mapping import articles_index
from indexer.errors import DamagedIndexError, FihristError, NoIndexError, UnavailableIndexError, UsageError

Json = dict[str, Any]


def create_index(cluster: ClusterClient, index: str, body: Json) -> None:
    """Make an index, if there is none of this name.

    Raises UsageError if there is one that another program has made, and UnavailableIndexError if no node takes it.
    """
    if not exists(cluster, index):
        try:
            made = cluster.send("PUT", f"/{index}", body)
        except FihristError:
            # The answer to an earlier try may have been lost, so that the cluster now refuses to make it twice.
            if not exists(cluster, index):
                raise
        else:
            if not isinstance(made, dict):
                raise unreadable(f"it is no object: {made!r}", cluster.address)
            if not made.get("shards_acknowledged"):
                raise UnavailableIndexError(
                    f"no node of the cluster at {cluster.address} takes the index {index}: perhaps their disks are too "
                    "full, or too few nodes run; look at /_cluster/allocation/explain, then run again"
                )
            return
    found = described(cluster, index)
    if found is None:
        raise unreadable(f"it says that there is an index {index}, and tells nothing of it", cluster.address)
    if other := differing(found, body):
        raise UsageError(
            f"the index {index} in the cluster at {cluster.address} was not made by this program: {other}; choose "
            "another name for the index of Fihrist, or remove that index"
        )


def differing(found: Any, body: Json) -> str:
    """In what an index differs from ``body``, with which this program makes it; "" if all is there, and perhaps more.

    ``found`` is what the cluster tells of the index.
    """
    if not isinstance(found, dict):
        return "it is missing"
    mappings, settings = found.get("mappings", {}), found.get("settings", {}).get("index", {})
    wanted = body["mappings"]
    if not _holds(mappings.get("dynamic"), wanted["dynamic"]):
        return f"its mapping has dynamic {mappings.get('dynamic')}, not {wanted['dynamic']}"
    for name, field in wanted["properties"].items():
        there = mappings.get("properties", {}).get(name)
        if there is None or not _holds(there, field):
            return f"its field {name} is {'missing' if there is None else 'another one'}"
    for name in ("analysis", "similarity"):
        if not _holds(settings.get(name), body["settings"]["index"].get(name, {})):
            return f"its setting {name} is another one"
    return ""


_UNTOLD = {"index_options": "positions", "type": "object"}
"""What a cluster may leave out of a mapping."""


def _holds(found: Any, wanted: Any) -> bool:
    """Whether ``found`` has all that ``wanted`` has. Clusters tell numbers and truth values as texts."""
    if isinstance(wanted, dict):
        there = found or {}
        return isinstance(there, dict) and all(
            _holds(there.get(name, _UNTOLD.get(name)), value) for name, value in wanted.items()
        )
    if isinstance(wanted, list):
        return isinstance(found, list) and list(map(str, found)) == list(map(str, wanted))
    return str(found).lower() == str(wanted).lower()


def described(cluster: ClusterClient, index: str) -> Any:
    """What the cluster tells of an index, None if there is none."""
    found = cluster.ask(f"/{index}")
    if found is None:
        return None
    if not isinstance(found, dict):
        raise unreadable(f"it is no object: {found!r}", cluster.address)
    return found.get(index)


def require_layout(cluster: ClusterClient, index: str, fingerprint: str) -> None:
    """Raises DamagedIndexError if an index of articles is missing, or another program has changed its mapping."""
    found = described(cluster, index)
    try:
        average = float(found["mappings"]["_meta"]["fihrist"]["average_length"])
    except (KeyError, TypeError, ValueError):
        other = "it is missing" if found is None else "its mapping does not say how long articles are"
    else:
        other = differing(found, articles_index(1, 0, fingerprint, average))
    if other:
        raise DamagedIndexError(
            f"the index {index} in the cluster at {cluster.address} is not what was written: {other}; restore it from "
            "a snapshot, or run `fihrist index --rebuild PATH...` to write the index anew"
        )


def exists(cluster: ClusterClient, index: str) -> bool:
    """Whether there is an index of this name."""
    return cluster.ask(f"/{index}/_settings", flat_settings="true") is not None


def drop_index(cluster: ClusterClient, index: str) -> None:
    """Remove an index, if there is one of this name."""
    if exists(cluster, index):
        try:
            cluster.send("DELETE", f"/{index}")
        except FihristError:
            if exists(cluster, index):
                raise


def runs_with_indexes(cluster: ClusterClient, names: IndexNames) -> set[int]:
    """The runs that made an index of articles or sketches that still exists."""
    found = cluster.ask(f"/{names.all}/_settings", flat_settings="true", expand_wildcards="all") or {}
    return {run for index in found if (run := names.run_of(index))}


def bytes_of(cluster: ClusterClient, index: str) -> int:
    """The size in bytes of the primary shards of an index, or of several with commas between. Raises NoIndexError."""
    found = cluster.ask(f"/{index}/_stats/store")
    if found is None:
        raise NoIndexError(f"there is no index {index} in the cluster at {cluster.address}")
    return int(found["_all"]["primaries"]["store"]["size_in_bytes"])


def layout(cluster: ClusterClient, index: str) -> Json:
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


def shards_of(cluster: ClusterClient, index: str) -> int:
    """Into how many shards an index is divided, or several ones together, with commas between their names."""
    found = cluster.ask(f"/{index}/_settings/index.number_of_shards", flat_settings="true")
    if not found:
        raise NoIndexError(f"there is no index {index} in the cluster at {cluster.address}")
    return sum(int(one["settings"]["index.number_of_shards"]) for one in found.values())


def data_nodes(cluster: ClusterClient) -> int:
    """The number of nodes that can hold shards."""
    return int(cluster.ask("/_cluster/health")["number_of_data_nodes"])


def average_length(cluster: ClusterClient, index: str) -> float:
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
