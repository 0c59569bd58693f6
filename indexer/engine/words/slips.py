# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the words that a typed word may be a misspelling of: what its slips cost, and the least sum of these costs.

The distance is that of Damerau and Levenshtein (optimal string alignment) with a price for each slip: the negative
logarithm of how likely the slip is (the idea of Kernighan, Church and Gale 1990; the prices are ours, set on
misspellings of words of news). So prices and logarithms of frequencies can be added.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.arabic import letters as L
from indexer.arabic.keyboard import neighbours
from indexer.engine.vocabulary import LONGEST, ScoredWord
from indexer.engine.words.word_rows import ALPHABET, WordRows, letter_numbers

Prices = NDArray[np.float32]

_OTHER, _NEIGHBOUR, _CONFUSED = 8.5, 6.5, 5.0
_MISSING, _WEAK_MISSING, _ADDED, _DOUBLE = 5.0, 4.5, 7.0, 4.0
_EXCHANGED = 5.0
_FIRST = 1.0
"""The price of another letter, of that of a key beside, of one that sounds or looks alike; of a missing letter, a
missing weak letter, an added letter, one of two equal letters; of two letters exchanged; and the price added for a slip
in the first letter."""

_CONFUSIONS = (
    "ضظ", "ذز", "ثس", "دذ", "تط", "سص", "دض", "ذظ", "زظ", "قك", "قغ", "حه", "هت", "يا", "ثت", "جغ", "كگ", "غگ", "قگ",
    "ءؤ", "ءئ", "ؤئ", "ؤو", "ئي", "ءا", "ؤا", "ئا", "ءي", "ءو", "پب", "چج", "ڤف", "جش", "ين",
)  # fmt: skip
"""Pairs of letters that sound alike to many, or that differ by a dot or a hamza."""
_WEAK = L.ALEF + L.WAW + L.YEH + L.HAMZA + L.YEH_HAMZA + L.WAW_HAMZA

_SHORT = 4
"""A word of up to this many letters is not taken to have more than one slip."""
_CHEAPEST = _DOUBLE
_BEHIND = 4.0
"""The price of the cheapest slip; and how much lower than the best a word may score to be found beside it."""
_FAR = np.float32(1e3)


@dataclass(frozen=True, slots=True)
class TypedWord:
    """A word to be compared with others, and its prices.

    ``instead`` has a row for each place in the word, with the price of each letter of the other word standing there;
    ``dropped`` is the price of leaving out the letter at each place. ``given`` is the price of each letter that only
    the other word has, ``doubled`` that of one after an equal letter, ``first_alef`` that of an alef at its beginning.
    """

    letters: NDArray[np.uint8]
    instead: Prices
    dropped: Prices
    given: Prices
    doubled: float = _DOUBLE
    first_alef: float = _WEAK_MISSING


def _instead() -> Prices:
    prices = np.full((len(ALPHABET), len(ALPHABET)), _OTHER, np.float32)
    for pairs, price in ((neighbours(), _NEIGHBOUR), (_both_ways(_CONFUSIONS), _CONFUSED)):
        for first, second in pairs:
            if first in ALPHABET and second in ALPHABET:
                prices[ALPHABET.index(first), ALPHABET.index(second)] = price
    np.fill_diagonal(prices, 0.0)
    return prices


def _both_ways(pairs: Iterable[str]) -> list[tuple[str, str]]:
    return [either for pair in pairs for either in ((pair[0], pair[1]), (pair[1], pair[0]))]


_INSTEAD = _instead()
_GIVEN = np.array([_WEAK_MISSING if letter in _WEAK else _MISSING for letter in ALPHABET], np.float32)


def _typed(folded: str) -> TypedWord:
    letters = letter_numbers(folded)
    dropped = np.full(len(letters), _ADDED, np.float32)
    dropped[1:][letters[1:] == letters[:-1]] = _DOUBLE
    instead = _INSTEAD[letters].copy()
    instead[:1] += np.where(instead[:1] > 0, _FIRST, 0)
    dropped[:1] += _FIRST
    return TypedWord(letters, instead, dropped, _GIVEN)


