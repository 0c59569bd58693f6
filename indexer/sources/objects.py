"""JSON texts become values, and values the objects in them that are articles."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from indexer.errors import SourceError

_LONGEST_INTEGER = 100
_LISTS = ("articles", "items", "results", "data", "posts", "docs", "documents", "entries", "news", "hits", "response")
_DEEPEST = 4


def parse(text: str) -> Any:
    """The value of the JSON ``text``. Raises SourceError, saying what is wrong and where."""
    try:
        return json.loads(text, parse_constant=_refuse_constant, parse_int=_integer)
    except RecursionError as error:
        raise SourceError("not JSON that can be read: nested too deeply") from error
    except json.JSONDecodeError as error:
        raise SourceError(f"not JSON: {error.msg} at character {error.pos}") from error


def articles_in(value: object) -> list[Mapping[str, object]]:
    """The objects in ``value`` that may be articles: itself, or those of the list that it wraps under a usual name.

    Raises SourceError where it is no object.
    """
    if not isinstance(value, dict):
        raise SourceError("not a JSON object")
    return list(_wrapped(value, _DEEPEST)) or [_source(value)]


def _wrapped(value: dict[str, object], depth: int) -> Iterator[Mapping[str, object]]:
    for name in _LISTS:
        inner = value.get(name)
        if isinstance(inner, list) and inner and all(isinstance(item, dict) for item in inner):
            yield from map(_source, inner)
            return
        if isinstance(inner, dict) and depth:
            found = list(_wrapped(inner, depth - 1))
            if found:
                yield from found
                return


def _source(item: dict[str, object]) -> Mapping[str, object]:
    """``item``, or the document in it where it is a hit of Elasticsearch."""
    inner = item.get("_source")
    return {"id": item.get("_id"), **inner} if isinstance(inner, dict) else item


def _refuse_constant(name: str) -> NoReturn:
    raise SourceError(f"not JSON: {name} is not a number of JSON")


def _integer(digits: str) -> int:
    # Turning digits into a number takes quadratic time, and Python refuses above a limit that can be set.
    if len(digits) > _LONGEST_INTEGER:
        raise SourceError(f"a number of {len(digits)} digits")
    return int(digits)
