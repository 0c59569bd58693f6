"""``fihrist verify``, ``rollback``, ``stats`` and ``config``: what an operator wants to know and to mend."""

from __future__ import annotations

import argparse
import sys
import time
from typing import Any

from tqdm import tqdm

from indexer.commands.output import harmless, print_json, say
from indexer.commands.parser import command, index_folder
from indexer.commands.priority import giving_way
from indexer.engine.local.generations import Generation, IndexFolder
from indexer.engine.local.whoosh_engine import WhooshEngine
from indexer.errors import DamagedIndexError, NoIndexError, UsageError
from indexer.operating.verify import verify
from indexer.scan import printable
from indexer.search.archive import Archive
from indexer.search.query.request import SearchRequest
from indexer.settings import SETTINGS, resolve


def add(commands: Any) -> None:
    """Add the commands of this module."""
    check = command(commands, "verify", _verify, "check that the index is whole and every article can be fetched",
                    "fihrist verify --index /var/lib/fihrist")  # fmt: skip
    check.add_argument("generation", metavar="GEN", nargs="?", help="a generation that is kept (the current one)")
    back = command(commands, "rollback", _rollback, "make an earlier generation the current one",
                   "fihrist rollback gen-000041")  # fmt: skip
    back.add_argument("generation", metavar="GEN", nargs="?",
                      help="a generation that is kept (the one before the current one)")  # fmt: skip
    command(commands, "stats", _stats, "what the index holds", "fihrist stats --json")
    command(commands, "config", _config, "every setting, its value and where it comes from", "fihrist config --json")


def _verify(options: argparse.Namespace) -> int:
    folder = index_folder(options)
    if options.generation:
        generation = _kept(folder, options.generation)
        hold = generation.hold()
    else:
        generation, hold = folder.claim()
    start = time.perf_counter()
    with (
        giving_way(),
        tqdm(desc="fetching", unit="article", file=sys.stderr, disable=not sys.stderr.isatty(), leave=False) as bar,
    ):

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        found = verify(generation, WhooshEngine(), progress)
    del hold
    if options.json:
        print_json(
            {
                "status": "failed" if found.problems else "ok",
                "generation": found.generation,
                "files": found.files,
                "articles": found.articles,
                "problems": list(found.problems),
                "seconds": round(time.perf_counter() - start, 3),
            }
        )
    elif not found.problems:
        print(f"{found.generation} is whole: {found.articles} articles fetched, {found.files} files as written")
    for problem in found.problems:
        say(f"fihrist: {problem}")
    return 1 if found.problems else 0


def _rollback(options: argparse.Namespace) -> int:
    folder = index_folder(options)
    _named(folder)
    with folder.locked():
        before = _named(folder)
        generation = _kept(folder, options.generation) if options.generation else _earlier(folder, before)
        engine = WhooshEngine()
        generation.require_engine(engine.name)
        generation.check()
        generation.require_analyser(engine.analyser(generation.folder).fingerprint)
        folder.switch(generation.name)
    if options.json:
        print_json({"generation": generation.name, "before": before or None, "articles": generation.manifest.articles})
    else:
        print(
            f"{generation.name} is current, {generation.manifest.articles} articles; before, it was {before or 'none'}"
        )
    return 0


def _named(folder: IndexFolder) -> str:
    """The name in CURRENT; "" where that holds none, and there are generations to make current."""
    try:
        return folder.current_name()
    except (NoIndexError, DamagedIndexError):
        if not folder.names():
            raise
        return ""


def _earlier(folder: IndexFolder, current: str) -> Generation:
    names = folder.names()
    earlier = names[: names.index(current)] if current in names else names
    if not earlier:
        raise UsageError(f"there is no generation before {current}; kept are: {', '.join(names)}")
    return folder.generation(earlier[-1])


def _kept(folder: IndexFolder, name: str) -> Generation:
    if name not in folder.names():
        raise UsageError(f"{name[:40]!r} is not kept in {folder.path}; kept are: {', '.join(folder.names()) or 'none'}")
    return folder.generation(name)


def _config(options: argparse.Namespace) -> int:
    rows: list[dict[str, Any]] = []
    wrong = False
    for name, setting in SETTINGS.items():
        shown: dict[str, Any] = {"name": name, "value": None, "origin": setting.variable, "variable": setting.variable}
        try:
            shown["value"], shown["origin"] = resolve(name, options.index if name == "index" else None)
        except UsageError as error:
            wrong = True
            shown["error"] = str(error)
            say(f"fihrist: {error}")
        rows.append({**shown, "default": setting.default, "help": setting.help})
    if options.json:
        print_json({"settings": rows})
    else:
        width = max(len(str(row["value"])) for row in rows)
        longest = max(len(row["variable"]) for row in rows)
        for row in rows:
            value = "wrong" if row["value"] is None else harmless(str(row["value"]))
            print(f"{row['variable']:<{longest}}  {value:<{width}}  {row['origin']}")
    return 2 if wrong else 0


def _stats(options: argparse.Namespace) -> int:
    folder = index_folder(options)
    generation = folder.current()
    everything = Archive(folder.path).search(SearchRequest(per_page=1, collapse=False))
    manifest = generation.manifest
    stats = {
        "index": printable(folder.path.resolve()),
        "generation": generation.name,
        "generations": folder.names(),
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
        shown = value
        if isinstance(value, dict):
            shown = ", ".join(f"{key or '-'} {count}" for key, count in value.items())
        elif isinstance(value, list):
            shown = ", ".join(value)
        print(f"{name:<11} {harmless(str(shown))}")
    return 0
