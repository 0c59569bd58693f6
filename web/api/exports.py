"""Long answers: sent piece by piece as they are made, so that memory does not grow with them, and few at a time.

Each one that is under way holds a thread of its process for as long as its client takes to read it. So a process sends
only some at once, and always has threads left for searches.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from typing import cast

from flask import Flask, Response, current_app, request

from indexer.settings import number_setting
from web.requests.problems import Problem, answer

RETRY_SECONDS = 30

_PLACES = "fihrist.exports"


def register(app: Flask) -> None:
    """Let ``app`` send as many exports at once as is set."""
    app.extensions[_PLACES] = threading.BoundedSemaphore(number_setting("exports"))


def sent(pieces: Callable[[], Iterable[str]], media: str) -> Response:
    """The pieces as a response of the type ``media``; a problem where too many others are being sent."""
    places = cast(threading.BoundedSemaphore, current_app.extensions[_PLACES])
    if request.method == "HEAD":
        response = Response(content_type=media)
        response.automatically_set_content_length = False  # nobody knows it before all is sent
        return response
    if not places.acquire(blocking=False):
        detail = f"This server sends only so many exports at once; ask again in {RETRY_SECONDS} seconds."
        return answer(Problem("too_many_exports", detail, headers=(("Retry-After", str(RETRY_SECONDS)),)))
    response = Response(_encoded(pieces()), content_type=media)
    response.call_on_close(places.release)
    return response


def _encoded(pieces: Iterable[str]) -> Iterator[bytes]:
    for piece in pieces:
        yield piece.encode("utf-8")
