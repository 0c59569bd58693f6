# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns a record into the parts of an article."""

from __future__ import annotations

from dataclasses import dataclass, field

from indexer.article import Published, Removed
from indexer.cleaning.dates.addresses import published_in_address
from indexer.cleaning.dates.page_dates import date_lines, shown_date
from indexer.cleaning.dates.relative import parse_relative
from indexer.cleaning.dates.stated import parse_stated
from indexer.cleaning.flattened import read_page
from indexer.cleaning.head.dateline import dateline
from indexer.cleaning.head.standfirst import is_repeated
from indexer.cleaning.page import BODY, TITLE, LabelledLine
from indexer.sources.record import Record

_DATE = "date"
_MARKUP = "markup"
"""The reason for lines that the markup of a page shows to be outside the article."""

_DUPLICATE = "duplicate"
"""The reason for a standfirst that the first paragraph repeats."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    r"""The parts of an article that cleaning decides on. Fields have the meaning of those of `Article`.

    ``body`` holds the paragraphs, joined by "\n". Each paragraph is the line as it stood, without the blanks around it.
    Each line of a flattened page that is not blank is the title, a line of the body, or in ``removed``, in the order of
    the page. The lines that the markup shows to be outside the article come last. ``agency`` is the news agency named
    at the beginning of the text, or "". ``lines`` holds all of these lines in order, each with its label.
    """

    title: str
    body: str
    removed: tuple[Removed, ...] = ()
    category: str = ""
    author: str = ""
    published: Published | None = None
    agency: str = ""
    lines: tuple[LabelledLine, ...] = field(default=(), compare=False)


def clean(record: Record) -> Cleaned:
    """Returns the article in ``record``, without the furniture of its page. Never raises.

    Only flattened and extracted pages lose lines, apart from a standfirst that the first paragraph repeats. What the
    record states takes precedence; what the page states completes it. A title is never made up.
    """
    category, author = _one_line(record.category), _one_line(record.author)
    published = parse_stated(record.published) or parse_relative(record.published, record.fetched)
    addressed = published_in_address(record.url)
    if not (record.flattened or record.extracted):
        paragraphs = [paragraph for line in record.text.split("\n") if (paragraph := line.strip())]
        twice = paragraphs[:1] if len(paragraphs) > 1 and is_repeated(*paragraphs[:2]) else []
        body = "\n".join(paragraphs[len(twice) :])
        begins = dateline(body.partition("\n")[0])
        published = published or addressed or begins.published
        title = _one_line(record.title)
        lines = [LabelledLine(title, TITLE)] if title else []
        lines += [LabelledLine(line, _DUPLICATE) for line in twice]
        lines += [LabelledLine(line, BODY) for line in body.split("\n") if line]
        removed = tuple(Removed(line, _DUPLICATE) for line in twice)
        return Cleaned(title, body, removed, category, author, published, begins.agency, tuple(lines))
    title = _one_line(record.title)
    titled = record.extracted and bool(title)
    dates = date_lines(record.shown_dates)
    text = "\n".join(line for line in record.text.split("\n") if line not in dates) if dates else record.text
    page = read_page(f"{title}\n\n{text}" if titled else text, titled=titled)
    begins = dateline(page.body.partition("\n")[0])
    relative = (parse_relative(line, record.fetched) for line in page.relative_dates)
    # If the address states only the month, the page may state the day.
    published = published or (addressed if addressed and addressed.precision == "day" else None)
    published = published or shown_date(record.shown_dates, record.fetched)
    published = published or page.published or begins.published or next(filter(None, relative), None) or addressed
    markup = [LabelledLine(line, _DATE) for line in record.text.split("\n") if line in dates]
    markup += [LabelledLine(line, _MARKUP) for line in record.furniture]
    return Cleaned(
        title=page.title or title,
        body=page.body,
        removed=(*page.removed, *(Removed(*line) for line in markup)),
        category=category or _one_line(page.category),
        author=author or _one_line(page.author),
        published=published,
        agency=begins.agency or page.agency,
        lines=(*page.lines, *markup),
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())
