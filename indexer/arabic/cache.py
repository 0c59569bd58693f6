"""A bounded cache for what is asked for as often as the words of a language are."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Cache(Generic[Key, Value]):
    """The values of at most ``most`` keys, made when first asked for. Safe to share between threads.

    When half of the room is full, those not asked for since the last time that it was go: of words, which follow
    Zipf's law, the frequent ones stay, and the price is one look into a dict.
    """

    def __init__(self, make: Callable[[Key], Value], most: int) -> None:
        self._make = make
        self._half = most // 2
        self._recent: dict[Key, Value] = {}
        self._older: dict[Key, Value] = {}

    def get(self, key: Key) -> Value:
        """The value of ``key``."""
        value = self._recent.get(key)
        return value if value is not None else self._look_further(key)

    def get_all(self, keys: list[Key]) -> list[Value]:
        """The values of ``keys``, in their order; several times as fast as one by one where most are known."""
        found = list(map(self._recent.get, keys))
        if None in found:
            return [self.get(key) if value is None else value for key, value in zip(keys, found, strict=True)]
        return found  # type: ignore[return-value]  # none is None, as the line above has seen

    def _look_further(self, key: Key) -> Value:
        value = self._older.get(key)
        if value is None:
            value = self._make(key)
        if len(self._recent) >= self._half:
            self._older, self._recent = self._recent, {}
        self._recent[key] = value
        return value
