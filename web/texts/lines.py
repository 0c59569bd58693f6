"""Texts of articles on one line: headlines in lists, and whatever is cited."""

from __future__ import annotations

import re
import unicodedata

from web.texts.language import gettext

HEADLINE_CHARS = 200
"""So much of a headline is shown in lists; the longest ones are longer than a list."""

_DROPPED = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_BLANK = re.compile("[\\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SURROGATE = re.compile("[\ud800-\udfff\ufffe\uffff]")


def headline(title: str) -> str:
    """The headline of an article in a list of others."""
    return gettext("Untitled article") if is_blank(title) else one_line(title, HEADLINE_CHARS)


def is_blank(text: str) -> bool:
    """Whether nothing of ``text`` can be seen, as of spaces, controls, and marks that stand on no letter."""
    return not any(unicodedata.category(character)[0] in "LNPS" for character in text)


def one_line(text: str, most: int | None = None) -> str:
    """The text on one line, without what may act on the text around it; of a longer one ``most`` characters."""
    line = " ".join(_BLANK.sub(" ", _SURROGATE.sub("\ufffd", _DROPPED.sub("", text))).split())
    return line if most is None or len(line) <= most else f"{line[: most - 1]}…"
