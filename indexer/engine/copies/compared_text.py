# SPDX-License-Identifier: GPL-3.0-or-later
"""Prepares an article for comparison with others: its words and the weight of each word."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property

from indexer.arabic.analyser import Analyser, Word
from indexer.arabic.fold import key_letters
from indexer.arabic.lexicon.lexicon import Lexicon, stop_words
from indexer.article import Article
from indexer.engine.copies import quantities
from indexer.engine.copies.sketches import SHINGLE

LEAD = 60
"""The lead is this many words at the beginning of a body."""

_COMMON = 6.0
_RAREST = 13.0
"""The rarity of a word is the negative logarithm of its share of all words, limited to this range, less `_COMMON`.

A word that makes up more than 2.5 in a thousand words has rarity 0, one that makes up less than 2 in a million the
highest rarity.
"""

_NUMBER = 3.0
"""The rarity of a number: that of a word that occurs once in ten thousand words."""

_KNOWN_WORDS = 200_000

_WEEKDAYS = ("الاحد", "الاثنين الاتنين", "الثلاثاء", "الاربعاء", "الخميس", "الجمعه", "السبت")
_ORDINALS = (
    "الاول الاولي", "الثاني الثانيه", "الثالث الثالثه", "الرابع الرابعه", "الخامس الخامسه",
    "السادس السادسه", "السابع السابعه", "الثامن الثامنه", "التاسع التاسعه", "العاشر العاشره",
)  # fmt: skip
_BEFORE_A_MONTH = frozenset({"كانون", "تشرين", "ربيع", "جمادي"})
"""After one of these words an ordinal is part of the name of a month."""


def _numbered(names: Sequence[str]) -> dict[str, int]:
    return {name: number for number, same in enumerate(names) for name in same.split()}


_NUMBER_OF_WEEKDAY = _numbered(_WEEKDAYS)
_NUMBER_OF_ORDINAL = _numbered(_ORDINALS)


class Rarity:
    """Computes the rarity of words from the frequencies of a lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._known: dict[str, float] = {}

    def of(self, word: Word) -> float:
        """Returns the rarity of ``word``, from 0 for function words to 7.

        The frequency is that of the word or of its base, whichever is more frequent.
        """
        known = self._known.get(word.folded)
        if known is None:
            known = self._known[word.folded] = self._look_up(word)
            if len(self._known) > _KNOWN_WORDS:
                self._known.clear()
        return known

    def _look_up(self, word: Word) -> float:
        if quantities.is_number(word.folded):
            return _NUMBER
        if len(word.base) < 2 or word.bare[word.clitics :] in stop_words():
            return 0.0
        forms = (key_letters(word.folded), key_letters(word.base))
        frequency = max(1.0, *map(self._lexicon.frequency, forms))
        return max(0.0, min(_RAREST, -math.log(frequency / 1e9)) - _COMMON)


class ComparedText:
    """The parts of an article that are compared.

    ``words`` are the folded words of its body, with numbers in one form (see `quantities`).
    """

    def __init__(self, article: Article, analyser: Analyser, rarity: Rarity) -> None:
        self._article, self._analyser, self._rarity = article, analyser, rarity
        self._body = analyser.words(article.body)[0]
        self.words = quantities.read([word.folded for word in self._body])

    @property
    def source(self) -> str:
        """The source of the article, "" if unknown."""
        return self._article.source

    @cached_property
    def shingles(self) -> list[int]:
        """The shingles of the body (see `sketches`) in order, each hashed to a number."""
        # Hashes take half the time of tuples of words. Python keys them anew in each process, so that nobody can craft
        # collisions.
        return list(map(hash, zip(*(self.words[at:] for at in range(SHINGLE)), strict=False)))

    @cached_property
    def shingle_set(self) -> frozenset[int]:
        """The distinct `shingles`."""
        return frozenset(self.shingles)

    @cached_property
    def stems(self) -> list[str]:
        """The stem of each of ``words``; a number is its own stem."""
        return _stems(self.words, self._body)

    @cached_property
    def rarities(self) -> list[float]:
        """The rarity of each of ``words``."""
        return list(map(self._rarity.of, self._body))

    @cached_property
    def headline(self) -> frozenset[str]:
        """The stems of the headline."""
        return frozenset(_stems(*self._headline))

    @cached_property
    def everything(self) -> frozenset[str]:
        """The stems of headline and body."""
        return self.headline.union(self.stems)

    @cached_property
    def numbers(self) -> frozenset[str]:
        """The numbers in the body."""
        return frozenset(filter(quantities.is_number, self.words))

    @cached_property
    def weekdays(self) -> frozenset[int]:
        """The numbers of the days of the week that headline and lead name."""
        return self._named(_NUMBER_OF_WEEKDAY)

    @cached_property
    def ordinals(self) -> frozenset[int]:
        """The ordinal numbers up to ten that headline and lead name."""
        return self._named(_NUMBER_OF_ORDINAL)

    @cached_property
    def _headline(self) -> tuple[list[str], list[Word]]:
        words = self._analyser.words(self._article.title)[0]
        return quantities.read([word.folded for word in words]), words

    def _named(self, table: Mapping[str, int]) -> frozenset[int]:
        found = set()
        for words in (self._headline[1], self._body[:LEAD]):
            before = ""
            for word in words:
                number = table.get(word.folded[word.clitics :])
                if number is not None and before not in _BEFORE_A_MONTH:
                    found.add(number)
                before = word.folded
        return frozenset(found)


def _stems(words: Sequence[str], analysed: Sequence[Word]) -> list[str]:
    return [word if quantities.is_number(word) else of.stem or word for word, of in zip(words, analysed, strict=True)]
