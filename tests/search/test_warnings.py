# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests the warnings about parts of a request that may have been meant differently from how they were read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from indexer.search.answers.warnings import CODES, MOST
from tests.conftest import ROOT
from web.app import create_app

API = "/api/v1"


@pytest.fixture(scope="module")
def client(sample_index: Path) -> FlaskClient:
    return create_app(sample_index).test_client()


def told(client: FlaskClient, path: str = "/search", **params: Any) -> list[dict[str, str]]:
    data = client.get(f"{API}{path}", query_string=params).get_json()
    warnings: list[dict[str, str]] = data["warnings"]
    assert all(one["code"] in CODES and one["detail"].endswith((".", "?")) for one in warnings)
    return warnings


@pytest.mark.parametrize(
    ("query", "code", "text", "said"),
    [
        ("date:2023-13 جسر", "invalid_date", "date:2023-13", ">=2022"),
        ("تاريخ:غد جسر", "invalid_date", "تاريخ:غد", "2023-05"),
        ("جسر title:", "field_without_value", "title:", "after it"),
        ("titel:جسر", "unknown_field", "titel:", "Did you mean title:?"),
        ("site:x جسر", "unknown_field", "site:", "Did you mean source:?"),
        ("(جسر OR", "dangling_operator", "OR", "left out"),
        ("جسر^3", "unsupported_operator", "^3", "left out"),
        ("جس*ر", "unsupported_operator", "جس*ر", "end a word"),
        ('"جسر السنابل"~0', "phrase_distance", '"جسر السنابل"~0', "~0 is a phrase"),
        ('جسر "جسر السنابل"~٥٠٠', "phrase_distance", '"جسر السنابل"~٥٠٠', "~1 to ~100"),
        ("=جس*", "inexact_beginning", "=جس*", "without ="),
        ("title:=جس*", "inexact_beginning", "=جس*", "without ="),
        ("=جس*ر", "unsupported_operator", "=جس*ر", "left out"),
        ("جسر~٢", "unsupported_operator", "~٢", "left out"),
        ("=ج*", "short_prefix", "=ج*", "two letters"),
        ("ج*", "short_prefix", "ج*", "two letters"),
        (" ".join(f"{a}{b}*" for a in "بتثجح" for b in "خدذر"), "too_many", "حخ*", "first"),
        ('"*"', "no_words", "", "* finds all"),
        ("source:alrafidan جسر", "unknown_name", "مصدر:alrafidan", "Did you mean 'alrafidain-today'?"),
        ("author:nobody جسر", "unknown_name", "كاتب:nobody", "No article has the author"),
    ],
)
def test_ignored_parts_are_reported(client: FlaskClient, query: str, code: str, text: str, said: str) -> None:
    first = told(client, q=query)[0]
    assert (first["code"], first["param"], first["text"]) == (code, "q", text)
    assert said in first["detail"]


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"exclude_source": "Nile-Gazete"}, "Did you mean 'nile-gazette'?"),
        ({"source": "Nile-Gazete"}, "Did you mean 'nile-gazette'?"),
        ({"category": "اقتصااد"}, "Did you mean 'اقتصاد'?"),
        ({"category": "zzz"}, "/categories names all"),
    ],
)
@pytest.mark.parametrize("path", ["/search", "/timeline", "/words", "/sources", "/categories"])
def test_a_name_without_articles_is_reported(client: FlaskClient, path: str, params: dict[str, str], said: str) -> None:
    (one,) = told(client, path, **params)
    (param,) = params
    assert (one["code"], one["param"], one["text"]) == ("unknown_name", param, params[param])
    assert said in one["detail"]


@pytest.mark.parametrize(
    "query", ["", "*", "جسر", "جسر -متحف", "بعد: الحرب", 'مصدر:"nile gazette"', "جسر | سوق", "!سوق"]
)
def test_parts_that_were_read_are_not_reported(client: FlaskClient, query: str) -> None:
    assert told(client, q=query, source="nile-gazette") == []


def test_the_number_of_notices_is_bounded(client: FlaskClient) -> None:
    assert len(told(client, q="OR (" * 200)) <= MOST + 1
    assert len(told(client, source=[f"none {number}" for number in range(99)])) == 3


@pytest.mark.parametrize("query", ["titel:", "title:", "title:جسرر", "titel:الجسر", "فهفمث:"])
def test_the_name_of_a_field_is_never_corrected(client: FlaskClient, query: str) -> None:
    data = client.get(f"{API}/search", query_string={"q": query}).get_json()
    changed = [one["text"] for one in data["query"]["corrections"]]
    assert not {"title", "titel"} & set(changed)
    for one in data["suggestions"]:
        assert query.partition(":")[0] in one["text"] or "عنوان" in one["text"]


def test_a_star_lists_all_articles_as_an_empty_query_does(client: FlaskClient) -> None:
    everything = client.get(f"{API}/search").get_json()
    for query in ("*", "*:*", "* | جسر"):
        data = client.get(f"{API}/search", query_string={"q": query}).get_json()
        assert (data["total"], data["query"]["read_as"]) == (everything["total"], "*")
        assert [one["id"] for one in data["results"]] == [one["id"] for one in everything["results"]]
    some = client.get(f"{API}/search", query_string={"q": "*", "source": "nile-gazette", "from": "2021"}).get_json()
    assert 0 < some["total"] < everything["total"]


def test_every_code_of_a_warning_is_documented() -> None:
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    assert all(f"| `{code}` | {meaning} |" in text for code, meaning in CODES.items())
