# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets each process work on one request at a time.

The threads of a process share one interpreter, which runs only one of them at a time. Without turns they alternate
every few milliseconds: each of four searches takes as long as all four together, and each operation on a large array
gives up the interpreter and waits to get it back. With turns, the first search is answered after its own time and the
last one no later than before: docs/benchmarks.md has the figures.

Threads are still useful: reading from clients, writing to them and making the pieces of an export need no turn, however
slow a client is. Nobody waits long for a search that takes very long: see `PATIENCE`.
"""

from __future__ import annotations

import threading

from flask import Flask, g, request

from web.requests.exchange import WRITES
from web.serving.observe import FREE

PATIENCE = 0.25
"""After how many seconds a request no longer waits for its turn, but runs beside the other."""


def register(app: Flask) -> None:
    """Let the requests of ``app`` wait for each other, except those of monitors and for files."""
    turn = threading.Lock()

    def take() -> None:
        # A write waits for its client, who sends the body while the view reads it.
        g.turn = request.endpoint not in FREE and request.blueprint != WRITES and turn.acquire(timeout=PATIENCE)

    def give(error: BaseException | None) -> None:
        if g.pop("turn", False):
            turn.release()

    app.before_request(take)
    app.teardown_request(give)
