# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests what runs, rollbacks and rebuilds leave in a cluster, and what is found of damage there."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.engine.engines import store_at
from indexer.engine.opensearch.addresses import ClusterAddress
from indexer.engine.opensearch.keeping.context import StoreContext
from indexer.errors import DamagedIndexError, FihristError
from indexer.operating.verify import verify
from indexer.reindex import reindex
from indexer.run.options import Options
from indexer.run.report import Report
from tests.opensearch.archives import ChangingArchive, rubbish, titles_in


def run(archive: ChangingArchive, address: str, *, rebuild: bool = False) -> Report:
    options = Options(batch=20, allow_shrink=True, rebuild=rebuild)
    return reindex([archive.folder], store_at(address), options, lambda done, total: None)


def context_of(address: str) -> StoreContext:
    return StoreContext(ClusterAddress.parse(address), 1, None)


def test_a_rollback_is_another_way_for_the_runs_that_follow(cluster_address: str, tmp_path: Path) -> None:
    archive = ChangingArchive(tmp_path / "news", 4, 6, seed=3)
    store, context = store_at(cluster_address), context_of(cluster_address)
    excluded: list[tuple[int, ...]] = []
    first: set[str] = set()
    for step in ("run", "run", "back", "run", "run", "run", "rebuild", "run"):
        if step == "back":
            store.switch(store.names()[0])
            assert titles_in(store) == first
            continue
        archive.change()
        run(archive, cluster_address, rebuild=step == "rebuild")
        assert titles_in(store) == archive.titles
        assert verify(store, "", lambda done, total: None).problems == ()
        assert rubbish(cluster_address) == []
        excluded.append(context.manifest().excluded)
        first = first or archive.titles
    # The second run is none of those that followed; once nothing of it is left, its number is not needed any more.
    assert excluded[2] == (2,)
    assert excluded[-1] == ()
    assert store.names() == ["gen-000006", "gen-000007"]


def test_an_unchanged_run_asks_few_questions(cluster_address: str, tmp_path: Path) -> None:
    archive = ChangingArchive(tmp_path / "news", 2, 5, seed=4)
    run(archive, cluster_address)
    store = store_at(cluster_address)
    counting = store._context.cluster  # type: ignore[attr-defined]  # it counts its requests
    before = counting.requests
    report = reindex([archive.folder], store, Options(), lambda done, total: None)
    assert report.generation == ""
    assert counting.requests - before < 25


def test_a_refused_article_is_named_and_the_others_are_published(cluster_address: str, tmp_path: Path) -> None:
    archive = ChangingArchive(tmp_path / "news", 1, 4, seed=5)
    # Lucene takes no term of more than 32,766 bytes in a keyword field, and no date before the first year.
    long = "ب" * 40_000
    line = f'{{"id": "x", "title": "خبر", "body": "نص {long} نص", "author": "{long}", "date": "0001-01-01"}}\n'
    (archive.folder / "odd.jsonl").write_text(line, encoding="utf-8")
    report = run(archive, cluster_address)
    assert report.articles == 4 + (not report.skipped)
    assert verify(store_at(cluster_address), "", lambda done, total: None).problems == ()


def test_damage_in_the_cluster_is_named(cluster_address: str, tmp_path: Path) -> None:
    archive = ChangingArchive(tmp_path / "news", 2, 5, seed=6)
    run(archive, cluster_address)
    store, context = store_at(cluster_address), context_of(cluster_address)
    assert list(store.damages()) == []
    cluster, manifest = context.cluster, context.manifest()
    index = context.names.articles(manifest.index)

    # A document that another program removes
    hit = cluster.search(index, {"size": 1, "query": {"match_all": {}}})["hits"]["hits"][0]
    cluster.delete(index, hit["_id"])
    cluster.refresh(index)
    assert any("holds 9 articles of gen-000001, the manifest 10" in damage for damage in store.damages())
    with pytest.raises(DamagedIndexError, match="holds 9 articles"):
        store.check()

    # A field that another program adds
    cluster.send("PUT", f"/{index}/_mapping", {"properties": {"foreign": {"type": "keyword"}}})
    assert any("the mapping or the settings" in damage for damage in store.damages())

    # A chunk of the catalog that is gone
    chunk = context.blobs.chunks(manifest.catalog)[0]
    cluster.delete(context.names.blobs, chunk)
    assert any(chunk in damage for damage in store.damages())

    # The index of articles as a whole
    cluster.send("DELETE", f"/{index}")
    assert any("is missing" in damage for damage in store.damages())
    with pytest.raises(FihristError):
        titles_in(store)
    run(archive, cluster_address, rebuild=True)
    assert titles_in(store) == archive.titles
    assert list(store.damages()) == []


@pytest.mark.parametrize("document", ["current", "manifest"])
def test_a_rebuild_replaces_a_damaged_state(cluster_address: str, tmp_path: Path, document: str) -> None:
    archive = ChangingArchive(tmp_path / "news", 3, 5, seed=7)
    run(archive, cluster_address)
    store, context = store_at(cluster_address), context_of(cluster_address)
    name = context.manifest().document_id if document == "manifest" else document
    context.state.write(name, document, {"generation": 5})
    with pytest.raises(DamagedIndexError, match="rebuild"):
        store.info()
    with pytest.raises(DamagedIndexError):
        run(archive, cluster_address)
    run(archive, cluster_address, rebuild=True)
    assert titles_in(store) == archive.titles
    archive.change()
    run(archive, cluster_address)
    archive.change()
    run(archive, cluster_address)
    assert titles_in(store) == archive.titles
    assert rubbish(cluster_address) == []
