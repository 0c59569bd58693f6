# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws seeded queries from the headlines of an archive."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

LENGTHS = (1, 1, 2, 2, 3, 4, 8)
"""In words: readers type few, and sometimes paste a headline."""

_LOOKED_AT = 5_000


def draw(archive: Iterable[Path], count: int, seed: int) -> list[str]:
    """Returns ``count`` queries: successive words of a headline each. Raises OSError, and ValueError without words."""
    titles = [words for title in islice(_titles(archive), _LOOKED_AT) if (words := title.split())]
    if not titles:
        raise ValueError("the archive has no headline to draw queries from")
    drawn = random.Random(f"{seed}/cluster")
    queries = []
    for _ in range(count):
        words, length = drawn.choice(titles), drawn.choice(LENGTHS)
        first = drawn.randrange(max(1, len(words) - length + 1))
        queries.append(" ".join(words[first : first + length]))
    return queries


def _titles(archive: Iterable[Path]) -> Iterator[str]:
    for path in archive:
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)["title"]
