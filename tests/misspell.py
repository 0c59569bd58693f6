"""Misspellings made by rule of an archive's own words, for the tests of the speller; the same for the same seed.

A word is misspelt once, by one of the rules in turn. What comes out is left out where it is no misspelling: where the
archive has such a word, or the lexicon knows one. Letters that folding makes one (أ ا, ة ه, ى ي) are not exchanged:
such spellings find the word as it is, and must not be corrected.
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

# The letter rows of a PC's Arabic keyboard (101), from right to left as they are read; typed from the keyboard, and so
# not taken from the speller's own table.
ROWS = ("ضصثقفغعهخحجد", "شسيبلاتنمكط", "ئءؤر ىةوزظ")
ALIKE = ("ضظ", "ذز", "ثس", "تط", "سص", "دض", "قك", "حه", "جغ", "ءئ", "ؤو", "دذ")
"""Pairs that many confuse, by sound or by a dot."""


class Misspelling(NamedTuple):
    """``typed`` for ``word``, which are folded; made by the rule of this name."""

    word: str
    typed: str
    rule: str


def neighbour_key(word: str, rng: random.Random) -> str:
    """One letter is that of the key beside it."""
    return _with_one(word, rng, {a: b for row in ROWS for a, b in pairwise(row) if " " not in a + b})


def sounds_alike(word: str, rng: random.Random) -> str:
    """One letter is one that many confuse it with."""
    return _with_one(word, rng, dict(zip("".join(ALIKE), "".join(pair[::-1] for pair in ALIKE), strict=True)))


def letter_missing(word: str, rng: random.Random) -> str:
    """One letter but the first is missing."""
    at = rng.randrange(1, len(word))
    return word[:at] + word[at + 1 :]


def letter_twice(word: str, rng: random.Random) -> str:
    """One letter is there twice."""
    at = rng.randrange(len(word))
    return word[:at] + word[at] + word[at:]


def letters_exchanged(word: str, rng: random.Random) -> str:
    """Two letters side by side are exchanged."""
    at = rng.randrange(len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def key_too_many(word: str, rng: random.Random) -> str:
    """The key beside that of a letter was struck too."""
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
    """So many misspellings of Arabic words of ``vocabulary``, drawn as often as they are in articles."""
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
