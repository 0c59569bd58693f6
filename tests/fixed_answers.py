# SPDX-License-Identifier: GPL-3.0-or-later
"""The answers of an archive in tests that do not depend on its articles."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.arabic.analyser import Analyser
from indexer.arabic.lexicon import lexicon
from indexer.search.answers.listing import Analysis
from indexer.search.answers.results import FoundArticles, IndexInfo, SimilarToText
from indexer.search.query.request import SearchRequest


class FixedAnswers:
    """Finds nothing, and analyses any text."""

    def info(self) -> IndexInfo:
        """Returns the generation."""
        raise NotImplementedError

    def listed_articles(self, ids: Sequence[str], urls: Sequence[str], request: SearchRequest) -> FoundArticles:
        """Returns no articles."""
        return FoundArticles(request, (), (*ids, *urls), self.info(), 1.25)

    def similar_to(self, text: str, most: int) -> SimilarToText:
        """Returns no articles."""
        return SimilarToText((), self.info(), 1.25)

    def analyse(self, text: str) -> Analysis:
        """Returns the analysis of each word of ``text``."""
        analyser = Analyser(lexicon.shipped())
        return Analysis(text, analyser.tokens(text), analyser, self.info(), 1.25)
