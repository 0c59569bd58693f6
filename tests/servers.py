# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds an index of given articles, runs a server over it, and sends bytes to the server."""

from __future__ import annotations

import json
import os
import random
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Thread

import pytest

from indexer.article import Article
from indexer.engine.engines import store_at
from indexer.reindex import reindex
from indexer.run.options import Options
from tests.switching import index_address


def free_ports(count: int) -> list[int]:
    """Returns free ports of the loopback address, below those that the system gives to outgoing connections."""
    with ExitStack() as probes:
        found: list[int] = []
        while len(found) < count:
            port = random.randrange(20_000, 32_000)
            # The probes stay open until all are found, so that no port comes twice.
            probe = probes.enter_context(socket.socket())
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            found.append(port)
        return found


@contextmanager
def running_server(index: Path | str, output: Path | None = None, **settings: int | str) -> Iterator[tuple[str, int]]:
    """Runs gunicorn as `fihrist serve` does, over the index in that folder or at that address. Yields host and port.

    It has one process unless ``settings`` say otherwise. Its stdout goes to the file ``output``, if given.
    """
    address = index_address(index)
    if address.startswith("memory:"):
        pytest.skip("the index is in the memory of this process, where no server reaches it")
    host, (port,) = "127.0.0.1", free_ports(1)
    given = {"index": address, "port": port, "workers": 1, **settings}
    environment = {**os.environ, **{f"FIHRIST_{name.upper()}": str(value) for name, value in given.items()}}
    command = [sys.executable, "-m", "gunicorn", "--config", "python:web.serving.configuration", "web.app:create_app()"]
    root = Path(__file__).parent.parent
    with (
        (output or Path(os.devnull)).open("wb") as written,
        subprocess.Popen(
            command, env=environment, cwd=root, stdout=written, stderr=subprocess.PIPE, text=True
        ) as server,
    ):
        assert server.stderr
        # A process blocks when nobody reads the pipe that it writes to. So a thread reads everything until the end.
        lines = server.stderr
        try:
            told = []
            for line in lines:
                told.append(line)
                if "Booting worker" in line:
                    break
            else:
                pytest.fail(f"gunicorn did not start: {''.join(told)}")
            reader = Thread(target=lines.read, daemon=True)
            reader.start()
            yield host, port
        finally:
            server.terminate()
            server.wait(30)
        reader.join(30)


def build_index(folder: Path, articles: Sequence[Article]) -> Path:
    """Builds an index of ``articles`` from a JSON Lines file, as the cron job does. Returns its folder."""
    archive = folder / "archive"
    archive.mkdir()
    rows = [
        {
            "title": one.title,
            "body": one.body,
            "source": one.source,
            "category": one.category,
            "author": one.author,
            "url": one.url,
            "date": one.published.value if one.published else None,
        }
        for one in articles
    ]
    lines = "".join(json.dumps({key: value for key, value in row.items() if value}) + "\n" for row in rows)
    (archive / "articles.jsonl").write_text(lines, encoding="ascii")
    index = folder / "index"
    reindex([archive], store_at(index), Options(), lambda done, total: None)
    return index


def exchange(address: tuple[str, int], raw: bytes) -> tuple[bytes, bytes]:
    """Sends the bytes ``raw`` to the server and returns head and body of the answer."""
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(raw)
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    return head, body


def request_line(target: bytes) -> bytes:
    """Returns a whole request for ``target``."""
    return b"GET " + target + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
