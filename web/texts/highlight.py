# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns texts with marked places into HTML, which templates need not escape again."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup, escape

from indexer.search.answers.results import Marked

_STRONG = frozenset(("L", "R", "AL"))


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph or a piece of one as HTML, and the value of its attribute ``dir``."""

    html: Markup
    direction: str


def passage(marked: Marked, numbers: Iterator[int] | None = None) -> Passage:
    """The text as `highlighted` returns it, with its direction."""
    return Passage(highlighted(marked, numbers), _direction(marked.text))


def highlighted(marked: Marked, numbers: Iterator[int] | None = None) -> Markup:
    """The escaped text with ``<mark>`` around its marks; with ``numbers`` each gets one for its id ``hit-N``."""
    text, pieces, end = marked.text, [], 0
    for start, stop in marked.marks:
        opening = "<mark>" if numbers is None else f'<mark id="hit-{next(numbers)}">'
        pieces.append(f"{escape(text[end:start])}{opening}{escape(text[start:stop])}</mark>")
        end = stop
    return Markup("".join(pieces)) + escape(text[end:])  # noqa: S704  # escaped above


def shortened(marked: Marked, most: int) -> Marked:
    """The text, cut to at most ``most`` characters and «…» where it is longer, if possible after a word."""
    if len(marked.text) <= most:
        return marked
    end = marked.text.rfind(" ", most // 2, most)
    end = end if end > 0 else most - 1
    marks = tuple((first, min(last, end)) for first, last in marked.marks if first < end)
    return Marked(f"{marked.text[:end]}…", marks)


def direction(text: str) -> str:
    """The direction ``rtl`` or ``ltr`` of a text in which words of the interface stand."""
    first = next((kind for kind in map(unicodedata.bidirectional, text) if kind in _STRONG), "R")
    return "ltr" if first == "L" and _direction(text) == "auto" else "rtl"


def _direction(text: str) -> str:
    """The value of ``dir``: "auto" (the first letter decides), or "rtl" for Arabic that begins with a Latin name.

    «NATO تعلن ...» is Arabic: its first letter is Latin, but most of its letters are not.
    """
    kinds = map(unicodedata.bidirectional, text)
    if next((kind for kind in kinds if kind in _STRONG), "R") != "L":
        return "auto"
    strong = [kind for kind in kinds if kind in _STRONG]
    return "rtl" if (1 + strong.count("L")) * 2 < 1 + len(strong) else "auto"
