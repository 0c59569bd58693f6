# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads and writes the postings of a tier in the layout that `packed` describes."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.arabic.analyser import Tier
from indexer.engine.local.segments import runs
from indexer.engine.local.segments.runs import Bytes, Ints
from indexer.engine.local.segments.sections import Arrays, SegmentWriter, narrowed

POSITIONAL: frozenset[Tier] = frozenset({"folded", "stem"})

_NOTHING: NDArray[Any] = np.empty(0, np.uint8)


@dataclass(frozen=True, eq=False)
class Postings:
    """The postings of one term: the articles, ascending, and the weighted frequencies.

    ``occurrences`` encodes `counts`; ``positions`` holds the positions of all articles in order. Both are empty in
    tiers without positions.
    """

    docs: Ints
    weights: NDArray[Any]
    occurrences: NDArray[Any]
    positions: NDArray[Any]
    _impacts: Any = field(default=None, init=False, repr=False)

    @property
    def counts(self) -> NDArray[Any]:
        """How many of ``positions`` belong to each article."""
        return (self.occurrences & self._mask) + 1

    @cached_property
    def starts(self) -> NDArray[np.int32]:
        """Where the positions of each article begin, and the end of the last ones."""
        starts = np.zeros(len(self.docs) + 1, np.int32)
        np.cumsum(self.counts, out=starts[1:])
        return starts

    def impacts(self, norms: NDArray[np.float64]) -> NDArray[np.float64]:
        """Returns ``tf / (tf + norm)`` for each article, the part of BM25 that does not depend on the query.

        ``norms`` are the norms of all articles. The result is cached, so every call must pass the same norms.
        """
        if self._impacts is None:
            object.__setattr__(self, "_impacts", self.weights / (self.weights + norms[self.docs]))
        impacts: NDArray[np.float64] = self._impacts
        return impacts

    @property
    def _mask(self) -> int:
        return (1 << 4 * self.occurrences.itemsize) - 1


NO_POSTINGS = Postings(np.empty(0, np.int64), _NOTHING, _NOTHING, _NOTHING)


class RecentPostings:
    """A cache of postings, limited to about ``most`` bytes. Safe to share between threads.

    When half of the limit is used, postings that were not requested since the last such moment are dropped.
    """

    def __init__(self, most: int) -> None:
        self._half = most // 2
        self._bytes = 0
        self._recent: dict[Hashable, Postings] = {}
        self._older: dict[Hashable, Postings] = {}

    def get(self, key: Hashable, read: Callable[[], Postings]) -> Postings:
        """Returns the postings under ``key``, and calls ``read`` if they are not cached."""
        known = self._recent.get(key)
        if known is not None:
            return known
        known = self._older.get(key) or read()
        # Threads that run this at once may miscount by one term. Then it is only dropped sooner or later.
        size = known.docs.nbytes + known.weights.nbytes + 12 * len(known.docs)  # the last for `starts` and impacts
        if self._bytes + size > self._half:
            self._older, self._recent, self._bytes = self._recent, {}, 0
        self._recent[key] = known
        self._bytes += size
        return known


