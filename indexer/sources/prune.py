"""What can be told from the structure of a page alone: tables for layout, cards of other news, what is above the title.

It prepares the tree for trafilatura, whose lists of names know little Arabic furniture.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_LAYOUT = frozenset({"table", "tbody", "thead", "tfoot", "tr", "td", "th"})
_LONGEST_CELL = 40
_CARDS = frozenset({"div", "li", "article", "section", "a", "dd", "td", "tr"})
_LEAST_CARDS = 3
_LONGEST_CARD = 60
_LEAST_OF_CARD = 6
"""A card's link is at least one of so many words in it."""
_LINES = frozenset({"p", "div", "li", "h2", "h3", "h4", "h5", "h6", "td", "dd", "span"})
_LEAST_LINK = 4
_ITEMS = frozenset({"div", "article", "section"})
_HEADS = frozenset({"title", "h1", "h2", "h3", "h4", "h5", "h6"})
_MOST_BESIDES = 15
_LEAST_PROSE = 15
_LEAST_SENTENCE = 8
_TITLES = ("h1", "h2", "h3", "h4", "h5", "h6", "span", "div", "b", "font", "strong", "p", "a")
_LEAST_BEHIND_TITLE = 15
_BESIDE = frozenset({"footer", "aside", "nav"})

_Counts = dict["HtmlElement", tuple[int, int]]
"""An element -> how many words are in it, and how many of these in links."""


def prune(tree: HtmlElement, title: str) -> None:
    """Takes out of ``tree`` what cannot be of the article with this ``title`` ("" if unknown); changes it in place.

    Time grows with the number of elements times their depth.
    """
    counts = _counts(tree)
    _unwrap_layout(tree, counts)
    if title:
        _drop_above(tree, title, counts)
        _drop_repeated(tree, counts)
    _drop_cards(tree, counts)
    _drop_links(tree, counts)


def _counts(tree: HtmlElement) -> _Counts:
    counts: _Counts = {}
    for element in reversed(list(tree.iter())):
        words, linked = len((element.text or "").split()), 0
        for child in element:
            inside, inside_linked = counts[child]
            words += inside + len((child.tail or "").split())
            linked += inside_linked
        counts[element] = words, words if element.tag == "a" else linked
    return counts


def _unwrap_layout(tree: HtmlElement, counts: _Counts) -> None:
    """Tables that hold tables or long texts become divs."""
    for table in list(tree.iter("table")):
        nests = next(table.iterdescendants("table"), None) is not None
        if nests or any(counts[cell][0] > _LONGEST_CELL for cell in table.iter("td", "th")):
            for element in list(_own(table)):
                element.tag = "div"


def _own(table: HtmlElement) -> Iterator[HtmlElement]:
    """The elements that make up ``table``, without those of tables in it."""
    yield table
    for child in table:
        if child.tag in _LAYOUT and child.tag != "table":
            yield from _own(child)


def _drop_repeated(tree: HtmlElement, counts: _Counts) -> None:
    """Three or more alike in a container of their own, each a head and a little text, behind the article's first prose.

    They are teasers of other news or readers' comments; sections of the article itself are longer, or stand among its
    paragraphs.
    """
    before = _prose_before(tree)
    for parent in list(tree.iter()):
        alike: dict[tuple[str, str], list[HtmlElement]] = {}
        for child in parent:
            if child.tag in _ITEMS and counts[child][0] <= _LONGEST_CARD and _parts(child, counts) > 1:
                alike.setdefault((child.tag, child.get("class", "")), []).append(child)
        for group in alike.values():
            besides = _unlinked(parent, counts) - sum(_unlinked(child, counts) for child in group)
            if len(group) >= _LEAST_CARDS and besides <= _MOST_BESIDES and before[group[0]] >= _LEAST_PROSE:
                for child in group:
                    _drop(child)


def _prose_before(tree: HtmlElement) -> dict[HtmlElement, int]:
    """How many words of prose stand before each element."""
    before: dict[HtmlElement, int] = {}
    prose = 0
    for element in tree.iter():
        # What follows an element's end is counted with the next one, which is near enough.
        before[element] = prose
        for text in (None if element.tag in _HEADS else element.text, element.tail):
            words = len((text or "").split())
            prose += words if words >= _LEAST_SENTENCE else 0
    return before


def _unlinked(element: HtmlElement, counts: _Counts) -> int:
    words, linked = counts[element]
    return words - linked


def _parts(element: HtmlElement, counts: _Counts) -> int:
    return sum(1 for child in element if counts[child][0])


def _drop_cards(tree: HtmlElement, counts: _Counts) -> None:
    """Three or more alike in a row, each a link with little text around it, are other articles' headlines."""
    for parent in list(tree.iter()):
        alike: dict[tuple[str, str], list[HtmlElement]] = {}
        for child in parent:
            if child.tag in _CARDS:
                alike.setdefault((child.tag, child.get("class", "")), []).append(child)
        for group in alike.values():
            cards = [child for child in group if _is_card(*counts[child])]
            if len(cards) >= _LEAST_CARDS and len(cards) * 2 > len(group):
                for card in cards:
                    _drop(card)


def _is_card(words: int, linked: int) -> bool:
    return linked >= _LEAST_LINK and words <= _LONGEST_CARD and linked * _LEAST_OF_CARD >= words


def _drop_links(tree: HtmlElement, counts: _Counts) -> None:
    """A line that is a link and little else leads to another article."""
    for element in list(tree.iter(*_LINES)):
        words, linked = counts[element]
        if linked >= _LEAST_LINK and linked * 10 >= words * 6 and words <= _LONGEST_CARD:
            _drop(element)


def _drop_above(tree: HtmlElement, title: str, counts: _Counts) -> None:
    """What stands before the last heading that is the title and has the article behind it."""
    found = [element for element in tree.iter(*_TITLES) if _is(element, title, counts)]
    for heading in reversed(found):
        # Without the root, beside which a damaged page may have others.
        path = [step for step in (heading, *heading.iterancestors()) if step is not tree]
        after = (sibling for step in path for sibling in step.itersiblings() if sibling.tag not in _BESIDE)
        if sum(_unlinked(sibling, counts) for sibling in after) < _LEAST_BEHIND_TITLE:
            continue
        for step in path:
            for before in list(step.itersiblings(preceding=True)):
                if before.tag != "head":
                    _drop(before)
        return


def _is(element: HtmlElement, title: str, counts: _Counts) -> bool:
    return counts[element][0] == len(title.split()) and " ".join(element.text_content().split()) == title


def _drop(element: HtmlElement) -> None:
    # Not `drop_tree`, which looks for the element's root each time.
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = f"{parent.text or ''} {element.tail}"
        else:
            before.tail = f"{before.tail or ''} {element.tail}"
    parent.remove(element)
