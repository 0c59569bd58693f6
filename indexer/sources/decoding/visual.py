# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts Arabic that is stored in visual order, from left to right, into reading order.

Some programs extract PDF text like this. Such text consists of presentation forms, each of which tells its position in
a word. If the first character of a word is a final form and the last an initial form, the word is written backwards.
Lines of such words are reversed, except for numbers and Latin words, and the presentation forms become letters.
Presentation forms in the right order stay as they are.
"""

from __future__ import annotations

import re
import unicodedata

_FORM = "\ufb50-\ufbb1\ufbd3-\ufd3d\ufd50-\ufdf9\ufe70-\ufefc"
_FORMS = re.compile(f"[{_FORM}]")
_WORD = re.compile(f"[{_FORM}]{{2,}}")
_SIGN = r"A-Za-z0-9\u0660-\u0669\u06f0-\u06f9%"
_LEFT_TO_RIGHT = re.compile(f"[{_SIGN}](?:[{_SIGN}.,:/@+_-]*[{_SIGN}])?")
_MIRRORED = str.maketrans("()[]{}<>«»‹›", ")(][}{><»«›‹")
_MOST_WORDS = 1_000


def in_reading_order(text: str) -> str:
    """Returns ``text`` with the lines that are written backwards reversed, or ``text`` itself if none is."""
    if not _FORMS.search(text) or not _is_backwards(text):
        return text
    return "\n".join(_turned(line) if _is_backwards(line) else line for line in text.split("\n"))


def _is_backwards(text: str) -> bool:
    forwards = backwards = 0
    for number, word in enumerate(_WORD.finditer(text)):
        if number == _MOST_WORDS:
            break
        first, last = _place(word.group()[0]), _place(word.group()[-1])
        forwards += first == "initial" or last == "final"
        backwards += first == "final" or last == "initial"
    return backwards > forwards


def _place(character: str) -> str:
    """Returns the position in a word that the form is for: "initial", "medial", "final" or "isolated"."""
    return unicodedata.decomposition(character).partition(">")[0].lstrip("<")


def _turned(line: str) -> str:
    mirrored = line[::-1].translate(_MIRRORED)
    ordered = _LEFT_TO_RIGHT.sub(lambda found: found.group()[::-1], mirrored)
    return _FORMS.sub(lambda form: unicodedata.normalize("NFKC", form.group()), ordered)
