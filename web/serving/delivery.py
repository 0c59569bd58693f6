# SPDX-License-Identifier: GPL-3.0-or-later
"""Prepares answers for sending: compresses them, lets scripts of other sites read them, answers OPTIONS.

A redirect always leads to this site, whatever host the request named.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from typing import Protocol

import brotli
from flask import Flask, Response, current_app, redirect, request
from flask.globals import request_ctx

from indexer.settings import text_setting
from web.links.site import canonical
from web.requests.exchange import may_be_shared

_LEAST = 1_024
"""Bodies of fewer bytes are not compressed, because that would hardly make them smaller."""
_GZIP_LEVEL, _BROTLI_LEVEL = 5, 4
"""Both take about the same time; brotli's answers are smaller."""
_TYPES = ("text/", "application/json", "application/problem+json", "application/x-ndjson", "application/atom+xml",
          "application/rss+xml", "application/feed+json", "application/opensearchdescription+xml", "application/xml",
          "image/svg+xml")  # fmt: skip
_SITE = re.compile("^[a-z]+://[^/]*")
_ORIGINS = "CORS_ORIGINS"
_PREFLIGHT_SECONDS = "600"
_ASKED = "X-API-Key, Authorization, Content-Type, X-Request-ID, If-None-Match"
_TOLD = (
    "ETag, Link, Content-Disposition, X-Request-ID, X-Total-Count, X-Generation, X-Query-Read-As, X-Warnings, "
    "Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset"
)


def register(app: Flask) -> None:
    """Let this module prepare all answers of ``app``."""
    stated = text_setting("cors")
    app.config[_ORIGINS] = frozenset(origin.strip() for origin in stated.split(",")) - {"", "-"}
    app.before_request(_options)
    app.after_request(_compressed)
    app.after_request(_shared)
    app.after_request(_redirected)


def _options() -> Response | None:
    """Answers OPTIONS: which methods the API or a feed takes. A browser asks this before it sends a key."""
    if request.method != "OPTIONS" or not may_be_shared() or request.url_rule is None:
        return None
    response = Response(status=204)
    del response.headers["Content-Type"]
    response.allow.update(request_ctx.url_adapter.allowed_methods() if request_ctx.url_adapter else ())
    return response


def _redirected(response: Response) -> Response:
    """Returns a redirect without a host, since Werkzeug takes it from the request; no cache may keep it."""
    if not response.location or response.status_code < 300:  # 202 names the place to ask for the state
        return response
    # A browser would take what follows several slashes for a host.
    place = canonical("/" + _SITE.sub("", response.location, count=1).lstrip("/"))
    response.location = place
    response.set_data(redirect(place, response.status_code).get_data())
    response.cache_control.no_store = True
    return response


def _shared(response: Response) -> Response:
    """Lets scripts of the sites in the setting ``cors`` read an answer of the API, or a feed."""
    origins: frozenset[str] = current_app.config[_ORIGINS]
    if not origins or not may_be_shared():
        return response
    if "*" not in origins:
        response.vary.add("Origin")
    origin = request.headers.get("Origin", "")
    if "*" not in origins and origin not in origins:
        return response
    response.headers["Access-Control-Allow-Origin"] = "*" if "*" in origins else origin
    response.headers["Access-Control-Expose-Headers"] = _TOLD
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS, POST"
        response.headers["Access-Control-Allow-Headers"] = _ASKED
        response.headers["Access-Control-Max-Age"] = _PREFLIGHT_SECONDS
    return response


def _compressed(response: Response) -> Response:
    """Returns the response in the coding that the client likes best, if that saves bytes."""
    if response.status_code == 204 or not (response.mimetype or "").startswith(_TYPES) or response.content_encoding:
        return response
    response.vary.add("Accept-Encoding")
    coding = None if response.status_code == 304 or response.direct_passthrough else _coding(request.accept_encodings)
    if coding is None:
        return response
    if response.is_streamed:
        response.response = _squeezed(response.iter_encoded(), _packer(coding))
        response.headers.pop("Content-Length", None)
    elif (response.calculate_content_length() or 0) >= _LEAST:
        response.set_data(b"".join(_squeezed([response.get_data()], _packer(coding))))
    else:
        return response
    response.content_encoding = coding
    return response


def _coding(accepted: Iterable[tuple[str, float]]) -> str | None:
    """Returns the coding with the highest quality, brotli if gzip has the same; None for an answer as it is.

    A coding has the quality that is stated for itself, else that of ``*`` (RFC 9110). An answer as it is comes last,
    unless the client states a higher quality for ``identity``.
    """
    stated = {name.lower(): quality for name, quality in accepted}
    qualities = {coding: stated.get(coding, stated.get("*", 0)) for coding in ("br", "gzip")}
    best = max(qualities, key=lambda coding: qualities[coding])
    return best if qualities[best] > 0 and qualities[best] >= stated.get("identity", 0) else None


class _Packer(Protocol):
    """Compresses pieces into one stream."""

    def compress(self, piece: bytes) -> bytes: ...

    def flush(self) -> bytes: ...


class _BrotliPacker:
    def __init__(self) -> None:
        self._packer = brotli.Compressor(quality=_BROTLI_LEVEL)

    def compress(self, piece: bytes) -> bytes:
        packed: bytes = self._packer.process(piece) + self._packer.flush()  # by itself it would keep megabytes back
        return packed

    def flush(self) -> bytes:
        rest: bytes = self._packer.finish()
        return rest


def _packer(coding: str) -> _Packer:
    return _BrotliPacker() if coding == "br" else zlib.compressobj(_GZIP_LEVEL, wbits=31)


def _squeezed(pieces: Iterable[bytes], packer: _Packer) -> Iterator[bytes]:
    """Yields the pieces as one compressed stream, as soon as a block is full."""
    for piece in pieces:
        if packed := packer.compress(piece):
            yield packed
    yield packer.flush()
