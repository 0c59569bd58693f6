# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that a store in a cluster keeps the clusters of copies, whichever process judges the pairs."""

from __future__ import annotations

import random

import pytest

from indexer.arabic.analyser import Analyser
from indexer.article import Article
from indexer.engine.opensearch.copies import comparing
from indexer.engine.opensearch.keeping.store import OpenSearchStore
from tests.contract import publish
from tests.copies.test_clusters_by_runs import anew, archive


def clusters(store: OpenSearchStore, articles: list[Article]) -> dict[str, str]:
    """The cluster of each article, as a searcher tells it."""
    opened = store.open()
    found = {one.id: opened.searcher.copies(one.id, 9)[0].id for one in articles}
    opened.close()
    return found


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_store_keeps_clusters(
    analyser: Analyser, cluster_address: str, jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "_PAIRS", 5)
    articles = archive(random.Random(11))
    store = OpenSearchStore(cluster_address, jobs, analyser)
    publish(store, articles[:70])
    assert clusters(store, articles[:70]) == anew(articles[:70], analyser)
    publish(store, articles[70:], [articles[0].id, articles[30].id])
    left = [one for at, one in enumerate(articles) if at not in (0, 30)]
    assert clusters(store, left) == anew(left, analyser)
    assert len(set(clusters(store, left).values())) < 0.7 * len(left)
