# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures one engine in a process of its own: it builds the index, asks, and adds articles.

``python -m tests.bench.cluster.stage FOLDER ENGINE WARM_UP [HOST:PORT...]`` prints what was measured as JSON.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import fmean, median
from typing import Any

from indexer.engine.local.generations import IndexFolder
from tests.bench.cluster.products import ArabicAnalyser, Fihrist, Product
from tests.bench.cluster.watching import (
    nodes_use,
    own_processor,
    primary_bytes,
    requests_noted,
    wait_for_merges,
)
from tests.bench.engines.base import folder_bytes
from tests.bench.measure import Peak, Times, timed
from tests.opensearch.nodes import RunningCluster
from web.serving.following import collect_seldom

LOCAL, OURS, ARABIC = "local", "ours", "arabic"
ENGINES = (LOCAL, OURS, ARABIC)

_NAME = "bench"


class Place:
    """The files of one archive."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.archive = folder / "archive"
        self.added = folder / "added" / "added.jsonl"
        self.queries = folder / "queries.json"

    @property
    def files(self) -> list[Path]:
        """The files of the archive."""
        return sorted(self.archive.glob("*.jsonl"))


class Stage:
    """One engine over one archive."""

    def __init__(self, place: Place, engine: str, addresses: Sequence[str]) -> None:
        self._place = place
        self._cluster = RunningCluster(addresses) if addresses else None
        self._folder = place.folder / "index-local"
        self.product: Product
        if engine == LOCAL:
            shutil.rmtree(self._folder, ignore_errors=True)
            self.product = Fihrist(str(self._folder))
        elif engine == OURS:
            self.product = Fihrist(f"opensearch://{','.join(addresses)}/{_NAME}")
        else:
            self.product = ArabicAnalyser(addresses, f"{_NAME}.arabic")

    def measure(self, warm_up: int) -> dict[str, Any]:
        """Builds, asks, and adds; the first ``warm_up`` queries are not counted."""
        queries = json.loads(self._place.queries.read_text(encoding="utf-8"))
        with Peak() as peak:
            built = self._costs(lambda: self.product.build(self._place.files))
        size = self._settled_bytes()
        after_build = nodes_use(self._cluster)
        asked = self._asked(queries[:warm_up], queries[warm_up:])
        after_pages = nodes_use(self._cluster)
        added = self._costs(lambda: self.product.add(self._place.files, self._place.added))
        return {
            "build": {**built, "client_peak_bytes": peak.bytes},
            "bytes": size,
            "after_build": asdict(after_build),
            "after_pages": asdict(after_pages),
            **asked,
            "add": added,
        }

    def _costs(self, work: Callable[[], int]) -> dict[str, Any]:
        """Does the work. Returns its result, seconds, and the processor seconds of this side and of the nodes."""
        nodes, own = nodes_use(self._cluster).processor, own_processor()
        with requests_noted() as requests:
            start = time.perf_counter()
            result = work()
            seconds = time.perf_counter() - start
        return {
            "articles": result,
            "seconds": seconds,
            "requests": len(requests),
            "client_processor": own_processor() - own,
            "nodes_processor": nodes_use(self._cluster).processor - nodes,
        }

    def _settled_bytes(self) -> int:
        if self._cluster is None:
            return folder_bytes(IndexFolder(self._folder).current().folder)
        indexes = f"{_NAME}.*"
        wait_for_merges(self._cluster, indexes)
        return primary_bytes(self._cluster, indexes)

    def _asked(self, warm_up: Sequence[str], queries: Sequence[str]) -> dict[str, Any]:
        collect_seldom()  # as the server does
        for query in warm_up:
            self.product.page(query)
            self.product.ten_best(query)
        best = self._timed(self.product.ten_best, queries)
        page = self._timed(self.product.page, queries)
        totals = [self.product.total(query) for query in queries]
        if not any(totals):
            raise ValueError("no query found anything")
        return {"ten_best": best, "page": page, "found": {"median": median(totals), "mean": fmean(totals)}}

    def _timed(self, ask: Callable[[str], int], queries: Iterable[str]) -> dict[str, Any]:
        nodes, own = nodes_use(self._cluster).processor, own_processor()
        with requests_noted() as requests:
            times: Times = timed(ask, queries)
        each = 1_000 / times.queries
        return {
            **asdict(times),
            "requests": len(requests) / times.queries,
            "client_processor_ms": (own_processor() - own) * each,
            "nodes_processor_ms": (nodes_use(self._cluster).processor - nodes) * each,
        }


def main(arguments: Sequence[str]) -> None:
    """Measures and prints."""
    folder, engine, warm_up, *addresses = arguments
    print(json.dumps(Stage(Place(Path(folder)), engine, addresses).measure(int(warm_up))))


if __name__ == "__main__":
    main(sys.argv[1:])
