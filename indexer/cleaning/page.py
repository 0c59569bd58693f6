"""What the parts of cleaning agree on: the page that they fill, and the reasons that more than one of them names."""

from __future__ import annotations

from dataclasses import dataclass

from indexer.article import Published, Removed

TITLE, BODY = "title", "body"
"""Labels of lines that are not removed."""

LISTS = frozenset({"related", "crosslink"})
"""Reasons of cues that head a list of links, where nothing follows the cue in its line."""


@dataclass(slots=True)
class Page:
    """What `read_page` makes of a page; the fields are those of `Article`.

    ``above`` are the removed lines before the article's first paragraph.
    """

    title: str = ""
    body: str = ""
    removed: tuple[Removed, ...] = ()
    category: str = ""
    author: str = ""
    published: Published | None = None
    above: tuple[str, ...] = ()
