# SPDX-License-Identifier: GPL-3.0-or-later
"""Serves assistants over HTTP: keys and limits as the API has them, in front of the protocol's own server."""

from __future__ import annotations

import json
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from mcp.server.lowlevel import Server
from mcp.server.transport_security import TransportSecuritySettings
from starlette.types import ASGIApp, Receive, Scope, Send

from indexer.operating.keys import HEADER, ApiKeys, Holder, key_in
from web.serving.limits import MAX_BODY, RateLimit

PATH = "/mcp"

_MOST_CLIENTS = 64
"""More requests at the same time are answered with 503."""
_LOCAL = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer to a request that never reaches the protocol."""

    status: int
    detail: str
    headers: tuple[tuple[str, str], ...] = ()


class KeyGate:
    """Lets requests with a key that is known through to ``app``, and those without one unless a key is needed.

    A client, or the holder of a key, may send as many requests a minute as ``limit`` allows; None is any number.
    """

    def __init__(self, app: ASGIApp, keys: ApiKeys, limit: RateLimit | None, *, keys_needed: bool) -> None:
        self._app = app
        self._keys = keys
        self._limit = limit
        self._keys_needed = keys_needed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request (ASGI)."""
        refusal = self._refusal(scope) if scope["type"] == "http" else None
        if refusal is None:
            await self._app(scope, receive, send)
            return
        body = json.dumps({"error": refusal.detail}).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body))), *refusal.headers]
        coded = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        await send({"type": "http.response.start", "status": refusal.status, "headers": coded})
        await send({"type": "http.response.body", "body": body})

    def _refusal(self, scope: MutableMapping[str, Any]) -> Refusal | None:
        if scope["method"] != "POST":
            # No answer is kept for later, so there is nothing to GET and no session to DELETE.
            return Refusal(405, f"Send messages by POST to {PATH}.", (("Allow", "POST"),))
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        given = key_in(headers.get(HEADER.lower(), ""), headers.get("authorization", ""))
        holder = self._keys.holder(given) if given else None
        return self._rated(holder, scope) or self._barred(given, holder)

    def _rated(self, holder: Holder | None, scope: MutableMapping[str, Any]) -> Refusal | None:
        if self._limit is None:
            return None
        most = self._limit.limit if holder is None or holder.rate is None else holder.rate
        if not most:
            return None
        client = scope.get("client") or ("",)
        allowance = self._limit.ask(f"key {holder.name}" if holder else str(client[0]), limit=most)
        if not allowance.retry:
            return None
        detail = f"More than {allowance.limit} requests in a minute; ask again in {allowance.retry} seconds."
        return Refusal(429, detail, tuple(allowance.headers()))

    def _barred(self, given: str, holder: Holder | None) -> Refusal | None:
        if holder or not (self._keys_needed or (given and self._keys)):
            return None
        detail = "The key is not known." if given else f"Send a key in the header {HEADER}, or as a bearer token."
        return Refusal(401, detail, (("WWW-Authenticate", 'Bearer realm="Fihrist"'),))


def application(server: Server[Any], host: str, site: str) -> ASGIApp:
    """Returns ``server`` for HTTP at `PATH`. Every message is answered by itself: no sessions, no streams.

    A browser reaches it only under this machine's own names, ``host``, and the host of ``site``: otherwise a page of a
    stranger could give its own name this machine's address, and read the answers.
    """
    places = [*_LOCAL, host, urlsplit(site).netloc] if site else [*_LOCAL, host]
    hosts = [form for place in dict.fromkeys(places) for form in (place, f"{place}:*")]
    origins = [f"{scheme}://{form}" for scheme in ("http", "https") for form in hosts]
    security = TransportSecuritySettings(allowed_hosts=hosts, allowed_origins=origins)
    return server.streamable_http_app(
        streamable_http_path=PATH,
        json_response=True,
        stateless_http=True,
        max_request_body_size=MAX_BODY,
        transport_security=security,
        host=host,
    )


def serve(gate: KeyGate, host: str, port: int) -> None:
    """Serve until the process is told to stop."""
    uvicorn.run(
        gate,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        limit_concurrency=_MOST_CLIENTS,
        timeout_graceful_shutdown=20,
        server_header=False,
    )
