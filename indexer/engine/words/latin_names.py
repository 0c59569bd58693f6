# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the Arabic words that a name in Latin letters may be written as: Kadhimi is الكاظمي, Biden بايدن.

A Latin name is taken apart into its sounds. Arabic writes each of them by one of several letters, or not at all. The
costs of these choices are added up as those of slips are (`slips.distances`). The table of sounds is ours, from how
outlets write names in both scripts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice, pairwise, product

import numpy as np
from numpy.typing import NDArray

from indexer.arabic import letters as L
from indexer.engine.vocabulary import ScoredWord
from indexer.engine.words.slips import Prices, TypedWord, distances, likeliest
from indexer.engine.words.word_rows import ALPHABET, WordRows, letter_set

_LIKELY, _POSSIBLE, _UNLIKELY = 0.0, 1.5, 3.5
_WRONG = 16.0
_DROPPED, _DROPPED_VOWEL, _DROPPED_END = 7.0, 0.7, 4.0
_GIVEN, _GIVEN_WEAK, _GIVEN_GUTTURAL, _GIVEN_FIRST = 12.0, 3.5, 2.5, 0.5
_ARTICLE = L.ALEF + L.LAM
_ARTICLE_GIVEN = 0.5
"""The prices of a letter that likely, possibly or hardly writes a sound; of a letter that does not; of a consonant that
is not written, a vowel inside the name and a vowel at either end; of a letter that writes no sound, of a long vowel, of
a letter that Latin script leaves out, of an alef that carries a vowel at the beginning; and of the article."""

_WORST = 2.75
"""A word that costs more is not taken for the name: one that has its consonants alone costs more."""

# The letters that write a sound: likely ones, after a stroke possible ones, after another stroke unlikely ones.
_SOUNDS = {
    "kh": "خ|ك", "gh": "غ|ق", "sh": "ش", "ch": "ش|خك", "th": "ث|ذت", "dh": "ذظ|ضد", "zh": "ج|ز", "ph": "ف", "ck": "ك",
    "dd": "د|ذض", "ou": "و", "oo": "و", "aw": "و", "ee": "ي", "ai": "ي|ا", "ay": "ي", "ei": "ي", "ey": "ي", "ie": "ي",
    "aa": "ا", "a": "ا|عي", "b": "ب|پ", "c": "كس|ق", "d": "د|ضذ", "e": "ي|اع", "f": "ف|ڤ", "g": "غجق|ك", "h": "هح",
    "i": "ي|اع", "j": "ج|ي", "k": "كق", "l": "ل",
    "m": "م", "n": "ن", "o": "و|اع", "p": "ب|پ", "q": "ق|ك", "r": "ر", "s": "سص|ز|ش",
    "t": "تط", "u": "و|اي", "v": "ف|ڤ", "w": "و|ف", "y": "ي", "z": "ز|ظذس", "'": "ع",
}  # fmt: skip
_TWICE = {
    "tch": ("tsh",), "sch": ("sh",), "x": ("ks",), "ch": ("ch", "tsh"), "gg": ("g", "gg"), "aa": ("aa", "a'a"),
    "ai": ("ai", "a'i"), "ae": ("ae", "a'i"), "ua": ("ua", "'a"), "ce": ("se",), "ci": ("si",), "cy": ("si",),
}  # fmt: skip
"""Latin letters that are read as other ones, or in each of several ways."""
_AT_END = {"ah": ("a", "ah"), "ic": ("itsh", "ik")}
_ASSIMILATED = re.compile("^[ae](?=(?:ss|nn|tt|rr|dd|zz|ch|sh|dh|th))")
"""An article that is heard as the letter after it: Essid is الصيد."""
_OPEN = re.compile("[aeiou]")
"""A name with a vowel first may begin with ع, which Latin script leaves out, or with ي: Aoun is عون, United يونايتد."""
_VOWELS = frozenset("aeiou'")
_SOUND = re.compile("|".join(sorted(map(re.escape, _SOUNDS), key=len, reverse=True)))
_READ_TWICE = re.compile("|".join((*_TWICE, *(f"{letters}$" for letters in _AT_END))))
_LONG = L.ALEF + L.WAW + L.YEH
_GUTTURAL = "عء" + L.YEH_HAMZA + L.WAW_HAMZA
_DOUBLED = re.compile(r"([bcfhjklmnpqrstvwxyz])\1+|(?<=dd)d+|(?<=gg)g+")
_READINGS = 8
_BAND = 4
_CONSONANTS = 3
"""One consonant of a name that has more than these may be missing in a word."""


