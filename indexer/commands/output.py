# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints results to stdout and messages for people to stderr, without characters that could control a terminal."""

from __future__ import annotations

import io
import os
import sys
from typing import Any

import msgspec

from indexer.search.answers.json.writing import to_json
from indexer.search.answers.results import Marked


def prepare_streams() -> None:
    """Make stdout and stderr accept any text: UTF-8 whatever the locale, and nowhere if they were closed."""
    # First of all: otherwise a file of the index could get the descriptor of a closed stream, and be written to.
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(descriptor)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115  # until the command ends
        elif isinstance(stream, io.TextIOWrapper) and stream.encoding.lower() not in ("utf-8", "utf8"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def leave_stdout() -> None:
    """Write nothing more to stdout, which failed, for instance because `head` ended; Python would complain at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say(message: str) -> None:
    """Print one line for people to stderr."""
    print(harmless(message), file=sys.stderr)


def print_row(*cells: str) -> None:
    """Print a row of a table to stdout."""
    print("\t".join(map(harmless, cells)))


def print_json(data: msgspec.Struct | dict[str, Any]) -> None:
    """Print ``data`` to stdout as indented JSON."""
    print(to_json(data, indent=2))


def print_report(data: dict[str, Any]) -> None:
    """Print the report of a run to stdout at once. If stdout fails, say so; the run itself is not affected."""
    try:
        print_json(data)
        sys.stdout.flush()
    except BrokenPipeError:
        leave_stdout()
    except OSError as error:
        leave_stdout()
        say(f"fihrist: the report cannot be written: {error.strerror}")


def harmless(text: str) -> str:
    """``text`` on one line, without characters that could control the terminal; joiners of letters stay."""
    return "".join(c for c in text.replace("\n", " ") if c.isprintable() or c in "\u200c\u200d")


def shown(marked: Marked) -> str:
    """The text on one line, with its hits in bold on a terminal and in brackets elsewhere."""
    before, after = ("\x1b[1m", "\x1b[0m") if sys.stdout.isatty() else ("[", "]")
    pieces, end = [], 0
    for start, stop in marked.marks:
        pieces += [harmless(marked.text[end:start]), before, harmless(marked.text[start:stop]), after]
        end = stop
    return "".join([*pieces, harmless(marked.text[end:])])
