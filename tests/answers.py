# SPDX-License-Identifier: GPL-3.0-or-later
"""Helpers for tests of JSON answers: they make an answer without a request and check it against its schema."""

from __future__ import annotations

import json
from typing import Any

from jsonschema import Draft202012Validator

from indexer.search.answers.json.members import JsonObject
from indexer.search.answers.json.search import search_json
from indexer.search.answers.json.writing import to_json
from indexer.search.answers.results import SearchResults
from web.api.addresses import ApiAddresses
from web.api.openapi import schemas_of
from web.api.schemas import reference
from web.api.views import ENDPOINTS

SCHEMAS = schemas_of(ENDPOINTS)


def search_answer(results: SearchResults) -> dict[str, Any]:
    """Returns ``results`` as the API answers them."""
    data: dict[str, Any] = json.loads(to_json(search_json(results, ApiAddresses(""))))
    return data


def valid(answer: type[JsonObject] | None, data: Any) -> None:
    """Fails unless ``data`` fits the schema of the class ``answer``."""
    assert answer
    schema = {**reference(answer), "components": {"schemas": SCHEMAS}}
    errors = [f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(data)]
    assert errors == []
