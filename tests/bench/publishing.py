# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures how long searches take while a run publishes: ``python -m tests.bench.publishing DATA``.

DATA holds the ANT corpus (``ant_v1.1.jsonl.gz``) and the queries ``ir/headlines_ant/queries.tsv``. Readers search over
eight connections that never rest, in two processes, while `fihrist index` takes in 200 articles at a time.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.load import publish_under_load

MOST_SECONDS = 0.250
"""99 of 100 requests are to be answered within this time, by two cores that do nothing else."""

SHARES = (0.5, 0.95, 0.99, 1.0)


def wait_for_an_idle_machine(seconds: float = 300) -> None:
    """Waits until the load average is below 1. Exits with a message if the machine stays busy for ``seconds``."""
    end = time.monotonic() + seconds
    while (busy := os.getloadavg()[0]) >= 1:
        if time.monotonic() > end:
            sys.exit(f"nothing was measured: other programs are busy here (load average {busy:.1f}); try again")
        time.sleep(5)


def main(arguments: Sequence[str]) -> int:
    """Measures and prints. Returns 1 if a request failed or the 99th percentile is above `MOST_SECONDS`, else 0."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.publishing", description=__doc__)
    parser.add_argument("data", type=Path, help="the folder with the corpus and the queries")
    parser.add_argument("--articles", type=int, default=100_000, help="articles in the archive (100000)")
    parser.add_argument("--seconds", type=float, default=30, help="for how many seconds new runs are started (30)")
    given = parser.parse_args(arguments)
    wait_for_an_idle_machine()
    with tempfile.TemporaryDirectory(prefix="fihrist-bench-") as folder:
        result, runs = publish_under_load(
            given.data, Path(folder), count=given.articles, seconds=given.seconds, ready=wait_for_an_idle_machine
        )
    first, last = min(sent for sent, _ in result.answered), max(sent for sent, _ in result.answered)
    print(f"{given.articles:,} articles, {last - first:.0f} s, {len(result.answered):,} requests, "
          f"{len(result.failed)} failed, {result.repeats} repeated, {len(runs)} runs, "
          f"{len(result.generations)} generations seen")  # fmt: skip
    for what, since in (("all", first), (f"the last {given.seconds:g} s", last - given.seconds)):
        told = (f"p{share * 100:g} {result.percentile(share, since) * 1_000:.0f} ms" for share in SHARES)
        print(f"{what}: {', '.join(told)}")
    slow = max(result.percentile(0.99), result.percentile(0.99, last - given.seconds)) >= MOST_SECONDS
    return 1 if result.failed or slow else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
