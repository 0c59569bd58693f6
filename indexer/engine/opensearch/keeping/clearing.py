# SPDX-License-Identifier: GPL-3.0-or-later
"""Removes what no generation needs: what runs left that died, and what only removed generations saw."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import Any

from indexer.engine.opensearch.cluster import Version
from indexer.engine.opensearch.keeping.checkpoints import CHECKPOINT, Checkpoint
from indexer.engine.opensearch.keeping.context import StoreContext
from indexer.engine.opensearch.keeping.indexes import drop_index, exists, runs_with_indexes
from indexer.engine.opensearch.keeping.manifests import ClusterManifest
from indexer.engine.opensearch.keeping.state import Current, OpenRun
from indexer.engine.opensearch.writing.parts import in_parts
from indexer.engine.opensearch.writing.writer import removed_by
from indexer.errors import DamagedIndexError, IndexingError

Json = dict[str, Any]

_SPAN = 1_000
"""So many numbers of runs are asked for at once."""


Found = tuple[Current, Version | None]


def clear_dead_runs(context: StoreContext, found: Found, spared: int) -> Found:
    """Remove what runs left that were interrupted, all but ``spared``, which goes on. The lock must be held.

    ``found`` is the state; returns the state afterwards.
    """
    _, runs = context.state.runs()
    if not runs:
        return found
    # The cluster may still hold back a publication that a dead run requested. After this fence it is refused.
    before, found = found[0], context.state.fence()
    if before != found[0]:
        raise IndexingError(
            f"the index in {context.address} was published by another program just now; it stands; run again"
        )
    dead = [one for one in runs if one.run != spared]
    published = set(found[0].kept.values())
    # A run that died after its publication has left nothing but this note.
    unpublished = [one for one in dead if one.run not in published]
    for one in unpublished:
        clear_run(context, found[0], one)
    if unpublished and exists(context.cluster, context.names.blobs):
        sweep_blobs(context, found[0])
    if dead:
        context.state.close_runs({one.run for one in dead})
    return found


def clear_run(context: StoreContext, current: Current, run: OpenRun) -> None:
    """Remove all that a run wrote which was not published."""
    articles, sketches = context.names.articles(run.index), context.names.sketches(run.index)
    if run.run == run.index:
        restored = context.names.restored_state(run.run), context.names.restored_blobs(run.run)
        for index in (articles, sketches, *restored):
            drop_index(context.cluster, index)
        return
    added = {"term": {"added": run.run}}
    for index in (articles, sketches):
        if exists(context.cluster, index):
            context.cluster.refresh(index)
            context.cluster.delete_by_query(index, added)
    unmark(context, current, run)


def unmark(context: StoreContext, current: Current, run: OpenRun) -> None:
    """Take the marks of a run from all documents; its indexes must have been refreshed."""
    articles, sketches = context.names.articles(run.index), context.names.sketches(run.index)
    marked: Json = {"term": {"removed": run.run}}
    if exists(context.cluster, articles) and _count(context, articles, marked):
        manifest = next((one for one in context.manifests(current) if one.index == run.index), None)
        # Without a generation, nobody needs the index.
        if manifest:
            # Where the lexicon cannot be read the marks stay: no generation heeds those of a run that it excludes.
            with suppress(DamagedIndexError):
                analyser = context.analyser(manifest)
                context.writer(run.index, run.run, analyser).unmark({"match_all": {}})
    if exists(context.cluster, sketches):
        _unmark_sketches(context, sketches, run.run, marked)


def _unmark_sketches(context: StoreContext, index: str, run: int, marked: Json) -> None:
    """Sketches keep all their fields, so they are written again as they are."""
    documents: list[tuple[str, str]] = []
    for hit in context.cluster.scan(index, {"query": marked}):
        source = hit["_source"]
        source["removed"] = [one for one in removed_by(source) if one != run]
        documents.append((hit["_id"], json.dumps(source)))
    for some in in_parts(documents, _SPAN):
        context.cluster.bulk(index, some)


def mentioned_runs(context: StoreContext, index: str, runs: Collection[int]) -> tuple[int, ...]:
    """Those of ``runs`` that a document of ``index`` was added or removed by, ascending; as of the last refresh."""
    found: set[int] = set()
    for some in in_parts(sorted(runs), _SPAN):
        bodies: list[Json] = []
        for key in ("added", "removed"):
            counted = {"terms": {"field": key, "size": _SPAN, "include": some}}
            bodies.append({"size": 0, "query": {"terms": {key: some}}, "aggs": {"runs": counted}})
        for answer in context.cluster.searches([(index, body) for body in bodies]):
            found |= {int(bucket["key"]) for bucket in answer["aggregations"]["runs"]["buckets"]}
    return tuple(sorted(found))


def clear_unseen(context: StoreContext, current: Current, gone: Sequence[ClusterManifest]) -> None:
    """Remove what only the generations ``gone`` needed, which are not kept any more. The lock must be held.

    Removes nothing as long as the manifest of a kept generation cannot be read: perhaps another version wrote it.
    """
    kept = context.all_manifests(current)
    if kept is None:
        return
    indexes = {manifest.index for manifest in kept}
    for index in sorted({manifest.index for manifest in gone} & indexes):
        _clear_documents(context, index, [manifest for manifest in kept if manifest.index == index])
    open_runs = {one.index for one in context.state.runs()[1]}
    for run in sorted(runs_with_indexes(context.cluster, context.names) - indexes - open_runs):
        drop_index(context.cluster, context.names.articles(run))
        drop_index(context.cluster, context.names.sketches(run))
    for manifest in gone:
        context.cached.forget(manifest.catalog, "catalog.sqlite")
        context.cached.forget(manifest.stories, "stories.bin")
    sweep_blobs(context, current)


def sweep_blobs(context: StoreContext, current: Current) -> int:
    """Remove all chunks that neither a generation nor the checkpoint needs; returns how many were removed."""
    kept = context.all_manifests(current)
    if kept is None:
        return 0
    blobs = [blob for manifest in kept for blob in manifest.blobs]
    if checkpoint := Checkpoint.of(context.state.read(CHECKPOINT)):
        blobs += checkpoint.blobs
    try:
        needed = context.blobs.references(blobs)
    except DamagedIndexError:
        return 0  # `fihrist verify` names it
    return context.blobs.sweep(needed)


def _clear_documents(context: StoreContext, index: int, kept: Sequence[ClusterManifest]) -> None:
    """Remove the documents of an index that none of the generations ``kept`` sees."""
    seen = [manifest.visibility.query() for manifest in kept]
    # A document can be unseen only if one of these runs added it or some run removed it. No others are examined.
    excluded = {run for manifest in kept for run in manifest.excluded}
    foreign = {run for run in excluded if not any(manifest.visibility.holds(run) for manifest in kept)}
    suspects: list[Json] = [{"exists": {"field": "removed"}}]
    suspects += [{"terms": {"added": some}} for some in in_parts(sorted(foreign), _SPAN)]
    suspects.append({"range": {"added": {"gt": max(manifest.run for manifest in kept)}}})
    open_runs = [one.run for one in context.state.runs()[1]]
    query = {
        "bool": {
            "filter": [{"bool": {"should": suspects, "minimum_should_match": 1}}],
            "must_not": [*seen, {"terms": {"added": open_runs}}],
        }
    }
    for name in (context.names.articles(index), context.names.sketches(index)):
        if exists(context.cluster, name):
            context.cluster.refresh(name)
            context.cluster.delete_by_query(name, query)


def _count(context: StoreContext, index: str, query: Json) -> int:
    body = {"size": 0, "track_total_hits": True, "query": query}
    return int(context.cluster.search(index, body)["hits"]["total"]["value"])
