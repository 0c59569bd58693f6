# SPDX-License-Identifier: GPL-3.0-or-later
"""Watches what a process asks a cluster, and what the nodes use."""

from __future__ import annotations

import os
import resource
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import opensearchpy

from tests.bench.measure import field_of
from tests.opensearch.nodes import RunningCluster


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: its path, wall-clock seconds, and the milliseconds that the cluster says it took."""

    method: str
    path: str
    seconds: float
    took: int

    @property
    def kind(self) -> str:
        """The method, and the last part of the path if that is an operation."""
        last = self.path.rpartition("/")[2]
        return f"{self.method} {last if last.startswith('_') else '_doc' if '/_doc/' in self.path else ''}".strip()


@contextmanager
def requests_noted() -> Iterator[list[Asked]]:
    """Notes the requests that this thread sends to clusters while the block runs."""
    original, thread = opensearchpy.Transport.perform_request, threading.get_ident()
    noted: list[Asked] = []

    def noting(self: opensearchpy.Transport, method: str, url: str, *more: Any, **named: Any) -> Any:
        start = time.perf_counter()
        answer = original(self, method, url, *more, **named)
        took = answer.get("took", 0) if isinstance(answer, dict) else 0
        if threading.get_ident() == thread:
            noted.append(Asked(method, url, time.perf_counter() - start, took))
        return answer

    opensearchpy.Transport.perform_request = noting  # type: ignore[method-assign]
    try:
        yield noted
    finally:
        opensearchpy.Transport.perform_request = original  # type: ignore[method-assign]


@dataclass(frozen=True, slots=True)
class NodesUse:
    """What all nodes together use: processor seconds since they were started, and bytes."""

    processor: float = 0.0
    resident: int = 0


def nodes_use(cluster: RunningCluster | None) -> NodesUse:
    """Returns what the nodes use; nothing if there are none. They must run on this machine."""
    if cluster is None:
        return NodesUse()
    processes = [Path("/proc", str(one["process"]["id"])) for one in cluster.ask("/_nodes/process")["nodes"].values()]
    return NodesUse(
        sum(map(_processor, processes)),
        sum(field_of(process / "status", "VmRSS:") for process in processes),
    )


def _processor(process: Path) -> float:
    """Returns the processor seconds that a process has used, in user mode and in the kernel."""
    fields = (process / "stat").read_text(encoding="utf-8").rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def own_processor() -> float:
    """Returns the processor seconds of this process and of its children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def wait_for_merges(cluster: RunningCluster, indexes: str) -> None:
    """Waits until no shard is being set up or moved, and none of ``indexes`` is being merged.

    It does not wait for green: on a single node the copies of shards have no place, so it stays yellow.
    """
    settled = "wait_for_no_initializing_shards=true&wait_for_no_relocating_shards=true"
    cluster.ask(f"/_cluster/health?wait_for_status=yellow&{settled}&timeout=120s", seconds=130)
    while cluster.ask(f"/{indexes}/_stats/merge?expand_wildcards=all")["_all"]["total"]["merges"]["current"]:
        time.sleep(0.5)


def primary_bytes(cluster: RunningCluster, indexes: str) -> int:
    """Returns the bytes of the primary shards of ``indexes``, after all is written to disk."""
    cluster.ask(f"/{indexes}/_flush?force=true&expand_wildcards=all", "POST", seconds=120)
    found = cluster.ask(f"/{indexes}/_stats/store?expand_wildcards=all")
    return int(found["_all"]["primaries"]["store"]["size_in_bytes"])
