# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests request ids, counts, log and limits around every request, in one process and in several."""

from __future__ import annotations

import json
import logging
import re
import threading
import time
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import deadline
from indexer.errors import DamagedIndexError, NoIndexError, TooSlowError
from tests.conftest import ROOT, Build
from tests.web_fixtures import ListArchive, app_over, client_over
from web.app import create_app
from web.serving.limits import RateLimit
from web.serving.logs import JsonFormatter
from web.serving.metrics import BUCKETS, CounterTable, index_samples, render

SEARCH = "/api/v1/search"


def count(text: str, start: str) -> float:
    """Returns the sum of the samples whose line begins like this."""
    return sum(float(line.rpartition(" ")[2]) for line in text.splitlines() if line.startswith(start))


def test_rows_add_up_and_stay_after_their_processes_end() -> None:
    table = CounterTable(rows=3)
    first, second = table.take(), table.take()
    table.counters(first).observe("/", 200, 0.02)
    table.counters(second).observe("/", 200, 3.0)
    table.counters(second).observe('/"\\\n', 404, 99.0)
    table.give_back(first)
    again = table.take()
    assert again == first
    table.counters(again).observe("/", 200, 0.02)
    text = render(table.samples().items())
    assert count(text, 'fihrist_requests_total{route="/",status="200"}') == 3
    assert r'{route="/\"\\\n",status="404"} 1' in text
    assert count(text, 'fihrist_request_seconds_bucket{le="0.025"}') == 2
    assert count(text, 'fihrist_request_seconds_bucket{le="10.0"}') == 3
    assert count(text, 'fihrist_request_seconds_bucket{le="+Inf"}') == count(text, "fihrist_request_seconds_count") == 4
    assert count(text, "fihrist_request_seconds_sum") == pytest.approx(102.04)


def test_more_processes_than_rows_and_more_routes_than_cells_do_no_harm() -> None:
    table = CounterTable(rows=2)
    rows = [table.take() for _ in range(5)]
    counters = [table.counters(row) for row in rows]
    for number in range(3_000):
        counters[0].observe(f"/{number}", 200, 0)
    counters[0].observe("x" * 500, 200, 0)
    for row in rows:
        table.give_back(row)
    assert 1_000 <= len(table.samples()) <= 1_024
    assert table.samples()["fihrist_request_seconds_count"] == 3_001


SAMPLE = re.compile(r'[a-z_]+(\{[a-z]+="([^"\\\n]|\\["\\n])*"(,[a-z]+="([^"\\\n]|\\["\\n])*")*\})? [0-9.e+-]+')


@given(st.lists(st.tuples(st.text(max_size=30), st.sampled_from([200, 404]), st.floats(0, 100)), max_size=20))
def test_any_count_is_written_in_the_format(requests: list[tuple[str, int, float]]) -> None:
    table = CounterTable(rows=1)
    counters = table.counters(table.take())
    for route, status, seconds in requests:
        counters.observe(route.encode("utf-8", "replace").decode(), status, seconds)
    text = render([*table.samples().items(), *index_samples("gen-000042", 7, 1.5)])
    metric = ""
    bounds = []
    for line in text.removesuffix("\n").split("\n"):
        if line.startswith("# TYPE"):
            metric = line.split(" ")[2]
        elif not line.startswith("#"):
            assert SAMPLE.fullmatch(line)
            assert line.startswith(metric)
            if "_bucket" in line:
                bounds.append(float(re.findall('le="(.*)"', line)[0]))
    assert bounds == ([*BUCKETS, float("inf")] if requests else [])


def test_requests_are_counted_by_route_and_status() -> None:
    client = client_over()
    for path in ("/?q=a", "/?page=99", "/nothing", "/articles/0000000000000000", "/healthz", "/healthz"):
        client.get(path)
    text = client.get("/metrics").get_data(as_text=True)
    requests = dict(re.findall(r"fihrist_requests_total\{route=\"(.*?)\",status=\"\d+\"\} (\d+)", text))
    assert requests == {"/": "1", "none": "1", "/articles/<article_id>": "1", "/healthz": "2"}
    assert 'route="/",status="404"} 1' in text
    assert "fihrist_index_articles 51" in text
    assert "fihrist_index_up 1" in text
    broken = client_over(error=NoIndexError("none")).get("/metrics")
    assert broken.status_code == 200
    assert "fihrist_index_up 0" in broken.get_data(as_text=True)


