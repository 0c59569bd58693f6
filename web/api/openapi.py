# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the OpenAPI document from the declarations of the endpoints and the classes of their answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from indexer import __version__
from indexer.operating.keys import HEADER
from indexer.search.query.parameter_types import Parameter
from indexer.search.query.parameters import for_archive
from web.api.addresses import ROOT
from web.api.bodies import PostEndpoint
from web.api.endpoints import EXAMPLE_ID, JSON, NDJSON, TEXT_NDJSON, Endpoint
from web.api.error_codes import CODES
from web.api.examples import example, value_of
from web.api.problem_json import ProblemJson
from web.api.schemas import Schema, all_answers, components, reference

Document = dict[str, Any]

PROBLEM_MEDIA = "application/problem+json"

# No operation answers 405: each is described under the method that it takes. Only those with a body answer 415.
_POST_STATUSES = sorted(
    {one.status for name, one in CODES.items() if name != "method_not_allowed" and not one.of_writes}
)
_STATUSES = [status for status in _POST_STATUSES if status != CODES["unsupported_media_type"].status]

_ALWAYS = {"X-Request-ID": "The id of this request, which is in the server's log, too."}
_HEADERS = {
    **_ALWAYS,
    "ETag": "Send it as If-None-Match: the answer is 304 as long as nothing changed.",
    "Cache-Control": "An answer may be kept, but the server must be asked each time whether it still holds.",
}
_LIMITS = {
    "RateLimit-Limit": "How many requests a minute are allowed, if there is a limit.",
    "RateLimit-Remaining": "How many of them are left.",
    "RateLimit-Reset": "In how many seconds all of them are available again.",
}
TAG = {"name": "archive", "description": "The archive: its articles, and what can be counted in them."}
_KEYS: Document = {
    "header": {"type": "apiKey", "in": "header", "name": HEADER, "description": "An API key."},
    "bearer": {"type": "http", "scheme": "bearer", "description": "The same key as a bearer token."},
}
_DESCRIPTION = """Search an archive of Arabic news, as its web pages do. Every answer is JSON in UTF-8. `/api/` explains
it with examples. An empty parameter counts as absent; an unknown one is an error."""


def schemas_of(
    endpoints: Sequence[Endpoint], posts: Sequence[PostEndpoint] = (), own_fields: Sequence[str] = ()
) -> dict[str, Schema]:
    """Returns the schemas of all answers and bodies, and of an error."""
    answers = dict.fromkeys((*all_answers(one.answer for one in endpoints), *(one.answer for one in posts)))
    bodies = {name: schema for one in posts for name, schema in one.schemas(own_fields).items()}
    return components((*answers, ProblemJson), tuple(own_fields)) | bodies


def document(
    endpoints: Sequence[Endpoint],
    posts: Sequence[PostEndpoint],
    prefix: str,
    *,
    keys_needed: bool,
    own_fields: Sequence[str] = (),
    article_id: str = EXAMPLE_ID,
) -> Document:
    """Returns the document for a server at the path ``prefix``, whose archive has these own fields and this article."""
    schemas = schemas_of(endpoints, posts, own_fields)
    with_key: list[Document] = [{name: []} for name in _KEYS]
    paths: dict[str, Document] = {
        one.path: {"get": _operation(one, schemas, own_fields, article_id)} for one in endpoints
    }
    for post in posts:
        paths.setdefault(post.path, {})["post"] = _posted(post, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Fihrist",
            "version": __version__,
            "description": _DESCRIPTION,
            "contact": {"name": "Fihrist contributors"},
            "license": {"name": "GPL-3.0-or-later", "identifier": "GPL-3.0-or-later"},
        },
        "servers": [{"url": prefix + ROOT}],
        "tags": [TAG],
        # Without the setting a key is of use, since it may have a rate limit of its own, but it may be left out.
        "security": with_key if keys_needed else [{}, *with_key],
        "paths": paths,
        "components": {
            "schemas": {name: _with_whole_examples(schema, schemas) for name, schema in schemas.items()},
            "responses": {str(status): problems(status) for status in _POST_STATUSES},
            "securitySchemes": dict(_KEYS),
        },
    }