class TierReader:
    """Reads the postings of a tier of a segment by term number. Immutable, so safe to share between threads."""

    def __init__(self, arrays: Arrays, tier: Tier) -> None:
        """Raises KeyError if a section is missing."""
        self._docs: Bytes = arrays[f"{tier}.docs"]
        self._weights: Bytes = arrays[f"{tier}.weights"]
        self._starts, self._doc_starts, self._weight_starts = (
            memoryview(arrays[f"{tier}.{name}"].data) for name in ("starts", "doc_starts", "weight_starts")
        )
        self.starts = arrays[f"{tier}.starts"]
        self._all_doc_starts = arrays[f"{tier}.doc_starts"]
        self._all_weight_starts = arrays[f"{tier}.weight_starts"]
        self.positional = tier in POSITIONAL
        if self.positional:
            self.positions: NDArray[Any] = arrays[f"{tier}.positions"]
            self.position_starts = arrays[f"{tier}.position_starts"]
            self._position_starts = memoryview(self.position_starts.data)

    def size(self, term: int) -> int:
        """Returns how many articles a term is in."""
        return int(self._starts[term + 1] - self._starts[term])

    def term(self, term: int) -> Postings:
        """Returns the postings of a term."""
        size = self.size(term)
        gaps = runs.one(self._docs, self._doc_starts[term], self._doc_starts[term + 1], size)
        coded = runs.one(self._weights, self._weight_starts[term], self._weight_starts[term + 1], size)
        docs = gaps.astype(np.int64)
        np.cumsum(docs, out=docs)  # in place: new memory takes half the time for long lists
        if not self.positional:
            return Postings(docs, coded, _NOTHING, _NOTHING)
        positions = self.positions[self._position_starts[term] : self._position_starts[term + 1]]
        return Postings(docs, _weights(coded), coded, positions)

    def sizes(self, terms: Ints) -> Ints:
        """Returns how many articles each of ``terms`` is in."""
        return (self.starts[terms + 1] - self.starts[terms]).astype(np.int64)

    def docs(self, terms: Ints) -> Ints:
        """Returns the articles of each of ``terms``, one term after the other."""
        sizes = self.sizes(terms)
        return runs.summed(self._numbers(self._docs, self._all_doc_starts, terms, sizes), sizes)

    def weights(self, terms: Ints) -> tuple[Ints, Ints]:
        """Returns the weight and the count of each posting of ``terms``; counts are 1 in a tier without positions."""
        sizes = self.sizes(terms)
        coded = self._numbers(self._weights, self._all_weight_starts, terms, sizes)
        if not self.positional:
            return coded, np.ones(len(coded), np.int64)
        widths = (self._all_weight_starts[terms + 1] - self._all_weight_starts[terms]).astype(np.int64)
        bits = np.repeat(4 * (widths // np.maximum(sizes, 1)), sizes)
        counts = (coded & ((1 << bits) - 1)) + 1
        return (coded >> bits) + counts, counts

    @staticmethod
    def _numbers(data: Bytes, starts: NDArray[Any], terms: Ints, sizes: Ints) -> Ints:
        return runs.unpacked(data, starts[terms].astype(np.int64), starts[terms + 1].astype(np.int64), sizes)


def _weights(coded: NDArray[Any]) -> NDArray[Any]:
    bits = 4 * coded.itemsize
    weights: NDArray[Any] = (coded >> bits) + (coded & ((1 << bits) - 1)) + 1
    return weights


class TierWriter:
    """Writes the postings of a tier, some terms at a time, in the order of the terms."""

    def __init__(self, target: SegmentWriter, tier: Tier) -> None:
        self._target = target
        self._tier = tier
        self._sizes: dict[str, list[Ints]] = {"starts": [], "doc_starts": [], "weight_starts": []}
        if tier in POSITIONAL:
            self._sizes["position_starts"] = []

    def add(self, sizes: Ints, docs: Ints, weights: Ints, counts: Ints, positions: NDArray[Any]) -> None:
        """Adds terms; ``sizes`` is the number of articles of each.

        The other arrays hold the values of all terms, one term and one article after the other. ``counts`` and
        ``positions`` are ignored in a tier without positions.
        """
        gaps = runs.gaps_of(docs, sizes)
        widths = runs.widths_of(runs.largest_of(gaps, sizes))
        self._append("docs", runs.packed(gaps, sizes, widths))
        self._sizes["starts"].append(sizes)
        self._sizes["doc_starts"].append(sizes * widths)
        if self._tier not in POSITIONAL:
            widths = runs.widths_of(runs.largest_of(weights, sizes))
            self._append("weights", runs.packed(weights, sizes, widths))
        else:
            more = weights - counts
            widths = runs.widths_of(runs.largest_of(np.maximum(more, counts - 1), sizes), bits=4)
            coded = more << np.repeat(4 * widths, sizes) | counts - 1
            self._append("weights", runs.packed(coded, sizes, widths))
            self._append("positions", positions)
            ends = np.concatenate([[0], np.cumsum(counts)])
            self._sizes["position_starts"].append(np.diff(ends[runs.starts_of(sizes)]))
        self._sizes["weight_starts"].append(sizes * widths)

    def close(self) -> None:
        """Writes what is only known after the last term."""
        for name, sizes in self._sizes.items():
            self._target.put(f"{self._tier}.{name}", narrowed(runs.starts_of(np.concatenate([*sizes, runs.NONE]))))

    def _append(self, name: str, numbers: NDArray[Any]) -> None:
        self._target.append(f"{self._tier}.{name}", numbers)
