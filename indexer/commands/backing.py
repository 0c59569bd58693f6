# SPDX-License-Identifier: GPL-3.0-or-later
"""``fihrist snapshot`` and ``fihrist restore``: back up an index of a cluster in the cluster's own repositories."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tqdm import tqdm

from indexer.commands.output import print_json, say
from indexer.commands.parser import command, index_store
from indexer.engine.store import KeepsSnapshots, Progress, Store
from indexer.errors import FihristError, UsageError


def add(commands: Any) -> None:
    """Add the commands of this module."""
    purpose = "copy an index of a cluster into a snapshot repository of the cluster"
    made = command(commands, "snapshot", _snapshot, purpose, "fihrist snapshot backups")
    made.add_argument("repository", metavar="REPOSITORY", help="the repository, as the cluster has it")
    made.add_argument(
        "name", metavar="NAME", nargs="?", default="", help="the snapshot (a name with the present moment)"
    )
    purpose = "publish what a snapshot of a cluster holds, as a new generation"
    back = command(commands, "restore", _restore, purpose, "fihrist restore backups news-gen-000042-20260131t031502z")
    back.add_argument("repository", metavar="REPOSITORY", help="the repository, as the cluster has it")
    back.add_argument("name", metavar="NAME", help="the snapshot")


def _snapshot(options: argparse.Namespace) -> int:
    store = index_store(options)
    kept, start = _keeping(store), time.perf_counter()
    with _bar("copying") as progress:
        made = kept.snapshot(options.repository, options.name, progress)
    if options.json:
        print_json(
            {
                "repository": made.repository,
                "snapshot": made.name,
                "generation": made.generation.name,
                "articles": made.generation.articles,
                "bytes": made.bytes,
                "seconds": round(time.perf_counter() - start, 3),
            }
        )
    else:
        print(made.name)
        say(f"{made.generation.articles} articles of {made.generation.name}, {made.bytes} bytes")
    return 0


def _restore(options: argparse.Namespace) -> int:
    store = index_store(options)
    kept, start = _keeping(store), time.perf_counter()
    before = _current_name(store)
    with _bar("restoring") as progress:
        generation = kept.restore(options.repository, options.name, progress)
    if options.json:
        seconds = round(time.perf_counter() - start, 3)
        print_json(
            {
                "generation": generation.name,
                "before": before or None,
                "articles": generation.articles,
                "seconds": seconds,
            }
        )
    else:
        print(f"{generation.name} is current, {generation.articles} articles; before, it was {before or 'none'}")
    return 0


def _current_name(store: Store) -> str:
    """The name of the current generation; "" if there is none, or none that can be read."""
    try:
        return store.current_name()
    except UsageError:  # the cluster does not allow this
        raise
    except FihristError:
        return ""


def _keeping(store: Store) -> KeepsSnapshots:
    if isinstance(store, KeepsSnapshots):
        return store
    raise UsageError(
        f"{store.address} is no index of a cluster, so no repository holds snapshots of it; `fihrist dump FILE` writes "
        "a backup at any time, and a copy of the folder is one while no run is under way"
    )


@contextmanager
def _bar(what: str) -> Iterator[Progress]:
    """On a terminal, show a progress bar with speed and remaining time."""
    shown = sys.stderr.isatty()
    with tqdm(desc=what, unit="B", unit_scale=True, file=sys.stderr, disable=not shown, leave=False) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield progress
