# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the articles of a request: plans the query, asks the engine, and rescues a search that finds too little."""

from __future__ import annotations

from dataclasses import replace

from indexer import deadline
from indexer.columns import TIMELINE, YEAR, Order
from indexer.engine.periods import UnitChoice
from indexer.engine.questions import ArticleQuery, ListPlace, PageRequest, ResultPage
from indexer.search.answers.hits import has_snippets
from indexer.search.answers.warnings import of_engine
from indexer.search.opened import OpenedIndex
from indexer.search.planning.plan import QueryPlan, plan
from indexer.search.query.request import SearchRequest
from indexer.search.snippets import evidence
from indexer.search.suggest import rescue
from indexer.search.suggest.rescue import SearchOutcome


class Finder:
    """Finds articles in one generation. For ``recency`` see `queries.Ranked`."""

    def __init__(self, opened: OpenedIndex, recency: float) -> None:
        self._opened = opened
        self._recency = recency

    def plan(self, request: SearchRequest) -> QueryPlan:
        """The plan of ``request``. Raises TooSlowError."""
        opened, searcher = self._opened, self._opened.generation.searcher
        asked = plan(request, searcher.analyser, opened.columns, foreign=opened.foreign, published=opened.years)
        warnings = (*asked.warnings, *of_engine(asked.node, searcher.capabilities))
        ranked = asked.ranked and replace(asked.ranked, recency=self._recency)
        return replace(asked, ranked=ranked, warnings=warnings)

    def answer(
        self, request: SearchRequest, *, limit: int | None = None, copies: int = 0, unit: UnitChoice | None = None
    ) -> SearchOutcome:
        """The page that ``request`` asks for, rescued where no article has all of its words.

        ``limit`` replaces the number of hits of a page; ``copies`` is the number of copies wanted with each hit. With a
        ``unit`` the page tells how all hits spread over time.
        """

        def ask(request: SearchRequest, *, counts_only: bool = False) -> tuple[QueryPlan, ResultPage]:
            if counts_only:
                return self._page(replace(request, facets=()), 0, copies)
            return self._page(request, request.per_page if limit is None else limit, copies, unit)

        return rescue.find(request, ask, self._opened.speller, self._opened.generation.searcher)

    def counts(self, request: SearchRequest) -> SearchOutcome:
        """The answer to ``request`` without hits and facets."""
        return self.answer(replace(request, offset=0, facets=()), limit=0)

    def _page(
        self, request: SearchRequest, limit: int, copies: int, unit: UnitChoice | None = None
    ) -> tuple[QueryPlan, ResultPage]:
        asked = self.plan(request)
        deadline.check()
        if asked.nothing:
            return asked, ResultPage()
        page = PageRequest(
            query=article_query(asked, request),
            order=order_of(asked, request),
            offset=request.offset,
            limit=limit,
            facets=request.facets,
            facet_names=self._facet_names(request),
            terms=evidence.terms_of(asked.marked) if has_snippets(request) else (),
            copies=copies,
            explain=request.explain,
            after=self._place(request) if limit else None,
            unit=unit if asked.ranked else None,
        )
        return asked, self._opened.generation.searcher.search(page)

    def _place(self, request: SearchRequest) -> ListPlace | None:
        cursor = request.cursor
        if cursor is None:
            return None
        return replace(cursor.place, same=cursor.generation == self._opened.info.digest)

    def _facet_names(self, request: SearchRequest) -> dict[str, tuple[str, ...]]:
        """The names of each facet that ``request`` looks for in facets; none where it looks for nothing."""
        if not request.facet_query.strip():
            return {}
        names = self._opened.columns.beginning
        return {facet: names(facet, request.facet_query) for facet in request.facets if facet not in (YEAR, TIMELINE)}


def article_query(asked: QueryPlan, request: SearchRequest) -> ArticleQuery:
    """The articles that ``request`` with the plan ``asked`` is about."""
    return ArticleQuery(asked.ranked, asked.filters, request.collapse)


def order_of(asked: QueryPlan, request: SearchRequest) -> Order:
    """The order of the hits: without words there is no relevance, so that the newest come first."""
    return "newest" if asked.ranked is None and request.sort == "relevance" else request.sort
