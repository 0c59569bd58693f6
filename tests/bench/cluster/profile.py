# SPDX-License-Identifier: GPL-3.0-or-later
"""Says where a build and a page in OpenSearch spend their time: ``python -m tests.bench.cluster.profile --keep DIR``.

DIR is that of ``tests.bench.cluster``, after it has written the archive of this size. Of a build it prints the seconds
of each phase; of pages also the requests, and the functions that take most processor time. With ``--one-process`` it
does so of a build, too, which then analyses in the process that is watched.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import os
import pstats
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path

from indexer.commands.indexing import jobs
from indexer.engine.engines import store_at
from indexer.reindex import reindex
from indexer.run.options import Options
from tests.bench.cluster.products import Fihrist
from tests.bench.cluster.stage import Place
from tests.bench.cluster.watching import Asked, nodes_use, own_processor, requests_noted
from tests.opensearch.nodes import HEAP, Nodes, RunningCluster

_FUNCTIONS = 30
_FOLDERS = (f"{os.sep}indexer{os.sep}", f"{os.sep}web{os.sep}", f"{os.sep}opensearchpy{os.sep}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Profiles and prints."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.cluster.profile", description=__doc__)
    parser.add_argument("--keep", type=Path, required=True, help="the folder of an earlier tests.bench.cluster")
    parser.add_argument("--articles", type=int, default=5_000, help="the size of the archive there (5000)")
    parser.add_argument("--nodes", type=int, default=3, help="how many nodes (3)")
    parser.add_argument("--at", default="", metavar="HOST:PORT,...", help="take these nodes, which run already")
    parser.add_argument("--one-process", action="store_true", help="build in one process")
    options = parser.parse_args(arguments)
    place = Place(options.keep / str(options.articles))
    queries = json.loads(place.queries.read_text(encoding="utf-8"))
    with ExitStack() as stack:
        cluster = RunningCluster(options.at.split(","))
        if not options.at:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="fihrist-nodes-"))
            cluster = stack.enter_context(Nodes(options.nodes, Path(folder) / "nodes", java=(f"-Xmx{HEAP}",)))
        address = cluster.new_address()
        try:
            _measure(place, address, cluster, queries, one_process=options.one_process)
        finally:
            cluster.remove_index(address)
    return 0


def _measure(place: Place, address: str, cluster: RunningCluster, queries: Sequence[str], *, one_process: bool) -> None:
    _watched("build", lambda: _build(place.files, address, 1 if one_process else jobs()), cluster, deep=one_process)
    _watched("100 more articles", lambda: _build([*place.files, place.added], address, jobs()), cluster)
    fihrist, half = Fihrist(address), len(queries) // 2
    _ask(fihrist, queries[:half])
    _watched(f"{len(queries) - half} pages", lambda: _ask(fihrist, queries[half:]), cluster)
    _watched("the same, with the profiler", lambda: _ask(fihrist, queries[half:]), cluster, deep=True)


def _build(paths: Sequence[Path], address: str, processes: int) -> None:
    report = reindex(paths, store_at(address, processes), Options(), lambda done, total: None)
    print(", ".join(f"{phase} {seconds:.1f} s" for phase, seconds in report.seconds.items()))


def _ask(fihrist: Fihrist, queries: Iterable[str]) -> None:
    for query in queries:
        fihrist.page(query)


def _watched(name: str, work: Callable[[], None], cluster: RunningCluster, *, deep: bool = False) -> None:
    """Does the work, and prints what it cost; ``deep`` says to print functions, too, which makes all slower."""
    print(f"\n== {name}")
    profile = cProfile.Profile(time.process_time)
    before, own = nodes_use(cluster).processor, own_processor()
    with requests_noted() as asked:
        start = time.perf_counter()
        if deep:
            profile.runcall(work)
        else:
            work()
        seconds = time.perf_counter() - start
    here, there = own_processor() - own, nodes_use(cluster).processor - before
    print(f"{seconds:.1f} s; processor seconds: {here:.1f} here, {there:.1f} in the nodes")
    _print_requests(asked)
    if deep:
        pstats.Stats(profile).sort_stats("tottime").print_stats(_FUNCTIONS)
        pstats.Stats(profile).sort_stats("cumulative").print_stats("|".join(_FOLDERS), _FUNCTIONS)


def _print_requests(asked: Iterable[Asked]) -> None:
    kinds: dict[str, list[Asked]] = defaultdict(list)
    for one in asked:
        kinds[one.kind].append(one)
    print(f"{'request':24} {'count':>6} {'seconds':>9} {'took':>9} {'ms each':>8}")
    for kind, some in sorted(kinds.items(), key=lambda pair: -sum(one.seconds for one in pair[1])):
        seconds = sum(one.seconds for one in some)
        took = sum(one.took for one in some) / 1_000
        print(f"{kind:24} {len(some):6} {seconds:9.2f} {took:9.2f} {1_000 * seconds / len(some):8.1f}")


if __name__ == "__main__":
    sys.exit(main())
