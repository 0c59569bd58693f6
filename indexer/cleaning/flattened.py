# SPDX-License-Identifier: GPL-3.0-or-later
"""Splits a flattened page into headline, body and removed lines.

A page has three parts::

    header   menu, section, headline, author, date, share bar        up to the first prose of the article
    body     paragraphs, sub-headings, cross links, advertisements   up to the last prose of the article
    tail     tags, related headlines, comment form, newsletter, copyright

Prose is a line that reads like a sentence and is not a known sentence of a page's furniture. In the header and the
tail, weak signs are enough to remove a line. In the body, only a sure sign is, because losing article text is worse
than keeping furniture. Every line that is not blank becomes the headline, a line of the body, or a removed line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from indexer.article import Removed
from indexer.cleaning.dates.publication import label_dates_between
from indexer.cleaning.foot.links import label_links
from indexer.cleaning.foot.tail import heads_list, label_tail
from indexer.cleaning.foot.teasers import mark_teasers
from indexer.cleaning.head.header import label_header
from indexer.cleaning.head.headline import find_headline, repeats
from indexer.cleaning.head.meta_lines import meta_line
from indexer.cleaning.head.standfirst import is_repeated
from indexer.cleaning.head.title import shown_title
from indexer.cleaning.lines.article_words import ArticleWords
from indexer.cleaning.lines.line import Line, read_lines
from indexer.cleaning.lines.regions import mark_regions
from indexer.cleaning.page import BODY, TITLE, LabelledLine, Page

_PUBLIC_REASONS = {"readers": "comments"}
_LONGEST_SUBHEADING = 6
_LONGEST_FORM = 60
_LONGEST_BLURB = 20
_SHARE_OF_SPACED = 0.6
_SHARE_OF_READERS = 0.5

_TIME_REASONS = frozenset({"date", "meter"})
_FORM_REASONS = frozenset({"newsletter", "comments", "copyright", "app"})
"""Reasons that extend from one line of a block to the whole block."""


def read_page(text: str, *, titled: bool = False) -> Page:
    """Finds the article in the flattened page ``text``. Never raises. A page without furniture or headline is all body.

    ``titled`` means that the first line is known to be the headline.
    """
    lines, rest = read_lines(text)
    mark_regions(lines)
    mark_teasers(lines)
    article = ArticleWords(lines)
    first = next((at for at, line in enumerate(lines) if line.is_article_prose), len(lines))
    headline = 0 if titled and lines else find_headline(lines, first, article)
    if headline is not None:
        lines[headline].label = TITLE
        article.add(lines[headline])
        for line in lines:
            if not line.label and line.reason != "breadcrumb" and repeats(line, lines[headline]):
                line.label = "duplicate"
    spaced = _is_spaced(lines)
    if spaced:
        _label_forms(lines, first)
    prose = [at for at, line in enumerate(lines) if line.is_article_prose and not line.label]
    if prose:
        first, last = prose[0], prose[-1]
    else:
        # Without prose, what follows the headline and its meta lines is kept, unless a cue says that it is furniture.
        first = 0 if headline is None else _after_meta_lines(lines, headline + 1)
        last = first - 1
    page = Page()
    label_header(lines, first, headline, page, article)
    _label_body(lines, first, last, spaced)
    label_links(lines, first, last, article)
    label_dates_between(lines, first, last, page)
    label_tail(lines, last + 1, page, article if prose else None)
    _label_comments(lines, first)
    _label_standfirst(lines)
    if headline is not None:
        page.title = lines[headline].text if titled else shown_title(lines[headline], lines)
    page.body = "\n".join([*(line.text for line in lines if line.label == BODY), *rest])
    labelled = [LabelledLine(line.text, _PUBLIC_REASONS.get(line.label, line.label)) for line in lines]
    page.lines = (*labelled, *(LabelledLine(line, BODY) for line in rest))
    page.relative_dates = tuple(
        line.text for line in lines[_after_headline(lines, first) : first] if line.label in _TIME_REASONS
    )
    page.removed = tuple(Removed(*line) for line in labelled if line.label not in (TITLE, BODY))
    return page


def _after_headline(lines: Sequence[Line], first: int) -> int:
    """Returns the index after the last line before ``first`` that is or repeats the headline; 0 if there is none."""
    return next((at + 1 for at in range(first - 1, -1, -1) if lines[at].label in (TITLE, "duplicate")), 0)


def _label_standfirst(lines: Sequence[Line]) -> None:
    """Labels the first paragraph as a duplicate if the second one repeats it."""
    body = [line for line in lines if line.label == BODY][:2]
    if len(body) > 1 and is_repeated(body[0].text, body[1].text):
        body[0].label = "duplicate"


def _after_meta_lines(lines: Sequence[Line], at: int) -> int:
    while at < len(lines) and (lines[at].label or lines[at].edge_reason or meta_line(lines[at], under_headline=True)):
        at += 1
    return at


def _is_spaced(lines: Sequence[Line]) -> bool:
    """Whether blank lines separate the paragraphs, so that adjacent lines without a blank line are something else."""
    sizes = Counter(line.block for line in lines)
    forms = {line.block for line in lines if line.reason in _FORM_REASONS}
    prose = [line.block for line in lines if line.is_article_prose and line.block not in forms]
    alone = sum(sizes[block] == 1 for block in prose)
    return alone > 0 and alone >= _SHARE_OF_SPACED * len(prose)


def _label_body(lines: Sequence[Line], first: int, last: int, spaced: bool) -> None:
    for at in range(first, last + 1):
        line = lines[at]
        if line.label:
            continue
        line.label = line.reason or _edge_reason_among_furniture(lines, at) or BODY
        if heads_list(line):
            _label_list(lines, at, last, spaced)


def _edge_reason_among_furniture(lines: Sequence[Line], at: int) -> str:
    """Returns the edge reason of the line if furniture stands beside it, as in a row of buttons; otherwise ""."""
    line = lines[at]
    near = [other for other in (*lines[at - 1 : at], *lines[at + 1 : at + 2]) if other.block == line.block]
    return line.edge_reason if any(other.reason for other in near) else ""


def _label_list(lines: Sequence[Line], head: int, last: int, spaced: bool) -> None:
    """Labels the links under the cue at ``head``: those in its block, or in the next block if the cue stands alone."""
    reason = lines[head].label
    at = head + 1
    while at <= last and not (lines[at].is_prose or lines[at].label):
        at += 1
    following = lines[head + 1 : at]
    if not following:
        return
    block = following[0].block
    if _may_be_button(lines[head]):
        links = [line for line in following[:1] if line.word_count > _LONGEST_SUBHEADING - 2]
    elif not spaced and reason == "crosslink":
        links = list(following[:1])
    else:
        links = [line for line in following if line.block == block or reason == "related"]
    if not links:
        return
    # The last line before the next paragraph may be a sub-heading of that paragraph.
    ends = links[-1]
    if (
        len(links) > 1
        and ends is following[-1]
        and ends.word_count <= _LONGEST_SUBHEADING
        and (ends.block != block or not spaced)
    ):
        links.pop()
    for line in links:
        line.label = line.reason or reason


def _may_be_button(line: Line) -> bool:
    """Returns whether the line may be the button that unfolds the article.

    If it is, only a line that looks like a headline is a link of this button.
    """
    return line.words == ("اقرا", "المزيد")


def _label_comments(lines: Sequence[Line], first: int) -> None:
    """Labels readers' comments: the lines between the heading that counts them and the form for a new one.

    Comments read like prose, so this is only done if the article before them is the larger part of the page.
    """
    heads = [
        at for at, line in enumerate(lines) if at > first and line.cue is not None and line.cue.reason == "readers"
    ]
    forms = [at for at, line in enumerate(lines) if line.label == "comments"]
    if not heads or not forms or forms[-1] < heads[0]:
        return
    head, form = heads[0], forms[-1]
    article = sum(line.word_count for line in lines[first:head] if line.label == BODY)
    if sum(line.word_count for line in lines[head:form]) > _SHARE_OF_READERS * article:
        return
    for line in lines[head:form]:
        line.label = "comments"


def _label_forms(lines: Sequence[Line], first: int) -> None:
    """Labels whole short blocks of which one line belongs to a form.

    In a spaced page, such a block is not a paragraph.
    """
    for _, group in groupby(lines[first:], key=lambda line: line.block):
        block = list(group)
        reason = next((line.reason for line in block if line.reason in _FORM_REASONS), "")
        if not reason or block[0] is lines[first] or sum(line.word_count for line in block) > _LONGEST_FORM:
            continue
        for line in block:
            if not line.label and (line.reason or line.word_count <= _LONGEST_BLURB):
                line.label = line.edge_reason or reason
