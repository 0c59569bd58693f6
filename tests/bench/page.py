# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures how long the server takes for a whole page of results: ``python -m tests.bench.page --index DIR``.

It calls the WSGI application in one process and thread, without a network: the application reads and runs the query,
counts facets and timeline, fetches copies, cuts snippets and makes the HTML. Queries are words of the archive's own
headlines. Other queries warm the server up first, because a new server has analysed no words yet.

Prints the figures as JSON: in wall-clock time and, for machines that are busy with other work, in processor time. The
number of found articles is printed, too, so that an empty answer is not taken for a quick one.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import time
from pathlib import Path

from indexer.search.archive import Archive
from indexer.search.query.request import SearchRequest
from web.app import create_app
from web.serving.following import collect_seldom


def queries(archive: Archive, number: int) -> list[str]:
    """Returns ``count`` seeded queries, each of one to five successive words of a headline."""
    chance = random.Random(2026)
    made: list[str] = []
    total = archive.info().articles
    while len(made) < number:
        place = chance.randrange(min(total, 9_000))
        for hit in archive.search(SearchRequest(sort="newest", offset=place, per_page=20)).hits:
            words = hit.article.title.split()
            if words and len(made) < number:
                length = chance.randint(1, min(5, len(words)))
                first = chance.randrange(len(words) - length + 1)
                made.append(" ".join(words[first : first + length]))
    return made


def main() -> int:
    """Measures and prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, required=True, help="the folder of the index")
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--before", type=int, default=1_000, help="how many other queries warm the server up")
    parser.add_argument("--more", default="", help="further parameters, such as timeline=share")
    given = parser.parse_args()
    asked = queries(Archive(given.index), given.queries + given.before)
    collect_seldom()  # as the server does
    client = create_app(given.index).test_client()
    more = dict(pair.split("=", 1) for pair in given.more.split("&") if pair)
    for query in asked[given.queries :]:
        client.get("/", query_string={"q": query, **more})
    asked = asked[: given.queries]
    times, computed, sizes, found = [], [], [], []
    for query in asked:
        start, begun = time.perf_counter(), time.process_time()
        answer = client.get("/", query_string={"q": query, **more})
        computed.append((time.process_time() - begun) * 1_000)
        times.append((time.perf_counter() - start) * 1_000)
        if answer.status_code != 200:
            print(f"{query!r} was answered with {answer.status_code}", file=sys.stderr)
            return 1
        sizes.append(len(answer.data))
        found.append(client.get("/api/v1/search", query_string={"q": query, "per_page": 1}).get_json()["total"])
    cuts, of_processor = statistics.quantiles(times, n=100), statistics.quantiles(computed, n=100)
    figures = {
        "queries": len(asked),
        "asked_before": given.before,
        "p50_ms": round(cuts[49], 1),
        "p95_ms": round(cuts[94], 1),
        "most_ms": round(max(times), 1),
        "processor_p50_ms": round(of_processor[49], 1),
        "processor_p95_ms": round(of_processor[94], 1),
        "articles_found_median": int(statistics.median(found)),
        "articles_found_in_all": sum(found),
        "html_bytes_median": int(statistics.median(sizes)),
    }
    json.dump(figures, sys.stdout, indent=1)
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
