"""Where on a page the headline of its article stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.sources.pages.measure import Measures, text_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_RANKS = {
    "h1": 0, "h2": 1, "h3": 2, "h4": 3, "h5": 3, "h6": 3, "td": 4, "div": 4, "span": 4, "b": 4, "font": 4, "strong": 4,
    "p": 4, "a": 4, "dt": 4, "header": 4,
}  # fmt: skip
_LEAST_ALIKE = 4
_MOST_OTHERS = 4
_LEAST_BEHIND = 8
"""In words of prose."""


def headline_of(tree: HtmlElement, title: str, measures: Measures) -> HtmlElement | None:
    """The innermost element that is the headline ``title`` of the article, None where none has exactly this text.

    A page may have its headline many times: in a list of the latest news, in a second heading for print. Links come
    last, then lower ranks of headings; of equals the one with the most prose between it and the next.
    """
    wanted = len(title.split())
    found = [
        element
        for element in tree.iter(*_RANKS)
        if measures.counts[element][0] == wanted and wanted and text_of(element) == title
    ]
    found = [element for element in found if not _is_wrapping(element, title)]
    if not found:
        return _nearly(tree, title, measures)
    ends = [measures.prose[element] for element in found[1:]] + [measures.prose_total]
    behind = [end - measures.prose[element] for element, end in zip(found, ends, strict=True)]

    def order(at: int) -> tuple[bool, bool, int, int]:
        return _is_link(found[at], measures), behind[at] < _LEAST_BEHIND, _rank(found[at]), -behind[at]

    return found[min(range(len(found)), key=order)]


def _nearly(tree: HtmlElement, title: str, measures: Measures) -> HtmlElement | None:
    """The first heading that is no link and has most words of ``title`` and few others, such as "Video:" before it."""
    wanted = set(title.split())
    for element in tree.iter("h1", "h2") if len(wanted) >= _LEAST_ALIKE else ():
        words = measures.counts[element][0]
        if abs(words - len(wanted)) <= _MOST_OTHERS and not _is_link(element, measures):
            shared = len(wanted & set(text_of(element).split()))
            if shared * 4 >= 3 * len(wanted):
                return element
    return None


def _rank(element: HtmlElement) -> int:
    """The best rank of the element and of the headings around it."""
    return min(_RANKS.get(step.tag, 4) for step in (element, *list(element.iterancestors())[:3]))


def _is_link(element: HtmlElement, measures: Measures) -> bool:
    return measures.counts[element][1] > 0 or next(element.iterancestors("a"), None) is not None


def _is_wrapping(element: HtmlElement, title: str) -> bool:
    """Whether a child has the same text, so that the child is the innermost."""
    return any(child.tag in _RANKS and text_of(child) == title for child in element)
