# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads HTML: a page of a news site, whose article trafilatura finds in the markup."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from configparser import ConfigParser
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from indexer.errors import SourceError
from indexer.sources.decoding.decode import decode
from indexer.sources.format import Format
from indexer.sources.formats.text import LONGEST_PAGE
from indexer.sources.library_errors import LIBRARY_ERRORS
from indexer.sources.pages.article_signs import signs_of, why_no_article
from indexer.sources.pages.headline_place import headline_of
from indexer.sources.pages.markup import as_text, lines_of, tree_of
from indexer.sources.pages.measure import element_text, measured
from indexer.sources.pages.metadata import PageMetadata, page_metadata
from indexer.sources.pages.prune import prune
from indexer.sources.pages.save_time import stated_save_time
from indexer.sources.pages.shown_dates import shown_dates
from indexer.sources.pages.tree import drop
from indexer.sources.record import Item, Record
from indexer.sources.records.fields import FieldNames

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_PROLOGUE = rb"(?:\s|\xef\xbb\xbf|<!--(?:(?!-->).)*-->|<\?[^<>]*>)*"
_BEGINNING = re.compile(_PROLOGUE + rb"<(?:!doctype\s+html|html|head|body)\b", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9]*(?:\s[^<>]*)?/?>")
_CHARSET = re.compile(
    rb"<(?:meta|\?xml)\b[^<>]{0,300}?(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE
)
_DECLARED_WITHIN = 4096
_HTML_NAMES = {"head": "h2", "item": "li", "list": "ul", "quote": "blockquote", "lb": "br", "row": "tr", "cell": "span"}
"""trafilatura's element names for elements that make lines, and the HTML names they stand for."""
_MANY_ELEMENTS = 5_000
_MOST_FURNITURE = 1_000
"""The most lines of a page that are kept as furniture."""
_SHARE_OF_PARTS = 0.8
_SHARE_OF_STATED = 3
"""If the prose found is shorter than the body stated in a script divided by this, the stated body is used instead."""
_SHORTEST_TITLE, _LEAST_HEADLINE = 2, 4
"""Titles of at most the first number of words are hardly headlines; a headline has at least the second number."""
_LEAST_TITLE = 3
_LEAST_LEDE = 8
_LONGEST_LEDE = 90
_BOXES_BESIDE = frozenset({"figure", "figcaption", "aside", "nav", "form"})
_NAMES_A_BOX = re.compile(
    r"caption|credit|sidebar|sidearea|widget|poll|related|share|social|comment|newsletter|subscri|cookie|breadcrumb"
    r"|author|byline|date|meta|submitted|tags|toolbar|ads?\b|banner|promo|player|audio",
    re.IGNORECASE,
)


def page_record(data: bytes, declared: str = "", url: str = "") -> Record:
    """Returns the article of the page ``data``. If it is not an article, ``no_article`` says what it is.

    ``declared`` is the encoding that the server named, ``url`` the address of the page, if known. Raises SourceError if
    the page cannot be read.
    """
    if len(data) > LONGEST_PAGE:
        raise SourceError(f"a page of HTML, which holds more than the limit of {LONGEST_PAGE} bytes")
    charset = _CHARSET.search(data[:_DECLARED_WITHIN])
    content = decode(data, declared=declared or (charset.group(1).decode("ascii") if charset else ""))
    markup = content.text
    if not _TAG.search(markup):
        if not markup.strip():
            raise SourceError("empty file: nothing but blanks")
        # The name of the file says HTML, but its content is a flattened page.
        return Record(key="", text=markup, flattened=True, notes=content.notes)
    return record_of_markup(markup, url, content.notes)


def record_of_markup(markup: str, url: str = "", notes: tuple[str, ...] = ()) -> Record:
    """Returns the article of a page that is already decoded; see `page_record`. Raises SourceError.

    ``notes`` say what was lost or replaced when the page was decoded.
    """
    tree = tree_of(markup)
    metadata = _with_headline(tree, page_metadata(tree))
    _drop_scripts(tree)
    shown = lines_of(tree)
    measures = measured(tree)
    heading = headline_of(tree, metadata.title, measures)
    signs = signs_of(tree, metadata, url, heading, measures)
    marked, dates = shown_dates(tree, heading if heading is not None else _first_heading(tree), measures)
    prune(tree, heading, measures)
    lines = _article(tree, metadata.title, {date.text for date in dates})
    prose = sum(len(line) for line in lines if len(line.split()) >= _LEAST_LEDE and line != metadata.title)
    if prose * _SHARE_OF_STATED < len(metadata.body):
        lines = [line.strip() for line in as_text(metadata.body).split("\n") if line.strip()]
    if not lines and metadata.is_article:
        raise SourceError("a page that says it is an article but has no text; scripts may load the text in a browser")
    why = why_no_article(signs, lines)
    lines = lines if why else _without_teasers(lines, signs.teasers)
    kept = {metadata.title, *lines}
    return Record(
        key="",
        text="\n\n".join(lines),
        flattened=False,
        extracted=True,
        title=metadata.title,
        source=metadata.source,
        category=metadata.category,
        author=metadata.author,
        url=metadata.url,
        published=metadata.published or marked,
        fetched=stated_save_time(markup),
        furniture=tuple(line for line in shown[:_MOST_FURNITURE] if line not in kept),
        shown_dates=dates,
        no_article=why,
        notes=notes,
    )


