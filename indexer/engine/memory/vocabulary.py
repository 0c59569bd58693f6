# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of the articles in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from indexer.arabic.analyser import Tier
from indexer.engine.memory.analysed import AnalysedArticle
from indexer.engine.words.letter_choices import most_usual_spelling
from indexer.engine.words.row_vocabulary import RowVocabulary
from indexer.engine.words.word_rows import WordRows


class MemoryVocabulary(RowVocabulary):
    """See `engine.vocabulary.Vocabulary`."""

    def __init__(self, articles: Sequence[AnalysedArticle]) -> None:
        self._counts: dict[Tier, Counter[str]] = {"surface": Counter(), "folded": Counter(), "stem": Counter()}
        for one in articles:
            for tier, text in one.weights:
                self._counts[tier][text] += 1

    def _make_rows(self) -> WordRows:
        return WordRows.of(sorted(self._counts["folded"].items()))

    def counts(self, terms: Sequence[str], tier: Tier = "folded") -> list[int]:
        """See `Vocabulary.counts`."""
        return [self._counts[tier][term] for term in terms]

    def spellings(self, words: Sequence[str]) -> list[str]:
        """See `Vocabulary.spellings`."""
        surface, folded = self._counts["surface"], self._counts["folded"]
        return [most_usual_spelling(word, surface.__getitem__, folded.__contains__) for word in words]

    def with_prefix(self, prefix: str, most: int) -> list[tuple[str, int]]:
        """See `Vocabulary.with_prefix`."""
        found = [pair for pair in self._counts["folded"].items() if pair[0].startswith(prefix)]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:most]
