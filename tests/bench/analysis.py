# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures how fast text becomes terms on one core, and the memory of the analyser: ``python -m tests.bench.analysis``.

The text is news: bodies from the ANT corpus if ../shared holds it, else from sample/, repeated. The cold figure is the
first pass, in which each distinct word goes through the whole chain; the warm figure is the median of later passes.
"""

from __future__ import annotations

import gzip
import itertools
import json
import platform
import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

from indexer.arabic.analyser import Analyser
from indexer.arabic.lexicon import lexicon
from indexer.arabic.lexicon.lexicon import Lexicon
from indexer.sources import Record, read

ROOT = Path(__file__).parents[2]
ANT = ROOT.parent / "shared" / "data" / "ant_v1.1.jsonl.gz"
ARTICLES = 3_000
PASSES = 7


def main() -> None:
    """Measure and print."""
    bodies = list(itertools.islice(_bodies(), ARTICLES))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lexicon.bin"
        lexicon.shipped().write(path)
        lexicon.shipped.cache_clear()
        tracemalloc.start()
        analyser = Analyser(Lexicon.open(path))
        analyser.words(" ".join(bodies[:1]))
        tables = tracemalloc.get_traced_memory()[0]
        for body in bodies:
            analyser.words(body)
        caches = tracemalloc.get_traced_memory()[0] - tables
        tracemalloc.stop()
        analyser = Analyser(Lexicon.open(path))
        rates = [_words_a_second(analyser, bodies) for _ in range(PASSES)]
        mapped = path.stat().st_size
    print(f"{platform.python_implementation()} {platform.python_version()}, {platform.machine()}, CPU time of one core")
    print(f"text    {len(bodies):,} articles, {sum(len(analyser.words(body)[0]) for body in bodies):,} words")
    print(f"cold    {rates[0]:,.0f} words/s")
    print(f"warm    {statistics.median(rates[1:]):,.0f} words/s, at best {max(rates):,.0f}")
    print(f"memory  lexicon {mapped / 1e6:.1f} MB, mapped and shared by all processes;")
    print(f"        lists {tables / 1e6:.1f} MB; caches after this text {caches / 1e6:.1f} MB")


def _bodies() -> Iterator[str]:
    if ANT.exists():
        with gzip.open(ANT, "rt", encoding="utf-8") as lines:
            yield from (json.loads(line)["body"] for line in lines)
        return
    files = sorted((ROOT / "sample").rglob("*.*"))
    texts = [record.text for path in files for record in read(path, max_bytes=1 << 30) if isinstance(record, Record)]
    yield from itertools.cycle(texts)


def _words_a_second(analyser: Analyser, bodies: list[str]) -> float:
    begun = time.process_time()
    words = sum(len(analyser.words(body)[0]) for body in bodies)
    return words / (time.process_time() - begun)


if __name__ == "__main__":
    main()
