"""gunicorn's threaded worker, taking Arabic addresses and refusing bad ones in the application's own form.

People type ``curl 'http://…/api/v1/search?q=العراق'``, and curl sends the letters as they are. Browsers encode them,
other servers take both; gunicorn refuses what is not ASCII, so here it is encoded before gunicorn looks.

An over-long or malformed request line gunicorn refuses while reading it, before there is a request that the
application could answer, and says so on a page of its own. This worker looks at the first bytes as they lie in the
socket, so that it knows afterwards whether the API was meant.
"""

from __future__ import annotations

import gc
import re
import socket
import threading
import time
from contextlib import suppress
from threading import Thread
from typing import Any

from flask import Flask
from gunicorn.http.errors import InvalidHTTPVersion, InvalidRequestLine, LimitRequestLine
from gunicorn.http.message import Request
from gunicorn.http.parser import RequestParser
from gunicorn.workers.gthread import ThreadWorker

from indexer.errors import FihristError
from indexer.search.archive import Archive
from web.exchange import API, EXTENSION
from web.limits import RateLimit
from web.metrics import Table
from web.observe import share
from web.problems import refusal

# Bytes enough for "OPTIONS /api/", and how long in seconds a new connection is waited for to send them.
_START_BYTES = 64
_START_SECONDS = 1.0


FOLLOW_SECONDS = 0.5
"""How often a process looks for a new generation."""

# How often young, older and all objects are looked through for garbage. All of them take 100 ms and more, since what
# the analyser remembers of words are hundreds of thousands: that is done when a generation was replaced, not amid a
# request.
_COLLECTIONS = (10_000, 20, 1_000_000)

# A space in an address makes what follows it the version.
_REFUSED = (LimitRequestLine, InvalidRequestLine, InvalidHTTPVersion)
_NOT_ASCII = re.compile(rb"[\x80-\xff]")


def follow(archive: Archive, seconds: float = FOLLOW_SECONDS) -> None:
    """Open each new generation soon after it is published, so that no request waits for that. Never returns."""
    archive.watched = True
    try:
        while True:
            try:
                if archive.refresh():
                    gc.collect()
                time.sleep(seconds)
            except FihristError:  # there is none, or none that can be read: whoever asks is told, and it is logged
                time.sleep(10 * seconds)
    finally:
        archive.watched = False  # requests look for themselves again


class ArabicRequest(Request):
    """A request whose target may hold letters that are not ASCII: each of their bytes is percent-encoded."""

    def parse_request_line(self, line_bytes: bytes) -> None:
        """Parse the request line, its target encoded."""
        super().parse_request_line(_NOT_ASCII.sub(lambda byte: b"%%%02X" % byte[0][0], line_bytes))


class Worker(ThreadWorker):
    """A `ThreadWorker` that answers 414 and 400 as problem+json under /api/, and as a page elsewhere."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Made by gunicorn, whose arguments these are."""
        super().__init__(*args, **kwargs)
        self._seen = threading.local()
        self.shared: tuple[Table, int, RateLimit | None]
        RequestParser.mesg_class = ArabicRequest  # gunicorn has no setting for it

    def load_wsgi(self) -> None:
        """Load the application, give it what all processes share, and follow what is published."""
        super().load_wsgi()
        gc.set_threshold(*_COLLECTIONS)
        app: object = self.wsgi
        if isinstance(app, Flask):
            share(app, *self.shared)
            Thread(target=follow, args=(app.extensions[EXTENSION],), name="follow", daemon=True).start()

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
        if not isinstance(exc, _REFUSED) or not isinstance(app, Flask):
            super().handle_error(req, client, addr, exc)
            return
        status = 414 if isinstance(exc, LimitRequestLine) else 400
        self.log.warning("Refused a request line with %d: %.200s", status, exc)
        target = self._seen.start.partition(b" ")[2]
        with suppress(OSError):  # a client that has gone needs no answer
            client.sendall(refusal(app, API if target.startswith(API.encode()) else "/", status))