def test_readiness_requires_an_answering_archive(sample_index: Path, tmp_path: Path) -> None:
    ready = create_app(sample_index).test_client().get("/readyz")
    assert (ready.status_code, ready.get_json()["articles"]) == (200, 66)
    for client, code in (
        (create_app(tmp_path).test_client(), "no_index"),
        (client_over(error=DamagedIndexError("x")), "damaged_index"),
        (app_over(Deaf()).test_client(), "unanswered"),
    ):
        answer = client.get("/readyz")
        assert (answer.status_code, answer.get_json()) == (503, {"status": "unavailable", "code": code})
        assert answer.headers["Cache-Control"] == "no-store"
        assert client.get("/healthz").status_code == 200


class Deaf(ListArchive):
    """Lists its articles but finds no word."""

    def search(self, request, **more):  # type: ignore[no-untyped-def]  # as its base's
        self.articles = () if request.q else self.articles
        return super().search(request, **more)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("abc-1.2_3", True),
        ("x" * 64, True),
        ("x" * 65, False),
        ("a b", False),
        ("-x", False),
        ('"}', False),
        ("", False),
    ],
)
def test_a_harmless_request_id_is_kept(given: str, kept: bool) -> None:
    answered = client_over().get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-ID"]
    assert (answered == given) == kept
    assert kept or re.fullmatch("[0-9a-f]{16}", answered)


def test_each_log_line_is_one_harmless_json_object(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "web.access")
    client_over().get("/articles/\u202e%0a{\u2028", headers={"User-Agent": "x\x1b[2J\u202e"}, query_string={"q": "سر"})
    (record,) = [record for record in caplog.records if record.name == "web.access"]
    line = JsonFormatter().format(record)
    assert line.isascii()
    assert line.isprintable()
    fields = json.loads(line)
    assert (fields["status"], fields["route"], fields["method"]) == (404, "/articles/<article_id>", "GET")
    assert "query" not in fields
    assert fields["ms"] >= 0
    caplog.set_level(logging.DEBUG, "web.access")
    client_over().get("/?q=abc")
    assert json.loads(JsonFormatter().format(caplog.records[-1]))["query"] == "q=abc"


def test_an_export_is_logged_after_its_last_byte(sample_index: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "web.access")
    client = create_app(sample_index).test_client()
    answer = client.get("/api/v1/export.ndjson", headers={"X-Request-ID": "mine"}, buffered=False)
    time.sleep(0.05)
    for _ in answer.response:
        assert not caplog.records
    answer.close()
    (record,) = [record for record in caplog.records if record.name == "web.access"]
    fields = json.loads(JsonFormatter().format(record))
    assert fields["request_id"] == "mine"
    assert fields["ms"] >= 50
    assert 'le="0.05"} 0' in client.get("/metrics").get_data(as_text=True)


