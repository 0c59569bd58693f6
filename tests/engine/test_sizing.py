# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests the number of shards of an index in a cluster."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.engine.opensearch.sizing import BYTES_OF_ARTICLE, FEWEST, MOST, TARGET, shards_for


@pytest.mark.parametrize(
    ("articles", "chosen", "machines", "shards"),
    [
        (0, 0, 3, 3),  # not known yet
        (0, 0, 0, 1),
        (1, 0, 3, 1),
        (100_000, 0, 3, 1),
        (100_001, 0, 3, 2),
        (1_000_000, 0, 3, 3),
        (1_000_000, 0, 1, 1),
        (10_000_000, 0, 3, 3),
        (10_000_000, 0, 1, 3),
        (100_000_000, 0, 12, 36),
        (100_000_000, 0, 3, 30),
        (100_000_000, 7, 3, 7),
        (5, 9, 3, 9),
        (10**11, 0, 3, MOST),
    ],
)
def test_shards_by_size(articles: int, chosen: int, machines: int, shards: int) -> None:
    assert shards_for(articles, chosen, machines) == shards


@given(st.integers(1, 10**10), st.integers(1, 60))
def test_shards_are_neither_too_large_nor_too_small(articles: int, nodes: int) -> None:
    shards = shards_for(articles, 0, nodes)
    assert 1 <= shards <= MOST
    if shards < MOST and shards > nodes:
        assert articles * BYTES_OF_ARTICLE / shards <= TARGET
        assert shards % nodes == 0
    if 1 < shards <= nodes:
        assert articles / shards > FEWEST / 2
    assert shards_for(articles + FEWEST, 0, nodes) >= shards
