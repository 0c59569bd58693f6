"""Marked texts as HTML that templates need not escape again."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from indexer.search.results import Marked

_MARK = Markup("<mark>{}</mark>")
_NUMBERED = Markup('<mark id="hit-{}">{}</mark>')


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
    pieces, end = [], 0
    for start, stop in marked.marks:
        pieces.append(Markup.escape(marked.text[end:start]))
        word = marked.text[start:stop]
        pieces.append(_MARK.format(word) if numbers is None else _NUMBERED.format(next(numbers), word))
        end = stop
    return Markup("").join([*pieces, Markup.escape(marked.text[end:])])


def _direction(text: str) -> str:
    """``auto``, by which the first letter decides; ``rtl`` where that would turn round Arabic that begins with a name.

    «NATO تعلن ...» is Arabic: its first letter is Latin, most of its letters are not.
    """
    strong = [kind for kind in map(unicodedata.bidirectional, text) if kind in ("L", "R", "AL")]
    return "rtl" if strong and strong[0] == "L" and strong.count("L") * 2 < len(strong) else "auto"
