# SPDX-License-Identifier: GPL-3.0-or-later
"""The page that documents the API, made from the same declarations as its endpoints."""

from __future__ import annotations

import json
from dataclasses import dataclass

from flask import Blueprint, Response, current_app, request

from indexer.operating.keys import KEYS_NEEDED
from indexer.search.query.cursor import CursorParameter
from indexer.search.query.parameter_types import NumberParameter, Parameter
from indexer.search.query.parameters import for_archive, require_known
from web.api.addresses import ROOT
from web.api.bodies import PostEndpoint
from web.api.endpoints import EXAMPLE_ID, JSON, Endpoint, example_id
from web.api.error_codes import CODES
from web.api.examples import example, value_of
from web.api.openapi import document, schemas_of
from web.api.posts import POSTS
from web.api.programs import JAVASCRIPT, PYTHON, SHELL
from web.api.schemas import members, reference
from web.api.views import ENDPOINTS, api
from web.api.write_description import describe_writes, write_sections
from web.links.site import absolute, public_url
from web.requests.exchange import API, fixed, offers_writes, own_fields, page
from web.requests.parameters import parameters

documentation = Blueprint("documentation", __name__)


@api.get("/openapi.json")
def openapi() -> Response:
    """The description of this API for programs."""
    require_known(parameters(), ())
    needed = current_app.config[KEYS_NEEDED]
    made = document(
        ENDPOINTS,
        POSTS,
        request.script_root,
        keys_needed=needed,
        own_fields=own_fields(),
        article_id=example_id(),
    )
    if offers_writes():
        describe_writes(made)
    return fixed(Response(json.dumps(made, ensure_ascii=False), content_type=JSON))


@dataclass(frozen=True, slots=True)
class EndpointSection:
    """What the page shows of an endpoint: a line for curl, an example answer, parameters and members of the answer."""

    endpoint: Endpoint
    address: str
    curl: str
    answer: str
    parameters: tuple[tuple[Parameter[object], str], ...]
    members: tuple[tuple[str, str], ...]


@documentation.get(API)
def explained() -> Response:
    """How to use the API: each endpoint with its parameters and an example."""
    own = own_fields()
    response = page(
        "api.html",
        root=request.script_root + ROOT,
        endpoints=[_section(endpoint, own) for endpoint in ENDPOINTS],
        posts=[_section_of_post(endpoint, own) for endpoint in POSTS],
        writes=write_sections(_server()) if offers_writes() else [],
        codes=CODES,
        programs={"Python": _here(PYTHON), "JavaScript": _here(JAVASCRIPT), "Shell": _here(SHELL)},
    )
    # The examples name an article of this archive.
    response.set_data(response.get_data(as_text=True).replace(EXAMPLE_ID, example_id()))
    # Without a public address the page shows the address that this request was made to.
    response.cache_control.private = True if not public_url() else None
    return fixed(response)


def curl(endpoint: Endpoint, server: str) -> str:
    """Returns a line for a shell that asks ``server`` for the endpoint's example."""
    path = endpoint.example_address.partition("?")[0]
    pairs = "".join(f" --data-urlencode {_quoted(f'{name}={value}')}" for name, value in endpoint.example)
    return f"curl --get {server}{path}{pairs}" if pairs else f"curl {server}{path}"


def _section(endpoint: Endpoint, own: tuple[str, ...]) -> EndpointSection:
    schemas = schemas_of(ENDPOINTS, POSTS, own)
    answer = example(endpoint, schemas)
    text = json.dumps(answer, ensure_ascii=False, indent=1) if endpoint.media == JSON else str(answer)
    parameters = tuple((parameter, allowed(parameter)) for parameter in for_archive(endpoint.parameters, own))
    address = request.script_root + endpoint.example_address
    listed = tuple(members(reference(endpoint.answer), schemas)) if endpoint.answer else ()
    return EndpointSection(endpoint, address, curl(endpoint, _server()), text, parameters, listed)


@dataclass(frozen=True, slots=True)
class PostSection:
    """What the page shows of an endpoint with a body."""

    endpoint: PostEndpoint
    curl: str
    answer: str
    parameters: tuple[tuple[str, str], ...]
    members: tuple[tuple[str, str], ...]


def _section_of_post(endpoint: PostEndpoint, own: tuple[str, ...]) -> PostSection:
    schemas = schemas_of(ENDPOINTS, POSTS, own)
    body = json.dumps(dict(endpoint.example), ensure_ascii=False)
    asked = f"curl {_server()}{endpoint.address} --header 'Content-Type: application/json' --data {_quoted(body)}"
    answer = json.dumps(value_of(reference(endpoint.answer), schemas), ensure_ascii=False, indent=1)
    parameters = tuple(members(schemas[endpoint.body], schemas))
    return PostSection(endpoint, asked, answer, parameters, tuple(members(reference(endpoint.answer), schemas)))


def _server() -> str:
    return absolute("")


def _here(program: str) -> str:
    return program.replace("http://127.0.0.1:8000", _server())


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def allowed(parameter: Parameter[object]) -> str:
    """Returns in words what values a parameter takes."""
    schema = parameter.schema()
    # Of two names of the same the schema states no default, but a reader wants to know it.
    default = parameter.default if isinstance(parameter, NumberParameter) else schema.get("default", "")
    shown = f"{default:,}" if isinstance(default, int) else default
    default = f"; {shown} by default" if shown else ""
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"])) + default
    if schema.get("type") == "integer":
        return f"{schema['minimum']} to {schema['maximum']:,}" + default
    if "anyOf" in schema:
        return "2021, 2021-05, 2021-05-14 or 2021-05-14T10:00:00Z"
    if schema.get("type") == "array":
        items = schema["items"]
        if "enum" in items:
            return "some of " + ", ".join(items["enum"]) + "; separated by commas"
        return f"any number of times up to {schema['maxItems']}"
    if isinstance(parameter, CursorParameter):
        return "the member cursor of an answer"
    if "pattern" in schema:
        return "the id of an article"
    return f"a text of at most {schema['maxLength']:,} characters"
