"""What happens around every request: an id, a time limit, limits on the client, a count and a line in the log."""

from __future__ import annotations

import logging
import re
import secrets
import time
from typing import cast

from flask import Flask, Response, current_app, g, request

from indexer import deadline
from indexer.settings import number_setting
from web.limits import MAX_BODY, RateLimit
from web.logs import ACCESS
from web.metrics import Counters, Table
from web.problems import Problem, answer

METRICS = "fihrist.metrics"
COUNTERS = "fihrist.counters"
RATE_LIMIT = "fihrist.rate_limit"

_HARMLESS_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_FREE = frozenset(("service.healthz", "service.readyz", "service.metrics", "discovery.robots", "static"))
"""Never refused for their number: what a monitor asks, and what a page consists of."""

_access = logging.getLogger(ACCESS)


def register(app: Flask) -> None:
    """Watch every request of ``app``. A server with several processes puts what they share in place afterwards."""
    table = Table(rows=1)
    share(app, table, table.take(), rate_limit())
    app.config["QUERY_SECONDS"] = number_setting("query_seconds")
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(lambda error: deadline.end())


def rate_limit() -> RateLimit | None:
    """The limit that is set, or None."""
    limit = number_setting("rate")
    return RateLimit(limit) if limit else None


def share(app: Flask, table: Table, row: int, limit: RateLimit | None) -> None:
    """Let ``app`` count in ``row`` of ``table``, and its clients against ``limit``."""
    app.extensions[METRICS] = table
    app.extensions[COUNTERS] = table.counters(row)
    app.extensions[RATE_LIMIT] = limit


def _begin() -> Response | None:
    g.start = time.perf_counter()
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if _HARMLESS_ID.fullmatch(given) else secrets.token_hex(8)
    deadline.begin(current_app.config["QUERY_SECONDS"])
    if (request.content_length or 0) > MAX_BODY:
        detail = f"The request has a body of more than {MAX_BODY} bytes; none is needed."
        return answer(Problem(413, "body_too_large", detail))
    limit: RateLimit | None = current_app.extensions[RATE_LIMIT]
    if limit is None or request.endpoint in _FREE:
        return None
    allowance = limit.ask(request.remote_addr or "")
    g.rate_headers = allowance.headers()
    if not allowance.retry:
        return None
    detail = f"More than {allowance.limit} requests in a minute; ask again in {allowance.retry} seconds."
    return answer(Problem(429, "rate_limited", detail))


def _end(response: Response) -> Response:
    response.headers.extend(g.get("rate_headers", ()))
    seconds = time.perf_counter() - g.start if "start" in g else 0.0
    route = request.url_rule.rule if request.url_rule else "none"
    cast(Counters, current_app.extensions[COUNTERS]).observe(route, response.status_code, seconds)
    if "request_id" in g:
        response.headers["X-Request-ID"] = g.request_id
    fields = {
        "client": request.remote_addr,
        "method": request.method,
        "path": request.path[:500],
        "route": route,
        "status": response.status_code,
        "bytes": response.calculate_content_length(),
        "ms": round(seconds * 1_000, 1),
        "agent": request.headers.get("User-Agent", "")[:200],
    }
    if _access.isEnabledFor(logging.DEBUG):
        fields["query"] = request.query_string.decode("latin-1")[:2_000]
    _access.info(fields)
    return response
