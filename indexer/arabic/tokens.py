"""The tokeniser: where the words of a text stand, in the original string.

A word is a run of Arabic letters with whatever marks and joiners stand on and between them; a number with its
separators; or a run of letters and digits of another script. Everything else parts words, ``_`` and ``#`` included.
A proclitic that stands apart from its word, as in بـ(داعش), و"قال" and و قال, is found as such.
Python's ``\\w`` is no help here: it takes harakat for the end of a word.
"""

from __future__ import annotations

import re
import sys

from indexer.arabic import letters as L

PROCLITICS = frozenset((L.WAW, L.FEH, L.BEH, L.LAM, L.KAF, L.SEEN))

_ARABIC_WORD = f"[{L.LETTERS}]+(?:[{L.MARKS}{L.JOINERS}]+[{L.LETTERS}]+)*[{L.MARKS}{L.TATWEEL}]*"
# A number stands alone or before Arabic letters; 100km is one word of another script, and so is 1.5km its 5km.
_NUMBER = (
    f"[{L.DIGITS}]+(?:[.,{L.DECIMAL_SEPARATOR}{L.THOUSANDS_SEPARATOR}][{L.DIGITS}]+)*"
    f"(?![.,]?[{L.DIGITS}])(?![^\\W_{L.LETTERS}])"
)
_OTHER_WORD = f"(?:(?![{L.LETTERS}{L.MARKS}])[^\\W_])(?:(?![{L.LETTERS}{L.MARKS}])[\\w\u0300-\u036f{L.JOINERS}](?<!_))*"
_OPENING = "[\"'«»“”‘’(\\[{\u200e\u200f]"
_WORD_BEGINS = f"(?=[{L.LETTERS}]|[^\\W_])"
# Proclitics written apart from their word: over a space only conjunctions, or each ب. of a list would be one.
_CONJUNCTION_APART = (
    f"[{L.WAW}{L.FEH}][{L.MARKS}]*(?:{L.TATWEEL}+[ \u00a0]?{_OPENING}*|[ \u00a0]{_OPENING}*|{_OPENING}+)"
)
_PREPOSITION_APART = f"[{L.BEH}{L.LAM}{L.KAF}{L.SEEN}][{L.MARKS}]*(?:{L.TATWEEL}+{_OPENING}*|{_OPENING}+)"
_APART = f"(?:{_CONJUNCTION_APART}|{_PREPOSITION_APART}){_WORD_BEGINS}"
_TOKEN = re.compile(f"{_APART}|{_ARABIC_WORD}|{_NUMBER}|{_OTHER_WORD}")
_BEYOND_A_WORD = re.compile(f"[{L.MARKS}{L.TATWEEL} \u00a0]*{_OPENING}*")

MAX_WORD_CHARS = 255
"""No word is longer in the index; what lies beyond is dropped, so that a hostile file costs no more than its size."""


def pieces(text: str) -> list[str]:
    """The words of ``text`` as written, and the proclitics that stand apart, with what parts them from their word.

    Of the latter, `proclitic` tells the letter.
    """
    return _TOKEN.findall(text)


def places(text: str, start: int = 0, end: int = sys.maxsize) -> list[tuple[int, int]]:
    """(start, end) of each of the `pieces` of ``text[start:end]``, in ``text``; ascending, apart, never empty."""
    return [match.span() for match in _TOKEN.finditer(text, start, end)]


def proclitic(piece: str) -> str:
    """The letter of a proclitic that stands apart, "" for a word."""
    return piece[0] if len(piece) > 1 and piece[0] in PROCLITICS and _BEYOND_A_WORD.fullmatch(piece, 1) else ""
