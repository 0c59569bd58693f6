# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes documents in other processes while the run goes on reading.

Most of the time goes into the analysis of words. Each process makes the documents of some articles, sends them to the
cluster, and returns by how much the dictionary changes.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from multiprocessing import connection
from pathlib import Path
from typing import Any, NamedTuple

from indexer.arabic.analyser import Analyser
from indexer.arabic.lexicon.lexicon import Lexicon
from indexer.article import Article
from indexer.engine.copies.judging import Judgement
from indexer.engine.opensearch.addresses import ClusterAddress
from indexer.engine.opensearch.cluster import ClusterClient
from indexer.engine.opensearch.copies.comparing import PairsToJudge
from indexer.engine.opensearch.copies.older import Membership
from indexer.engine.opensearch.copies.sketches import SketchBatch
from indexer.engine.opensearch.copies.table import OwnSketches
from indexer.engine.opensearch.stories.telling import OwnStories
from indexer.engine.opensearch.visibility import Visibility
from indexer.engine.opensearch.words.layers import Layer
from indexer.engine.opensearch.writing.parts import in_parts
from indexer.engine.opensearch.writing.run_layers import RunLayers
from indexer.engine.opensearch.writing.writer import DocumentWriter, Written
from indexer.engine.store import Refused
from indexer.engine.stories.table import ToldArticles
from indexer.errors import IndexingError

Json = dict[str, Any]

_WORTH_PROCESSES = 1_000
"""Fewer articles are written by this process: another one takes a second to start."""
_ARTICLES_AT_ONCE = 250
_MARKED_AT_ONCE = 1_000
_WAITING_FOR_EACH = 3
"""So many pieces of work wait for each process, so that none is idle; more would only take memory."""


class WorkOutcome(NamedTuple):
    """What a process returns of some work: see `Written`; ``layer`` is the content of the layer."""

    refused: list[Refused]
    layer: bytes
    sketches: list[SketchBatch]
    told: list[ToldArticles]


Work = Callable[[DocumentWriter], Written]


@dataclass(frozen=True, slots=True)
class Adding:
    """Work: add articles."""

    articles: Sequence[Article]
    part: int

    def __call__(self, writer: DocumentWriter) -> Written:
        """Do it."""
        return writer.add(self.articles, self.part)


@dataclass(frozen=True, slots=True)
class Marking:
    """Work: mark documents as removed; see `DocumentWriter.mark`."""

    query: Json
    ids: Sequence[str]
    key: str

    def __call__(self, writer: DocumentWriter) -> Written:
        """Do it."""
        return writer.mark(self.query, self.ids, self.key)


@dataclass(frozen=True, slots=True)
class Regrouping:
    """Work: write the clusters of articles; see `DocumentWriter.regroup`."""

    memberships: Mapping[str, Membership]
    seen_by: Visibility
    part: int

    def __call__(self, writer: DocumentWriter) -> Written:
        """Do it."""
        return writer.regroup(self.memberships, self.seen_by, self.part)


