# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests the server in several processes: what they share, how they are renewed, and how they follow new generations."""

from __future__ import annotations

import functools
import json
import os
import signal
import socket
import threading
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest
from gunicorn.http.errors import NoMoreData

from indexer.search.archive import Archive
from tests.commands.test_cli import Streams, fihrist
from tests.conftest import Build
from tests.servers import exchange, request_line, running_server
from tests.serving.test_observe import count
from tests.web_fixtures import ListArchive, app_over
from web.requests.exchange import EXTENSION
from web.serving.following import follow
from web.serving.observe import RATE_LIMIT
from web.serving.worker import REQUEST_SECONDS, TimedUnreader

SEARCH = "/api/v1/search"
HEALTHY = b'{"status":"ok"}\n'


def test_a_port_in_use_is_reported_in_one_line(sample_index: Path, capsys: Streams) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        code, out, err = fihrist(capsys, "serve", "--index", str(sample_index), "--port", port)
    assert (code, out) == (2, "")
    assert err == (
        f"fihrist: 127.0.0.1 port {port} cannot be listened on (Address already in use); "
        "choose another by --host or --port\n"
    )
    code, _, err = fihrist(capsys, "serve", "--index", str(sample_index), "--host", "no.such.host.invalid")
    assert (code, len(err.splitlines())) == (2, 1)
    assert fihrist(capsys, "serve", "--log-level", "loud")[0] == 2


def fetch(address: tuple[str, int], target: str) -> tuple[int, bytes, bytes]:
    """Returns status, head and body."""
    head, body = exchange(address, request_line(target.encode()))
    return int(head.split(b" ")[1]), head, body


def test_several_processes_count_as_one_and_are_renewed_unnoticed(sample_index: Path, tmp_path: Path) -> None:
    written = tmp_path / "access.log"
    settings = {"workers": 2, "max_requests": 25}
    with running_server(sample_index, written, **settings) as address:
        seen = [fetch(address, f"{SEARCH}?q=جسر&page={number % 2 + 1}")[0] for number in range(120)]
        assert set(seen) == {200, 404}
        style = fetch(address, "/static/style.css")[2]
        text = fetch(address, "/metrics")[2].decode()
    assert count(text, 'fihrist_requests_total{route="/api/v1/search"') == 120
    assert count(text, 'fihrist_requests_total{route="/static/') == 1
    lines = [json.loads(line) for line in written.read_text().splitlines()]
    assert [line["bytes"] for line in lines if line["path"] == "/static/style.css"] == [len(style)]
    assert Counter(line["status"] for line in lines if line["path"] == SEARCH) == Counter(seen)
    assert len({line["request_id"] for line in lines}) == len(lines) == 122


def test_several_processes_share_the_request_allowance(sample_index: Path) -> None:
    with running_server(sample_index, workers=2, rate=30) as address:
        start = time.monotonic()
        statuses = Counter(fetch(address, f"{SEARCH}?per_page=1")[0] for _ in range(50))
        seconds = time.monotonic() - start
    assert statuses[429] + statuses[200] == 50
    # The limit is thirty, plus one for every two seconds; two processes may count one request as two.
    assert 30 <= statuses[200] <= 31 + seconds / 2 + 5


