# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers what describes the archive as a whole: its sources and sections, its size, its analysis of a text."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from indexer.arabic.analyser import Analyser, Token
from indexer.columns import COLUMNS_BY_NAME, Column, own_column
from indexer.engine.base import Searcher
from indexer.engine.questions import ArticleQuery, PageRequest
from indexer.engine.stories.lookup import StoryCounts
from indexer.search.answers.results import FacetCount, FacetCounts, IndexInfo
from indexer.search.answers.warnings import QueryWarning, limits_of
from indexer.search.query.request import SearchRequest
from indexer.search.suggest.rescue import SearchOutcome


@dataclass(frozen=True, slots=True)
class NameCounts:
    """The names in ``column`` of the articles that ``request`` finds, most frequent first.

    As in a facet, a filter by the same column does not count.
    """

    request: SearchRequest
    read_as: str
    column: Column
    counts: Sequence[FacetCount]
    index: IndexInfo
    took_ms: float
    warnings: tuple[QueryWarning, ...]


@dataclass(frozen=True, slots=True)
class Stats:
    """The size of the archive: ``stories`` counts copies once, ``dated`` the articles that have a date.

    ``told`` counts the groups of articles that report one event, and the articles in them.

    ``limits`` are sentences on what the engine cannot do.
    """

    stories: int
    sources: int
    categories: int
    dated: int
    told: StoryCounts
    years: tuple[FacetCount, ...]
    index: IndexInfo
    took_ms: float
    limits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Analysis:
    """The ``tokens`` of a text, and the analyser that made them."""

    text: str
    tokens: Sequence[Token]
    analyser: Analyser
    index: IndexInfo
    took_ms: float


def names(
    name: str, request: SearchRequest, find: Callable[[SearchRequest], SearchOutcome], index: IndexInfo
) -> NameCounts:
    """The names in the column ``name`` of the articles that ``find`` finds for ``request``."""
    column = COLUMNS_BY_NAME.get(name) or own_column(name)
    start = time.perf_counter()
    found = find(replace(request, offset=0, per_page=1, facets=(name,), snippets=0))
    counts = FacetCounts(found.page.facets.get(name, ()))
    return NameCounts(request, found.asked.read_as, column, counts, index, _since(start), found.warnings)


def stats(searcher: Searcher, index: IndexInfo) -> Stats:
    """The size of what ``searcher`` answers from."""
    start = time.perf_counter()
    stories = searcher.search(PageRequest(ArticleQuery(collapse=True), limit=0, facets=())).total
    facets = searcher.search(PageRequest(ArticleQuery(), limit=0, facets=("source", "category", "year"))).facets
    years = tuple(FacetCount(*pair) for pair in facets["year"])
    sizes = (len(facets["source"]), len(facets["category"]), sum(year.count for year in years))
    return Stats(
        stories, *sizes, searcher.stories.counts, years, index, _since(start), limits_of(searcher.capabilities)
    )


def analysis(text: str, analyser: Analyser, index: IndexInfo) -> Analysis:
    """The tokens of ``text``."""
    start = time.perf_counter()
    return Analysis(text, analyser.tokens(text), analyser, index, _since(start))


def terms_of(token: Token) -> dict[str, list[str]]:
    """The terms of a token in each tier, and its grams."""
    return {
        "surface": [token.word.bare],
        "folded": [token.folded],
        "stem": list(token.word.stems),
        "gram": token.word.grams() if token.word.base else [],
    }


def _since(start: float) -> float:
    """Milliseconds since ``start``."""
    return (time.perf_counter() - start) * 1_000
