# SPDX-License-Identifier: GPL-3.0-or-later
"""Joins pairs of copies into clusters.

Joining every pair would build chains: a text that is like two others would join them though they are not alike. So
clusters are joined pair by pair, the most similar pair first, and only if at least half of the pairs across the two
clusters are copies as well. Only the first `_LOOKED_AT` articles of each cluster are compared for this.

A wording that recurs at dates too far apart for copies counts as a formula. Two articles with a recurring wording are
copies only if they are nearly the same.

The result depends on the pairs alone. Articles that are not connected by pairs, directly or through others, do not
influence each other. So an update only has to join again what is connected with new, changed and deleted articles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.engine.copies.judging import Judgement, Verdict
from indexer.engine.copies.sketches import NONE, Ints

_LOOKED_AT = 5
_HALF = 0.5

Judge = Callable[[int, int], Judgement]
"""Returns how two articles, given by number, are related."""


class CopyPairs(NamedTuple):
    """Pairs of articles that are copies, one row per pair. ``first`` is the lower number.

    ``similarity`` is the Jaccard similarity in units of 1/255.
    """

    first: Ints
    second: Ints
    verdict: NDArray[np.uint8]
    similarity: NDArray[np.uint8]

    @classmethod
    def together(cls, parts: Iterable[CopyPairs]) -> CopyPairs:
        """Returns all pairs of ``parts``."""
        first, second, verdict, similarity = zip(NO_PAIRS, *parts, strict=True)
        return cls(*map(np.concatenate, (first, second)), *map(np.concatenate, (verdict, similarity)))

    def chosen(self, rows: NDArray[np.bool_] | Ints) -> CopyPairs:
        """Returns the pairs in ``rows``, in that order."""
        return CopyPairs(self.first[rows], self.second[rows], self.verdict[rows], self.similarity[rows])

    def ordered(self) -> CopyPairs:
        """Returns the pairs sorted by their numbers."""
        return self.chosen(np.lexsort((self.second, self.first)))


NO_PAIRS = CopyPairs(NONE, NONE, np.empty(0, np.uint8), np.empty(0, np.uint8))


class FoundCopies(NamedTuple):
    """Pairs of copies, and for each article whether its wording recurs."""

    pairs: CopyPairs
    recurring: NDArray[np.bool_]


def heads(
    known: Ints, pairs: CopyPairs, recurring: NDArray[np.bool_], touched: NDArray[np.bool_], judge: Judge
) -> Ints:
    """Returns the cluster of each article, given as the number of its first article.

    ``known`` is the cluster of each article before the change; it stays valid for articles that are not connected with
    a ``touched`` one. ``judge`` is asked about pairs across clusters that are not in ``pairs``.
    """
    component = components(len(known), pairs.first, pairs.second)
    anew = np.zeros(len(known), bool)
    anew[component[touched]] = True
    anew = anew[component]
    found = np.where(anew, np.arange(len(known)), known)
    joining = _Joining(pairs.chosen(anew[pairs.first]), recurring, judge)
    for members in joining.clusters():
        found[members] = members[0]
    return found


def components(count: int, first: Ints, second: Ints) -> Ints:
    """Returns for each of ``count`` articles the least one that pairs connect it with, directly or through others."""
    connected = _Sets(count)
    for one, other in zip(first.tolist(), second.tolist(), strict=True):
        connected.join(one, other)
    return connected.roots()


class _Joining:
    def __init__(self, pairs: CopyPairs, recurring: NDArray[np.bool_], judge: Judge) -> None:
        self._recurring = recurring
        self._judge = judge
        order = np.lexsort((pairs.second, pairs.first, -pairs.similarity.astype(np.int64)))
        self._pairs = list(zip(pairs.first[order].tolist(), pairs.second[order].tolist(), strict=True))
        verdicts = map(Verdict, pairs.verdict[order].tolist())
        self._copies = {
            pair: self._is_copy(*pair, verdict) for pair, verdict in zip(self._pairs, verdicts, strict=True)
        }
        self._members: dict[int, list[int]] = {}
        self._cluster: dict[int, int] = {}
        self._refused: set[tuple[int, int, int, int]] = set()

    def clusters(self) -> Iterable[list[int]]:
        """Returns the articles, ascending, of each cluster with more than one article."""
        for first, second in self._pairs:
            if not self._copies[first, second]:
                continue
            one, other = sorted((self._cluster.setdefault(first, first), self._cluster.setdefault(second, second)))
            if one != other and self._hang_together(one, other):
                members = sorted(self._of(one) + self._of(other))
                self._members[one] = members
                self._cluster.update(dict.fromkeys(members, one))
        return [members for cluster, members in self._members.items() if self._cluster[cluster] == cluster]

    def _of(self, cluster: int) -> list[int]:
        return self._members.get(cluster, [cluster])

    def _hang_together(self, one: int, other: int) -> bool:
        ours, theirs = self._of(one), self._of(other)
        asked = (one, len(ours), other, len(theirs))
        if asked in self._refused:
            return False
        across = list(product(ours[:_LOOKED_AT], theirs[:_LOOKED_AT]))
        together = sum(self._are_copies(min(pair), max(pair)) for pair in across) >= _HALF * len(across)
        if not together:
            self._refused.add(asked)
        return together

    def _are_copies(self, first: int, second: int) -> bool:
        known = self._copies.get((first, second))
        if known is None:
            known = self._copies[first, second] = self._is_copy(first, second, self._judge(first, second).verdict)
        return known

    def _is_copy(self, first: int, second: int, verdict: Verdict) -> bool:
        formulas = bool(self._recurring[first] and self._recurring[second])
        return verdict >= (Verdict.CLOSE if formulas else Verdict.ALIKE)


class _Sets:
    """Disjoint sets of numbers (Tarjan 1975, with path halving)."""

    def __init__(self, count: int) -> None:
        self._parent = list(range(count))

    def join(self, one: int, other: int) -> None:
        first, second = sorted((self._root(one), self._root(other)))
        self._parent[second] = first

    def roots(self) -> Ints:
        """Returns for each number the representative of its set."""
        roots = np.array(self._parent, np.int64)
        while not np.array_equal(above := roots[roots], roots):
            roots = above
        return roots

    def _root(self, number: int) -> int:
        parent = self._parent
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number