def test_without_the_follower_the_archive_checks_for_new_generations_itself(
    sample_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = Archive(sample_index)

    def fail(seconds: float) -> None:
        assert archive.watched
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr(time, "sleep", fail)
        with pytest.raises(MemoryError):
            follow(archive)
    assert not archive.watched


def test_new_generations_are_used_without_a_wrong_or_missing_answer(tmp_path: Path, build: Build) -> None:
    """Searches from several threads, and checks each answer against the generation that it names."""
    publishes, base = 8, 5
    news, index = tmp_path / "news", tmp_path / "index"
    news.mkdir()

    def add(number: int) -> None:
        text = f'{{"title": "خبر رقم {number}", "body": "نص الخبر عن المدينة"}}\n'
        (news / f"{number}.jsonl").write_text(text, encoding="utf-8")

    for number in range(base):
        add(number)
    build(index, news)
    wrong: list[object] = []
    seen = {number: threading.Event() for number in range(1, publishes + 2)}
    asked = Counter[str]()
    done = threading.Event()

    def ask(address: tuple[str, int], query: str) -> None:
        while not done.is_set():
            try:
                status, _, body = fetch(address, f"{SEARCH}?q={query}&per_page=100")
                data = json.loads(body)
                number = int(data["index"]["generation"].removeprefix("gen-"))
                wanted = base + number - 1
                ids = {result["id"] for result in data["results"]}
                if (status, data["total"], data["index"]["articles"], len(ids)) != (200, wanted, wanted, wanted):
                    wrong.append(data)
                seen[number].set()
                asked[query] += 1
            except (OSError, ValueError, LookupError) as error:
                wrong.append(error)

    with running_server(index, workers=2) as address:
        threads = [threading.Thread(target=ask, args=(address, query)) for query in ("", "المدينة", "للخبر", "المدينه")]
        for thread in threads:
            thread.start()
        for turn in range(publishes):
            add(base + turn)
            build(index, news)
            assert seen[turn + 2].wait(30), "no answer comes from the new generation"
        done.set()
        for thread in threads:
            thread.join()
    assert wrong == []
    assert min(asked.values()) > publishes


def test_a_reload_loses_no_request(sample_index: Path, tmp_path: Path) -> None:
    """SIGHUP makes the server start new processes and let the old ones finish."""
    wrong: list[object] = []
    done = threading.Event()
    written = tmp_path / "out"

    def ask(address: tuple[str, int]) -> None:
        while not done.is_set():
            try:
                if fetch(address, f"{SEARCH}?q=جسر")[0] != 200:
                    wrong.append("not 200")
            except (OSError, IndexError) as error:
                wrong.append(error)

    with running_server(sample_index, written, workers=2) as address:
        thread = threading.Thread(target=ask, args=(address,))
        thread.start()
        for _ in range(2):
            os.kill(master(address[1]), 1)
            time.sleep(2)
        done.set()
        thread.join()
    assert wrong == []


def test_a_stop_answers_the_requests_that_already_wait(sample_index: Path) -> None:
    with running_server(sample_index, threads=1, exports=1) as address, ExitStack() as open_ones:
        busy = open_ones.enter_context(half_a_request(address, b"GET /healthz HTTP/1.1\r\nX: "))
        time.sleep(0.5)
        waiting = [open_ones.enter_context(half_a_request(address, request_line(b"/healthz"))) for _ in range(5)]
        os.kill(master(address[1]), signal.SIGTERM)
        for _ in range(300):
            if not accepts(address):
                break
            time.sleep(0.1)
        else:
            pytest.fail("the server still accepts connections")
        busy.sendall(b"x\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        for one in (busy, *waiting):
            assert b"".join(iter(functools.partial(one.recv, 4_096), b"")).endswith(HEALTHY)


def accepts(address: tuple[str, int]) -> bool:
    """Returns whether any process listens at ``address``."""
    try:
        socket.create_connection(address, timeout=30).close()
    except ConnectionRefusedError:
        return False
    return True


def master(port: int) -> int:
    """Returns the first of the processes that run with this port as setting."""
    wanted = f"FIHRIST_PORT={port}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if b"gunicorn" in (folder / "cmdline").read_bytes() and wanted in (folder / "environ").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue
    return min(found)


def half_a_request(address: tuple[str, int], said: bytes) -> socket.socket:
    connection = socket.create_connection(address, timeout=30)
    connection.sendall(said)
    return connection


def is_waited_for(connection: socket.socket) -> bool:
    """Returns whether the server still waits for the rest of a request: it neither answered nor closed the
    connection."""
    connection.setblocking(False)
    try:
        connection.recv(1)
    except BlockingIOError:
        return True
    finally:
        connection.settimeout(30)
    return False


def test_silent_clients_keep_no_thread(sample_index: Path) -> None:
    with running_server(sample_index, threads=1, exports=1) as address, ExitStack() as open_ones:
        silent = [open_ones.enter_context(half_a_request(address, b"")) for _ in range(200)]
        # If the only thread waited a tenth of a second for each of them, this request would time out before its turn.
        assert fetch(address, "/healthz")[0] == 200
        assert all(map(is_waited_for, silent))


def test_a_busy_process_leaves_new_connections_to_the_others(sample_index: Path) -> None:
    with running_server(sample_index, workers=2, threads=1, exports=1) as address, ExitStack() as open_ones:
        # Whichever process accepts this connection waits for the rest of the request.
        busy = open_ones.enter_context(half_a_request(address, b"GET /healthz HTTP/1.1\r\nX: "))
        time.sleep(0.5)
        assert {fetch(address, "/healthz")[0] for _ in range(12)} == {200}
        assert is_waited_for(busy)


def test_a_connection_is_accepted_when_it_sends_something(sample_index: Path) -> None:
    """A process with time for it accepts it then; accepted earlier, it would wait for that one process."""
    with running_server(sample_index, workers=2, threads=1, exports=1) as address, ExitStack() as open_ones:
        fetch(address, "/readyz")
        time.sleep(1)  # so that both processes have started
        first, *others = [open_ones.enter_context(half_a_request(address, b"")) for _ in range(7)]
        time.sleep(0.2)
        first.sendall(b"GET /healthz HTTP/1.1\r\nX: ")
        time.sleep(0.5)
        for other in others:
            other.sendall(request_line(b"/healthz"))
            assert other.recv(12) == b"HTTP/1.1 200"
        assert is_waited_for(first)


def test_the_server_does_not_wait_for_clients_that_do_not_close(sample_index: Path) -> None:
    asked = request_line(b"/healthz")
    with running_server(sample_index, threads=2, exports=1) as address, ExitStack() as open_ones:
        slow = [open_ones.enter_context(half_a_request(address, asked)) for _ in range(12)]
        # If the two threads waited two seconds for each client, this request would time out before its turn.
        assert fetch(address, "/healthz")[0] == 200
        # The server tells clients that it sends no more; they may still send a little.
        for one in slow:
            assert b"".join(iter(functools.partial(one.recv, 4_096), b"")).endswith(HEALTHY)
            one.sendall(b"x")
        with pytest.raises(OSError, match=r"reset|pipe"):
            slow[0].sendall(b"x" * 50_000_000)


def test_no_header_sets_the_mount_point_of_the_application(sample_index: Path) -> None:
    """Some servers accept it from a proxy on the same machine, which may pass on what a stranger sent."""
    with running_server(sample_index) as address:
        for header in (b"SCRIPT_NAME: /elsewhere", b"SCRIPT_NAME: /api", b"PATH_INFO: /metrics"):
            head, body = exchange(address, request_line(b"/api/").replace(b"\r\n\r\n", b"\r\n" + header + b"\r\n\r\n"))
            assert head.startswith(b"HTTP/1.1 200 "), header
            assert b"/elsewhere" not in body
        forwarded = b"\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Ssl: off\r\n\r\n"
        head, body = exchange(address, request_line(b"/opensearch.xml").replace(b"\r\n\r\n", forwarded))
        assert head.startswith(b"HTTP/1.1 200 ")
        assert b"https://localhost" not in body


def test_the_rest_of_a_late_request_is_not_waited_for() -> None:
    here, there = socket.socketpair()
    with here, there:
        source = TimedUnreader(here)
        source.deadline = time.monotonic() + 0.1
        there.sendall(b"GET / ")
        assert source.read() == b"GET / "
        with pytest.raises(NoMoreData):
            source.read()
        assert here.gettimeout() is None


@pytest.mark.slow
def test_clients_with_half_a_request_keep_no_thread_for_long(sample_index: Path) -> None:
    with running_server(sample_index, threads=2, exports=1) as address, ExitStack() as open_ones:
        slow = [open_ones.enter_context(half_a_request(address, b"GET /healthz HTTP/1.1\r\nX: ")) for _ in range(2)]
        start = time.monotonic()
        while time.monotonic() - start < REQUEST_SECONDS - 2:
            for one in slow:
                one.sendall(b"a")  # the whole request must arrive in time, not just its next byte
            time.sleep(1)
        assert fetch(address, "/healthz")[0] == 200
        assert time.monotonic() - start < REQUEST_SECONDS + 5
        assert [one.recv(1) for one in slow] == [b"", b""]


def test_shared_state_ends_with_its_application() -> None:
    first, second = app_over(ListArchive()), app_over(ListArchive())
    first.test_client().get("/healthz")
    assert "/healthz" not in second.test_client().get("/metrics").get_data(as_text=True)
    assert first.extensions[RATE_LIMIT] is None
    assert first.extensions[EXTENSION] is not second.extensions[EXTENSION]
