# SPDX-License-Identifier: GPL-3.0-or-later
"""Judges pairs of articles by their texts, in parts that can be given to other processes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.arabic.analyser import Analyser
from indexer.engine.copies.candidates import LikelyPairs, Sketched
from indexer.engine.copies.joining import CopyPairs, components
from indexer.engine.copies.judging import Judgement
from indexer.engine.copies.pairs import TextJudge
from indexer.engine.copies.sketches import HASHES, NONE, Ints
from indexer.engine.opensearch.copies.table import SketchTable
from indexer.engine.opensearch.copies.texts import ComparedArticles, ReadArticles

_PAIRS = 500
"""A part has so many pairs. That is about a second of work."""


class PairsToJudge(NamedTuple):
    """A part of the pairs. It holds no texts: whoever judges reads them.

    ``ids`` and ``days`` are those of its articles, ``first`` and ``second`` the rows there of each pair.
    """

    ids: NDArray[np.uint64]
    days: Ints
    first: Ints
    second: Ints

    def judged(self, analyser: Analyser, read: ReadArticles) -> list[Judgement]:
        """Returns how the articles of each pair are related. Raises DamagedIndexError, and what ``read`` raises."""
        dated = Sketched(np.empty((0, HASHES), np.uint16), NONE, self.days)
        judge = TextJudge(dated, ComparedArticles(self.ids, one_by_one(self), read), analyser)
        return list(map(judge, self.first.tolist(), self.second.tolist()))


Judging = Callable[[Iterable[PairsToJudge]], Iterable[list[Judgement]]]
"""Judges the pairs of several parts, perhaps in other processes; returns the judgements in the same order."""


def near_each_other(count: int, likely: LikelyPairs) -> LikelyPairs:
    """Returns the pairs so ordered that those that are connected follow each other, since they share texts.

    ``count`` is the number of all articles.
    """
    order = np.lexsort((likely.second, likely.first, components(count, likely.first, likely.second)[likely.first]))
    first, second, agreeing = (column[order] for column in likely[:3])
    return LikelyPairs(first, second, agreeing, likely.recurring)


def parts_of(table: SketchTable, likely: LikelyPairs) -> Iterator[PairsToJudge]:
    """Divides the pairs of articles of ``table``, in their order."""
    for at in range(0, len(likely.first), _PAIRS):
        first, second = likely.first[at : at + _PAIRS], likely.second[at : at + _PAIRS]
        rows = np.unique(np.concatenate([first, second]))
        days = table.rows["day"][rows].astype(np.int64)
        yield PairsToJudge(table.ids[rows], days, np.searchsorted(rows, first), np.searchsorted(rows, second))


def one_by_one(pairs: PairsToJudge | CopyPairs) -> Ints:
    """Returns the two articles of each pair, one pair after the other."""
    return np.column_stack([pairs.first, pairs.second]).reshape(-1)
