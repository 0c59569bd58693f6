# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls every operation by a generated Python client: ``python -m tests.clients.python_calls DOCUMENT SERVER KEY``.

It runs where the client that openapi-python-client made can be imported. It prints a line for each call, and
stops at the first that is not answered as described.
"""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from enum import Enum
from importlib import import_module
from pathlib import Path
from typing import Any, get_args, get_type_hints

from tests.clients.examples import ExampleCall, calls

PACKAGE = "fihrist_client"


def main(document: str, server: str, key: str) -> None:
    """Calls each operation of ``document``, once for each of its examples."""
    with import_module(PACKAGE).AuthenticatedClient(base_url=server, token=key) as client:
        for call in calls(json.loads(Path(document).read_text(encoding="utf-8"))):
            ask = import_module(f"{PACKAGE}.api.{call.tag}.{call.operation}").sync_detailed
            hints = get_type_hints(ask)
            arguments: dict[str, Any] = {}
            for name, value in {**call.in_path, **call.in_query}.items():
                # "from" is a word of Python, and the client has a "url" of its own.
                known = next(one for one in (name, f"{name}_", f"{name}_query") if one in hints)
                arguments[known] = argument(hints[known], value)
            if call.body is not None:
                arguments["body"] = argument(hints["body"], call.body)
            check(call, ask(client=client, **arguments))
            print(call.operation, " ".join(call.in_query))


def argument(hint: Any, value: Any) -> Any:
    """Returns an example as the type that a function asks for: a choice, a model, a list of these, or itself."""
    kinds = [one for one in (hint, *get_args(hint)) if isinstance(one, type)]
    if isinstance(value, list):
        (items,) = [one for one in (hint, *get_args(hint)) if getattr(one, "__origin__", None) is list]
        return [argument(get_args(items)[0], one) for one in value]
    for kind in kinds:
        if issubclass(kind, Enum):
            return kind(value)
        if isinstance(value, dict) and hasattr(kind, "from_dict"):
            return kind.from_dict(value)
    return value


def check(call: ExampleCall, answer: Any) -> None:
    """Fails unless ``answer`` is what the document promises, with nothing lost in the client's models."""
    assert answer.parsed is not None, (call, answer)
    if call.writes:
        assert answer.status_code in (200, 202, 404), (call, answer)
        return
    assert answer.status_code == 200, (call, answer.content.decode())
    if not call.schema:
        assert answer.parsed == answer.content.decode("utf-8"), call
        return
    assert type(answer.parsed).__name__ == call.schema, call
    same(plain(answer.parsed.to_dict()), plain(json.loads(answer.content)), call.operation)


def plain(value: Any) -> Any:
    """Returns a JSON value with each moment in one spelling."""
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value.replace("+00:00", "Z") if isinstance(value, str) else value


def same(one: Any, other: Any, path: str) -> None:
    """Fails at the first place where two JSON values differ, and names it."""
    if isinstance(one, dict) and isinstance(other, dict):
        assert set(one) == set(other), (path, set(one) ^ set(other))
        for name in one:
            same(one[name], other[name], f"{path}.{name}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for place, (mine, yours) in enumerate(zip(one, other, strict=True)):
            same(mine, yours, f"{path}[{place}]")
    else:
        assert one == other, (path, one, other)


if __name__ == "__main__":
    main(*sys.argv[1:])
