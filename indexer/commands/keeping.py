# SPDX-License-Identifier: GPL-3.0-or-later
"""``fihrist verify``, ``rollback``, ``stats`` and ``config``: check, repair and describe an index."""

from __future__ import annotations

import argparse
import sys
import time
from typing import Any

from tqdm import tqdm

from indexer.commands.output import harmless, print_json, say
from indexer.commands.parser import command, index_store, with_index_option
from indexer.commands.priority import giving_way
from indexer.engine.store import Store
from indexer.errors import DamagedIndexError, NoIndexError, UsageError
from indexer.operating.keys import ApiKeys
from indexer.operating.verify import verify
from indexer.scan import printable
from indexer.search.archive import Archive
from indexer.search.query.request import SearchRequest
from indexer.settings import SETTINGS, resolve


def add(commands: Any) -> None:
    """Add the commands of this module."""
    check = command(commands, "verify", _verify, "check that the index is intact and that every article can be fetched",
                    "fihrist verify --index /var/lib/fihrist")  # fmt: skip
    check.add_argument("generation", metavar="GEN", nargs="?", help="the generation to check (the current one)")
    back = command(commands, "rollback", _rollback, "make an earlier generation the current one",
                   "fihrist rollback gen-000041")  # fmt: skip
    back.add_argument("generation", metavar="GEN", nargs="?",
                      help="the generation to make current (the one before the current one)")  # fmt: skip
    command(commands, "stats", _stats, "show what the index holds", "fihrist stats --json")
    command(
        commands, "config", _config, "show every setting, its value and where it comes from", "fihrist config --json"
    )


def _verify(options: argparse.Namespace) -> int:
    store = index_store(options)
    start = time.perf_counter()
    with (
        giving_way(),
        tqdm(desc="fetching", unit="article", file=sys.stderr, disable=not sys.stderr.isatty(), leave=False) as bar,
    ):

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        found = verify(store, options.generation or "", progress)
    problems = [with_index_option(problem, options) for problem in found.problems]
    if options.json:
        print_json(
            {
                "status": "failed" if problems else "ok",
                "generation": found.generation,
                "files": found.files,
                "articles": found.articles,
                "problems": problems,
                "seconds": round(time.perf_counter() - start, 3),
            }
        )
    elif not problems:
        print(f"{found.generation} is whole: {found.articles} articles fetched, {found.files} files as written")
    for problem in problems:
        say(f"fihrist: {problem}")
    return 1 if problems else 0


def _rollback(options: argparse.Namespace) -> int:
    store = index_store(options)
    _current_name(store)  # before the lock, which would create the folder of an index that does not exist
    with store.locked():
        before = _current_name(store)
        generation = store.check(options.generation or _earlier(store, before))
        store.switch(generation.name)
    if options.json:
        print_json({"generation": generation.name, "before": before or None, "articles": generation.articles})
    else:
        print(f"{generation.name} is current, {generation.articles} articles; before, it was {before or 'none'}")
    return 0


def _current_name(store: Store) -> str:
    """The name of the current generation; "" if none is named, but there are generations to make current."""
    try:
        return store.current_name()
    except (NoIndexError, DamagedIndexError):
        if not store.names():
            raise
        return ""


def _earlier(store: Store, current: str) -> str:
    names = store.names()
    earlier = names[: names.index(current)] if current in names else names
    if not earlier:
        raise UsageError(f"there is no generation before {current}; kept are: {', '.join(names)}")
    return earlier[-1]


def _config(options: argparse.Namespace) -> int:
    rows: list[dict[str, Any]] = []
    wrong = False
    for name, setting in SETTINGS.items():
        shown: dict[str, Any] = {"name": name, "value": None, "origin": setting.variable, "variable": setting.variable}
        try:
            shown["value"], shown["origin"] = resolve(name, options.index if name == "index" else None)
            if name == "api_keys":
                ApiKeys.of_setting(str(shown["value"]))
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
    store = index_store(options)
    generation = store.info()
    archive = Archive(store)
    everything = archive.search(SearchRequest(per_page=1, collapse=False))
    counted = archive.stats()
    stats = {
        "index": printable(store.local_folder.resolve()) if store.local_folder else store.address,
        "generation": generation.name,
        "generations": store.names(),
        "built_at": generation.built_at,
        "articles": generation.articles,
        "bytes": generation.bytes,
        "sources": dict(generation.sources),
        "years": {count.value: count.count for count in reversed(everything.facets["year"])},
        "format": generation.format,
        "engine": generation.engine,
        "analyser": generation.analyser,
        "cleaning": generation.cleaning,
        "own_fields": list(archive.own_fields()),
        "story_count": counted.told.stories,
        "story_articles": counted.told.articles,
        "limits": list(counted.limits),
    }
    if options.json:
        print_json(stats)
        return 0
    for name, value in stats.items():
        shown = value
        if isinstance(value, dict):
            shown = ", ".join(f"{key or '-'} {count}" for key, count in value.items())
        elif isinstance(value, list):
            shown = ", ".join(value) or "-"
        print(f"{name:<11} {harmless(str(shown))}")
    return 0
