# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests cursors: whole lists in every order, what they say of other generations and searches, and hostile ones."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from indexer import moments
from indexer.columns import Order
from indexer.engine.questions import ListPlace
from indexer.search.answers import paging
from indexer.search.query import request
from indexer.search.query.cursor import Cursor
from tests.conftest import Build
from web.api import views
from web.app import create_app
from web.requests import problems

SEARCH = "/api/v1/search"
ORDERS = get_args(Order)


@pytest.fixture(scope="module")
def client(sample_index: Path) -> FlaskClient:
    return create_app(sample_index).test_client()


@pytest.fixture
def shallow(monkeypatch: pytest.MonkeyPatch) -> int:
    """The number of the last result that has a page number, made small."""
    for module in (paging, request, problems, views):
        monkeypatch.setattr(module, "MAX_DEPTH", 12)
    return 12


def get(client: FlaskClient, address: str, status: int = 200, /, **parameters: str) -> dict[str, Any]:
    answer = client.get(address, query_string=urlencode(parameters)) if parameters else client.get(address)
    assert answer.status_code == status, answer.data
    found: dict[str, Any] = answer.get_json()
    return found


def pages(client: FlaskClient, **parameters: str) -> Iterator[dict[str, Any]]:
    page = get(client, SEARCH, **parameters)
    yield page
    while page["cursor"]:
        page = get(client, SEARCH, **parameters, cursor=page["cursor"])
        yield page


def ids(*some: dict[str, Any]) -> list[str]:
    return [one["id"] for page in some for one in page["results"]]


@pytest.mark.parametrize("order", ORDERS)
def test_cursors_walk_through_the_whole_list(client: FlaskClient, order: str) -> None:
    for more in ({}, {"q": "جسر"}, {"q": "معصرة زيتون", "collapse": "0"}, {"q": "جسر متحف سوق", "match": "any"}):
        asked = {"sort": order, "fields": "id", "facets": "none", **more}
        whole = get(client, SEARCH, per_page="100", **asked)
        walked = list(pages(client, per_page="4", **asked))
        assert ids(*walked) == ids(whole)
        assert whole["cursor"] is whole["next"] is None
        assert [page["page"] for page in walked] == list(range(1, len(walked) + 1))
        assert all(page["previous"] is None and not page["warnings"] for page in walked[1:])
        assert {page["total"] for page in walked} == {whole["total"]}


def test_next_leads_through_all_results(client: FlaskClient, shallow: int) -> None:
    page = get(client, f"{SEARCH}?per_page=5&fields=id&collapse=0&facets=none")
    walked = [page]
    while page["next"]:
        page = get(client, page["next"])
        walked.append(page)
    assert len(set(ids(*walked))) == len(ids(*walked)) == walked[0]["total"] == 66
    assert "page=2" in walked[0]["next"]
    assert "cursor=" not in walked[0]["next"]
    # Page 3 would end behind the 12th result.
    assert "cursor=" in walked[1]["next"]
    assert "page=" not in walked[1]["next"].replace("per_page=", "")
    answer = client.get(walked[1]["next"])
    assert 'rel="next"' in answer.headers["Link"]
    assert 'rel="prev"' not in answer.headers["Link"]


def test_a_page_number_that_is_too_large_leads_to_the_cursor(client: FlaskClient, shallow: int) -> None:
    deep = get(client, f"{SEARCH}?collapse=0&per_page=5&page=3&fields=id&facets=none", 422)
    assert deep["code"] == "page_too_deep"
    whole = pages(client, collapse="0", per_page="5", fields="id", facets="none")
    rest = get(client, deep["cursor"])
    assert ids(rest) == ids(*whole)[10:15]
    assert "fields=id" in deep["cursor"]
    few = get(client, f"{SEARCH}?q=معصرة زيتون&match=all&page=3&per_page=5", 422)
    assert "cursor" not in few
    assert few["export"]


def test_a_cursor_of_another_search_is_refused(client: FlaskClient) -> None:
    cursor = get(client, SEARCH, q="جسر", per_page="2")["cursor"]
    for more in ({"q": "جسور"}, {"q": "جسر", "sort": "newest"}, {"q": "جسر", "collapse": "0"}, {}, {"source": "a"}):
        refused = get(client, SEARCH, 422, cursor=cursor, **more)
        assert (refused["code"], refused["param"]) == ("contradictory_parameters", "cursor")
    for more in ({"page": "2"}, {"offset": "2"}):
        assert get(client, SEARCH, 422, cursor=cursor, q="جسر", **more)["param"] == "cursor"
    # What is shown, and how many, may change.
    shown = get(client, SEARCH, q="جسر", cursor=cursor, per_page="3", fields="id", explain="1", facets="none")
    assert ids(shown) == ids(get(client, SEARCH, q="جسر", per_page="5"))[2:]


