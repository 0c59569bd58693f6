"""What the parts of cleaning agree on: the page that they fill, and the reasons that more than one of them names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from indexer.article import Published, Removed

TITLE, BODY = "title", "body"
"""Labels of lines that are not removed."""

LISTS = frozenset({"related", "crosslink"})
"""Reasons of cues that head a list of links, where nothing follows the cue in its line."""


class Labelled(NamedTuple):
    """A line of a page, and what it was taken for: `TITLE`, `BODY` or the reason for its removal."""

    text: str
    label: str


@dataclass(slots=True)
class Page:
    """What `read_page` makes of a page; the fields are those of `Article`.

    ``lines`` are all that are not blank, as they stand; ``told`` are those between headline and
    text that may tell a date from the moment of reading ("منذ ساعتين").
    """

    title: str = ""
    body: str = ""
    removed: tuple[Removed, ...] = ()
    category: str = ""
    author: str = ""
    published: Published | None = None
    agency: str = ""
    told: tuple[str, ...] = ()
    lines: tuple[Labelled, ...] = ()
