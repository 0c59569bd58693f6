# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests the addresses that take a JSON body: the same answers as GET, several searches, texts, hostile bodies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from indexer.errors import RequestError
from indexer.search.query import parameters as P
from indexer.search.query.json_parameters import read_json, schema_of, values_of
from web.api.endpoints import EXAMPLE_ID
from web.api.posts import MOST_SEARCHES, POSTS
from web.app import create_app

SEARCH, MULTI, SIMILAR = (f"/api/v1/{name}" for name in ("search", "multi_search", "similar"))


@pytest.fixture(scope="module")
def client(sample_index: Path) -> FlaskClient:
    return create_app(sample_index).test_client()


def post(client: FlaskClient, address: str, body: object, status: int = 200) -> dict[str, Any]:
    answer = client.post(address, json=body)
    assert answer.status_code == status, answer.data
    assert "ETag" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    found: dict[str, Any] = answer.get_json()
    return found


def plain(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "took_ms"}


@pytest.mark.parametrize(
    ("body", "query"),
    [
        ({}, ""),
        ({"q": "", "source": [], "facets": []}, ""),
        ({"q": "جسر", "per_page": 3, "page": 2.0, "sort": "newest"}, "q=جسر&per_page=3&page=2&sort=newest"),
        ({"q": "جسر", "collapse": False, "exact": True, "explain": True}, "q=جسر&collapse=0&exact=1&explain=1"),
        (
            {"source": ["alrafidain-today", "nile-gazette"], "facets": ["year", "source"], "fields": ["id"]},
            "source=alrafidain-today&source=nile-gazette&facets=year,source&fields=id",
        ),
        ({"q": "جسر", "facets": ["none"], "from": "2023", "without": ["variant"]},
         "q=جسر&facets=none&from=2023&without=variant"),
    ],
)  # fmt: skip
def test_a_body_is_answered_as_the_same_address(client: FlaskClient, body: dict[str, Any], query: str) -> None:
    got = client.get(f"{SEARCH}?{query}")
    assert plain(post(client, SEARCH, body)) == plain(got.get_json())
    assert "ETag" in got.headers


def test_a_long_list_of_names_fits_a_body(client: FlaskClient) -> None:
    names = [f"صحيفة الأخبار العربية اليومية رقم {number}" for number in range(99)]
    found = post(client, SEARCH, {"q": "جسر", "source": [*names, "alrafidain-today"], "per_page": 2, "collapse": False})
    assert found["total"] > 2
    assert {one["source"] for one in found["results"]} == {"alrafidain-today"}
    rest = post(
        client,
        SEARCH,
        {"q": "جسر", "source": [*names, "alrafidain-today"], "collapse": False, "cursor": found["cursor"]},
    )
    assert len(rest["results"]) == min(10, found["total"] - 2)


@pytest.mark.parametrize(
    ("body", "status", "code", "param"),
    [
        ([], 400, "invalid_body", None),
        ("جسر", 400, "invalid_body", None),
        ({"query": "x"}, 400, "unknown_parameter", "query"),
        ({"q": 5}, 400, "invalid_parameter", "q"),
        ({"from": ""}, 400, "invalid_parameter", "from"),
        ({"facets": [""]}, 400, "invalid_parameter", "facets"),
        ({"q": None}, 400, "invalid_parameter", "q"),
        ({"q": ["x"]}, 400, "invalid_parameter", "q"),
        ({"q": "x" * 1_001}, 400, "query_too_long", "q"),
        ({"page": "2"}, 400, "invalid_parameter", "page"),
        ({"page": True}, 400, "invalid_parameter", "page"),
        ({"page": 1.5}, 400, "invalid_parameter", "page"),
        ({"page": 10**400}, 400, "invalid_parameter", "page"),
        ({"collapse": 0}, 400, "invalid_parameter", "collapse"),
        ({"source": "a"}, 400, "invalid_parameter", "source"),
        ({"source": ["a", 1]}, 400, "invalid_parameter", "source"),
        ({"facets": ["year,source"]}, 400, "invalid_parameter", "facets"),
        ({"from": "2024", "to": "2023"}, 422, "contradictory_parameters", "from"),
        ({"page": 5_000}, 422, "page_too_deep", "page"),
        ({"page": 5_000, "q": "زرافة"}, 422, "page_too_deep", "page"),
        ({"page": 50}, 404, "page_not_found", "page"),
    ],
)
def test_a_wrong_body_is_refused(client: FlaskClient, body: object, status: int, code: str, param: str | None) -> None:
    refused = post(client, SEARCH, body, status)
    assert (refused["code"], refused["param"]) == (code, param)


