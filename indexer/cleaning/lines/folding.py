# SPDX-License-Identifier: GPL-3.0-or-later
"""Folds lines for comparison: word by word, without punctuation."""

from __future__ import annotations

import re
from functools import lru_cache

from indexer.arabic.fold import fold

COLON = ":"
"""Stands in the words of a line for a colon or dash, which separates a label from what it labels."""

# ASCII, Arabic and web punctuation, without the colon and dashes, which are kept apart.
_SPACE = re.compile(
    r"[\s!-,./;-@\[-`{-~\u00a0\u00a9\u00ab\u00ae\u00b7\u00bb\u00d7\u060c\u061b\u061f\u066a-\u066d\u06d4"
    r"\u2018-\u201f\u2022\u2026\u2039\u203a\u2122\u2190-\u21ff\u2500-\u27bf\ufd3e\ufd3f]+"
)
_LABEL_END = re.compile(r"[:\-\u2010-\u2015\u2212\ufe55\uff1a]+")

fold_word = lru_cache(maxsize=1 << 15)(fold)
"""`fold` of one word, with a cache, because pages of one site repeat the words of their furniture."""


def folded_words(text: str) -> tuple[str, ...]:
    """Returns the folded words of ``text``, with COLON in place of a colon or a dash."""
    spaced = _SPACE.sub(" ", _LABEL_END.sub(" : ", text))
    return tuple(filter(None, map(fold_word, spaced.split())))
