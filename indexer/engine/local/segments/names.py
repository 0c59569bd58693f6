# SPDX-License-Identifier: GPL-3.0-or-later
"""A column of names, such as the sources: which name each article has, and how many articles have each name.

In a segment file a column C has the sections ``C.codes`` and ``C.text``, ``C.text_starts`` (see `packed`). A segment in
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

Counted = Callable[[NDArray[np.int32], NDArray[np.int64]], NDArray[np.int64]]
"""Counts how often each value from 0 on occurs: takes a value for each article, and the articles found."""


def each_counted(values: NDArray[np.int32], docs: NDArray[np.int64]) -> NDArray[np.int64]:
    """`Counted` by the article."""
    return np.bincount(values[docs])


def name_arrays(section: str, names: Sequence[str]) -> Arrays:
    """The sections of a column that holds ``names``, one an article."""
    values = sorted(set(names) - {""})
    code = {value: number for number, value in enumerate(["", *values])}
    codes = np.fromiter((code[name] for name in names), np.int64, len(names))
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
    """A column over all segments: ``codes`` index ``values``, which ascend; code 0 is "", which means none."""

    values: tuple[str, ...]
    codes: NDArray[np.int32]

    @classmethod
    def of(cls, segments: Sequence[SegmentFile], section: str) -> NameColumn:
        """The column over all ``segments``."""
        names = [segment.names(section) for segment in segments]
        values = sorted(set().union(*names) | {""})
        code = {value: number for number, value in enumerate(values)}
        codes = [
            np.array([code[name] for name in own], np.int32)[segment.codes(section)]
            for segment, own in zip(segments, names, strict=True)
        ]
        return cls(tuple(values), np.concatenate([np.empty(0, np.int32), *codes]))

    def mask(self, wanted: Iterable[str]) -> NDArray[np.bool_]:
        """Which articles have one of the ``wanted`` names."""
        return self._among(wanted)[self.codes]

    @property
    def stated(self) -> NDArray[np.bool_]:
        """Which articles have a name."""
        mask: NDArray[np.bool_] = self.codes != 0
        return mask

    def _among(self, wanted: Iterable[str]) -> NDArray[np.bool_]:
        """Which of the values are ``wanted``."""
        has_wanted = np.zeros(len(self.values), bool)
        for name in wanted:
            at = bisect_left(self.values, name)
            if at < len(self.values) and self.values[at] == name:
                has_wanted[at] = True
        return has_wanted

    def counts(
        self, docs: NDArray[np.int64], counted: Counted = each_counted, only: Iterable[str] | None = None
    ) -> CountedNames:
        """How many of ``docs`` have each name, or each of the names ``only``; articles with none are not counted."""
        counts = counted(self.codes, docs)
        counts[:1] = 0
        if only is not None:
            counts[~self._among(only)[: len(counts)]] = 0
        return CountedNames(self.values, counts)
