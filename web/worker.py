"""gunicorn's threaded worker, refusing addresses that are too long or not ASCII in the application's own form.

gunicorn refuses such a request line while reading it, before there is a request that the application could answer,
and says so on a page of its own. This worker looks at the first bytes as they lie in the socket, so that it knows
afterwards whether the API was meant.
"""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import Any

from flask import Flask
from gunicorn.http.errors import InvalidRequestLine, LimitRequestLine
from gunicorn.workers.gthread import ThreadWorker

from web.exchange import API
from web.problems import refusal

# Bytes enough for "OPTIONS /api/", and how long in seconds a new connection is waited for to send them.
_START_BYTES = 64
_START_SECONDS = 1.0


class Worker(ThreadWorker):
    """A `ThreadWorker` that answers 414 and 400 as problem+json under /api/, and as a page elsewhere."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Made by gunicorn, whose arguments these are."""
        super().__init__(*args, **kwargs)
        self._seen = threading.local()

    def handle(self, conn: Any) -> Any:
        """Handle one request of ``conn``, remembering how its request line begins."""
        self._seen.start = b""
        if conn.wait_for_data(_START_SECONDS):
            with suppress(OSError):  # closed by the client: the request is handled, or not, as if never looked at
                self._seen.start = conn.sock.recv(_START_BYTES, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        return super().handle(conn)

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        """Refuse a request line in the application's form; leave all else to gunicorn."""
        app: object = self.wsgi
        if not isinstance(exc, LimitRequestLine | InvalidRequestLine) or not isinstance(app, Flask):
            super().handle_error(req, client, addr, exc)
            return
        status = 414 if isinstance(exc, LimitRequestLine) else 400
        self.log.warning("Refused a request line with %d: %.200s", status, exc)
        target = self._seen.start.partition(b" ")[2]
        with suppress(OSError):  # a client that has gone needs no answer
            client.sendall(refusal(app, API if target.startswith(API.encode()) else "/", status))
