# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the articles that were added since a mark."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, replace
from typing import Protocol

from indexer import moments
from indexer.alerts.messages import Mark, NewArticle, new_article
from indexer.engine.queries import MomentRange
from indexer.search.answers.export import Export
from indexer.search.answers.results import IndexInfo
from indexer.search.query.request import SearchRequest

MOST = 10_000
"""How many articles are looked at together, so that memory is limited whatever a search finds."""


class NewsArchive(Protocol):
    """What alerts ask of an archive; see `indexer.search.archive.Archive`."""

    def export(self, request: SearchRequest, after: str = "", most: int | None = None) -> Export:
        """Returns all articles that a search finds, by their ids."""

    def own_fields(self) -> tuple[str, ...]:
        """Returns the archive's own fields."""

    def info(self) -> IndexInfo:
        """Returns the generation that answers now."""


@dataclass(frozen=True, slots=True)
class Found:
    """The first `MOST` articles that were added, in this order. ``more`` says how many there are besides.

    ``built_at`` is when the index that was asked was built. ``warnings`` are codes that say how the query was read.
    """

    articles: tuple[NewArticle, ...]
    more: int
    built_at: str
    warnings: tuple[str, ...]


def added_after(archive: NewsArchive, request: SearchRequest, mark: Mark) -> Found:
    """Returns what ``request`` finds in ``archive`` that was added after ``mark``; only full matches.

    Raises what `Archive.export` raises.
    """
    asked = replace(request, indexed=MomentRange(max(mark[0], moments.FIRST), None))
    if asked.match == "auto":
        asked = replace(asked, match="all")
    export = archive.export(asked)
    count = 0

    def marked() -> list[NewArticle]:
        nonlocal count
        best: list[tuple[int, str, NewArticle]] = []
        for article, _ in export.articles:
            here = (article.indexed_at or moments.FIRST, article.id)
            if here <= mark:
                continue
            count += 1
            best.append((*here, new_article(article, here)))
            if len(best) >= 2 * MOST:
                best = heapq.nsmallest(MOST, best)
        return [one for *_, one in heapq.nsmallest(MOST, best)]

    articles = tuple(marked())
    warnings = tuple(dict.fromkeys(warning.code for warning in export.warnings))
    return Found(articles, count - len(articles), export.index.built_at, warnings)
