# SPDX-License-Identifier: GPL-3.0-or-later
"""How the copies of a shard get what its primary holds, and when they have it.

Only the primary indexes a document. Its copies fetch the finished segments (segment replication), which takes them a
small part of the work. They keep what was sent in a log meanwhile, so nothing is lost with the primary. But after a
refresh a copy lags behind for a moment, and a search that it answers then misses the newest documents. So whoever
refreshes waits for the copies, too.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from indexer.errors import UnavailableIndexError

BY_SEGMENTS = {"replication.type": "SEGMENT"}
"""The setting of an index whose copies fetch segments. An index keeps the one that it was made with."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.01, 0.5
_PATIENCE = 120.0
"""In seconds: how long copies may lag behind while nothing about them changes."""

Lag = tuple[str, str, str, str]
"""A copy that lags behind: its shard, its node, and how many refreshes and bytes it lacks."""


def await_copies(rows: Callable[[], Sequence[Mapping[str, str]]], index: str) -> None:
    """Waits until no copy of a shard of ``index`` lags behind. ``rows`` asks the cluster for all copies.

    Raises UnavailableIndexError if copies lag behind, and do not get any further for two minutes.
    """
    pause, last, since = _FIRST_PAUSE, lags(rows()), time.monotonic()
    while last:
        if time.monotonic() - since > _PATIENCE:
            shard, node, _, missing = last[0]
            raise UnavailableIndexError(
                f"the copy of {shard} on the node {node} lags behind by {missing} and gets no further, so {index} "
                "cannot be published; look at the log of that node, then run again"
            )
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)
        if (now := lags(rows())) != last:
            last, since = now, time.monotonic()


def lags(rows: Sequence[Mapping[str, str]]) -> list[Lag]:
    """The copies among ``rows`` that lag behind."""
    return [
        (row["shardId"], row["target_node"], row["checkpoints_behind"], row["bytes_behind"])
        for row in rows
        if int(row["checkpoints_behind"])
    ]
