# SPDX-License-Identifier: GPL-3.0-or-later
"""Exact duplicates: an article that is found at several paths is in the index once, and the catalog knows all paths.

The article that was read first is in the index; the others are its twins and only in the catalog. If it vanishes or
changes, its first twin takes its place. The stored article is used for that, so no file has to be read again.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import replace

from indexer.article import Article
from indexer.catalog.catalog import Catalog
from indexer.catalog.published import ArticleEntry


def entry_of(article: Article) -> ArticleEntry:
    """The entry of the catalog for an article in the index."""
    moments = (article.fetched_at, article.indexed_at or 0)
    return ArticleEntry(article.id, article.path, article.source, *article.digests(), "", *moments)


def as_twin(entry: ArticleEntry, catalog: Catalog) -> ArticleEntry | None:
    """``entry`` as the twin of the article in the index that has the same content; None if there is none."""
    holder = catalog.holder_of(entry.content)
    return entry._replace(twin_of=holder) if holder and holder != entry.id else None


def heir_of(
    leaving: ArticleEntry, besides: Container[str], catalog: Catalog, find: Callable[[str], Article | None]
) -> Article | None:
    """The article that takes the place of ``leaving`` and its other twins; None if it has no twin.

    Twins with ids in ``besides`` leave, too. ``find`` returns an article of the index, or None in a dry run.
    """
    twins = [twin for twin in catalog.twins_of(leaving.id) if twin.id not in besides]
    if not twins:
        return None
    first = twins[0]._replace(twin_of="", indexed_at=min(leaving.indexed_at, twins[0].indexed_at))
    stored = find(leaving.id)
    heir = (
        replace(stored, id=first.id, path=first.path, fetched_at=first.fetched_at, indexed_at=first.indexed_at)
        if stored
        else None
    )
    entry = entry_of(heir) if heir else first
    catalog.put_articles([entry, *(twin._replace(twin_of=entry.id) for twin in twins[1:])])
    return heir
