# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds links to other articles: their headlines between the paragraphs of an article, or below it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.cleaning.head.meta_lines import meta_line
from indexer.cleaning.lines.article_words import ArticleWords, Subject
from indexer.cleaning.lines.line import Line
from indexer.cleaning.lines.signs import continues_text
from indexer.cleaning.page import BODY

STOP = re.compile(r"[.!؟?:؛»”\"')\]][\s\u200e\u200f]*$")
"""How a paragraph ends."""

_LEAST_SHARE = 0.2
"""A line that shares a smaller part of its words with the article is hardly about it."""

_LIST_ITEM = re.compile(r"[-–—*•●\d٠-٩(«\"“]")
_CLOSING_WORDS = frozenset({("انتهي",), ("يتبع",)})
_LONGEST_LINK = 22
_LINK_LENGTHS = range(5, 23)
_LONGER_THAN_SUBHEADINGS = 9
_MOST_LINKS = 2
_LEAST_LINKS = 2
_LEAST_REPEATED = 0.34
_TWO_PARTS = re.compile(r"[^\s.]\s?\.\.\s?[^\s.]")
_SENTENCE = re.compile(r"،|\.\.\.|…")
_ARTICLE_REASONS = frozenset({"", "ornament", "source", "caption", "ad"})
"""Reasons of lines that articles themselves may have."""


def is_furnished(lines: Sequence[Line]) -> bool:
    """Whether the page has lines that surely are furniture, so that more furniture can be expected."""
    return any(
        line.reason not in _ARTICLE_REASONS or line.edge_reason not in _ARTICLE_REASONS for line in lines
    ) or any((meta := meta_line(line)) is not None and meta.reason != "source" for line in lines)


def label_links(lines: Sequence[Line], first: int, last: int, article: ArticleWords) -> None:
    """Labels links to other articles between the paragraphs from ``first`` to ``last``, whose lines all have labels.

    One or two headlines between two sentences are links if they have two parts ("... .. ...") or are about other things
    than the article. A sub-heading is shorter and about the article: the paragraph below repeats its words.
    """
    if not is_furnished(lines):
        return
    at = first + 1
    while at < last:
        end = at
        while end < last and not lines[end].is_prose and lines[end].label == BODY:
            end += 1
        links, above, below = lines[at:end], lines[at - 1], lines[end]
        if 0 < len(links) <= _MOST_LINKS and _ends_sentence(above) and _ends_sentence(below):
            several = len(links) > 1
            if all(_is_link(line, article, several) for line in links) and not _repeats_heading(below, links[-1]):
                for line in links:
                    line.label = "related"
        at = end + 1


def _repeats_heading(paragraph: Line, heading: Line) -> bool:
    """Whether ``paragraph`` starts anew and shares many words with ``heading``, as below its sub-heading."""
    subject = Subject()
    subject.add(paragraph)
    return not continues_text(paragraph.words) and subject.share(heading) >= _LEAST_REPEATED


def _ends_sentence(line: Line) -> bool:
    is_sentence = line.is_prose and line.label == BODY and STOP.search(line.text) is not None
    return is_sentence and not line.text.rstrip().endswith(":")


def _is_link(line: Line, article: ArticleWords, several: bool) -> bool:
    if (
        line.word_count not in _LINK_LENGTHS
        or line.text.endswith(":")
        or continues_text(line.words)
        or _LIST_ITEM.match(line.text)
    ):
        return False
    if _SENTENCE.search(line.text):
        return False
    if _TWO_PARTS.search(line.text):
        return True
    is_long = line.word_count >= (_LINK_LENGTHS.start if several else _LONGER_THAN_SUBHEADINGS)
    return is_long and article.distinctive_share(line) <= _LEAST_SHARE


def are_links(below: Sequence[Line], article: ArticleWords) -> bool:
    """Whether the lines ``below`` the last paragraph are at least two headlines of other articles."""
    if len(below) < _LEAST_LINKS or any(line.is_prose for line in below):
        return False
    return all(
        line.word_count in _LINK_LENGTHS
        and not _LIST_ITEM.match(line.text)
        and article.distinctive_share(line) <= _LEAST_SHARE
        for line in below
    )


def may_be_link(line: Line) -> bool:
    """Whether ``line``, which is below the last paragraph, may be outside of the article.

    Items of a list, and what begins like the rest of a sentence, may belong to the article.
    """
    if line.is_prose or continues_text(line.words) or _LIST_ITEM.match(line.text):
        return False
    return line.words not in _CLOSING_WORDS and line.word_count < _LONGEST_LINK
