# SPDX-License-Identifier: GPL-3.0-or-later
"""Labels the lines after the last paragraph: keywords, links, comments, the foot of the page."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.article import Published
from indexer.cleaning.foot.links import are_links, is_furnished, may_be_link
from indexer.cleaning.head.meta_lines import MetaLine, meta_line
from indexer.cleaning.lines import signs
from indexer.cleaning.lines.article_words import ArticleWords
from indexer.cleaning.lines.cues import word_list
from indexer.cleaning.lines.line import SHORT, Line
from indexer.cleaning.page import BODY, LISTS, Page

_CLOSING = frozenset({"related", "tags", "newsletter", "app", "comments", "readers", "copyright", "source"})
"""Reasons after which nothing in the tail belongs to the article."""

_ENDING = frozenset({"share", "menu", "author"})
"""Reasons after which, if they follow a paragraph, the tail holds only names and links."""

_META_REASONS = frozenset({"date", "author"})
_BESIDE = frozenset({"date", "author", "duplicate", "share", "meter", "source"})
"""Labels of lines that may stand between an article and the date below it."""

_LONGEST_HEADING = 5
_LONGEST_LINK = 16
_LONGEST_TAG = 4
_LONGEST_ROW_OF_TAGS = 12
_MOST_TAGS = 20
_MOST_NUMBERS = 3
_KNOWN_TAGS = 0.5
_KNOWN_ROW = 0.75
_NO_TAG = re.compile('[:؟?!.،؛,;«»"“”()]|^[-–*•0-9٠-٩]')


def label_tail(lines: Sequence[Line], start: int, page: Page, article: ArticleWords | None) -> None:
    """Labels the lines from ``start`` on, and adds what they state to ``page``.

    ``article`` is None if there is no prose.
    """
    if article is not None:
        _label_tags(lines, start, article)
    closed = ended = ""
    dates: list[tuple[int, MetaLine]] = []
    listed = 0 < start <= len(lines) and lines[start - 1].text.endswith(":")
    furnished = article is not None and (is_furnished(lines) or are_links(lines[start:], article))
    for at in range(start, len(lines)):
        line = lines[at]
        if line.label:
            continue
        meta = meta_line(line)
        if meta is not None and (closed or ended or meta.reason in _META_REASONS):
            line.label = meta.reason
            if not (closed or ended):
                page.author = page.author or meta.author
                dates.append((at, meta))
            continue
        if page.author and line.text == page.author:
            line.label = ended = "author"
            continue
        if not (closed or ended) and _may_close_article(line, lines, at):
            line.label = BODY
            continue
        line.label = (
            line.edge_reason or closed or _reason_behind_end(line, ended) or (_foot_reason(line) if article else "")
        )
        if not line.label and furnished and not listed and (_heads_teaser(lines, at) or may_be_link(line)):
            line.label = _link_label(line, article)
        line.label = line.label or BODY
        listed = listed or (line.label == BODY and line.text.endswith(":"))
        if line.label in _CLOSING or heads_list(line):
            closed = line.label
        elif line.label in _ENDING and article is not None:
            ended = line.label
    page.published = page.published or _published_below(lines, start, dates)


def _published_below(lines: Sequence[Line], start: int, dates: Sequence[tuple[int, MetaLine]]) -> Published | None:
    """Returns the date below an article if there is only one, and it is right below the article or labelled."""
    end = next((at for at in range(start, len(lines)) if lines[at].label not in _BESIDE), len(lines))
    own = [meta for at, meta in dates if meta.labelled or at < end]
    days = {meta.published.value[:10] for meta in own if meta.published}
    found = sorted((meta for meta in own if meta.published), key=lambda meta: (meta.updated, meta.converted))
    return found[0].published if len(days) == 1 else None


def _may_close_article(line: Line, lines: Sequence[Line], at: int) -> bool:
    """Whether the line is a number or in Latin letters, without furniture after it: a list may end an article."""
    if line.cue is not None or line.reason or not (line.edge_reason == "meter" or line.is_foreign):
        return False
    following = lines[at + 1 : at + 1 + _MOST_NUMBERS]
    return all(not other.edge_reason or (other.edge_reason == "meter" and other.cue is None) for other in following)


def heads_list(line: Line) -> bool:
    """Whether ``line`` is only the cue that heads a list of links."""
    return line.label in LISTS and line.cue is not None and line.word_count == len(line.cue.words)


def _heads_teaser(lines: Sequence[Line], at: int) -> bool:
    """Whether the line stands right above a line of another article, as the heading of a box does."""
    line, below = lines[at], lines[at + 1] if at + 1 < len(lines) else None
    if below is None or line.is_prose or line.text.endswith(":"):
        return False
    if below.is_prose:
        return below.reason == "related"
    return line.word_count <= _LONGEST_TAG and below.is_long and may_be_link(below)


def _link_label(line: Line, article: ArticleWords | None) -> str:
    if article is not None and article.share(line) >= _KNOWN_ROW and len(set(line.words)) < line.word_count:
        return "tags"  # no heading repeats a word
    return "related" if line.word_count > SHORT else "menu"


def _reason_behind_end(line: Line, ended: str) -> str:
    return "related" if ended and not line.is_prose and line.word_count <= _LONGEST_LINK else ""


def _foot_reason(line: Line) -> str:
    """Returns the reason of a line that is furniture only if it is below an article; "" if it may be of the article."""
    if line.is_prose or not line.words:
        return ""
    if (
        line.words[:1]
        and line.words[0] in word_list("links")
        and line.word_count <= _LONGEST_HEADING
        and not _NO_TAG.search(line.text)
    ):
        return "related"
    if signs.invites_to_follow(line.words):
        return "share"
    if signs.is_signature(line.words) and not line.text.startswith("("):
        return "source"
    if signs.is_about_page(line.words):
        return "newsletter"
    return "menu" if line.is_foreign and line.is_short and not line.text.startswith("(") else ""


def _label_tags(lines: Sequence[Line], start: int, article: ArticleWords) -> None:
    """Labels keywords that have no heading: the lines right before the foot of the page, in words of the article."""
    end = start
    while end < len(lines) and not (lines[end].label or lines[end].edge_reason or _foot_reason(lines[end])):
        end += 1
    if end == len(lines):
        return
    at = end
    while at > start and end - at < _MOST_TAGS and _may_be_tag(lines[at - 1]):
        at -= 1
    tags = lines[at:end]
    if len(tags) > 1:
        known = sum(article.share(line) == 1 for line in tags)
        if known < _KNOWN_TAGS * len(tags):
            return
    elif end > start:
        row = lines[end - 1]
        may_be = SHORT <= row.word_count <= _LONGEST_ROW_OF_TAGS and not row.is_prose and not _NO_TAG.search(row.text)
        if not (may_be and word_list("joining").isdisjoint(row.words) and article.share(row) >= _KNOWN_ROW):
            return
        tags = [row]
    for line in tags:
        line.label = "tags"


def _may_be_tag(line: Line) -> bool:
    return (
        line.word_count <= _LONGEST_TAG
        and not line.is_prose
        and meta_line(line) is None
        and not _NO_TAG.search(line.text)
    )
