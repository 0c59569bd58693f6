# SPDX-License-Identifier: GPL-3.0-or-later
"""Removes what the structure of a page shows to be outside the article: teasers, links, what is above the headline.

It prepares the tree for trafilatura, whose lists of names know few Arabic names.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from indexer.sources.pages.measure import Counts, Measures
from indexer.sources.pages.page_words import folded_text
from indexer.sources.pages.promotions import drop_policies, drop_promotions
from indexer.sources.pages.tree import drop

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_LAYOUT = frozenset({"table", "tbody", "thead", "tfoot", "tr", "td", "th"})
_LONGEST_CELL = 40
_CARDS = frozenset({"div", "li", "article", "section", "a", "dd", "td", "tr"})
_LEAST_CARDS = 3
_LONGEST_CARD = 60
_WORDS_A_LINKED_WORD = 6
"""In a card, at least one word in this many is linked."""
_LINES = frozenset({"p", "div", "li", "h2", "h3", "h4", "h5", "h6", "td", "dd", "span"})
_LEAST_LINK = 4
_ITEMS = frozenset({"div", "article", "section"})
_HEADS = frozenset({"title", "h1", "h2", "h3", "h4", "h5", "h6"})
_MOST_BESIDES = 15
_LEAST_PROSE = 15
_LEAST_SENTENCE = 8
_LEAST_BEHIND_TITLE = 15
_BESIDE = frozenset({"footer", "aside", "nav"})
_LONGEST_TIME = 12
_LEAST_STATED = 15
_SHARE_STATED = 8
"""A stated body holds at least one word in this many of the page's prose."""
_PARAGRAPHS = frozenset({"p", "div"})
_PIECES = ("span", "b", "strong", "a", "time", "i", "em", "small")
_FOLLOWING = 2
_STEM = 4
_LEAST_REPEATED = 0.4


def prune(tree: HtmlElement, heading: HtmlElement | None, measures: Measures) -> None:
    """Removes from ``tree`` what cannot belong to the article under ``heading`` (None if unknown).

    Changes the tree in place. Time grows with the number of elements times their depth.
    """
    counts = measures.counts
    _unwrap_layout(tree, counts)
    _drop_changes(tree, counts)
    body = _stated_body(tree, measures)
    if heading is not None:
        _drop_above(tree, heading, counts)
    if body is not None:
        _drop_below(tree, body)
    if heading is not None:
        _drop_repeated(tree, counts)
    _drop_cards(tree, counts)
    _drop_links(tree, counts)
    drop_promotions(tree, heading, measures)
    drop_policies(tree, heading, measures)
    _separate_pieces(tree, heading, measures)


def _drop_changes(tree: HtmlElement, counts: Counts) -> None:
    """Removes what the markup calls the time of a change, which is neither text nor date of the article."""
    for element in list(tree.iter("time", "span", "div", "p", "abbr")):
        if not element.attrib or counts[element][0] > _LONGEST_TIME:
            continue
        names = f"{element.get('class', '')} {element.get('itemprop', '')}".lower().split()
        if "datemodified" in names or ("updated" in names and not {"published", "datepublished"} & set(names)):
            drop(element)


def _stated_body(tree: HtmlElement, measures: Measures) -> HtmlElement | None:
    """Returns the element that is marked as the body of the article, if it holds a good part of the page's prose."""
    marked = [
        element
        for element in tree.iter("div", "section", "article", "main", "td")
        if "articleBody" in element.get("itemprop", "").split()
    ]
    if not marked:
        return None
    held = {element: _prose_in(element) for element in marked}
    best = max(marked, key=lambda element: held[element])
    # If each paragraph is marked, the body is their parent.
    if len(marked) > 1 and held[best] * 2 < sum(held.values()):
        return None
    return best if held[best] >= _LEAST_STATED and held[best] * _SHARE_STATED >= measures.prose_total else None


def _prose_in(element: HtmlElement) -> int:
    return sum(
        count
        for part in element.iter()
        for text in (None if part.tag in _HEADS | {"a"} else part.text, None if part is element else part.tail)
        if (count := len((text or "").split())) >= _LEAST_SENTENCE
    )


def _drop_below(tree: HtmlElement, body: HtmlElement) -> None:
    """Removes what stands after ``body``, the element that the page states as the article's body."""
    for step in (body, *body.iterancestors()):
        if step is tree or step.tag == "body":
            return
        for after in list(step.itersiblings()):
            drop(after)


def _unwrap_layout(tree: HtmlElement, counts: Counts) -> None:
    """Turns tables that hold tables or long texts into divs."""
    for table in list(tree.iter("table")):
        nests = next(table.iterdescendants("table"), None) is not None
        if nests or any(counts[cell][0] > _LONGEST_CELL for cell in table.iter("td", "th")):
            for element in list(_own_elements(table)):
                element.tag = "div"


def _own_elements(table: HtmlElement) -> Iterator[HtmlElement]:
    """Yields ``table`` and the elements that make it up, without those of tables inside it."""
    yield table
    for child in table:
        if child.tag in _LAYOUT and child.tag != "table":
            yield from _own_elements(child)


