# SPDX-License-Identifier: GPL-3.0-or-later
"""The addresses for monitors: whether the server is alive, whether it can answer, and its counters."""

from __future__ import annotations

import time
from calendar import timegm
from typing import cast

from flask import Blueprint, Response, current_app, json, jsonify

from indexer.errors import FihristError
from indexer.search.query.request import SearchRequest
from web.requests.exchange import archive
from web.serving.metrics import CounterTable, index_samples, render
from web.serving.observe import METRICS

service = Blueprint("service", __name__)


@service.get("/healthz")
def healthz() -> Response:
    """Whether this process answers at all. The index is not asked."""
    return _fresh(jsonify(status="ok"))


@service.get("/readyz")
def readyz() -> Response:
    """Whether the newest generation is open and a search for a word of its newest article finds something.

    The answer is 200, or 503 with the reason as a stable ``code``.
    """
    try:
        info = archive().info()
        answered = not info.articles or canary()
    except FihristError as error:
        return _fresh(_unready(type(error).__name__.removesuffix("Error")))
    if not answered:
        return _fresh(_unready("Unanswered"))
    if archive().behind:
        return _fresh(_unready("GenerationRefused"))
    return _fresh(jsonify(status="ok", generation=info.generation, articles=info.articles))


def canary() -> bool:
    """Returns whether a search for a word of the newest article, typed as a reader would, finds anything."""
    newest = archive().search(SearchRequest(per_page=1))
    words = (newest.hits[0].article.title or newest.hits[0].article.body).split() if newest.hits else []
    word = max((word for word in words if word.isalpha() and not word.isascii()), key=len, default="")
    return newest.total > 0 and (not word or archive().search(SearchRequest(q=word, per_page=1)).total > 0)


def _unready(code: str) -> Response:
    snake = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in code).lstrip("_")
    return Response(json.dumps({"status": "unavailable", "code": snake}), 503, content_type="application/json")


@service.get("/metrics")
def metrics() -> Response:
    """The counters of all processes of this server, and the generation that this process answers from."""
    samples = list(cast(CounterTable, current_app.extensions[METRICS]).samples().items())
    try:
        info = archive().info()
        built = timegm(time.strptime(info.built_at, "%Y-%m-%dT%H:%M:%SZ"))
        samples += index_samples(info.generation, info.articles, time.time() - built)
        samples.append(("fihrist_index_refused", int(archive().behind)))
    except (FihristError, ValueError):
        samples.append(("fihrist_index_up", 0))
    return _fresh(Response(render(samples), content_type="text/plain; version=0.0.4; charset=utf-8"))


def _fresh(response: Response) -> Response:
    response.cache_control.no_store = True
    return response
