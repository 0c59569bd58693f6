"""gunicorn's threaded worker, taking Arabic addresses and refusing bad ones in the application's own form.

People type ``curl 'http://…/api/v1/search?q=العراق'``, and curl sends the letters as they are. Browsers encode them,
other servers take both; gunicorn refuses what is not ASCII, so here it is encoded before gunicorn looks.

An over-long or malformed request gunicorn refuses while reading it, before there is a request that the application
could answer, and says so on a page of its own. This worker looks at the first bytes as they lie in the socket, so that
it knows afterwards whether the API was meant.

A thread that reads a request, or sends an answer, waits for the client, for ever if need be; a few clients that say
half a sentence would keep all threads. Here a request has to arrive within `REQUEST_SECONDS`, and an answer has to move
on within `SEND_SECONDS`; a connection on which nothing was said yet waits without a thread.
"""

from __future__ import annotations

import gc
import re
import socket
import struct
import threading
import time
from collections.abc import Callable
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
from gunicorn.workers.gthread import ThreadWorker

from indexer.errors import FihristError
from indexer.search.archive import Archive
from web.requests.exchange import API, EXTENSION
from web.requests.problems import refusal
from web.serving.limits import RateLimit
from web.serving.metrics import Table
from web.serving.observe import share

# Bytes enough for "OPTIONS /api/".
_START_BYTES = 64

# So many waiting connections a process that ends takes along, for each of its threads: a second's work or so.
_LAST_PER_THREAD = 8

# Of a client that was answered for the last time so much is passed over.
_PARTING_BYTES = 65_536

REQUEST_SECONDS = 10.0
SEND_SECONDS = 30

FOLLOW_SECONDS = 0.5
"""How often a process looks for a new generation."""

# How often young, older and all objects are looked through for garbage. All of them take 100 ms and more, since what
# the analyser remembers of words are hundreds of thousands: that is done when a generation was replaced, not amid a
# request.
_COLLECTIONS = (10_000, 20, 1_000_000)

# The only such errors that are not the client's.
_OWN = (ConfigurationProblem, InvalidResponseHeader, InvalidResponseHeaderName)
_NOT_ASCII = re.compile(rb"[\x80-\xff]")


def collect_seldom() -> None:
    """Let no request of this process wait until all objects were looked through for garbage: `follow` does that."""
    gc.set_threshold(*_COLLECTIONS)


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


class Timed(SocketUnreader):
    """What a client sends, until ``deadline`` (of `time.monotonic`): a client that is late counts as gone."""

    deadline = 0.0

    def chunk(self, size_hint: int | None = None) -> bytes:
        """The next bytes. Raises NoMoreData where none came in time."""
        try:
            self.sock.settimeout(max(self.deadline - time.monotonic(), 0.001))
            return super().chunk(size_hint)  # type: ignore[call-arg]
        except TimeoutError:
            raise NoMoreData(b"") from None
        finally:
            self.sock.settimeout(None)


