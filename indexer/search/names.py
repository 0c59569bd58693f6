"""Names typed in Latin letters, as the archive writes them: Kadhimi is الكاظمي, Biden بايدن.

A Latin name is taken apart into its sounds, each of which Arabic writes by one of several letters, or not at all; what
the sounds cost beside the letters of a word is added up as slips are (`slips.distances`). The table of sounds is ours,
from how outlets write names either way.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from indexer.arabic import letters as L
from indexer.engine.vocabulary import ALPHABET, Vocabulary
from indexer.search.slips import Prices, Typed, distances

_LIKELY, _POSSIBLE, _UNLIKELY = 0.0, 0.7, 2.0
_WRONG = 8.0
_DROPPED, _DROPPED_VOWEL = 4.0, 0.4
_GIVEN, _GIVEN_WEAK = 6.0, 1.0
_ARTICLE = L.ALEF + L.LAM
_ARTICLE_GIVEN = 0.5

WORST = 4.0
"""What a name may cost at most to be taken for a word."""

# The letters that write a sound: likely ones, then after a stroke possible ones, then unlikely ones.
_SOUNDS = {
    "sch": "ش", "tch": "تش", "kh": "خ|ك", "gh": "غ|ق", "sh": "ش", "ch": "ش|تخك", "th": "ث|ذت", "dh": "ذظ|ضد",
    "zh": "ج|ز", "ph": "ف", "ck": "ك", "ou": "و", "oo": "و", "ow": "و", "aw": "و", "ee": "ي", "ai": "ي", "ay": "ي",
    "ei": "ي", "ey": "ي", "ie": "ي", "aa": "ا", "ah": "اه", "oh": "وه",
    "a": "ا|عه|ي",
    "b": "ب|پ", "c": "كس|ق", "d": "د|ضذ", "e": "ي|اعه", "f": "ف|ڤ", "g": "غج|قكگ", "h": "هح", "i": "ي|اع",
    "j": "ج|ي", "k": "ك|ق", "l": "ل", "m": "م", "n": "ن", "o": "و|اع", "p": "ب|پ", "q": "ق|ك", "r": "ر", "s": "سص|زش",
    "t": "تط", "u": "و|يا", "v": "ف|ڤ", "w": "و|ف", "x": "س", "y": "ي", "z": "ز|ظذس", "'": "ع",
}  # fmt: skip
_VOWELS = frozenset("aeiou'")
_SOUND = re.compile("|".join(sorted(map(re.escape, _SOUNDS), key=len, reverse=True)))
_WEAK = L.ALEF + L.WAW + L.YEH + L.HAMZA + L.YEH_HAMZA + L.WAW_HAMZA + "ع" + L.HEH
_DOUBLED = re.compile(r"([bcdfghjklmnpqrstvwxyz])\1+")
_SHORTEST = 3


def written(name: str, vocabulary: Vocabulary) -> tuple[NDArray[np.int64], Prices]:
    """The rows of the words that may be ``name``, in small Latin letters, and how much they differ from its sounds."""
    bare = name.removeprefix("al-").removeprefix("el-")
    sounds = _SOUND.findall(_DOUBLED.sub(r"\1", bare))
    if len(sounds) < _SHORTEST or len("".join(sounds)) < len(bare) - bare.count("-") - 2:
        return np.zeros(0, np.int64), np.zeros(0, np.float32)
    word = _typed(sounds)
    of_sounds = [_bits(word.instead[at]) for at in range(len(sounds))]
    needed = [bits for bits, sound in zip(of_sounds, sounds, strict=True) if sound[0] not in _VOWELS]
    allowed = np.bitwise_or.reduce(of_sounds) | _bits_of(_WEAK + L.ALEF + L.LAM)
    consonants = len(needed)
    rows = vocabulary.of_length(max(2, consonants - 1), len(sounds) + 5)
    letters = vocabulary.letters[rows]
    found = np.flatnonzero((letters & ~allowed) == 0)
    lacking = np.zeros(len(found), np.uint8)
    for bits in needed:
        lacking += (letters[found] & bits) == 0
    found = found[lacking <= (consonants > 3)]
    words = vocabulary.words[rows][found]
    plain = distances(word, words, 4)
    # Without its article, which those who write Latin letters leave out.
    article = (words[:, 0] == ALPHABET.index(L.ALEF)) & (words[:, 1] == ALPHABET.index(L.LAM))
    behind = np.zeros_like(words[article])
    behind[:, :-2] = words[article, 2:]
    plain[article] = np.minimum(plain[article], distances(word, behind, 4) + np.float32(_ARTICLE_GIVEN))
    near = plain <= WORST
    return found[near] + rows.start, plain[near]


def _typed(sounds: list[str]) -> Typed:
    instead = np.full((len(sounds), len(ALPHABET)), _WRONG, np.float32)
    for at, sound in enumerate(sounds):
        for letters, price in zip(_SOUNDS[sound].split("|"), (_LIKELY, _POSSIBLE, _UNLIKELY), strict=False):
            for letter in letters:
                instead[at, ALPHABET.index(letter)] = price
    if sounds[-1] in ("a", "ah", "e", "eh"):
        instead[-1, ALPHABET.index(L.HEH)] = _LIKELY  # ta marbuta, folded
    dropped = np.array([_DROPPED_VOWEL if sound[0] in _VOWELS else _DROPPED for sound in sounds], np.float32)
    given = np.full(len(ALPHABET), _GIVEN, np.float32)
    for letter in _WEAK:
        given[ALPHABET.index(letter)] = _GIVEN_WEAK
    # No place of a name holds a letter itself, so that nothing counts as exchanged.
    return Typed(np.full(len(sounds), 255, np.uint8), instead, dropped, given, _GIVEN)


def _bits(prices: NDArray[np.float32]) -> np.uint64:
    return _bits_of("".join(ALPHABET[number] for number in np.flatnonzero(prices < _WRONG)))


def _bits_of(letters: str) -> np.uint64:
    bits: np.uint64 = np.uint64(sum(1 << ALPHABET.index(letter) for letter in set(letters)))
    return bits
