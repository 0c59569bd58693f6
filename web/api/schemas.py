# SPDX-License-Identifier: GPL-3.0-or-later
"""The JSON Schemas of the API, which follow from the classes of its answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import msgspec

from indexer.search.answers.export import ExportedJson
from indexer.search.answers.json.members import JsonObject, PlainAnswerJson

Schema = dict[str, Any]

PREFIX = "#/components/schemas/"


@lru_cache(maxsize=4)
def components(answers: tuple[type[JsonObject], ...], own_fields: tuple[str, ...] = ()) -> dict[str, Schema]:
    """Returns the schemas of ``answers`` and of all objects in them.

    Each has the name of its class without "Json"; a whole answer has "Answer" instead.

    ``own_fields`` are those of the archive: further members of an exported article.
    """
    classes = {one.__name__: one for one in _subclasses(JsonObject)}
    _, generated = msgspec.json.schema_components(answers, ref_template=PREFIX + "{name}")
    references = {PREFIX + name: PREFIX + _component(described) for name, described in classes.items()}
    made = {
        _component(classes[name]): _object(classes[name], schema, references)
        for name, schema in sorted(generated.items())
    }
    if (exported := made.get(_component(ExportedJson))) and own_fields:
        own = {"type": ["string", "null"], "description": "An own field of the archive.", "examples": [None]}
        exported["properties"] = {**exported["properties"], **dict.fromkeys(own_fields, own)}
    return made


def reference(answer: type[JsonObject]) -> Schema:
    """Returns the reference to the schema of a class."""
    return {"$ref": PREFIX + _component(answer)}


def inlined(answer: type[JsonObject]) -> Schema:
    """Returns the whole schema of a class, without references: not every program that reads it follows them."""
    schemas = components((answer,))

    def whole(part: Any) -> Any:
        if isinstance(part, list):
            return [whole(one) for one in part]
        if not isinstance(part, dict):
            return part
        if "$ref" in part:
            beside = {key: value for key, value in part.items() if key != "$ref"}
            return {**whole(schemas[part["$ref"].removeprefix(PREFIX)]), **beside}
        return {key: whole(value) for key, value in part.items()}

    made: Schema = whole(schemas[_component(answer)])
    return made


def _component(described: type[JsonObject]) -> str:
    """Returns the name of a class's schema.

    Generators of clients join names: the parameter ``by`` of the operation ``timeline`` and the member ``by`` of a
    schema ``Timeline`` would both be ``TimelineBy``. So no answer is named as its operation.
    """
    return described.__name__.removesuffix("Json") + ("Answer" if issubclass(described, PlainAnswerJson) else "")


def _subclasses(parent: type[JsonObject]) -> Iterator[type[JsonObject]]:
    for child in parent.__subclasses__():
        yield child
        yield from _subclasses(child)


def _object(described: type[JsonObject], generated: Schema, references: Mapping[str, str]) -> Schema:
    """Returns the schema of an object. All members are required, unless an answer of the API may lack them.

    ``references`` says how msgspec refers to each schema, and how the document does.
    msgspec requires only the members without a default: it describes what it would read, not what is written.
    """
    names = (member.encode_name for member in msgspec.structs.fields(described))
    made: Schema = _tidy(generated, references)
    return {**made, "required": [name for name in names if name not in described.may_lack]}


def _tidy(schema: Any, references: Mapping[str, str]) -> Any:
    """Returns a schema without titles and defaults, with shorter forms of null and constants."""
    if isinstance(schema, list):
        return [_tidy(one, references) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {
        key: _tidy_value(key, value, references) for key, value in schema.items() if key not in ("title", "default")
    }
    if "const" in made:
        made.pop("enum", None)
    choices = made.get("anyOf", ())
    if choices and all(set(choice) == {"type"} for choice in choices):
        made["type"] = [choice["type"] for choice in made.pop("anyOf")]
    elif choices and all(choice == {"type": "null"} or set(choice) == {"enum"} for choice in choices):
        made["enum"] = [value for choice in made.pop("anyOf") for value in choice.get("enum", (None,))]
    return made


def _tidy_value(key: str, value: Any, references: Mapping[str, str]) -> Any:
    if key == "$ref":
        return references[value]
    if key == "properties":
        return {name: _tidy(member, references) for name, member in value.items()}
    return value if key == "examples" else _tidy(value, references)


def members(schema: Schema, schemas: dict[str, Schema], path: str = "") -> Iterator[tuple[str, str]]:
    """Yields the members of ``schema`` and of all that is in it: path, such as ``results[].id``, and description."""
    if "$ref" in schema:
        yield from members(schemas[schema["$ref"].removeprefix(PREFIX)], schemas, path)
    for name, member in schema.get("properties", {}).items():
        at = f"{path}.{name}" if path else name
        yield at, member["description"]
        yield from members(member, schemas, at)
    for choice in schema.get("anyOf", ()):
        yield from members(choice, schemas, path)
    if "items" in schema:
        yield from members(schema["items"], schemas, f"{path}[]")


def all_answers(answers: Iterable[type[JsonObject] | None]) -> tuple[type[JsonObject], ...]:
    """Returns the classes among ``answers``, each once."""
    return tuple(dict.fromkeys(answer for answer in answers if answer))
