# SPDX-License-Identifier: GPL-3.0-or-later
"""What the web asks of an archive: the protocol that the published archive and the archives of tests implement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from indexer.columns import Order
from indexer.search.answers.export import Export
from indexer.search.answers.listing import Analysis, NameCounts, Stats
from indexer.search.answers.overview import Overview
from indexer.search.answers.results import (
    ArticleView,
    FoundArticles,
    IndexInfo,
    Listing,
    SearchResults,
    SimilarArticles,
    SimilarToText,
    Suggestions,
    Timeline,
    WordResults,
)
from indexer.search.answers.spread import (
    AUTOMATIC,
    TimelineOptions,
)
from indexer.search.answers.story_told import StoryView
from indexer.search.query.request import SearchRequest


class SearchableArchive(Protocol):
    """An archive that can be searched. Methods are documented, with the errors they raise, in `Archive`."""

    def info(self) -> IndexInfo:
        """Returns the generation that answers now."""

    @property
    def behind(self) -> bool:
        """Whether a newer generation was published that could not be opened so far."""

    def own_fields(self) -> tuple[str, ...]:
        """Returns the names of the archive's own fields."""

    def has_name(self, column: str, name: str) -> bool:
        """Returns whether an article has the name in the column."""

    def search(
        self, request: SearchRequest, *, spread: TimelineOptions | None = None, copies: int = 0
    ) -> SearchResults:
        """Returns a page of results."""

    def timeline(self, request: SearchRequest, options: TimelineOptions = AUTOMATIC) -> Timeline:
        """Returns how many articles a search finds in each period."""

    def overview(self) -> Overview:
        """Returns what the archive holds, for its first page."""

    def article(
        self, article_id: str, request: SearchRequest | None = None, compare: str | None = None, similar: int = 0
    ) -> ArticleView:
        """Returns one article with the words of ``request`` marked."""

    def listed_articles(self, ids: Sequence[str], urls: Sequence[str], request: SearchRequest) -> FoundArticles:
        """Returns the articles with these ids or at these addresses, with the words of ``request`` marked."""

    def similar_to(self, text: str, most: int) -> SimilarToText:
        """Returns the articles that are most similar to a text."""

    def suggest(self, request: SearchRequest) -> Suggestions:
        """Returns what a query may be completed to."""

    def similar(self, article_id: str, most: int) -> SimilarArticles:
        """Returns the articles that are most similar to one."""

    def story(self, article_id: str) -> StoryView:
        """Returns the story of an article."""

    def listing(self, offset: int, limit: int) -> Listing:
        """Returns a part of all articles, in ascending order of their ids."""

    def words(self, request: SearchRequest) -> WordResults:
        """Returns the words that set the articles found apart."""

    def names(self, column: str, request: SearchRequest) -> NameCounts:
        """Returns the names that the articles found have in a column."""

    def stats(self) -> Stats:
        """Returns how much the archive holds."""

    def analyse(self, text: str) -> Analysis:
        """Returns what analysis makes of each word of a text."""

    def export(
        self, request: SearchRequest, after: str = "", most: int | None = None, order: Order | None = None
    ) -> Export:
        """Returns all articles that a search finds, by default in ascending order of their ids."""
