"""An answer to the example of each endpoint, out of the sample archive: `tests.examples` writes them anew."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

PLACE = Path(__file__).with_name("examples.json")


def example(name: str) -> Any:
    """What the endpoint of this name answers to its example: JSON, or the text of a file. Raises KeyError."""
    return _all()[name]


@lru_cache(maxsize=1)
def _all() -> dict[str, Any]:
    return cast("dict[str, Any]", json.loads(PLACE.read_text(encoding="utf-8")))
