# SPDX-License-Identifier: GPL-3.0-or-later
"""Parameters as the members of a JSON object: how each is described, and how an object is read.

The names and their meanings are those of an address. Values have the types of JSON: a number is a number, 0 or 1 is
true or false, and a parameter with several values is a list. An empty list counts as left out.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from indexer.errors import RequestError
from indexer.search.query.lists import as_part
from indexer.search.query.parameter_types import (
    FlagParameter,
    NumberParameter,
    Parameter,
    Schema,
    TextParameter,
    quoted,
)
from indexer.search.query.parameters import require_known

Values = dict[str, list[str]]


def schema_of(parameters: Sequence[Parameter[object]]) -> Schema:
    """Returns the JSON Schema of an object with these parameters.

    It states no defaults, because openapi-typescript makes members that have one compulsory.
    """
    properties = {}
    for parameter in parameters:
        schema = {name: value for name, value in parameter.schema().items() if name != "default"}
        if isinstance(parameter, FlagParameter):
            schema = {"type": "boolean"}
        example = _example(parameter)
        examples = {} if example is None else {"examples": [example]}
        properties[parameter.name] = {**schema, "description": parameter.meaning, **examples}
    needed = [parameter.name for parameter in parameters if parameter.needed]
    return {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        **({"required": needed} if needed else {}),
    }


def _example(parameter: Parameter[object]) -> object:
    text = parameter.example
    if not text:
        return None
    if isinstance(parameter, FlagParameter):
        return text == "1"
    if isinstance(parameter, NumberParameter):
        return int(text)
    if parameter.listed:
        return text.split(",")
    return [text] if parameter.repeatable else text


def values_of(stated: object, parameters: Sequence[Parameter[object]]) -> Values:
    """Returns the values that a JSON object states, as an address would state them. Raises RequestError."""
    if not isinstance(stated, dict):
        raise RequestError("invalid_body", None, "the body must be a JSON object: its members are the parameters.")
    known = {parameter.name: parameter for parameter in parameters}
    require_known(dict.fromkeys(stated, ()), known)
    return {name: [_well_formed(text) for text in _texts(known[name], value)] for name, value in stated.items()}


def _texts(parameter: Parameter[object], value: object) -> list[str]:
    if isinstance(parameter, FlagParameter):
        if not isinstance(value, bool):
            raise parameter.wrong(f"{parameter.name} must be true or false.")
        return [str(int(value))]
    if isinstance(parameter, NumberParameter):
        # To JSON Schema 5.0 is a whole number too.
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
            raise parameter.wrong(f"{parameter.name} must be a whole number.")
        return [str(int(value))]
    if parameter.repeatable or parameter.listed:
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise parameter.wrong(f"{parameter.name} must be a list of texts.")
        if "" in value and {"enum", "pattern"} & set(parameter.schema()["items"]):
            raise parameter.wrong(f"{parameter.name} holds an empty text; leave it out.")
        return [as_part(one) for one in value]
    if not isinstance(value, str):
        raise parameter.wrong(f"{parameter.name} must be a text.")
    if not value and not isinstance(parameter, TextParameter):
        raise parameter.wrong(f"{parameter.name} is empty; leave it out.")
    return [value]


def read_json(body: bytes) -> object:
    """Returns the value that ``body`` holds as JSON in UTF-8. Raises RequestError."""
    try:
        text = body.decode("utf-8")
        value: object = json.loads(text, object_pairs_hook=_members, parse_constant=_refused, parse_float=_number)
    except UnicodeDecodeError:
        raise _wrong("it is not encoded in UTF-8") from None
    except RecursionError:
        raise _wrong("lists or objects lie too deep in one another") from None
    except ValueError as error:
        raise _wrong(str(error)) from None
    return value


def _wrong(what: str) -> RequestError:
    return RequestError("invalid_body", None, f"the body is no valid JSON: {what}.")


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The members of an object. Raises ValueError if a name comes twice."""
    members: dict[str, Any] = {}
    for name, value in pairs:
        if name in members:
            raise ValueError(f"the name {quoted(name)} comes twice in one object")
        members[name] = value
    return members


def _well_formed(text: str) -> str:
    """Returns ``text`` without lone surrogates, which JSON can hold and UTF-8 cannot."""
    return text.encode("utf-8", "replace").decode("utf-8") if not text.isascii() else text


def _refused(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def _number(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"the number {quoted(text)} is too large")
    return number
