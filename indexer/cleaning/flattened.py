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
from dataclasses import dataclass
from itertools import groupby

from indexer.article import Published, Removed
from indexer.cleaning.headline import find_headline, is_site_name, repeats
from indexer.cleaning.lines import Line, crumbs, read_lines
from indexer.cleaning.meta import Stated, stated

_TITLE, _BODY = "title", "body"
_NAMES = {"readers": "comments"}
_LONGEST_CATEGORY = 4
_LONGEST_SUBHEADING = 6
_LONGEST_FORM = 60
_LONGEST_BLURB = 20
_SHARE_OF_SPACED = 0.6
_SHARE_OF_READERS = 0.5

_LISTS = frozenset({"related", "crosslink"})
"""Reasons of cues that head a list of links, where nothing follows the cue in its line."""

_CLOSING = frozenset({"related", "tags", "newsletter", "app", "comments", "readers", "copyright"})
"""Reasons after which the tail holds nothing of the article."""

_FORMS = frozenset({"newsletter", "comments", "copyright", "app"})
"""Reasons that a whole block shares with one of its lines."""

_BESIDE_THE_HEADLINE = frozenset({"category", "author", "share", "meter", "date", "label", "duplicate", "breadcrumb"})


@dataclass(slots=True)
class Page:
    """What `read_page` makes of a page; the fields are those of `Article`."""

    title: str = ""
    body: str = ""
    removed: tuple[Removed, ...] = ()
    category: str = ""
    author: str = ""
    published: Published | None = None


def read_page(text: str) -> Page:
    """The article in the flattened page ``text``. Never raises; a page without furniture or headline is all body."""
    lines = read_lines(text)
    first = next((at for at, line in enumerate(lines) if line.is_article_prose), len(lines))
    headline = find_headline(lines, first)
    if headline is not None:
        lines[headline].label = _TITLE
        for line in lines:
            if not line.label and repeats(line, lines[headline]):
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
    _label_header(lines, first, headline, page)
    _label_body(lines, first, last, spaced)
    _label_tail(lines, last + 1, page)
    _label_readers(lines, first)
    page.title = "" if headline is None else lines[headline].text
    page.body = "\n".join(line.text for line in lines if line.label == _BODY)
    page.removed = tuple(
        Removed(line.text, _NAMES.get(line.label, line.label)) for line in lines if line.label not in (_TITLE, _BODY)
    )
    return page


def _behind_meta(lines: Sequence[Line], at: int) -> int:
    while at < len(lines) and (lines[at].label or lines[at].edge_reason or stated(lines[at], under_headline=True)):
        at += 1
    return at


def _label_header(lines: Sequence[Line], first: int, headline: int | None, page: Page) -> None:
    dates: list[tuple[int, Stated]] = []
    for at in range(first):
        line = lines[at]
        if line.label:
            continue
        above = headline is not None and at < headline
        if (said := stated(line, under_headline=headline is not None and not above)) is not None:
            line.label = said.reason
            page.author = page.author or said.author
            page.category = page.category or said.category
            if said.published:
                dates.append((at, said))
        elif line.edge_reason:
            line.label = line.edge_reason
        elif headline is not None and above and not _is_kicker(lines, at, headline):
            line.label = "menu"
        else:
            line.label = _BODY
    page.category = _category(lines, first, headline) or page.category
    page.published = _publication(lines, dates, headline)


def _is_kicker(lines: Sequence[Line], at: int, headline: int) -> bool:
    """Whether the line right before the headline belongs to it.

    It does if it is too long for an item of a menu, and not one of several such; or if it opens a page without menu,
    unless it is the name of the site.
    """
    line = lines[at]
    if at != headline - 1:
        return False
    if at == 0:
        return not is_site_name(line, lines) and line.count > 1
    return line.count > _LONGEST_CATEGORY and lines[at - 1].is_short


def _category(lines: Sequence[Line], first: int, headline: int | None) -> str:
    """The section that the header states, "" where it states none; labels its line."""
    title = None if headline is None else lines[headline]
    for line in lines[:first]:
        if line.label == "breadcrumb":
            names = [name for name in crumbs(line.text) if title is None or name != title.text]
            if names:
                return names[0]
    if headline is None:
        return ""
    before = _section_before(lines, headline)
    after = (at for at in range(headline + 1, first) if lines[at].is_section and lines[at].label == "menu")
    at = next(after, None) if before is None else before
    if at is None:
        return ""
    lines[at].label = "category"
    return lines[at].text


def _section_before(lines: Sequence[Line], headline: int) -> int | None:
    """The index of the section that stands with the headline, and not as the last item of the menu before it."""
    at = headline - 1
    while at >= 0 and lines[at].label in _BESIDE_THE_HEADLINE:
        at -= 1
    if at < 0 or lines[at].label != "menu":
        return None
    line, above, below = lines[at], lines[at - 1] if at else None, lines[at + 1]
    begins_block = above is None or above.block != line.block
    ends_block = below.block != line.block
    if line.is_section:
        in_menu_too = any(other.words == line.words for other in lines[:at])
        return at if in_menu_too or (begins_block and (ends_block or below.label == _TITLE)) else None
    # The name of a section that no list has: alone between the menu and the headline.
    is_name = not (line.edge_reason or line.is_foreign) and line.count <= _LONGEST_CATEGORY
    return at if above and begins_block and ends_block and is_name and not is_site_name(line, lines) else None


def _publication(lines: Sequence[Line], dates: Sequence[tuple[int, Stated]], headline: int | None) -> Published | None:
    """The date that is called so, else the first behind the headline, else the one right before it.

    A date further up is today's, at the head of the page.
    """
    labelled = [said for _, said in dates if said.labelled]
    start = -1 if headline is None else headline
    after = [said for at, said in dates if at > start]
    before = [said for at, said in dates if at < start and _is_beside(lines, at, start)]
    return next((said.published for said in (*labelled, *after, *before[-1:])), None)


def _is_beside(lines: Sequence[Line], at: int, headline: int) -> bool:
    # A breadcrumb heads the article, so what stands above it belongs to the page.
    return all(line.label in _BESIDE_THE_HEADLINE - {"breadcrumb"} for line in lines[at:headline])


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
        line.label = line.reason or _edge_reason_among_furniture(lines, at) or _BODY
        if _heads_list(line):
            _label_list(lines, at, last, spaced)


def _edge_reason_among_furniture(lines: Sequence[Line], at: int) -> str:
    """The reason of a single word or section's name that stands beside furniture, as one of a row of buttons does."""
    line = lines[at]
    near = [other for other in (*lines[at - 1 : at], *lines[at + 1 : at + 2]) if other.block == line.block]
    return line.edge_reason if any(other.reason for other in near) else ""


def _heads_list(line: Line) -> bool:
    return line.label in _LISTS and line.cue is not None and line.count == len(line.cue.words)


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
    if not spaced and reason == "crosslink":
        links = list(following[:1])
    else:
        links = [line for line in following if line.block == block or reason == "related"]
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


def _label_tail(lines: Sequence[Line], start: int, page: Page) -> None:
    closed = ""
    for line in lines[start:]:
        if line.label:
            continue
        said = stated(line)
        if said is not None and (closed or said.labelled or said.author):
            line.label = said.reason
            page.author = page.author or said.author
            page.published = page.published or (said.published if said.labelled else None)
            continue
        line.label = line.edge_reason or closed or _BODY
        if line.label in _CLOSING or _heads_list(line):
            closed = line.label


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
    article = sum(line.count for line in lines[first:head] if line.label == _BODY)
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
