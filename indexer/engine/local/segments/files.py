# SPDX-License-Identifier: GPL-3.0-or-later
"""Names the files of a segment and writes them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from indexer.arabic.analyser import Analyser
from indexer.article import Article
from indexer.engine.local.segments import stored
from indexer.engine.local.segments.headlines import write_headlines
from indexer.engine.local.writing.build import write_segment
from indexer.engine.store import Refused
from indexer.errors import SourceError, naming_faults

ARRAYS = ".idx"
ARTICLES = ".doc"
HEADLINES = ".hdl"


class SegmentFiles(NamedTuple):
    """The paths of the files of a segment: arrays (`packed`), articles (`stored`) and headlines (`headlines`)."""

    arrays: Path
    articles: Path
    headlines: Path

    @classmethod
    def named(cls, folder: Path, name: str) -> SegmentFiles:
        """Returns the paths for the segment ``name`` in ``folder``."""
        return cls(*(folder / f"{name}{extension}" for extension in (ARRAYS, ARTICLES, HEADLINES)))

    def write(self, articles: Sequence[Article], analyser: Analyser) -> list[Refused]:
        """Writes the files of the segment that holds ``articles``. Raises OSError.

        Returns the articles that were left out because processing them raised an error. Writes nothing if none is left.
        """
        refused = self._write_if_sound(articles, analyser)
        gone = {article.id for article in refused}
        kept = [article for article in articles if article.id not in gone]
        if refused and kept:
            self._write(kept, analyser)
        return refused

    def _write_if_sound(self, articles: Sequence[Article], analyser: Analyser) -> list[Refused]:
        """Writes ``articles``; if that fails, writes nothing and returns the articles at fault.

        These are found by trying halves.
        """
        try:
            with naming_faults(OSError):
                self._write(articles, analyser)
        except SourceError as error:
            if len(articles) == 1:
                (article,) = articles
                return [Refused(article.id, article.path, article.title, str(error))]
            half = len(articles) // 2
            parts = articles[:half], articles[half:]
            return [refused for part in parts for refused in self._write_if_sound(part, analyser)]
        return []

    def _write(self, articles: Sequence[Article], analyser: Analyser) -> None:
        starts = stored.write(self.articles, articles)
        write_segment(self.arrays, articles, analyser, starts)
        write_headlines(self.headlines, articles, analyser)
