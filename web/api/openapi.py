"""The OpenAPI document, made of the declarations by which requests are checked and answers are described."""

from __future__ import annotations

from typing import Any

from indexer import __version__
from indexer.search.query.parameter_types import Parameter
from web.api.endpoints import CSV, ENDPOINTS, EXAMPLE_ID, JSON, NDJSON, ROOT, SEARCH, Endpoint
from web.api.error_codes import CODES
from web.api.examples import example
from web.api.schemas import SCHEMAS

Document = dict[str, Any]

PROBLEM_MEDIA = "application/problem+json"

_ALWAYS = {"X-Request-ID": "The id of this request, in the server's log too."}
_HEADERS = {
    **_ALWAYS,
    "ETag": "What to send as If-None-Match to be told by 304 that nothing changed.",
    "Cache-Control": "An answer may be kept, but is to be asked about each time.",
}
_LINK = {"Link": "The neighbouring pages of a search (RFC 8288)."}
_LIMITS = {
    "RateLimit-Limit": "How many requests a minute are allowed, where there is a limit.",
    "RateLimit-Remaining": "How many of them are left.",
    "RateLimit-Reset": "In how many seconds all are there again.",
}
_EXPORT = {
    "X-Total-Count": "How many articles follow.",
    "X-Generation": "The generation of the index that they are out of.",
    "X-Query-Read-As": "The query as understood, percent-encoded in UTF-8; of a long one the beginning and …",
    "X-Warnings": "The codes of what a search would list as warnings, parted by commas; left out where there are none.",
}
_DESCRIPTION = """Search an archive of Arabic news, as its web pages do. Every answer is JSON in UTF-8. `/api/` explains
it with examples. An empty parameter is as good as none; an unknown one is an error."""


def document(prefix: str, *, keys_needed: bool) -> Document:
    """The document for a server that is mounted at ``prefix``."""
    whole: Document = {
        "openapi": "3.1.0",
        "info": {
            "title": "Fihrist",
            "version": __version__,
            "description": _DESCRIPTION,
            "license": {"name": "GPL-3.0-or-later", "identifier": "GPL-3.0-or-later"},
        },
        "servers": [{"url": prefix + ROOT}],
        "paths": {endpoint.path: {"get": _operation(endpoint)} for endpoint in ENDPOINTS},
        "components": {
            "schemas": SCHEMAS,
            "responses": {
                str(status): _problems(status) for status in sorted({code.status for code in CODES.values()})
            },
        },
    }
    if keys_needed:
        whole["components"]["securitySchemes"] = {
            "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
            "bearer": {"type": "http", "scheme": "bearer"},
        }
        whole["security"] = [{"header": []}, {"bearer": []}]
    return whole


def _operation(endpoint: Endpoint) -> Document:
    statuses = {code.status for name, code in CODES.items() if name != "method_not_allowed"}
    parameters = [_parameter(parameter) for parameter in endpoint.parameters]
    if endpoint.has_id:
        identifier = {"type": "string", "pattern": "^[0-9a-f]{16}$"}
        meaning = "The id of an article."
        described = {"name": "id", "in": "path", "required": True, "description": meaning, "schema": identifier}
        parameters.insert(0, {**described, "example": EXAMPLE_ID})
    return {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "parameters": parameters,
        "responses": {
            "200": _answer(endpoint),
            "304": {
                "description": "Nothing changed since the answer whose ETag was sent.",
                "headers": _headers(_HEADERS),
            },
            **{str(status): {"$ref": f"#/components/responses/{status}"} for status in sorted(statuses)},
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


def _answer(endpoint: Endpoint) -> Document:
    schema: Document = {"$ref": f"#/components/schemas/{endpoint.schema}"}
    if endpoint.media == CSV:
        schema = {"type": "string"}
    elif endpoint.media == NDJSON:
        schema = {"type": "string", "description": "Each line is an Exported."}
    headers = _HEADERS | _LIMITS | (_LINK if endpoint is SEARCH else _EXPORT if endpoint.media != JSON else {})
    return {
        "description": endpoint.summary,
        "headers": _headers(headers),
        "content": {endpoint.media: {"schema": schema, "example": example(endpoint.name)}},
    }


def _problems(status: int) -> Document:
    codes = [name for name, code in CODES.items() if code.status == status]
    headers = _ALWAYS | (_LIMITS if status == 429 else {})
    return {
        "description": "; ".join(f"{name}: {CODES[name].title}" for name in codes),
        "headers": _headers(headers),
        "content": {PROBLEM_MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _headers(meanings: dict[str, str]) -> Document:
    return {name: {"description": meaning, "schema": {"type": "string"}} for name, meaning in meanings.items()}
