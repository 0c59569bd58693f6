# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes a large archive and puts a load on a server, for slow tests and for `tests.bench.publishing`.

Articles are sentences of real articles, shuffled; queries are real headlines, or parts of them.
"""

from __future__ import annotations

import gzip
import http.client
import json
import math
import os
import random
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from tests.servers import exchange, request_line, running_server

PER_FILE = 1_000
CONNECTIONS = 8
RUNS = 20
WARM = 50
"""The number of requests that warm the server before the load begins."""


def articles(corpus: Path, count: int, words: int, seed: int) -> Iterator[dict[str, str]]:
    """Returns ``count`` articles of about ``words`` words, from the sentences of the corpus (JSON Lines, gzipped)."""
    chosen = random.Random(seed)
    with gzip.open(corpus, "rt", encoding="utf-8", newline="\n") as lines:
        real = [json.loads(line) for line in lines]
    sentences = [s for one in real for s in re.split(r"(?<=[.!؟])\s+", one["body"]) if 5 < len(s.split()) < 60]
    for number in range(count):
        like = chosen.choice(real)
        body: list[str] = []
        while sum(len(sentence.split()) for sentence in body) < words:
            body.append(chosen.choice(sentences))
        yield {
            "id": f"{seed}-{number}",
            "title": like["title"],
            "body": "\n".join(body),
            "date": f"{2000 + number % 24}-{number % 12 + 1:02}-{number % 28 + 1:02}",
            "source": like["source"],
            "category": like["category"],
        }


def write_archive(folder: Path, made: Iterator[dict[str, str]], name: str) -> None:
    """Writes JSON Lines files of `PER_FILE` articles each."""
    folder.mkdir(exist_ok=True)
    lines: list[str] = []
    number = 0
    for one in made:
        lines.append(json.dumps(one, ensure_ascii=False) + "\n")
        if len(lines) == PER_FILE:
            (folder / f"{name}-{number:04}.jsonl").write_text("".join(lines), encoding="utf-8")
            lines, number = [], number + 1
    if lines:
        (folder / f"{name}-{number:04}.jsonl").write_text("".join(lines), encoding="utf-8")


def targets(queries: Path, seed: int) -> list[str]:
    """Returns addresses as readers request them: searches of page and API, filtered, sorted, later pages, prefixes."""
    chosen = random.Random(seed)
    asked = []
    for line in queries.read_text(encoding="utf-8").split("\n"):
        words = line.partition("\t")[2].split()
        if not words:
            continue
        start = chosen.randrange(len(words))
        q = quote(" ".join(words[start : start + chosen.choice((1, 1, 2, 2, 3, 4, 8))]))
        more = chosen.choice(("", "", "", "&page=2", "&sort=newest", "&from=2010&to=2015", "&match=any"))
        asked.append(f"{chosen.choice(('/', '/api/v1/search', '/api/v1/search'))}?q={q}{more}")
    return asked


@dataclass
class Load:
    """The results of a load on a server."""

    answered: list[tuple[float, float]] = field(default_factory=list)
    """When each request was sent, by the monotonic clock, and after how many seconds it was answered."""
    failed: list[str] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    generations: set[str] = field(default_factory=set)
    repeats: int = 0
    """How many requests were sent a second time, since a kept connection was closed under them."""

    def percentile(self, share: float, since: float = -math.inf) -> float:
        """Returns the time within which this share of the requests sent after ``since`` was answered."""
        seconds = sorted(taken for sent, taken in self.answered if sent >= since)
        return seconds[min(len(seconds) - 1, int(share * len(seconds)))]


CLOSED = (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError)


def ask(connection: http.client.HTTPConnection, target: str) -> tuple[int, bytes, bool]:
    """Returns status, body, and whether a second request was needed.

    A server may close a kept connection at the moment of a request (RFC 9112, 9.6), so the request is repeated. The
    server may not close a new connection, nor close in the middle of an answer: that raises OSError or HTTPException,
    as every other failure does.
    """
    kept = connection.sock is not None
    repeated = False
    try:
        connection.request("GET", target)
        answer = connection.getresponse()
    except CLOSED:
        if not kept:
            raise
        repeated = True
        connection.close()
        connection.request("GET", target)
        answer = connection.getresponse()
    return answer.status, answer.read(), repeated


def load(address: tuple[str, int], asked: Sequence[str], connections: int, *, until: threading.Event) -> Load:
    """Sends requests over several kept connections at once, each as fast as it is answered, until told to stop."""
    result = Load()
    lock = threading.Lock()

    def work(seed: int) -> None:
        chosen = random.Random(seed)
        connection = http.client.HTTPConnection(*address, timeout=30)
        while not until.is_set():
            target = chosen.choice(asked)
            start = time.monotonic()
            try:
                status, body, repeated = ask(connection, target)
            except (OSError, http.client.HTTPException) as error:
                with lock:
                    result.failed.append(f"{target}: {error!r}")
                connection.close()
                continue
            taken = time.monotonic() - start
            with lock:
                result.answered.append((start, taken))
                result.repeats += repeated
                result.statuses[status] = result.statuses.get(status, 0) + 1
                # A query may find fewer results than its second page needs: 404 is a correct answer then.
                if status != 200 and not (status == 404 and "page=" in target):
                    result.failed.append(f"{target}: {status}")
                if found := re.search(rb"gen-\d{6}", body[-300:]):
                    result.generations.add(found[0].decode())
        connection.close()

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return result


def _index(news: Path, index: Path) -> int:
    """Runs `fihrist index` as cron does, in a session of its own with low priority. Returns its exit code."""
    environment = {name: value for name, value in os.environ.items() if name != "FIHRIST_NICE"}
    command = [sys.executable, "-m", "indexer.commands.cli", "index", str(news), "--index", str(index)]
    return subprocess.run(command, cwd=Path(__file__).parent.parent, start_new_session=True, env=environment).returncode


def publish_under_load(
    data: Path, folder: Path, *, count: int, seconds: float, ready: Callable[[], None] = lambda: None
) -> tuple[Load, list[int]]:
    """Searches over `CONNECTIONS` connections without pause, while run after run publishes 200 more articles.

    Starts with an archive of ``count`` articles of about 250 words from the material in ``data``, in ``folder``. Runs
    are started for ``seconds``, at most `RUNS` of them; the load ends two seconds after the last publication. Calls
    ``ready`` before the load begins. Returns the results of the load and the exit codes of the runs.
    """
    news, index = folder / "news", folder / "index"
    corpus = data / "ant_v1.1.jsonl.gz"
    write_archive(news, articles(corpus, count, 250, seed=1), "base")
    _index(news, index)
    asked = targets(data / "ir" / "headlines_ant" / "queries.tsv", seed=1)
    # Made before the load, because this process must do nothing but send requests then.
    for number in range(RUNS):
        write_archive(folder / f"more{number}", articles(corpus, 200, 250, seed=100 + number), "more")
    done = threading.Event()
    runs: list[int] = []

    def publish() -> None:
        try:
            end = time.monotonic() + seconds
            while time.monotonic() < end and len(runs) < RUNS:
                (folder / f"more{len(runs)}").rename(news / f"more{len(runs)}")
                runs.append(_index(news, index))
            time.sleep(2)
        finally:
            done.set()

    with running_server(index, workers=2) as address:
        for target in asked[:WARM]:
            exchange(address, request_line(target.encode()))
        ready()
        publisher = threading.Thread(target=publish)
        publisher.start()
        result = load(address, asked, CONNECTIONS, until=done)
        publisher.join()
    return result, runs
