"""The addresses for machines: is the server alive, and what may a crawler fetch."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

service = Blueprint("service", __name__)

# Every article may be fetched; the searches, which are without number, may not.
ROBOTS = """User-agent: *
Disallow: /api/
Disallow: /*?
"""


@service.get("/healthz")
def healthz() -> Response:
    """Whether this process answers at all. It asks nothing of the index."""
    response = jsonify(status="ok")
    response.cache_control.no_store = True
    return response


@service.get("/robots.txt")
def robots() -> Response:
    """What crawlers may fetch."""
    return Response(ROBOTS, content_type="text/plain; charset=utf-8")
