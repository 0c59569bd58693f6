"""A flattened page becomes headline, body and removed lines.

A page is read as four stretches::

    header   menu, section, headline, author, date, share bar        up to the first prose of the article
    body     paragraphs, sub-headings, cross links, advertisements   up to the last prose of the article
    tail     tags, related headlines, comment form, newsletter, copyright

Prose is what reads like a sentence and is no known sentence of a page's furniture. In the header and the tail a line is
removed for little; in the body, only for a cue that leaves no doubt, since losing article text is worse than keeping
furniture. Every line that is not blank ends up as headline, in the body, or among the removed ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indexer.article import Published, Removed
from indexer.cleaning.lines import Line, crumbs, read_lines
from indexer.cleaning.meta import Stated, stated

_TITLE, _BODY = "title", "body"
_LEAST_DUPLICATE = 3
_LONGEST_HEADLINE = 40
_LONGEST_CATEGORY = 4
_LONGEST_SUBHEADING = 6
_LONGEST_FORM = 60

# Reasons that head a list of links, and those after which the tail holds nothing of the article.
_LISTS = frozenset({"related", "crosslink"})
_CLOSING = frozenset({"related", "tags", "newsletter", "app", "comments", "copyright", "menu", "readers", "cookies"})
_FORMS = frozenset({"newsletter", "comments", "copyright", "app", "cookies"})
_AROUND_A_DATE = frozenset({"category", "author", "share", "meter", "date", "label", "duplicate"})


@dataclass(slots=True)
class Page:
    """What `read_page` makes of a page; ``body`` as in `Article`."""

    title: str = ""
    body: str = ""
    removed: tuple[Removed, ...] = ()
    category: str = ""
    author: str = ""
    published: Published | None = None


def read_page(text: str) -> Page:
    """The article in the flattened page ``text``. Never raises; a page without recognisable article is all body."""
    page = Page()
    lines = read_lines(text)
    prose = [at for at, line in enumerate(lines) if line.is_article_prose]
    first, last = (prose[0], prose[-1]) if prose else (len(lines), -1)
    title = _find_title(lines, first)
    if title is not None:
        first = max(first, title + 1) if ... else first
    return page
