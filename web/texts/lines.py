# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts texts of articles on one line: headlines in lists, and the parts of citations."""

from __future__ import annotations

import re
import unicodedata

from web.texts.language import gettext

HEADLINE_CHARS = 200
"""How many characters of a headline lists show; the longest headlines are longer than a list."""

_DROPPED = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_BLANK = re.compile("[\\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SURROGATE = re.compile("[\ud800-\udfff\ufffe\uffff]")


def headline(title: str) -> str:
    """The headline of an article as lists show it."""
    return gettext("Untitled article") if is_blank(title) else one_line(title, HEADLINE_CHARS)


def is_blank(text: str) -> bool:
    """Whether nothing of ``text`` is visible: it holds only spaces, control characters and marks without a letter."""
    return not any(unicodedata.category(character)[0] in "LNPS" for character in text)


def one_line(text: str, most: int | None = None) -> str:
    """``text`` on one line, without characters that affect the text around it, cut to ``most`` characters and «…»."""
    line = " ".join(_BLANK.sub(" ", _SURROGATE.sub("\ufffd", _DROPPED.sub("", text))).split())
    return line if most is None or len(line) <= most else f"{line[: most - 1]}…"