def _drop_scripts(tree: HtmlElement) -> None:
    for element in list(tree.iter("script", "style")):
        drop(element)


def _with_headline(tree: HtmlElement, metadata: PageMetadata) -> PageMetadata:
    """Returns ``metadata`` with the page's only <h1> as title if the stated title is as short as a site's name."""
    if len(metadata.title.split()) > _SHORTEST_TITLE:
        return metadata
    shown = {text for element in tree.iter("h1") if element.find(".//a") is None and (text := element_text(element))}
    headlines = [text for text in shown if len(text.split()) >= _LEAST_HEADLINE]
    return replace(metadata, title=headlines[0]) if len(headlines) == 1 else metadata


def _first_heading(tree: HtmlElement) -> HtmlElement | None:
    return next((element for element in tree.iter("h1") if len(element_text(element).split()) >= _LEAST_TITLE), None)


def _article(tree: HtmlElement, title: str, dates: set[str]) -> list[str]:
    # Importing trafilatura takes 0.25 s, which most commands do not need to spend.
    from trafilatura import bare_extraction  # noqa: PLC0415

    shown = lines_of(tree)
    # trafilatura's comparison with a second extractor improves results, but takes quadratic time.
    fast = sum(1 for _ in tree.iter()) > _MANY_ELEMENTS
    try:
        document = bare_extraction(tree, include_comments=False, with_metadata=False, fast=fast, config=_config())
    except LIBRARY_ERRORS as error:
        raise SourceError(f"HTML that cannot be read: {type(error).__name__} {error}"[:300]) from error
    body: HtmlElement | None = getattr(document, "body", None)
    if body is None:
        return []
    for element in body.iter():
        # Other names stay as they are: those of a damaged page may be invalid and impossible to set.
        if element.tag in _HTML_NAMES:
            element.tag = _HTML_NAMES[element.tag]
    return _with_lost_lines(_split_as_shown(lines_of(body), shown), shown, title, lambda: _lines_beside(tree) | dates)


def _lines_beside(tree: HtmlElement) -> set[str]:
    """Returns the lines of captions, of links, and of boxes that stand beside an article."""
    return {
        line
        for element in tree.iter("figure", "figcaption", "aside", "nav", "form", "ul", "section", "div", "span", "p")
        if element.tag in _BOXES_BESIDE or _NAMES_A_BOX.search(f"{element.get('class', '')} {element.get('id', '')}")
        for line in lines_of(element)
    } | {element_text(link) for link in tree.iter("a")}


def _without_teasers(lines: list[str], teasers: set[str]) -> list[str]:
    """Returns ``lines`` without the lines at the end that are teasers of other articles."""
    last = max((at for at, line in enumerate(lines) if line not in teasers), default=len(lines) - 1)
    return lines[: last + 1]


def _with_lost_lines(lines: list[str], shown: list[str], title: str, beside: Callable[[], set[str]]) -> list[str]:
    """Returns ``lines`` with what trafilatura left out: sentences right below the headline, and short sub-headings."""
    if not lines or lines[0] not in shown:
        return lines
    first = shown.index(lines[0])
    text = "\n".join(lines)
    start = first - shown[:first][::-1].index(title) if title in shown[:first] else first
    ledes = [line for line in shown[start:first] if _LEAST_LEDE <= len(line.split()) <= _LONGEST_LEDE]
    lost = {
        after: line
        for before, line, after in zip(shown[first:], shown[first + 1 :], shown[first + 2 :], strict=False)
        if before in text
        and before != title
        and after in text
        and len(line.split()) <= _LEAST_LEDE < len(after.split())
    }
    ledes = [line for line in ledes if line not in text]
    lost = {after: line for after, line in lost.items() if line not in text}
    if not (ledes or lost):
        return lines
    others = beside()
    completed = [line for line in ledes if line not in others]
    for line in lines:
        if (heading := lost.get(line, "")) and heading not in others:
            completed.append(heading)
        completed.append(line)
    return completed


def _split_as_shown(lines: list[str], shown: list[str]) -> list[str]:
    """Returns ``lines``, split as the page shows them if trafilatura's fallback joined the whole text in one line."""
    if len(lines) != 1 or lines[0] in shown:
        return lines
    parts = [line for line in shown if line in lines[0]]
    return parts if sum(map(len, parts)) >= _SHARE_OF_PARTS * len(lines[0]) else lines


@cache
def _config() -> ConfigParser:
    from trafilatura.settings import use_config  # noqa: PLC0415  # as for bare_extraction

    config: ConfigParser = use_config()
    # With fewer letters than this, trafilatura takes the whole page. Its default is longer than a short news item.
    config.set("DEFAULT", "MIN_EXTRACTED_SIZE", "40")
    return config


def _read(stream: io.BufferedReader, fields: FieldNames) -> Iterator[Item]:
    yield page_record(stream.read(LONGEST_PAGE + 1))


def _claims(head: bytes) -> bool:
    return _BEGINNING.match(head) is not None


FORMAT = Format(frozenset({".html", ".htm", ".xhtml", ".shtml"}), _claims, _read)
