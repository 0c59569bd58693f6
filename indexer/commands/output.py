"""How commands speak: results on stdout, everything for people on stderr, nothing that could command a terminal."""

from __future__ import annotations

import sys
from typing import Any

from indexer.search.envelope import to_json
from indexer.search.results import Marked


def say(message: str) -> None:
    """One line for people, on stderr."""
    print(harmless(message), file=sys.stderr)


def print_row(*cells: str) -> None:
    """A row of a table on stdout."""
    print("\t".join(map(harmless, cells)))


def print_json(data: dict[str, Any]) -> None:
    """``data`` on stdout, indented."""
    print(to_json(data, indent=2))


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
