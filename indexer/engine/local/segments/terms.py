# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads and writes lists of texts of a segment: terms, found by their text or by a prefix, and plain names."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from typing import overload
from zlib import crc32

import numpy as np

from indexer.engine.local.segments.runs import starts_of
from indexer.engine.local.segments.sections import Arrays, narrowed


class Terms(Sequence[bytes]):
    """The terms of a tier, or the grams, ascending. The number of a term is its index."""

    def __init__(self, arrays: Arrays, tier: str) -> None:
        self._text = memoryview(arrays[f"{tier}.text"].data)
        self._starts = memoryview(arrays[f"{tier}.text_starts"].data)
        self._hashes = memoryview(arrays[f"{tier}.hashes"].data)
        self._hash_terms = memoryview(arrays[f"{tier}.hash_terms"].data)

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
        return bytes(self._text[self._starts[number] : self._starts[number + 1]])

    def find(self, term: bytes) -> int:
        """Returns the number of ``term``, or -1."""
        wanted = crc32(term)
        at = bisect_left(self._hashes, wanted)
        while at < len(self._hashes) and self._hashes[at] == wanted:
            number: int = self._hash_terms[at]
            if self[number] == term:
                return number
            at += 1
        return -1

    def having_prefix(self, prefix: bytes) -> range:
        """Returns the numbers of the terms that begin with ``prefix``."""
        first = last = bisect_left(self, prefix)
        step = 1
        while last + step <= len(self) and self[last + step - 1].startswith(prefix):
            last, step = last + step, step * 2
        while step:
            if last + step <= len(self) and self[last + step - 1].startswith(prefix):
                last += step
            step //= 2
        return range(first, last)


def texts(arrays: Arrays, name: str) -> list[str]:
    """Returns the texts in the sections ``name.text`` and ``name.text_starts``."""
    text, starts = arrays[f"{name}.text"].tobytes(), arrays[f"{name}.text_starts"].tolist()
    return [text[a:b].decode("utf-8", "surrogatepass") for a, b in pairwise(starts)]


def term_arrays(tier: str, terms: list[bytes]) -> Arrays:
    """Returns the sections for ``terms``, which ascend."""
    hashes = np.fromiter(map(crc32, terms), np.uint32, len(terms))
    order = np.argsort(hashes, kind="stable")
    return {
        **text_arrays(tier, terms),
        f"{tier}.hashes": hashes[order],
        f"{tier}.hash_terms": narrowed(order),
    }


def text_arrays(name: str, encoded: list[bytes]) -> Arrays:
    """Returns the sections ``name.text`` and ``name.text_starts`` for texts in UTF-8."""
    lengths = np.fromiter(map(len, encoded), np.int64, len(encoded))
    return {f"{name}.text": np.frombuffer(b"".join(encoded), "u1"), f"{name}.text_starts": narrowed(starts_of(lengths))}
