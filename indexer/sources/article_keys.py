# SPDX-License-Identifier: GPL-3.0-or-later
"""Gives each article of a file a key that is unique in the file."""

from __future__ import annotations


class ArticleKeys:
    """Hands out keys, each only once. A key takes constant time and about 100 bytes of memory, whatever its length."""

    def __init__(self) -> None:
        # The 64-bit hashes are kept, not the keys. Two keys with equal hashes only cost a needless suffix.
        self._taken: set[int] = set()
        # The next suffix to try, by the hash of each key that needed a suffix.
        self._next: dict[int, int] = {}

    def take(self, *candidates: str) -> str:
        """Returns the first of ``candidates`` that is neither empty nor taken. If there is none, adds a number to
        the last one."""
        for candidate in candidates:
            if candidate and self._is_new(candidate):
                return candidate
        base = candidates[-1]
        number = self._next.get(hash(base), 2)
        # A number is skipped only if the file itself has a key with that suffix.
        while not self._is_new(f"{base}-{number}"):
            number += 1
        self._next[hash(base)] = number + 1
        return f"{base}-{number}"

    def _is_new(self, key: str) -> bool:
        before = len(self._taken)
        self._taken.add(hash(key))
        return len(self._taken) > before
