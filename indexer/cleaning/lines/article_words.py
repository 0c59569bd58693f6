# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures whether a line is about the subject of the article.

Headlines and keywords are; tickers and menus are not.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import islice

from indexer.cleaning.lines.cues import word_list
from indexer.cleaning.lines.line import Line

_PREFIXES = ("وال", "بال", "فال", "كال", "لل", "ال", "و", "ف", "ب", "ل", "ك")
_LEAST_LETTERS = 3
_LETTERS_COMPARED = 4
_PARAGRAPHS_READ = 40
_WORDS_READ = 60
_LEAST_DISTINCTIVE = 3
_LINES_REMEMBERED = 1 << 10
_WORDS_REMEMBERED = 1 << 15


class ArticleWords:
    """The words of the first paragraphs of an article, without prefixes and endings."""

    def __init__(self, lines: Sequence[Line]) -> None:
        first = next((at for at, line in enumerate(lines) if line.is_article_prose), 0)
        paragraphs = islice((line for line in lines[first:] if _is_paragraph(line)), _PARAGRAPHS_READ)
        self._keys = {key for line in paragraphs for key in _keys(line.words[:_WORDS_READ])}

    def share(self, line: Line) -> float:
        """Returns the share of the words of ``line`` that the article has, from 0 to 1. Function words do not count."""
        return self._share(_keys(line.words))

    def has(self, words: tuple[str, ...]) -> bool:
        """Whether the article has one of the folded ``words``. Function words do not count."""
        return not self._keys.isdisjoint(_keys(words))

    def distinctive_share(self, line: Line) -> float:
        """Like `share`, but without words that most articles have, so it is near 0 for lines of other articles."""
        return self._share(_distinctive_keys(line.words))

    def _share(self, keys: Sequence[str]) -> float:
        return sum(key in self._keys for key in keys) / len(keys) if keys else 0.0

    def add(self, line: Line) -> None:
        """Adds the words of ``line`` to those of the article."""
        self._keys.update(_keys(line.words))


class Subject:
    """The words of the lines added so far, without function words."""

    def __init__(self) -> None:
        self._keys: set[str] = set()

    def add(self, line: Line) -> None:
        """Adds the words of ``line``."""
        self._keys.update(_keys(line.words[:_WORDS_READ]))

    def share(self, line: Line) -> float:
        """Returns which share of the distinctive words of ``line`` were added before; 1 if it has too few of them."""
        keys = _distinctive_keys(line.words[:_WORDS_READ])
        return sum(key in self._keys for key in keys) / len(keys) if len(keys) >= _LEAST_DISTINCTIVE else 1.0


@cache
def _everyday() -> frozenset[str]:
    return frozenset(filter(None, map(_key, word_list("everyday"))))


def _is_paragraph(line: Line) -> bool:
    return line.is_article_prose or (line.is_long and not line.edge_reason)


@lru_cache(maxsize=_LINES_REMEMBERED)
def _keys(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(filter(None, map(_key, words)))


@lru_cache(maxsize=_LINES_REMEMBERED)
def _distinctive_keys(words: tuple[str, ...]) -> tuple[str, ...]:
    everyday = _everyday()
    return tuple(key for key in _keys(words) if key not in everyday)


@lru_cache(maxsize=_WORDS_REMEMBERED)
def _key(word: str) -> str:
    """Returns the form in which ``word`` is compared, or "" for function words and words that are too short."""
    if word in word_list("joining") or (len(word) < _LEAST_LETTERS and not word.isdigit()):
        return ""
    prefix = next((p for p in _PREFIXES if word.startswith(p) and len(word) - len(p) >= _LEAST_LETTERS), "")
    return word[len(prefix) : len(prefix) + _LETTERS_COMPARED]
