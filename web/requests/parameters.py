"""The parameters that the address of a request states."""

from __future__ import annotations

from urllib.parse import parse_qs

from flask import request


def parameters() -> dict[str, list[str]]:
    """The URL's parameters with all their values; bytes that are not UTF-8, raw or percent-encoded, become U+FFFD.

    ``request.args`` is not used since it raises on raw bytes that are not UTF-8.
    """
    return parse_qs(request.query_string.decode("utf-8", "replace"), keep_blank_values=True, errors="replace")
