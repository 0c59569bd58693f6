# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes misspellings by rule from an archive's own words, for tests of the speller; the same seed gives the same ones.

Each misspelling has one error, made by the rules in turn. A result that is a word of the archive or of the lexicon is
left out, because it is no misspelling. Letters that folding makes equal (أ ا, ة ه, ى ي) are not exchanged: such
spellings find the word unchanged and must not be corrected.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from indexer.arabic.analyser import Analyser
from indexer.engine.local.vocabulary import LocalVocabulary

SHORTEST = 5

# The letter rows of a PC's Arabic keyboard (101), from right to left as they are read. They were typed from the
# keyboard, not copied from the speller's own table.
ROWS = ("ضصثقفغعهخحجد", "شسيبلاتنمكط", "ئءؤر ىةوزظ")
ALIKE = ("ضظ", "ذز", "ثس", "تط", "سص", "دض", "قك", "حه", "جغ", "ءئ", "ؤو", "دذ")
"""Pairs that many confuse, by sound or by a dot."""


class Misspelling(NamedTuple):
    """A misspelling ``typed`` of ``word``, both folded, and the name of the rule that made it."""

    word: str
    typed: str
    rule: str


def neighbour_key(word: str, rng: random.Random) -> str:
    """Replaces one letter by that of a neighbouring key."""
    return _with_one(word, rng, {a: b for row in ROWS for a, b in pairwise(row) if " " not in a + b})


def sounds_alike(word: str, rng: random.Random) -> str:
    """Replaces one letter by one that is often confused with it."""
    return _with_one(word, rng, dict(zip("".join(ALIKE), "".join(pair[::-1] for pair in ALIKE), strict=True)))


def letter_missing(word: str, rng: random.Random) -> str:
    """Removes one letter, but not the first."""
    at = rng.randrange(1, len(word))
    return word[:at] + word[at + 1 :]


def letter_twice(word: str, rng: random.Random) -> str:
    """Doubles one letter."""
    at = rng.randrange(len(word))
    return word[:at] + word[at] + word[at:]


def letters_exchanged(word: str, rng: random.Random) -> str:
    """Exchanges two neighbouring letters."""
    at = rng.randrange(len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def key_too_many(word: str, rng: random.Random) -> str:
    """Adds the letter of a neighbouring key after a letter."""
    at = rng.randrange(len(word))
    beside = neighbour_key(word[at], rng)
    return word[:at] + beside + word[at:]


RULES: tuple[Callable[[str, random.Random], str], ...] = (
    neighbour_key,
    sounds_alike,
    letter_missing,
    letter_twice,
    letters_exchanged,
    key_too_many,
)


def misspellings(vocabulary: LocalVocabulary, analyser: Analyser, count: int, seed: int) -> list[Misspelling]:
    """Returns ``count`` misspellings of Arabic words of ``vocabulary``; frequent words are drawn more often."""
    rng = random.Random(seed)
    found: list[Misspelling] = []
    for word in _drawn(vocabulary, analyser, rng):
        rule = RULES[len(found) % len(RULES)]
        typed = rule(word, rng)
        if typed != word and not any(vocabulary.counts([typed])) and not analyser.lexicon.frequency(typed):
            found.append(Misspelling(word, typed, rule.__name__))
        if len(found) == count:
            return found
    raise AssertionError("the archive has too few words")


def _drawn(vocabulary: LocalVocabulary, analyser: Analyser, rng: random.Random) -> Iterator[str]:
    words = vocabulary.rows
    rows = np.flatnonzero(words.lengths >= SHORTEST).tolist()
    bounds = np.cumsum(words.counts[rows])
    for _ in range(100_000):
        word = words.word(rows[int(bounds.searchsorted(rng.random() * bounds[-1], side="right"))])
        token = analyser.tokens(word)[0]
        if not word[0].isascii() and not analyser.is_function_word(token):
            yield word


def _with_one(word: str, rng: random.Random, instead: dict[str, str]) -> str:
    places = [at for at, letter in enumerate(word) if letter in instead]
    if not places:
        return word
    at = rng.choice(places)
    return word[:at] + instead[word[at]] + word[at + 1 :]
