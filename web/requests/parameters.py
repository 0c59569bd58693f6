# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the parameters of a request: those of its address, unless a body states them."""

from __future__ import annotations

from urllib.parse import parse_qs

from flask import Flask, g, request

from indexer.errors import RequestError
from web.requests.query_bytes import text_of


def register(app: Flask) -> None:
    """Let ``app`` refuse addresses that cannot be read."""
    app.before_request(_require_text)


def parameters() -> dict[str, list[str]]:
    """Returns each parameter of the address, or of the body that was read, with all its values.

    What is no text in the address (`text_of`) has U+FFFD in it.

    Flask's ``request.args`` is not used because it raises an error on bytes that are not UTF-8.
    """
    if "parameters" in g:
        given: dict[str, list[str]] = g.parameters
        return given
    made: dict[str, list[str]] = {}
    for name, values in _stated().items():
        made.setdefault(_shown(name), []).extend(map(_shown, values))
    return made


def _stated() -> dict[bytes, list[bytes]]:
    """Returns the parameters as bytes, percent-decoded."""
    stated = parse_qs(request.query_string.decode("latin-1"), keep_blank_values=True, encoding="latin-1")
    return {name.encode("latin-1"): [value.encode("latin-1") for value in values] for name, values in stated.items()}


def _shown(raw: bytes) -> str:
    text = text_of(raw)
    return raw.decode("utf-8", "replace") if text is None else text


def _require_text() -> None:
    for name, values in _stated().items():
        if any(text_of(raw) is None for raw in (name, *values)):
            detail = "the address holds bytes that are neither UTF-8 nor Arabic in Windows-1256; encode it in UTF-8."
            raise RequestError("invalid_parameter", _shown(name)[:50], detail)
