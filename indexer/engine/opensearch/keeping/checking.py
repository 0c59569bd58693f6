# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks all that is stored of a generation."""

from __future__ import annotations

from collections.abc import Iterator

from indexer.engine.opensearch.keeping import indexes
from indexer.engine.opensearch.keeping.context import StoreContext
from indexer.engine.opensearch.keeping.manifests import ClusterManifest, digest_of_layout
from indexer.engine.opensearch.keeping.publishing import count
from indexer.engine.opensearch.words.changes import ARTICLES, TOTAL
from indexer.engine.opensearch.words.dictionary import Dictionary
from indexer.engine.opensearch.words.layers import Layer
from indexer.errors import DamagedIndexError

_REMEDY = "restore it from a snapshot, or run `fihrist index --rebuild PATH...` to write the index anew"
_MOST_SOURCES = 10_000


def check(context: StoreContext, manifest: ClusterManifest) -> None:
    """See `store.Store.check`."""
    for damage in damages(context, manifest):
        raise DamagedIndexError(damage)


def damages(context: StoreContext, manifest: ClusterManifest) -> Iterator[str]:
    """See `store.Store.damages`."""
    yield from _damaged_index(context, manifest)
    layers: list[Layer] = []
    for blob in (manifest.catalog, manifest.lexicon, manifest.stories):
        try:
            for _ in context.blobs.parts(context.blobs.chunks(blob)):
                pass
        except DamagedIndexError as error:
            yield str(error)
    for layer in manifest.layers:
        try:
            layers.append(Layer.from_content(context.blobs.fetch(layer.blob)))
        except DamagedIndexError as error:
            yield str(error)
    counted = Dictionary(layers).count(TOTAL, ARTICLES)
    if len(layers) == len(manifest.layers) and counted != manifest.articles:
        yield f"the dictionary counts {counted} articles, the manifest {manifest.articles}; {_REMEDY}"


def _damaged_index(context: StoreContext, manifest: ClusterManifest) -> Iterator[str]:
    index = context.names.articles(manifest.index)
    layout = indexes.layout(context.cluster, index)
    if not layout:
        yield f"the index {index} is missing; {_REMEDY}"
        return
    if digest_of_layout(layout) != manifest.layout:
        yield f"the mapping or the settings of {index} are not what was written; {_REMEDY}"
    health = context.cluster.ask(f"/_cluster/health/{index}") or {}
    if health.get("status") not in ("green", "yellow"):
        yield f"not all shards of {index} have a copy that works; look at the health of the cluster"
        return
    found = count(context, index, manifest.visibility)
    if found != manifest.articles:
        yield f"{index} holds {found} articles of {manifest.generation}, the manifest {manifest.articles}; {_REMEDY}"
