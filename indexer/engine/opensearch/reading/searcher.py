# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers from one generation in a cluster."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from indexer.arabic.analyser import Analyser
from indexer.article import Article
from indexer.columns import Order
from indexer.engine.opensearch.reading import counting, fetching, headlines, related
from indexer.engine.opensearch.reading.asking import Asking, settle
from indexer.engine.opensearch.reading.generation import ClusterGeneration
from indexer.engine.opensearch.reading.page_search import ClusterPageSearch, RankedHit
from indexer.engine.opensearch.walking import exporting
from indexer.engine.opensearch.words.vocabulary import ClusterVocabulary
from indexer.engine.questions import (
    ArticleQuery,
    Capabilities,
    Cluster,
    Continuation,
    ExportedArticles,
    HeadlineMatches,
    HeadlineStart,
    NamesOverTime,
    NamesRequest,
    PageRequest,
    PeriodRequest,
    Periods,
    ResultPage,
    SignificantTerms,
    SimilarArticle,
)
from indexer.engine.stories.lookup import StoryLookup
from indexer.errors import NotFoundError

Json = dict[str, Any]

_SPREAD = "spread"


class ClusterSearcher:
    """See `engine.base.Searcher`. Immutable but for what it remembers; safe to share between threads."""

    capabilities = Capabilities(
        positions=False,
        differences=(
            "Scores are rounded to about one in a hundred, so articles with nearly equal scores may change places.",
            f"Beyond {counting.EXACT:,} groups of copies in a search, or {counting.EXACT_IN_FACET:,} in one value of "
            "a facet, their number is an estimate.",
            f"A facet has at most {counting.MOST_NAMES:,} values, the most frequent ones.",
            "Completion reads a sample of the headlines that begin as typed, where there are very many.",
        ),
    )

    def __init__(self, generation: ClusterGeneration) -> None:
        self._generation = generation
        self.vocabulary = ClusterVocabulary(generation.dictionary)
        self._starts: dict[int, str] = {}

    @property
    def analyser(self) -> Analyser:
        """See `Searcher.analyser`."""
        return self._generation.analyser

    @property
    def stories(self) -> StoryLookup:
        """See `Searcher.stories`."""
        return self._generation.stories

    def count(self) -> int:
        """See `Searcher.count`."""
        return self._generation.dictionary.articles

    def search(self, request: PageRequest) -> ResultPage:
        """See `Searcher.search`."""
        search = ClusterPageSearch(self._generation, request)
        # Some questions need the first answer. They are sent in one request with the question for the articles.
        hits, periods = fetching.found_articles(self._generation, search, search.hits(), request)
        return search.page(hits, periods)

    def _hits(self, request: PageRequest) -> tuple[list[RankedHit], int]:
        """The hits on a page, and how many articles are counted."""
        search = ClusterPageSearch(self._generation, request)
        return search.hits(), search.counted

    def matches(self, queries: Sequence[ArticleQuery]) -> list[int]:
        """See `Searcher.matches`."""
        bodies = []
        for query in queries:
            asking = Asking(self._generation, query)
            every = [*asking.among, *asking.narrowing.values(), asking.full()]
            bodies.append({"size": 0, "track_total_hits": True, "query": {"bool": {"filter": every}}})
        return [int(answer["hits"]["total"]["value"]) for answer in self._generation.searches(bodies)]

    def periods(self, requests: Sequence[PeriodRequest]) -> list[Periods]:
        """See `Searcher.periods`."""
        askings = [Asking(self._generation, request.query) for request in requests]
        found = [asking.counted(one) for asking, one in zip(askings, settle(self._generation, askings), strict=True)]
        left = [(request, query) for request, query in zip(requests, found, strict=True) if request.unit == "auto"]
        fitting = iter(
            counting.fitting_of(answer, request.query.filters)
            for (request, _), answer in zip(left, self._spreads(left), strict=True)
        )
        asked = [
            (request._replace(unit=next(fitting) if request.unit == "auto" else request.unit), query)
            for request, query in zip(requests, found, strict=True)
        ]
        units = [request.unit for request, _ in asked]
        return [
            counting.spread_of(answer, unit)
            for answer, unit in zip(self._spreads(asked), units, strict=True)
            if unit != "auto"
        ]

    def _spreads(self, asked: Sequence[tuple[PeriodRequest, Sequence[Json]]]) -> list[Json]:
        """The counts for each request, over the articles that match all of its queries."""
        counts = [
            counting.spread(request.unit, query, collapse=request.query.collapse, stated=request.stated)
            for request, query in asked
        ]
        return self._counts(counts)

    def _counts(self, aggregations: Sequence[Json]) -> list[Json]:
        bodies = [{"size": 0, "track_total_hits": False, "aggs": {_SPREAD: one}} for one in aggregations]
        return [answer["aggregations"][_SPREAD] for answer in self._generation.searches(bodies)] if bodies else []

    def names_over_time(self, request: NamesRequest) -> NamesOverTime:
        """See `Searcher.names_over_time`."""
        query, column, unit = request.query, request.column, request.unit
        dictionary = self._generation.dictionary
        if not dictionary.names(column):
            return NamesOverTime((), ())
        asking = Asking(self._generation, query)
        (settled,) = settle(self._generation, [asking])
        found = asking.counted(settled)
        clear = [*found, counting.stating(unit)]
        (answer,) = self._counts([counting.names(column, clear, dictionary, collapse=query.collapse)])
        chosen = [name for name, _ in counting.names_of(answer, column, dictionary)[: request.most]]
        (answer,) = self._counts([counting.over_time(column, chosen, unit, found, collapse=query.collapse)])
        return counting.over_time_of(answer, chosen, unit)

    def export(
        self, query: ArticleQuery, after: str = "", most: int | None = None, order: Order | None = None
    ) -> ExportedArticles:
        """See `Searcher.export`."""
        if order:
            return exporting.export_in_order(self._generation, query, order, after, most)
        return exporting.export(self._generation, query, after, most)

    def listed(self, offset: int, limit: int) -> list[tuple[str, datetime | None]]:
        """See `Searcher.listed`."""
        return exporting.listed(self._generation, offset, limit, self._starts)

    def articles(self, ids: Sequence[str]) -> dict[str, Article]:
        """See `Searcher.articles`."""
        return fetching.articles(self._generation, ids)

    def at_addresses(self, addresses: Sequence[str]) -> dict[str, tuple[Article, ...]]:
        """See `Searcher.at_addresses`."""
        return fetching.at_addresses(self._generation, addresses)

    def copies(self, article_id: str, most: int) -> tuple[Cluster, tuple[Article, ...]]:
        """See `Searcher.copies`."""
        cluster = fetching.cluster_of(self._generation, article_id)
        if cluster is None:
            raise NotFoundError(f"there is no article {article_id[:40]!r}")
        return fetching.copies(self._generation, article_id, cluster, most)

    def similar(self, article_id: str, most: int) -> list[SimilarArticle]:
        """See `Searcher.similar`."""
        return related.similar(self._generation, article_id, most)

    def similar_to(self, text: str, most: int) -> list[SimilarArticle]:
        """See `Searcher.similar_to`."""
        return related.similar_to(self._generation, text, most)

    def significant(self, request: PageRequest, most: int, without: Collection[str] = ()) -> SignificantTerms:
        """See `Searcher.significant`."""
        return related.significant(self._generation, request, most, without)

    @property
    def own_fields(self) -> tuple[str, ...]:
        """See `Searcher.own_fields`."""
        return self._generation.dictionary.own_fields

    def names(self, column: str) -> Sequence[str]:
        """See `Searcher.names`."""
        return self._generation.dictionary.names(column)

    def continuations(self, starts: Sequence[HeadlineStart], most: int) -> list[list[Continuation]]:
        """See `Searcher.continuations`."""
        return headlines.continuations(self._generation, starts, most)

    def headlines(self, starts: Sequence[HeadlineStart], most: int) -> list[HeadlineMatches]:
        """See `Searcher.headlines`."""
        return headlines.headlines(self._generation, starts, most)

    def headline_words(self, bases: Collection[str]) -> frozenset[str]:
        """See `Searcher.headline_words`."""
        return headlines.headline_words(self._generation, bases)

    def close(self) -> None:
        """See `Searcher.close`. There is nothing to release: the store closes the connections."""
