"""The contract of every address of the API: its answers, headers, problems and description."""

from __future__ import annotations

import json
import re
from typing import Any

import html5lib
import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from indexer.search.answers.json.article import ArticleJson
from indexer.search.answers.json.members import JsonObject
from indexer.search.query.parameter_types import Parameter
from indexer.search.query.parameters import EXPORT_FIELDS, RESULT_FIELDS
from tests.conftest import ROOT
from web.api.addresses import ROOT as API
from web.api.endpoints import EXAMPLE_ID, JSON, Endpoint
from web.api.error_codes import CODES
from web.api.examples import example, value_of
from web.api.openapi import schemas_of
from web.api.problem_json import ProblemJson
from web.api.schemas import reference
from web.api.views import ENDPOINTS
from web.app import create_app

SCHEMAS = schemas_of(ENDPOINTS)
EACH = pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)


@pytest.fixture(scope="module")
def client(sample_index: Any) -> FlaskClient:
    return create_app(sample_index).test_client()


def valid(answer: type[JsonObject] | None, data: Any) -> None:
    """Fail unless ``data`` is what the schema of the class ``answer`` says."""
    assert answer
    schema = {**reference(answer), "components": {"schemas": SCHEMAS}}
    errors = [f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(data)]
    assert errors == []


def problem(client: FlaskClient, address: str, status: int, code: str, param: str | None) -> dict[str, Any]:
    with client.get(address) as answer:
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), answer.data
        data: dict[str, Any] = answer.get_json(force=True)
    valid(ProblemJson, data)
    assert (data["status"], data["code"], data["param"]) == (status, code, param)
    assert data["type"] == f"/api/#{code}"
    assert answer.cache_control.no_store
    return data


@EACH
def test_each_answers_as_it_is_described(client: FlaskClient, endpoint: Endpoint) -> None:
    with client.get(endpoint.example_address) as answer:
        assert (answer.status_code, answer.mimetype) == (200, endpoint.media)
        assert answer.cache_control.no_cache
        assert answer.headers["Vary"] == "Accept-Encoding"
        if endpoint.media == JSON:
            valid(endpoint.answer, answer.get_json())
    tag = answer.headers["ETag"]
    assert tag.startswith('W/"')
    again = client.get(endpoint.example_address, headers={"If-None-Match": tag, "X-Request-ID": "mine"})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert again.headers["X-Request-ID"] == "mine"
    head = client.head(endpoint.example_address, headers={"X-Request-ID": "mine"})
    assert (head.status_code, head.data) == (200, b"")
    whole = {name for name, _ in answer.headers} - {"Content-Length", "X-Total-Count", "X-Generation"}
    assert {name for name, _ in head.headers} >= whole
    if endpoint.example:
        assert client.head(f"{endpoint.example_address}&").headers["ETag"] != tag


@EACH
def test_each_says_what_it_can_be_asked_by(client: FlaskClient, endpoint: Endpoint) -> None:
    answer = client.options(endpoint.example_address)
    assert (answer.status_code, answer.data) == (204, b"")
    assert "Content-Type" not in answer.headers
    assert sorted(answer.headers["Allow"].split(", ")) == ["GET", "HEAD", "OPTIONS"]
    refused = client.post(endpoint.example_address)
    assert (refused.status_code, refused.get_json(force=True)["code"]) == (405, "method_not_allowed")
    assert all(method in refused.get_json(force=True)["detail"] for method in ("GET", "HEAD", "OPTIONS"))
    valid(ProblemJson, refused.get_json(force=True))
    assert "GET" in refused.headers["Allow"]


@EACH
def test_each_refuses_a_parameter_that_it_does_not_know(client: FlaskClient, endpoint: Endpoint) -> None:
    joint = "&" if endpoint.example else "?"
    detail = problem(client, f"{endpoint.example_address}{joint}nonsense=1", 400, "unknown_parameter", "nonsense")
    assert all(name in detail["detail"] for name in endpoint.names)


def wrong_values(parameter: Parameter[object]) -> list[str]:
    """Values that the parameter cannot have."""
    schema = parameter.schema()
    if schema.get("type") == "integer" and "enum" not in schema:
        return ["x", "-1", "1.5", "٣", "1e3", str(schema["minimum"] - 1), str(schema["maximum"] + 1), "9" * 40]
    if "maxLength" in schema:
        return ["ا" * (schema["maxLength"] + 1)]
    if parameter.repeatable:
        return ["a" * (schema["items"]["maxLength"] + 1)]
    return ["nonsense", "2023-02-30", "\x00", "2023-13"]


