# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that every address of the API keeps its contract: answers, headers, problems and description."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from indexer.search.answers.json.article import ArticleJson
from indexer.search.query.parameter_types import Parameter
from indexer.search.query.parameters import RESULT_FIELDS
from tests.answers import valid
from web.api.addresses import ROOT as API
from web.api.endpoints import JSON, NDJSON, TEXT_NDJSON, Endpoint
from web.api.posts import POSTS
from web.api.problem_json import ProblemJson
from web.api.views import ENDPOINTS
from web.app import create_app

EACH = pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)


@pytest.fixture(scope="module")
def client(sample_index: Any) -> FlaskClient:
    return create_app(sample_index).test_client()


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
def test_each_address_answers_as_described(client: FlaskClient, endpoint: Endpoint) -> None:
    with client.get(endpoint.example_address) as answer:
        assert (answer.status_code, answer.mimetype) == (200, endpoint.media)
        assert answer.cache_control.no_cache
        assert "Accept-Encoding" in answer.headers["Vary"]
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
def test_each_address_lists_its_parameters(client: FlaskClient, endpoint: Endpoint) -> None:
    answer = client.options(endpoint.example_address)
    assert (answer.status_code, answer.data) == (204, b"")
    assert "Content-Type" not in answer.headers
    posts = [post.path for post in POSTS]
    allowed = ["GET", "HEAD", "OPTIONS", *(["POST"] if endpoint.path in posts else [])]
    assert sorted(answer.headers["Allow"].split(", ")) == allowed
    refused = client.put(endpoint.example_address)
    assert (refused.status_code, refused.get_json(force=True)["code"]) == (405, "method_not_allowed")
    assert all(method in refused.get_json(force=True)["detail"] for method in allowed)
    valid(ProblemJson, refused.get_json(force=True))
    assert "GET" in refused.headers["Allow"]


@EACH
def test_each_address_refuses_an_unknown_parameter(client: FlaskClient, endpoint: Endpoint) -> None:
    joint = "&" if endpoint.example else "?"
    detail = problem(client, f"{endpoint.example_address}{joint}nonsense=1", 400, "unknown_parameter", "nonsense")
    assert all(name in detail["detail"] for name in endpoint.names)


def wrong_values(parameter: Parameter[object]) -> list[str]:
    """Returns values that the parameter cannot have."""
    schema = parameter.schema()
    if schema.get("type") == "integer" and "enum" not in schema:
        return ["x", "-1", "1.5", "٣x", "1e3", str(schema["minimum"] - 1), str(schema["maximum"] + 1), "9" * 40]
    if "maxLength" in schema:
        return ["ا" * (schema["maxLength"] + 1)]
    if parameter.repeatable:
        return ["a" * (schema["items"]["maxLength"] + 1)]
    return ["nonsense", "2023-02-30", "\x00", "2023-13"]


@EACH
def test_each_address_refuses_unusable_values_and_names_the_parameter(client: FlaskClient, endpoint: Endpoint) -> None:
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
        if not (parameter.repeatable or parameter.listed):
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
def test_other_answers_are_as_described(client: FlaskClient, address: str) -> None:
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
        ("page=2&offset=0", 422, "contradictory_parameters", "offset", "give one of them"),
        ("page=2&offset=5&limit=10", 422, "contradictory_parameters", "offset", "give one of them"),
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
        ("_next=2", 400, "unknown_parameter", "_next", "Did you mean cursor?"),
        ("start=2", 400, "unknown_parameter", "start", "Did you mean offset?"),
        ("_search=x", 400, "unknown_parameter", "_search", "Did you mean q?"),
        ("sortBy=x", 400, "unknown_parameter", "sortBy", "Did you mean sort?"),
        ("highlight=x", 400, "unknown_parameter", "highlight", "Did you mean snippets?"),
        ("aggs=x", 400, "unknown_parameter", "aggs", "Did you mean facets?"),
        ("domains=x", 400, "unknown_parameter", "domains", "Did you mean source?"),
        ("format=csv", 400, "unknown_parameter", "format", "/export.csv"),
        ("_shape=array", 400, "unknown_parameter", "_shape", "/export.ndjson"),
        ("cursor=x", 400, "invalid_parameter", "cursor", "begin again"),
        ("searchIn=title", 400, "unknown_parameter", "searchIn", "title:"),
        ("excludeDomains=x", 400, "unknown_parameter", "excludeDomains", "exclude_source"),
        ("date=2023", 400, "unknown_parameter", "date", "from and to"),
        ("api_key=x", 400, "unknown_parameter", "api_key", "X-API-Key"),
        ("from=20", 400, "invalid_parameter", "from", "offset"),
        ("page=x&offset=3", 400, "invalid_parameter", "page", "whole number"),
        ("Q=x", 400, "unknown_parameter", "Q", "Did you mean q?"),
        ("%00%0a<script>=1", 400, "unknown_parameter", "\x00\n<script>", "is not a parameter"),
        ("%ff<script>=1", 400, "invalid_parameter", "\ufffd<script>", "UTF-8"),
        ("q=%ff%fe", 400, "invalid_parameter", "q", "UTF-8"),
        ("q=caf%e9", 400, "invalid_parameter", "q", "UTF-8"),
        ("q=%d8%ac%d8%b3%d8", 400, "invalid_parameter", "q", "UTF-8"),
        ("source=a&source=%80", 400, "invalid_parameter", "source", "UTF-8"),
        ("a" * 300 + "=1", 400, "unknown_parameter", "a" * 50, "…"),
    ],
)
def test_an_impossible_search_is_refused_with_the_possible_values(
    client: FlaskClient, query: str, status: int, code: str, param: str, said: str
) -> None:
    assert said in problem(client, f"{API}/search?{query}", status, code, param)["detail"]