class Sending:
    """Writes documents with ``jobs`` processes, or in this one if there is little to write. For one thread."""

    def __init__(
        self, writer: DocumentWriter, jobs: int, lexicon: Callable[[], Path], require: Callable[[], None]
    ) -> None:
        """``lexicon`` gives the file of the analyser's lexicon. ``require`` raises an error if the lock is lost."""
        self.writer = writer
        self._jobs = jobs
        self._lexicon = lexicon
        self._require = require
        self._pool: ProcessPoolExecutor | None = None
        self._pending: deque[tuple[frozenset[str], int, Future[WorkOutcome]]] = deque()
        self.layers = RunLayers()
        """The changes of the dictionary by all that was settled."""
        self.own = OwnSketches()
        """The sketches of all that was settled."""
        self.told = OwnStories()
        """What stories are made from, of all that was settled."""
        self.refused: list[Refused] = []
        """The articles that were refused so far."""

    def add(self, articles: Sequence[Article], part: int) -> None:
        """Write new articles, or begin to; call `settle` before they must be there."""
        elsewhere = self._jobs > 1 and len(articles) >= _WORTH_PROCESSES
        for some in in_parts(articles, _ARTICLES_AT_ONCE):
            self._do(Adding(some, part), frozenset(article.id for article in some), part, elsewhere=elsewhere)

    def mark(self, query: Json, ids: Sequence[str], key: str = "id") -> None:
        """Mark documents as removed, and wait until that is done; see `DocumentWriter.mark`."""
        elsewhere = self._jobs > 1 and len(ids) >= _WORTH_PROCESSES
        for some in in_parts(ids, _MARKED_AT_ONCE):
            self._do(Marking(query, some, key), elsewhere=elsewhere)
        self.settle()

    def regroup(self, memberships: Mapping[str, Membership], seen_by: Visibility, part: int) -> None:
        """Write the clusters of articles, and wait until that is done; see `DocumentWriter.regroup`."""
        elsewhere = self._jobs > 1 and len(memberships) >= _WORTH_PROCESSES
        for some in in_parts(sorted(memberships), _MARKED_AT_ONCE):
            chosen = {article_id: memberships[article_id] for article_id in some}
            self._do(Regrouping(chosen, seen_by, part), elsewhere=elsewhere)
        self.settle()

    def judge(self, parts: Iterable[PairsToJudge], seen_by: Visibility) -> Iterator[list[Judgement]]:
        """Yields the judgements of each part, see `comparing.Judging`; articles are read as ``seen_by`` sees them.

        Raises DamagedIndexError, and IndexingError if a process was killed.
        """
        waiting = iter(parts)
        first = list(islice(waiting, 2))
        if self._jobs == 1 or len(first) < 2:
            yield from (_judged(self.writer, part, seen_by) for part in chain(first, waiting))
            return
        self._pool = self._pool or self._processes()
        pending: deque[Future[list[Judgement]]] = deque()
        try:
            for part in chain(first, waiting):
                self._require()
                pending.append(self._pool.submit(_judge, part, seen_by))
                if len(pending) > _WAITING_FOR_EACH * self._jobs:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        except BrokenProcessPool as error:
            raise _killed() from error

    def is_pending(self, article_id: str) -> bool:
        """Whether the article is being written."""
        return any(article_id in ids for ids, _, _ in self._pending)

    def settle(self) -> None:
        """Wait until all is written. Raises IndexingError if a process was killed, and what the work raised."""
        while self._pending:
            self._take()

    def note(self, written: Written, part: int = 0) -> None:
        """Take in the outcome of work; ``part`` is that of new articles."""
        self._note(WorkOutcome(written.refused, b"", written.sketches, written.told), written.layer(), part)

    def forget(self, ids: Sequence[str]) -> None:
        """Take articles of this run that were deleted again out of what was settled."""
        self.own.drop(ids)
        self.told.drop(ids)

    def close(self) -> None:
        """Drop work that has not begun and wait for the rest, so that nothing is written afterwards."""
        self._pending.clear()
        if self._pool:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None

    def _do(self, work: Work, ids: frozenset[str] = frozenset(), part: int = 0, *, elsewhere: bool) -> None:
        self._require()
        if not elsewhere:
            self.note(work(self.writer), part)
            return
        while len(self._pending) >= _WAITING_FOR_EACH * self._jobs:
            self._take()
        self._pool = self._pool or self._processes()
        try:
            self._pending.append((ids, part, self._pool.submit(_do, work)))
        except BrokenProcessPool as error:
            raise _killed() from error

    def _take(self) -> None:
        """Wait for the oldest piece of work."""
        _, part, working = self._pending.popleft()
        try:
            outcome = working.result()
        except BrokenProcessPool as error:
            raise _killed() from error
        self._note(outcome, Layer.from_content(outcome.layer), part)

    def _note(self, outcome: WorkOutcome, layer: Layer, part: int) -> None:
        self.refused += outcome.refused
        self.layers.add(layer)
        for batch in outcome.sketches:
            self.own.add(batch, part)
        for articles in outcome.told:
            self.told.add(articles)

    def _processes(self) -> ProcessPoolExecutor:
        # Spawned, not forked: the run has threads, and the new processes should not hold its memory.
        context = multiprocessing.get_context("spawn")
        begun_with = (
            self.writer.cluster.address,
            self.writer.index,
            self.writer.sketches,
            self.writer.average,
            self.writer.run,
            self._lexicon(),
        )
        return ProcessPoolExecutor(self._jobs, context, _begin, begun_with)


def _killed() -> IndexingError:
    return IndexingError(
        "a process that wrote a part of the index was killed, perhaps because memory ran out; the published index "
        "still stands; set FIHRIST_JOBS=1 or a lower FIHRIST_BATCH"
    )


_writer: DocumentWriter | None = None


def _begin(address: ClusterAddress, index: str, sketches: str, average: float, run: int, lexicon: Path) -> None:
    """Prepare a new process: open the lexicon, leave Ctrl-C to the run, and end when the run ends in any way."""
    global _writer  # the only place for what all calls in a process of the pool share
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
    _writer = DocumentWriter(ClusterClient(address), index, sketches, average, run, Analyser(Lexicon.open(lexicon)))


def _end_with(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)


def _judge(part: PairsToJudge, seen_by: Visibility) -> list[Judgement]:
    assert _writer is not None
    return _judged(_writer, part, seen_by)


def _judged(writer: DocumentWriter, part: PairsToJudge, seen_by: Visibility) -> list[Judgement]:
    return part.judged(writer.analyser, partial(writer.articles, seen_by.query()))


def _do(work: Work) -> WorkOutcome:
    assert _writer is not None
    written = work(_writer)
    return WorkOutcome(written.refused, written.layer().content, written.sketches, written.told)
