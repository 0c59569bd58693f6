# SPDX-License-Identifier: GPL-3.0-or-later
"""Surrounds every request: gives it an id and a time limit, checks limits and keys, counts it, logs it."""

from __future__ import annotations

import logging
import re
import secrets
import time
from functools import partial
from typing import cast

from flask import Flask, Response, current_app, g, request

from indexer import deadline
from indexer.operating.keys import HEADER, KEYS, KEYS_NEEDED, ApiKeys, Holder, key_in
from indexer.settings import number_setting, text_setting
from web.requests.exchange import WRITES, wants_api
from web.requests.problems import Problem, answer
from web.serving.kept_keys import KEPT_KEYS
from web.serving.limits import MAX_BODY, MAX_POSTED, RateLimit, client_of
from web.serving.logs import ACCESS
from web.serving.metrics import Counters, CounterTable

METRICS = "fihrist.metrics"
COUNTERS = "fihrist.counters"
RATE_LIMIT = "fihrist.rate_limit"

_HARMLESS_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
FREE = frozenset(("service.healthz", "service.readyz", "service.metrics", "discovery.robots", "static"))
"""The endpoints that no rate limit applies to: those of monitors, and the files of a page."""

_access = logging.getLogger(ACCESS)


def register(app: Flask) -> None:
    """Let this module surround every request of ``app``. A server with several processes calls `share` afterwards."""
    table = CounterTable(rows=1)
    share(app, table, table.take(), rate_limit())
    app.extensions[KEYS] = KEPT_KEYS.read(text_setting("api_keys"))
    app.config[KEYS_NEEDED] = bool(number_setting("api_keys_needed"))
    app.config["QUERY_SECONDS"] = number_setting("query_seconds")
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(lambda error: deadline.end())


def rate_limit() -> RateLimit | None:
    """Returns the rate limit, or None if no client is limited."""
    limit = number_setting("rate")
    return RateLimit(limit) if limit or text_setting("api_keys") != "-" else None


def share(app: Flask, table: CounterTable, row: int, limit: RateLimit | None) -> None:
    """Let ``app`` count its requests in ``row`` of ``table``, and limit its clients by ``limit``."""
    app.extensions[METRICS] = table
    app.extensions[COUNTERS] = table.counters(row)
    app.extensions[RATE_LIMIT] = limit


def _begin() -> Response | None:
    g.start = time.perf_counter()
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if _HARMLESS_ID.fullmatch(given) else secrets.token_hex(8)
    deadline.begin(current_app.config["QUERY_SECONDS"])
    posts = wants_api() and request.method == "POST" and request.blueprint != WRITES
    most = MAX_POSTED if posts else MAX_BODY
    if request.blueprint != WRITES:  # which sees to its bodies itself
        request.max_content_length = most
        if (request.content_length or 0) > most:
            return answer(Problem("body_too_large", f"The request has a body of more than {most:,} bytes."))
    # A body that is sent in chunks does not say how long it is.
    sends = request.content_length or "Transfer-Encoding" in request.headers
    if sends and wants_api() and request.method in ("GET", "HEAD"):
        # Elasticsearch reads a query from it: a client that sends one must not get all articles as the answer.
        return answer(Problem("body_too_large", "A body is not read: give parameters in the address, such as ?q=..."))
    # With OPTIONS a browser asks what it may send; it sends no key yet, and nothing is searched.
    if request.endpoint in FREE or request.method == "OPTIONS":
        return None
    given = key_in(request.headers.get(HEADER, ""), request.headers.get("Authorization", "")) if wants_api() else ""
    holder = cast(ApiKeys, current_app.extensions[KEYS]).holder(given) if given else None
    g.key_holder = holder
    refusal = _rated(holder) or _barred(given, holder)
    if posts and not refusal:
        g.count_request = partial(_rated, holder)
        request.get_data()  # now, while nobody waits for the turn of this request
    return answer(refusal) if refusal else None


def _rated(holder: Holder | None) -> Problem | None:
    """Counts the request for the ``holder`` of a key, or for an address; returns a refusal if there were too many."""
    limit: RateLimit | None = current_app.extensions[RATE_LIMIT]
    if limit is None:
        return None
    most = limit.limit if holder is None or holder.rate is None else holder.rate
    if not most:
        return None
    # An address holds no space, so it is never taken for a key.
    allowance = limit.ask(f"key {holder.name}" if holder else client_of(request.remote_addr or ""), limit=most)
    g.rate_headers = allowance.headers()
    if not allowance.retry:
        return None
    detail = f"More than {allowance.limit} requests in a minute; ask again in {allowance.retry} seconds."
    return Problem("rate_limited", detail)


def _barred(given: str, holder: Holder | None) -> Problem | None:
    """Returns a refusal if the client needs a key and sends none, one that is not known, or one without the right."""
    # The documentation needs no key: it says how to send one.
    writes = request.blueprint == WRITES
    if holder and writes and not holder.may_write:
        return Problem("no_right", f"The key of {holder.name} gives no right to write.")
    if holder or (request.blueprint != "api" and not writes) or request.endpoint == "api.openapi":
        return None
    scheme = (("WWW-Authenticate", 'Bearer realm="Fihrist"'),)
    if given and (writes or cast(ApiKeys, current_app.extensions[KEYS])):
        return Problem("invalid_key", "The key in the header is not known; check it for typing errors.", headers=scheme)
    if not given and (writes or current_app.config[KEYS_NEEDED]):
        return Problem("missing_key", f"Send an API key in the header {HEADER}.", headers=scheme)
    return None


def _end(response: Response) -> Response:
    response.headers.extend(g.get("rate_headers", ()))
    route = request.url_rule.rule if request.url_rule else "none"
    fields: dict[str, object] = {}
    if "request_id" in g:
        response.headers["X-Request-ID"] = fields["request_id"] = g.request_id
    fields |= {
        "client": request.remote_addr,
        "method": request.method,
        "path": request.path[:500],
        "route": route,
        "status": response.status_code,
        # The length of a streamed answer is not known, and asking for it would make all of it now.
        "bytes": response.content_length if response.is_streamed else response.calculate_content_length(),
        "agent": request.headers.get("User-Agent", "")[:200],
    }
    if _access.isEnabledFor(logging.DEBUG):
        fields["query"] = request.query_string.decode("latin-1")[:2_000]
    counters, start = cast(Counters, current_app.extensions[COUNTERS]), g.get("start", time.perf_counter())

    def ended() -> None:
        seconds = time.perf_counter() - start
        counters.observe(route, response.status_code, seconds)
        _access.info({**fields, "ms": round(seconds * 1_000, 1)})

    if response.is_streamed and not response.direct_passthrough:
        # It is made while it is sent, which is the longest part of an export. (The bytes of a file bypass the
        # application, which is not told when all of them are sent.)
        response.call_on_close(ended)
    else:
        ended()
    return response
