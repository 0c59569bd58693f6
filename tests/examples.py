"""The answers that the documentation of the API shows: ``python -m tests.examples`` writes them anew."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from indexer.engine.engines import store_at
from indexer.reindex import reindex
from indexer.run.options import Options
from tests.conftest import ROOT
from web.api.endpoints import ENDPOINTS, JSON
from web.api.examples import PLACE
from web.app import create_app


def answers(client: FlaskClient) -> dict[str, Any]:
    """What each endpoint answers to its example, with times and dates of building that are always the same."""
    made: dict[str, Any] = {}
    for endpoint in ENDPOINTS:
        with client.get(endpoint.example_address) as answer:
            assert answer.status_code == 200, (endpoint.name, answer.get_data(as_text=True))
            made[endpoint.name] = answer.get_json() if endpoint.media == JSON else answer.get_data(as_text=True)
        if endpoint.media == JSON:
            made[endpoint.name]["index"]["built_at"] = "2026-01-01T03:15:00Z"
            for one in _objects(made[endpoint.name]):
                one["indexed_at"] = "2026-01-01T03:00:00Z"
            if "took_ms" in made[endpoint.name]:
                made[endpoint.name]["took_ms"] = 1.5
    return made


def _objects(answer: Any) -> Iterator[dict[str, Any]]:
    """The objects of an answer that describe an article."""
    if isinstance(answer, dict) and "indexed_at" in answer:
        yield answer
    for inner in answer.values() if isinstance(answer, dict) else answer if isinstance(answer, list) else ():
        yield from _objects(inner)


def main() -> None:
    """Write them."""
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        reindex([ROOT / "sample"], store_at(index), Options(), lambda done, total: None)
        made = answers(create_app(index).test_client())
    PLACE.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
