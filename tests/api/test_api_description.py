# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests how the API describes itself: its OpenAPI document, its documentation page, docs/api.md and the examples."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import html5lib
import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from indexer.columns import COLUMNS, Column
from indexer.operating.keys import new_key
from indexer.search.answers.json.article import ArticleJson
from indexer.search.query.parameters import ALL_RESULT_FIELDS, EXPORT_FIELDS
from tests.answers import SCHEMAS, valid
from tests.conftest import ROOT
from web.api.addresses import ROOT as API
from web.api.documentation import allowed
from web.api.endpoints import EXAMPLE_ID, JSON, Endpoint
from web.api.error_codes import CODES
from web.api.examples import example, value_of
from web.api.posts import POSTS
from web.api.schemas import reference
from web.api.views import ENDPOINTS
from web.app import create_app

EACH = pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)


@pytest.fixture(scope="module")
def client(sample_index: Any) -> FlaskClient:
    return create_app(sample_index).test_client()


def test_the_document_is_openapi_and_describes_every_address_and_parameter(client: FlaskClient) -> None:
    answer = client.get(f"{API}/openapi.json")
    document = answer.get_json()
    OpenAPIV31SpecValidator(document).validate()
    assert set(document["paths"]) == {endpoint.path for endpoint in ENDPOINTS} | {post.path for post in POSTS}
    posted = {path for path, operations in document["paths"].items() if "post" in operations}
    assert posted == {endpoint.path for endpoint in POSTS}
    routes = {rule.rule.removeprefix(API) for rule in client.application.url_map.iter_rules() if API in rule.rule}
    assert routes == {endpoint.rule for endpoint in ENDPOINTS} | {post.path for post in POSTS} | {"/openapi.json"}
    for endpoint in ENDPOINTS:
        described = document["paths"][endpoint.path]["get"]["parameters"]
        assert {one["name"] for one in described if one["in"] == "query"} == endpoint.names
        for one in described:
            Draft202012Validator.check_schema(one["schema"])
            if "example" in one:
                Draft202012Validator(one["schema"]).validate(one["example"])
    assert client.get(f"{API}/openapi.json", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    mounted = client.get(f"{API}/openapi.json", base_url="http://localhost/archive").get_json()
    assert mounted["servers"] == [{"url": "/archive/api/v1"}]


def names_in_clients(document: Any) -> dict[str, list[Any]]:
    """Returns the names that generators make, each with the schemas that would get it: those of schemas, and for each
    choice without a name of its own the name of what it is in, and its own."""
    made: dict[str, list[Any]] = {}

    def add(name: str, schema: Any) -> None:
        key = re.sub("[^a-z0-9]", "", name.lower())
        if schema not in made.setdefault(key, []):
            made[key].append(schema)

    def inside(name: str, schema: Any) -> None:
        if isinstance(schema, list):
            for one in schema:
                inside(name, one)
        elif isinstance(schema, dict):
            if "enum" in schema or "properties" in schema:
                add(name, schema)
            for key in ("items", "anyOf", "additionalProperties"):
                inside(f"{name}-item" if key == "items" else name, schema.get(key))
            for member, described in schema.get("properties", {}).items():
                inside(f"{name}-{member}", described)

    for name, schema in document["components"]["schemas"].items():
        inside(name, schema)
    for path in document["paths"].values():
        for operation in path.values():
            for parameter in operation.get("parameters", ()):
                inside(f"{operation['operationId']}-{parameter['name']}", parameter["schema"])
    return made


def test_generators_of_clients_meet_no_two_things_of_one_name(client: FlaskClient) -> None:
    document = client.get(f"{API}/openapi.json").get_json()
    named = names_in_clients(document)
    assert "timelineby" in named
    assert {name: found for name, found in named.items() if len(found) > 1} == {}


def test_no_default_contradicts_what_a_caller_gives(client: FlaskClient) -> None:
    """Generated clients send all defaults. With them, any one parameter of the example's kind may be given besides."""
    document = client.get(f"{API}/openapi.json").get_json()
    for path, operation in ((path, item["get"]) for path, item in document["paths"].items() if "get" in item):
        asked = [one for one in operation["parameters"] if one["in"] == "query"]
        sent = {one["name"]: one["schema"]["default"] for one in asked if "default" in one["schema"]}
        if path == "/articles":
            continue  # it needs ids or url
        for one in asked:
            value = one.get("example", "")
            given = {**sent, one["name"]: ",".join(value) if isinstance(value, list) else value}
            needed = {other["name"]: other["example"] for other in asked if other.get("required")}
            address = API + path.replace("{id}", EXAMPLE_ID)
            with client.get(address, query_string={**needed, **given}) as answer:
                assert answer.status_code in (200, 404), (path, given, answer.get_data(as_text=True))


@pytest.mark.parametrize("needed", ["0", "1"])
def test_keys_are_described(sample_index: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, needed: str) -> None:
    (tmp_path / "keys").write_text(new_key("x")[1], encoding="utf-8")
    monkeypatch.setenv("FIHRIST_API_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("FIHRIST_API_KEYS_NEEDED", needed)
    document = create_app(sample_index).test_client().get(f"{API}/openapi.json").get_json()
    OpenAPIV31SpecValidator(document).validate()
    schemes = set(document["components"]["securitySchemes"])
    assert {name for one in document["security"] for name in one} == schemes != set()
    assert ({} in document["security"]) == (needed == "0")


def assert_same_members(shown: Any, real: Any, path: str) -> None:
    """Fails unless ``shown`` has the members of ``real``; own fields, facets and empty values may differ."""
    if isinstance(shown, dict) and isinstance(real, dict) and path not in (".facets", ".fields"):
        absent = {"fields", "why", *(["body"] if path == ".results[]" else [])}
        assert set(shown) - absent == set(real), path
        for name in real:
            assert_same_members(shown[name], real[name], f"{path}.{name}")
    elif isinstance(shown, list) and isinstance(real, list) and shown and real:
        assert_same_members(shown[0], real[0], f"{path}[]")


@EACH
def test_each_example_is_valid_and_has_the_members_of_a_real_answer(client: FlaskClient, endpoint: Endpoint) -> None:
    shown = example(endpoint, SCHEMAS)
    with client.get(endpoint.example_address) as answer:
        if endpoint.media != JSON:
            assert shown.splitlines()[0][:5] == answer.get_data(as_text=True).splitlines()[0][:5]
            return
        real = answer.get_json()
    valid(endpoint.answer, shown)
    assert list(shown) == list(real)
    assert_same_members(shown, real, "")


def test_the_example_article_is_one_of_the_sample(client: FlaskClient) -> None:
    shown = value_of(reference(ArticleJson), SCHEMAS)["article"]
    real = client.get(f"{API}/articles/{EXAMPLE_ID}").get_json()["article"]
    assert (shown["id"], shown["title"], shown["published_at"]) == (real["id"], real["title"], real["published_at"])
    assert shown["body"] in real["body"]


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.name)
def test_the_example_of_each_column_is_a_name_of_the_sample(client: FlaskClient, column: Column) -> None:
    answer = client.get(f"{API}/search", query_string={column.name: column.example}).get_json()
    assert answer["total"] > 0
    assert answer["warnings"] == []


def test_the_schema_has_every_member_that_a_request_can_choose() -> None:
    assert tuple(SCHEMAS["Result"]["properties"]) == (*ALL_RESULT_FIELDS, "why")
    assert tuple(SCHEMAS["Exported"]["properties"]) == EXPORT_FIELDS
    assert SCHEMAS["Result"]["required"] == SCHEMAS["Exported"]["required"] == []
    assert set(SCHEMAS["SearchAnswer"]["required"]) == set(SCHEMAS["SearchAnswer"]["properties"])


def test_every_code_and_address_is_documented(client: FlaskClient) -> None:
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z_]+)` \| (\d{3}) \| (.*) \|$", text, re.MULTILINE)
    assert rows == [(name, str(code.status), f"{code.title}. {code.remedy}") for name, code in CODES.items()]
    assert {endpoint.path for endpoint in ENDPOINTS} <= set(re.findall(r"`/api/v1(/[^`?]*)", text))
    page = client.get("/api/").get_data(as_text=True)
    html5lib.HTMLParser(strict=True).parse(page)
    assert not re.search(r"<script|style=|https?://(?!localhost)", page)
    assert all(f'id="{name}"' in page for name in CODES)
    assert all(f'id="{endpoint.name}"' in page for endpoint in ENDPOINTS)
    for endpoint in ENDPOINTS:
        for parameter in endpoint.parameters:
            assert parameter.meaning in page.replace("&#39;", "'")


def described_members(schema: dict[str, Any], path: str) -> dict[str, str]:
    """Returns the description of every member of ``schema``, nested ones included, by its path."""
    found = {}
    for name, member in schema.get("properties", {}).items():
        found[f"{path}.{name}"] = member.get("description", "")
        found |= described_members(member, f"{path}.{name}")
    for inner in (*schema.get("anyOf", ()), *filter(None, [schema.get("items")])):
        found |= described_members(inner, path)
    return found


def test_every_member_of_an_answer_is_described(client: FlaskClient) -> None:
    schemas = client.get(f"{API}/openapi.json").get_json()["components"]["schemas"]
    described = {
        path: said for name, schema in schemas.items() for path, said in described_members(schema, name).items()
    }
    assert len(described) > 250
    assert [path for path, said in described.items() if not said.endswith(".")] == []


@EACH
def test_the_page_lists_every_member_of_an_answer(client: FlaskClient, endpoint: Endpoint) -> None:
    page = html5lib.parse(client.get("/api/").get_data(as_text=True), namespaceHTMLElements=False)
    (section,) = [one for one in page.iter("section") if one.get("id") == endpoint.name]
    listed = {"".join(cell.itertext()) for cell in section.iter("th")}

    def named(answer: Any, path: str) -> set[str]:
        if isinstance(answer, list):
            return {name for one in answer for name in named(one, f"{path}[]")}
        if not isinstance(answer, dict):
            return {path}
        return {name for key, one in answer.items() for name in named(one, f"{path}.{key}".lstrip("."))}

    if endpoint.media == JSON:
        answered = {name for name in named(example(endpoint, SCHEMAS), "") if not name.endswith("[]")}
        assert answered
        # The page cannot know an archive's own fields.
        assert {name for name in answered - listed if ".fields." not in name} == set()


def test_the_example_of_the_documentation_is_a_real_answer(client: FlaskClient) -> None:
    documentation = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    written = re.findall(
        r"api/v1/search --data-urlencode 'q=جسر السنابل' --data per_page=1\n(.*?)\n```", documentation, re.DOTALL
    )
    shown = json.loads(written[0].replace("[…]", "[]").replace(",…", ""))
    answered = client.get(f"{API}/search?q=جسر السنابل&per_page=1").get_json()
    assert list(shown) == list(answered)
    assert list(shown["query"]) == list(answered["query"])

    def same(one: Any, other: Any, path: str) -> None:
        if isinstance(one, dict):
            for name, value in one.items():
                same(value, other[name], f"{path}.{name}")
        elif isinstance(one, list):
            assert len(one) <= len(other), path
            for first, second in zip(one, other, strict=False):
                same(first, second, path)
        elif isinstance(one, str):
            assert re.fullmatch(".*".join(map(re.escape, one.split("…"))), other, re.DOTALL), path
        elif path != ".took_ms":
            assert one == other, path

    same(shown, answered, "")
    (row,) = re.findall(r"^\| `/api/v1/suggest.*$", documentation, re.MULTILINE)
    links = client.get(f"{API}/suggest?q=جس").get_json()["suggestions"][0]["links"]
    assert set(re.findall(r"`links\.(\w+)`", row)) == set(links)


def test_the_values_that_the_page_says_a_time_takes_are_taken() -> None:
    times = {
        parameter.name: parameter
        for endpoint in ENDPOINTS
        for parameter in endpoint.parameters
        if "anyOf" in parameter.schema()
    }
    assert len(times) >= 6
    for name, parameter in times.items():
        values = allowed(parameter).replace(" or ", ", ").split(", ")
        assert all(parameter.read({name: [value]}) is not None for value in values)
        assert len(values) == len(parameter.schema()["anyOf"])
