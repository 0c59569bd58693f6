# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures how long the API takes for each kind of request, and how much memory an export takes, over a given index.

``python -m tests.bench.api --index DIR`` prints, for the same queries, milliseconds of a whole answer in this process,
in wall-clock time and in processor time (which other programs on the machine do not disturb). Then it prints how much
the process of a server grew while it sent all articles. A query is 1 to 8 successive words of a random headline of the
index.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from flask.testing import FlaskClient

from indexer.search.archive import Archive
from indexer.search.query.request import SearchRequest
from tests.bench.machine import describe
from tests.servers import running_server
from tests.serving.test_workers import master
from web.app import create_app
from web.serving.following import collect_seldom

WARM_UP = 1_000
"""So many other queries come first, as a server has been asked long since."""

VARIANTS: dict[str, dict[str, str]] = {
    "all of it": {},
    "facets=none": {"facets": "none"},
    "snippets=0": {"snippets": "0"},
    "facets=none, snippets=0": {"facets": "none", "snippets": "0"},
    "the same, fields=id,title": {"facets": "none", "snippets": "0", "fields": "id,title"},
}


def queries(index: Path, count: int, seed: int) -> list[str]:
    """Returns queries of words from ``count`` random headlines."""
    chosen, archive, found = random.Random(seed), Archive(index), list[str]()
    while len(found) < count:
        cursor = f"{chosen.getrandbits(64):016x}"
        for article, _ in archive.export(SearchRequest(collapse=False), cursor, 1).articles:
            words = article.title.split()
            if words:
                start = chosen.randrange(len(words))
                found.append(" ".join(words[start : start + chosen.choice((1, 1, 2, 2, 3, 4, 8))]))
    return found


def measure(client: FlaskClient, asked: Sequence[str], more: Mapping[str, str]) -> tuple[list[float], list[float], int]:
    """Returns the wall-clock and the processor milliseconds of each query, both sorted, and the number of all hits."""
    by_clock, by_processor, hits = [], [], 0
    for q in asked:
        start, used = time.perf_counter(), time.process_time()
        answer = client.get("/api/v1/search", query_string={"q": q, **more})
        by_clock.append((time.perf_counter() - start) * 1_000)
        by_processor.append((time.process_time() - used) * 1_000)
        hits += answer.get_json()["total"]
    return sorted(by_clock), sorted(by_processor), hits


def percentile(values: Sequence[float], share: float) -> float:
    """Returns the value that this share of the sorted ``values`` does not exceed."""
    return values[min(len(values) - 1, int(share * len(values)))]


def memory(parent: int) -> dict[str, int]:
    """Returns the memory of the process's only child in megabytes: its own, the mapped index pages, and the peak of
    both."""
    (child,) = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    rows = dict(line.split(":", 1) for line in Path(f"/proc/{child}/status").read_text().splitlines())
    return {name: int(rows[name].split()[0]) // 1_024 for name in ("RssAnon", "RssFile", "VmHWM")}


def export(index: Path) -> dict[str, object]:
    """Reads all articles of the index from a server: how many, how fast, and the memory of the server's process."""
    with running_server(index) as address:
        connection = http.client.HTTPConnection(*address, timeout=600)
        connection.request("GET", "/api/v1/search?q=%D8%A7%D9%84%D9%8A%D9%88%D9%85")
        connection.getresponse().read()
        before, most, start = memory(master(address[1])), {"RssAnon": 0, "RssFile": 0}, time.perf_counter()
        connection.request("GET", "/api/v1/export.ndjson?collapse=0")
        answer, articles, size = connection.getresponse(), 0, 0
        while piece := answer.read(1 << 20):
            articles += piece.count(b"\n")
            size += len(piece)
            now = memory(master(address[1]))
            most = {name: max(most[name], now[name]) for name in most}
        seconds = time.perf_counter() - start
        return {
            "articles": articles,
            "megabytes": size >> 20,
            "seconds": round(seconds, 1),
            "own memory before, MB": before["RssAnon"],
            "own memory at most, MB": most["RssAnon"],
            "index pages before, MB": before["RssFile"],
            "index pages at most, MB": most["RssFile"],
        }


def main() -> None:
    """Measures and prints the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.api", description=__doc__)
    parser.add_argument("--index", metavar="DIR", type=Path, required=True)
    parser.add_argument("--queries", metavar="N", type=int, default=300)
    options = parser.parse_args()
    collect_seldom()  # as the server does
    client = create_app(options.index).test_client()
    print(json.dumps(describe()))
    print(f"{client.get('/api/v1/stats').get_json()['articles']} articles, {options.queries} queries")
    asked = queries(options.index, options.queries, seed=1)
    measure(client, queries(options.index, WARM_UP, seed=2), {})
    for name, more in VARIANTS.items():
        clock, processor, hits = measure(client, asked, more)
        print(
            f"{name:<28} clock p50 {percentile(clock, 0.5):6.1f} p95 {percentile(clock, 0.95):6.1f} ms, "
            f"processor p50 {percentile(processor, 0.5):6.1f} p95 {percentile(processor, 0.95):6.1f} ms, {hits} hits"
        )
    print(json.dumps(export(options.index)))


if __name__ == "__main__":
    main()
