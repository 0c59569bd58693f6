# SPDX-License-Identifier: GPL-3.0-or-later
"""The articles of a generation by number and by id.

Numbers run from 0 over all segments, deleted articles included. They are used inside this engine only.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.article import Article
from indexer.engine.local.segments.codec import Segment, open_articles
from indexer.engine.local.segments.packed import SegmentFile


class NumberedArticles:
    """Reads articles. Immutable; safe to share between threads."""

    def __init__(
        self,
        folder: Path,
        segments: Sequence[Segment],
        files: Sequence[SegmentFile],
        ids: NDArray[np.uint64],
        alive: NDArray[np.bool_],
    ) -> None:
        """``ids`` are those of the articles, ``alive`` says which are not deleted. Raises DamagedIndexError."""
        self._stored = [open_articles(folder, *pair) for pair in zip(segments, files, strict=True)]
        self._files = files
        self._bases = np.cumsum([0, *(file.docs for file in files)]).tolist()
        self._ids = ids
        self._alive = alive

    def article(self, doc: int) -> Article:
        """The article with this number. Raises DamagedIndexError."""
        segment = bisect_right(self._bases, doc) - 1
        return self._stored[segment].article(doc - self._bases[segment])

    def several(self, docs: Iterable[int]) -> tuple[Article, ...]:
        """The articles with these numbers, in their order."""
        return tuple(map(self.article, docs))

    def number(self, article_id: str) -> int | None:
        """The number of the article with this id; None where there is none."""
        for file, base in zip(self._files, self._bases, strict=False):
            doc = file.doc_of(article_id)
            if doc >= 0 and self._alive[base + doc]:
                return int(base + doc)
        return None

    def id_of(self, doc: int) -> str:
        """The id of the article with this number."""
        return f"{int(self._ids[doc]):016x}"

    def ids_of(self, docs: Sequence[int]) -> list[str]:
        """The ids of the articles with these numbers, in their order."""
        return [f"{number:016x}" for number in self._ids[np.array(docs, np.int64)].tolist()]
