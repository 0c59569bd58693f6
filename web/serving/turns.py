"""In each process one request is worked on at a time.

The threads of a process share one interpreter, which runs one of them at a time anyway. Left to themselves they change
places every few milliseconds, so that each of four searches takes as long as all four together, and each operation on
a large array gives the interpreter away and waits to have it back. One after the other, the first is answered after its
own time and the last no later than before: docs/benchmarks.md has the figures.

Threads are still of use: clients are read from and written to without a turn, however slow they are, and so are the
pieces of an export. Nobody waits long for a search that takes very long.
"""

from __future__ import annotations

import threading

from flask import Flask, g, request

from web.serving.observe import FREE

PATIENCE = 0.25
"""After so many seconds a request goes on beside the one that it waited for."""


def register(app: Flask) -> None:
    """Let the requests of ``app`` wait for each other, but for those that monitors send and files."""
    turn = threading.Lock()

    def take() -> None:
        g.turn = request.endpoint not in FREE and turn.acquire(timeout=PATIENCE)

    def give(error: BaseException | None) -> None:
        if g.pop("turn", False):
            turn.release()

    app.before_request(take)
    app.teardown_request(give)
