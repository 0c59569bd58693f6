# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the element of a page that is the headline of its article."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.sources.pages.measure import Measures, element_text

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_RANKS = {
    "h1": 0, "h2": 1, "h3": 2, "h4": 3, "h5": 3, "h6": 3, "td": 4, "div": 4, "span": 4, "b": 4, "font": 4, "strong": 4,
    "p": 4, "a": 4, "dt": 4, "header": 4,
}  # fmt: skip
_LEAST_TITLE_WORDS = 4
_MOST_OTHER_WORDS = 4
_LEAST_PROSE_BEHIND = 8
"""In words of prose up to the next element with the same text."""


def headline_of(tree: HtmlElement, title: str, measures: Measures) -> HtmlElement | None:
    """Returns the innermost element whose text is the headline ``title``, or None if no element has this text.

    A page may show its headline several times: in a list of the latest news, or in a second heading for printing.
    Elements that are not links come first, then higher ranks of headings, then the one with the most prose after it.
    """
    wanted = len(title.split())
    found = [
        element
        for element in tree.iter(*_RANKS)
        if measures.counts[element][0] == wanted and wanted and element_text(element) == title
    ]
    found = [element for element in found if not _is_wrapping(element, title)]
    if not found:
        return _similar_heading(tree, title, measures)
    ends = [measures.prose[element] for element in found[1:]] + [measures.prose_total]
    behind = [end - measures.prose[element] for element, end in zip(found, ends, strict=True)]

    def order(at: int) -> tuple[bool, bool, int, int]:
        return _is_link(found[at], measures), behind[at] < _LEAST_PROSE_BEHIND, _rank(found[at]), -behind[at]

    return found[min(range(len(found)), key=order)]


def _similar_heading(tree: HtmlElement, title: str, measures: Measures) -> HtmlElement | None:
    """Returns the first unlinked heading with most words of ``title`` and few others, such as "Video:" before it."""
    wanted = set(title.split())
    for element in tree.iter("h1", "h2") if len(wanted) >= _LEAST_TITLE_WORDS else ():
        words = measures.counts[element][0]
        if abs(words - len(wanted)) <= _MOST_OTHER_WORDS and not _is_link(element, measures):
            shared = len(wanted & set(element_text(element).split()))
            if shared * 4 >= 3 * len(wanted):
                return element
    return None


def _rank(element: HtmlElement) -> int:
    """Returns the best rank of the element and of the three elements around it."""
    return min(_RANKS.get(step.tag, 4) for step in (element, *list(element.iterancestors())[:3]))


def _is_link(element: HtmlElement, measures: Measures) -> bool:
    return measures.counts[element][1] > 0 or next(element.iterancestors("a"), None) is not None


def _is_wrapping(element: HtmlElement, title: str) -> bool:
    """Whether a child has the same text, so that the child is the innermost element."""
    return any(child.tag in _RANKS and element_text(child) == title for child in element)
