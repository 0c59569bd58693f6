# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of a generation, over its dictionary."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.arabic.analyser import Tier
from indexer.engine.opensearch.words.dictionary import Dictionary
from indexer.engine.words.letter_choices import most_usual_spelling
from indexer.engine.words.row_vocabulary import RowVocabulary
from indexer.engine.words.word_rows import WordRows, rows_of


class ClusterVocabulary(RowVocabulary):
    """See `engine.vocabulary.Vocabulary`. Words that only deleted articles have are never offered."""

    def __init__(self, dictionary: Dictionary) -> None:
        self._dictionary = dictionary

    def _make_rows(self) -> WordRows:
        words = self._dictionary.whole("folded")
        return WordRows(*rows_of(words.texts.bytes_used, words.texts.starts - words.texts.starts[0], words.changes))

    def counts(self, terms: Sequence[str], tier: Tier = "folded") -> list[int]:
        """See `Vocabulary.counts`."""
        return self._dictionary.counts(tier, terms)

    def spellings(self, words: Sequence[str]) -> list[str]:
        """See `Vocabulary.spellings`."""
        count = self._dictionary.count
        return [
            most_usual_spelling(word, lambda one: count("surface", one), lambda one: count("folded", one) > 0)
            for word in words
        ]

    def with_prefix(self, prefix: str, most: int) -> list[tuple[str, int]]:
        """See `Vocabulary.with_prefix`."""
        return self._dictionary.with_prefix("folded", prefix, most)
