# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls that an OpenAPI document describes: each operation with what it needs, and with each of its examples.

The generators' own environment imports this module, so that it needs nothing but Python.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class ExampleCall:
    """A call of an operation: its address, the values of parameters by name, and a body, if it takes one.

    ``schema`` names the schema of the answer; "" stands for text. ``writes`` says that only a key with that right may
    make it; its example may name what the server does not have.
    """

    operation: str
    tag: str
    method: str
    path: str
    in_path: dict[str, Any]
    in_query: dict[str, Any]
    body: Any
    schema: str
    writes: bool


def calls(document: Document) -> Iterator[ExampleCall]:
    """Yields the calls of each operation, the one with the fewest parameters first."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield from _calls(document, path, method, item[method])


def _named(document: Document, schema: Document) -> Document:
    """Returns the schema that ``schema`` refers to, or itself."""
    named: Document = document["components"]["schemas"].get(schema.get("$ref", "").rpartition("/")[2], schema)
    return named


def _calls(document: Document, path: str, method: str, operation: Document) -> Iterator[ExampleCall]:
    asked = operation.get("parameters", ())
    in_path = {one["name"]: one["example"] for one in asked if one["in"] == "path"}
    stated = {one["name"]: one["example"] for one in asked if one["in"] == "query" and "example" in one}
    compulsory = {one["name"] for one in asked if one.get("required")} | set(operation.get("x-needs", ()))
    needed = {name: value for name, value in stated.items() if name in compulsory}
    optional = {name: value for name, value in stated.items() if name not in compulsory}
    sent: Document = next(iter(operation.get("requestBody", {}).get("content", {}).values()), {})
    body = sent.get("example", _named(document, sent.get("schema", {})).get("example"))
    good = operation["responses"].get("200") or operation["responses"]["202"]
    schema: Document = next((one["schema"] for one in good["content"].values()), {})
    name = schema.get("$ref", "").rpartition("/")[2]
    writes = "security" in operation
    for more in ({}, *({one: value} for one, value in optional.items())):
        given = {**needed, **more}
        yield ExampleCall(
            operation["operationId"], operation["tags"][0], method, path, in_path, given, body, name, writes
        )
