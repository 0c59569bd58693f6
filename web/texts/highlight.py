"""Marked texts as HTML that templates need not escape again."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup, escape

from indexer.search.answers.results import Marked

_STRONG = frozenset(("L", "R", "AL"))


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph or a piece of one, and the ``dir`` that it is to have."""

    html: Markup
    direction: str


def passage(marked: Marked, numbers: Iterator[int] | None = None) -> Passage:
    """The text as `highlighted` makes it, with its direction."""
    return Passage(highlighted(marked, numbers), _direction(marked.text))


def highlighted(marked: Marked, numbers: Iterator[int] | None = None) -> Markup:
    """The text escaped and its marks as ``<mark>``; given ``numbers``, each takes one for its id ``hit-N``."""
    text, pieces, end = marked.text, [], 0
    for start, stop in marked.marks:
        opening = "<mark>" if numbers is None else f'<mark id="hit-{next(numbers)}">'
        pieces.append(f"{escape(text[end:start])}{opening}{escape(text[start:stop])}</mark>")
        end = stop
    return Markup("".join(pieces)) + escape(text[end:])  # noqa: S704  # escaped above


def shortened(marked: Marked, most: int) -> Marked:
    """Of a text longer than ``most`` the beginning, to the end of a word where one ends in its second half, and «…»."""
    if len(marked.text) <= most:
        return marked
    end = marked.text.rfind(" ", most // 2, most)
    end = end if end > 0 else most - 1
    marks = tuple((first, min(last, end)) for first, last in marked.marks if first < end)
    return Marked(f"{marked.text[:end]}…", marks)


def direction(text: str) -> str:
    """``rtl`` or ``ltr``, as `passage` has it, for a text within which words of the interface stand."""
    first = next((kind for kind in map(unicodedata.bidirectional, text) if kind in _STRONG), "R")
    return "ltr" if first == "L" and _direction(text) == "auto" else "rtl"


def _direction(text: str) -> str:
    """``auto``, by which the first letter decides; ``rtl`` where that would turn round Arabic that begins with a name.

    «NATO تعلن ...» is Arabic: its first letter is Latin, most of its letters are not.
    """
    kinds = map(unicodedata.bidirectional, text)
    if next((kind for kind in kinds if kind in _STRONG), "R") != "L":
        return "auto"
    strong = [kind for kind in kinds if kind in _STRONG]
    return "rtl" if (1 + strong.count("L")) * 2 < 1 + len(strong) else "auto"