def test_a_hostile_cursor_is_refused(client: FlaskClient) -> None:
    cursor = get(client, SEARCH, q="جسر", per_page="2")["cursor"]
    hostile = [
        "x",
        "AQ",
        cursor[:-1],
        cursor + "A",
        cursor[::-1],
        "A" * len(cursor),
        "أ" * len(cursor),
        "\x00",
        " " * 84,
    ]
    hostile += [cursor[:at] + ("A" if cursor[at] != "A" else "B") + cursor[at + 1 :] for at in range(0, 84, 3)]
    for one in hostile:
        refused = get(client, SEARCH, 400, q="جسر", cursor=one)
        assert (refused["code"], refused["param"]) == ("invalid_parameter", "cursor")
    assert client.get(SEARCH, query_string={"q": "جسر", "cursor": [cursor, cursor]}).status_code == 400
    assert client.get("/", query_string={"q": "جسر", "cursor": "x"}).status_code == 200


MOMENT = st.none() | st.integers(moments.FIRST, moments.LAST)
PLACE = st.builds(
    ListPlace,
    st.integers(1, 2**32 - 1),
    st.integers(0, 2**64 - 1).map("{:016x}".format),
    st.floats(allow_nan=False, allow_infinity=False),
    MOMENT,
    MOMENT,
    MOMENT,
)
DIGEST = st.binary(min_size=6, max_size=6).map(bytes.hex)


@given(st.builds(Cursor, DIGEST, DIGEST, PLACE))
def test_a_cursor_is_read_as_it_was_written(cursor: Cursor) -> None:
    assert Cursor.read(cursor.written()) == cursor


@given(st.text(max_size=100) | st.text("ABCabc012-_", min_size=84, max_size=84))
def test_no_other_text_is_a_cursor(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Cursor.read(text)


@pytest.mark.parametrize("order", ORDERS)
def test_a_cursor_says_that_the_archive_was_updated(tmp_path: Path, build: Build, order: str) -> None:
    news, index = tmp_path / "news", tmp_path / "index"
    news.mkdir()

    def put(*numbers: int) -> None:
        rows = [
            {"id": str(number), "title": f"خبر {number}", "body": f"نصّ الخبر رقم {number} " + "خبر " * (number % 5),
             "date": f"2023-01-{1 + number % 7:02}"}
            for number in numbers
        ]  # fmt: skip
        (news / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        build(index, news, allow_shrink=True)

    put(*range(40))
    client = create_app(index).test_client()
    asked = {"q": "خبر", "sort": order, "per_page": "10", "fields": "id", "facets": "none"}
    first = get(client, SEARCH, **asked)
    whole = ids(*pages(client, **asked))
    put(*range(5, 60))
    rest = get(client, SEARCH, **asked, cursor=first["cursor"])
    (warning,) = rest["warnings"]
    assert (warning["code"], warning["param"]) == ("generation_changed", "cursor")
    assert rest["index"]["generation"] != first["index"]["generation"]
    following = [rest]
    while following[-1]["cursor"]:
        following.append(get(client, SEARCH, **asked, cursor=following[-1]["cursor"]))
    assert not any(page["warnings"] for page in following[1:])
    now = ids(*pages(client, **asked))
    assert ids(*following) == now[now.index(ids(*following)[0]) :]
    if order != "relevance":
        assert not set(ids(first)) & set(ids(*following))
        assert set(whole[10:]) & set(now) <= set(ids(*following))


@pytest.mark.parametrize("order", ORDERS)
def test_exports_have_the_orders_of_searches(client: FlaskClient, order: str) -> None:
    def exported(**parameters: str) -> list[str]:
        with client.get("/api/v1/export.ndjson", query_string={"fields": "id", **parameters}) as answer:
            assert answer.status_code == 200, answer.data
            found = [json.loads(line)["id"] for line in answer.get_data(as_text=True).splitlines()]
            total = int(answer.headers["X-Total-Count"])
            assert total >= len(found) if "limit" in parameters else total == len(found)
        return found

    for more in ({}, {"q": "جسر"}, {"q": "معصرة زيتون", "collapse": "0"}):
        page = get(client, SEARCH, per_page="100", sort=order, facets="none", **more)
        whole = ids(page)[: page["total"]]
        assert exported(sort=order, **more) == whole
        assert exported(sort=order, cursor=whole[1], limit="3", **more) == whole[2:5]
        assert exported(sort="id", **more) == sorted(exported(**more))
    refused = get(client, "/api/v1/export.csv", 422, sort=order, cursor="0" * 16)
    assert (refused["code"], refused["param"]) == ("contradictory_parameters", "cursor")
