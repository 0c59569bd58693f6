# SPDX-License-Identifier: GPL-3.0-or-later
"""Adds a command to the parser, with the options that all commands have."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Callable
from typing import Any

from indexer.engine.engines import store_at
from indexer.engine.store import Store
from indexer.settings import SETTINGS, text_setting

Run = Callable[[argparse.Namespace], int]


def command(
    commands: Any, name: str, run: Run, purpose: str, example: str, *, json_too: bool = True
) -> argparse.ArgumentParser:
    """Add the command ``name``. ``run`` carries it out: it gets the options and returns the exit code."""
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=purpose, description=purpose, epilog=f"example: {example}"
    )
    parser.set_defaults(run=run)
    parser.add_argument("--index", metavar="INDEX", help=setting_help("index"))
    if json_too:
        parser.add_argument("--json", action="store_true", help="print JSON on stdout")
    return parser


def setting_help(name: str) -> str:
    """The help of the setting ``name``, with its environment variable and default."""
    row = SETTINGS[name]
    return f"{row.help} ({row.variable}, else {row.default})".replace("%", "%%")


def index_store(options: argparse.Namespace, jobs: int = 1) -> Store:
    """The store of the index that the command line, the environment or the default names.

    ``jobs`` processes build large changes. Raises UsageError if no engine serves the address.
    """
    return store_at(text_setting("index", options.index), jobs)


def with_index_option(message: str, options: argparse.Namespace) -> str:
    """``message``, with ``--index`` added to the commands in it if the command line has that option."""
    index = getattr(options, "index", None)
    if not index:
        return message
    return re.sub("`fihrist (index|rollback) ", lambda found: f"{found[0]}--index {shlex.quote(index)} ", message)
