"""How commands speak: results on stdout, everything for people on stderr, nothing that could command a terminal."""

from __future__ import annotations

import io
import os
import sys
from typing import Any

import msgspec

from indexer.search.answers.json.writing import to_json
from indexer.search.answers.results import Marked


def prepare_streams() -> None:
    """See that stdout and stderr take any text: in UTF-8, whatever the locale; to nowhere where they were closed."""
    # First, or a file of the index would be opened in their place, and be written to as they are.
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
    """Write nothing more to stdout, which refuses it, as when `head` has gone; Python would complain at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say(message: str) -> None:
    """One line for people, on stderr."""
    print(harmless(message), file=sys.stderr)


def print_row(*cells: str) -> None:
    """A row of a table on stdout."""
    print("\t".join(map(harmless, cells)))


def print_json(data: msgspec.Struct | dict[str, Any]) -> None:
    """``data`` on stdout, indented."""
    print(to_json(data, indent=2))


def print_report(data: dict[str, Any]) -> None:
    """``data`` on stdout, at once; where stdout refuses it, that is said, and what was done stays done."""
    try:
        print_json(data)
        sys.stdout.flush()
    except BrokenPipeError:
        leave_stdout()
    except OSError as error:
        leave_stdout()
        say(f"fihrist: the report cannot be written: {error.strerror}")


def harmless(text: str) -> str:
    """``text`` on one line and without the control characters that could command the terminal; joiners stay."""
    return "".join(c for c in text.replace("\n", " ") if c.isprintable() or c in "\u200c\u200d")


def shown(marked: Marked) -> str:
    """The text on one line, its hits in bold on a terminal, in brackets elsewhere."""
    before, after = ("\x1b[1m", "\x1b[0m") if sys.stdout.isatty() else ("[", "]")
    pieces, end = [], 0
    for start, stop in marked.marks:
        pieces += [harmless(marked.text[end:start]), before, harmless(marked.text[start:stop]), after]
        end = stop
    return "".join([*pieces, harmless(marked.text[end:])])
