# SPDX-License-Identifier: GPL-3.0-or-later
"""Defines what the parts of cleaning share: the page that they fill in, and the labels that several of them use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from indexer.article import Published, Removed

TITLE, BODY = "title", "body"
"""The labels of the lines that are not removed."""

LISTS = frozenset({"related", "crosslink"})
"""The reasons of cues that head a list of links if nothing follows the cue in its line."""


class LabelledLine(NamedTuple):
    """A line of a page and its label: `TITLE`, `BODY`, or the reason for removing it."""

    text: str
    label: str


@dataclass(slots=True)
class Page:
    """The result of `read_page`. Fields have the meaning of those of `Article`.

    ``lines`` holds all lines that are not blank, as they stand on the page. ``relative_dates`` holds the lines between
    headline and text that may state a date relative to the time of reading ("منذ ساعتين").
    """

    title: str = ""
    body: str = ""
    removed: tuple[Removed, ...] = ()
    category: str = ""
    author: str = ""
    published: Published | None = None
    agency: str = ""
    relative_dates: tuple[str, ...] = ()
    lines: tuple[LabelledLine, ...] = ()
