# SPDX-License-Identifier: GPL-3.0-or-later
"""The Engine interface: all that the rest of Fihrist knows of an index.

A query reaches an engine as a tree of terms (`queries`). Articles are named by their ``id``; how an engine numbers them
is its own affair. Each question (`questions`) is asked once for a whole page or list, so that an engine on other
machines answers it in one or two requests. What an engine cannot do it states in its `Capabilities`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from indexer.arabic.analyser import Analyser
from indexer.article import Article
from indexer.columns import Order
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
from indexer.engine.vocabulary import Vocabulary


class Searcher(Protocol):
    """The answers of one complete, immutable generation. Safe to share between threads.

    Any question may raise DamagedIndexError, or TooSlowError where the deadline of the request passes.
    """

    @property
    def analyser(self) -> Analyser:
        """The analyser that made the terms of the index."""
        ...

    @property
    def vocabulary(self) -> Vocabulary:
        """The words of the index; the same object each time."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """What the engine can do."""
        ...

    def count(self) -> int:
        """The number of articles."""
        ...

    def search(self, request: PageRequest) -> ResultPage:
        """One page of the articles that match, with all that is shown of them.

        `queries.Ranked` and `ResultPage` say which articles match in full and in part. Equal scores are ordered newest
        first. Articles without a date come last in both orders of date, and articles without such a moment last in the
        orders by when they were fetched or indexed, where equals are ordered newest first. In all orders by time equals
        are ordered by id in the end.
        """
        ...

    def matches(self, queries: Sequence[ArticleQuery]) -> list[int]:
        """The number of articles that match each query in full; ``collapse`` and `Ranked.wider` are not heeded."""
        ...

    def periods(self, requests: Sequence[PeriodRequest]) -> list[Periods]:
        """How the articles that the facets of `search` count spread over time, for each request."""
        ...

    def names_over_time(self, request: NamesRequest) -> NamesOverTime:
        """How the articles that `periods` counts spread over time by their names in a column."""
        ...

    def export(
        self, query: ArticleQuery, after: str = "", most: int | None = None, order: Order | None = None
    ) -> ExportedArticles:
        """The first ``most`` articles, or all, that facets count, in the order of their ids or in ``order``.

        Only articles behind the one with the id ``after`` are among them. With ``collapse`` the article of a cluster
        that comes first stands for it, wherever ``after`` lies. Raises NotFoundError where ``order`` is given and the
        place of ``after`` in it is not known: the article is not in the index or, by relevance, not found.
        """
        ...

    def listed(self, offset: int, limit: int) -> list[tuple[str, datetime | None]]:
        """The ids of ``limit`` articles from ``offset`` on, ascending, each with the moment at which its date begins.

        Moments are as `Published.start` gives them; None where an article has no date.
        """
        ...

    def articles(self, ids: Sequence[str]) -> dict[str, Article]:
        """The articles with these ids, by id; those that do not exist are left out."""
        ...

    def at_addresses(self, addresses: Sequence[str]) -> dict[str, tuple[Article, ...]]:
        """The articles whose originals are at ``addresses`` (`web_addresses.normal_address`), by address.

        The first `MOST_AT_ADDRESS` by id; addresses without an article are left out.
        """
        ...

    def copies(self, article_id: str, most: int) -> tuple[Cluster, tuple[Article, ...]]:
        """The cluster of the article with this id, and the ``most`` newest of its other articles, newest first.

        Raises NotFoundError where there is no such article.
        """
        ...

    @property
    def stories(self) -> StoryLookup:
        """The stories of the archive: which articles report one event."""
        ...

    def similar(self, article_id: str, most: int) -> list[SimilarArticle]:
        """The ``most`` articles that are most similar to the one with this id, the most similar first.

        Its own copies are left out, and the best article of any other cluster stands for the cluster. Empty where there
        is no such article.
        """
        ...

    def similar_to(self, text: str, most: int) -> list[SimilarArticle]:
        """The ``most`` articles that are most similar to ``text``, one of each cluster, the most similar first."""
        ...

    def significant(self, request: PageRequest, most: int, without: Collection[str] = ()) -> SignificantTerms:
        """The ``most`` significant words of the articles that ``request`` lists, so far as its facets count them.

        Function words and words with a stem in ``without`` are left out. Of words with one stem the best stands for
        all.
        """
        ...

    @property
    def own_fields(self) -> tuple[str, ...]:
        """The archive's own fields (see `indexer.columns`) that an article has a value of, ascending."""
        ...

    def names(self, column: str) -> Sequence[str]:
        """The names in ``column`` (see `indexer.columns`), ascending; empty where there is no such column."""
        ...

    def continuations(self, starts: Sequence[HeadlineStart], most: int) -> list[list[Continuation]]:
        """The most frequent phrases of headlines that begin with each of ``starts``, in no order.

        A start has at most three words. There are up to ``most`` phrases of each number of words.
        """
        ...

    def headlines(self, starts: Sequence[HeadlineStart], most: int) -> list[HeadlineMatches]:
        """``most`` of the headlines that have each of ``starts``: those that begin with it first, then the newest.

        Where thousands of headlines have it, none are found.
        """
        ...

    def headline_words(self, bases: Collection[str]) -> frozenset[str]:
        """Those of ``bases`` that a headline has."""
        ...

    def close(self) -> None:
        """Release the generation once the last question under way is answered. No more questions may follow."""
        ...
