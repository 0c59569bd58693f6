# SPDX-License-Identifier: GPL-3.0-or-later
"""The answers of an archive in tests that do not depend on its articles."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.arabic.analyser import Analyser
from indexer.arabic.lexicon import lexicon
from indexer.search.answers.listing import Analysis
from indexer.search.answers.results import ArticleView, FoundArticles, IndexInfo, SimilarToText
from indexer.search.answers.story_told import StoryView
from indexer.search.query.request import SearchRequest


class FixedAnswers:
    """Finds nothing, and analyses any text."""

    def info(self) -> IndexInfo:
        """Returns the generation."""
        raise NotImplementedError

    def listed_articles(self, ids: Sequence[str], urls: Sequence[str], request: SearchRequest) -> FoundArticles:
        """Returns no articles."""
        return FoundArticles(request, (), (*ids, *urls), self.info(), 1.25)

    def article(
        self, article_id: str, request: SearchRequest | None = None, compare: str | None = None, similar: int = 0
    ) -> ArticleView:
        """Returns an article."""
        raise NotImplementedError

    def story(self, article_id: str) -> StoryView:
        """Returns that the article belongs to no story."""
        return StoryView(self.article(article_id).article, None, (), 0, self.info())

    def similar_to(self, text: str, most: int) -> SimilarToText:
        """Returns no articles."""
        return SimilarToText((), self.info(), 1.25)

    def analyse(self, text: str) -> Analysis:
        """Returns the analysis of each word of ``text``."""
        analyser = Analyser(lexicon.shipped())
        return Analysis(text, analyser.tokens(text), analyser, self.info(), 1.25)
