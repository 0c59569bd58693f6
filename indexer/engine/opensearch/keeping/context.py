# SPDX-License-Identifier: GPL-3.0-or-later
"""What a store, its sessions and its checks share: the parts in which one index is kept."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from indexer.arabic.analyser import Analyser
from indexer.arabic.lexicon import lexicon
from indexer.arabic.lexicon.lexicon import Lexicon
from indexer.engine.opensearch.addresses import ClusterAddress
from indexer.engine.opensearch.cluster import ClusterClient
from indexer.engine.opensearch.keeping import indexes
from indexer.engine.opensearch.keeping.blobs import Blob, Blobs
from indexer.engine.opensearch.keeping.cached import CachedBlobs
from indexer.engine.opensearch.keeping.manifests import ClusterManifest, damaged_manifest, document_of
from indexer.engine.opensearch.keeping.names import IndexNames
from indexer.engine.opensearch.keeping.state import Current, State
from indexer.engine.opensearch.locking.holds import Holds
from indexer.engine.opensearch.locking.lock import Lease
from indexer.engine.opensearch.sizing import shards_for
from indexer.engine.opensearch.versions import require_version
from indexer.engine.opensearch.words.dictionary import Dictionary
from indexer.engine.opensearch.words.layers import Layer
from indexer.engine.opensearch.writing.writer import DocumentWriter
from indexer.engine.stories.files import opened_stories, read_stories
from indexer.engine.stories.lookup import StoryLookup
from indexer.engine.stories.table import StoryTable
from indexer.errors import DamagedIndexError, FihristError, NoIndexError, UsageError
from indexer.settings import number_setting


class StoreContext:
    """The parts of one index. Safe to share between threads, but for ``lease``, which is that of the run."""

    def __init__(self, address: ClusterAddress, jobs: int, analyser: Analyser | None) -> None:
        """``analyser`` makes the terms of new indexes; by default it is the one over the lexicon of this program."""
        self.address = address
        self.jobs = jobs
        self.cluster = ClusterClient(address)
        self.names = IndexNames(address.name)
        self.state = State(self.cluster, self.names)
        self.blobs = Blobs(self.cluster, self.names.blobs)
        self.cached = CachedBlobs(self.blobs, str(address))
        self.holds = Holds(self.cluster, self.names.state)
        self.lease: Lease | None = None
        """The lock, while this process has it."""
        self._given = analyser
        self._analysers: dict[str, Analyser] = {}
        self._layers: dict[str, Layer] = {}
        self._averages: dict[int, float] = {}
        self._loading = threading.Lock()
        self._version_known = False

    @property
    def replicas(self) -> int:
        """How many copies of each shard other nodes are to keep."""
        return number_setting("cluster_replicas")

    def shards(self) -> int:
        """Into how many shards a new index is divided, which is to replace the current one."""
        articles = 0
        with suppress(FihristError):
            articles = self.manifest().articles
        return shards_for(articles, number_setting("cluster_shards"), indexes.data_nodes(self.cluster))

    def writer(self, index: int, run: int, analyser: Analyser) -> DocumentWriter:
        """Reads and writes documents for a run, in the indexes that the run ``index`` made."""
        articles, sketches = self.names.articles(index), self.names.sketches(index)
        average = self._averages.get(index)
        if average is None:
            average = self._averages[index] = indexes.average_length(self.cluster, articles)
        return DocumentWriter(self.cluster, articles, sketches, average, run, analyser)

    def average_length(self) -> float:
        """The average length of the articles of the current generation; 0 if it is not known."""
        with suppress(FihristError):
            return Dictionary(self.layers(self.manifest())).average_length
        return 0.0

    def require_version(self) -> None:
        """Raises UsageError if the cluster is none that this engine can work with. Asks once."""
        if not self._version_known:
            require_version(self.cluster)
            self._version_known = True

    def require_layout(self, manifest: ClusterManifest) -> None:
        """Raises DamagedIndexError if the index of articles of a generation is not as this program makes it."""
        indexes.require_layout(self.cluster, self.names.articles(manifest.index), manifest.analyser)

    def require_lock(self) -> None:
        """Raises IndexingError if the lock was taken and is lost."""
        if self.lease:
            self.lease.require()

    def nothing_yet(self) -> NoIndexError:
        """The error for an index that was never published."""
        return NoIndexError(f"there is no index in {self.address} yet; run `fihrist index PATH...` to build one")

    def current(self) -> Current:
        """What is current. Raises NoIndexError, DamagedIndexError, and UsageError where there is no such cluster."""
        current, _ = self.state.current()
        if not current.generation:
            # An address of something else holds nothing, either.
            self.require_version()
            raise self.nothing_yet()
        return current

    def manifest(self, name: str = "") -> ClusterManifest:
        """The manifest of a kept generation, "" for the current one.

        Raises NoIndexError, DamagedIndexError, and UsageError if no generation of this name is kept.
        """
        while True:
            current = self.current()
            wanted = name or current.generation
            if wanted not in current.kept:
                kept = ", ".join(current.kept) or "none"
                raise UsageError(f"{wanted[:40]!r} is not kept in {self.address}; kept are: {kept}")
            source = self.state.read(document_of(wanted, current.kept[wanted]))
            if source is not None:
                return ClusterManifest.of(source, wanted)
            # Between the two questions another run may have published and removed it.
            if self.current() == current:
                raise damaged_manifest(wanted, "it is missing")

    def manifests(self, current: Current) -> list[ClusterManifest]:
        """Those manifests of the kept generations that can be read, oldest first."""
        ids = {document_of(name, run): name for name, run in current.kept.items()}
        found = self.state.read_all(list(ids)) if ids else {}
        manifests: list[ClusterManifest] = []
        for document_id, name in ids.items():
            with suppress(DamagedIndexError):
                if document_id in found:
                    manifests.append(ClusterManifest.of(found[document_id], name))
        return manifests

    def all_manifests(self, current: Current) -> list[ClusterManifest] | None:
        """The manifests of the kept generations; None if one cannot be read, so that nobody knows what it needs."""
        found = self.manifests(current)
        return found if len(found) == len(current.kept) else None

    def analyser(self, manifest: ClusterManifest) -> Analyser:
        """The analyser over the lexicon of a generation. Generations with the same lexicon share it."""
        if self._given and self._given.fingerprint == manifest.analyser:
            return self._given
        with self._loading:
            known = self._analysers.get(manifest.lexicon.digest)
            if known is None:
                known = Analyser(Lexicon.open(self.lexicon_file(manifest.lexicon)))
                self._analysers[manifest.lexicon.digest] = known
            return known

    def lexicon_file(self, blob: Blob) -> Path:
        """A file with a lexicon. Raises DamagedIndexError, OSError."""
        return self.cached.file(blob, "lexicon.bin")

    def new_analyser(self) -> Analyser:
        """The analyser for an index that is built from nothing. Raises DictionaryError."""
        return self._given or Analyser(lexicon.shipped())

    def put_lexicon(self, words: Lexicon, before_each: Callable[[], None]) -> Blob:
        """Store a lexicon. Raises OSError."""
        with tempfile.TemporaryDirectory(prefix="new-", dir=self.cached.folder) as folder:
            path = Path(folder) / "lexicon.bin"
            words.write(path)
            blob = self.blobs.put(path, before_each=before_each)
            self.cached.adopt(path, blob, "lexicon.bin")
            return blob

    def stories(self, manifest: ClusterManifest) -> StoryLookup:
        """The stories of a generation. Raises DamagedIndexError."""
        return opened_stories(self.cached.file(manifest.stories, "stories.bin"))

    def story_table(self, manifest: ClusterManifest) -> StoryTable:
        """What a run needs of the stories of its base. Raises DamagedIndexError."""
        return read_stories(self.cached.file(manifest.stories, "stories.bin"))

    def layers(self, manifest: ClusterManifest) -> list[Layer]:
        """The layers of the dictionary of a generation. Those of the generation opened before are not read again."""
        with self._loading:
            found = {
                one.blob.digest: self._layers.get(one.blob.digest)
                or Layer.from_content(self.cached.file(one.blob, "layer.bin").read_bytes())
                for one in manifest.layers
            }
            self._layers = found
            return list(found.values())