def like_latin(name: str, rows: WordRows, sounds: int, least: float, most: int) -> list[ScoredWord]:
    """See `Vocabulary.like_latin`."""
    found, scores = [np.empty(0, np.int64)], [np.empty(0, np.float32)]
    names = [name]
    if _ASSIMILATED.match(name):
        names.append("al" + _ASSIMILATED.sub("", name))
    if _OPEN.match(name):
        names.append(f"y{name}" if name[0] == "u" else f"'{name}")
    spelled = chain.from_iterable(_readings(_DOUBLED.sub(r"\1", one)) for one in names)
    for reading in islice(spelled, _READINGS):
        heard = _SOUND.findall(reading)
        if len(heard) >= sounds:
            chosen, prices = _sounding(heard, rows)
            found.append(chosen)
            scores.append(rows.likelihoods[chosen] - prices)
    chosen, score = np.concatenate(found), np.concatenate(scores)
    return likeliest(rows, chosen[score > least], score[score > least], most)


def _readings(name: str) -> Iterator[str]:
    pieces: list[tuple[str, ...]] = []
    end = 0
    for match in _READ_TWICE.finditer(name):
        pieces += [(name[end : match.start()],), _TWICE.get(match[0]) or _AT_END[match[0]]]
        end = match.end()
    return map("".join, product(*pieces, (name[end:],)))


def _sounding(sounds: list[str], words: WordRows) -> tuple[NDArray[np.int64], Prices]:
    """The rows of the words that may write ``sounds``, and the price of each."""
    word = _typed(sounds)
    of_sounds = [_bits(word.instead[at]) for at in range(len(sounds))]
    needed = [bits for at, bits in enumerate(of_sounds) if sounds[at][0] not in _VOWELS and not _is_mute_h(sounds, at)]
    allowed = np.bitwise_or.reduce(of_sounds) | letter_set(_LONG + _GUTTURAL + _ARTICLE)
    within = words.of_length(max(2, len(needed) - 1), len(sounds) + _BAND)
    letters = words.letters[within]
    found = np.flatnonzero((letters & ~allowed) == 0)
    lacking = np.zeros(len(found), np.uint8)
    for bits in needed:
        lacking += (letters[found] & bits) == 0
    found = found[lacking <= (len(needed) > _CONSONANTS)]
    others = words.words[within][found]
    prices = distances(word, others, _BAND)
    # Writers of Latin letters may leave the article out.
    article = (others[:, 0] == ALPHABET.index(L.ALEF)) & (others[:, 1] == ALPHABET.index(L.LAM))
    behind = np.zeros_like(others[article])
    behind[:, :-2] = others[article, 2:]
    prices[article] = np.minimum(prices[article], distances(word, behind, _BAND) + np.float32(_ARTICLE_GIVEN))
    near = prices <= _WORST
    return found[near] + within.start, prices[near]


def _typed(sounds: list[str]) -> TypedWord:
    instead = np.full((len(sounds), len(ALPHABET)), _WRONG, np.float32)
    for at, sound in enumerate(sounds):
        for letters, price in zip(_SOUNDS[sound].split("|"), (_LIKELY, _POSSIBLE, _UNLIKELY), strict=False):
            for letter in letters:
                instead[at, ALPHABET.index(letter)] = price
    if sounds[-1] in ("a", "e"):
        instead[-1, ALPHABET.index(L.HEH)] = _LIKELY  # ta marbuta, folded
    vowels = [sound[0] in _VOWELS for sound in sounds]
    dropped = np.array([_DROPPED_VOWEL if vowel else _DROPPED for vowel in vowels], np.float32)
    dropped[[at for at in (0, -1) if vowels[at]]] = _DROPPED_END
    if sounds[-1] == "e":
        dropped[-1] = _DROPPED_VOWEL  # a French one is mute
    for at, (sound, after) in enumerate(pairwise(sounds)):
        if (sound, after) == ("n", "g") or (sound, after) == ("g", "h"):
            dropped[at + 1] = _DROPPED_VOWEL
    dropped[[at for at in range(len(sounds)) if _is_mute_h(sounds, at)]] = _DROPPED_VOWEL
    given = np.full(len(ALPHABET), _GIVEN, np.float32)
    for letters, price in ((_LONG, _GIVEN_WEAK), (_GUTTURAL, _GIVEN_GUTTURAL)):
        for letter in letters:
            given[ALPHABET.index(letter)] = price
    # No place of a name holds a letter of the alphabet, so that no two letters count as exchanged.
    first = _GIVEN_FIRST if vowels[0] else _GIVEN_WEAK
    return TypedWord(np.full(len(sounds), 255, np.uint8), instead, dropped, given, _GIVEN, first)


def _is_mute_h(sounds: list[str], at: int) -> bool:
    """Whether the sound at this place is an h that may be mute: John is جون."""
    return sounds[at] == "h" and 0 < at < len(sounds) - 1 and sounds[at + 1][0] not in _VOWELS


def _bits(prices: Prices) -> np.uint64:
    return letter_set("".join(ALPHABET[number] for number in np.flatnonzero(prices < _WRONG)))
