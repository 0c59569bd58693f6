"""An object of JSON, or a row of a table, becomes a record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from indexer.errors import SourceError
from indexer.sources.formats import html
from indexer.sources.keys import Keys
from indexer.sources.pages.markup import as_text
from indexer.sources.record import Ignored, Record
from indexer.sources.records.fields import SETTING, Fields, Named, own_names
from indexer.sources.records.own_fields import own_values, without_own
from indexer.sources.records.tool_shapes import Shape, shape_of
from indexer.sources.records.values import text_of

_RECORD = {"body": "text", "date": "published", "fetched": "seen"}
_CUT = re.compile(r"\[\+?[0-9]{1,9} chars\]\Z")
"""What NewsAPI and others put at the end of a text of which they give the beginning alone."""
_LONGEST_CUT = 30
_WHOLE_PAGE = re.compile(
    r"\s*(?:<[?][^<>]*>\s*|<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_MOST_NAMES = 20
_LONGEST_NAME = 40


class Entry(NamedTuple):
    """An object or row, and where it stands: in the list ``of_list`` of the object ``around`` it, if in any."""

    data: Mapping[str, object]
    of_list: str = ""
    around: Mapping[str, object] = {}


def record_of(entry: Entry, fields: Fields, keys: Keys, place: str) -> Record | Ignored:
    """The article that ``entry`` states; ``place``, such as "line-17", is its key where it states no id or URL.

    A value of a kind that its field cannot be costs that field, and a note says so. Raises SourceError where neither
    title nor body are left.
    """
    data = Named(entry.data)
    shape = shape_of(data, entry.of_list)
    if not shape.takes(data):
        return Ignored(shape.otherwise, place.replace("-", " "))
    found: dict[str, str] = {}
    notes: list[str] = []
    for field in without_own(fields):
        found[field] = _stated(data, field, _names(fields, shape, field), notes)
    own = own_values(data, fields, notes)
    page = found.pop("page")
    if not found["source"] and shape.source:
        found["source"] = _stated(Named(entry.around), "source", (shape.source,), notes)
    key = keys.take(found.pop("id").strip(), found["url"], place)
    if _WHOLE_PAGE.match(found["body"]):
        page, found["body"] = found["body"], ""
    if page and not found["body"].strip():
        return replace(_of_page(page, found, key, tuple(notes)), own=own)
    found["body"], found["title"] = as_text(found["body"]), as_text(found["title"])
    found["body"] = _without_cut(found["body"])
    if not found["title"].strip() and not found["body"].strip():
        raise SourceError(_no_text(data, fields, shape, notes))
    stated = {_RECORD.get(field, field): text for field, text in found.items()}
    flattened = shape.flattened and bool(found["body"])
    return Record(key=key, flattened=flattened, notes=tuple(notes), own=own, **stated)  # type: ignore[arg-type]  # only texts


def _names(fields: Fields, shape: Shape, field: str) -> tuple[str, ...]:
    if field not in shape.names:
        return fields[field]
    return (*own_names(fields, field), *shape.names[field])


def _stated(data: Named, field: str, names: tuple[str, ...], notes: list[str]) -> str:
    """The first text under ``names``; ``notes`` are told of values that are none, where no other name has a text."""
    refused = ""
    for name, value in data.values(names):
        try:
            if (text := text_of(name, value, field)) and not text.isspace():
                return text
        except SourceError as error:
            refused = refused or str(error)
    if refused:
        notes.append(refused)
    return ""


def _of_page(markup: str, found: Mapping[str, str], key: str, notes: tuple[str, ...]) -> Record:
    """The article in the page of HTML that an object holds; what the object states itself is believed first."""
    record = html.page(markup.encode("utf-8"), "utf-8", found["url"])
    if not (record.text or record.no_article):
        raise SourceError("no text of an article in its page of HTML")
    stated = {_RECORD.get(field, field): text for field, text in found.items() if text.strip()}
    stated["title"] = as_text(stated["title"]) if "title" in stated else record.title
    return replace(record, key=key, notes=(*notes, *record.notes), **stated)  # type: ignore[arg-type]  # only texts


def _without_cut(body: str) -> str:
    cut = _CUT.search(body[-_LONGEST_CUT:]) if body.endswith("chars]") else None
    return body[: -len(cut[0])].rstrip().removesuffix("…").removesuffix("...").rstrip() if cut else body


def _no_text(data: Named, fields: Fields, shape: Shape, notes: list[str]) -> str:
    if notes:
        return "; ".join(notes)
    texts = (*_names(fields, shape, "title"), *_names(fields, shape, "body"), *fields["page"])
    if any(True for _ in data.values(texts)):
        return "no text: neither a title nor a body"
    names = [name[:_LONGEST_NAME] for name in data.data]
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    has = f"it has {', '.join(names[:_MOST_NAMES])}{more}" if names else "it has no names"
    return f"no text: no name in it is known; {has}; {SETTING}=title=NAME,body=NAME says which hold title and body"
