# SPDX-License-Identifier: GPL-3.0-or-later
"""Sends exports piece by piece as they are made, so that memory does not grow with them, and few at a time.

An export keeps a thread of its process for as long as its client takes to read it. A process therefore sends only a
limited number at once, so that threads are left for searches.
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
    """Let ``app`` send as many exports at once as the setting ``exports`` says."""
    app.extensions[_PLACES] = threading.BoundedSemaphore(number_setting("exports"))


def sent(pieces: Callable[[], Iterable[str]], media: str) -> Response:
    """Returns the pieces as a response of the type ``media``; a problem if too many other exports are under way."""
    places = cast(threading.BoundedSemaphore, current_app.extensions[_PLACES])
    if request.method == "HEAD":
        response = Response(content_type=media)
        response.automatically_set_content_length = False  # the length is known only when all is sent
        return response
    if not places.acquire(blocking=False):
        detail = f"This server sends only a limited number of exports at once; ask again in {RETRY_SECONDS} seconds."
        return answer(Problem("too_many_exports", detail, headers=(("Retry-After", str(RETRY_SECONDS)),)))
    response = Response(_encoded(pieces()), content_type=media)
    response.call_on_close(places.release)
    return response


def _encoded(pieces: Iterable[str]) -> Iterator[bytes]:
    for piece in pieces:
        yield piece.encode("utf-8")
