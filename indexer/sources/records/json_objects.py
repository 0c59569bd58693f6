"""JSON texts become values, and values the objects in them that are articles."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NoReturn

from indexer.errors import SourceError
from indexer.sources.records.entry import Entry
from indexer.sources.records.fields import USUAL, Named

_LONGEST_INTEGER = 100
_LISTS = (
    "articles", "items", "results", "data", "posts", "docs", "documents", "entries", "news", "hits", "response",
    "messages", "stories", "records", "rows",
)  # fmt: skip
_DEEPEST = 4
_TEXTS = (*USUAL["title"], *USUAL["body"], *USUAL["page"])
_BODIES = USUAL["body"][: USUAL["body"].index("description")]
"""Names that hold the text of an article, and no description, as a feed may have one."""


def parse(text: str) -> Any:
    """The value of the JSON ``text``. Raises SourceError, saying what is wrong and where."""
    try:
        return json.loads(text, parse_constant=_refuse_constant, parse_int=_integer)
    except RecursionError as error:
        raise SourceError("not JSON that can be read: nested too deeply") from error
    except json.JSONDecodeError as error:
        raise SourceError(f"not JSON: {error.msg} at character {error.pos}") from error


def articles_in(value: object) -> list[Entry]:
    """The objects in ``value`` that may be articles: itself, or those of the list that it wraps.

    A list counts under a usual name, and under any where the object around it holds no text itself. Raises SourceError
    where ``value`` is no object.
    """
    if not isinstance(value, dict):
        raise SourceError("not a JSON object")
    return list(_wrapped(value, _DEEPEST)) or [_source(value, Entry(value))]


def _wrapped(value: dict[str, object], depth: int) -> Iterator[Entry]:
    named = Named(value)
    if any(isinstance(inner, str) for _, inner in named.values(_BODIES)):
        return
    names = [name for name in _LISTS if name in value] or ([] if any(map(named.has, _TEXTS)) else list(value))
    for name in names:
        inner = value[name]
        if isinstance(inner, list) and inner and all(isinstance(item, dict) for item in inner):
            for item in inner:
                yield from _inner(item, depth) or [_source(item, Entry(item, name, value))]
            return
        if isinstance(inner, dict) and depth:
            found = list(_wrapped(inner, depth - 1))
            if found:
                yield from found
                return


def _inner(item: dict[str, object], depth: int) -> list[Entry]:
    """The articles of a list within ``item``, which holds no text itself, as an export of several channels has them."""
    if not depth or "_source" in item or not any(isinstance(value, list | dict) for value in item.values()):
        return []
    return [] if any(map(Named(item).has, _TEXTS)) else list(_wrapped(item, depth - 1))


def _source(item: dict[str, object], entry: Entry) -> Entry:
    """``entry``, or the document in it where it is a hit of Elasticsearch."""
    inner = item.get("_source")
    return entry._replace(data={"id": item.get("_id"), **inner}) if isinstance(inner, dict) else entry


def _refuse_constant(name: str) -> NoReturn:
    raise SourceError(f"not JSON: {name} is not a number of JSON")


def _integer(digits: str) -> int:
    # Turning digits into a number takes quadratic time, and Python refuses above a limit that can be set.
    if len(digits) > _LONGEST_INTEGER:
        raise SourceError(f"a number of {len(digits)} digits")
    return int(digits)
