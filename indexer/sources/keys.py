"""Keys of the articles of one file."""

from __future__ import annotations


class Keys:
    """Hands out keys, each once. Memory grows by some 60 bytes a key, whatever its length."""

    def __init__(self) -> None:
        self._taken: set[int] = set()

    def take(self, *candidates: str) -> str:
        """The first of ``candidates`` that is not empty and not yet taken, else the last of them with a suffix."""
        for candidate in candidates:
            if candidate and self._is_new(candidate):
                return candidate
        number = 2
        while not self._is_new(f"{candidates[-1]}-{number}"):
            number += 1
        return f"{candidates[-1]}-{number}"

    def _is_new(self, key: str) -> bool:
        # Hashes of 64 bits: two keys that share one cost a needless suffix, never an article.
        before = len(self._taken)
        self._taken.add(hash(key))
        return len(self._taken) > before
