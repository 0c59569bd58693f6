# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that a search lists the same hits each time where articles have no date, whichever shard answers first."""

from __future__ import annotations

from indexer.engine.engines import store_at
from indexer.search.archive import Archive
from indexer.search.query.request import SearchRequest
from tests.contract import made, publish

SEARCHES = 150
"""One of ten was wrong with OpenSearch 2.19.6 where articles without a date were sorted by ``_last``."""


def test_no_shard_is_left_out(cluster_address: str) -> None:
    articles = [made(f"a{n}", f"خبر {n}", "نص الخبر عن المدينة") for n in range(300)]
    publish(store_at(cluster_address), articles)
    archive = Archive(cluster_address)
    first = sorted(one.id for one in articles)[:10]
    for sort in ("relevance", "newest", "oldest"):
        request = SearchRequest(sort=sort, collapse=False, facets=())
        listed = [[hit.article.id for hit in archive.search(request).hits] for _ in range(SEARCHES)]
        assert sum(one != first for one in listed) == 0, sort
