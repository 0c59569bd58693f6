# SPDX-License-Identifier: GPL-3.0-or-later
"""A server between Fihrist and a cluster that can answer wrongly, late or not at all, and remembers what was asked."""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Asked:
    """A request. ``path`` has no parameters; they are in ``parameters``, as they were sent."""

    method: str
    path: str
    parameters: str
    body: bytes

    def lines(self) -> list[Any]:
        """Returns the JSON values that the body holds, one a line."""
        return [json.loads(line) for line in self.body.splitlines() if line]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer. It is sent after ``seconds``; with ``cut`` the connection ends in the middle of the body."""

    body: bytes
    status: int = 200
    kind: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    seconds: float = 0.0
    cut: bool = False

    @classmethod
    def of(cls, value: object, status: int = 200, seconds: float = 0.0) -> Reply:
        """Returns the answer with ``value`` as JSON."""
        return cls(json.dumps(value).encode(), status, seconds=seconds)


def refused(status: int, kind: str, reason: str = "refused by the test") -> Reply:
    """Returns an error in the form that OpenSearch gives it."""
    cause = {"type": kind, "reason": reason}
    return Reply.of({"error": {**cause, "root_cause": [cause]}, "status": status}, status)


Rule = Callable[[Asked], Reply | None]
Change = Callable[[Asked, Any], Any]


@dataclass
class Faulty:
    """What the server does. Tests set ``rule``: an answer of its own, or None to pass the request on to ``upstream``.

    ``change`` gets the JSON of each answer that was passed on, and returns what the client is to get: JSON, or a reply.
    """

    host: str = ""
    upstream: str = ""
    rule: Rule = lambda asked: None
    change: Change | None = None
    asked: list[Asked] = field(default_factory=list)

    def address(self, name: str, scheme: str = "opensearch") -> str:
        """Returns the address of the index ``name`` behind this server."""
        return f"{scheme}://{self.host}/{name}"

    @contextmanager
    def answering(self, rule: Rule) -> Iterator[None]:
        """Lets ``rule`` hold for the block."""
        before, self.rule = self.rule, rule
        try:
            yield
        finally:
            self.rule = before

    def first(self, count: int, reply: Reply, path: str = "") -> Rule:
        """Returns a rule by which the first ``count`` requests whose path matches ``path`` get ``reply``."""
        left = [count]

        def rule(asked: Asked) -> Reply | None:
            if not left[0] or not re.search(path, asked.path):
                return None
            left[0] -= 1
            return reply

        return rule

    def answer(self, asked: Asked, headers: dict[str, str]) -> Reply:
        """Returns what is sent."""
        self.asked.append(asked)
        if reply := self.rule(asked):
            return reply
        if not self.upstream:
            return refused(404, "not_found")
        passed = http.client.HTTPConnection(self.upstream, timeout=_SECONDS)
        with contextlib.closing(passed):
            target = f"{asked.path}?{asked.parameters}" if asked.parameters else asked.path
            passed.request(asked.method, target, asked.body or None, headers)
            got = passed.getresponse()
            body, kind = got.read(), got.getheader("Content-Type", "application/json")
        if self.change:
            changed = self.change(asked, json.loads(body))
            if isinstance(changed, Reply):
                return changed
            body = json.dumps(changed).encode()
        return Reply(body, got.status, kind)


@contextmanager
def faulty(upstream: str = "", certificate: Path | None = None) -> Iterator[Faulty]:
    """Runs such a server before ``upstream`` (host:port), or alone; over TLS with the key and certificate in a file."""
    told = Faulty(upstream=upstream)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path, _, parameters = self.path.partition("?")
            kept = {name: self.headers[name] for name in ("Content-Type",) if name in self.headers}
            reply = told.answer(Asked(self.command, path, parameters, body), kept)
            time.sleep(reply.seconds)
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.kind)
            self.send_header("Content-Length", str(len(reply.body)))
            for name, value in reply.headers:
                self.send_header(name, value)
            self.end_headers()
            if self.command == "HEAD":
                return
            self.wfile.write(reply.body[: len(reply.body) // 2] if reply.cut else reply.body)
            if reply.cut:
                self.close_connection = True

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _handle  # the names of the library

        def log_message(self, format: str, *args: object) -> None:  # the name of the library
            """Says nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """Says nothing: clients that go away are part of the tests."""

    with Server(("127.0.0.1", 0), Handler) as server:
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        told.host = f"127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield told
        finally:
            server.shutdown()
            thread.join()


def paths(asked: list[Asked]) -> list[str]:
    """Returns what was asked for, without parameters and bodies."""
    return [f"{one.method} {unquote(one.path)}" for one in asked]
