# SPDX-License-Identifier: GPL-3.0-or-later
"""Byte strings in one array, and their order, for millions of them at once.

Texts are sorted eight bytes at a time: first all of them by their first eight bytes, then those that are still equal by
the next eight, and so on. Texts that agree for longer than any usual word are compared by Python.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import overload

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]

_CHUNK = 8
_ROUNDS = 8
"""This many chunks of each text are compared at once; Arabic words have up to 32 letters in them."""
_BLOCK = 1 << 18
"""This many texts are copied at a time, because the places of all their bytes take eight times their memory."""


class PackedTexts(Sequence[bytes]):
    """Byte strings, one after the other in ``text``. Immutable; safe to share between threads.

    ``starts`` is where each begins and, last, the end: one more entry than there are texts.
    """

    def __init__(self, text: Bytes, starts: Ints) -> None:
        self.text = text
        self.starts = starts
        self._text = memoryview(text.data)
        self._starts = memoryview(starts.data)

    @classmethod
    def of(cls, texts: Iterable[bytes]) -> PackedTexts:
        """The texts in their order."""
        listed = list(texts)
        lengths = np.fromiter(map(len, listed), np.int64, len(listed))
        return cls(np.frombuffer(b"".join(listed), np.uint8), starts_of(lengths))

    @classmethod
    def joined(cls, parts: Sequence[PackedTexts]) -> PackedTexts:
        """The texts of all ``parts``, one part after the other."""
        text = np.concatenate([np.empty(0, np.uint8), *(part.bytes_used for part in parts)])
        return cls(text, starts_of(np.concatenate([np.empty(0, np.int64), *(part.lengths for part in parts)])))

    def __len__(self) -> int:
        return len(self._starts) - 1

    @overload
    def __getitem__(self, number: int) -> bytes: ...
    @overload
    def __getitem__(self, number: slice) -> list[bytes]: ...
    def __getitem__(self, number: int | slice) -> bytes | list[bytes]:
        if isinstance(number, slice):
            return [self[at] for at in range(*number.indices(len(self)))]
        if not 0 <= number < len(self):
            raise IndexError(number)
        return self._read(number)

    def _read(self, number: int) -> bytes:
        return bytes(self._text[self._starts[number] : self._starts[number + 1]])

    def _place(self, text: bytes) -> int:
        """The number of the first text that is not less than ``text``."""
        return bisect_left(range(len(self)), text, key=self._read)

    @property
    def lengths(self) -> Ints:
        """The number of bytes of each text."""
        lengths: Ints = np.diff(self.starts)
        return lengths

    @property
    def bytes_used(self) -> Bytes:
        """The bytes of the texts alone; ``text`` may hold others before and after them."""
        return self.text[int(self.starts[0]) : int(self.starts[-1])]

    def find(self, text: bytes) -> int:
        """The number of ``text``, or -1. The texts must ascend."""
        at = self._place(text)
        return at if at < len(self) and self._read(at) == text else -1

    def with_prefix(self, prefix: bytes) -> range:
        """The numbers of the texts in UTF-8 that begin with ``prefix``. The texts must ascend."""
        # No byte of UTF-8 is as high as this one, so it comes behind all that may follow the prefix.
        return range(self._place(prefix), self._place(prefix + b"\xff"))

    def part(self, numbers: range) -> PackedTexts:
        """The texts with these numbers, which follow each other. Nothing is copied."""
        return PackedTexts(self.text, self.starts[numbers.start : numbers.stop + 1])

    def taken(self, numbers: Ints) -> PackedTexts:
        """Copies of the texts with these numbers, in this order."""
        first, lengths = self.starts[numbers], self.lengths[numbers]
        starts = starts_of(lengths)
        text = np.empty(int(starts[-1]), np.uint8)
        for begin in range(0, len(numbers), _BLOCK):
            end = min(begin + _BLOCK, len(numbers))
            low, high = int(starts[begin]), int(starts[end])
            places = np.arange(low, high) + np.repeat(first[begin:end] - starts[begin:end], lengths[begin:end])
            text[low:high] = self.text[places]
        return PackedTexts(text, starts)

    def ordered(self) -> tuple[Ints, NDArray[np.bool_]]:
        """The numbers of the texts in ascending order, and for each whether it differs from the one before it."""
        count = len(self)
        chunks = _Chunks(self)
        order = np.arange(count)
        begins = np.zeros(count, bool)
        begins[:1] = True
        active = np.arange(count)  # the places in ``order`` of texts that are equal to others so far
        for depth in range(_ROUNDS):
            keys = chunks.at(order[active], depth)
            groups = np.cumsum(begins[active])
            sorting = np.lexsort((keys, groups)) if depth else np.argsort(keys, kind="stable")
            order[active] = order[active][sorting]
            keys = keys[sorting]
            begins[active[1:]] |= keys[1:] != keys[:-1]
            active = self._undecided(order, begins, active, (depth + 1) * _CHUNK)
            if not len(active):
                return order, begins
        self._compare_rest(order, begins, active)
        return order, begins

    def _undecided(self, order: Ints, begins: NDArray[np.bool_], active: Ints, compared: int) -> Ints:
        """Those places of ``active`` whose texts agree with another one's in all that was compared, and may differ."""
        starts = np.flatnonzero(begins[active])
        if not len(starts):
            return active
        lengths = self.lengths[order[active]]
        longest = np.maximum.reduceat(lengths, starts)
        # Texts that end are compared as if zeros followed. So texts of unequal lengths may differ in zeros only.
        differ = (longest > compared) | (longest != np.minimum.reduceat(lengths, starts))
        sizes = np.diff(np.append(starts, len(active)))
        undecided: Ints = active[np.repeat(differ & (sizes > 1), sizes)]
        return undecided

    def _compare_rest(self, order: Ints, begins: NDArray[np.bool_], active: Ints) -> None:
        """Sorts the texts at the places ``active``, group by group."""
        starts = np.flatnonzero(begins[active]).tolist()
        for begin, end in zip(starts, [*starts[1:], len(active)], strict=True):
            pairs = sorted((self[number], number) for number in order[active[begin:end]].tolist())
            for at, (text, number) in enumerate(pairs):
                place = active[begin + at]
                order[place] = number
                begins[place] = at == 0 or text != pairs[at - 1][0]


class _Chunks:
    """Eight bytes of a text as a number whose order is theirs; zeros stand behind its end."""

    def __init__(self, texts: PackedTexts) -> None:
        padded = np.append(texts.bytes_used, np.zeros(_CHUNK, np.uint8))
        self._starts = texts.starts - texts.starts[0]
        self._from = np.ndarray((len(padded) - _CHUNK + 1,), ">u8", padded.data, strides=(1,))

    def at(self, numbers: Ints, depth: int) -> NDArray[np.uint64]:
        """The chunk ``depth`` of the texts with these numbers."""
        begin = self._starts[numbers] + depth * _CHUNK
        left = np.clip(self._starts[numbers + 1] - begin, 0, _CHUNK)
        found = self._from[np.minimum(begin, len(self._from) - 1)].astype(np.uint64)
        unused = (8 * (_CHUNK - left)).astype(np.uint64)
        # A shift by 64 bits is not defined, so it is made in two steps.
        half = unused >> np.uint64(1)
        cleared: NDArray[np.uint64] = found >> half >> (unused - half) << half << (unused - half)
        return cleared


def starts_of(lengths: Ints) -> Ints:
    """Where each of several texts of these lengths begins, and last where they end."""
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths, dtype=np.int64)])
