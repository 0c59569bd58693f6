"""JSON answers as the API writes them, made without a request."""

from __future__ import annotations

import json
from typing import Any

from indexer.search.answers.json.search import search_json
from indexer.search.answers.json.writing import to_json
from indexer.search.answers.results import SearchResults
from web.api.addresses import ApiAddresses


def search_answer(results: SearchResults) -> dict[str, Any]:
    """Returns ``results`` as the API answers them."""
    data: dict[str, Any] = json.loads(to_json(search_json(results, ApiAddresses(""))))
    return data
