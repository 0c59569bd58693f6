# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of a run: marks what it took out, finds the clusters, and makes the result the current generation."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from indexer.arabic.analyser import Analyser
from indexer.article import Article
from indexer.engine.opensearch.cluster import Version
from indexer.engine.opensearch.copies.finding import RunOfCopies, changed_clusters
from indexer.engine.opensearch.copies.older import CopyIndexes
from indexer.engine.opensearch.documents import article_of
from indexer.engine.opensearch.keeping import clearing, indexes
from indexer.engine.opensearch.keeping.blobs import Blob
from indexer.engine.opensearch.keeping.checkpoints import Leaving
from indexer.engine.opensearch.keeping.context import StoreContext
from indexer.engine.opensearch.keeping.manifests import ENGINE, ClusterManifest, KeptLayer, digest_of_layout
from indexer.engine.opensearch.keeping.state import Current, OpenRun, name_of
from indexer.engine.opensearch.mapping import FORMAT
from indexer.engine.opensearch.stories.telling import stories
from indexer.engine.opensearch.visibility import Visibility
from indexer.engine.opensearch.words.changes import ARTICLES, TOTAL
from indexer.engine.opensearch.words.layers import Layer
from indexer.engine.opensearch.writing.run_layers import with_layer
from indexer.engine.opensearch.writing.sending import Sending
from indexer.engine.opensearch.writing.writer import by_size, require_none
from indexer.engine.stories.table import EMPTY, content
from indexer.errors import IndexingError


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a run is to publish. ``articles`` is the number of documents that its generation sees."""

    run: OpenRun
    visibility: Visibility
    articles: int
    layers: tuple[KeptLayer, ...]
    stories: Blob


def prepare(
    context: StoreContext,
    base: ClusterManifest | None,
    run: OpenRun,
    part: int,
    sending: Sending,
    leaving: Leaving,
    analyser: Analyser,
) -> Prepared:
    """Make the documents of the run's generation what they are to be. Nobody sees them before `publish`.

    ``part`` is that of the documents that are written now.
    """
    index, sketches = context.names.articles(run.index), context.names.sketches(run.index)
    context.cluster.refresh(f"{index},{sketches}")
    if base and leaving.deleted:
        sending.mark(base.visibility.query(), sorted(leaving.deleted))
    if leaving.superseded:
        sending.mark({"term": {"added": run.run}}, sorted(leaving.superseded), "_id")
        sending.writer.mark_sketches(sorted(leaving.superseded))
    context.cluster.refresh(f"{index},{sketches}")
    visibility = Visibility(run.run, _excluded(context, index, base, run))
    done = RunOfCopies(run.run, part, sending.own, leaving.deleted)
    read = partial(sending.writer.articles, visibility.query())
    judging = partial(sending.judge, seen_by=visibility)
    names = CopyIndexes(index, sketches)
    seen = base.visibility if base else None
    changes = changed_clusters(context.cluster, names, seen, done, analyser, read, judging)
    if changes.memberships:
        sending.regroup(changes.memberships, visibility, part)
    for some in by_size(changes.documents()):
        context.require_lock()
        require_none(context.cluster.bulk(sketches, some), context.cluster)
    context.cluster.refresh(f"{index},{sketches}")
    articles = count(context, index, visibility)
    layers = _layers(context, base, sending.layers.whole(), articles)
    told = _stories(context, base, visibility, articles, leaving.deleted, sending, analyser)
    return Prepared(run, visibility, articles, layers, told)


def clear_abandoned(context: StoreContext, run: OpenRun, parts: Sequence[int]) -> None:
    """Remove the documents of parts of the run that were interrupted."""
    query = {"bool": {"filter": [{"term": {"added": run.run}}, {"terms": {"part": list(parts)}}]}}
    for name in (context.names.articles(run.index), context.names.sketches(run.index)):
        context.cluster.refresh(name)
        context.cluster.delete_by_query(name, query)


def publish(
    context: StoreContext,
    prepared: Prepared,
    found: tuple[Current, Version | None],
    catalog: Path,
    known_chunks: Collection[str],
    lexicon: Blob,
    analyser: str,
    cleaning: str,
    sources: Mapping[str, int],
    built_at: str,
) -> ClusterManifest:
    """Make the prepared generation current. ``found`` is the state that the run began with. Raises IndexingError."""
    current, version = found
    index, sketches = context.names.articles(prepared.run.index), context.names.sketches(prepared.run.index)
    stored = context.blobs.put(catalog, known_chunks, context.require_lock)
    context.cached.adopt(catalog, stored, "catalog.sqlite")
    blobs = [stored, lexicon, *(layer.blob for layer in prepared.layers), prepared.stories]
    layout = indexes.layout(context.cluster, index)
    manifest = ClusterManifest(
        format=FORMAT,
        engine=ENGINE,
        analyser=analyser,
        cleaning=cleaning,
        generation=name_of(current.last + 1),
        built_at=built_at,
        articles=sum(sources.values()),
        sources=dict(sources),
        run=prepared.visibility.run,
        excluded=prepared.visibility.excluded,
        index=prepared.run.index,
        layout=digest_of_layout(layout),
        catalog=stored,
        lexicon=lexicon,
        layers=prepared.layers,
        stories=prepared.stories,
        bytes=indexes.bytes_of(context.cluster, f"{index},{sketches}") + sum(blob.bytes for blob in blobs),
        files=indexes.shards_of(context.cluster, f"{index},{sketches}") + len(blobs),
    )
    seen = count(context, index, prepared.visibility)
    if seen != manifest.articles:
        raise IndexingError(
            f"the new generation shows {seen} articles instead of {manifest.articles}; it was not published"
        )
    context.state.write(manifest.document_id, "manifest", manifest.source())
    context.require_lock()
    context.state.swap(current.with_new(manifest.generation, manifest.run), version)
    return manifest


def count(context: StoreContext, index: str, visibility: Visibility) -> int:
    """How many documents of ``index`` a generation sees, as of the last refresh."""
    body = {"size": 0, "track_total_hits": True, "query": {"bool": {"filter": [visibility.query()]}}}
    return int(context.cluster.search(index, body)["hits"]["total"]["value"])


def _excluded(context: StoreContext, index: str, base: ClusterManifest | None, run: OpenRun) -> tuple[int, ...]:
    """The runs before ``run`` that are not part of its generation.

    A run that died just now may have a request under way, so its number stays. One that was excluded before stays only
    if a document still mentions it.
    """
    if not base:
        return ()
    return (
        *clearing.mentioned_runs(context, index, base.excluded),
        *range(base.run + 1, run.run),
    )


def _layers(
    context: StoreContext, base: ClusterManifest | None, changes: Layer, articles: int
) -> tuple[KeptLayer, ...]:
    """The layers of the dictionary. Raises IndexingError if they count another number of articles."""
    before = base.articles if base else 0
    counted = before + changes.terms(TOTAL).change(ARTICLES)
    if counted != articles:
        raise IndexingError(
            f"the dictionary of the new index counts {counted} articles instead of {articles}; it was not published; "
            "run again, or run `fihrist index --rebuild PATH...`"
        )
    context.require_lock()
    return with_layer(base.layers if base else (), changes, context.blobs)


def _stories(
    context: StoreContext,
    base: ClusterManifest | None,
    visibility: Visibility,
    articles: int,
    deleted: Collection[str],
    sending: Sending,
    analyser: Analyser,
) -> Blob:
    """Store the stories of the generation."""
    index = sending.writer.index

    def read() -> Iterator[Article]:
        body = {"query": {"bool": {"filter": [visibility.query()]}}, "_source": ["article"]}
        return (article_of(hit["_source"]) for hit in context.cluster.scan(index, body))

    before = context.story_table(base) if base else EMPTY
    found = stories(before, sending.told.whole(), deleted, articles, read, analyser)
    return context.blobs.put(content(found), before_each=context.require_lock)
