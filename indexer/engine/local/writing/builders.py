"""Processes that build segments while the run reads on, and find copies while it merges.

A segment's terms, postings and compressed texts depend on nothing but its articles and the lexicon, so that each is
made by a process of its own into the staging folder; what counts as part of the index is for the writer to say.
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
from indexer.engine.base import Refused
from indexer.engine.local.clusters.candidates import PairShare
from indexer.engine.local.clusters.clustering import find_pairs
from indexer.engine.local.clusters.joining import FoundCopies
from indexer.engine.local.segments.codec import Segment
from indexer.engine.local.segments.files import SegmentFiles
from indexer.errors import IndexingError

Result = TypeVar("Result")


class Builders:
    """``jobs`` processes that build segments; they are started with the first one, and end with this one."""

    def __init__(self, jobs: int, lexicon: Path) -> None:
        # Not forked: the run may have threads, and its memory is not for the others to hold.
        self._jobs = jobs
        self._pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _begin, (lexicon,))

    def build(self, files: SegmentFiles, articles: Sequence[Article]) -> Future[list[Refused]]:
        """Write the files of the segment that holds ``articles``; whoever waits for it calls `result`.

        It is what `SegmentFiles.write` returns.
        """
        return self._submit(_build, files, articles)

    def find_pairs(self, folder: Path, segments: Sequence[Segment]) -> list[Future[FoundCopies]]:
        """See `clustering.find_pairs`; each process has a share. The files of ``segments`` must stay until then."""
        return [self._submit(_find_pairs, folder, segments, PairShare(at, self._jobs)) for at in range(self._jobs)]

    def close(self) -> None:
        """What has not begun is left; what has is waited for, so that nobody writes any more."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _submit(self, work: Callable[..., Result], *arguments: object) -> Future[Result]:
        try:
            return self._pool.submit(work, *arguments)
        except BrokenProcessPool as error:
            raise _killed() from error


def result(building: Future[Result]) -> Result:
    """Wait until it is done. Raises IndexingError where its process ended before that, and what the work raised."""
    try:
        return building.result()
    except BrokenProcessPool as error:
        raise _killed() from error


def _killed() -> IndexingError:
    return IndexingError(
        "a process that built a part of the index was killed, perhaps for want of memory; the published index still "
        "stands; set FIHRIST_JOBS=1 or a lower FIHRIST_BATCH"
    )


_analyser: Analyser | None = None


def _begin(lexicon: Path) -> None:
    """In a new process: open the lexicon, leave Ctrl-C to the run, and end when it has ended, however it did."""
    global _analyser  # a pool's processes have no other place for what all of their calls share
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
