# SPDX-License-Identifier: GPL-3.0-or-later
"""Describes the writes in the OpenAPI document of a server that offers them."""

from __future__ import annotations

from typing import Any

from web.api.endpoints import EXAMPLE_ID, JSON, NDJSON
from web.api.openapi import TAG, Document, problems
from web.api.schemas import components, reference
from web.api.write_answers import WriteJson

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
        "title": {"type": "string"},
        "body": {"type": "string"},
        "source": {"type": "string"},
        "category": {"type": "string"},
        "author": {"type": "string"},
        "published_at": {"type": "string", "description": "A date or moment in ISO 8601."},
    },
    "example": {"id": "cms-4711", "title": "افتتاح الجسر", "body": "افتُتح الجسر صباح اليوم.", "source": "newsroom"},
}


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
        | {"parameters": [_in_path("receipt", "The receipt of a write.", "^[0-9a-f-]+$", "18a0c5d2f3b1e400-9f3c21aa")]}
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
        "description": summary,
        "security": [{"header": []}, {"bearer": []}],
        "responses": {str(status): answer, **refusals},
    }


def _in_path(name: str, meaning: str, pattern: str, example: str) -> Document:
    schema = {"type": "string", "pattern": pattern}
    return {"name": name, "in": "path", "required": True, "description": meaning, "schema": schema, "example": example}
