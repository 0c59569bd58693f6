# SPDX-License-Identifier: GPL-3.0-or-later
"""Updates the file of clusters so that it matches the segments of an index."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.arabic.analyser import Analyser
from indexer.article import Article
from indexer.engine.copies import joining, pairs
from indexer.engine.copies.candidates import ALL, PairShare, Sketched
from indexer.engine.copies.joining import NO_PAIRS, CopyPairs, FoundCopies
from indexer.engine.copies.sketches import HASHES, Ints
from indexer.engine.local.clusters import clusters
from indexer.engine.local.clusters.clusters import Present
from indexer.engine.local.segments.codec import Segment, open_arrays, open_articles
from indexer.engine.local.segments.packed import SegmentFile
from indexer.engine.local.segments.stored import StoredArticles

_READS_A_RELEASE = 10_000


def find_pairs(folder: Path, segments: Sequence[Segment], analyser: Analyser, share: PairShare = ALL) -> FoundCopies:
    """Finds which articles in ``folder`` are copies of each other, for articles that the file of clusters lacks.

    Only the pairs of one ``share`` are looked at. Articles are numbered in the order of their ids. Raises OSError and
    DamagedIndexError.
    """
    present, articles = _open(folder, segments)
    if not present.fresh.any():
        return FoundCopies(NO_PAIRS, np.zeros(len(present.ids), bool))
    return pairs.find_pairs(articles.sketched(), present.fresh, articles.read, analyser, share)


def cluster(folder: Path, segments: Sequence[Segment], found: Sequence[FoundCopies], analyser: Analyser) -> None:
    """Writes the file of clusters for ``segments``, from the old file and all pairs in ``found``.

    The segments may have been merged since ``found`` was made. Raises OSError and DamagedIndexError.
    """
    present, articles = _open(folder, segments)
    together = CopyPairs.together([present.pairs, *(each.pairs for each in found)]).ordered()
    recurring = np.logical_or.reduce([present.recurring, *(each.recurring for each in found)])
    judge = pairs.TextJudge(articles.sketched(), articles.read, analyser)
    heads = joining.heads(present.known, together, recurring, present.touched(together, recurring), judge)
    clusters.write(
        folder / clusters.NAME, clusters.ClusterTable(present.ids, heads, present.digests, recurring, together)
    )


def _open(folder: Path, segments: Sequence[Segment]) -> tuple[Present, _AliveArticles]:
    files = [open_arrays(folder, segment) for segment in segments]
    for file in files:
        file.check("ids", "id_docs", "stored", "sketches", "shingles", "digests", "days")
    path = folder / clusters.NAME
    alive = [segment.alive() for segment in segments]
    present = Present.of(files, alive, clusters.read(path) if path.exists() else clusters.EMPTY)
    stored = [open_articles(folder, *pair) for pair in zip(segments, files, strict=True)]
    return present, _AliveArticles(present.docs, files, stored)


class _AliveArticles:
    """The articles that are not deleted, numbered in the order of their ids."""

    def __init__(self, docs: Ints, files: Sequence[SegmentFile], stored: Sequence[StoredArticles]) -> None:
        self._docs = docs
        self._files = files
        self._stored = stored
        self._bases = np.cumsum([0, *(file.docs for file in files)])
        self._reads = 0

    def sketched(self) -> Sketched:
        """Returns what can be compared without reading the articles."""
        sketches = self._column("sketches", HASHES).reshape(-1, HASHES)
        return Sketched(sketches, self._column("shingles").astype(np.int64), self._column("days").astype(np.int64))

    def read(self, number: int) -> Article:
        """Returns the article with this number. Raises DamagedIndexError."""
        doc = int(self._docs[number])
        segment = int(np.searchsorted(self._bases, doc, side="right")) - 1
        self._reads += 1
        if self._reads % _READS_A_RELEASE == 0:
            for each in self._stored:
                each.release()
        return self._stored[segment].article(doc - int(self._bases[segment]))

    def _column(self, name: str, width: int = 1) -> NDArray[Any]:
        parts = [file.arrays[name].reshape(-1, width) for file in self._files]
        return np.concatenate([np.empty((0, width), np.uint16), *parts])[self._docs].reshape(-1)
