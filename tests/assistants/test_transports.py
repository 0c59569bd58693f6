# SPDX-License-Identifier: GPL-3.0-or-later
"""`fihrist mcp` as a program, asked by the protocol's own client over stdin and stdout and over HTTP."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from indexer.operating.keys import new_key
from tests.conftest import Build

MCP = ["-m", "indexer.commands.cli", "mcp"]


def environment(index: Path, **more: str) -> dict[str, str]:
    return {**os.environ, "FIHRIST_INDEX": str(index), "FIHRIST_PUBLIC_URL": "https://news.example.org", **more}


def article(folder: Path, name: str, title: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.json").write_text(
        json.dumps({"title": title, "body": "نص الخبر كامل هنا " * 10, "url": f"https://a.example/{name}"})
    )


def test_a_client_asks_over_stdin_and_stdout_while_a_run_publishes(build: Build, tmp_path: Path) -> None:
    article(tmp_path / "news", "one", "افتتاح الجسر الأول")
    build(tmp_path / "index", tmp_path / "news")
    program = StdioServerParameters(command=sys.executable, args=MCP, env=environment(tmp_path / "index"))

    async def ask() -> list[list[str]]:
        seen = []
        async with Client(program) as client:
            assert "search" in [tool.name for tool in (await client.list_tools()).tools]
            for round_ in range(2):
                result = await client.call_tool("search", {"q": "الجسر"})
                content: dict[str, Any] = result.structured_content
                seen.append([one["address"] for one in content["results"]])
                if not round_:
                    article(tmp_path / "news", "two", "افتتاح الجسر الثاني")
                    build(tmp_path / "index", tmp_path / "news")
        return seen

    before, after = asyncio.run(ask())
    assert (len(before), len(after)) == (1, 2)
    assert all(address.startswith("https://news.example.org/articles/") for address in after)


@pytest.fixture(scope="module")
def served(sample_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, str]]:
    """The port of a running `fihrist mcp --http` that needs keys, and a key that allows 30 requests a minute."""
    key, line = new_key("newsroom")
    keys = tmp_path_factory.mktemp("keys") / "keys"
    keys.write_text(f"{line} 30\n")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    more = {"FIHRIST_API_KEYS": str(keys), "FIHRIST_API_KEYS_NEEDED": "1", "FIHRIST_NICE": "0"}
    program = subprocess.Popen(
        [sys.executable, *MCP, "--http", "--port", str(port)],
        env=environment(sample_index, **more),
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(600):
            assert program.poll() is None
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port, key
    finally:
        program.terminate()
        program.wait(30)


def test_a_client_with_a_key_asks_over_http(served: tuple[int, str]) -> None:
    port, key = served

    async def ask() -> dict[str, Any]:
        async with httpx2.AsyncClient(headers={"Authorization": f"Bearer {key}"}) as http_client:
            transport = streamable_http_client(f"http://127.0.0.1:{port}/mcp", http_client=http_client)
            async with Client(transport) as client:
                result = await client.call_tool("search", {"q": "جسر السنابل", "limit": 1})
                content: dict[str, Any] = result.structured_content
                return content

    assert asyncio.run(ask())["results"][0]["id"] == "dd17c50d1a401cd6"


_MESSAGE = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}


def answer(port: int, method: str = "POST", body: bytes = b"{}", **headers: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        stated = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, "/mcp", body, _MESSAGE | stated)
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


def test_requests_that_are_not_let_in(served: tuple[int, str]) -> None:
    port, key = served
    assert answer(port)[0] == 401
    assert answer(port, X_API_Key="wrong")[0] == 401
    assert answer(port, "GET", b"", X_API_Key=key)[0] == 405
    assert answer(port, X_API_Key=key, Host="stranger.example")[0] == 421
    assert answer(port, X_API_Key=key, Origin="https://stranger.example")[0] == 403
    assert answer(port, body=b"x" * 70_000, X_API_Key=key)[0] == 413
    assert answer(port, body=b"[" * 60_000, X_API_Key=key)[0] == 400
    assert answer(port, body=b'{"jsonrpc":"2.0","id":1,"method":"\xff"}', X_API_Key=key)[0] == 400


def test_a_key_has_its_rate(served: tuple[int, str]) -> None:
    port, key = served
    statuses = [answer(port, X_API_Key=key)[0] for _ in range(32)]
    assert statuses[-1] == 429
    assert 500 not in statuses
