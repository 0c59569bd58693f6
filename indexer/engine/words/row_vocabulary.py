# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers the questions of a vocabulary that compare a word with all others, for any engine that has its words as rows.

An engine adds the questions about single terms: their counts, their spellings and the words with a prefix.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection
from functools import cached_property

from indexer.engine.vocabulary import ScoredWord
from indexer.engine.words.latin_names import like_latin
from indexer.engine.words.slips import near
from indexer.engine.words.word_rows import WordRows


class RowVocabulary(ABC):
    """The half of `engine.vocabulary.Vocabulary` that is the same for all engines."""

    @abstractmethod
    def _make_rows(self) -> WordRows:
        """Returns the folded words of the index as rows."""

    @cached_property
    def rows(self) -> WordRows:
        """The words as rows, made when the first question needs them."""
        return self._make_rows()

    @property
    def total(self) -> int:
        """See `Vocabulary.total`."""
        return self.rows.total

    def near(self, word: str, least: float, slips: int, most: int) -> list[ScoredWord]:
        """See `Vocabulary.near`."""
        return near(word, self.rows, least, slips, most)

    def like_latin(self, name: str, sounds: int, least: float, most: int) -> list[ScoredWord]:
        """See `Vocabulary.like_latin`."""
        return like_latin(name, self.rows, sounds, least, most)

    def sounding(self, keys: Collection[tuple[int, ...]], shortest: int, longest: int, most: int) -> list[str]:
        """See `Vocabulary.sounding`."""
        return self.rows.sounding(keys, shortest, longest, most)
