# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests lists in addresses, names to leave out, what an article must state, and the search within facets."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from indexer.search.query.lists import as_part, parts
from tests.conftest import Build
from web.app import create_app

BODY = "افتتح الوزير الجسر الجديد اليوم في المدينة بحضور المهندسين والأهالي في حفل كبير"
ROWS: tuple[dict[str, str], ...] = (
    {"source": "صحيفة النيل, القاهرة", "author": "ليلى حداد", "date": "2023-05-14"},
    {"source": "صحيفة النيل", "author": "أحمد الحمدان", "date": "2023-05-15"},
    {"source": "القاهرة", "author": "إحمد سعيد"},
    {"source": 'صحيفة "الساحل"', "date": "2022"},
)


@pytest.fixture(scope="module")
def client(build: Build, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    top = tmp_path_factory.mktemp("lists")
    (top / "news").mkdir()
    lines = [
        {"id": str(at), "title": f"خبر {at}", "body": f"{BODY} {'مرة ' * at}", **row} for at, row in enumerate(ROWS)
    ]
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    (top / "news" / "a.jsonl").write_text(text, encoding="utf-8")
    build(top / "index", top / "news")
    return create_app(top / "index").test_client()


def get(client: FlaskClient, path: str = "search", **params: Any) -> dict[str, Any]:
    answer = client.get(f"/api/v1/{path}", query_string={"collapse": "0", **params} if path == "search" else params)
    assert answer.status_code == 200, answer.text
    assert isinstance(answer.json, dict)
    return answer.json


def numbers(found: dict[str, Any]) -> set[int]:
    return {int(result["title"][-1]) for result in found["results"]}


# --- lists


@given(st.lists(st.text(min_size=1, max_size=12) | st.sampled_from(('"', '""', ",", '",', " a ", 'a,"b'))))
def test_any_names_are_read_from_the_list_that_is_made_of_them(names: list[str]) -> None:
    assert parts(", ".join(map(as_part, names))) == names


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a", ["a"]),
        ("a,b", ["a", "b"]),
        (" a ,, b,", ["a", "b"]),
        ('"a,b",c', ["a,b", "c"]),
        ('"a ""b"""', ['a "b"']),
        ('"a" b,c', ['"a" b', "c"]),
        ('"a,b', ['"a', "b"]),
        ("", []),
    ],
)
def test_commas_divide_and_quotation_marks_keep_together(value: str, expected: list[str]) -> None:
    assert parts(value) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["صحيفة النيل,القاهرة"], {1, 2}),
        (["صحيفة النيل", "القاهرة"], {1, 2}),
        (["صحيفة النيل, القاهرة"], {0}),  # a name that an article has is that name
        (['"صحيفة النيل, القاهرة",القاهرة'], {0, 2}),
        (['صحيفة "الساحل"'], {3}),
    ],
)
def test_a_name_with_a_comma_can_be_named(client: FlaskClient, values: list[str], expected: set[int]) -> None:
    assert numbers(get(client, source=values)) == expected
    assert numbers(get(client, exclude_source=values)) == {0, 1, 2, 3} - expected
    assert get(client, "categories", source=values)["warnings"] == []


def test_links_name_every_value(client: FlaskClient) -> None:
    for one in get(client, "sources")["sources"]:
        found = client.get(one["links"]["search"]).json
        assert found
        assert found["total"] == one["count"] == get(client, source=one["name"])["total"]
        assert client.get(one["links"]["page"]).status_code == 200


def test_every_list_may_be_repeated(client: FlaskClient) -> None:
    assert get(client, facets=["source", "year"])["facets"] == get(client, facets="source,year")["facets"]
    assert get(client, fields=["id", "title"])["results"] == get(client, fields="id,title")["results"]
    assert numbers(get(client, has=["date", "author"])) == numbers(get(client, has="date,author")) == {0, 1}


# --- what an article must not have, must state, and must lack


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"exclude_author": "ليلى حداد"}, {1, 2, 3}),
        ({"has": "author", "exclude_author": "ليلى حداد"}, {1, 2}),
        ({"missing": "author"}, {3}),
        ({"missing": "date"}, {2}),
        ({"missing": "fetched,category"}, {0, 1, 2, 3}),
        ({"q": "كاتب:*"}, {0, 1, 2}),
        ({"q": "-author:*"}, {3}),
        ({"q": "date:* -كاتب:(ليلى حداد)"}, {1, 3}),
        ({"q": "الجسر (-تاريخ:* أو كاتب:ليلى)"}, {0, 2}),
    ],
)
def test_articles_without_what_was_excluded(client: FlaskClient, params: dict[str, str], expected: set[int]) -> None:
    found = get(client, **params)
    assert numbers(found) == expected
    assert found["warnings"] == []
    with client.get("/api/v1/export.ndjson", query_string={"collapse": "0", **params}) as answer:
        lines = answer.get_data(as_text=True).splitlines()
        assert {int(json.loads(line)["title"][-1]) for line in lines} == expected
    assert client.get("/feed.atom", query_string={"collapse": "0", **params}).text.count("<entry>") == len(expected)
    page = client.get("/", query_string={"lang": "en", **params})
    assert page.status_code == 200
    assert ("Author excluded" in page.text) == ("exclude_author" in params)


@pytest.mark.parametrize(
    ("params", "param"),
    [
        ({"source": "القاهرة", "exclude_source": "القاهرة"}, "exclude_source"),
        ({"has": "date", "missing": "date"}, "missing"),
        ({"author": "ليلى حداد", "missing": "author"}, "missing"),
        ({"from": "2023", "missing": "date"}, "missing"),
        ({"fetched_to": "2023", "missing": "fetched"}, "missing"),
    ],
)
def test_contradictions_are_named(client: FlaskClient, params: dict[str, str], param: str) -> None:
    answer = client.get("/api/v1/search", query_string=params)
    assert answer.status_code == 422
    assert answer.get_json(force=True)["param"] == param


def test_an_excluded_name_that_no_article_has_is_named(client: FlaskClient) -> None:
    (warning,) = get(client, exclude_source="صحيفه النيل")["warnings"]
    assert (warning["code"], warning["param"]) == ("unknown_name", "exclude_source")
    assert "صحيفة النيل" in warning["detail"]


# --- facets


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("احمد", {"أحمد الحمدان", "إحمد سعيد"}),
        ("حمد", {"أحمد الحمدان"}),  # after the article too
        ("الاح", {"أحمد الحمدان", "إحمد سعيد"}),  # as if it had none
        ("سع اح", {"إحمد سعيد"}),
        ("غائب", set()),
        ("…", set()),
    ],
)
def test_the_names_of_a_facet_are_searched(client: FlaskClient, query: str, expected: set[str]) -> None:
    found = get(client, facets="author,year", facet_query=query)
    assert {one["value"] for one in found["facets"]["author"]} == expected
    assert found["facet_totals"] == {"author": len(expected), "year": 2}
    listed = get(client, "authors", facet_query=query)
    assert {one["name"] for one in listed["authors"]} == expected
    assert listed["total"] == len(expected)


def test_the_answer_says_how_many_values_a_facet_has(client: FlaskClient) -> None:
    found = get(client, facet_limit=2, facets="source,author", exclude_source="القاهرة")
    # What the search names is always listed, and counted as if it were not excluded.
    assert [len(found["facets"][name]) for name in ("source", "author")] == [2, 2]
    assert {"value": "القاهرة", "count": 1} in found["facets"]["source"]
    assert found["facet_totals"] == {"source": 4, "author": 2}
