"""``fihrist index`` and ``stats``: what the index is made from, and what it holds."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from tqdm import tqdm

from indexer.commands.output import harmless, print_json, say
from indexer.commands.parser import command, index_folder
from indexer.engine.whoosh_engine import WhooshEngine
from indexer.reindex import Options, reindex
from indexer.scan import printable
from indexer.search.archive import Archive
from indexer.search.request import SearchRequest
from indexer.settings import number_setting


def add(commands: Any) -> None:
    """Add the commands of this module."""
    index = command(commands, "index", _index, "bring the index up to date with folders of articles",
                    "fihrist index /srv/news --index /var/lib/fihrist")  # fmt: skip
    index.add_argument("paths", metavar="PATH", nargs="+", type=Path, help="a folder of the archive, or one file")
    index.add_argument("--rebuild", action="store_true", help="build from nothing, of these paths alone")
    index.add_argument("--dry-run", action="store_true", help="say what would change, write nothing")

    command(commands, "stats", _stats, "what the index holds", "fihrist stats --json")


def _index(options: argparse.Namespace) -> int:
    choices = Options(
        batch=number_setting("batch"),
        max_bytes=number_setting("max_file_mb") << 20,
        keep=number_setting("generations"),
        rebuild=options.rebuild,
        dry_run=options.dry_run,
    )
    with tqdm(desc="reading", unit="file", file=sys.stderr, disable=not sys.stderr.isatty(), leave=False) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        report = reindex(options.paths, index_folder(options), WhooshEngine(), choices, progress)
    for skipped in report.skipped:
        say(f"skipped {skipped}")
    if options.json:
        print_json(report.to_dict())
    elif sys.stderr.isatty():
        say(report.summary())
    return report.exit_code


def _stats(options: argparse.Namespace) -> int:
    folder = index_folder(options)
    generation = folder.current()
    everything = Archive(folder.path).search(SearchRequest(per_page=1))
    manifest = generation.manifest
    stats = {
        "index": printable(folder.path.resolve()),
        "generation": generation.name,
        "built_at": manifest.built_at,
        "articles": manifest.articles,
        "bytes": sum(file.bytes for file in manifest.files.values()),
        "sources": manifest.sources,
        "years": {count.value: count.count for count in reversed(everything.facets["year"])},
        "format": manifest.format,
        "engine": manifest.engine,
        "analyser": manifest.analyser,
        "cleaning": manifest.cleaning,
    }
    if options.json:
        print_json(stats)
        return 0
    for name, value in stats.items():
        shown = ", ".join(f"{key or '-'} {count}" for key, count in value.items()) if isinstance(value, dict) else value
        print(f"{name:<11} {harmless(str(shown))}")
    return 0
