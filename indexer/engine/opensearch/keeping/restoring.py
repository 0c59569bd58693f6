# SPDX-License-Identifier: GPL-3.0-or-later
"""Publishes the generation of a snapshot beside what readers see, as a run publishes its own.

The indexes of articles and sketches are restored under new names, those of state and blobs as copies from which the
manifest and the chunks are taken. Then the generation is checked as `fihrist verify` does, gets the number of a new
run, and becomes current. So readers see the old generation or the restored one, and the old one is kept.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from indexer.engine.opensearch.keeping import checking, clearing, indexes
from indexer.engine.opensearch.keeping.blobs import Blob, Blobs
from indexer.engine.opensearch.keeping.context import StoreContext
from indexer.engine.opensearch.keeping.manifests import ClusterManifest, damaged_manifest, document_of
from indexer.engine.opensearch.keeping.pruning import report_of
from indexer.engine.opensearch.keeping.snapshots import Patience, Snapshot, reason_of
from indexer.engine.opensearch.keeping.state import Current, OpenRun, name_of
from indexer.engine.store import Progress
from indexer.errors import DamagedIndexError, FihristError, UnavailableIndexError

Json = dict[str, Any]


def restore(
    context: StoreContext, snapshot: Snapshot, progress: Progress, readable: Callable[[ClusterManifest], object]
) -> ClusterManifest:
    """See `store.KeepsSnapshots.restore`. ``readable`` raises if this program cannot read a generation."""
    context.require_lock()
    place = context.state.take_run()
    taken = [place]
    try:
        source = _copied(context, snapshot, place, progress)
        context.blobs.create(context.replicas)
        _copy_blobs(context, source, place)
        readable(source)
        index, sketches = context.names.articles(place.index), context.names.sketches(place.index)
        context.cluster.refresh(f"{index},{sketches}")
        newest = max(source.run, *(_newest(context, one) for one in (index, sketches)))
        run = context.state.take_run(place.index, above=newest)
        taken.append(run)
        manifest = _moved(context, source, run, newest)
        for damage in checking.damages(context, manifest):
            raise DamagedIndexError(f"the snapshot {snapshot.name} is damaged: {damage}")
        return _published(context, manifest, place, snapshot)
    except BaseException:  # Ctrl-C, too: a half restored index needs as much room as a whole one
        with suppress(FihristError):  # the next run removes what is left
            current, _ = context.state.current()
            if all(one.index != place.index for one in context.manifests(current)):
                clearing.clear_run(context, current, place)
                context.state.close_runs({one.run for one in taken})
        raise


def _copied(context: StoreContext, snapshot: Snapshot, place: OpenRun, progress: Progress) -> ClusterManifest:
    """Restore the indexes of a snapshot under new names; returns the manifest that the snapshot holds."""
    names = context.names
    state, blobs, articles, sketches = snapshot.indexes
    targets = {
        state: names.restored_state(place.run),
        blobs: names.restored_blobs(place.run),
        articles: names.articles(place.index),
        sketches: names.sketches(place.index),
    }
    for source, target in targets.items():
        context.require_lock()
        _begin(context, snapshot, source, target)
    _wait(context, list(targets.values()), progress)
    found = context.cluster.get(targets[state], document_of(snapshot.generation, snapshot.run))
    if not found:
        raise damaged_manifest(snapshot.generation, f"the snapshot {snapshot.name} lacks it")
    manifest = ClusterManifest.of(found.source, snapshot.generation)
    if (manifest.run, manifest.index) != (snapshot.run, snapshot.articles_index):
        raise damaged_manifest(snapshot.generation, f"it is not the one that the snapshot {snapshot.name} names")
    return manifest


def _begin(context: StoreContext, snapshot: Snapshot, source: str, target: str) -> None:
    body = {
        "indices": source,
        "ignore_unavailable": False,
        "include_global_state": False,
        "include_aliases": False,
        "partial": False,
        "rename_pattern": "(.+)",
        "rename_replacement": target,
        "index_settings": {"index.number_of_replicas": context.replicas, "index.auto_expand_replicas": "false"},
    }
    path = f"/_snapshot/{snapshot.repository}/{snapshot.name}/_restore"
    try:
        context.cluster.send("POST", path, body, wait_for_completion="false")
    except FihristError as error:
        # The answer to an earlier try may have been lost. Nobody else makes an index of this name.
        if not indexes.exists(context.cluster, target):
            raise UnavailableIndexError(
                f"{source} cannot be restored from the snapshot {snapshot.name}: {reason_of(error)}; the published "
                "index still stands"
            ) from error


def _wait(context: StoreContext, targets: list[str], progress: Progress) -> None:
    """Wait until all primary shards of these indexes work. Raises UnavailableIndexError if one cannot be restored."""
    cluster, wanted = context.cluster, ",".join(targets)
    columns = "index,prirep,state,unassigned.reason,unassigned.details"
    patience = Patience("the restoration")
    while True:
        context.require_lock()
        shards = cluster.ask(f"/_cat/shards/{wanted}", format="json", h=columns) or []
        primaries = [one for one in shards if one["prirep"] == "p"]
        for one in primaries:
            if one["state"] == "UNASSIGNED" and one["unassigned.reason"] == "ALLOCATION_FAILED":
                raise UnavailableIndexError(
                    f"{one['index']} cannot be restored: {' '.join(str(one['unassigned.details']).split())[:200]}; "
                    "restore another snapshot, or look at the repository; the published index still stands"
                )
        recovered = [shard for one in (cluster.ask(f"/{wanted}/_recovery") or {}).values() for shard in one["shards"]]
        sizes = [shard["index"]["size"] for shard in recovered if shard["type"] == "SNAPSHOT"]
        done, total = (sum(int(size[key]) for size in sizes) for key in ("recovered_in_bytes", "total_in_bytes"))
        progress(done, total)
        if {one["index"] for one in primaries} == set(targets) and all(one["state"] == "STARTED" for one in primaries):
            return
        patience.wait(done)


def _copy_blobs(context: StoreContext, manifest: ClusterManifest, place: OpenRun) -> None:
    """Store the blobs of the generation beside those of the others; those that they have are not sent."""
    kept = Blobs(context.cluster, context.names.restored_blobs(place.run))
    with tempfile.TemporaryDirectory(prefix="fihrist-") as folder:
        path = Path(folder) / "blob"
        for blob in manifest.blobs:
            with path.open("wb") as file:
                file.writelines(kept.parts(kept.chunks(blob)))
            stored: Blob = context.blobs.put(path, before_each=context.require_lock)
            if stored != blob:
                raise DamagedIndexError(f"the part {blob.digest} of the snapshot is damaged; restore another snapshot")


def _newest(context: StoreContext, index: str) -> int:
    """The greatest number of a run that a document of the index mentions."""
    keys = ("added", "removed")
    body = {"size": 0, "aggs": {key: {"max": {"field": key}} for key in keys}}
    found = context.cluster.search(index, body)["aggregations"]
    return max(int(found[key]["value"] or 0) for key in keys)


def _moved(context: StoreContext, source: ClusterManifest, run: OpenRun, newest: int) -> ClusterManifest:
    """The manifest of the generation in its new place.

    The runs after that of the generation had begun when the snapshot was taken, and are no part of it.
    """
    index, sketches = context.names.articles(run.index), context.names.sketches(run.index)
    later = range(source.run + 1, newest + 1)
    excluded = sorted({*source.excluded, *clearing.mentioned_runs(context, f"{index},{sketches}", later)})
    current, _ = context.state.current()
    return replace(
        source,
        generation=name_of(current.last + 1) if current.last else source.generation,
        run=run.run,
        index=run.index,
        excluded=tuple(excluded),
        bytes=indexes.bytes_of(context.cluster, f"{index},{sketches}") + sum(blob.bytes for blob in source.blobs),
        files=indexes.shards_of(context.cluster, f"{index},{sketches}") + len(source.blobs),
    )


def _published(context: StoreContext, manifest: ClusterManifest, place: OpenRun, snapshot: Snapshot) -> ClusterManifest:
    """Make it current."""
    copies = context.names.restored_state(place.run), context.names.restored_blobs(place.run)
    report = context.cluster.get(copies[0], report_of(snapshot.generation))
    current, version = context.state.current()
    context.state.write(manifest.document_id, "manifest", manifest.source())
    for copy in copies:
        indexes.drop_index(context.cluster, copy)
    context.require_lock()
    # Before the publication: a run that is open and not published is cleared, and its indexes are.
    context.state.close_runs({place.run})
    new: Current = current.with_new(manifest.generation, manifest.run)
    context.state.swap(new, version)
    context.state.close_runs({manifest.run})
    if report and isinstance(report.source.get("report"), str):
        context.state.write(report_of(manifest.generation), "report", {"report": report.source["report"]})
    return manifest
