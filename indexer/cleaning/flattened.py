"""A flattened page becomes headline, body and removed lines.

A page is read as three stretches::

    header   menu, section, headline, author, date, share bar        up to the first prose of the article
    body     paragraphs, sub-headings, cross links, advertisements   up to the last prose of the article
    tail     tags, related headlines, comment form, newsletter, copyright

Prose is what reads like a sentence and is no known sentence of a page's furniture. In the header and the tail a line is
removed for little; in the body, only for a cue that leaves no doubt, since losing article text is worse than keeping
furniture. Every line that is not blank ends up as headline, in the body, or among the removed ones.
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
from indexer.cleaning.head.meta_lines import stated
from indexer.cleaning.head.standfirst import is_said_again
from indexer.cleaning.head.title import shown_title
from indexer.cleaning.lines.article_words import ArticleWords
from indexer.cleaning.lines.line import Line, read_lines
from indexer.cleaning.lines.regions import mark_regions
from indexer.cleaning.page import BODY, TITLE, Labelled, Page

_NAMES = {"readers": "comments"}
_LONGEST_SUBHEADING = 6
_LONGEST_FORM = 60
_LONGEST_BLURB = 20
_SHARE_OF_SPACED = 0.6
_SHARE_OF_READERS = 0.5

_MOMENTS = frozenset({"date", "meter"})
_FORMS = frozenset({"newsletter", "comments", "copyright", "app"})
"""Reasons that a whole block shares with one of its lines."""


def read_page(text: str, *, titled: bool = False) -> Page:
    """The article in the flattened page ``text``. Never raises; a page without furniture or headline is all body.

    ``titled`` says that the first line is known to be the headline.
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
        # Without prose, what follows the headline and the lines about it is kept unless a cue speaks against it.
        first = 0 if headline is None else _behind_meta(lines, headline + 1)
        last = first - 1
    page = Page()
    label_header(lines, first, headline, page, article)
    _label_body(lines, first, last, spaced)
    label_links(lines, first, last, article)
    label_dates_between(lines, first, last, page)
    label_tail(lines, last + 1, page, article if prose else None)
    _label_readers(lines, first)
    _label_standfirst(lines)
    if headline is not None:
        page.title = lines[headline].text if titled else shown_title(lines[headline], lines)
    page.body = "\n".join([*(line.text for line in lines if line.label == BODY), *rest])
    labelled = [Labelled(line.text, _NAMES.get(line.label, line.label)) for line in lines]
    page.lines = (*labelled, *(Labelled(line, BODY) for line in rest))
    page.told = tuple(line.text for line in lines[_behind_headline(lines, first) : first] if line.label in _MOMENTS)
    page.removed = tuple(Removed(*line) for line in labelled if line.label not in (TITLE, BODY))
    return page


def _behind_headline(lines: Sequence[Line], first: int) -> int:
    """The index behind the last line before ``first`` that says the headline; 0 without one."""
    return next((at + 1 for at in range(first - 1, -1, -1) if lines[at].label in (TITLE, "duplicate")), 0)


def _label_standfirst(lines: Sequence[Line]) -> None:
    """Labels the first paragraph where the second says it again."""
    body = [line for line in lines if line.label == BODY][:2]
    if len(body) > 1 and is_said_again(body[0].text, body[1].text):
        body[0].label = "duplicate"


def _behind_meta(lines: Sequence[Line], at: int) -> int:
    while at < len(lines) and (lines[at].label or lines[at].edge_reason or stated(lines[at], under_headline=True)):
        at += 1
    return at


def _is_spaced(lines: Sequence[Line]) -> bool:
    """Whether blank lines part the paragraphs, so that lines without one between are something else."""
    sizes = Counter(line.block for line in lines)
    forms = {line.block for line in lines if line.reason in _FORMS}
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
    """The reason of a single word or section's name that stands beside furniture, as one of a row of buttons does."""
    line = lines[at]
    near = [other for other in (*lines[at - 1 : at], *lines[at + 1 : at + 2]) if other.block == line.block]
    return line.edge_reason if any(other.reason for other in near) else ""


def _label_list(lines: Sequence[Line], head: int, last: int, spaced: bool) -> None:
    """Labels the links under the cue at ``head``: those of its block, or of the next one where it stands by itself."""
    reason = lines[head].label
    at = head + 1
    while at <= last and not (lines[at].prose or lines[at].label):
        at += 1
    following = lines[head + 1 : at]
    if not following:
        return
    block = following[0].block
    if _may_be_button(lines[head]):
        links = [line for line in following[:1] if line.count > _LONGEST_SUBHEADING - 2]
    elif not spaced and reason == "crosslink":
        links = list(following[:1])
    else:
        links = [line for line in following if line.block == block or reason == "related"]
    if not links:
        return
    # What stands right before the next paragraph may be its sub-heading.
    ends = links[-1]
    if (
        len(links) > 1
        and ends is following[-1]
        and ends.count <= _LONGEST_SUBHEADING
        and (ends.block != block or not spaced)
    ):
        links.pop()
    for line in links:
        line.label = line.reason or reason


def _may_be_button(line: Line) -> bool:
    """Whether it may be the button that unfolds the article, so that only what looks like a headline is its link."""
    return line.words == ("اقرا", "المزيد")


def _label_readers(lines: Sequence[Line], first: int) -> None:
    """Labels readers' comments: what stands between the heading that counts them and the form for another.

    Only where the article before them is the greater part of the page, since they read like its prose.
    """
    heads = [
        at for at, line in enumerate(lines) if at > first and line.cue is not None and line.cue.reason == "readers"
    ]
    forms = [at for at, line in enumerate(lines) if line.label == "comments"]
    if not heads or not forms or forms[-1] < heads[0]:
        return
    head, form = heads[0], forms[-1]
    article = sum(line.count for line in lines[first:head] if line.label == BODY)
    if sum(line.count for line in lines[head:form]) > _SHARE_OF_READERS * article:
        return
    for line in lines[head:form]:
        line.label = "comments"


def _label_forms(lines: Sequence[Line], first: int) -> None:
    """Labels all of a short block of which one line is a form's: in a spaced page such a block is no paragraph."""
    for _, group in groupby(lines[first:], key=lambda line: line.block):
        block = list(group)
        reason = next((line.reason for line in block if line.reason in _FORMS), "")
        if not reason or block[0] is lines[first] or sum(line.count for line in block) > _LONGEST_FORM:
            continue
        for line in block:
            if not line.label and (line.reason or line.count <= _LONGEST_BLURB):
                line.label = line.edge_reason or reason
