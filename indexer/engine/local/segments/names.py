# SPDX-License-Identifier: GPL-3.0-or-later
"""A column of names, such as the sources: which names each article has, and how many articles have each name.

In a segment file all names of an article are one text, parted by `_AND`, so that one code stands for them. A column
C has the sections ``C.codes`` and ``C.text``, ``C.text_starts`` (see `packed`). A segment in
which no article has a name of an own field lacks the sections of that field.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray

from indexer.engine.local.segments.packed import SegmentFile
from indexer.engine.local.segments.sections import Arrays, narrowed
from indexer.engine.local.segments.terms import text_arrays

_AND = "\x1e\n\x1e"
"""Between the names of one article; no name has it."""

Counted = Callable[[NDArray[np.int32], NDArray[np.int64]], NDArray[np.int64]]
"""Counts how often each value from 0 on occurs: takes a value for each article, and the articles found."""


def each_counted(values: NDArray[np.int32], docs: NDArray[np.int64]) -> NDArray[np.int64]:
    """`Counted` by the article."""
    return np.bincount(values[docs])


def name_arrays(section: str, names: Sequence[tuple[str, ...]]) -> Arrays:
    """The sections of a column that holds the ``names`` of each article."""
    together = [_AND.join(own) for own in names]
    values = sorted(set(together) - {""})
    code = {value: number for number, value in enumerate(["", *values])}
    codes = np.fromiter((code[text] for text in together), np.int64, len(together))
    texts = [value.encode("utf-8", "surrogatepass") for value in values]
    return {f"{section}.codes": narrowed(codes), **text_arrays(section, texts)}


class CountedNames(Sequence[tuple[str, int]]):
    """(name, count) pairs, the most frequent first, then by name. A pair is made when it is asked for.

    An archive may have tens of thousands of authors, of which a page shows twenty.
    """

    def __init__(self, values: Sequence[str], counts: NDArray[np.int64]) -> None:
        """``counts`` are those of the first ``values``, by their place."""
        codes = np.flatnonzero(counts)
        order = np.argsort(-counts[codes], kind="stable")
        self._values = values
        self._codes = codes[order]
        self._counts = counts[self._codes]

    def __len__(self) -> int:
        return len(self._codes)

    @overload
    def __getitem__(self, at: int) -> tuple[str, int]: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[tuple[str, int], ...]: ...
    def __getitem__(self, at: int | slice) -> tuple[str, int] | tuple[tuple[str, int], ...]:
        if isinstance(at, slice):
            return tuple(self[number] for number in range(*at.indices(len(self))))
        return self._values[self._codes[at]], int(self._counts[at])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]  # compared as a tuple is, and as long as the archive

    def __repr__(self) -> str:
        return repr(self[:])


@dataclass(frozen=True, slots=True)
class NameColumn:
    """A column over all segments: ``values`` ascend and begin with "", which means none.

    Each of ``layers`` holds for each article the code of one of its names, its place in ``values``, or 0. A name is in
    one layer only, so the counts of the layers add up, those of clusters too. A column in which every article has one
    name at most has one layer.
    """

    values: tuple[str, ...]
    layers: tuple[NDArray[np.int32], ...]

    @classmethod
    def of(cls, segments: Sequence[SegmentFile], section: str) -> NameColumn:
        """The column over all ``segments``."""
        lists = [[tuple(filter(None, text.split(_AND))) for text in segment.names(section)] for segment in segments]
        values = sorted({name for own in lists for names in own for name in names} | {""})
        code = {value: number for number, value in enumerate(values)}
        layer_of = _layers({names for own in lists for names in own})
        wide = [np.empty((0, max(layer_of.values(), default=0) + 1), np.int32)]
        for segment, own in zip(segments, lists, strict=True):
            codes = np.zeros((len(own), wide[0].shape[1]), np.int32)
            for at, names in enumerate(own):
                for name in names:
                    codes[at, layer_of.get(name, 0)] = code[name]
            wide.append(codes[segment.codes(section)])
        return cls(tuple(values), tuple(np.ascontiguousarray(layer) for layer in np.concatenate(wide).T))

    def mask(self, wanted: Iterable[str]) -> NDArray[np.bool_]:
        """Which articles have one of the ``wanted`` names; with "" also those without a name."""
        wanted = frozenset(wanted)
        found = self._having(self._among(wanted))
        return found | ~self.stated if "" in wanted else found

    @property
    def stated(self) -> NDArray[np.bool_]:
        """Which articles have a name."""
        any_name = np.ones(len(self.values), bool)
        any_name[:1] = False
        return self._having(any_name)

    def names(self, chosen: NDArray[np.bool_]) -> list[tuple[str, ...]]:
        """The names of each of the articles that the mask ``chosen`` holds, in the order of the layers."""
        codes = np.stack([layer[chosen] for layer in self.layers], axis=1)
        return [tuple(self.values[code] for code in own if code) for own in codes.tolist()]

    def _having(self, wanted: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which articles have one of the ``wanted`` values, a mask."""
        mask: NDArray[np.bool_] = np.logical_or.reduce([wanted[layer] for layer in self.layers])
        return mask

    def _among(self, wanted: Iterable[str]) -> NDArray[np.bool_]:
        """Which of the values are ``wanted``; never the value that means none."""
        has_wanted = np.zeros(len(self.values), bool)
        for name in wanted:
            at = bisect_left(self.values, name)
            if name and at < len(self.values) and self.values[at] == name:
                has_wanted[at] = True
        return has_wanted

    def counts(
        self, docs: NDArray[np.int64], counted: Counted = each_counted, only: Iterable[str] | None = None
    ) -> CountedNames:
        """How many of ``docs`` have each name, or each of the names ``only``; articles with none are not counted."""
        counts = np.zeros(len(self.values), np.int64)
        for layer in self.layers:
            found = counted(layer, docs)
            counts[: len(found)] += found
        counts[:1] = 0
        if only is not None:
            counts[~self._among(only)] = 0
        return CountedNames(self.values, counts)


def _layers(lists: Iterable[tuple[str, ...]]) -> dict[str, int]:
    """The layer of each name that stands beside another one; all others are in layer 0.

    Names of one of the ``lists`` are in different layers. The most frequent names come first, so there are few layers.
    """
    beside: dict[str, set[str]] = {}
    for names in lists:
        if len(names) > 1:
            for name in names:
                beside.setdefault(name, set()).update(names)
    found: dict[str, int] = {}
    for name in sorted(beside, key=lambda one: (-len(beside[one]), one)):
        taken = {found[other] for other in beside[name] if other in found}
        found[name] = next(layer for layer in range(len(taken) + 1) if layer not in taken)
    return found
