# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests how pairs become clusters: clusters are connected, recurring wordings join nothing, changes are followed
exactly."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from indexer.engine.copies import joining
from indexer.engine.copies.joining import CopyPairs
from indexer.engine.copies.judging import APART, Judgement, Verdict

Graph = dict[tuple[int, int], Judgement]

COPY = Judgement(Verdict.ALIKE, 0.5)
CLOSE = Judgement(Verdict.CLOSE, 0.9)


def pairs_of(graph: Graph) -> CopyPairs:
    rows = sorted((pair, found) for pair, found in graph.items() if found.verdict > Verdict.APART)
    return CopyPairs(
        np.array([first for (first, _), _ in rows], np.int64),
        np.array([second for (_, second), _ in rows], np.int64),
        np.array([found.verdict for _, found in rows], np.uint8),
        np.array([round(255 * found.similarity) for _, found in rows], np.uint8),
    )


def marked(count: int, numbers: Iterable[int]) -> NDArray[np.bool_]:
    mask = np.zeros(count, bool)
    mask[list(numbers)] = True
    return mask


def heads(count: int, graph: Graph, recurring: Iterable[int] = (), found: Graph | None = None) -> list[int]:
    """Returns the clusters of ``count`` articles; ``graph`` holds their copies, of which ``found`` are the compared
    pairs."""
    pairs = pairs_of(graph if found is None else found)

    def judge(one: int, other: int) -> Judgement:
        return graph.get((one, other), APART)

    everything = marked(count, range(count))
    found_heads = joining.heads(np.arange(count), pairs, marked(count, recurring), everything, judge)
    return [int(head) for head in found_heads]


def test_a_chain_splits_into_well_connected_parts() -> None:
    chain = dict.fromkeys(((at, at + 1) for at in range(9)), COPY)
    sizes = np.bincount(heads(10, chain))
    assert sizes.max() <= 3


def test_one_text_like_two_stories_does_not_join_them() -> None:
    first, second = combinations(range(4), 2), combinations(range(5, 9), 2)
    graph = dict.fromkeys([*first, *second], CLOSE) | {(0, 4): COPY, (1, 4): COPY, (4, 5): COPY, (4, 6): COPY}
    found = heads(9, graph)
    assert found[:4] == [0] * 4
    assert found[5:] == [5] * 4


def test_copies_with_few_compared_pairs_are_one_cluster() -> None:
    graph = dict.fromkeys(combinations(range(60), 2), CLOSE)
    few = {pair: found for pair, found in graph.items() if pair[1] - pair[0] <= 2}
    assert heads(60, graph, found=few) == [0] * 60


def test_recurring_wordings_are_copies_only_if_they_are_nearly_equal() -> None:
    graph = {(0, 1): COPY, (2, 3): CLOSE}
    assert heads(4, graph, recurring=range(4)) == [0, 1, 2, 2]
    assert heads(4, graph, recurring=[0, 2]) == [0, 0, 2, 2]


VERDICTS = st.sampled_from([APART, APART, APART, COPY, Judgement(Verdict.ALIKE, 0.4), CLOSE])


@given(st.data(), st.integers(2, 9))
def test_changes_give_the_clusters_of_joining_everything_anew(data: st.DataObject, count: int) -> None:
    numbers = st.sets(st.integers(0, count - 1), max_size=3)
    before = {pair: data.draw(VERDICTS) for pair in combinations(range(count), 2)}
    recurring = data.draw(numbers)
    changed, recurring_now = data.draw(numbers), recurring | data.draw(numbers)
    after = {pair: data.draw(VERDICTS) if changed & set(pair) else found for pair, found in before.items()}
    touched = changed | (recurring_now - recurring)
    for graph in (before, after):
        touched |= {number for pair, found in graph.items() if changed & set(pair) and found.verdict for number in pair}
    followed = joining.heads(
        np.array(heads(count, before, recurring)),
        pairs_of(after),
        marked(count, recurring_now),
        marked(count, touched),
        lambda one, other: after[one, other],
    )
    assert followed.tolist() == heads(count, after, recurring_now)


@given(st.data(), st.integers(2, 8))
def test_the_order_of_the_pairs_does_not_matter(data: st.DataObject, count: int) -> None:
    graph = {pair: data.draw(VERDICTS) for pair in combinations(range(count), 2)}
    pairs = pairs_of(graph)
    order = data.draw(st.permutations(range(len(pairs.first))))
    nobody, everybody = marked(count, ()), marked(count, range(count))
    shuffled = joining.heads(
        np.arange(count),
        pairs.chosen(np.array(order, np.int64)),
        nobody,
        everybody,
        lambda one, other: graph[one, other],
    )
    assert shuffled.tolist() == heads(count, graph)
