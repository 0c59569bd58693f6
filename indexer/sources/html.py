"""HTML: a page of an outlet, whose article trafilatura finds in the markup."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from configparser import ConfigParser
from functools import cache
from typing import TYPE_CHECKING

from indexer.errors import SourceError
from indexer.sources.damage import SLIPS
from indexer.sources.decode import decoded
from indexer.sources.fields import Fields
from indexer.sources.format import Format
from indexer.sources.markup import lines_of, tree_of
from indexer.sources.metadata import Stated, stated
from indexer.sources.prune import prune
from indexer.sources.record import Item, Record
from indexer.sources.text import LONGEST_PAGE

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
"""trafilatura's names of elements that make lines -> HTML's."""
_MANY_ELEMENTS = 5_000
_MOST_FURNITURE = 1_000
"""How many lines of a page are looked at for what was left out of it."""
_SHARE_OF_PARTS = 0.8
_LEAST_WORDS = 50
_LEAST_SENTENCE = 12


def page(data: bytes, declared: str = "") -> tuple[Record, Stated]:
    """The article of the page ``data``, its text "" where there is none, and what the page states of itself.

    ``declared`` is the encoding that its server named. Raises SourceError where the page cannot be read.
    """
    if len(data) > LONGEST_PAGE:
        raise SourceError(f"a page of HTML, which holds more than the limit of {LONGEST_PAGE} bytes")
    named = _CHARSET.search(data[:_DECLARED_WITHIN])
    content = decoded(data, declared=declared or (named.group(1).decode("ascii") if named else ""))
    markup = content.text
    if not _TAG.search(markup):
        if not markup.strip():
            raise SourceError("empty file: nothing but blanks")
        # The name said HTML, the content is a flattened page.
        return Record(key="", text=markup, flattened=True, notes=content.notes), Stated()
    tree = tree_of(markup)
    said = stated(tree)
    shown = lines_of(tree)
    prune(tree, said.title)
    lines = _article(tree)
    kept = {said.title, *lines}
    record = Record(
        key="",
        text="\n\n".join(lines),
        flattened=False,
        extracted=True,
        title=said.title,
        source=said.source,
        category=said.category,
        author=said.author,
        url=said.url,
        published=said.published,
        furniture=tuple(line for line in shown[:_MOST_FURNITURE] if line not in kept),
        notes=content.notes,
    )
    return record, said


def is_article(record: Record, said: Stated) -> bool:
    """Whether a page that a crawler came by is an article: it says so, or has the text of one and a title."""
    if said.kind or not record.text:
        return bool(record.text) and said.kind == "article"
    counts = [len(line.split()) for line in record.text.split("\n")]
    return bool(record.title) and sum(counts) >= _LEAST_WORDS and max(counts) >= _LEAST_SENTENCE


def _article(tree: HtmlElement) -> list[str]:
    # A quarter of a second that most commands don't need.
    from trafilatura import bare_extraction  # noqa: PLC0415

    shown = lines_of(tree)
    # Its comparison with a second extractor pays, but takes quadratic time.
    fast = sum(1 for _ in tree.iter()) > _MANY_ELEMENTS
    try:
        document = bare_extraction(tree, include_comments=False, with_metadata=False, fast=fast, config=_config())
    except SLIPS as error:
        raise SourceError(f"HTML that cannot be read: {type(error).__name__} {error}"[:300]) from error
    body: HtmlElement | None = getattr(document, "body", None)
    if body is None:
        return []
    for element in body.iter():
        # Other names stay as they are: a damaged page has some that may not even be set again.
        if element.tag in _HTML_NAMES:
            element.tag = _HTML_NAMES[element.tag]
    return _parted(lines_of(body), shown)


def _parted(lines: list[str], shown: list[str]) -> list[str]:
    """``lines``, or those of the page in it where trafilatura, at a loss, has run the whole text into one line."""
    if len(lines) != 1 or lines[0] in shown:
        return lines
    parts = [line for line in shown if line in lines[0]]
    return parts if sum(map(len, parts)) >= _SHARE_OF_PARTS * len(lines[0]) else lines


@cache
def _config() -> ConfigParser:
    from trafilatura.settings import use_config  # noqa: PLC0415  # as above

    config: ConfigParser = use_config()
    # Below this many letters it takes the whole page instead, and a short piece of news has fewer than its default.
    config.set("DEFAULT", "MIN_EXTRACTED_SIZE", "40")
    return config


def _read(stream: io.BufferedReader, fields: Fields) -> Iterator[Item]:
    record = page(stream.read(LONGEST_PAGE + 1))[0]
    if not record.text:
        raise SourceError("no text of an article in the page")
    yield record


def _claims(head: bytes) -> bool:
    return _BEGINNING.match(head) is not None


FORMAT = Format(frozenset({".html", ".htm", ".xhtml", ".shtml"}), _claims, _read)
