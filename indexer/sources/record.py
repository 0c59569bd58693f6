"""What a source yields: an article as its file states it, a part that could not be read, or one that is no article."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Record:
    """One article as a file states it, before cleaning.

    ``key`` is unique within the file ("" where the file holds one article). ``flattened`` says that ``text`` is a
    whole page with its furniture (menu, comment form, ...) rather than a body, ``extracted`` that it was taken out of
    the markup of a page and may hold lines of furniture still. ``published`` is as stated, unparsed; so is ``seen``,
    when a crawler fetched the page. ``place`` is the path of a member within its archive, "" elsewhere.
    ``furniture`` are the lines of a page of markup that are not in ``text``. ``shown_dates`` are texts of such a
    page that may be its date, the nearest to the headline first, each with the words before it and whether the markup
    calls it a date. ``no_article`` says what a page of markup is that is no article, such as "a list of links".
    ``own`` are the archive's own fields that have a value, each with its name, in the order of names.
    ``notes`` say what of the article was lost or replaced while it was read; a report shows them.
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
    seen: str = ""
    place: str = ""
    furniture: tuple[str, ...] = ()
    shown_dates: tuple[tuple[str, str, bool], ...] = ()
    no_article: str = ""
    notes: tuple[str, ...] = ()
    own: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """A part of a file that was passed over. ``where`` is such as "line 17"."""

    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """A part of a file that holds no article and need not: a picture in an archive, a draft of a post."""

    kind: str
    where: str


Item = Record | Fault | Ignored
