# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the parameters of a request: those of its address, unless a body states them."""

from __future__ import annotations

from urllib.parse import parse_qs

from flask import g, request


def parameters() -> dict[str, list[str]]:
    """Returns each parameter of the address, or of the body that was read, with all its values.

    Bytes that are not UTF-8 become U+FFFD.

    Flask's ``request.args`` is not used because it raises an error on such bytes.
    """
    if "parameters" in g:
        stated: dict[str, list[str]] = g.parameters
        return stated
    return parse_qs(request.query_string.decode("utf-8", "replace"), keep_blank_values=True, errors="replace")
