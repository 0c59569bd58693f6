"""Measures of a page's elements, taken once: how much text each holds, how much of it in links, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

Counts = dict["HtmlElement", tuple[int, int]]
"""An element -> how many words are in it, and how many of these in links."""

_HEADS = frozenset({"title", "h1", "h2", "h3", "h4", "h5", "h6"})
_LEAST_SENTENCE = 8
"""A text of at least so many words counts as prose, unless it stands in a heading or a link."""


@dataclass(slots=True)
class Measures:
    """What was measured of each element; it stays as it was when elements are taken out of the tree later."""

    counts: Counts = field(default_factory=dict)
    place: dict[HtmlElement, int] = field(default_factory=dict)
    """How many words stand before an element."""
    prose: dict[HtmlElement, int] = field(default_factory=dict)
    """How many of these are prose."""
    prose_total: int = 0

    def prose_behind(self, heading: HtmlElement) -> int:
        """How many words of prose stand before the end of ``heading``, which is none, whatever its element."""
        words = self.counts[heading][0]
        own = words if words >= _LEAST_SENTENCE and heading.tag not in _HEADS and not self.counts[heading][1] else 0
        return self.prose[heading] + own


def measured(tree: HtmlElement) -> Measures:
    """The measures of ``tree`` and all elements in it. Takes linear time."""
    from lxml.etree import iterwalk  # noqa: PLC0415  # a tenth of a second that most commands don't need

    found = Measures()
    words = prose = linked = 0
    links = heads = 0  # how many are open
    begun: list[int] = []
    for event, element in iterwalk(tree, events=("start", "end")):
        tag = element.tag
        if event == "start":
            found.place[element], found.prose[element] = words, prose
            begun.append(linked)
            links += tag == "a"
            heads += tag in _HEADS
            text = element.text
        else:
            found.counts[element] = words - found.place[element], linked - begun.pop()
            links -= tag == "a"
            heads -= tag in _HEADS
            text = element.tail
        if text and (count := len(text.split())):
            words += count
            if links:
                linked += count
            elif count >= _LEAST_SENTENCE and not heads:
                prose += count
    found.prose_total = prose
    return found


def text_of(element: HtmlElement) -> str:
    """The text of ``element`` with its blanks squeezed."""
    return " ".join(element.text_content().split())
