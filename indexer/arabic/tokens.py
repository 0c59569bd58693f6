"""The tokeniser: where the words of a text stand, in the original string.

A word is a run of Arabic letters with whatever marks and joiners stand on and between them; a number with its
separators; or a run of letters and digits of another script. Everything else parts words, ``_`` and ``#`` included.
Python's ``\\w`` is no help here: it takes harakat for the end of a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from indexer.arabic import letters as L

_ARABIC_WORD = f"[{L.LETTERS}](?:[{L.MARKS}{L.JOINERS}]*[{L.LETTERS}])*[{L.MARKS}{L.TATWEEL}]*"
# A number stands alone or before Arabic letters; 100km is one word of another script, and so is 1.5km its 5km.
_NUMBER = (
    f"[{L.DIGITS}]+(?:[.,{L.DECIMAL_SEPARATOR}{L.THOUSANDS_SEPARATOR}][{L.DIGITS}]+)*"
    f"(?![.,]?[{L.DIGITS}])(?![^\\W_{L.LETTERS}])"
)
_OTHER_WORD = f"(?:(?![{L.LETTERS}{L.MARKS}])[^\\W_])(?:(?![{L.LETTERS}{L.MARKS}])[\\w\u0300-\u036f{L.JOINERS}](?<!_))*"
_TOKEN = re.compile(f"{_ARABIC_WORD}|{_NUMBER}|{_OTHER_WORD}")

MAX_WORD_CHARS = 255
"""No word is longer in the index; what lies beyond is dropped, so that a hostile file costs no more than its size."""


def words(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of every word of ``text``, in code points, ascending; never overlapping, never empty."""
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        yield start, min(end, start + MAX_WORD_CHARS)
