# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns texts with marked places into HTML, which templates need not escape again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup, escape

from indexer.search.answers.results import Marked
from web.texts.directions import direction


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph or a piece of one as HTML, and the value of its attribute ``dir``."""

    html: Markup
    direction: str


def passage(marked: Marked, numbers: Iterator[int] | None = None) -> Passage:
    """The text as `highlighted` returns it, with its direction."""
    return Passage(highlighted(marked, numbers), direction(marked.text))


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