@pytest.mark.parametrize(
    ("query", "alone"),
    [("per_page=10&limit=10", ""), ("per_page=3&limit=3.0", "limit=3"), ("page=1&offset=0", ""),
     ("page=3&offset=4&limit=2", "page=3&per_page=2"), ("per_page=&limit=4", "per_page=4")],
)  # fmt: skip
def test_two_names_of_the_same_may_agree(client: FlaskClient, query: str, alone: str) -> None:
    both, one = (client.get(f"{API}/search?q=جسر&{asked}").get_json() for asked in (query, alone))
    assert {**both, "took_ms": 0} == {**one, "took_ms": 0}


def test_lines_of_json_are_text_for_those_who_ask_so(client: FlaskClient) -> None:
    asked = {None: NDJSON, "*/*": NDJSON, "application/problem+json": NDJSON, NDJSON: NDJSON,
             TEXT_NDJSON: TEXT_NDJSON, f"{NDJSON};q=0.1, text/*": TEXT_NDJSON, ";;,/": NDJSON}  # fmt: skip
    for accepted, media in asked.items():
        with client.get(f"{API}/export.ndjson?limit=1", headers={"Accept": accepted} if accepted else {}) as answer:
            assert (answer.status_code, answer.mimetype) == (200, media)
            assert "Accept" in answer.vary
            assert answer.content_type in (NDJSON, f"{TEXT_NDJSON}; charset=utf-8")


def test_a_page_too_deep_leads_to_the_export(client: FlaskClient) -> None:
    data = problem(client, f"{API}/search?q=جسر&source=a&page=2000&facets=none", 422, "page_too_deep", "page")
    with client.get(data["export"]) as answer:
        assert answer.status_code == 200
    assert data["export"].startswith("/api/v1/export.ndjson?q=")
    assert "page" not in data["export"].replace("page_too_deep", "")


@pytest.mark.parametrize(
    ("path", "status"),
    [("/search/?q=%D8%AC&q=%CC", 308), ("/search///", 308), ("/articles/DD17C50D1A401CD6/", 308),
     ("/articles/x/similar/", 308), ("/openapi.json/", 308), ("/nothing/", 404), ("/", 404), ("/articles/", 308)],
)  # fmt: skip
def test_a_slash_at_the_end_leads_to_the_address_without_it(client: FlaskClient, path: str, status: int) -> None:
    answer = client.get(API + path, base_url="http://localhost/a")
    assert answer.status_code == status
    if status == 308:
        place, _, stated = path.partition("?")
        assert answer.location == f"/a{API}{place.rstrip('/')}" + (f"?{stated}" if stated else "")
    assert client.get(f"/{path}", base_url="http://localhost/a").status_code != 500


