# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of the articles in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from functools import cached_property

from indexer.arabic.analyser import Tier
from indexer.engine.memory.analysed import AnalysedArticle
from indexer.engine.vocabulary import ScoredWord
from indexer.engine.words.latin_names import like_latin
from indexer.engine.words.letter_choices import most_usual_spelling
from indexer.engine.words.slips import near
from indexer.engine.words.word_rows import WordRows


class MemoryVocabulary:
    """See `engine.vocabulary.Vocabulary`."""

    def __init__(self, articles: Sequence[AnalysedArticle]) -> None:
        self._counts: dict[Tier, Counter[str]] = {"surface": Counter(), "folded": Counter(), "stem": Counter()}
        for one in articles:
            for tier, text in one.weights:
                self._counts[tier][text] += 1

    @cached_property
    def _rows(self) -> WordRows:
        return WordRows.of(sorted(self._counts["folded"].items()))

    @property
    def total(self) -> int:
        """See `Vocabulary.total`."""
        return self._rows.total

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

    def near(self, word: str, least: float, slips: int, most: int) -> list[ScoredWord]:
        """See `Vocabulary.near`."""
        return near(word, self._rows, least, slips, most)

    def like_latin(self, name: str, sounds: int, least: float, most: int) -> list[ScoredWord]:
        """See `Vocabulary.like_latin`."""
        return like_latin(name, self._rows, sounds, least, most)

    def sounding(self, keys: Collection[tuple[int, ...]], shortest: int, longest: int, most: int) -> list[str]:
        """See `Vocabulary.sounding`."""
        return self._rows.sounding(keys, shortest, longest, most)
