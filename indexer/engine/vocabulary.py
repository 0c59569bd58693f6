# SPDX-License-Identifier: GPL-3.0-or-later
"""The Vocabulary interface: what is asked about the words of an index, apart from any article.

`indexer.engine.words` answers the questions that compare one word with all others; an engine of any kind can use it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple, Protocol

from indexer.arabic.analyser import Tier

LONGEST = 24
"""Words of more letters are compared with no others: no slip of the finger leads to one, and no name has as many."""


class ScoredWord(NamedTuple):
    """A folded word of the index and the natural logarithm of how likely it was meant."""

    word: str
    score: float


class Vocabulary(Protocol):
    """The words of one generation with the number of articles that have each. Safe to share between threads.

    A word is a term of the folded tier. Words that deleted articles have may still be offered; `counts` tells.
    """

    @property
    def total(self) -> int:
        """The sum of the counts of all words: an article with several words counts once for each."""
        ...

    def counts(self, terms: Sequence[str], tier: Tier = "folded") -> list[int]:
        """The number of articles that have each of ``terms`` in ``tier``, deleted articles not counted."""
        ...

    def spellings(self, words: Sequence[str]) -> list[str]:
        """Each of ``words`` as most articles write it, with hamza and ta marbuta; the word itself where none has it."""
        ...

    def with_prefix(self, prefix: str, most: int) -> list[tuple[str, int]]:
        """The ``most`` frequent words that begin with ``prefix``, with the number of articles of each.

        The most frequent word comes first, equally frequent ones in the order of their letters. The numbers may count
        deleted articles.
        """
        ...

    def near(self, word: str, least: float, slips: int, most: int) -> list[ScoredWord]:
        """The ``most`` likely words that ``word`` may be a misspelling of, the likeliest first, perhaps ``word`` too.

        A score is the logarithm of the word's share of `total` less the price of up to ``slips`` slips (see
        `indexer.engine.words.slips`). Words that score less than ``least`` are left out.
        """
        ...

    def like_latin(self, name: str, sounds: int, least: float, most: int) -> list[ScoredWord]:
        """The ``most`` likely Arabic words that a name in small Latin letters may be written as, the likeliest first.

        Scores are as in `near`; words that score ``least`` or less are left out. A name of fewer than ``sounds`` sounds
        is like no word. A word may come several times, once for each way to read the name.
        """
        ...

    def sounding(self, keys: Collection[tuple[int, ...]], shortest: int, longest: int, most: int) -> list[str]:
        """The ``most`` frequent words of ``shortest`` to ``longest`` letters that have one of the sound keys ``keys``.

        Keys are those of `indexer.arabic.sounds.key`. A few words with other keys may be among them.
        """
        ...
