# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests the server under load and with invalid requests: no failed answer while a run publishes, no 500, no growth."""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import socket
import threading
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes

import pytest
from flask import Flask, Response, request, request_finished

from indexer.engine.engines import store_at
from indexer.engine.local.whoosh_engine import WhooshEngine
from indexer.operating.verify import verify
from indexer.settings import number_setting
from tests.load import CONNECTIONS, WARM, ask, publish_under_load
from tests.servers import exchange, running_server
from tests.serving.test_workers import master
from web.api.addresses import ROOT
from web.api.views import ENDPOINTS
from web.app import create_app


@pytest.mark.slow
def test_no_request_fails_while_a_run_publishes(shared: Path, tmp_path: Path, engine: WhooshEngine) -> None:
    """Two processes, real queries over eight connections, and runs at the same time. `tests.bench.publishing` times
    it."""
    result, runs = publish_under_load(shared / "data", tmp_path, count=20_000, seconds=10)
    assert result.failed == []
    # A renewed process closes its kept connections; no process is renewed before it has answered this many requests.
    renewed = (len(result.answered) + WARM) // number_setting("max_requests")
    assert result.repeats <= renewed * CONNECTIONS
    assert set(runs) == {0}
    assert len(result.generations) > 1
    assert verify(store_at(tmp_path / "index"), "", lambda done, total: None).problems == ()


def test_only_a_kept_connection_that_was_closed_is_asked_again() -> None:
    """Tests `load` itself with a server that answers a fixed number of requests of each connection and then closes
    it."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    def serve(listening: socket.socket, answers: list[list[bytes]]) -> None:
        for of_connection in answers:
            connection, _ = listening.accept()
            with connection:
                for each in of_connection:
                    connection.recv(65_536)
                    connection.sendall(each)

    def asked(answers: list[list[bytes]], times: int) -> list[bool]:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            server = threading.Thread(target=serve, args=(listening, answers))
            server.start()
            connection = http.client.HTTPConnection("127.0.0.1", listening.getsockname()[1], timeout=10)
            try:
                return [ask(connection, "/")[2] for _ in range(times)]
            finally:
                connection.close()
                server.join()

    assert asked([[answer, answer], [answer]], 3) == [False, False, True]
    failing: list[list[list[bytes]]] = [[[]], [[answer], []], [[answer, answer[:-1]]]]
    for wrong in failing:
        with pytest.raises((OSError, http.client.HTTPException)):
            asked(wrong, 2)


SIGNS = """ " ' ( ) * ~ : - | \\ .. / { } العراق و ال # < & = ; + ٢٠٢٠ 2021-12 true -1 0 1e9 gen-000001 CURRENT {{7*7}}
    % %00 %ff %ED%A0%80 %E2%80%AE %0d%0a <script> etc/passwd %2e%2e%2f"""
NONSENSE = [*SIGNS.split(), "9" * 30, "a" * 300, " "]
OWN_NAMES = {ROOT + endpoint.rule: sorted(endpoint.names) for endpoint in ENDPOINTS}
NAMES = (*sorted(set().union(*(endpoint.names for endpoint in ENDPOINTS))), *"qqqx", "lang")
METHODS = ["GET"] * 12 + ["HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"]


def any_request(app: Flask, chosen: random.Random, ids: Sequence[str]) -> tuple[str, str, dict[str, str]]:
    """Generates a method, an address on or near one of the application's routes, and headers.

    Half of the variable parts of an address are real: an article's id from ``ids``, the stylesheet, the first sitemap.
    An address of the API often has only known parameters.
    """

    def some(most: int) -> str:
        return "".join(chosen.choices(NONSENSE, k=chosen.randint(0, most)))

    rule = chosen.choice([*app.url_map.iter_rules()]).rule
    real = {"<int:number>": "1", "<path:filename>": "style.css"}

    def filled(part: re.Match[str]) -> str:
        return real.get(part[0], chosen.choice(ids)) if chosen.random() < 0.5 else quote(some(2), safe="%/")

    path = re.sub("<[^>]*>", filled, rule)
    path += chosen.choice(["", "", "", "", "/", f"/{quote(some(2), safe='%/')}"])
    names = chosen.choice([NAMES, OWN_NAMES.get(rule) or NAMES])
    pairs = [f"{chosen.choice(names)}={quote(some(4), safe='%')}" for _ in range(chosen.randint(0, 4))]
    headers = {}
    for name in (
        "If-None-Match",
        "Accept-Encoding",
        "X-Request-ID",
        "X-Forwarded-For",
        "Range",
        "Host",
        "Accept-Language",
    ):
        if chosen.random() < 0.1:
            headers[name] = "".join(c for c in some(3) if " " <= c <= "~")
    return chosen.choice(METHODS), f"{path}?{'&'.join(pairs)}", headers


def fuzz(app: Flask, times: int) -> Counter[tuple[str, int]]:
    """Returns how many requests each rule ("" for none) answered with each status."""
    client = app.test_client()
    chosen = random.Random(20211204)
    answered: Counter[tuple[str, int]] = Counter()
    rules: list[str] = []

    def remember(sender: Flask, response: Response) -> None:
        rules.append(request.url_rule.rule if request.url_rule else "")

    ids = [one["id"] for one in client.get("/api/v1/search?per_page=100&collapse=0").get_json()["results"]]
    request_finished.connect(remember, app)
    for number in range(times):
        method, target, headers = any_request(app, chosen, ids)
        path, _, query = target.partition("?")
        # As a server passes it on, not normalised as by a client.
        environ = {"PATH_INFO": unquote_to_bytes(path).decode("latin-1"), "QUERY_STRING": query}
        environ |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
        with client.open("/", method=method, environ_overrides=environ) as answer:
            assert answer.status_code < 500, (method, target, headers)
            assert len(rules) == number + 1
            answered[rules[-1], answer.status_code] += 1
    return answered


@pytest.mark.parametrize(("times", "most"), [(600, 9), pytest.param(20_000, 0, marks=pytest.mark.slow)])
def test_no_request_makes_the_server_fail(
    sample_index: Path, times: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Checks also that the requests reach their targets: all rules except ``most`` give their normal answer at least
    once."""
    monkeypatch.setenv("FIHRIST_PUBLIC_URL", "https://news.example.org")
    app = create_app(sample_index)
    answered = fuzz(app, times)
    assert answered.total() == times
    assert {200, 400, 404, 405} <= {status for _, status in answered}
    never = [one.rule for one in app.url_map.iter_rules() if (one.rule, 200) not in answered]
    assert len(never) <= most, never


