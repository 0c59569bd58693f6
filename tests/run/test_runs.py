# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that lists of numbers are packed and unpacked without loss, in as few bytes as their largest number needs."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from indexer.engine.local.segments import runs
from indexer.engine.local.segments.postings import Postings

NUMBERS = st.one_of(st.integers(0, 20), st.integers(0, 300), st.integers(0, 70_000), st.integers(0, 2**40))
RUNS = st.lists(st.lists(NUMBERS, max_size=6), max_size=8)


def arrays(of: list[list[int]]) -> tuple[runs.Ints, runs.Ints]:
    numbers = np.array([number for run in of for number in run], np.int64)
    return numbers, np.array([len(run) for run in of], np.int64)


@given(RUNS)
def test_packed_numbers_are_unpacked_unchanged(of: list[list[int]]) -> None:
    numbers, sizes = arrays(of)
    widths = runs.widths_of(runs.largest_of(numbers, sizes))
    data = runs.packed(numbers, sizes, widths)
    starts = runs.starts_of(sizes * widths)
    assert runs.unpacked(data, starts[:-1], starts[1:], sizes).tolist() == numbers.tolist()
    backwards = np.arange(len(of))[::-1]
    found = runs.unpacked(data, starts[:-1][backwards], starts[1:][backwards], sizes[backwards])
    assert found.tolist() == [number for run in of[::-1] for number in run]
    for at, run in enumerate(of):
        assert runs.one(data, int(starts[at]), int(starts[at + 1]), len(run)).tolist() == run
        assert (starts[at + 1] - starts[at]) <= len(run) * next(w for w in (1, 2, 4, 8) if max(run, default=0) < 256**w)


@given(RUNS)
def test_gaps_add_up(of: list[list[int]]) -> None:
    ascending = [sorted(run) for run in of]
    numbers, sizes = arrays(ascending)
    gaps = runs.gaps_of(numbers, sizes)
    assert gaps.min(initial=0) >= 0
    assert runs.summed(gaps, sizes).tolist() == numbers.tolist()


def test_half_a_byte_a_number() -> None:
    assert runs.widths_of(np.array([0, 15, 16, 255, 256, 65_535, 65_536]), bits=4).tolist() == [1, 1, 2, 2, 4, 4, 8]
    assert runs.widths_of(np.array([0, 255, 256, 65_535, 65_536, 2**32])).tolist() == [1, 1, 2, 2, 4, 8]


@given(st.lists(st.integers(1, 20), max_size=300))
def test_positions_of_an_article_begin_after_those_of_the_previous_one(counts: list[int]) -> None:
    docs = np.arange(len(counts))
    starts = Postings(docs, docs, (np.array(counts, np.int64) - 1).astype(np.uint16), docs).starts
    assert starts.tolist() == [sum(counts[:place]) for place in range(len(counts) + 1)]
