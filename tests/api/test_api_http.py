# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests the API's HTTP behaviour: compression, access for scripts of other sites, keys, rate limits, parallel
exports."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import brotli
import pytest
from flask.testing import FlaskClient

from indexer.errors import UsageError
from indexer.operating.keys import ApiKeys, key_in, new_key
from tests.web_fixtures import client_over
from web.app import create_app
from web.serving.delivery import _LEAST

SEARCH = "/api/v1/search"
ORIGIN = {"Origin": "https://news.example"}


@pytest.fixture(scope="module")
def client(sample_index: Path) -> FlaskClient:
    return create_app(sample_index).test_client()


@pytest.mark.parametrize(
    "path", [SEARCH, "/api/v1/articles/dd17c50d1a401cd6", "/", "/api/", "/api/v1/export.csv", "/api/v1/export.ndjson"]
)
@pytest.mark.parametrize(
    ("coding", "unpack", "accepted"),
    [("gzip", gzip.decompress, "br;q=0.4, gzip;q=0.5"), ("br", brotli.decompress, "gzip, deflate, br")],
)
def test_long_answers_are_compressed_for_clients_that_accept_it(
    client: FlaskClient, path: str, coding: str, unpack: Callable[[bytes], bytes], accepted: str
) -> None:
    with client.get(path) as plain, client.get(path, headers={"Accept-Encoding": accepted}) as packed:
        assert "Content-Encoding" not in plain.headers
        assert packed.headers["Content-Encoding"] == coding
        assert len(packed.data) < len(plain.data) / 2
        same = len(unpack(packed.data)) - len(plain.data)
        assert abs(same) < 20, "only the time taken may differ"
        assert packed.headers["ETag"] == plain.headers["ETag"], "a weak tag stands for both forms of the answer"
        assert "Accept-Encoding" in packed.headers["Vary"]
        assert "Accept-Encoding" in plain.headers["Vary"]
        assert packed.headers.get("Content-Length") in (None, str(len(packed.data)))


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [("gzip", "gzip"), ("BR", "br"), ("*", "br"), ("br;q=0, *", "gzip"), ("gzip;q=0, *;q=0.1", "br"),
     ("gzip;q=0.5, identity;q=0.4", "gzip"), ("zstd, br;q=0.001", "br"), ("br;q=0.5, gzip;q=0.5, identity;q=0.5", "br"),
     ("*;q=0, gzip;q=1.0", "gzip")],
)  # fmt: skip
def test_a_client_gets_the_coding_that_it_likes_best(client: FlaskClient, accepted: str, coding: str) -> None:
    assert client.get(SEARCH, headers={"Accept-Encoding": accepted}).headers["Content-Encoding"] == coding


@pytest.mark.parametrize(
    "accepted",
    ["", "identity", "gzip;q=0", "*;q=0", "\x7f,;;==", "gzip;q=x", "zstd", "br;q=0, gzip;q=0, *",
     "identity, gzip;q=0.5", "gzip;q=0.1, *;q=0.2, identity;q=0.9"],
)  # fmt: skip
def test_no_client_gets_an_encoding_that_it_refuses(client: FlaskClient, accepted: str) -> None:
    answer = client.get(SEARCH, headers={"Accept-Encoding": accepted})
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers


def test_short_answers_are_not_compressed(client: FlaskClient) -> None:
    answer = client.get("/api/v1/nothing", headers={"Accept-Encoding": "gzip"})
    assert len(answer.data) < _LEAST
    assert "Content-Encoding" not in answer.headers
    tag = client.get(SEARCH).headers["ETag"]
    unchanged = client.get(SEARCH, headers={"Accept-Encoding": "gzip", "If-None-Match": tag})
    assert (unchanged.status_code, unchanged.data) == (304, b"")


