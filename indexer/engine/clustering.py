"""The clusters of an index, brought up to what its segments hold."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from indexer.arabic.analyser import Analyser
from indexer.engine import clusters
from indexer.engine.codec import Segment, open_arrays, open_articles


def cluster(folder: Path, segments: Sequence[Segment], analyser: Analyser) -> None:
    """See which of the articles in ``folder`` are copies of which. Raises OSError, DamagedIndexError."""
    files = [open_arrays(folder, segment) for segment in segments]
    for file in files:
        file.check("ids", "id_docs", "stored", "sketches", "shingles", "digests")
    articles = [open_articles(folder, *pair) for pair in zip(segments, files, strict=True)]
    clusters.update(folder, files, articles, [segment.alive() for segment in segments], analyser)
