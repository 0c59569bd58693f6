"""A standfirst that the first paragraph says again: an article shows it once."""

from __future__ import annotations

from indexer.arabic.repetition import says_again
from indexer.cleaning.lines.folding import COLON, folded_words

_LEAST_WORDS = 6
_PIECE = 12


def is_said_again(standfirst: str, paragraph: str) -> bool:
    """Whether ``paragraph`` says all of ``standfirst``, which has six words at least, or all but its end cut off."""
    # Nearly no text says its beginning again, and most are known by a few letters.
    middle = len(standfirst) // 2
    if not any(piece in paragraph for piece in (standfirst[:_PIECE], standfirst[middle : middle + _PIECE])):
        return False
    words = _words(standfirst)
    return len(words) >= _LEAST_WORDS and says_again(words, _words(paragraph))


def _words(text: str) -> list[str]:
    return [word for word in folded_words(text) if word != COLON]
