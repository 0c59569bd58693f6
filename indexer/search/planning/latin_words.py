"""Names typed in Latin letters, as the archive writes them: Kadhimi is الكاظمي, Biden بايدن.

A Latin name is taken apart into its sounds, each of which Arabic writes by one of several letters, or not at all; what
the sounds cost beside the letters of a word is added up as slips are (`slips.distances`). The table of sounds is ours,
from how outlets write names either way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice, pairwise, product

import numpy as np
from numpy.typing import NDArray

from indexer.arabic import letters as L
from indexer.engine.local.segments.runs import Ints
from indexer.engine.local.vocabulary import ALPHABET, Vocabulary
from indexer.search.suggest.slips import Prices, Typed, distances

_LIKELY, _POSSIBLE, _UNLIKELY = 0.0, 1.5, 3.5
_WRONG = 16.0
_DROPPED, _DROPPED_VOWEL, _DROPPED_END = 7.0, 0.7, 4.0
_GIVEN, _GIVEN_WEAK, _GIVEN_GUTTURAL, _GIVEN_FIRST = 12.0, 3.5, 2.5, 0.5
_ARTICLE = L.ALEF + L.LAM
_ARTICLE_GIVEN = 0.5
"""A letter that writes a sound likely, possibly or hardly; one that doesn't; a consonant that is not written, a vowel
inside, and one at either end; a letter that writes no sound, a long vowel, one that Latin letters leave out, an alef
that carries a vowel at the beginning; and the article."""

WORST = 2.75
"""What a name may cost at most to be taken for a word: one that has its consonants alone costs more."""

# The letters that write a sound: likely ones, then after a stroke possible ones, then unlikely ones.
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
"""Letters that stand for other ones, or for each of several."""
_AT_END = {"ah": ("a", "ah"), "ic": ("itsh", "ik")}
_ASSIMILATED = re.compile("^[ae](?=(?:ss|nn|tt|rr|dd|zz|ch|sh|dh|th))")
"""An article that sounds as the letter behind it: Essid is الصيد."""
_OPEN = re.compile("[aeiou]")
"""A name that begins so may begin with ع, which Latin letters leave out, or with ي: Aoun is عون, United يونايتد."""
_VOWELS = frozenset("aeiou'")
_SOUND = re.compile("|".join(sorted(map(re.escape, _SOUNDS), key=len, reverse=True)))
_READ_TWICE = re.compile("|".join((*_TWICE, *(f"{letters}$" for letters in _AT_END))))
_LONG = L.ALEF + L.WAW + L.YEH
_GUTTURAL = "عء" + L.YEH_HAMZA + L.WAW_HAMZA
_DOUBLED = re.compile(r"([bcfhjklmnpqrstvwxyz])\1+|(?<=dd)d+|(?<=gg)g+")
SHORTEST = 3
"""The fewest sounds of a name that stands alone."""
_READINGS = 8
_BAND = 4


def written(name: str, vocabulary: Vocabulary, shortest: int = SHORTEST) -> tuple[Ints, Prices]:
    """The rows of the words that may be ``name``, in small Latin letters, and their scores, see `slips.near`.

    A row may be there more than once, with several scores. A name of fewer than ``shortest`` sounds is none.
    """
    found, scores = [np.empty(0, np.int64)], [np.empty(0, np.float32)]
    names = [name]
    if _ASSIMILATED.match(name):
        names.append("al" + _ASSIMILATED.sub("", name))
    if _OPEN.match(name):
        names.append(f"y{name}" if name[0] == "u" else f"'{name}")
    spelled = chain.from_iterable(_readings(_DOUBLED.sub(r"\1", one)) for one in names)
    for reading in islice(spelled, _READINGS):
        sounds = _SOUND.findall(reading)
        if len(sounds) >= shortest:
            rows, prices = _sounding(sounds, vocabulary)
            found.append(rows)
            scores.append(vocabulary.likelihoods[rows] - prices)
    return np.concatenate(found), np.concatenate(scores)


def _readings(name: str) -> Iterator[str]:
    pieces: list[tuple[str, ...]] = []
    end = 0
    for match in _READ_TWICE.finditer(name):
        pieces += [(name[end : match.start()],), _TWICE.get(match[0]) or _AT_END[match[0]]]
        end = match.end()
    return map("".join, product(*pieces, (name[end:],)))


def _sounding(sounds: list[str], vocabulary: Vocabulary) -> tuple[Ints, Prices]:
    """The rows of the words that sound so, and at what price."""
    word = _typed(sounds)
    of_sounds = [_bits(word.instead[at]) for at in range(len(sounds))]
    needed = [bits for at, bits in enumerate(of_sounds) if sounds[at][0] not in _VOWELS and not _is_mute_h(sounds, at)]
    allowed = np.bitwise_or.reduce(of_sounds) | _bits_of(_LONG + _GUTTURAL + _ARTICLE)
    rows = vocabulary.of_length(max(2, len(needed) - 1), len(sounds) + _BAND)
    letters = vocabulary.letters[rows]
    found = np.flatnonzero((letters & ~allowed) == 0)
    lacking = np.zeros(len(found), np.uint8)
    for bits in needed:
        lacking += (letters[found] & bits) == 0
    found = found[lacking <= (len(needed) > SHORTEST)]
    words = vocabulary.words[rows][found]
    prices = distances(word, words, _BAND)
    # Those who write Latin letters leave the article out, or not.
    article = (words[:, 0] == ALPHABET.index(L.ALEF)) & (words[:, 1] == ALPHABET.index(L.LAM))
    behind = np.zeros_like(words[article])
    behind[:, :-2] = words[article, 2:]
    prices[article] = np.minimum(prices[article], distances(word, behind, _BAND) + np.float32(_ARTICLE_GIVEN))
    near = prices <= WORST
    return found[near] + rows.start, prices[near]


def _typed(sounds: list[str]) -> Typed:
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
        dropped[-1] = _DROPPED_VOWEL  # French ones are mute
    for at, (sound, after) in enumerate(pairwise(sounds)):
        if (sound, after) == ("n", "g") or (sound, after) == ("g", "h"):
            dropped[at + 1] = _DROPPED_VOWEL
    dropped[[at for at in range(len(sounds)) if _is_mute_h(sounds, at)]] = _DROPPED_VOWEL
    given = np.full(len(ALPHABET), _GIVEN, np.float32)
    for letters, price in ((_LONG, _GIVEN_WEAK), (_GUTTURAL, _GIVEN_GUTTURAL)):
        for letter in letters:
            given[ALPHABET.index(letter)] = price
    # No place of a name holds a letter itself, so that nothing counts as exchanged.
    first = _GIVEN_FIRST if vowels[0] else _GIVEN_WEAK
    return Typed(np.full(len(sounds), 255, np.uint8), instead, dropped, given, _GIVEN, first)


def _is_mute_h(sounds: list[str], at: int) -> bool:
    """Whether the sound at this place is an h that may be mute: John is جون."""
    return sounds[at] == "h" and 0 < at < len(sounds) - 1 and sounds[at + 1][0] not in _VOWELS


def _bits(prices: NDArray[np.float32]) -> np.uint64:
    return _bits_of("".join(ALPHABET[number] for number in np.flatnonzero(prices < _WRONG)))


def _bits_of(letters: str) -> np.uint64:
    bits: np.uint64 = np.uint64(sum(1 << ALPHABET.index(letter) for letter in set(letters)))
    return bits