@pytest.mark.parametrize("address", [SEARCH, MULTI, SIMILAR])
@pytest.mark.parametrize(
    ("data", "kind", "status"),
    [
        (b"{}", "text/plain", 415),
        (b"q=x", "application/x-www-form-urlencoded", 415),
        (b"{}", "application/json; charset=windows-1256", 415),
        (b"{}", None, 415),
        (b"", "application/json", 400),
        (b"{", "application/json", 400),
        (b'{"q": "\xff"}', "application/json", 400),
        (b'{"q": "a", "q": "b"}', "application/json", 400),
        (b'{"page": NaN}', "application/json", 400),
        (b'{"page": 1e999}', "application/json", 400),
        (b'{"page": ' + b"9" * 10_000 + b"}", "application/json", 400),
        (b"[" * 500_000, "application/json", 400),
        (b'{"q": "' + b"x" * (1 << 20) + b'"}', "application/json", 413),
    ],
)
def test_a_hostile_body_is_refused(
    client: FlaskClient, address: str, data: bytes, kind: str | None, status: int
) -> None:
    answer = client.post(address, data=data, content_type=kind)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")


def test_parameters_of_the_address_are_not_mixed_with_a_body(client: FlaskClient) -> None:
    refused = post(client, f"{SEARCH}?q=x", {}, 400)
    assert refused["code"] == "unknown_parameter"
    assert client.post("/api/v1/stats", json={}).status_code == 405
    assert client.get(MULTI).status_code == 405
    packed = client.post(SEARCH, data=b"{}", content_type="application/json", headers={"Content-Encoding": "gzip"})
    assert packed.status_code == 415


def test_several_searches_have_their_own_answers(client: FlaskClient) -> None:
    searches = [
        {"q": "جسر", "per_page": 1},
        {"page": 0},
        {"page": 9_999},
        {"x": 1},
        {"q": "زرافة"},
        {"source": ["النيل"]},
    ]
    found = post(client, MULTI, {"searches": searches})
    assert [one["http_status"] for one in found["answers"]] == [200, 400, 422, 400, 200, 200]
    assert [one["answer"] is None for one in found["answers"]] == [
        one["problem"] is not None for one in found["answers"]
    ]
    assert plain(found["answers"][0]["answer"]) == plain(post(client, SEARCH, searches[0]))
    assert found["answers"][1]["problem"]["param"] == "page"
    assert found["answers"][2]["problem"]["code"] == "page_too_deep"
    wrong: object
    for wrong in (
        {},
        {"searches": []},
        {"searches": {}},
        {"searches": [{}] * (MOST_SEARCHES + 1)},
        {"search": []},
        {"searches": [[]]},
        [],
    ):
        post(client, MULTI, wrong, 400)


def test_each_of_several_searches_counts(sample_index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIHRIST_RATE", "3")
    limited = create_app(sample_index).test_client()
    found = post(limited, MULTI, {"searches": [{"facets": ["none"]}] * 5})
    assert [one["http_status"] for one in found["answers"]] == [200, 200, 200, 429, 429]
    assert limited.post(SEARCH, json={}).status_code == 429


def test_articles_are_similar_to_a_text(client: FlaskClient) -> None:
    article = client.get(f"/api/v1/articles/{EXAMPLE_ID}").get_json()["article"]
    pasted = f"{article['title']}\n{article['body']}"
    found = post(client, SIMILAR, {"text": pasted, "limit": 3})
    (first, *others) = found["results"]
    assert first["id"] == article["cluster"]["id"] or first["id"] == EXAMPLE_ID
    assert first["similarity"] > 0.9 > others[0]["similarity"]
    assert post(client, SIMILAR, {"text": "قهقرى"})["results"] == []
    assert post(client, SIMILAR, {"text": "في من إلى 5"})["results"] == []
    assert post(client, SIMILAR, {"text": ""}, 400)["param"] == "text"
    assert post(client, SIMILAR, {}, 400)["param"] == "text"
    assert post(client, SIMILAR, {"text": "جسر " * 25_001}, 400)["code"] == "query_too_long"
    assert post(client, SIMILAR, {"text": "\ud800 جسر"})["status"] == "ok"


def test_articles_by_their_ids(client: FlaskClient) -> None:
    listed = client.get("/api/v1/search?per_page=5&fields=id&facets=none").get_json()["results"]
    ids = [one["id"] for one in listed]
    asked = f"{ids[3]},{'0' * 16}, {ids[0].upper()},{ids[3]}"
    found = client.get("/api/v1/articles", query_string={"ids": asked, "q": "جسر"}).get_json()
    assert [one["id"] for one in found["articles"]] == [ids[3], ids[0]]
    assert found["missing"] == ["0" * 16]
    one = client.get("/api/v1/articles", query_string={"ids": EXAMPLE_ID, "q": "جسر"}).get_json()["articles"][0]
    whole = client.get(f"/api/v1/articles/{EXAMPLE_ID}?q=جسر").get_json()["article"]
    assert one["body"]["text"] == whole["body"]
    assert len(one["body"]["marks"]) + len(one["title_marks"]) == whole["hits"] > 1
    few = client.get("/api/v1/articles", query_string={"ids": EXAMPLE_ID, "fields": "id,title"}).get_json()
    assert [set(one) for one in few["articles"]] == [{"id", "title"}]
    for wrong in ("x", f"{EXAMPLE_ID}x", f"{EXAMPLE_ID},x", ",".join(f"{number:016x}" for number in range(101))):
        assert client.get("/api/v1/articles", query_string={"ids": wrong}).status_code == 400
    empty = client.get("/api/v1/articles")
    assert (empty.status_code, empty.get_json()["param"]) == (422, "ids")


def test_articles_by_their_addresses(any_emoji: FlaskClient) -> None:
    (one,) = any_emoji.get(SEARCH).get_json()["results"]
    asked = {"url": ["http://www.akhbar.example/news/1/?fbclid=x", "akhbar.example/2", "?"], "ids": "0" * 16}
    found = any_emoji.get("/api/v1/articles", query_string=asked).get_json()
    assert [article["id"] for article in found["articles"]] == [one["id"]]
    assert found["missing"] == ["0" * 16, "akhbar.example/2", "?"]
    both = any_emoji.get("/api/v1/articles", query_string={"url": one["url"], "ids": one["id"]}).get_json()
    assert (len(both["articles"]), both["missing"]) == (1, [])


def test_marks_are_places_in_strings_of_either_kind(client: FlaskClient) -> None:
    for offsets in ("codepoints", "utf16"):
        asked = {"q": "جسر", "fields": "title,title_marks,title_html,body,snippets", "offsets": offsets}
        for one in client.get(SEARCH, query_string=asked).get_json()["results"]:
            texts = [(one["title"], one["title_marks"], one["title_html"])]
            texts += [(text["text"], text["marks"], text["html"]) for text in (one["body"], *one["snippets"])]
            for text, marks, html in texts:
                units = text.encode("utf-16-le") if offsets == "utf16" else text.encode("utf-32-le")
                size = 2 if offsets == "utf16" else 4
                marked = [units[first * size : last * size].decode(f"utf-{size * 8}-le") for first, last in marks]
                assert [f"<mark>{one}</mark>" in html for one in marked] == [True] * len(marked)
            assert one["body"]["marks"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["q", "page", "source", "x"]), inner),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from([one.name for one in P.SEARCH]), JSON, max_size=3) | JSON)
