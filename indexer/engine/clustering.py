"""The clusters of an index, brought up to what its segments hold."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from indexer.arabic.analyser import Analyser
from indexer.engine import clusters
from indexer.engine.codec import Segment, open_arrays, open_articles
from indexer.engine.copies import ALL, Share
from indexer.engine.packed import SegmentFile
from indexer.engine.runs import Ints


def find_pairs(folder: Path, segments: Sequence[Segment], analyser: Analyser, share: Share = ALL) -> Ints:
    """Which of the articles in ``folder`` are copies of which: a ``share`` of the pairs, as `clusters.pairs` has them.

    Raises OSError, DamagedIndexError.
    """
    files = _arrays(folder, segments, "ids", "id_docs", "stored", "sketches", "shingles", "digests")
    articles = [open_articles(folder, *pair) for pair in zip(segments, files, strict=True)]
    return clusters.pairs(folder, files, articles, [segment.alive() for segment in segments], analyser, share)


def cluster(folder: Path, segments: Sequence[Segment], pairs: Sequence[Ints]) -> None:
    """Join the ``pairs`` of all shares; ``segments`` may be merged by now. Raises OSError, DamagedIndexError."""
    files = _arrays(folder, segments, "ids", "id_docs", "digests")
    clusters.update(folder, files, [segment.alive() for segment in segments], pairs)


def _arrays(folder: Path, segments: Sequence[Segment], *read: str) -> list[SegmentFile]:
    """Those of ``segments``, the sections that are ``read`` compared."""
    files = [open_arrays(folder, segment) for segment in segments]
    for file in files:
        file.check(*read)
    return files
