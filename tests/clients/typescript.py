# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a TypeScript program that makes calls with openapi-fetch, so that the compiler checks each value's type."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from tests.clients.examples import ExampleCall

_HEAD = """import createClient from "openapi-fetch";
import type {{ components, paths }} from "./schema.js";

const client = createClient<paths>({{ baseUrl: {server}, headers: {{ "X-API-Key": {key} }} }});

function check(call: string, status: number, answer: unknown, most: number): void {{
  const answered = status <= 202 ? answer !== undefined : status === most;
  if (!answered) throw new Error(`${{call}}: ${{status}}`);
  console.log(call);
}}
"""


def program(calls: Iterable[ExampleCall], server: str, key: str) -> str:
    """Returns a program that prints a line for each call, and fails at the first that is not answered as described."""
    return _HEAD.format(server=_literal(server), key=_literal(key)) + "".join(map(_call, calls))


def _call(call: ExampleCall) -> str:
    given = {"path": call.in_path, "query": call.in_query}
    asked: dict[str, Any] = {"params": {place: values for place, values in given.items() if values}}
    if call.body is not None:
        asked["body"] = call.body
    text = not call.schema and not call.writes
    if text:
        asked["parseAs"] = "text"
    name = _literal(" ".join((call.operation, *call.in_query)))
    typed = "string" if text else f"components['schemas'][{_literal(call.schema)}]" if call.schema else "unknown"
    return f"""
{{
  const {{ data, response }} = await client.{call.method.upper()}({_literal(call.path)}, {_literal(asked)});
  const answer: {typed} | undefined = data;
  check({name}, response.status, answer, {404 if call.writes else 200});
}}
"""


def _literal(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