class Worker(ThreadWorker):
    """A `ThreadWorker` that refuses what is no request in the application's form, and waits for no client for long."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Made by gunicorn, whose arguments these are."""
        super().__init__(*args, **kwargs)
        self._seen = threading.local()
        self._busy = 0
        self.shared: tuple[Table, int, RateLimit | None]
        RequestParser.mesg_class = ArabicRequest  # gunicorn has no setting for it

    def load_wsgi(self) -> None:
        """Load the application, give it what all processes share, and follow what is published."""
        super().load_wsgi()
        collect_seldom()
        app: object = self.wsgi
        if isinstance(app, Flask):
            share(app, *self.shared)
            Thread(target=follow, args=(app.extensions[EXTENSION],), name="follow", daemon=True).start()

    def enqueue_req(self, conn: Any) -> None:
        """Let a thread handle ``conn``, as soon as something is said on it.

        While all threads have something to do, new connections are left to other processes.
        """
        if not conn.wait_for_data(0):
            self._keep(conn, self.on_pending_socket_readable)
            return
        super().enqueue_req(conn)
        self._busy += 1  # not where no thread could be had: then nobody calls `finish_request`
        if self._busy >= self.cfg.threads:
            super().set_accept_enabled(False)

    def finish_request(self, conn: Any, fs: Any) -> None:
        """See to ``conn`` after a thread handled it: keep it, or close it when its client has read the answer."""
        self._busy -= 1
        if fs.cancelled() or fs.exception() or fs.result():
            super().finish_request(conn, fs)
        else:
            self._part(conn)

    def _part(self, conn: Any) -> None:
        """Say that no more comes on ``conn``, and close it when its client has said so too, or after a while.

        Closed at once, what the client still sends could cost it the end of the answer (RFC 9112, section 9.6).
        gunicorn waits for that up to two seconds for each client, and does nothing else meanwhile.
        """
        try:
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:  # the client has gone
            self.nr_conns -= 1
            conn.close()
            return
        conn.parting_bytes = 0
        self._keep(conn, self._drain)

    def _keep(self, conn: Any, readable: Callable[[Any, socket.socket], None]) -> None:
        """Call ``readable`` when there is something to read on ``conn``; close it where there is not for a while."""
        conn.sock.setblocking(False)
        conn.timeout = time.monotonic() + self.cfg.keepalive
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(readable, conn))

    def _drain(self, conn: Any, client: socket.socket) -> None:
        """Pass over what is still sent on ``conn``, within bounds; close it at the end."""
        try:
            said = len(client.recv(_PARTING_BYTES))
        except BlockingIOError:
            return
        except OSError:
            said = 0
        conn.parting_bytes += said
        if said and conn.parting_bytes < _PARTING_BYTES:
            return
        self.poller.unregister(client)
        self.pending_conns.remove(conn)
        self.nr_conns -= 1
        conn.close()

    def set_accept_enabled(self, enabled: bool | None) -> None:
        """Take new connections or leave them; gunicorn calls this again and again, and once the process is to end."""
        super().set_accept_enabled(bool(enabled) and self.alive and self._busy < self.cfg.threads)
        if not self.alive:
            self._leave()

    def _leave(self) -> None:
        """Take the connections that wait to be taken, and no more: where no process is left they would be cut off.

        Only some of many, since others may be there that have more time for them.
        """
        listeners, self.sockets = self.sockets, []
        for listener in listeners:
            for taken in range(self.nr_conns, self.nr_conns + _LAST_PER_THREAD * self.cfg.threads):
                if self.nr_conns == taken:  # else there was none left
                    self.accept(listener)
            listener.close()

    def handle(self, conn: Any) -> Any:
        """Handle one request of ``conn``, remembering how its request line begins."""
        self._seen.start = b""
        with suppress(OSError):  # closed by the client: the request is handled, or not, as if never looked at
            self._seen.start = conn.sock.recv(_START_BYTES, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        if not conn.initialized:
            conn.init()
            conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", SEND_SECONDS, 0))
            conn.parser.unreader = Timed(conn.sock)
        conn.parser.unreader.deadline = time.monotonic() + REQUEST_SECONDS
        return super().handle(conn)

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        """Refuse what is no request in the application's form; leave all else to gunicorn."""
        app: object = self.wsgi
        if not isinstance(exc, ParseException) or isinstance(exc, _OWN) or not isinstance(app, Flask):
            super().handle_error(req, client, addr, exc)
            return
        status = 414 if isinstance(exc, LimitRequestLine) else 431 if isinstance(exc, LimitRequestHeaders) else 400
        self.log.warning("Refused a request with %d: %.200s", status, exc)
        target = self._seen.start.partition(b" ")[2]
        with suppress(OSError):  # a client that has gone needs no answer
            client.sendall(refusal(app, API if target.startswith(API.encode()) else "/", status))
