# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a search as the query string of an address."""

from __future__ import annotations

from urllib.parse import urlencode

from indexer.search.query.request import SearchRequest


def query_string(request: SearchRequest) -> str:
    """Returns the part of an address from ``?`` on; empty if ``request`` is the default search."""
    pairs = request.to_params()
    return f"?{urlencode(pairs, errors='replace')}" if pairs else ""