@EACH
def test_each_refuses_values_that_cannot_be_used_naming_the_parameter(client: FlaskClient, endpoint: Endpoint) -> None:
    path = endpoint.example_address.partition("?")[0]
    needed = {parameter.name: parameter.example for parameter in endpoint.parameters if parameter.needed}
    for parameter in endpoint.parameters:
        for value in wrong_values(parameter):
            with client.get(path, query_string={**needed, parameter.name: value}) as answer:
                data = answer.get_json(force=True)
            assert answer.status_code == 400, (parameter.name, value)
            assert (data["code"], data["param"]) == (
                "query_too_long" if "maxLength" in parameter.schema() else "invalid_parameter",
                parameter.name,
            )
            valid(ProblemJson, data)
        if not parameter.repeatable:
            twice = [(parameter.name, parameter.example), (parameter.name, parameter.example)]
            assert client.get(path, query_string=twice).status_code == 400


@pytest.mark.parametrize(
    "address",
    [
        "/search",
        "/search?q=جسر&explain=1&sort=newest&per_page=100",
        "/search?q=معصرة زيتون&collapse=0&from=2021&to=2024-02",
        "/search?q=الجصر الجديدد",
        "/search?q=hguvhr",
        "/search?q=((",
        "/search?q=لاشيءمنهذا",
        "/search?q=جسر&facets=none&snippets=0",
        "/search?q=جسر&snippets=5&snippet_chars=40&fields=id,snippets",
        "/search?q=ديسمبر&without=month&without=variant:ديسمبر",
        "/timeline?q=جسر&by=day",
        "/timeline?by=month",
        "/timeline?q=لاشيءمنهذا",
        "/sources?q=جسر&source=alrafidain-today",
        "/categories?q=لاشيءمنهذا",
        "/suggest?q=ال&limit=100",
        "/suggest",
        "/words?q=جسر&limit=100",
        "/analyze?text=قال بـ(داعش) أبو مهدي ١٢٫٥ #جو_بايدن",
        "/articles/dd17c50d1a401cd6?q=جسر&exact=1",
        "/articles/dd17c50d1a401cd6/similar?per_page=100",
    ],
)
def test_other_answers_are_as_described_too(client: FlaskClient, address: str) -> None:
    (endpoint,) = [
        one for one in ENDPOINTS if re.fullmatch(re.sub("{id}", "[0-9a-f]+", one.path), address.partition("?")[0])
    ]
    answer = client.get(API + address)
    assert answer.status_code == 200
    valid(endpoint.answer, answer.get_json())


def test_copies_and_their_comparison_are_as_described(client: FlaskClient) -> None:
    found = client.get(f"{API}/search?q=معصرة زيتون").get_json()["results"]
    copied = next(one["id"] for one in found if one["cluster"]["size"] > 1)
    article = client.get(f"{API}/articles/{copied}").get_json()
    other = article["article"]["copies"][0]["id"]
    compared = client.get(f"{API}/articles/{copied}?compare={other}").get_json()
    valid(ArticleJson, compared)
    assert compared["article"]["comparison"]["id"] == other
    for no_copy in (copied, "0" * 16):
        data = problem(client, f"{API}/articles/{copied}?compare={no_copy}", 400, "invalid_parameter", "compare")
        assert "member copies" in data["detail"]