def near(folded: str, rows: WordRows, least: float, slips: int, most: int) -> list[ScoredWord]:
    """See `Vocabulary.near`. Words with several slips that are much less likely than the best may be left out."""
    word = _typed(folded)
    length = len(word.letters)
    slips = min(slips, 1 if length <= _SHORT else slips)
    bits = np.left_shift(np.uint64(1), np.unique(word.letters[word.letters > 0]).astype(np.uint64))
    own = np.bitwise_or.reduce(bits, initial=np.uint64(0))
    found, scores = [np.empty(0, np.int64)], [np.empty(0, np.float32)]
    for several in range(1, slips + 1):
        within = rows.of_length(length - several, length + several)
        # Words that are too rare go first: after the likeliest word with one slip, these are most of them.
        chosen = np.flatnonzero(rows.likelihoods[within] >= least + several * _CHEAPEST) + within.start
        others = rows.letters[chosen]
        # With each slip at most one letter of either word is not in the other.
        unlike = np.maximum(np.bitwise_count(own & ~others), np.bitwise_count(others & ~own))
        unlike = np.maximum(unlike, np.abs(rows.lengths[chosen].astype(np.int8) - length).astype(np.uint8))
        chosen = chosen[unlike <= 1 if several == 1 else unlike == several]
        price = distances(word, rows.words[chosen], several)
        found.append(chosen)
        scores.append(rows.likelihoods[chosen] - price)
        least = max(least, float(scores[-1].max(initial=-np.inf)) - _BEHIND)
    chosen, score = np.concatenate(found), np.concatenate(scores)
    return likeliest(rows, chosen[score >= least], score[score >= least], most)


def likeliest(rows: WordRows, chosen: NDArray[np.int64], scores: Prices, most: int) -> list[ScoredWord]:
    """The ``most`` words among the rows ``chosen`` that have the highest of ``scores``, the highest first."""
    best = np.argsort(-scores, kind="stable")[:most]
    return [ScoredWord(rows.word(int(chosen[at])), float(scores[at])) for at in best.tolist()]


def distances(word: TypedWord, words: NDArray[np.uint8], band: int) -> Prices:
    """The price of turning ``word`` into each of ``words``, rows of letter numbers.

    The price is `_FAR` where the lengths of the two words differ by more than ``band``.
    """
    columns = np.ascontiguousarray(words.T)
    lengths = (words != 0).sum(axis=1)
    given = word.given[columns]
    given[1:][(columns[1:] == columns[:-1]) & (columns[1:] != 0)] = word.doubled
    given[0][columns[0] == ALPHABET.index(L.ALEF)] = word.first_alef
    size, most = len(word.letters), min(LONGEST, len(word.letters) + band)
    far = np.full(len(words), _FAR)
    rows = [[far] * (most + 1) for _ in range(size + 1)]
    rows[0][0] = np.zeros(len(words), np.float32)
    for j in range(1, min(band, most) + 1):
        rows[0][j] = rows[0][j - 1] + given[j - 1]
    for i in range(1, size + 1):
        here, before = rows[i], rows[i - 1]
        if i <= band:
            here[0] = before[0] + word.dropped[i - 1]
        for j in range(max(1, i - band), min(most, i + band) + 1):
            cost = before[j - 1] + word.instead[i - 1][columns[j - 1]]
            np.minimum(cost, before[j] + word.dropped[i - 1], out=cost)
            np.minimum(cost, here[j - 1] + given[j - 1], out=cost)
            if i > 1 and j > 1:
                turned = (columns[j - 1] == word.letters[i - 2]) & (columns[j - 2] == word.letters[i - 1])
                if turned.any():
                    np.minimum(cost, np.where(turned, rows[i - 2][j - 2] + np.float32(_EXCHANGED), _FAR), out=cost)
            here[j] = cost
    result = np.full(len(words), _FAR)
    for length in range(max(0, size - band), most + 1):
        mask = lengths == length
        result[mask] = rows[size][length][mask]
    return result