def _drop_repeated(tree: HtmlElement, counts: Counts) -> None:
    """Removes three or more similar boxes of a head and a little text that stand after the first prose of the article.

    They are teasers of other news, or readers' comments. Sections of the article itself are longer, or stand among its
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
                    drop(child)


def _prose_before(tree: HtmlElement) -> dict[HtmlElement, int]:
    """Returns the number of words of prose before each element."""
    before: dict[HtmlElement, int] = {}
    prose = 0
    for element in tree.iter():
        # The text after an element is counted with the next element, which is exact enough.
        before[element] = prose
        for text in (None if element.tag in _HEADS else element.text, element.tail):
            words = len((text or "").split())
            prose += words if words >= _LEAST_SENTENCE else 0
    return before


def _unlinked(element: HtmlElement, counts: Counts) -> int:
    words, linked = counts[element]
    return words - linked


def _parts(element: HtmlElement, counts: Counts) -> int:
    return sum(1 for child in element if counts[child][0])


def _drop_cards(tree: HtmlElement, counts: Counts) -> None:
    """Removes rows of three or more similar boxes, each a link with little text: headlines of other articles."""
    for parent in list(tree.iter()):
        alike: dict[tuple[str, str], list[HtmlElement]] = {}
        for child in parent:
            if child.tag in _CARDS:
                alike.setdefault((child.tag, child.get("class", "")), []).append(child)
        for group in alike.values():
            cards = [child for child in group if _is_card(*counts[child])]
            if len(cards) >= _LEAST_CARDS and len(cards) * 2 > len(group):
                for card in cards:
                    drop(card)


def _is_card(words: int, linked: int) -> bool:
    return linked >= _LEAST_LINK and words <= _LONGEST_CARD and linked * _WORDS_A_LINKED_WORD >= words


def _drop_links(tree: HtmlElement, counts: Counts) -> None:
    """Removes lines that are a link and little else, unless the text below repeats what the line says.

    Lines of one kind in one box are kept or removed together, because an article may consist of summaries, each below
    its linked head.
    """
    groups: dict[tuple[HtmlElement | None, str], list[HtmlElement]] = {}
    for element in list(tree.iter(*_LINES)):
        words, linked = counts[element]
        if linked >= _LEAST_LINK and linked * 10 >= words * 6 and words <= _LONGEST_CARD:
            groups.setdefault((element.getparent(), element.tag), []).append(element)
    for group in groups.values():
        shares = [_share_repeated_below(element, counts) for element in group]
        if sum(shares) < _LEAST_REPEATED * len(shares):
            for element in group:
                drop(element)


def _share_repeated_below(element: HtmlElement, counts: Counts) -> float:
    """Returns the share of the longer words of a linked line that are repeated in the unlinked text right below it."""
    text = ""
    for after, _ in zip(element.itersiblings(), range(_FOLLOWING), strict=False):
        if after.tag not in _PARAGRAPHS or counts.get(after, (0, 0))[1] >= _LEAST_LINK:
            break
        text += f" {after.text_content()}"
    if len(text.split()) < _LEAST_BEHIND_TITLE:
        return 0.0
    wanted = _stems(element.text_content())
    return len(wanted & _stems(text)) / max(1, len(wanted))


def _stems(text: str) -> set[str]:
    """Returns the first letters of the longer words of ``text``, because the endings differ in a sentence."""
    words = (word.removeprefix("و").removeprefix("ال") for word in folded_text(text).split())
    return {word[:_STEM] for word in words if len(word) >= _STEM}


def _drop_above(tree: HtmlElement, heading: HtmlElement, counts: Counts) -> None:
    """Removes what stands before the heading if the article follows the heading."""
    # The root is left out, because a damaged page may have other elements beside it.
    path = [step for step in (heading, *heading.iterancestors()) if step is not tree]
    after = (sibling for step in path for sibling in step.itersiblings() if sibling.tag not in _BESIDE)
    if sum(_unlinked(sibling, counts) for sibling in after) < _LEAST_BEHIND_TITLE:
        return
    for step in path:
        for before in list(step.itersiblings(preceding=True)):
            if before.tag != "head":
                drop(before)


def _separate_pieces(tree: HtmlElement, heading: HtmlElement | None, measures: Measures) -> None:
    """Puts a blank between an inline element and the block after it, which only the browser separates.

    Inline elements right below the heading (date, author) are separated by a bar, so that they can be told apart.
    """
    start = (measures.place[heading], measures.prose_until_end(heading)) if heading is not None else (0, -1)
    for element in tree.iter(*_PIECES):
        after = element.getnext()
        if after is None or (element.tail or "").strip():
            continue
        if after.tag in _ITEMS | _PARAGRAPHS:
            element.tail = " "
        elif (
            after.tag in _PIECES and after.get("class") and element.get("class") and measures.place[element] > start[0]
        ):
            of_head = measures.prose.get(element) == start[1] and measures.counts[element][0]
            element.tail = " | " if of_head else element.tail
