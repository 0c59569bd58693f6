# SPDX-License-Identifier: GPL-3.0-or-later
"""The changes that a run collects before it applies them to the index together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from indexer.article import Article
from indexer.catalog.published import ArticleEntry
from indexer.catalog.repeated import RepeatedLines
from indexer.catalog.twins import as_twin, entry_of, heir_of
from indexer.run.report import Report
from indexer.run.staging import Staging

MOST_CHARS = 50_000_000
"""A batch is written when its texts reach this length, however few articles it has."""


@dataclass(slots=True)
class _Batch:
    """The changes that are applied to the index together."""

    deleted: list[str] = field(default_factory=list)
    added: list[Article] = field(default_factory=list)
    heirs: set[str] = field(default_factory=set)
    """The ids of the articles in ``added`` that replace their deleted twin; a later file may remove them again."""
    chars: int = 0


class PendingChanges:
    """Articles to add and to delete, in the catalog at once and in the index at the next `flush`. For one thread."""

    def __init__(self, staging: Staging, repeated: RepeatedLines, report: Report, most: int) -> None:
        """``most`` is the number of articles at which a batch is written."""
        self._staging = staging
        self._catalog = staging.catalog
        self._repeated = repeated
        self._report = report
        self._most = most
        self._batch = _Batch()
        self.pages: set[str] = set()
        """The ids of the articles that this run read from pages: repeated lines are looked for in these."""

    def put(self, article: Article, entry: ArticleEntry, known: ArticleEntry | None) -> None:
        """Adds ``article``, or replaces the one that the catalog has as ``known``.

        ``entry`` is its entry, with the moment at which it was first indexed.
        """
        if known and (known.twin_of or known.content != entry.content):
            self.delete({known.id: known})
        elif known:
            self._take_out(article.id)
        if twin := as_twin(entry, self._catalog):
            self._catalog.put_articles([twin])
            return
        self._batch.added.append(replace(article, indexed_at=entry.indexed_at))
        self._batch.chars += len(article.title) + len(article.body)
        self._catalog.put_articles([entry])

    def delete(self, entries: Mapping[str, ArticleEntry]) -> None:
        """Removes the articles with ``entries``. A twin that stays takes the place of its article."""
        if not entries:
            return
        self._catalog.drop_articles(entries)
        for entry in entries.values():
            if entry.twin_of:
                continue
            if heir := heir_of(entry, entries, self._catalog, self._find):
                self._batch.added.append(heir)
                self._batch.heirs.add(heir.id)
            self._take_out(entry.id)

    def flush_if_full(self) -> None:
        """Applies the changes if they make a batch."""
        if len(self._batch.added) >= self._most or self._batch.chars >= MOST_CHARS:
            self.flush()

    def flush(self) -> None:
        """Applies the changes to the index, and removes lines that turned out to be repeated from older articles."""
        batch, self._batch = self._batch, _Batch()
        older = self._clean_again(batch)
        with self._report.phase("index"):
            self._staging.apply(batch.deleted, batch.added)
            for first in range(0, len(older), self._most):
                found = map(self._staging.find, older[first : first + self._most])
                stored = [article for article in found if article]
                cleaned = [self._repeated.clean(article) for article in stored]
                differing = [new for new, old in zip(cleaned, stored, strict=True) if new != old]
                self._catalog.put_articles(map(entry_of, differing))
                self._staging.apply([article.id for article in differing], differing)

    def _take_out(self, article_id: str) -> None:
        batch = self._batch
        if article_id in batch.heirs:
            batch.heirs.remove(article_id)
            batch.added = [article for article in batch.added if article.id != article_id]
        batch.deleted.append(article_id)

    def _find(self, article_id: str) -> Article | None:
        """Returns an article as the index will have it."""
        if article_id in self._batch.heirs:
            return next(article for article in self._batch.added if article.id == article_id)
        return self._staging.find(article_id)

    def _clean_again(self, batch: _Batch) -> list[str]:
        """Removes repeated lines from the articles to be added. Returns the ids of older articles that have them."""
        concerned = self._repeated.learn([article for article in batch.added if article.id in self.pages])
        places = {article.id: at for at, article in enumerate(batch.added)}
        for at in (places[article_id] for article_id in concerned if article_id in places):
            batch.added[at] = self._repeated.clean(batch.added[at])
            self._catalog.put_articles([entry_of(batch.added[at])])
        return [article_id for article_id in concerned if article_id not in places]
