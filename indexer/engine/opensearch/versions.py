# SPDX-License-Identifier: GPL-3.0-or-later
"""Which servers this engine can work with."""

from __future__ import annotations

import re

from indexer.engine.opensearch.cluster import ClusterClient
from indexer.errors import UsageError

OLDEST = (2, 13)
"""The first version that tells the scores of named clauses, which the ranking needs."""


def require_version(cluster: ClusterClient) -> None:
    """Raises UsageError unless the cluster is OpenSearch of a version that this engine can work with."""
    told = cluster.ask("/") or {}
    version = told.get("version") if isinstance(told, dict) else None
    if not isinstance(version, dict):
        version = {}
    distribution, number = str(version.get("distribution", "")), str(version.get("number", ""))
    if distribution != "opensearch":
        name = f"{distribution or 'nothing'} {number}".rstrip()
        raise UsageError(f"{cluster.address} is no cluster of OpenSearch: it calls itself {name}; check the address")
    parts = re.match(r"(\d+)\.(\d+)", number)
    if not parts or (int(parts[1]), int(parts[2])) < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        raise UsageError(
            f"the cluster at {cluster.address} runs OpenSearch {number}; this program needs {oldest} or newer"
        )