def test_scripts_of_other_sites_may_read_only_where_a_setting_allows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Access-Control" not in str(client_over().get(SEARCH, headers=ORIGIN).headers)
    monkeypatch.setenv("FIHRIST_CORS", "https://news.example, https://b.example")
    client = client_over()
    allowed = client.get(SEARCH, headers=ORIGIN)
    assert allowed.headers["Access-Control-Allow-Origin"] == ORIGIN["Origin"]
    assert "ETag" in allowed.headers["Access-Control-Expose-Headers"]
    assert "Origin" in allowed.headers["Vary"]
    for origin in ("https://evil.example", "null", "https://news.example.evil.example"):
        other = client.get(SEARCH, headers={"Origin": origin})
        assert "Access-Control-Allow-Origin" not in other.headers
        assert "Origin" in other.headers["Vary"]
    assert "Access-Control-Allow-Origin" in client.get(f"{SEARCH}?x=1", headers=ORIGIN).headers, (
        "scripts may read errors, too"
    )
    assert "Access-Control-Allow-Origin" not in client.get("/", headers=ORIGIN).headers
    for form in ("atom", "rss", "json"):
        shared = client.get(f"/feed.{form}", headers=ORIGIN)
        assert shared.headers["Access-Control-Allow-Origin"] == ORIGIN["Origin"]
        assert client.options(f"/feed.{form}", headers=ORIGIN).status_code == 204
    asked = client.options(SEARCH, headers={**ORIGIN, "Access-Control-Request-Method": "GET"})
    assert asked.status_code == 204
    assert asked.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS, POST"
    assert "X-API-Key" in asked.headers["Access-Control-Allow-Headers"]
    assert int(asked.headers["Access-Control-Max-Age"]) > 0


