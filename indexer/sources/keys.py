"""Keys of the articles of one file."""

from __future__ import annotations


class Keys:
    """Hands out keys, each once. Memory grows by some 100 bytes a key, whatever its length; time by a constant."""

    def __init__(self) -> None:
        # Hashes of 64 bits: two keys that share one cost a needless suffix, never an article.
        self._taken: set[int] = set()
        # The number that the next suffix is tried with, for each key that needed one.
        self._next: dict[int, int] = {}

    def take(self, *candidates: str) -> str:
        """The first of ``candidates`` that is not empty and not yet taken, else the last of them with a suffix."""
        for candidate in candidates:
            if candidate and self._is_new(candidate):
                return candidate
        base = candidates[-1]
        number = self._next.get(hash(base), 2)
        # A number is passed over only where a file states the key with its suffix, and then once.
        while not self._is_new(f"{base}-{number}"):
            number += 1
        self._next[hash(base)] = number + 1
        return f"{base}-{number}"

    def _is_new(self, key: str) -> bool:
        before = len(self._taken)
        self._taken.add(hash(key))
        return len(self._taken) > before
