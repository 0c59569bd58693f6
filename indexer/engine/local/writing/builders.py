# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds segments in other processes while the run goes on reading, and finds copies while it merges.

The content of a segment depends only on its articles and the lexicon. So each process writes segments of its own into
the staging folder, and the writer decides which of them become part of the index.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import connection
from pathlib import Path
from typing import TypeVar

from indexer.arabic.analyser import Analyser
from indexer.arabic.lexicon.lexicon import Lexicon
from indexer.article import Article
from indexer.engine.copies.candidates import PairShare
from indexer.engine.copies.joining import FoundCopies
from indexer.engine.local.clusters.clustering import find_pairs
from indexer.engine.local.segments.codec import Segment
from indexer.engine.local.segments.files import SegmentFiles
from indexer.engine.store import Refused
from indexer.errors import IndexingError

Result = TypeVar("Result")


class Builders:
    """``jobs`` processes that build segments. They start with the first segment and end with this object."""

    def __init__(self, jobs: int, lexicon: Path) -> None:
        # Spawned, not forked: the run may have threads, and the new processes should not hold its memory.
        self._jobs = jobs
        self._pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _begin, (lexicon,))

    def build(self, files: SegmentFiles, articles: Sequence[Article]) -> Future[list[Refused]]:
        """Write the files of a segment that holds ``articles``. Use `result` to wait for the outcome.

        The outcome is that of `SegmentFiles.write`.
        """
        return self._submit(_build, files, articles)

    def find_pairs(self, folder: Path, segments: Sequence[Segment]) -> list[Future[FoundCopies]]:
        """See `clustering.find_pairs`; each process does a share. The files of ``segments`` must stay meanwhile."""
        return [self._submit(_find_pairs, folder, segments, PairShare(at, self._jobs)) for at in range(self._jobs)]

    def close(self) -> None:
        """Drop work that has not begun and wait for the rest, so that nothing is written afterwards."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _submit(self, work: Callable[..., Result], *arguments: object) -> Future[Result]:
        try:
            return self._pool.submit(work, *arguments)
        except BrokenProcessPool as error:
            raise _killed() from error


def result(building: Future[Result]) -> Result:
    """Wait for the outcome. Raises what the work raised, and IndexingError if its process was killed."""
    try:
        return building.result()
    except BrokenProcessPool as error:
        raise _killed() from error


def _killed() -> IndexingError:
    return IndexingError(
        "a process that built a part of the index was killed, perhaps because memory ran out; the published index "
        "still stands; set FIHRIST_JOBS=1 or a lower FIHRIST_BATCH"
    )


_analyser: Analyser | None = None


def _begin(lexicon: Path) -> None:
    """Prepare a new process: open the lexicon, leave Ctrl-C to the run, and end when the run ends in any way."""
    global _analyser  # the only place for what all calls in a process of the pool share
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    run = multiprocessing.parent_process()
    if run is not None:
        threading.Thread(target=_end_with, args=(run.sentinel,), daemon=True).start()
    _analyser = Analyser(Lexicon.open(lexicon))


def _end_with(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)


def _build(files: SegmentFiles, articles: Sequence[Article]) -> list[Refused]:
    assert _analyser is not None
    return files.write(articles, _analyser)


def _find_pairs(folder: Path, segments: Sequence[Segment], share: PairShare) -> FoundCopies:
    assert _analyser is not None
    return find_pairs(folder, segments, _analyser, share)