def test_an_object_is_read_or_refused(stated: object) -> None:
    """What the schema of the body forbids is refused."""
    codes: list[str] = []
    values: dict[str, list[str]] = {}
    try:
        values = values_of(stated, P.SEARCH)
    except RequestError as error:
        codes.append(error.code)
    assert set(codes) <= {"invalid_body", "invalid_parameter", "unknown_parameter"}
    assert all(isinstance(text, str) for texts in values.values() for text in texts)
    if isinstance(stated, dict) and set(stated) <= {one.name for one in P.SEARCH} and not codes:
        assert set(values) == set(stated)


@given(st.binary(max_size=50) | st.text('{}[]":,0123456789.eE-ntrufalse ', max_size=40).map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    codes: list[str] = []
    try:
        value = read_json(data)
    except RequestError as error:
        codes.append(error.code)
    if codes:
        assert codes == ["invalid_body"]
    else:
        assert value == json.loads(data)


def test_the_schemas_of_bodies_describe_their_examples(client: FlaskClient) -> None:
    whole = client.get("/api/v1/openapi.json").get_json()
    for endpoint in POSTS:
        operation = whole["paths"][endpoint.path]["post"]
        body = operation["requestBody"]["content"]["application/json"]
        schema = {**body["schema"], "components": whole["components"]}
        Draft202012Validator(schema).validate(body["example"])
        assert client.post(f"/api/v1{endpoint.path}", data=json.dumps(body["example"]),
                           content_type="application/json").status_code == 200  # fmt: skip
    assert set(schema_of(P.SEARCH)["properties"]) == {one.name for one in P.SEARCH}


def test_offsets_behind_letters_of_two_units(any_emoji: FlaskClient) -> None:
    asked = {"q": "جسر", "fields": "title,title_marks,body", "offsets": "utf16"}
    (one,) = any_emoji.get(SEARCH, query_string=asked).get_json()["results"]
    assert (one["title"], one["title_marks"]) == ("😀 جسر", [[3, 6]])
    (two,) = any_emoji.get(SEARCH, query_string={**asked, "offsets": "codepoints"}).get_json()["results"]
    assert two["title_marks"] == [[2, 5]]
    assert two["body"]["marks"] == [[0, 3], [10, 13]]
    assert one["body"]["marks"] == [[0, 3], [11, 14]]


@pytest.fixture
def any_emoji(tmp_path: Path, build: Any) -> FlaskClient:
    row = {"id": "1", "title": "😀 جسر", "body": "جسر قديم\n😀جسر", "url": "https://akhbar.example/news/1"}
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    build(tmp_path / "index", tmp_path / "news")
    return create_app(tmp_path / "index").test_client()


def test_a_search_by_post_takes_each_parameter_of_its_get(client: FlaskClient) -> None:
    described = client.get("/api/v1/openapi.json").get_json()
    by_get = {
        described["components"]["parameters"][one["$ref"].rpartition("/")[2]]["name"] if "$ref" in one else one["name"]
        for one in described["paths"]["/search"]["get"]["parameters"]
        if one.get("in", "query") == "query"
    }
    assert by_get == set(described["components"]["schemas"]["SearchParameters"]["properties"])