def test_a_setting_lets_scripts_of_any_site_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIHRIST_CORS", "*")
    answer = client_over().get(SEARCH, headers=ORIGIN)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A key that the server knows, with three requests a minute."""
    made, line = new_key("newsroom")
    other = new_key("library")[1]
    (tmp_path / "keys").write_text(f"# keys\n\n{other}\n{line} 3 # three a minute\n", encoding="utf-8")
    monkeypatch.setenv("FIHRIST_API_KEYS", str(tmp_path / "keys"))
    return made


def test_a_setting_makes_keys_mandatory(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client_over().get(SEARCH).status_code == 200
    monkeypatch.setenv("FIHRIST_API_KEYS_NEEDED", "1")
    client = client_over()
    refused = client.get(SEARCH)
    assert (refused.status_code, refused.get_json(force=True)["code"]) == (401, "missing_key")
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")
    assert client.get(SEARCH, headers={"X-API-Key": key}).status_code == 200
    assert client.get(SEARCH, headers={"Authorization": f"bearer {key}"}).status_code == 200
    for wrong in ("x", key[:-1], key + "x", "\xff", "ا"):
        answer = client.get(SEARCH, headers={"X-API-Key": wrong})
        assert (answer.status_code, answer.get_json(force=True)["code"]) == (401, "invalid_key")
        assert wrong not in answer.get_data(as_text=True)
    for free in ("/", "/api/", "/api/v1/openapi.json", "/healthz"):
        assert client.get(free).status_code == 200, free
    assert client.options(SEARCH).status_code == 204
    schemes = client.get("/api/v1/openapi.json").get_json()["components"]["securitySchemes"]
    assert schemes["header"]["name"] == "X-API-Key"
    assert client.get(f"{SEARCH}?api_key={key}").status_code == 401


def test_requests_are_counted_for_each_key(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIHRIST_RATE", "1")
    client = client_over()
    answers = [client.get(SEARCH, headers={"X-API-Key": key}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert answers[0].headers["RateLimit-Limit"] == "3"
    assert int(answers[3].headers["Retry-After"]) > 0
    assert client.get(SEARCH).status_code == 200, "requests without a key have an allowance of their own"
    assert client.get(SEARCH).status_code == 429
    assert client.get(SEARCH, headers={"X-API-Key": "guess"}).status_code == 429, (
        "requests with a wrong key count against the address"
    )


def test_a_server_with_keys_but_without_a_limit_limits_only_keys(key: str) -> None:
    client = client_over()
    assert [client.get(SEARCH, headers={"X-API-Key": key}).status_code for _ in range(4)] == [200, 200, 200, 429]
    assert "RateLimit-Limit" not in client.get(SEARCH).headers


@pytest.mark.parametrize("line", ["abc newsroom", "0" * 64, f"{'0' * 64} a b", f"{'0' * 64} a 1 2", f"{'g' * 64} a"])
def test_a_file_of_keys_that_cannot_be_read_stops_the_server(line: str, tmp_path: Path) -> None:
    (tmp_path / "keys").write_text(f"# first\n{line}\n", encoding="utf-8")
    with pytest.raises(UsageError, match="line 2"):
        ApiKeys.in_file(tmp_path / "keys")
    with pytest.raises(UsageError, match="cannot be read"):
        ApiKeys.in_file(tmp_path / "none")


def test_keys_are_random_and_only_their_digest_is_kept() -> None:
    (first, line), (second, _) = new_key("a"), new_key("a")
    assert first != second
    assert len(first) >= 43
    assert first not in line
    assert key_in("", f"Bearer  {first} ") == first
    assert key_in(f" {first}", "Bearer other") == first
    assert key_in("", "Basic abc") == ""
    for name in ("", "a b", "x" * 65, "\n"):
        with pytest.raises(UsageError, match="1 to 64"):
            new_key(name)


def test_the_number_of_parallel_exports_is_limited(sample_index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIHRIST_EXPORTS", "1")
    client = create_app(sample_index).test_client()
    first = client.get("/api/v1/export.ndjson", buffered=False)
    refused = client.get("/api/v1/export.csv")
    assert (refused.status_code, refused.get_json(force=True)["code"]) == (503, "too_many_exports")
    assert int(refused.headers["Retry-After"]) > 0
    assert client.head("/api/v1/export.csv").status_code == 200
    assert client.get(SEARCH).status_code == 200
    first.close()
    for _ in range(3):
        with client.get("/api/v1/export.csv?limit=1") as again:
            assert again.status_code == 200


def test_head_of_an_export_states_no_length(client: FlaskClient) -> None:
    with client.head("/api/v1/export.ndjson") as answer:
        assert (answer.status_code, answer.data) == (200, b"")
        assert "Content-Length" not in answer.headers


@pytest.mark.parametrize("moment", ["2023-05-10T00:00", "2023-05-09T23:30:00", "٢٠٢٣-٠٥-٠٩T٢٢:٠٠", "2023-05-10T00"])
def test_a_time_narrows_to_the_minute(client: FlaskClient, moment: str) -> None:
    """The articles of the sample are dated to days."""
    asked = {"q": "المدينة", "from": moment, "to": "2024"}
    answers = [client.get(SEARCH, query_string={**asked, "from": start}).get_json() for start in (moment, "2023-05-10")]
    assert answers[0]["total"] == answers[1]["total"] > 0
    codes = {warning["code"] for warning in answers[0]["warnings"]}
    assert codes == (set() if "10T" in moment else {"dates_without_time"})


@pytest.mark.parametrize(("offset", "said"), [("Z", "2023-05-10T07:30"), ("+03:00", "2023-05-10T07:30"), ("", "")])
def test_an_offset_that_is_not_heeded_is_told(client: FlaskClient, offset: str, said: str) -> None:
    asked = {"q": "المدينة", "from": f"2023-05-10T07:30{offset}", "per_page": "0"}
    answer = client.get(SEARCH, query_string=asked).get_json()
    told = [one for one in answer["warnings"] if one["code"] == "dates_without_offset"]
    assert [(one["param"], said in one["detail"]) for one in told] == ([("from", True)] if offset else [])


def test_no_results_are_asked_for(client: FlaskClient) -> None:
    whole = client.get(SEARCH, query_string={"q": "المدينة"}).get_json()
    for asked in ({"per_page": "0"}, {"limit": "0"}, {"per_page": "0", "page": "3"}):
        totals = client.get(SEARCH, query_string={"q": "المدينة", **asked}).get_json()
        assert totals["total"] == whole["total"] > 0
        assert (totals["results"], totals["facets"], totals["timeline"], totals["pages"]) == ([], {}, None, 0)
        assert (totals["next"], totals["previous"]) == (None, None)
    asked = {"q": "المدينة", "per_page": "0", "facets": "source,timeline"}
    counted = client.get(SEARCH, query_string=asked).get_json()
    assert counted["facets"] == {"source": whole["facets"]["source"]}
    assert counted["timeline"] == whole["timeline"]
    assert client.get("/?q=المدينة&per_page=0").get_data().count(b"<article>") == 10


def test_a_tag_is_of_its_day(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The meaning of "yesterday" changes overnight, without a publication."""
    address = f"{SEARCH}?q=after:yesterday"
    tag = client.get(address).headers["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    tomorrow = date.today() + timedelta(1)
    monkeypatch.setattr("web.requests.exchange.date", type("Tomorrow", (), {"today": staticmethod(lambda: tomorrow)}))
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 200
