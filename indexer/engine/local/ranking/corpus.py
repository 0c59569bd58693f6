# SPDX-License-Identifier: GPL-3.0-or-later
"""What the scores of one generation rest on: its segments, which articles are deleted, lengths, and the idf."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.engine.local.segments.packed import SegmentFile
from indexer.engine.local.segments.postings import RecentPostings
from indexer.engine.local.segments.runs import Ints
from indexer.engine.queries import Filters
from indexer.engine.weights import K1, B

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

_RECENT_BYTES, _RECENT_BYTES_AN_ARTICLE = 64 << 20, 512
"""The memory for postings that were unpacked last: those of the words that every other query has."""


class Scored(NamedTuple):
    """The numbers of articles, ascending unless said otherwise, and their scores."""

    docs: Ints
    scores: Floats


class Corpus:
    """The segments of one generation, and what scores depend on beyond a segment. Immutable; shared by threads."""

    def __init__(
        self, files: Sequence[SegmentFile], alive: NDArray[np.bool_], masks: Callable[[Filters], Mask]
    ) -> None:
        """``alive`` and the masks of ``masks`` are over the articles of all segments, numbered one after the other."""
        self.files = files
        self.bases = np.cumsum([0, *(file.docs for file in files)]).tolist()
        self.alive = alive
        self.masks = masks
        lengths = np.concatenate([np.zeros(0), *(file.arrays["lengths"] for file in files)])
        self.count = int(alive.sum())
        self.average = float(lengths[alive].mean()) if self.count else 1.0
        self.norms: Floats = K1 * (1 - B + B * lengths / max(self.average, 1.0))
        self.least_norms = [float(self.norms[first:last].min(initial=K1)) for first, last in pairwise(self.bases)]
        self.whole = bool(alive.all())
        self.recent = RecentPostings(_RECENT_BYTES + _RECENT_BYTES_AN_ARTICLE * self.count)

    def idf(self, having: int) -> float:
        """The idf of a term that ``having`` articles have."""
        return float(np.log1p((self.count - min(having, self.count) + 0.5) / (having + 0.5)))
