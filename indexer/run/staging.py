# SPDX-License-Identifier: GPL-3.0-or-later
"""The next generation while a run builds it: keeps the session of the engine and the catalog in step."""

from __future__ import annotations

import time
from collections.abc import Sequence

from indexer.article import Article
from indexer.catalog.catalog import Catalog
from indexer.engine.store import GenerationInfo, Refused, Session
from indexer.errors import IndexingError

_FIRST_CHECKPOINT = 10.0
"""In seconds. A run that is interrupted earlier starts from the beginning."""

_CHECKPOINT_SHARE = 10
"""Checkpoints take at most one part in this many of the time of a run."""


class Staging:
    """What a run adds to the index and takes out of it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._settled: list[Refused] = []
        self._sources: dict[str, int] = {}
        self._next_checkpoint = time.monotonic() + _FIRST_CHECKPOINT
        self.catalog = Catalog(session.first_catalog, session.own_catalog)
        """What the generation will hold. All changes that are applied to the index must be made here, too."""

    def apply(self, deleted: Sequence[str], added: Sequence[Article]) -> None:
        """Take out the articles with the ids ``deleted``, then put ``added`` in; stored at the next checkpoint.

        ``catalog`` must hold the same changes by now. Raises OSError, DamagedIndexError.
        """
        if not (deleted or added):
            return
        self._session.apply(deleted, added)
        self._drop_refused()
        started = time.monotonic()
        if started >= self._next_checkpoint:
            self.settle()
            self.catalog.commit()
            self._session.checkpoint()
            now = time.monotonic()
            self._next_checkpoint = now + _CHECKPOINT_SHARE * (now - started)

    def settle(self) -> list[Refused]:
        """Wait until all that was applied is stored; returns the articles that the engine refused in this run.

        The catalog drops them.
        """
        self._session.settle()
        self._drop_refused()
        return self._settled

    def find(self, article_id: str) -> Article | None:
        """The article with this id as it is stored by now; None in a dry run."""
        return self._session.find(article_id)

    def finish(self, articles: int) -> bool:
        """Merge, and check that the result holds ``articles``; returns False if there is nothing to publish.

        The catalog is closed. Raises IndexingError if the index holds another number of articles.
        """
        if not self._session.changed:
            return False
        self.settle()
        self._sources = self.catalog.sources()
        self.catalog.commit()
        self.catalog.close()
        built = self._session.finish()
        if built != articles:
            self._session.drop_checkpoint()
            raise IndexingError(f"the new index holds {built} articles instead of {articles}; it was not published")
        return True

    def publish(self, cleaning: str, built_at: int) -> GenerationInfo:
        """Make it the current generation; `finish` must have returned True. Raises IndexingError."""
        return self._session.publish(cleaning, self._sources, built_at)

    def close(self) -> None:
        """Close the catalog and discard what was not published; the last checkpoint stays for the next run."""
        self.catalog.close()
        self._session.close()

    def _drop_refused(self) -> None:
        """Take the articles that the engine refused, and their twins, out of the catalog.

        The files that they come from are read again by the next run.
        """
        new = self._session.refused[len(self._settled) :]
        self._settled += new
        for refused in new:
            twins = [twin.id for twin in self.catalog.twins_of(refused.id)]
            self.catalog.drop_articles([refused.id, *twins])
        for path in {refused.path for refused in self._settled}:
            if known := self.catalog.file(path):
                self.catalog.put_file(known._replace(mtime_ns=-1, digest=""))