def test_an_error_in_the_log_carries_the_id_of_its_request(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The id is read at the moment of logging: afterwards the request is over.
    lines: list[str] = []
    monkeypatch.setattr(caplog.handler, "emit", lambda record: lines.append(JsonFormatter().format(record)))
    client_over(error=DamagedIndexError("broken")).get("/", headers={"X-Request-ID": "abc"})
    (logged,) = [json.loads(line) for line in lines if "broken" in line]
    assert logged["request_id"] == "abc"
    try:
        raise ValueError("\n{")
    except ValueError:
        logging.getLogger("web").exception("failed")
    assert "ValueError" in json.loads(lines[-1])["traceback"]


def test_the_request_allowance_refills_evenly() -> None:
    limit = RateLimit(6)
    asked = [limit.ask("a", now=100.0) for _ in range(8)]
    assert [one.remaining for one in asked] == [5, 4, 3, 2, 1, 0, 0, 0]
    assert [one.retry for one in asked] == [0, 0, 0, 0, 0, 0, 10, 10]
    assert asked[5].reset == 60
    assert limit.ask("b", now=100.0).retry == 0
    assert limit.ask("a", now=109.0).retry == 1
    assert limit.ask("a", now=110.0).retry == 0
    assert limit.ask("a", now=110.0).retry == 10
    assert limit.ask("a", now=1_000.0).remaining == 5


@given(st.integers(1, 100), st.lists(st.floats(0, 30), max_size=60))
def test_no_client_gets_more_than_twice_the_limit_in_a_minute(limit: int, pauses: list[float]) -> None:
    rate, now = RateLimit(limit), 1_000.0
    allowed = []
    for pause in pauses:
        now += pause
        if not rate.ask("client", now).retry:
            allowed.append(now)
    for start in allowed:
        assert sum(start <= moment < start + 60 for moment in allowed) <= 2 * limit


def test_a_client_over_the_limit_is_told_when_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIHRIST_RATE", "2")
    client = client_over()
    answers = [client.get(SEARCH) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer.headers["RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
    assert answers[2].get_json()["code"] == "rate_limited"
    assert int(answers[2].headers["Retry-After"]) in range(1, 31)
    assert "انتظر" in client.get("/").get_data(as_text=True)
    for path in ("/healthz", "/readyz", "/metrics", "/robots.txt", "/static/style.css"):
        with client.get(path) as free:
            assert free.status_code == 200
    assert "RateLimit-Limit" not in client_over().get("/healthz").headers


@pytest.mark.parametrize(("proxies", "status"), [(0, 429), (1, 200), (2, 429)])
def test_a_proxy_header_is_used_only_by_a_setting(proxies: int, status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIHRIST_RATE", "1")
    monkeypatch.setenv("FIHRIST_PROXIES", str(proxies))
    client = client_over()
    # A value written by the client precedes the one that the proxy appends.
    assert client.get(SEARCH, headers={"X-Forwarded-For": "10.0.0.9, 10.0.0.1"}).status_code == 200
    assert client.get(SEARCH, headers={"X-Forwarded-For": "10.0.0.9, 10.0.0.2"}).status_code == status


@pytest.mark.parametrize(("host", "status"), [("..", 400), ("a..b", 400), ("a b", 200), ("x/y", 200), ("{", 200)])
def test_an_invalid_host_is_no_failure(host: str, status: int) -> None:
    answer = client_over().get("/", environ_overrides={"HTTP_HOST": host})
    assert answer.status_code == status
    assert status == 200 or answer.get_json()["code"] == "bad_request"


def test_no_address_reads_a_file(sample_index: Path, build: Build) -> None:
    client = create_app(sample_index).test_client()
    found = client.get(f"{SEARCH}?per_page=100").get_json()["results"]
    pages = [SEARCH, "/", found[0]["links"]["self"], found[0]["links"]["page"], "/readyz", "/metrics"]
    for place in (str(sample_index), str(sample_index.parent), str(ROOT)):
        assert all(place not in client.get(page).get_data(as_text=True) for page in pages)
    for name in ("index/CURRENT", "CURRENT", "app.py", "web/app.py", "templates/base.html", "etc/passwd"):
        for start in ("", "static/", "static/../", "../", "../../../../", "static/..%2f..%2f", "%2e%2e/", "/", "//"):
            for path in (f"/{start}{name}", f"/{start}{sample_index}/{name}"):
                environ = {"PATH_INFO": unquote(path), "QUERY_STRING": ""}
                with client.get("/", environ_overrides=environ) as answer:
                    assert answer.status_code in (404, 308), path


def test_a_request_body_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = client_over().get(SEARCH, data=b"x" * 70_000)
    assert (answer.status_code, answer.get_json()["code"]) == (413, "body_too_large")
    query = client_over().get(SEARCH, json={"query": {"match_all": {}}})
    assert (query.status_code, query.get_json(force=True)["code"]) == (413, "body_too_large")
    assert client_over().get(SEARCH, data=b"").status_code == 200
    chunked = client_over().get(SEARCH, headers={"Transfer-Encoding": "chunked"})
    assert (chunked.status_code, chunked.get_json()["code"]) == (413, "body_too_large")


def test_a_search_stops_at_its_deadline(sample_index: Path) -> None:
    app = create_app(sample_index)
    app.config["QUERY_SECONDS"] = -1
    answer = app.test_client().get(f"{SEARCH}?q=جسر")
    assert (answer.status_code, answer.get_json()["code"]) == (503, "query_too_slow")
    assert answer.headers["Retry-After"]
    assert app.test_client().get("/?q=جسر").status_code == 503
    deadline.check()
    app.config["QUERY_SECONDS"] = 10
    assert app.test_client().get(f"{SEARCH}?q=جسر").status_code == 200


def test_each_thread_has_its_own_deadline() -> None:
    deadline.begin(-1)
    with pytest.raises(TooSlowError):
        deadline.check()
    thread = threading.Thread(target=deadline.check)
    thread.start()
    thread.join()
    deadline.end()
    deadline.check()
