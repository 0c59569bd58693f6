# SPDX-License-Identifier: GPL-3.0-or-later
"""``fihrist dump`` and ``fihrist import`` move an archive from one index to another without its source files."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, BinaryIO

from tqdm import tqdm

from indexer.commands.indexing import failure_of, jobs
from indexer.commands.output import print_report, say
from indexer.commands.parser import command, index_store
from indexer.commands.priority import giving_way
from indexer.engine.store import Progress
from indexer.errors import UsageError
from indexer.operating.dumps.importing import import_dump
from indexer.operating.dumps.writing import new_file, write_dump
from indexer.run.options import Options
from indexer.run.report import Report
from indexer.settings import number_setting

_STREAM = "-"
"""Stands for stdout, or for stdin."""


def add(commands: Any) -> None:
    """Add the commands of this module."""
    purpose = "write the articles and the catalog of an index to one file, for `fihrist import`"
    dump = command(commands, "dump", _dump, purpose, "fihrist dump news.dump", json_too=False)
    dump.add_argument("file", metavar="FILE", type=_file, help="the file to write; - for stdout")
    dump.add_argument("generation", metavar="GEN", nargs="?", default="", help="the generation (the current one)")
    purpose = "replace an index by the articles of a file that `fihrist dump` wrote"
    taken = command(commands, "import", _import, purpose, "fihrist import news.dump --index /var/lib/fihrist")
    taken.add_argument("file", metavar="FILE", type=_file, help="the file to read; - for stdin")
    allow = "publish even if the index held many more articles"
    taken.add_argument("--allow-shrink", action="store_true", help=allow)


def _file(text: str) -> str:
    if not text:
        raise argparse.ArgumentTypeError("is empty; name a file, or - for a stream")
    return text


def _dump(options: argparse.Namespace) -> int:
    to_stdout = options.file == _STREAM
    if to_stdout and sys.stdout.isatty():
        raise UsageError("a dump is no text for a terminal; name a file, or send stdout to one")
    store = index_store(options)
    store.info(options.generation)  # before the file, which would be made in vain
    with (
        giving_way(),
        nullcontext(sys.stdout.buffer) if to_stdout else new_file(Path(options.file)) as stream,
        _bar("dumping") as progress,
    ):
        written = write_dump(store, options.generation, stream, progress)
    say(f"{written.articles} articles of {written.generation}")
    return 0


def _import(options: argparse.Namespace) -> int:
    report = Report()
    try:
        store = index_store(options, jobs())
        choices = Options(
            batch=number_setting("batch"),
            max_bytes=number_setting("max_file_mb") << 20,
            keep=number_setting("generations"),
            shrink=number_setting("shrink"),
            allow_shrink=options.allow_shrink,
        )
        with _readable(options.file) as stream, giving_way(), _bar("importing") as progress:
            import_dump(stream, store, choices, progress, report)
    except BaseException as error:  # Ctrl-C and SIGTERM too: the report must not say "ok" if the import ended early
        report.fail(*failure_of(error))
        raise
    finally:
        for skipped in report.skipped:
            say(f"skipped {skipped}")
        if options.json:
            print_report(report.to_dict())
    if sys.stderr.isatty() and not options.json:
        say(report.summary())
    return report.exit_code


def _readable(file: str) -> AbstractContextManager[BinaryIO]:
    """The stream to read from. Raises UsageError."""
    if file == _STREAM:
        return nullcontext(sys.stdin.buffer)
    try:
        return Path(file).open("rb")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"{file} cannot be read: {reason}; name a file that you may read") from error


@contextmanager
def _bar(what: str) -> Iterator[Progress]:
    """On a terminal, show a progress bar with speed and remaining time."""
    with tqdm(desc=what, unit="article", file=sys.stderr, disable=not sys.stderr.isatty(), leave=False) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield progress
