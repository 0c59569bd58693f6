# SPDX-License-Identifier: GPL-3.0-or-later
"""Describes the writes of a server that offers them: in the OpenAPI document, and on the page that explains the API."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from web.api.addresses import ROOT
from web.api.endpoints import EXAMPLE_ID, JSON, NDJSON
from web.api.examples import value_of
from web.api.openapi import TAG, Document, problems
from web.api.schemas import components, members, reference
from web.api.write_answers import EXAMPLE_RECEIPT, WriteJson

_REFUSALS = (400, 401, 403, 404, 413, 415, 422, 429, 500, 503)
_ARTICLE: dict[str, Any] = {
    "type": "object",
    "description": "An article under the names that JSON files of an archive may have; id or url says which one it is.",
    "properties": {
        "id": {"type": "string", "description": "The name of the article in the program that writes it."},
        "url": {
            "type": "string",
            "description": "Its address, which says which article it is if id is absent.",
        },
        "title": {"type": "string", "description": "Its headline."},
        "body": {"type": "string", "description": "Its text."},
        "source": {"type": "string", "description": "The name of the source that published it."},
        "category": {"type": "string", "description": "Its section."},
        "author": {"type": "string", "description": "Who wrote it."},
        "published_at": {"type": "string", "description": "A date or moment in ISO 8601."},
    },
    "example": {"id": "cms-4711", "title": "افتتاح الجسر", "body": "افتُتح الجسر صباح اليوم.", "source": "newsroom"},
}
_KEY = "Needs a key with the right to write."
_ACCEPTED = "The answer is 202 with a receipt, and its header Location is the address to ask what became of the write."
_DESCRIPTIONS = {
    "add_articles": f"{_KEY} Send one article as {JSON}, or one a line as {NDJSON}. {_ACCEPTED} "
    "A further write with the same id replaces the article. If one is at fault, the answer is 422 and names it.",
    "remove_article": f"{_KEY} {_ACCEPTED} The article stays out, though source files have it.",
    "write_state": f"{_KEY} A write of another key is answered with 404.",
}


@dataclass(frozen=True, slots=True)
class WriteSection:
    """What the page shows of a write: a line for curl, an example answer, members of the body and of the answer."""

    name: str
    method: str
    path: str
    summary: str
    description: str
    curl: str
    answer: str
    parameters: tuple[tuple[str, str], ...]
    members: tuple[tuple[str, str], ...]


def write_sections(server: str) -> list[WriteSection]:
    """Returns a section for each write in the OpenAPI document, with examples that ask ``server``."""
    whole: Document = {"components": {"schemas": {}, "responses": {}}, "paths": {"/articles/{id}": {}}}
    describe_writes(whole)
    schemas = whole["components"]["schemas"]
    answer = json.dumps(value_of(reference(WriteJson), schemas), ensure_ascii=False, indent=1)
    sections = []
    for path, operations in whole["paths"].items():
        for method, operation in operations.items():
            address = path.replace("{id}", EXAMPLE_ID).replace("{receipt}", EXAMPLE_RECEIPT)
            asked = f"curl --request {method.upper()} {server}{ROOT}{address} --header 'X-API-Key: …'"
            taken: tuple[tuple[str, str], ...] = ()
            if "requestBody" in operation:
                example = json.dumps(_ARTICLE["example"], ensure_ascii=False)
                asked += f" --header 'Content-Type: {JSON}' --data '{example}'"
                taken = tuple(members(_ARTICLE, schemas))
            sections.append(
                WriteSection(
                    operation["operationId"],
                    method.upper(),
                    path,
                    operation["summary"],
                    _DESCRIPTIONS[operation["operationId"]],
                    asked,
                    answer,
                    taken,
                    tuple(members(reference(WriteJson), schemas)),
                )
            )
    return sections


def describe_writes(whole: Document) -> None:
    """Adds the writes to the document ``whole``."""
    parts = whole["components"]
    # The schemas are shared with other documents, so they are not changed in place.
    parts["schemas"] = {**parts["schemas"], **components((WriteJson,)), "ArticleToWrite": _ARTICLE}
    parts["responses"] |= {str(status): problems(status, of_writes=True) for status in _REFUSALS}
    paths = whole["paths"]
    article = {"$ref": "#/components/schemas/ArticleToWrite"}
    body = {
        "required": True,
        "content": {
            JSON: {"schema": article},
            NDJSON: {"schema": {"type": "string", "description": "Each line is an ArticleToWrite."}},
        },
    }
    paths.setdefault("/articles", {})["post"] = _operation(
        "add_articles", "Keeps articles for the next run, all of them or none.", 202
    ) | {"requestBody": body}
    paths["/articles/{id}"]["delete"] = _operation(
        "remove_article", "Keeps an article out of the archive from the next run on.", 202
    ) | {"parameters": [_in_path("id", "The id of an article.", "^[0-9a-f]{16}$", EXAMPLE_ID)]}
    paths["/writes/{receipt}"] = {
        "get": _operation("write_state", "What became of a write of this key.", 200)
        | {"parameters": [_in_path("receipt", "The receipt of a write.", "^[0-9a-f-]+$", EXAMPLE_RECEIPT)]}
    }


def _operation(name: str, summary: str, status: int) -> Document:
    answer: Document = {"description": summary, "content": {JSON: {"schema": reference(WriteJson)}}}
    if status == 202:
        place = {"description": "The address to ask for the state.", "schema": {"type": "string"}}
        answer["headers"] = {"Location": place}
    refusals = {str(refusal): {"$ref": f"#/components/responses/{refusal}"} for refusal in _REFUSALS}
    return {
        "operationId": name,
        "tags": [TAG["name"]],
        "summary": summary.rstrip("."),
        "description": f"{summary} {_DESCRIPTIONS[name]}",
        "security": [{"header": []}, {"bearer": []}],
        "responses": {str(status): answer, **refusals},
    }


def _in_path(name: str, meaning: str, pattern: str, example: str) -> Document:
    schema = {"type": "string", "pattern": pattern}
    return {"name": name, "in": "path", "required": True, "description": meaning, "schema": schema, "example": example}
