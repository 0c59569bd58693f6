"""What a source yields: an article as its file states it, a part that could not be read, or one that is no article."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Record:
    """One article as a file states it, before cleaning.

    ``key`` is unique within the file ("" where the file holds one article). ``flattened`` says that ``text`` is a
    whole page with its furniture (menu, comment form, ...) rather than a body, ``extracted`` that it was taken out of
    the markup of a page and may hold lines of furniture still. ``published`` is as stated, unparsed; so is ``seen``,
    when the page was fetched. ``place`` is the path of a member within its archive, "" elsewhere.
    ``furniture`` are the lines of a page of markup that are not in ``text``. ``notes`` say what of the article was lost
    or replaced while it was read; a report shows them.
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
    notes: tuple[str, ...] = ()


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
