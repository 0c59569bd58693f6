# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns a JSON object or a table row into a record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from indexer.errors import SourceError
from indexer.sources.article_keys import ArticleKeys
from indexer.sources.formats import html
from indexer.sources.pages.markup import as_text
from indexer.sources.record import Ignored, Record
from indexer.sources.records.fields import FIELDS_SETTING, FieldNames, NamedValues, configured_names
from indexer.sources.records.own_fields import own_values, without_own
from indexer.sources.records.tool_shapes import ToolShape, tool_shape
from indexer.sources.records.values import field_text

_RECORD_FIELDS = {"body": "text", "date": "published"}
_CUT_MARK = re.compile(r"\[\+?[0-9]{1,9} chars\]\Z")
"""The mark that NewsAPI and others put at the end of a text of which they give only the beginning."""
_LONGEST_CUT_MARK = 30
_WHOLE_PAGE = re.compile(
    r"\s*(?:<[?][^<>]*>\s*|<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_MOST_NAMES = 20
_LONGEST_NAME = 40


class SourceObject(NamedTuple):
    """An object or row with its place: the name of the list it is in (``of_list``), and the object around that list."""

    data: Mapping[str, object]
    of_list: str = ""
    around: Mapping[str, object] = {}


def record_of(source_object: SourceObject, fields: FieldNames, keys: ArticleKeys, place: str) -> Record | Ignored:
    """Returns the article that ``source_object`` states.

    Its key is ``place``, such as "line-17", if it states no id and no URL. A value of the wrong type leaves its field
    empty, and a note says so. Raises SourceError if neither title nor body is left.
    """
    data = NamedValues(source_object.data)
    shape = tool_shape(data, source_object.of_list)
    if not shape.takes(data):
        return Ignored(shape.otherwise, place.replace("-", " "))
    found: dict[str, str] = {}
    notes: list[str] = []
    for field in without_own(fields):
        found[field] = _stated(data, field, _names_of_field(fields, shape, field), notes)
    own = own_values(data, fields, notes)
    page = found.pop("page")
    if not found["source"] and shape.source:
        found["source"] = _stated(NamedValues(source_object.around), "source", (shape.source,), notes)
    key = keys.take(found.pop("id").strip(), found["url"], place)
    if _WHOLE_PAGE.match(found["body"]):
        page, found["body"] = found["body"], ""
    if page and not found["body"].strip():
        return replace(_of_page(page, found, key, tuple(notes)), own=own)
    found["body"], found["title"] = as_text(found["body"]), as_text(found["title"])
    found["body"] = _without_cut_mark(found["body"])
    if not found["title"].strip() and not found["body"].strip():
        raise SourceError(_no_text(data, fields, shape, notes))
    stated = {_RECORD_FIELDS.get(field, field): text for field, text in found.items()}
    flattened = shape.flattened and bool(found["body"])
    return Record(key=key, flattened=flattened, notes=tuple(notes), own=own, **stated)  # type: ignore[arg-type]  # only texts


def _names_of_field(fields: FieldNames, shape: ToolShape, field: str) -> tuple[str, ...]:
    if field not in shape.names:
        return fields[field]
    return (*configured_names(fields, field), *shape.names[field])


def _stated(data: NamedValues, field: str, names: tuple[str, ...], notes: list[str]) -> str:
    """Returns the first text under ``names``.

    If there is none, the reason why a value is unusable goes into ``notes``.
    """
    refused = ""
    for name, value in data.values(names):
        try:
            if (text := field_text(name, value, field)) and not text.isspace():
                return text
        except SourceError as error:
            refused = refused or str(error)
    if refused:
        notes.append(refused)
    return ""


def _of_page(markup: str, found: Mapping[str, str], key: str, notes: tuple[str, ...]) -> Record:
    """Returns the article of the HTML page in an object. What the object itself states takes precedence."""
    record = html.page_record(markup.encode("utf-8"), "utf-8", found["url"])
    if not (record.text or record.no_article):
        raise SourceError("its HTML page holds no text of an article")
    stated = {_RECORD_FIELDS.get(field, field): text for field, text in found.items() if text.strip()}
    stated["title"] = as_text(stated["title"]) if "title" in stated else record.title
    return replace(record, key=key, notes=(*notes, *record.notes), **stated)  # type: ignore[arg-type]  # only texts


def _without_cut_mark(body: str) -> str:
    cut = _CUT_MARK.search(body[-_LONGEST_CUT_MARK:]) if body.endswith("chars]") else None
    return body[: -len(cut[0])].rstrip().removesuffix("…").removesuffix("...").rstrip() if cut else body


def _no_text(data: NamedValues, fields: FieldNames, shape: ToolShape, notes: list[str]) -> str:
    if notes:
        return "; ".join(notes)
    texts = (*_names_of_field(fields, shape, "title"), *_names_of_field(fields, shape, "body"), *fields["page"])
    if any(True for _ in data.values(texts)):
        return "no text: neither a title nor a body"
    names = [name[:_LONGEST_NAME] for name in data.data]
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    has = f"it has {', '.join(names[:_MOST_NAMES])}{more}" if names else "it has no names"
    return (
        f"no text: no name in it is known; {has}; {FIELDS_SETTING}=title=NAME,body=NAME says which hold title and body"
    )
