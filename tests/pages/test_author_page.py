# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests authors from the byline to the facet, the filter and the page of an author."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.conftest import Build
from web.app import create_app

BYLINES = ("واس - الرياض", "الرياض: واس", "واس", "سعد المرجاني وليلى النخيلي", "ليلى النخيلي (واس)", "لندن:", "admin")
AGENCY = {0, 1, 2, 4}


@pytest.fixture(scope="module")
def client(build: Build, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    top = tmp_path_factory.mktemp("authors")
    (top / "news").mkdir()
    lines = [
        {
            "id": str(at),
            "title": f"خبر {at}",
            "body": " ".join(f"{first}{second}{'لمنهويز'[at]}" for first in "بتثجحخ" for second in "دذرزس"),
            "author": byline,
            "source": "الميناء" if at % 2 else "الساحل",
            "date": f"2023-05-1{at}",
            "category": "محليات",
        }
        for at, byline in enumerate(BYLINES)
    ]
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    (top / "news" / "a.jsonl").write_text(text, encoding="utf-8")
    build(top / "index", top / "news")
    return create_app(top / "index").test_client()


def get(client: FlaskClient, **params: Any) -> dict[str, Any]:
    answer = client.get("/api/v1/search", query_string={"collapse": "0", **params})
    assert answer.status_code == 200, answer.text
    assert isinstance(answer.json, dict)
    return answer.json


def numbers(found: dict[str, Any]) -> set[int]:
    return {int(result["title"][-1]) for result in found["results"]}


def test_spellings_of_an_agency_are_one_author(client: FlaskClient) -> None:
    found = get(client)
    assert {one["value"]: one["count"] for one in found["facets"]["author"]} == {
        "واس": 4, "ليلى النخيلي": 2, "سعد المرجاني": 1,
    }  # fmt: skip
    by_number = {int(one["title"][-1]): one for one in found["results"]}
    assert [by_number[at]["author"] for at in range(len(BYLINES))] == list(BYLINES)
    assert by_number[3]["authors"] == ["سعد المرجاني", "ليلى النخيلي"]
    assert by_number[5]["authors"] == by_number[6]["authors"] == []


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"author": "واس"}, AGENCY),
        ({"author": "ليلى النخيلي"}, {3, 4}),
        ({"author": "ليلى النخيلي", "exclude_author": "واس"}, {3}),
        ({"missing": "author"}, {5, 6}),
        ({"q": "كاتب:واس"}, AGENCY),
        ({"q": 'كاتب:"سعد المرجاني"'}, {3}),
    ],
)
def test_articles_are_found_by_each_of_their_authors(
    client: FlaskClient, params: dict[str, str], expected: set[int]
) -> None:
    assert numbers(get(client, **params)) == expected


def test_a_table_parts_authors_by_semicolons(client: FlaskClient) -> None:
    with client.get("/api/v1/export.csv?fields=authors&header=0&collapse=0") as answer:
        assert "سعد المرجاني; ليلى النخيلي" in answer.get_data(as_text=True).splitlines()


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_page_of_an_author(client: FlaskClient, language: str) -> None:
    answer = client.get("/author", query_string={"author": "واس", "lang": language})
    assert answer.status_code == 200
    assert ">واس</bdi></h1>" in answer.text
    assert ("4 articles" if language == "en" else "4 مقالات") in answer.text
    assert all(day in answer.text for day in (("10 May 2023", "14 May 2023") if language == "en" else ("2023",)))
    links = [unescape(link) for link in re.findall(r'href="([^"]+)"', answer.text)]
    assert len([link for link in links if link.startswith("/articles/")]) == len(AGENCY)
    feed = next(link for link in links if link.startswith("/feed.atom"))
    assert client.get(feed).text.count("<entry>") == len(AGENCY)
    narrowed = [link for link in links if "source=" in link]
    assert len(narrowed) == 2
    assert all(client.get(link).status_code == 200 for link in narrowed)


def test_the_page_of_an_article_leads_to_its_authors(client: FlaskClient) -> None:
    (one,) = get(client, author="سعد المرجاني")["results"]
    page = client.get(one["links"]["page"]).text
    assert BYLINES[3] in page
    leads = [unescape(link) for link in re.findall(r'href="(/author[^"]+)"', page)]
    assert [client.get(link).status_code for link in leads] == [200, 200]


@pytest.mark.parametrize("query", ["", "author=", "author=غائب", "author=واس&author=سعد", "author=%D9%8A%00"])
def test_nobody_has_no_page(client: FlaskClient, query: str) -> None:
    assert client.get(f"/author?{query}").status_code == 404
