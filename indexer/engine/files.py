"""The files of a segment."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from indexer.arabic.analyser import Analyser
from indexer.article import Article
from indexer.engine import stored
from indexer.engine.build import write_segment
from indexer.engine.headlines import write_headlines

ARRAYS = ".idx"
ARTICLES = ".doc"
HEADLINES = ".hdl"


class SegmentFiles(NamedTuple):
    """Where they lie: its arrays (`packed`), its articles (`stored`), its headlines (`headlines`)."""

    arrays: Path
    articles: Path
    headlines: Path

    @classmethod
    def named(cls, folder: Path, name: str) -> SegmentFiles:
        """Those of the segment ``name`` in ``folder``."""
        return cls(*(folder / f"{name}{extension}" for extension in (ARRAYS, ARTICLES, HEADLINES)))

    def write(self, articles: Sequence[Article], analyser: Analyser) -> None:
        """Write those of the segment that holds ``articles``. Raises OSError."""
        starts = stored.write(self.articles, articles)
        write_segment(self.arrays, articles, analyser, starts)
        write_headlines(self.headlines, articles, analyser)