def _with_whole_examples(schema: Any, schemas: dict[str, Schema]) -> Any:
    """Returns a schema in which each example has all members: those of objects in lists may state only some."""
    if isinstance(schema, list):
        return [_with_whole_examples(one, schemas) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "examples" in schema and isinstance(schema.get("items"), dict):
        return {**schema, "examples": [value_of(schema, schemas)]}
    return {key: _with_whole_examples(value, schemas) for key, value in schema.items()}


def _operation(endpoint: Endpoint, schemas: dict[str, Schema], own_fields: Sequence[str], article_id: str) -> Document:
    parameters = [_parameter(parameter) for parameter in for_archive(endpoint.parameters, own_fields)]
    if endpoint.has_id:
        identifier = {"type": "string", "pattern": "^[0-9a-f]{16}$"}
        meaning = "The id of an article."
        described = {"name": "id", "in": "path", "required": True, "description": meaning, "schema": identifier}
        parameters.insert(0, {**described, "example": article_id})
    return {
        "operationId": endpoint.name,
        "tags": [TAG["name"]],
        "summary": endpoint.summary.partition(";")[0].rstrip("."),
        "description": endpoint.summary,
        "parameters": parameters,
        "responses": {
            "200": _answer(endpoint, schemas),
            "304": {
                "description": "Nothing changed since the answer whose ETag was sent.",
                "headers": _headers(_HEADERS),
            },
            **{str(status): {"$ref": f"#/components/responses/{status}"} for status in _STATUSES},
        },
    }


def _posted(endpoint: PostEndpoint, schemas: dict[str, Schema]) -> Document:
    answer = {"schema": reference(endpoint.answer), "example": value_of(reference(endpoint.answer), schemas)}
    body = {"schema": {"$ref": f"#/components/schemas/{endpoint.body}"}, "example": dict(endpoint.example)}
    return {
        "operationId": endpoint.name,
        "tags": [TAG["name"]],
        "summary": endpoint.summary.partition(";")[0].rstrip("."),
        "description": endpoint.summary,
        "requestBody": {"required": True, "content": {JSON: body}},
        "responses": {
            "200": {
                "description": endpoint.summary,
                "headers": _headers({**_ALWAYS, **_LIMITS}),
                "content": {JSON: answer},
            },
            **{str(status): {"$ref": f"#/components/responses/{status}"} for status in _POST_STATUSES},
        },
    }


def _parameter(parameter: Parameter[object]) -> Document:
    described: Document = {
        "name": parameter.name,
        "in": "query",
        "description": parameter.meaning,
        "schema": parameter.schema(),
    }
    if parameter.needed:
        described["required"] = True
    else:
        described["allowEmptyValue"] = True
    if parameter.repeatable or parameter.listed:
        described |= {"style": "form", "explode": parameter.repeatable}
    if parameter.example:
        value: object = parameter.example
        if parameter.repeatable:
            value = [parameter.example]
        elif parameter.listed:
            value = parameter.example.split(",")
        elif parameter.schema().get("type") == "integer":
            value = int(parameter.example)
        described["example"] = value
    return described


def _answer(endpoint: Endpoint, schemas: dict[str, Schema]) -> Document:
    schema: Document = {"type": "string"}
    names = [endpoint.media]
    if endpoint.media == NDJSON and endpoint.answer:
        line = reference(endpoint.answer)
        schema |= {"description": "Each line is such an object.", "contentMediaType": NDJSON, "contentSchema": line}
        names.insert(0, TEXT_NDJSON)  # first, because generators choose the first that they know
    elif endpoint.media == JSON and endpoint.answer:
        schema = reference(endpoint.answer)
    described = {"schema": schema, "example": example(endpoint, schemas)}
    return {
        "description": endpoint.summary,
        "headers": _headers({**_HEADERS, **_LIMITS, **endpoint.headers}),
        "content": dict.fromkeys(names, described),
    }


def problems(status: int, *, of_writes: bool = False) -> Document:
    """Returns the response for the errors with this status, those of writes only if ``of_writes``."""
    codes = [name for name, code in CODES.items() if code.status == status and code.of_writes <= of_writes]
    headers = _ALWAYS | (_LIMITS if status == 429 else {})
    return {
        "description": "; ".join(f"{name}: {CODES[name].title}" for name in codes),
        "headers": _headers(headers),
        "content": {PROBLEM_MEDIA: {"schema": reference(ProblemJson)}},
    }


def _headers(descriptions: Mapping[str, str]) -> Document:
    return {name: {"description": text, "schema": {"type": "string"}} for name, text in descriptions.items()}
