# SPDX-License-Identifier: GPL-3.0-or-later
"""Recognises a standfirst that the first paragraph repeats, so that the article shows it only once."""

from __future__ import annotations

from indexer.arabic.repetition import says_again
from indexer.cleaning.lines.folding import COLON, folded_words

_LEAST_WORDS = 6
_PIECE = 12


def is_repeated(standfirst: str, paragraph: str) -> bool:
    """Whether ``paragraph`` repeats all of ``standfirst`` (six words or more), or all but its cut-off end."""
    # Hardly any article repeats its beginning, and comparing a few letters excludes most of them.
    middle = len(standfirst) // 2
    if not any(piece in paragraph for piece in (standfirst[:_PIECE], standfirst[middle : middle + _PIECE])):
        return False
    words = _words(standfirst)
    return len(words) >= _LEAST_WORDS and says_again(words, _words(paragraph))


def _words(text: str) -> list[str]:
    return [word for word in folded_words(text) if word != COLON]
