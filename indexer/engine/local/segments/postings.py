"""The postings of a tier as they lie in a segment (`packed` has the layout): reading one term's, writing many."""

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
    """One term's articles, ascending, and its weighted frequencies in them.

    ``occurrences`` are for `counts`; ``positions`` are those of all articles, in their order. Both are empty in tiers
    without positions.
    """

    docs: Ints
    weights: NDArray[Any]
    occurrences: NDArray[Any]
    positions: NDArray[Any]
    _impacts: Any = field(default=None, init=False, repr=False)

    @property
    def counts(self) -> NDArray[Any]:
        """How many of ``positions`` are each article's."""
        return (self.occurrences & self._mask) + 1

    @cached_property
    def starts(self) -> NDArray[np.int32]:
        """Where each article's positions begin, and where the last one's end."""
        starts = np.zeros(len(self.docs) + 1, np.int32)
        np.cumsum(self.counts, out=starts[1:])
        return starts

    def impacts(self, norms: NDArray[np.float64]) -> NDArray[np.float64]:
        """The part of BM25 that is each article's, ``tf / (tf + norm)``: ``norms`` are those of all articles.

        They are worked out once, so that these have to be the norms of each call.
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
    """Postings that were read not long ago, up to about ``most`` bytes of them. Safe to share between threads.

    When half of the room is full, those not asked for since the last time that it was go.
    """

    def __init__(self, most: int) -> None:
        self._half = most // 2
        self._bytes = 0
        self._recent: dict[Hashable, Postings] = {}
        self._older: dict[Hashable, Postings] = {}

    def get(self, key: Hashable, read: Callable[[], Postings]) -> Postings:
        """The postings under ``key``, read where they are not known."""
        known = self._recent.get(key)
        if known is not None:
            return known
        known = self._older.get(key) or read()
        # Threads that meet here may count wrong by one term, which only lets it go sooner or later.
        size = known.docs.nbytes + known.weights.nbytes + 12 * len(known.docs)  # the last for `starts` and impacts
        if self._bytes + size > self._half:
            self._older, self._recent, self._bytes = self._recent, {}, 0
        self._recent[key] = known
        self._bytes += size
        return known


class TierReader:
    """The postings of a tier of a segment, by the numbers of its terms. Immutable, so safe to share between threads."""

    def __init__(self, arrays: Arrays, tier: Tier) -> None:
        """Raises KeyError where a section is missing."""
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
        """In how many articles a term is."""
        return int(self._starts[term + 1] - self._starts[term])

    def term(self, term: int) -> Postings:
        """The postings of a term."""
        size = self.size(term)
        gaps = runs.one(self._docs, self._doc_starts[term], self._doc_starts[term + 1], size)
        coded = runs.one(self._weights, self._weight_starts[term], self._weight_starts[term + 1], size)
        docs = gaps.astype(np.int64)
        np.cumsum(docs, out=docs)  # in place: of long lists half the time is for memory that is new
        if not self.positional:
            return Postings(docs, coded, _NOTHING, _NOTHING)
        positions = self.positions[self._position_starts[term] : self._position_starts[term + 1]]
        return Postings(docs, _weights(coded), coded, positions)

    def sizes(self, terms: Ints) -> Ints:
        """In how many articles each of ``terms`` is."""
        return (self.starts[terms + 1] - self.starts[terms]).astype(np.int64)

    def docs(self, terms: Ints) -> Ints:
        """The articles of each of ``terms``, one term behind the other."""
        sizes = self.sizes(terms)
        return runs.summed(self._numbers(self._docs, self._all_doc_starts, terms, sizes), sizes)

    def weights(self, terms: Ints) -> tuple[Ints, Ints]:
        """For each posting of ``terms`` its weight and its count; a tier without positions has counts of 1."""
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
        """Terms that are in so many articles as ``sizes`` says; the rest lies one term, one article behind the other.

        ``counts`` and ``positions`` are not looked at in a tier without positions.
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
        """All terms were added."""
        for name, sizes in self._sizes.items():
            self._target.put(f"{self._tier}.{name}", narrowed(runs.starts_of(np.concatenate([*sizes, runs.NONE]))))

    def _append(self, name: str, numbers: NDArray[Any]) -> None:
        self._target.append(f"{self._tier}.{name}", numbers)