@pytest.mark.parametrize("times", [60, pytest.param(2_000, marks=pytest.mark.slow)])
def test_no_bytes_make_the_server_fail(sample_index: Path, times: int) -> None:
    """The server refuses bytes that are not HTTP and goes on answering."""
    chosen = random.Random(20211204)
    line = b"GET /api/v1/search?q=%D8%A7 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc"
    with running_server(sample_index) as address:
        for _ in range(times):
            raw = bytearray(line)
            for _ in range(chosen.randint(1, 6)):
                at = chosen.randrange(len(raw))
                raw[at : at + chosen.randint(0, 3)] = chosen.randbytes(chosen.randint(0, 4))
            try:
                head, _ = exchange(address, bytes(raw[: raw.find(b"\r\n\r\n") + 4]) + b"\r\n\r\n" * 2)
            except OSError:
                continue  # closed before all bytes were sent
            assert not head.startswith(b"HTTP/1.1 5") or head.startswith(b"HTTP/1.1 501"), bytes(raw)
        sound = b"GET /api/v1/search?q=%D8%A7 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        assert exchange(address, sound)[0].startswith(b"HTTP/1.1 200")


def resident(parent: int) -> int:
    """Returns the resident memory of the process's only child in kilobytes, from the kernel."""
    (child,) = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    (line,) = [line for line in Path(f"/proc/{child}/status").read_text().splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1])


MIXED = {
    **{f"/api/v1/search?q={quote(q)}": 200 for q in ("جسر", "المدينة", "ميناء الفاو", "وزير")},
    f"/?q={quote('السنابل')}&sort=newest": 200,
    "/": 200,
    "/readyz": 200,
    "/metrics": 200,
    "/nothing": 404,
    "/?page=x": 400,
    f"/api/v1/search?q={quote('جسر')}&page=99": 404,
}


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="needs /proc")
@pytest.mark.parametrize(("requests", "kilobytes"), [(500, 3_000), pytest.param(50_000, 1_500, marks=pytest.mark.slow)])
def test_a_process_does_not_grow(
    sample_index: Path, requests: int, kilobytes: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Measures the second half of the requests, when all caches are full.

    Runs one process of the server as `fihrist serve` starts it, but never renewed, over the sample archive (66
    articles), and requests a few addresses again and again. The benchmark measures the memory for a large archive.
    """
    asked = list(MIXED)
    sizes, wrong = [], []
    with running_server(sample_index, max_requests=0) as address:
        server = master(address[1])
        connection = http.client.HTTPConnection(*address, timeout=30)
        for number in range(requests):
            target = asked[number % len(asked)]
            connection.request("GET", target)
            answer = connection.getresponse()
            answer.read()
            if answer.status != MIXED[target]:
                wrong.append((target, answer.status))
            if (number + 1) % (requests // 10) == 0:
                sizes.append(resident(server))
        connection.close()
    with capsys.disabled():
        print(f"\nkB after each tenth of {requests} requests: {json.dumps(sizes)}")
    assert wrong == []
    assert sizes[-1] - sizes[4] < kilobytes
