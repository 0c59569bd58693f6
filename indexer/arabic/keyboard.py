# SPDX-License-Identifier: GPL-3.0-or-later
"""The Arabic keyboard: which keys are neighbours, and what a text means that was typed in the wrong layout.

The layout is Arabic (101), the usual one on PCs, beside the American one; each row is written key by key.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, product

_LATIN_ROWS = ("qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./")
_ARABIC_ROWS = (
    ("ض", "ص", "ث", "ق", "ف", "غ", "ع", "ه", "خ", "ح", "ج", "د"),
    ("ش", "س", "ي", "ب", "ل", "ا", "ت", "ن", "م", "ك", "ط"),
    ("ئ", "ء", "ؤ", "ر", "لا", "ى", "ة", "و", "ز", "ظ"),
)
_SHIFTED = {
    "T": "لإ",
    "Y": "إ",
    "G": "لأ",
    "H": "أ",
    "B": "لآ",
    "N": "آ",
    "J": "ـ",
    "K": "،",
    "P": "؛",
    "?": "؟",
    "Q": "َ",
    "W": "ً",
    "E": "ُ",
    "R": "ٌ",
    "A": "ِ",
    "S": "ٍ",
    "X": "ْ",
    "~": "ّ",
}

_TO_ARABIC = {
    "`": "ذ",
    **{
        key: letter
        for keys, row in zip(_LATIN_ROWS, _ARABIC_ROWS, strict=True)
        for key, letter in zip(keys, row, strict=True)
    },
}
_TO_ARABIC[" "] = " "
_TO_LATIN = {letter: key for key, letter in (_TO_ARABIC | _SHIFTED).items()}

_LAM_ALEFS = 4
"""How many of the لا in a word are read both as one key and as two; the others are one key."""


def in_arabic(typed: str) -> str | None:
    """Returns what the keys of ``typed`` write in the Arabic layout, or None if one of them writes nothing there.

    A capital without a letter of its own there counts as the small letter, because many sentences begin with a capital.
    """
    letters = [_SHIFTED.get(key) or _TO_ARABIC.get(key) or _TO_ARABIC.get(key.lower()) for key in typed]
    return "".join(letter for letter in letters if letter) if all(letters) else None


def in_latin(typed: str) -> Iterator[str]:
    """Yields what the keys of ``typed`` write in the Latin layout: several texts if it has لا, which is one key or
    two."""
    pieces: list[tuple[str, ...]] = []
    at = lam_alefs = 0
    while at < len(typed):
        pair, letter = typed[at : at + 2], typed[at]
        alone = _TO_LATIN.get(letter)
        if len(pair) == 2 and pair in _TO_LATIN and lam_alefs < _LAM_ALEFS:
            apart = tuple(_TO_LATIN[one] for one in pair) if all(one in _TO_LATIN for one in pair) else ()
            pieces.append((_TO_LATIN[pair], "".join(apart)) if apart else (_TO_LATIN[pair],))
            lam_alefs += 1
            at += 2
            continue
        if not alone:
            return
        pieces.append((alone,))
        at += 1
    yield from map("".join, product(*pieces))


def neighbours() -> frozenset[tuple[str, str]]:
    """Returns the pairs of Arabic letters, in both orders, whose keys touch: side by side, or in rows one above the
    other."""
    pairs = [pair for row in _ARABIC_ROWS for pair in pairwise(row)]
    for upper, lower in pairwise(_ARABIC_ROWS):
        # The rows are shifted by less than a key: each key touches two keys of the row below, those at its own place
        # and before it.
        pairs += list(zip(upper, lower, strict=False)) + list(zip(upper[1:], lower, strict=False))
    return frozenset((first, second) for pair in pairs for first, second in (pair, pair[::-1]))
