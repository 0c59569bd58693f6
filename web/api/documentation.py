"""The documentation of the API as a page: made of the declarations by which requests are checked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, Response, request

from indexer.search.query.parameter_types import Parameter
from web.api.endpoints import ENDPOINTS, JSON, ROOT, Endpoint
from web.api.error_codes import CODES
from web.api.examples import example
from web.api.programs import JAVASCRIPT, PYTHON, SHELL
from web.api.schemas import SCHEMAS, Schema
from web.links.site import absolute, public_url
from web.requests.exchange import API, fixed, page

documentation = Blueprint("documentation", __name__)


@dataclass(frozen=True, slots=True)
class Described:
    """An endpoint as the page shows it: a line for curl, what it answers, and what each member of that means."""

    endpoint: Endpoint
    address: str
    curl: str
    answer: str
    parameters: tuple[tuple[Parameter[object], str], ...]
    members: tuple[tuple[str, str], ...]


@documentation.get(API)
def explained() -> Response:
    """How to use the API, each address with its parameters and an example."""
    response = page(
        "api.html",
        root=request.script_root + ROOT,
        endpoints=[_described(endpoint) for endpoint in ENDPOINTS],
        codes=CODES,
        programs={"Python": _here(PYTHON), "JavaScript": _here(JAVASCRIPT), "Shell": _here(SHELL)},
    )
    # Where no public address is set it holds the one that this request was made to.
    response.cache_control.private = True if not public_url() else None
    return fixed(response)


def curl(endpoint: Endpoint, server: str) -> str:
    """A line for a shell that asks ``server`` for the endpoint's example."""
    path = endpoint.example_address.partition("?")[0]
    pairs = "".join(f" --data-urlencode {_quoted(f'{name}={value}')}" for name, value in endpoint.example)
    return f"curl --get {server}{path}{pairs}" if pairs else f"curl {server}{path}"


def _described(endpoint: Endpoint) -> Described:
    answer = example(endpoint.name)
    text = json.dumps(answer, ensure_ascii=False, indent=1) if endpoint.media == JSON else str(answer)
    parameters = tuple((parameter, _allowed(parameter)) for parameter in endpoint.parameters)
    address = request.script_root + endpoint.example_address
    members = tuple(_members(SCHEMAS[endpoint.schema])) if endpoint.schema else ()
    return Described(endpoint, address, curl(endpoint, _server()), text, parameters, members)


def _members(schema: Schema, path: str = "") -> Iterator[tuple[str, str]]:
    """The members of ``schema``, those within them too: each by its path, with its meaning."""
    if "$ref" in schema:
        yield from _members(SCHEMAS[schema["$ref"].rpartition("/")[2]], path)
    for name, member in schema.get("properties", {}).items():
        at = f"{path}.{name}" if path else name
        yield at, member["description"]
        yield from _members(member, at)
    for inner in (*schema.get("anyOf", ()), *filter(None, [schema.get("items")])):
        yield from _members(inner, path + ("[]" if inner is schema.get("items") else ""))


def _server() -> str:
    return absolute("")


def _here(program: str) -> str:
    return program.replace("http://127.0.0.1:8000", _server())


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _allowed(parameter: Parameter[object]) -> str:
    """What a parameter takes, in words."""
    schema = parameter.schema()
    default = schema.get("default", "")
    shown = f"{default:,}" if isinstance(default, int) else default
    default = f"; {shown} by default" if shown else ""
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"])) + default
    if schema.get("type") == "integer":
        return f"{schema['minimum']} to {schema['maximum']:,}" + default
    if "anyOf" in schema:
        return "2021, 2021-05 or 2021-05-14"
    if schema.get("type") == "array":
        items = schema["items"]
        if "enum" in items:
            return "some of " + ", ".join(items["enum"]) + "; parted by commas"
        return f"any number of times up to {schema['maxItems']}"
    if "pattern" in schema:
        return "the id of an article"
    return f"a text of at most {schema['maxLength']:,} characters"
