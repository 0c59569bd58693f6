# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads TREC SGML, a sequence of `<DOC>` elements, as in the TREC collections, the ANT corpus and Arabic Gigaword.

One DOC is read at a time, so memory depends on the longest DOC and not on the size of the file.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from dataclasses import replace

from indexer.errors import SourceError, naming_faults
from indexer.sources.article_keys import ArticleKeys
from indexer.sources.decoding.decode import decode, without_controls
from indexer.sources.format import Format
from indexer.sources.formats.trec_docs import OUTSIDE, doc_pieces
from indexer.sources.record import Fault, Item, Record
from indexer.sources.records.fields import FieldNames

_COMMENT = rb"<!--(?:(?!-->).)*(?:-->|\Z)"
# Each alternative has a different beginning and stops at the first possible end, so the search never backtracks.
_PROLOGUE = rb"(?:\s|\xef\xbb\xbf|" + _COMMENT + rb"|<(?:\?|!(?!--))[^<>]*>)*"
_FIRST_DOC = re.compile(_PROLOGUE + rb"<DOC[\s>]", re.DOTALL | re.IGNORECASE)

_FIELDS = {
    "DOCNO": "key", "URL": "url", "SRC": "source", "SOURCE": "source", "CAT": "category", "CATEGORY": "category",
    "TITLE": "title", "HEADLINE": "title", "TIME": "published", "DATE": "published", "DATE_TIME": "published",
    "AUTHOR": "author", "BYLINE": "author", "ABSTRACT": "abstract", "TEXT": "text", "BODY": "text",
}  # fmt: skip
_TAG = re.compile(rf"<(/?)({'|'.join(_FIELDS)})(?:\s[^<>]*)?>", re.IGNORECASE)
# Gigaword has the number as an attribute of DOC, and paragraphs as elements.
_ATTRIBUTE_ID = re.compile(r"<DOC\s[^<>]*?\bid\s*=\s*[\"']?([^\"'\s<>]+)", re.IGNORECASE)
_PARAGRAPH = re.compile(r"</?P(?:\s[^<>]*)?>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_MOST_OUTSIDE = 1000
"""A file with this many texts before its first DOC is in another format."""


def _read(stream: io.BufferedReader, fields: FieldNames) -> Iterator[Item]:
    keys = ArticleKeys()
    found = False
    outside: list[Fault] = []
    for line, offset, piece in doc_pieces(stream):
        where = f"line {line}"
        if piece == OUTSIDE and not found:
            # These faults wait for the first DOC: if none follows, the file is in another format.
            outside.append(Fault(where, OUTSIDE))
            if len(outside) == _MOST_OUTSIDE:
                raise SourceError(f"not TREC SGML: {_MOST_OUTSIDE} texts before any <DOC>")
            continue
        found = True
        yield from outside
        outside.clear()
        if isinstance(piece, str):
            yield Fault(where, piece)
            continue
        try:
            content = decode(piece, offset)
            with naming_faults():
                record = _record(content.text, keys)
            yield replace(record, notes=content.notes) if content.broken else record
        except SourceError as error:
            yield Fault(where, str(error))
    if not found:
        raise SourceError("not TREC SGML: holds no <DOC>")


def _record(doc: str, keys: ArticleKeys) -> Record:
    """Returns the article that ``doc`` states. Raises SourceError if it has no number or no text."""
    fields = _elements(doc)
    number = _ATTRIBUTE_ID.match(doc)
    key = _one_line(fields.pop("key", "")) or (number.group(1) if number else "")
    if not key:
        raise SourceError("no <DOCNO>, and no id in <DOC>")
    text = _with_abstract(_text(fields.pop("text", "")), _text(fields.pop("abstract", "")))
    # The URL is kept as it is, even with blanks in it.
    stated = {field: _text(value) if field == "url" else _one_line(_text(value)) for field, value in fields.items()}
    if not text and not stated.get("title"):
        raise SourceError("no text: neither a title nor a body")
    return Record(key=keys.take(key), text=text, flattened=False, **stated)  # type: ignore[arg-type]  # only texts


def _elements(doc: str) -> dict[str, str]:
    """Returns the contents of the elements of ``doc``, by field. A tag inside another element is part of the text."""
    fields: dict[str, list[str]] = {}
    name, begins = "", 0
    for tag in _TAG.finditer(doc):
        closing, this = tag.group(1), tag.group(2).upper()
        if not name and not closing:
            name, begins = this, tag.end()
        elif closing and this == name:
            fields.setdefault(_FIELDS[name], []).append(doc[begins : tag.start()])
            name = ""
    if name:
        raise SourceError(f"<{name}> is not closed")
    return {field: "\n".join(texts) for field, texts in fields.items()}


def _text(markup: str) -> str:
    if "<" in markup:
        markup = _PARAGRAPH.sub("\n", markup)
    if "&" in markup:
        markup = without_controls(_ENTITY.sub(lambda entity: html.unescape(entity.group()), markup))
    return markup.strip()


def _with_abstract(text: str, abstract: str) -> str:
    """Returns ``text``, preceded by ``abstract`` unless the text contains it, as it does in most articles."""
    if not abstract or _one_line(abstract) in _one_line(text):
        return text
    return f"{abstract}\n{text}".strip()


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _claims(head: bytes) -> bool:
    return _FIRST_DOC.match(head) is not None


FORMAT = Format(frozenset({".trec", ".sgml", ".sgm", ".xml"}), _claims, _read)
