# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the line of a key in a TOML file, which the parser does not tell."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def parsed(text: str) -> dict[str, Any]:
    """Returns what a TOML file holds. Raises ValueError, whose message names line and column."""
    held: dict[str, Any] = tomllib.loads(text)
    return held


def line_of(text: str, path: Sequence[str]) -> int:
    """Returns the number of the line, from 1, in which the key ``path`` of a valid TOML file begins.

    A key is there as soon as the first lines that can be parsed hold it. More lines never take it away, so the search
    halves the file each time.
    """
    lines = text.split("\n")
    first, last = 0, len(lines)  # the key is in the first `last` lines, and not in the first `first`
    while last - first > 1:
        middle = (first + last) // 2
        if _holds(lines, middle, path):
            last = middle
        else:
            first = middle
    return last


def _holds(lines: Sequence[str], count: int, path: Sequence[str]) -> bool:
    """Returns whether the first ``count`` lines hold the key, with those that complete the last statement."""
    for end in range(count, len(lines) + 1):
        try:
            held: Any = parsed("\n".join(lines[:end]) + "\n")
        except ValueError:
            continue
        for name in path:
            if not isinstance(held, dict) or name not in held:
                return False
            held = held[name]
        return True
    return False
