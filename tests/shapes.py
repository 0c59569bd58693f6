# SPDX-License-Identifier: GPL-3.0-or-later
"""The JSON shapes of the API's answers."""

from __future__ import annotations

from typing import Any

ENVELOPE = {
    "status": str,
    "took_ms": float,
    "query": dict,
    "warnings": list,
    "total": int,
    "total_relation": str,
    "partial_total": int,
    "page": int,
    "pages": int,
    "per_page": int,
    "next": (str, type(None)),
    "previous": (str, type(None)),
    "cursor": (str, type(None)),
    "results": list,
    "facets": dict,
    "facet_totals": dict,
    "timeline": list,
    "suggestions": list,
    "index": dict,
}
DESCRIPTION = {
    "id": str,
    "title": (str, type(None)),
    "source": (str, type(None)),
    "url": (str, type(None)),
    "category": (str, type(None)),
    "author": (str, type(None)),
    "authors": list,
    "published_at": (str, type(None)),
    "date_precision": (str, type(None)),
    "fetched_at": (str, type(None)),
    "indexed_at": (str, type(None)),
    "title_html": str,
    "title_marks": list,
    "cluster": dict,
    "story": (dict, type(None)),
    "links": dict,
}
RESULT = {**DESCRIPTION, "score": float, "snippets": list}
ARTICLE = {
    **DESCRIPTION,
    "body": str,
    "paragraphs": list,
    "hits": int,
    "removed": list,
    "copies": list,
    "comparison": (dict, type(None)),
}


def shaped(data: dict[str, Any], shape: dict[str, Any]) -> None:
    """Fails unless ``data`` has exactly the keys of ``shape``, each with a value of its type."""
    assert set(data) == set(shape)
    for key, kind in shape.items():
        assert isinstance(data[key], kind), key
