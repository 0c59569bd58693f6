# SPDX-License-Identifier: GPL-3.0-or-later
"""Short helpers that ask a searcher, for tests."""

from __future__ import annotations

from typing import Any

from indexer.columns import Order
from indexer.engine.base import Searcher
from indexer.engine.queries import NO_FILTERS, Filters, Query, Ranked
from indexer.engine.questions import ArticleQuery, PageRequest, ResultPage


def page(
    searcher: Searcher,
    query: Query | Ranked | None,
    filters: Filters = NO_FILTERS,
    order: Order | None = None,
    offset: int = 0,
    limit: int = 100,
    *,
    collapse: bool = False,
    **more: Any,
) -> ResultPage:
    """Returns the page of ``query``, by relevance unless ``order`` says otherwise or the query has no relevance."""
    ranked = query if query is None or isinstance(query, Ranked) else Ranked(query)
    by = order or ("relevance" if ranked else "newest")
    return searcher.search(PageRequest(ArticleQuery(ranked, filters, collapse), by, offset, limit, **more))


def scores(found: ResultPage) -> list[tuple[str, float]]:
    """Returns the id and the score of each hit, in order."""
    return [(hit.article.id, hit.score) for hit in found.hits]


def paths(found: ResultPage) -> list[str]:
    """Returns the path of each hit without its leading slash, in order."""
    return [hit.article.path.removeprefix("/") for hit in found.hits]
