# SPDX-License-Identifier: GPL-3.0-or-later
"""Examples of the API's answers, put together from the examples that the members of their classes have."""

from __future__ import annotations

from typing import Any

from indexer.search.answers import export
from indexer.search.answers.json.writing import to_json
from indexer.search.query.request import SearchRequest
from web.api.addresses import ApiAddresses
from web.api.endpoints import CSV, EXAMPLE_ID, NDJSON, Endpoint
from web.api.schemas import PREFIX, Schema, reference

_BRIDGE = SearchRequest(q="جسر", per_page=1)
_MADE = ApiAddresses("")
_ADDRESSES = {
    "self": _MADE.article(EXAMPLE_ID, SearchRequest(q=_BRIDGE.q)),
    "page": _MADE.search_page(SearchRequest(q=_BRIDGE.q)),
    "similar": _MADE.similar(EXAMPLE_ID),
    "search": _MADE.search(SearchRequest(q=_BRIDGE.q)),
    "article": None,
    "remove": _MADE.search(SearchRequest(q=_BRIDGE.q, without=("variant",))),
    "next": _MADE.search(_BRIDGE.at_page(2)),
    "previous": None,
}
"""An address for each member that is one: the classes of the answers know no addresses."""


def example(endpoint: Endpoint, schemas: dict[str, Schema]) -> Any:
    """Returns an answer of ``endpoint``: a JSON value, or the text of a file.

    Raises KeyError if a member has no example and none follows from its type.
    """
    answer = value_of(reference(endpoint.answer or export.ExportedJson), schemas)
    fields = dict(endpoint.example).get("fields", "").split(",")
    if endpoint.media == CSV:
        return export.rows([fields, [export.cell(answer[name]) for name in fields]])
    if endpoint.media == NDJSON:
        return to_json({name: answer[name] for name in fields}) + "\n"
    return answer


def value_of(schema: Schema, schemas: dict[str, Schema], name: str = "") -> Any:
    """Returns a value that ``schema`` describes; ``name`` is the member that has it."""
    if "examples" in schema:
        (given,) = schema["examples"]
        if isinstance(given, list) and "$ref" in schema["items"]:  # the examples of the items supply what is left out
            return [{**value_of(schema["items"], schemas), **one} for one in given]
        return given
    if "uri-reference" in (one.get("format") for one in (schema, *schema.get("anyOf", ()))):
        return _ADDRESSES[name]
    if "$ref" in schema:
        return value_of(schemas[schema["$ref"].removeprefix(PREFIX)], schemas, name)
    if "const" in schema:
        return schema["const"]
    if "properties" in schema:
        return {name: value_of(member, schemas, name) for name, member in schema["properties"].items()}
    if "items" in schema:
        return [value_of(schema["items"], schemas, name)]
    if "anyOf" in schema:
        return value_of(schema["anyOf"][0], schemas, name)
    if schema.get("type") != "boolean":
        raise KeyError(f"the member {name} needs an example")
    return False
