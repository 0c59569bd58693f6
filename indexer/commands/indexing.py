# SPDX-License-Identifier: GPL-3.0-or-later
"""``fihrist index``: brings the index up to date and reports what was done."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from tqdm import tqdm

from indexer.assemble import stated_rules
from indexer.commands.output import print_report, say
from indexer.commands.parser import command, index_store
from indexer.commands.priority import giving_way
from indexer.commands.stopping import INTERRUPTED, TERMINATED, Terminated
from indexer.engine.store import Store
from indexer.errors import FihristError
from indexer.reindex import reindex
from indexer.run.options import Options
from indexer.run.report import Report
from indexer.settings import number_setting, text_setting
from indexer.spool.layout import Spool

_MOST_JOBS = 4
"""The default: one process reads the files, and it cannot keep more builders than this busy."""


def add(commands: Any) -> None:
    """Add the commands of this module."""
    index = command(commands, "index", _index, "bring the index up to date with folders of articles",
                    "fihrist index /srv/news --index /var/lib/fihrist")  # fmt: skip
    index.add_argument("paths", metavar="PATH", nargs="+", type=_path, help="a folder of the archive, or a single file")
    index.add_argument("--rebuild", action="store_true", help="build a new index from these paths alone")
    allow = "publish even if many articles vanish or a folder has become empty"
    index.add_argument("--allow-shrink", action="store_true", help=allow)
    index.add_argument("--dry-run", action="store_true", help="show what would change, but write nothing")


def _path(text: str) -> Path:
    if not text:  # it would mean the working folder; often it is an unset variable of the shell
        raise argparse.ArgumentTypeError("is empty; name a folder of the archive or one file")
    return Path(text)


def _index(options: argparse.Namespace) -> int:
    report = Report()
    before: set[str] = set()
    try:
        store = index_store(options, jobs())
        before = _kinds_reported(store)
        with giving_way():
            _run(options.paths, store, _choices(options), report)
    except BaseException as error:  # Ctrl-C and SIGTERM too: the report must not say "ok" if the run ended early
        report.fail(*failure_of(error))
        raise
    finally:
        for skipped in report.skipped:
            say(f"skipped {skipped}")
        if options.json:
            print_report(report.to_dict())
    told = sys.stderr.isatty() or options.dry_run
    if report.ignored and (told or set(report.ignored) - before):
        say(report.ignored_summary())
    if told:
        for warning in report.warnings:
            say(f"warning {warning}")
        if not options.json:
            for line in filter(None, (report.not_articles_summary(), report.summary())):
                say(line)
    return report.exit_code


def _kinds_reported(store: Store) -> set[str]:
    """The kinds of files that the last published run reported as ignored; cron need not mail them again."""
    ignored = store.last_report().get("ignored")
    kinds = (row.get("kind") for row in ignored if isinstance(row, dict)) if isinstance(ignored, list) else ()
    return {kind for kind in kinds if isinstance(kind, str)}


def _choices(options: argparse.Namespace) -> Options:
    return Options(
        batch=number_setting("batch"),
        max_bytes=number_setting("max_file_mb") << 20,
        keep=number_setting("generations"),
        shrink=number_setting("shrink"),
        allow_shrink=options.allow_shrink,
        rebuild=options.rebuild,
        dry_run=options.dry_run,
        rules=stated_rules(),
        spool=Spool.at(text_setting("spool")),
    )


def failure_of(error: BaseException) -> tuple[str, int]:
    """What the report says of a run that ``error`` ended, and its exit code."""
    if isinstance(error, FihristError):
        return str(error), error.exit_code
    if isinstance(error, KeyboardInterrupt):
        return "interrupted", INTERRUPTED
    if isinstance(error, Terminated):
        return "terminated", TERMINATED
    return f"an error in Fihrist itself: {error!r}", 1


def _run(paths: list[Path], store: Store, choices: Options, report: Report) -> None:
    """Run the indexer; on a terminal, show a progress bar with speed and remaining time."""
    with tqdm(desc="reading", unit="file", file=sys.stderr, disable=not sys.stderr.isatty(), leave=False) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.set_postfix_str(f"{report.read:,} articles", refresh=False)
            bar.update(done - bar.n)

        reindex(paths, store, choices, progress, report)


def jobs() -> int:
    """How many processes build large parts of an index."""
    return number_setting("jobs") or min(_MOST_JOBS, os.cpu_count() or 1)
