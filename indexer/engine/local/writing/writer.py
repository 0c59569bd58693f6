# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes an index in a staging folder: adds segments, deletes and merges, and finds copies and stories at the end."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from whoosh.index import FileIndex

from indexer.arabic.analyser import Analyser
from indexer.article import Article
from indexer.engine.copies.joining import FoundCopies
from indexer.engine.local.clusters.clustering import cluster, find_pairs
from indexer.engine.local.manifest import Check
from indexer.engine.local.segments.codec import (
    PackedCodec,
    PackedWriter,
    Segment,
    open_arrays,
    open_articles,
    segment_files,
)
from indexer.engine.local.segments.files import SegmentFiles
from indexer.engine.local.segments.packed import SegmentFile
from indexer.engine.local.telling import tell
from indexer.engine.local.writing.builders import Builders, result
from indexer.engine.store import Refused

LEXICON = "lexicon.bin"
_MANY_SEGMENTS = 64
"""This many segments are merged before the run ends. A merge writes all their articles again, so it is rare."""
_MANY_DELETED = 0.25
_WORTH_A_PROCESS = 1_000
"""Fewer articles are built in this process: another one takes a second to start."""


class _Pending(NamedTuple):
    """A segment that another process builds. Its files have other names until then, or Whoosh would delete them."""

    segment: Segment
    files: SegmentFiles
    building: Future[list[Refused]]


@contextmanager
def _cancelled(writer: PackedWriter) -> Iterator[None]:
    try:
        yield
    except BaseException:  # interrupts, too, or Whoosh's writer would keep its lock and its files open
        writer.cancel()
        raise


