# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the parameters of a request's address."""

from __future__ import annotations

from urllib.parse import parse_qs

from flask import request


def parameters() -> dict[str, list[str]]:
    """Returns each parameter of the address with all its values; bytes that are not UTF-8 become U+FFFD.

    Flask's ``request.args`` is not used because it raises an error on such bytes.
    """
    return parse_qs(request.query_string.decode("utf-8", "replace"), keep_blank_values=True, errors="replace")
