# SPDX-License-Identifier: GPL-3.0-or-later
"""Defines what a source yields: a `Record` for an article, a `Fault` or `Ignored` for any other part of a file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Record:
    """One article as its file states it, before cleaning.

    ``key`` is unique in the file; it is "" if the file holds a single article. ``flattened`` means that ``text`` is a
    whole page, menus and comment form included, and not only a body. ``extracted`` means that ``text`` was taken from
    the markup of a page and may still hold some lines of furniture. ``published`` is the date as stated, not parsed; so
    is ``fetched``, the time at which a crawler fetched the page. ``place`` is the path of the member within its
    archive, else "".

    ``furniture`` holds the lines of an HTML page that are not in ``text``. ``shown_dates`` holds the texts of an HTML
    page that may be its date, nearest to the headline first: each with the words before it and whether the markup calls
    it a date. ``no_article`` says what an HTML page is if it is not an article ("a list of links"). ``own`` holds
    the values of the archive's own fields, each with its name, in the order of names. ``notes`` say what was lost or
    replaced while reading; they go into the report.
    """

    key: str
    text: str
    flattened: bool
    title: str = ""
    source: str = ""
    category: str = ""
    author: str = ""
    url: str = ""
    published: str = ""
    extracted: bool = False
    fetched: str = ""
    place: str = ""
    furniture: tuple[str, ...] = ()
    shown_dates: tuple[tuple[str, str, bool], ...] = ()
    no_article: str = ""
    notes: tuple[str, ...] = ()
    own: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """A part of a file that could not be read. ``where`` is its place in the file, such as "line 17"."""

    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """A part of a file that is not an article, and is no fault either: a picture in an archive, the draft of a post."""

    kind: str
    where: str


Item = Record | Fault | Ignored