class WhooshWriter:
    """Writes one segment for each batch, and merges segments so that few are left and most of them are large."""

    def __init__(
        self, index: FileIndex, folder: Path, analyser: Analyser, jobs: int, check: Check | None = None
    ) -> None:
        self._index = index
        self._folder = folder
        self.analyser = analyser
        self._fresh = not index._segments()
        self._jobs = jobs
        self._check = check or (lambda names: None)
        self._sound: set[str] = set()
        self._builders: Builders | None = None
        self._pending: deque[_Pending] = deque()
        self._pairs: list[Future[FoundCopies]] = []
        self.refused: list[Refused] = []
        """See `store.Session.refused`."""

    def apply(self, deleted: Sequence[str], added: Sequence[Article]) -> None:
        """See `store.Session.apply`."""
        if deleted:
            self.settle()
            self._delete(deleted)
        if len(added) < _WORTH_A_PROCESS or self._jobs == 1:
            writer = PackedWriter(self._index)
            with _cancelled(writer):
                if added:
                    self.refused += writer.add_articles(added, self.analyser)
            self._commit(writer, [])
        else:
            self._build(added)

    def settle(self) -> None:
        """See `store.Session.settle`."""
        while self._pending:
            self._take()

    def find(self, article_id: str) -> Article | None:
        """See `store.Session.find`."""
        self.settle()
        for segment in self._index._segments():
            file = self._arrays(segment)
            doc = file.doc_of(article_id)
            if doc >= 0 and not segment.is_deleted(doc):
                return open_articles(self._folder, segment, file).article(doc)
        return None

    def finish(self) -> None:
        """Merge segments (all of them if the index was built from nothing) and find the clusters and stories.

        Clusters depend on the articles, not on the segments, so other processes look for copies during the merge.
        """
        self.settle()
        if self._builders:
            self._pairs = self._builders.find_pairs(self._folder, self._index._segments())
        self._merge(everything=self._fresh)
        self.cluster()
        tell(self._folder, self._index._segments(), self.analyser)
        self.close()
        (self._folder / f"{self._index.indexname}_WRITELOCK").unlink(missing_ok=True)
        self._index.close()

    def close(self) -> None:
        """See `store.Session.close`."""
        self._pending.clear()
        self._pairs = []
        if self._builders:
            self._builders.close()
            self._builders = None

    def _arrays(self, segment: Segment) -> SegmentFile:
        """The arrays of ``segment``, after those that find an article were compared with their checksums."""
        file = open_arrays(self._folder, segment)
        if segment.segment_id() not in self._sound:
            file.check("ids", "id_docs", "stored")
            self._sound.add(segment.segment_id())
        return file

    def _delete(self, ids: Iterable[str]) -> None:
        writer = PackedWriter(self._index)
        with _cancelled(writer):
            files = [(segment, self._arrays(segment)) for segment in writer.segments]
            for article_id in ids:
                for segment, file in files:
                    if (doc := file.doc_of(article_id)) >= 0:
                        segment.delete_document(doc)
        self._commit(writer, [])

    def _build(self, articles: Sequence[Article]) -> None:
        """Let another process build the segment of ``articles``."""
        self._builders = self._builders or Builders(self._jobs, self._folder / LEXICON)
        segment = PackedCodec().new_segment(self._index.storage, self._index.indexname)
        segment.set_doc_count(len(articles))
        files = SegmentFiles.named(self._folder, f"new-{segment.segment_id()}")
        self._pending.append(_Pending(segment, files, self._builders.build(files, articles)))
        # One segment for each process is waiting, so that none is idle; more would only take memory.
        while len(self._pending) > 2 * self._jobs:
            self._take()

    def _take(self) -> None:
        """Wait for the oldest segment that another process builds, and add it to the index."""
        segment, files, building = self._pending.popleft()
        refused = result(building)
        self.refused += refused
        kept = segment.doc_count_all() - len(refused)
        if not kept:
            return
        segment.set_doc_count(kept)
        for new, name in zip(files, segment_files(self._folder, segment), strict=True):
            new.rename(name)
        self._commit(PackedWriter(self._index), [segment])

    def _commit(self, writer: PackedWriter, built: list[Segment]) -> None:
        writer.commit(mergetype=lambda _, segments: [*segments, *built])
        if len(self._index._segments()) >= _MANY_SEGMENTS:
            self._merge()

    def cluster(self) -> None:
        """Find out which articles are copies of each other."""
        segments = self._index._segments()
        found = list(map(result, self._pairs)) or [find_pairs(self._folder, segments, self.analyser)]
        cluster(self._folder, segments, found, self.analyser)

    def _merge(self, *, everything: bool = False) -> None:
        segments = list(self._index._segments())
        merging = segments if everything and len(segments) > 1 else to_merge(segments)
        if not merging:
            return
        ids = {segment.segment_id() for segment in merging}

        def policy(writer: PackedWriter, segments: list[Segment]) -> list[Segment]:
            chosen = [segment for segment in segments if segment.segment_id() in ids]
            if sum(segment.doc_count() for segment in chosen):
                self._check(file.name for segment in chosen for file in segment_files(self._folder, segment))
                writer.add_segments(chosen)
            for finding in self._pairs:
                result(finding)  # it reads the segments that Whoosh deletes after this
            return [segment for segment in segments if segment.segment_id() not in ids]

        PackedWriter(self._index).commit(mergetype=policy)


def to_merge(segments: Sequence[Segment]) -> list[Segment]:
    """The segments to merge into one; none if there are few enough.

    A segment is merged with all smaller ones as soon as these have half as many articles together. So a run rewrites
    about as much as it adds, and the number of segments grows with the logarithm of the number of articles. A segment
    with many deleted articles is merged in any case.
    """
    ordered = sorted(segments, key=lambda segment: -segment.doc_count_all())
    sizes = [segment.doc_count_all() for segment in ordered]
    first = next((at for at, size in enumerate(sizes) if 2 * sum(sizes[at + 1 :]) >= size), len(sizes))
    merging = ordered[first:] if len(ordered) - first > 1 else []
    return merging + [
        segment
        for segment in ordered
        if segment not in merging and segment.deleted_count() > _MANY_DELETED * segment.doc_count_all()
    ]
