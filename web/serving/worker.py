# SPDX-License-Identifier: GPL-3.0-or-later
"""gunicorn's threaded worker, changed where neither its settings nor nginx can do what is needed.

Each change is one method below, with its reason. After nginx, as in deploy/nginx.conf, the limits of time are rarely
reached: nginx receives a whole request first, and takes a whole answer at once.
"""

from __future__ import annotations

import re
import socket
import struct
import threading
import time
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ
from threading import Thread
from typing import Any

from flask import Flask
from gunicorn.http.errors import (  # type: ignore[attr-defined]  # the types are of an earlier gunicorn; below too
    ConfigurationProblem,
    InvalidResponseHeader,
    InvalidResponseHeaderName,
    LimitRequestHeaders,
    LimitRequestLine,
    NoMoreData,
    ParseException,
)
from gunicorn.http.message import Request
from gunicorn.http.parser import RequestParser
from gunicorn.http.unreader import SocketUnreader
from gunicorn.util import close_graceful
from gunicorn.workers.gthread import ThreadWorker

from web.requests.exchange import API, EXTENSION
from web.requests.problems import refusal
from web.serving.following import collect_seldom, follow
from web.serving.limits import RateLimit
from web.serving.metrics import CounterTable
from web.serving.observe import share

REQUEST_SECONDS = 10.0
"""How long a whole request may take to arrive. gunicorn waits for ever, with a thread."""

SEND_SECONDS = 30
"""How long an answer may stand still because the client does not read. gunicorn waits for ever, with a thread."""

_PARTING_SECONDS = 0.25
_START_BYTES = 64  # enough for "OPTIONS /api/"
_LAST_PER_THREAD = 8  # waiting connections that a process takes when it ends: about a second's work

# The parse errors that are not the client's fault.
_SERVER_ERRORS = (ConfigurationProblem, InvalidResponseHeader, InvalidResponseHeaderName)
_NOT_ASCII = re.compile(rb"[\x80-\xff]")


class ArabicRequest(Request):
    """A request whose address may hold bytes that are not ASCII; they are percent-encoded.

    ``curl 'http://…/api/v1/search?q=العراق'`` sends letters as they are. gunicorn refuses them, nginx passes them on.
    """

    def parse_request_line(self, line_bytes: bytes) -> None:
        """Parse the request line with its address encoded."""
        super().parse_request_line(_NOT_ASCII.sub(lambda byte: b"%%%02X" % byte[0][0], line_bytes))


class TimedUnreader(SocketUnreader):
    """Reads what a client sends until ``deadline`` (of `time.monotonic`)."""

    deadline = 0.0

    def chunk(self, size_hint: int | None = None) -> bytes:
        """Returns the next bytes. Raises NoMoreData at the deadline, as if the client had gone."""
        try:
            self.sock.settimeout(max(self.deadline - time.monotonic(), 0.001))
            return super().chunk(size_hint)  # type: ignore[call-arg]
        except TimeoutError:
            raise NoMoreData(b"") from None
        finally:
            self.sock.settimeout(None)


class Worker(ThreadWorker):
    """A `ThreadWorker` that serves one application of ours."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Made by gunicorn, with its arguments."""
        super().__init__(*args, **kwargs)
        self._first_bytes = threading.local()
        self._busy = 0
        self.shared: tuple[CounterTable, int, RateLimit | None]
        RequestParser.mesg_class = ArabicRequest  # gunicorn has no setting for it

    def load_wsgi(self) -> None:
        """Load the application, give it what all processes share, and follow new generations."""
        super().load_wsgi()
        collect_seldom()
        app: object = self.wsgi
        if isinstance(app, Flask):
            share(app, *self.shared)
            try:
                Thread(target=follow, args=(app.extensions[EXTENSION],), name="follow", daemon=True).start()
            except RuntimeError as error:  # no thread can be started now: requests look for new generations themselves
                self.log.error("no thread follows new generations (%s); each request looks for them", error)

    def enqueue_req(self, conn: Any) -> None:
        """Give ``conn`` to a thread once its client has sent something.

        gunicorn lets a thread wait for that for five seconds: a few silent clients would keep all threads.
        """
        if not conn.wait_for_data(0):
            conn.sock.setblocking(False)
            conn.set_timeout()
            self.pending_conns.append(conn)
            self.poller.register(conn.sock, EVENT_READ, partial(self.on_pending_socket_readable, conn))
            return
        super().enqueue_req(conn)
        self._busy += 1  # after the call, which raises if it finds no thread: then nothing calls `finish_request`
        if self._busy >= self.cfg.threads:
            super().set_accept_enabled(False)

    def finish_request(self, conn: Any, fs: Any) -> None:
        """See to ``conn`` after a thread handled it."""
        self._busy -= 1
        if conn.sock.fileno() < 0:  # `handle` has closed it
            self.nr_conns -= 1
        else:
            super().finish_request(conn, fs)

    def set_accept_enabled(self, enabled: bool | None) -> None:
        """Take new connections while a thread is free; else they are left to other processes.

        gunicorn takes connections for busy threads too, so that requests wait beside an idle process.
        """
        super().set_accept_enabled(bool(enabled) and self.alive and self._busy < self.cfg.threads)
        if not self.alive:
            self._take_last_connections()

    def _take_last_connections(self) -> None:
        """Take some of the connections that wait in the system, then no more.

        At the end of the last process gunicorn cuts them off. Only some are taken: other processes may have more time.
        """
        listeners, self.sockets = self.sockets, []
        for listener in listeners:
            for taken in range(self.nr_conns, self.nr_conns + _LAST_PER_THREAD * self.cfg.threads):
                if self.nr_conns == taken:  # else no further connection waited
                    self.accept(listener)
            listener.close()

    def handle(self, conn: Any) -> Any:
        """Handle one request of ``conn``, within the limits of time; if it is the last one, close ``conn``.

        gunicorn closes it in the loop of the process, and waits up to two seconds for the client to close it, too:
        a client that does not would stop all others.
        """
        self._first_bytes.seen = b""
        with suppress(OSError):  # the client has closed it: gunicorn finds out by itself
            self._first_bytes.seen = conn.sock.recv(_START_BYTES, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        if not conn.initialized:
            conn.init()
            conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", SEND_SECONDS, 0))
            conn.parser.unreader = TimedUnreader(conn.sock)
        conn.parser.unreader.deadline = time.monotonic() + REQUEST_SECONDS
        kept = super().handle(conn)
        if not kept:
            close_graceful(conn.sock, _PARTING_SECONDS)
        return kept

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        """Refuse a malformed or too long request in the application's form; leave other errors to gunicorn.

        gunicorn answers such a request with a page of its own, before the application sees it. Whether the API was
        meant is known from the first bytes, which `handle` has looked at.
        """
        app: object = self.wsgi
        if not isinstance(exc, ParseException) or isinstance(exc, _SERVER_ERRORS) or not isinstance(app, Flask):
            super().handle_error(req, client, addr, exc)
            return
        status = 414 if isinstance(exc, LimitRequestLine) else 431 if isinstance(exc, LimitRequestHeaders) else 400
        self.log.warning("Refused a request with %d: %.200s", status, exc)
        target = self._first_bytes.seen.partition(b" ")[2]
        with suppress(OSError):  # the client has gone
            client.sendall(refusal(app, API if target.startswith(API.encode()) else "/", status))
