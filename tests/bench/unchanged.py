# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures a run over an archive in which nothing changed: ``python -m tests.bench.unchanged --files 1000000``.

Makes a folder of tiny files and an index whose catalog lists each of them, with an article and some lines, as if all
had been indexed. Then runs ``fihrist index`` over it, ``--runs`` times, each in a process of its own, and prints the
seconds and the peak memory. Removes the folder and the index afterwards.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from indexer import scan, sources
from indexer.article import Article, article_id
from indexer.catalog.catalog import Catalog
from indexer.catalog.published import ArticleEntry, FileEntry
from indexer.engine.engines import store_at
from indexer.run.options import READING_VERSION, Options

PER_FOLDER = 1_000
BATCH = 10_000
SEED = 7


def main(arguments: Sequence[str]) -> int:
    """Makes the archive and the index, runs fihrist over them and prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--lines", type=int, default=20, help="short lines of each article in the catalog")
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="where to work (a temporary folder)")
    parser.add_argument("--program", default=sys.executable, help="the Python that runs fihrist")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="fihrist-bench-", dir=options.folder) as temporary:
        news, index = Path(temporary) / "news", Path(temporary) / "index"
        start = time.perf_counter()
        write_files(news, options.files)
        print(f"{options.files:,} files written, {time.perf_counter() - start:.0f} s", flush=True)
        start = time.perf_counter()
        write_index(news, index, options.lines)
        catalog = store_at(index).catalog_file()
        size = catalog.stat().st_size
        print(
            f"catalog of {size / 1e6:,.0f} MB, {size / options.files:,.0f} bytes a file, "
            f"{time.perf_counter() - start:.0f} s",
            flush=True,
        )
        for _ in range(options.runs):
            print(run(options.program, "index", str(news), "--index", str(index)), flush=True)
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {' '.join(arguments)}")
    return 0


def write_files(folder: Path, count: int) -> None:
    """Writes ``count`` files of a few bytes, `PER_FOLDER` in each folder."""
    for first in range(0, count, PER_FOLDER):
        place = folder / f"{first // PER_FOLDER:05}"
        place.mkdir(parents=True)
        for number in range(first, min(first + PER_FOLDER, count)):
            (place / f"{number:07}.txt").write_bytes(b"%d" % number)


def write_index(folder: Path, index: Path, lines: int) -> None:
    """Publishes an index whose catalog lists all files in ``folder``; its engine holds one article."""
    chance = random.Random(SEED)
    store = store_at(index)
    read_as = Options().read_as
    with store.locked():
        session = store.begin("bench")
        session.apply([], [Article(article_id(""), "عنوان", "نص", str(folder))])
        catalog = Catalog(None, session.own_catalog)
        files: list[FileEntry] = []
        articles: list[ArticleEntry] = []
        prints: dict[str, list[int]] = {}

        def flush() -> None:
            for file in files:
                catalog.put_file(file)
            catalog.put_articles(articles)
            catalog.put_lines(prints)
            files.clear()
            articles.clear()
            prints.clear()

        for file in scan.Scan((folder,), sources.kind_by_name, index).under(folder):
            assert isinstance(file, scan.Candidate)
            own = article_id(file.key)
            digests = [f"{chance.getrandbits(128):032x}" for _ in range(3)]
            files.append(FileEntry(file.name, file.key, file.size, file.mtime_ns, file.ctime_ns, read_as + digests[0]))
            articles.append(ArticleEntry(own, file.name, "bench", digests[1], digests[2]))
            prints[own] = [chance.getrandbits(64) - 2**63 for _ in range(lines)]
            if len(files) == BATCH:
                flush()
        flush()
        counts = catalog.sources()
        catalog.commit()
        catalog.close()
        session.finish()
        session.publish(READING_VERSION, counts, 0)
        session.close()


def run(python: str, *arguments: str) -> str:
    """Runs fihrist with these arguments. Returns the time and memory it took, as a line to print."""
    start = time.perf_counter()
    done = subprocess.run(
        [python, "-c", _MEASURED, *arguments],
        env={**os.environ, "FIHRIST_NICE": "0"},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    return f"exit code {done.returncode}, {time.perf_counter() - start:.1f} s, {done.stdout.strip()}"


_MEASURED = """
import resource, sys
from indexer.commands.cli import main
code = main(sys.argv[1:])
used = resource.getrusage(resource.RUSAGE_SELF)
memory = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(f"{used.ru_utime + used.ru_stime:.1f} s of a processor, {int(memory) // 1024} MiB at most")
sys.exit(code)
"""
"""Not the memory that the system counts for a process: that includes what the process had that started it."""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