@pytest.mark.parametrize(
    ("query", "status", "code", "param", "said"),
    [
        ("page=1&offset=0", 422, "contradictory_parameters", "offset", "give one of them"),
        ("per_page=1&limit=2", 422, "contradictory_parameters", "limit", "give one of them"),
        ("from=2023&to=2022", 422, "contradictory_parameters", "from", "exchange them"),
        ("facets=none,source", 422, "contradictory_parameters", "facets", "leave one of the two out"),
        ("page=100000000", 422, "page_too_deep", "page", "export"),
        ("page=7&q=جسر", 404, "page_not_found", "page", "earlier page"),
        ("facets=colour", 400, "invalid_parameter", "facets", "source, category, author, year, timeline"),
        ("pgae=2", 400, "unknown_parameter", "pgae", "Did you mean page?"),
        ("query=x", 400, "unknown_parameter", "query", "Did you mean q?"),
        ("pageSize=2", 400, "unknown_parameter", "pageSize", "Did you mean per_page?"),
        ("size=2", 400, "unknown_parameter", "size", "Did you mean per_page?"),
        ("_size=2", 400, "unknown_parameter", "_size", "Did you mean per_page?"),
        ("_next=2", 400, "unknown_parameter", "_next", "Did you mean page?"),
        ("start=2", 400, "unknown_parameter", "start", "Did you mean offset?"),
        ("_search=x", 400, "unknown_parameter", "_search", "Did you mean q?"),
        ("sortBy=x", 400, "unknown_parameter", "sortBy", "Did you mean sort?"),
        ("highlight=x", 400, "unknown_parameter", "highlight", "Did you mean snippets?"),
        ("aggs=x", 400, "unknown_parameter", "aggs", "Did you mean facets?"),
        ("domains=x", 400, "unknown_parameter", "domains", "Did you mean source?"),
        ("format=csv", 400, "unknown_parameter", "format", "/export.csv"),
        ("_shape=array", 400, "unknown_parameter", "_shape", "/export.ndjson"),
        ("cursor=x", 400, "unknown_parameter", "cursor", "/export.ndjson"),
        ("searchIn=title", 400, "unknown_parameter", "searchIn", "title:"),
        ("excludeDomains=x", 400, "unknown_parameter", "excludeDomains", "-source:"),
        ("date=2023", 400, "unknown_parameter", "date", "from and to"),
        ("api_key=x", 400, "unknown_parameter", "api_key", "X-API-Key"),
        ("from=20", 400, "invalid_parameter", "from", "offset"),
        ("page=x&offset=3", 400, "invalid_parameter", "page", "whole number"),
        ("Q=x", 400, "unknown_parameter", "Q", "Did you mean q?"),
        ("%00%ff%0a<script>=1", 400, "unknown_parameter", "\x00\ufffd\n<script>", "is not a parameter"),
        ("a" * 300 + "=1", 400, "unknown_parameter", "a" * 50, "…"),
    ],
)
def test_a_search_that_cannot_be_says_what_could(
    client: FlaskClient, query: str, status: int, code: str, param: str, said: str
) -> None:
    assert said in problem(client, f"{API}/search?{query}", status, code, param)["detail"]


def test_a_page_too_deep_says_where_all_can_be_had(client: FlaskClient) -> None:
    data = problem(client, f"{API}/search?q=جسر&source=a&page=2000&facets=none", 422, "page_too_deep", "page")
    with client.get(data["export"]) as answer:
        assert answer.status_code == 200
    assert data["export"].startswith("/api/v1/export.ndjson?q=")
    assert "page" not in data["export"].replace("page_too_deep", "")


@pytest.mark.parametrize("name", ["", "nothing", "articles", "articles/", "articles/x/y/z", "export.xml", "search/"])
def test_other_addresses_are_problems(client: FlaskClient, name: str) -> None:
    assert "/api/ describes" in problem(client, f"{API}/{name}", 404, "not_found", None)["detail"]


@pytest.mark.parametrize(
    ("path", "meant"),
    [("/api/v1/serach", "search"), ("/api/v1/serch", "search"),
     ("/api/v1/search/", "search"), ("/api/v1/export.json", "export.ndjson"),
     ("/api/search", "search"), ("/api/v2/timeline", "timeline")],
)  # fmt: skip
def test_an_address_that_is_nearly_one_names_it(client: FlaskClient, path: str, meant: str) -> None:
    assert f"Did you mean /api/v1/{meant}?" in problem(client, path, 404, "not_found", None)["detail"]


@pytest.mark.parametrize("id", ["0000000000000000", "x", "DD17C50D1A401CD6", "%00", "dd17c50d1a401cd6%0a"])
def test_no_other_id_is_looked_up(client: FlaskClient, id: str) -> None:
    problem(client, f"{API}/articles/{id}", 404, "article_not_found", None)
    problem(client, f"{API}/articles/{id}/similar", 404, "article_not_found", None)


def test_a_caller_gets_what_it_asks_for_and_no_more(client: FlaskClient) -> None:
    def asked(more: str) -> dict[str, Any]:
        data: dict[str, Any] = client.get(f"{API}/search?q=جسر&per_page=3{more}").get_json()
        return data

    whole = asked("")
    assert set(whole["results"][0]) == set(RESULT_FIELDS) - {"fields"}, "the sample archive has no own fields"
    bare = asked("&facets=none&snippets=0&fields=id,title_html,snippets")
    assert (bare["facets"], bare["timeline"]) == ({}, None)
    assert [set(one) for one in bare["results"]] == [{"id", "title_html", "snippets"}] * 3
    assert [one["snippets"] for one in bare["results"]] == [[]] * 3
    assert [one["id"] for one in bare["results"]] == [one["id"] for one in whole["results"]]
    some = asked("&facets=year,source")
    assert set(some["facets"]) == {"source", "year"}
    assert some["facets"]["year"] == whole["facets"]["year"]
    assert asked("&facets=timeline")["timeline"] == whole["timeline"] != []
    several = asked("&snippets=5&snippet_chars=60")["results"]
    assert max(len(one["snippets"]) for one in several) > 2
    assert all(len(snippet["text"]) <= 62 for one in several for snippet in one["snippets"])
    assert "facets=source%2Cyear" in some["next"]


