"""The authors of all articles, read from the stored articles when a query first asks for one.

Segments have no column of authors: few queries name one, and hardly any page states its author. So the first such
query of a generation reads every article (100,000 take some seconds); what one query has no time for, the next goes on
with.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

from indexer import deadline
from indexer.engine.stored import StoredArticles

_STEP = 1_000


class Authors:
    """Called, gives the author of each article of all segments, "" for none. Safe to share between threads."""

    def __init__(self, segments: Sequence[StoredArticles]) -> None:
        self._segments = segments
        self._known: list[str] = []
        self._lock = threading.Lock()

    def __call__(self) -> Sequence[str]:
        """Raises TooSlowError where the time of this thread is used up before all are known, and DamagedIndexError."""
        sizes = [len(segment.starts) - 1 for segment in self._segments]
        with self._lock:
            first = 0
            for segment, size in zip(self._segments, sizes, strict=True):
                for doc in range(max(0, len(self._known) - first), size):
                    if doc % _STEP == 0:
                        deadline.check()
                    self._known.append(segment.article(doc).author)
                first += size
        return self._known
