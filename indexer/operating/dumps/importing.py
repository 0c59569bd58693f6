# SPDX-License-Identifier: GPL-3.0-or-later
"""Imports a dump: builds a generation from its articles beside the current one, and publishes it.

The new generation has the catalog of the dump, so the next run over the same files finds them unchanged, and articles
keep their ids and the moments at which they were first indexed.
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack, closing
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from indexer.article import Article
from indexer.catalog.first_indexed import FirstIndexed
from indexer.catalog.foreign import ForeignCatalog
from indexer.catalog.published import ArticleEntry
from indexer.engine.store import GenerationInfo, Progress, Session, Store
from indexer.errors import FihristError, IndexingError
from indexer.operating.dumps.reading import Dump, damages
from indexer.run import guard
from indexer.run.options import Options
from indexer.run.pending import MOST_CHARS
from indexer.run.publishing import publish_staged
from indexer.run.report import Report, Skipped
from indexer.run.staging import Staging

_LONGEST_TITLE = 60
_ENTRIES_AT_ONCE = 1_000


def import_dump(stream: BinaryIO, store: Store, options: Options, progress: Progress, report: Report) -> None:
    """Replace the index in ``store`` by the articles of the dump in ``stream``, as one new generation.

    ``progress`` is called with (articles read, articles). An import that was interrupted continues at its last
    checkpoint, if the same dump is given. Raises UsageError if ``stream`` holds no dump, IndexingError if the dump is
    damaged or the disk fails, LockedError if a run holds the lock, and ShrinkError if the index would lose too many
    articles. After any error the published index is unchanged.
    """
    dump = Dump(stream, options.max_bytes)
    if not dump.header.articles:
        raise IndexingError("the dump holds no article; nothing was published")
    with ExitStack() as ending:
        ending.enter_context(store.locked())
        before = _published(store)
        try:
            folder = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="fihrist-")))
            with report.phase("read"):
                catalog = ending.enter_context(closing(dump.catalog(folder)))
            session = ending.enter_context(closing(store.begin(f"import of {dump.digest}", rebuild=True)))
            firsts = ending.enter_context(closing(FirstIndexed(store, options.clock())))
            staging = ending.enter_context(closing(Staging(session)))
            report.resumed = session.resumed
            with report.phase("read"):
                _Import(dump, catalog, session, staging, options, report).run(progress)
            if before and not options.allow_shrink:
                guard.check_share(max(0, before.articles - report.articles), before.articles, options.shrink)
            moment = max(options.clock(), firsts.run)
            publish_staged(store, staging, report, dump.header.cleaning, moment)
            store.prune(options.keep)
        except OSError as error:
            raise IndexingError(f"{error}; the published index still stands") from error
        except MemoryError as error:
            raise IndexingError("out of memory; lower FIHRIST_BATCH; the published index still stands") from error


def _published(store: Store) -> GenerationInfo | None:
    """The current generation, None if there is none that can be read."""
    try:
        return store.info()
    except FihristError:
        return None


class _Import:
    """One import, from the dump to the staged generation."""

    def __init__(
        self,
        dump: Dump,
        catalog: ForeignCatalog,
        session: Session,
        staging: Staging,
        options: Options,
        report: Report,
    ) -> None:
        self._dump = dump
        self._catalog = catalog
        self._session = session
        self._staging = staging
        self._most = options.batch
        self._report = report
        self._batch: list[Article] = []
        self._entries: list[ArticleEntry] = []
        """Those of the batch."""
        self._chars = 0

    def run(self, progress: Progress) -> None:
        """Stage everything, and count it in the report."""
        own, report, total = self._staging.catalog, self._report, self._dump.header.articles
        if not self._session.resumed:  # a checkpoint is made after this
            with damages():
                self._copy_entries()
        for article, entry in self._dump.articles(self._catalog):
            report.read += 1
            if not own.article(article.id):
                self._batch.append(replace(article, indexed_at=entry.indexed_at))
                self._entries.append(entry)
                self._chars += len(article.title) + len(article.body)
                if len(self._batch) >= self._most or self._chars >= MOST_CHARS:
                    self._flush()
            if not report.read % 100:
                progress(report.read, total)
        self._flush()
        for refused in self._staging.settle():
            report.skip(Skipped(refused.path, refused.reason, f"article {refused.title[:_LONGEST_TITLE]!r}"))
        progress(report.read, total)
        report.articles = report.added = own.count()
        report.duplicates = own.count_twins()

    def _copy_entries(self) -> None:
        """Copy all of the catalog but the articles, which follow when they are in the index."""
        own = self._staging.catalog
        for file in self._catalog.files():
            own.put_file(file)
        twins = self._catalog.twin_entries()
        while some := list(islice(twins, _ENTRIES_AT_ONCE)):
            own.put_articles(some)
        for lines in self._catalog.lines():
            own.put_lines(lines)
        own.put_repeated(self._catalog.repeated())

    def _flush(self) -> None:
        """Add the collected articles to catalog and index."""
        with self._report.phase("index"):
            self._staging.catalog.put_articles(self._entries)
            self._staging.apply([], self._batch)
        self._batch, self._entries, self._chars = [], [], 0