def test_arabic_in_windows_1256_is_read(client: FlaskClient) -> None:
    asked, old = quote("جسر السنابل"), quote("جسر السنابل".encode("cp1256"))
    one, other = (client.get(f"{API}/search?q={q}&source=").get_json() for q in (asked, old))
    assert {**one, "took_ms": 0} == {**other, "took_ms": 0}
    assert one["total"] > 0
    assert other["next"] is None or old not in other["next"]
    named = quote("قسم".encode("cp1256"))
    assert client.get(f"{API}/search?{named}=1").get_json(force=True)["param"] == "قسم"
    page = client.get(f"/?q={old}")
    assert (page.status_code, "جسر السنابل" in page.get_data(as_text=True)) == (200, True)
    assert client.get("/?q=caf%e9").status_code == client.get("/feed.atom?q=caf%e9").status_code == 400


def test_numbers_and_dates_may_have_digits_of_any_script(client: FlaskClient) -> None:
    def found(query: str) -> Any:
        return {**client.get(f"{API}/search?q=جسر&{query}").get_json(), "took_ms": 0}

    western = found("from=2020-03&to=2024-12-28&per_page=1&page=2&collapse=0&indexed_from=2020-01-01T10:00:00Z")
    assert western["results"]
    for zero in "٠۰०":
        digits = str.maketrans("0123456789", "".join(chr(ord(zero) + n) for n in range(10)))
        written = "from=2020-03&to=2024-12-28&per_page=1&page=2&collapse=0&indexed_from=2020-01-01T10:00:00Z"
        assert found(written.translate(digits)) == western
    assert found("per_page=٥x")["code"] == "invalid_parameter"


def test_if_none_match_with_a_star_asks_whether_there_is_an_answer(client: FlaskClient) -> None:
    star = {"If-None-Match": "*"}
    for _ in range(6):  # more often than exports may be under way at once
        for path in ("/search?q=جسر", "/export.csv", "/openapi.json"):
            answer = client.get(API + path, headers=star)
            assert (answer.status_code, answer.data) == (304, b"")
            assert answer.headers["ETag"]
    assert client.get("/", headers=star).status_code == 304
    assert client.get(f"{API}/articles/0000000000000000", headers=star).status_code == 404
    assert client.get(f"{API}/search?page=x", headers=star).status_code == 400


def test_the_page_before_never_overlaps(client: FlaskClient) -> None:
    address = f"{API}/search?q=جسر&offset=5&per_page=3"
    seen: list[str] = []
    while address:
        page = client.get(address).get_json()
        seen = [one["id"] for one in page["results"]] + seen
        address = page["previous"]
    whole = client.get(f"{API}/search?q=جسر&per_page=8").get_json()["results"]
    assert seen == [one["id"] for one in whole]


@pytest.mark.parametrize("name", ["", "nothing", "article", "articles/x/y/z", "export.xml"])
def test_unknown_addresses_are_problems(client: FlaskClient, name: str) -> None:
    assert "/api/ describes" in problem(client, f"{API}/{name}", 404, "not_found", None)["detail"]


@pytest.mark.parametrize(
    ("path", "meant"),
    [("/api/v1/serach", "search"), ("/api/v1/serch", "search"),
     ("/api/v1/export.json", "export.ndjson"),
     ("/api/search", "search"), ("/api/v2/timeline", "timeline")],
)  # fmt: skip
def test_a_slightly_wrong_address_is_corrected_in_the_problem(client: FlaskClient, path: str, meant: str) -> None:
    assert f"Did you mean /api/v1/{meant}?" in problem(client, path, 404, "not_found", None)["detail"]


@pytest.mark.parametrize("id", ["DD17C50D1A401CD6", "Dd17c50d1a401cD6"])
def test_an_id_may_be_written_in_letters_of_any_case(client: FlaskClient, id: str) -> None:
    assert client.get(f"{API}/articles/{id}").get_json()["article"]["id"] == id.lower()
    for path in (f"{API}/articles/{id}/similar", f"/articles/{id}", f"/articles/{id}.bib"):
        assert client.get(path).status_code == 200
    with client.get(f"{API}/export.ndjson?cursor={id}&limit=1") as answer:
        assert answer.status_code == 200


@pytest.mark.parametrize("id", ["0000000000000000", "x", "%00", "dd17c50d1a401cd6%0a"])
def test_an_id_of_another_form_is_not_looked_up(client: FlaskClient, id: str) -> None:
    problem(client, f"{API}/articles/{id}", 404, "article_not_found", None)
    problem(client, f"{API}/articles/{id}/similar", 404, "article_not_found", None)


def test_a_caller_gets_exactly_the_requested_members(client: FlaskClient) -> None:
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
