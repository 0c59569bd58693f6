# SPDX-License-Identifier: GPL-3.0-or-later
"""Parses JSON texts and finds the objects in them that are articles."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NoReturn

from indexer.errors import SourceError
from indexer.sources.records.fields import USUAL_NAMES, NamedValues
from indexer.sources.records.from_object import SourceObject

_LONGEST_INTEGER = 100
_LISTS = (
    "articles", "items", "results", "data", "posts", "docs", "documents", "entries", "news", "hits", "response",
    "messages", "stories", "records", "rows",
)  # fmt: skip
_DEEPEST = 4
_TEXTS = (*USUAL_NAMES["title"], *USUAL_NAMES["body"], *USUAL_NAMES["page"])
_BODIES = USUAL_NAMES["body"][: USUAL_NAMES["body"].index("description")]
"""The names that hold the text of an article, without those that hold a description, as a feed may have one."""


def parse(text: str) -> Any:
    """Parses the JSON ``text``. Raises SourceError that says what is wrong and where."""
    try:
        return json.loads(text, parse_constant=_refuse_constant, parse_int=_integer)
    except RecursionError as error:
        raise SourceError("not JSON that can be read: nested too deeply") from error
    except json.JSONDecodeError as error:
        raise SourceError(f"not JSON: {error.msg} at character {error.pos}") from error


def articles_in(value: object) -> list[SourceObject]:
    """Returns the objects in ``value`` that may be articles: ``value`` itself, or the items of a list in it.

    A list is used if it has a usual name, or any name if the object around it holds no text itself. Raises SourceError
    if ``value`` is not an object.
    """
    if not isinstance(value, dict):
        raise SourceError("not a JSON object")
    return list(_wrapped(value, _DEEPEST)) or [_source(value, SourceObject(value))]


def _wrapped(value: dict[str, object], depth: int) -> Iterator[SourceObject]:
    named = NamedValues(value)
    if any(isinstance(inner, str) for _, inner in named.values(_BODIES)):
        return
    names = [name for name in _LISTS if name in value] or ([] if any(map(named.has, _TEXTS)) else list(value))
    for name in names:
        inner = value[name]
        if isinstance(inner, list) and inner and all(isinstance(item, dict) for item in inner):
            for item in inner:
                yield from _inner(item, depth) or [_source(item, SourceObject(item, name, value))]
            return
        if isinstance(inner, dict) and depth:
            found = list(_wrapped(inner, depth - 1))
            if found:
                yield from found
                return


def _inner(item: dict[str, object], depth: int) -> list[SourceObject]:
    """Returns the articles of a list in ``item``, if ``item`` has no text itself, like a channel in an export of
    several."""
    if not depth or "_source" in item or not any(isinstance(value, list | dict) for value in item.values()):
        return []
    return [] if any(map(NamedValues(item).has, _TEXTS)) else list(_wrapped(item, depth - 1))


def _source(item: dict[str, object], entry: SourceObject) -> SourceObject:
    """Returns ``entry``, or, if it is a hit of Elasticsearch, the document in it."""
    inner = item.get("_source")
    return entry._replace(data={"id": item.get("_id"), **inner}) if isinstance(inner, dict) else entry


def _refuse_constant(name: str) -> NoReturn:
    raise SourceError(f"not JSON: {name} is not a JSON number")


def _integer(digits: str) -> int:
    # Converting digits to a number takes quadratic time, and Python's own limit can be changed by a setting.
    if len(digits) > _LONGEST_INTEGER:
        raise SourceError(f"a number of {len(digits)} digits, above the limit of {_LONGEST_INTEGER}")
    return int(digits)
