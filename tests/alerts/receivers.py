# SPDX-License-Identifier: GPL-3.0-or-later
"""A webhook and a mail server of this machine, which keep what they get and misbehave as they are told."""

from __future__ import annotations

import json
import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Hook:
    """What a webhook got. ``answers`` are the statuses of the next answers, or "hang" and "drip"; then 204.

    ``before`` is called when a post has arrived, before it is answered.
    """

    address: str
    answers: list[int | str] = field(default_factory=list)
    posts: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    before: Callable[[], None] = lambda: None
    ended: threading.Event = field(default_factory=threading.Event)

    def bodies(self) -> list[dict[str, Any]]:
        """Returns the objects that were posted."""
        return [json.loads(body) for _, body in self.posts]

    def told(self) -> list[str]:
        """Returns the headlines that arrived, each delivery once, as a receiver does that knows its identifier."""
        once = {headers["webhook-id"]: json.loads(body) for headers, body in self.posts}
        return [article["title"] for body in once.values() for article in body["data"]["articles"]]


@contextmanager
def hook() -> Iterator[Hook]:
    """A webhook that listens while the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.posts.append(({name.lower(): value for name, value in self.headers.items()}, body))
            made.before()
            answer = made.answers.pop(0) if made.answers else 204
            if answer == "hang":
                made.ended.wait(10)
                return
            if answer == "drip":
                with suppress(OSError):
                    while not made.ended.wait(0.05):
                        self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                return
            self.send_response(int(answer))
            if 300 <= int(answer) < 400:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            made.posts.append(({}, b"null"))
            self.send_error(404)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made = Hook(f"http://127.0.0.1:{server.server_port}/hooks/خطّاف?to=desk")
        server.daemon_threads = True
        with _serving(server):
            yield made
            made.ended.set()


@dataclass
class Post:
    """What a mail server got. ``answers`` are the codes for the next recipients, or "hang"; then 250."""

    port: int
    answers: list[int | str] = field(default_factory=list)
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    before: Callable[[], None] = lambda: None
    ended: threading.Event = field(default_factory=threading.Event)


@contextmanager
def post() -> Iterator[Post]:
    """A mail server that listens while the block lasts."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 ready")
            while line := self.rfile.readline(2_000).decode().strip():
                verb = line.split(" ")[0].upper()
                if verb == "RCPT":
                    answer = made.answers.pop(0) if made.answers else 250
                    if answer == "hang":
                        made.ended.wait(10)
                        return
                    if answer == 250:
                        made.recipients.append(line.split("<")[1].rstrip(">"))
                    self._say(f"{answer} as told")
                elif verb == "DATA":
                    self._say("354 go on")
                    self._mail()
                    self._say("250 taken")
                else:
                    self._say("221 bye" if verb == "QUIT" else "250 fine")
                    if verb == "QUIT":
                        return

        def _mail(self) -> None:
            lines = []
            while (line := self.rfile.readline()) not in (b".\r\n", b""):
                lines.append(line[1:] if line.startswith(b".") else line)
            made.mails.append(message_from_bytes(b"".join(lines), policy=default))
            made.before()

        def _say(self, line: str) -> None:
            with suppress(OSError):
                self.wfile.write(f"{line}\r\n".encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        made = Post(server.server_address[1])
        server.daemon_threads = True
        with _serving(server):
            yield made
            made.ended.set()


@contextmanager
def _serving(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()


def closed_port() -> int:
    """Returns a port of this machine on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def waited(ready: Callable[[], bool], seconds: float = 60) -> bool:
    """Returns whether ``ready`` becomes true in time."""
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True
