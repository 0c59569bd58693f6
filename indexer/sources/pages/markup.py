"""Markup becomes a tree of bounded size, and a tree becomes lines of text."""

from __future__ import annotations

import html
import re
import sys
from typing import TYPE_CHECKING

from indexer.errors import SourceError

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MOST_TAGS = 50_000
"""Pages of more tags are refused: large ones of news have a fifth of that, and time grows faster than they do."""
_MOST_ATTRIBUTES = 150_000
_MOST_MARKS = 5_000
"""How many marks that may part attributes a tag may hold: parsing them takes quadratic time."""

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
_LONG_TAG = re.compile(rf"<[A-Za-z][^<>]{{{_MOST_MARKS},}}")
_QUOTED = re.compile("\"[^\"]*\"|'[^']*'")
_PARTING = re.compile(r"[\s/=]+")
_NO_CHARACTER = re.compile("[\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(?:[xX]([0-9A-Fa-f]{1,8})|([0-9]{1,9}));?")
_BLANKS = frozenset(b"\t\n\r")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


def tree_of(markup: str) -> HtmlElement:
    """The tree of a page or fragment. Raises SourceError where it is too large, too deep, or holds no element."""
    # Both are a tenth of a second that most commands don't need.
    from lxml import etree  # noqa: PLC0415
    from lxml.html import HTMLParser, document_fromstring  # noqa: PLC0415

    markup = _NO_CHARACTER.sub("", markup)
    if "&#" in markup:
        markup = _REFERENCE.sub(_sound, markup)
    tags = markup.count("<")
    if tags > MOST_TAGS:
        raise SourceError(f"HTML of {tags} tags, above the limit of {MOST_TAGS}")
    if markup.count("=") > _MOST_ATTRIBUTES:
        raise SourceError(f"HTML of more than {_MOST_ATTRIBUTES} attributes")
    for tag in _LONG_TAG.finditer(markup):
        if sum(1 for _ in _PARTING.finditer(_QUOTED.sub("", tag.group()))) > _MOST_MARKS:
            raise SourceError(f"HTML that cannot be read: a tag of more than {_MOST_MARKS} attributes")
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, default_doctype=False)
    try:
        tree: HtmlElement = document_fromstring(markup.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise SourceError(f"HTML that cannot be read: {error}") from error
    # The parser stops there, so that what follows would be missing without a word.
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise SourceError("HTML that cannot be read: nested too deeply")
    return tree


def _sound(reference: re.Match[str]) -> str:
    """The character reference, or "" if it stands for a character that lxml refuses to store in a tree."""
    point = int(reference[1], 16) if reference[1] else int(reference[2])
    if point > sys.maxunicode or (point < 0x20 and point not in _BLANKS):
        return ""
    return "" if _NO_CHARACTER.match(chr(point)) else reference[0]


def lines_of(tree: HtmlElement) -> list[str]:
    """The text of ``tree``, a line a block; blanks are squeezed, what a browser doesn't show is left out."""
    pieces: list[str] = []
    inside = 0  # how many silent elements are open
    from lxml.etree import iterwalk  # noqa: PLC0415  # as above

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
    """``text`` without the tags and entities in it, where it is a fragment of HTML; else as it stands.

    Tags count also where they are escaped, as in feeds that were escaped twice. Raises SourceError as `tree_of` does.
    """
    if not _is_marked_up(text) and "&" in text:
        text = _ENTITY.sub(lambda entity: html.unescape(entity.group()), text)
    return "\n".join(lines_of(tree_of(f"<div>{text}</div>"))) if _is_marked_up(text) else text


def _is_marked_up(text: str) -> bool:
    return "<" in text and _LOOKS_MARKED_UP.search(text) is not None
