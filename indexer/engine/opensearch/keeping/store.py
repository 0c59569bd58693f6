# SPDX-License-Identifier: GPL-3.0-or-later
"""`store.Store` in a cluster of OpenSearch nodes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indexer.arabic.analyser import Analyser
from indexer.engine.opensearch.addresses import ClusterAddress
from indexer.engine.opensearch.keeping import checking, pruning, restoring, snapshots
from indexer.engine.opensearch.keeping.context import StoreContext
from indexer.engine.opensearch.keeping.manifests import ClusterManifest
from indexer.engine.opensearch.keeping.session import ClusterSession
from indexer.engine.opensearch.locking.holds import GenerationHold
from indexer.engine.opensearch.locking.lock import locked
from indexer.engine.opensearch.reading.generation import ClusterGeneration
from indexer.engine.opensearch.reading.searcher import ClusterSearcher
from indexer.engine.opensearch.words.dictionary import Dictionary
from indexer.engine.store import GenerationInfo, Identity, Progress, SnapshotInfo
from indexer.errors import DamagedIndexError, FihristError, NoIndexError, UsageError


@dataclass(eq=False)
class OpenInCluster:
    """`store.OpenGeneration` in a cluster."""

    identity: Identity
    info: GenerationInfo
    searcher: ClusterSearcher
    _hold: GenerationHold

    def close(self) -> None:
        """See `store.OpenGeneration.close`."""
        self.searcher.close()
        self._hold.release()


class OpenSearchStore:
    """See `store.Store`."""

    local_folder = None

    def __init__(self, address: str, jobs: int = 1, analyser: Analyser | None = None) -> None:
        """``jobs`` processes write large changes. Asks the cluster nothing yet. Raises UsageError.

        ``analyser`` makes the terms of new indexes; by default it is the one over the lexicon of this program.
        """
        self._context = StoreContext(ClusterAddress.parse(address), jobs, analyser)

    @property
    def address(self) -> str:
        """See `store.Store.address`."""
        return str(self._context.address)

    def identity(self) -> Identity:
        """See `store.Store.identity`."""
        return self._context.current().publication

    def current_name(self) -> str:
        """See `store.Store.current_name`."""
        return self._context.current().generation

    def names(self) -> list[str]:
        """See `store.Store.names`."""
        try:
            return list(self._context.state.current()[0].kept)
        except DamagedIndexError:
            return []

    def info(self, name: str = "") -> GenerationInfo:
        """See `store.Store.info`."""
        return self._context.manifest(name).info

    @contextmanager
    def held(self, name: str = "") -> Iterator[GenerationInfo]:
        """See `store.Store.held`."""
        manifest, hold = self._claim(name)
        try:
            yield manifest.info
        finally:
            hold.release()

    def open(self, name: str = "") -> OpenInCluster:
        """See `store.Store.open`."""
        context = self._context
        context.require_version()
        while True:
            identity = self.identity()
            manifest, hold = self._claim(name)
            # Between the two looks another run may have published.
            if name or identity == self.identity():
                break
            hold.release()
        try:
            analyser = self._readable(manifest)
            with suppress(UsageError):  # a reader may lack the right to see the mapping
                context.require_layout(manifest)
            dictionary = Dictionary(context.layers(manifest))
            index = context.names.articles(manifest.index)
            generation = ClusterGeneration(
                context.cluster, index, manifest.visibility, dictionary, analyser, context.stories(manifest)
            )
            return OpenInCluster(identity, manifest.info, ClusterSearcher(generation), hold)
        except BaseException:  # Ctrl-C, too: the hold would keep the generation for 15 minutes
            hold.release()
            raise

    def analyser(self, name: str = "") -> Analyser:
        """See `store.Store.analyser`."""
        return self._context.analyser(self._context.manifest(name))

    def catalog_file(self, name: str = "") -> Path:
        """See `store.Store.catalog_file`."""
        return self._context.cached.file(self._context.manifest(name).catalog, "catalog.sqlite")

    def check(self, name: str = "") -> GenerationInfo:
        """See `store.Store.check`."""
        manifest = self._context.manifest(name)
        self._readable(manifest)
        checking.check(self._context, manifest)
        return manifest.info

    def damages(self, name: str = "") -> Iterator[str]:
        """See `store.Store.damages`."""
        return checking.damages(self._context, self._context.manifest(name))

    def last_report(self) -> dict[str, Any]:
        """See `store.Store.last_report`."""
        try:
            source = self._context.state.read(pruning.report_of(self.current_name()))
            report = json.loads(source["report"]) if source else {}
        except (FihristError, KeyError, TypeError, ValueError, RecursionError):
            return {}
        return report if isinstance(report, dict) else {}

    @contextmanager
    def locked(self) -> Iterator[None]:
        """See `store.Store.locked`."""
        context = self._context
        context.require_version()
        context.state.create()
        context.blobs.require_own()
        with locked(context.cluster, context.names.state) as lease:
            context.lease = lease
            try:
                yield
            finally:
                context.lease = None

    def begin(self, purpose: str, *, rebuild: bool = False, dry_run: bool = False) -> ClusterSession:
        """See `store.Store.begin`."""
        context = self._context
        try:
            found = context.state.current()
        except DamagedIndexError:
            if not rebuild:
                raise
            found = context.state.beginning()
            if not dry_run:
                context.state.swap(*found)
                found = context.state.current()
        base: ClusterManifest | None = None
        hold: GenerationHold | None = None
        if not rebuild:
            try:
                base, hold = self._claim("") if dry_run else (context.manifest(), None)
            except NoIndexError:
                pass
            else:
                self._readable(base)
                context.require_layout(base)
        return ClusterSession(context, found, base, purpose, hold=hold, dry_run=dry_run)

    def switch(self, name: str) -> None:
        """See `store.Store.switch`."""
        context = self._context
        manifest = context.manifest(name)
        current, version = context.state.current()
        context.state.swap(current.switched(manifest.generation), version)

    def prune(self, keep: int, base: str = "") -> list[str]:
        """See `store.Store.prune`."""
        return pruning.prune(self._context, keep, base)

    def keep_report(self, name: str, report: Mapping[str, Any]) -> None:
        """See `store.Store.keep_report`."""
        # As text: fields of documents may not have any name, and a report may.
        self._context.state.write(pruning.report_of(name), "report", {"report": json.dumps(report)})

    def snapshot(self, repository: str, name: str, progress: Progress) -> SnapshotInfo:
        """See `store.KeepsSnapshots.snapshot`."""
        self._context.require_version()
        manifest, hold = self._claim("")
        try:
            return snapshots.take(self._context, manifest, repository, name, progress)
        finally:
            hold.release()

    def restore(self, repository: str, name: str, progress: Progress) -> GenerationInfo:
        """See `store.KeepsSnapshots.restore`."""
        self._context.require_version()
        found = snapshots.find(self._context.cluster, repository, name)
        with self.locked():
            return restoring.restore(self._context, found, progress, self._readable).info

    def _readable(self, manifest: ClusterManifest) -> Analyser:
        """The analyser of a generation. Raises IncompatibleIndexError if this program cannot read it."""
        manifest.require_readable()
        analyser = self._context.analyser(manifest)
        manifest.require_analyser(analyser.fingerprint)
        return analyser

    def _claim(self, name: str) -> tuple[ClusterManifest, GenerationHold]:
        """The manifest of a generation, and what keeps it."""
        while True:
            manifest = self._context.manifest(name)
            hold = self._context.holds.take(manifest.generation)
            # A run may have removed it before it could see the hold.
            if manifest.generation in self._context.current().kept:
                return manifest, hold
            hold.release()
