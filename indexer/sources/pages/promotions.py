# SPDX-License-Identifier: GPL-3.0-or-later
"""Removes what a page says for the site itself around an article: podcasts, newsletters, rules for comments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from indexer.sources.pages.measure import Measures, element_text
from indexer.sources.pages.page_words import folded_text, page_words
from indexer.sources.pages.tree import drop

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_BOXES = ("section", "aside", "div", "figure")
_HEADS = ("h2", "h3", "h4", "h5", "h6", "strong", "b")
_LONGEST_BOX = 60
_LONGEST_HEAD = 8
_LINES = frozenset({"p", "div", "li", "td", "dd"})
_LEAST_LINE = 6
_LONGEST_RULE = 80
_LEAST_RULE_WORDS = 3
_WORDS_A_RULE_WORD = 8
_LONGEST_ITEM = 5
_FEWEST_ITEMS = 2
_RULES_ADDRESS = re.compile(
    r"(?:^|/)(?:privacy(?:[-_]?policy)?|terms(?:[-_](?:of|and)[a-z_-]+)?|(?:community[-_]?)?(?:guidelines|standards)|rules"
    r"|comment[-_]?(?:policy|rules)|policies|سياسة-الخصوصية|شروط-الاستخدام)(?:\.[a-z]{2,5})?/?(?:[?#].*)?$",
    re.IGNORECASE,
)


def drop_promotions(tree: HtmlElement, heading: HtmlElement | None, measures: Measures) -> None:
    """Removes small boxes whose head promotes something of the site, and short lists of names above the text."""
    words = page_words()["promotion"]
    for box in list(tree.iter(*_BOXES)):
        count = measures.counts.get(box, (0, 0))[0]
        if 0 < count <= _LONGEST_BOX and _has_head(box, words):
            drop(box)
    if heading is None:
        return
    start = measures.prose_until_end(heading)
    for items in list(tree.iter("ul", "ol")):
        right_below = measures.prose.get(items) == start and measures.place[items] > measures.place[heading]
        if right_below and len(items) <= _FEWEST_ITEMS and measures.counts[items][0] <= _LONGEST_ITEM * _FEWEST_ITEMS:
            drop(items)


def _has_head(box: HtmlElement, words: tuple[str, ...]) -> bool:
    """Whether the box has a head or a label that begins with one of ``words``."""
    head = next(box.iter(*_HEADS), None)
    texts = [box.get("aria-label", "")]
    if head is not None and len(text := element_text(head)) and len(text.split()) <= _LONGEST_HEAD:
        texts.append(text)
    return any(f"{folded_text(text)} ".startswith(f"{word} ") for text in texts if text for word in words)


def drop_policies(tree: HtmlElement, heading: HtmlElement | None, measures: Measures) -> None:
    """Removes rules for commenters: groups of lines that all have the words of such rules or link to the site's rules.

    The first sentence under ``heading`` is kept, whatever it says.
    """
    counts = measures.counts
    start = measures.prose_until_end(heading) if heading is not None else 0
    lines: dict[HtmlElement, list[HtmlElement]] = {}
    for line in tree.iter(*_LINES):
        parent = line.getparent()
        if parent is not None and counts.get(line, (0, 0))[0] >= _LEAST_LINE:
            lines.setdefault(parent, []).append(line)
    for group in lines.values():
        behind_text = measures.prose[group[0]] - start >= _LEAST_LINE
        if behind_text and all(_is_rule(line, counts[line][0]) for line in group):
            for line in group:
                drop(line)


def _is_rule(line: HtmlElement, words: int) -> bool:
    if words > _LONGEST_RULE:
        return False
    if any(_RULES_ADDRESS.search(link.get("href", "")) for link in line.iter("a")):
        return True
    text = f" {folded_text(line.text_content())}"
    found = sum(f" {rule}" in text or f" و{rule}" in text for rule in page_words()["rule"])
    return found >= _LEAST_RULE_WORDS and found * _WORDS_A_RULE_WORD >= words
