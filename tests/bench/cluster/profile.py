# SPDX-License-Identifier: GPL-3.0-or-later
"""Says where a build and a page in OpenSearch spend their time: ``python -m tests.bench.cluster.profile --keep DIR``.

The build runs in one process, which all parts of it share, so its seconds are those of a profiled process: their shares
count. DIR is that of ``tests.bench.cluster``, after it has written the archive of this size.
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
from pathlib import Path

from indexer.engine.engines import store_at
from indexer.reindex import reindex
from indexer.run.options import Options
from tests.bench.cluster.products import Fihrist
from tests.bench.cluster.stage import Place
from tests.bench.cluster.watching import Asked, nodes_use, own_processor, requests_noted
from tests.opensearch.nodes import Nodes

_FUNCTIONS = 45
_FOLDERS = (f"{os.sep}indexer{os.sep}", f"{os.sep}web{os.sep}", f"{os.sep}opensearchpy{os.sep}", "json")


def main(arguments: Sequence[str] | None = None) -> int:
    """Profiles and prints."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.cluster.profile", description=__doc__)
    parser.add_argument("--keep", type=Path, required=True, help="the folder of an earlier tests.bench.cluster")
    parser.add_argument("--articles", type=int, default=5_000, help="the size of the archive there (5000)")
    parser.add_argument("--nodes", type=int, default=3, help="how many nodes (3)")
    options = parser.parse_args(arguments)
    place = Place(options.keep / str(options.articles))
    queries = json.loads(place.queries.read_text(encoding="utf-8"))
    half = len(queries) // 2
    with tempfile.TemporaryDirectory(prefix="fihrist-nodes-") as folder, Nodes(options.nodes, Path(folder) / "n") as nodes:
        address = nodes.new_address()
        _profiled("build", lambda: _build(place.files, address), nodes)
        fihrist = Fihrist(address)
        for query in queries[:half]:
            fihrist.page(query)
        _profiled(f"{len(queries) - half} pages", lambda: _ask(fihrist, queries[half:]), nodes)
    return 0


def _build(paths: Sequence[Path], address: str) -> None:
    report = reindex(paths, store_at(address), Options(), lambda done, total: None)
    print(json.dumps({name: value for name, value in vars(report).items() if "phase" in name or "second" in name}, default=str))


def _ask(fihrist: Fihrist, queries: Iterable[str]) -> None:
    for query in queries:
        fihrist.page(query)


def _profiled(name: str, work: Callable[[], None], nodes: Nodes) -> None:
    profile = cProfile.Profile(time.process_time)
    before, own = nodes_use(nodes).processor, own_processor()
    with requests_noted() as asked:
        start = time.perf_counter()
        profile.runcall(work)
        seconds = time.perf_counter() - start
    print(f"\n== {name}: {seconds:.1f} s, processor {own_processor() - own:.1f} s here and "
          f"{nodes_use(nodes).processor - before:.1f} s in the nodes")  # fmt: skip
    _print_requests(asked)
    pstats.Stats(profile, stream=sys.stdout).sort_stats("tottime").print_stats(22)
    pstats.Stats(profile, stream=sys.stdout).sort_stats("cumulative").print_stats("|".join(_FOLDERS), _FUNCTIONS)


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
