# SPDX-License-Identifier: GPL-3.0-or-later
"""Decides in which direction a text of the archive is written, and isolates it from the text around it.

The first letter does not decide, as it does for ``dir="auto"``: «NATO تعلن انتهاء القمة» is an Arabic sentence that
begins with a Latin name. `web/static/directions.js` decides by the same rule what a reader types.
"""

from __future__ import annotations

import re
from functools import lru_cache

from markupsafe import Markup, escape

_WEIGHT = 2
"""A word written from right to left counts as much as this many others. In Arabic article, prepositions and pronouns
are parts of words, so that a sentence has fewer of them than the names in it have in Latin letters."""

_REMEMBERED_CHARS = 300

# The ranges that Unicode keeps for scripts from right to left.
_FROM_RIGHT = "[\\u0590-\\u08ff\\ufb1d-\\ufdff\\ufe70-\\ufeff\\U00010800-\\U00010fff\\U0001e800-\\U0001efff]"
_LETTER_FROM_RIGHT = re.compile(rf"(?={_FROM_RIGHT})[^\W\d_]")
_LETTER_FROM_LEFT = re.compile(rf"(?!{_FROM_RIGHT})[^\W\d_]")
_ADDRESS = re.compile(r"(https?://[^/?#\s]+)([/?#]\S*)?")
_PIECE = re.compile("[/?#&=]+")


def direction(text: str) -> str:
    """The direction of ``text``: ``rtl`` or ``ltr``; ``ltr`` if it has no letter."""
    return _short(text) if len(text) <= _REMEMBERED_CHARS else _counted(text)


def isolated(text: str, css_class: str = "") -> Markup:
    """``text`` as an element with its own direction, which does not affect the text around it.

    The parts of an address run from left to right, whatever they are.
    """
    marked = f' class="{escape(css_class)}"' if css_class else ""
    if address := _ADDRESS.fullmatch(text):
        html = f'<bdi{marked} dir="ltr">{escape(address[1])}{in_pieces(address[2] or "")}</bdi>'
    else:
        html = f'<bdi{marked} dir="{direction(text)}">{escape(text)}</bdi>'
    return Markup(html)  # noqa: S704  # escaped above; a page has hundreds, and `Markup.format` is slow


def in_pieces(path: str) -> Markup:
    """What follows the host of an address, each of its parts isolated, so that Arabic ones do not change places."""
    pieces, end = Markup(""), 0
    for signs in _PIECE.finditer(path):
        pieces += _piece(path[end : signs.start()]) + signs[0]
        end = signs.end()
    return pieces + _piece(path[end:])


def _piece(text: str) -> Markup:
    return Markup("<bdi>{}</bdi>").format(text) if text and not text.isascii() else escape(text)


def _counted(text: str) -> str:
    if not _LETTER_FROM_RIGHT.search(text):
        return "ltr"
    if not _LETTER_FROM_LEFT.search(text):  # most texts, so that only few are taken apart
        return "rtl"
    words = text.split()
    from_right = sum(bool(_LETTER_FROM_RIGHT.search(word)) for word in words)
    from_left = sum(bool(_LETTER_FROM_LEFT.search(word)) for word in words)
    return "rtl" if from_right * _WEIGHT >= from_left else "ltr"


_short = lru_cache(maxsize=4_000)(_counted)
"""A page names the same sources and sections many times."""