def test_pages_are_linked_in_the_headers_too(client: FlaskClient) -> None:
    def links(address: str) -> dict[str, str]:
        header = client.get(address).headers["Link"]
        return {name: target for target, name in re.findall(r'<([^>]*)>; rel="(\w+)"', header)}

    first = links(f"{API}/search?q=جسر&per_page=2")
    assert set(first) == {"first", "next", "last"}
    last = links(first["last"])
    assert set(last) == {"first", "prev", "last"}
    assert last["first"] == first["first"]
    assert client.get(first["next"]).get_json()["page"] == 2
    assert (
        client.get(f"{API}/search?q=جسر&per_page=2", base_url="http://localhost/a").headers["Link"].startswith("</a/")
    )


def test_the_document_is_openapi_and_describes_every_address_and_parameter(client: FlaskClient) -> None:
    answer = client.get(f"{API}/openapi.json")
    document = answer.get_json()
    OpenAPIV31SpecValidator(document).validate()
    assert set(document["paths"]) == {endpoint.path for endpoint in ENDPOINTS}
    routes = {rule.rule.removeprefix(API) for rule in client.application.url_map.iter_rules() if API in rule.rule}
    assert routes == {endpoint.rule for endpoint in ENDPOINTS} | {"/openapi.json"}
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


def paths(data: Any, path: str = "") -> set[str]:
    """The paths of all members of ``data``."""
    if isinstance(data, list):
        return {one for item in data for one in paths(item, f"{path}[]")}
    if not isinstance(data, dict):
        return {path}
    return {path, *(one for name, member in data.items() for one in paths(member, f"{path}.{name}"))}


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
    # A list that is empty in the example, or a null, stands for what the classes say of it.
    empty = {path for path in paths(real) if f"{path}[]" in {one[: len(path) + 2] for one in paths(real)}}
    missing = {one for one in paths(real) - paths(shown) if not one.startswith(tuple(empty - paths(shown)))}
    assert missing <= {".timeline", ".facets.author", ".article.comparison"}


def test_the_example_article_is_one_of_the_sample(client: FlaskClient) -> None:
    shown = value_of(reference(ArticleJson), SCHEMAS)["article"]
    real = client.get(f"{API}/articles/{EXAMPLE_ID}").get_json()["article"]
    assert (shown["id"], shown["title"], shown["published_at"]) == (real["id"], real["title"], real["published_at"])
    assert shown["body"] in real["body"]


def test_the_schema_has_every_member_that_a_request_can_choose() -> None:
    assert tuple(SCHEMAS["Result"]["properties"]) == (*RESULT_FIELDS, "why")
    assert tuple(SCHEMAS["Exported"]["properties"]) == EXPORT_FIELDS
    assert SCHEMAS["Result"]["required"] == SCHEMAS["Exported"]["required"] == []
    assert set(SCHEMAS["Search"]["required"]) == set(SCHEMAS["Search"]["properties"])


def test_every_code_and_address_is_documented(client: FlaskClient) -> None:
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z_]+)` \| (\d{3}) \| (.*) \|$", text, re.MULTILINE)
    assert rows == [(name, str(code.status), f"{code.title}. {code.remedy}") for name, code in CODES.items()]
    assert {endpoint.path for endpoint in ENDPOINTS} <= set(re.findall(r"`GET /api/v1(/[^`?]*)", text))
    page = client.get("/api/").get_data(as_text=True)
    html5lib.HTMLParser(strict=True).parse(page)
    assert not re.search(r"<script|style=|https?://(?!localhost)", page)
    assert all(f'id="{name}"' in page for name in CODES)
    assert all(f'id="{endpoint.name}"' in page for endpoint in ENDPOINTS)
    for endpoint in ENDPOINTS:
        for parameter in endpoint.parameters:
            assert parameter.meaning in page.replace("&#39;", "'")


def described_members(schema: dict[str, Any], path: str) -> dict[str, str]:
    """The description of every member of ``schema`` and of what is in it, by its path."""
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
        assert answered - listed == set()


def test_the_example_of_the_documentation_is_what_is_answered(client: FlaskClient) -> None:
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
