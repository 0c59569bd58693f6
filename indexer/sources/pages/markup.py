# SPDX-License-Identifier: GPL-3.0-or-later
"""Parses HTML into a tree of limited size, and converts a tree to lines of text."""

from __future__ import annotations

import html
import re
import sys
from typing import TYPE_CHECKING

from indexer.errors import SourceError

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MOST_TAGS = 50_000
"""Pages with more tags are refused.

Large news pages have a fifth of that, and parsing time grows faster than the page.
"""
_MOST_ATTRIBUTES = 150_000
_MOST_SEPARATORS = 5_000
"""The most characters that may separate attributes in one tag, because parsing them takes quadratic time."""

_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav",
    "ol", "option", "p", "pre", "section", "summary", "table", "td", "th", "title", "tr", "ul",
})  # fmt: skip
_SILENT = frozenset(
    {"script", "style", "noscript", "template", "svg", "iframe", "head", "object", "select", "textarea"}
)
_LOOKS_MARKED_UP = re.compile(
    r"</?(?:p|br|div|span|a|b|strong|em|i|ul|ol|li|h[1-6]|img|figure|blockquote)\b[^<>]*>", re.IGNORECASE
)
_LONG_TAG = re.compile(rf"<[A-Za-z][^<>]{{{_MOST_SEPARATORS},}}")
_QUOTED = re.compile("\"[^\"]*\"|'[^']*'")
_BETWEEN_ATTRIBUTES = re.compile(r"[\s/=]+")
_NO_CHARACTER = re.compile("[\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(?:[xX]([0-9A-Fa-f]{1,8})|([0-9]{1,9}));?")
_BLANKS = frozenset(b"\t\n\r")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


def tree_of(markup: str) -> HtmlElement:
    """Parses a page or fragment. Raises SourceError if it is too large, nested too deeply, or holds no element."""
    # Importing lxml takes 0.1 s, which most commands do not need to spend.
    from lxml import etree  # noqa: PLC0415
    from lxml.html import HTMLParser, document_fromstring  # noqa: PLC0415

    markup = _NO_CHARACTER.sub("", markup)
    if "&#" in markup:
        markup = _REFERENCE.sub(_valid_reference, markup)
    tags = markup.count("<")
    if tags > MOST_TAGS:
        raise SourceError(f"HTML of {tags} tags, above the limit of {MOST_TAGS}")
    if markup.count("=") > _MOST_ATTRIBUTES:
        raise SourceError(f"HTML of more than {_MOST_ATTRIBUTES} attributes")
    for tag in _LONG_TAG.finditer(markup):
        if sum(1 for _ in _BETWEEN_ATTRIBUTES.finditer(_QUOTED.sub("", tag.group()))) > _MOST_SEPARATORS:
            raise SourceError(f"HTML that cannot be read: a tag of more than {_MOST_SEPARATORS} attributes")
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, default_doctype=False)
    try:
        tree: HtmlElement = document_fromstring(markup.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise SourceError(f"HTML that cannot be read: {error}") from error
    # The parser stops at this error, so the rest of the page would silently be missing.
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise SourceError("HTML that cannot be read: nested too deeply")
    return tree


def _valid_reference(reference: re.Match[str]) -> str:
    """Returns the character reference, or "" if it stands for a character that lxml refuses to store."""
    point = int(reference[1], 16) if reference[1] else int(reference[2])
    if point > sys.maxunicode or (point < 0x20 and point not in _BLANKS):
        return ""
    return "" if _NO_CHARACTER.match(chr(point)) else reference[0]


def lines_of(tree: HtmlElement) -> list[str]:
    """Returns the text of ``tree``, one line for each block. Blanks are squeezed; invisible elements are left out."""
    pieces: list[str] = []
    inside = 0  # the number of open elements that are not shown
    from lxml.etree import iterwalk  # noqa: PLC0415  # see tree_of

    for event, element in iterwalk(tree, events=("start", "end")):
        tag = element.tag
        silent = tag in _SILENT
        if event == "start":
            inside += silent
            if tag in _BLOCKS or tag == "br":
                pieces.append("\n")
            if element.text and not inside:
                pieces.append(element.text.replace("\n", " "))
            continue
        inside -= silent
        if tag in _BLOCKS:
            pieces.append("\n")
        if element.tail and not inside and element is not tree:
            pieces.append(element.tail.replace("\n", " "))
    return [line for raw in "".join(pieces).split("\n") if (line := " ".join(raw.split()))]


def as_text(text: str) -> str:
    """Returns ``text`` without tags and entities if it is a fragment of HTML, else as it is.

    Escaped tags count as tags, as in feeds that were escaped twice. Raises SourceError as `tree_of` does.
    """
    if not _is_marked_up(text) and "&" in text:
        text = _ENTITY.sub(lambda entity: html.unescape(entity.group()), text)
    return "\n".join(lines_of(tree_of(f"<div>{text}</div>"))) if _is_marked_up(text) else text


def _is_marked_up(text: str) -> bool:
    return "<" in text and _LOOKS_MARKED_UP.search(text) is not None
