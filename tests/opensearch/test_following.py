# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that a server of several processes follows an index in a cluster, and that runs from cron work there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from indexer.article import Article, article_id
from indexer.engine.engines import store_at
from tests.conftest import ROOT
from tests.contract import AT, publish
from tests.opensearch.nodes import Nodes
from tests.servers import running_server

SEARCH = "/api/v1/search?q=%D8%AE%D8%A8%D8%B1&per_page=100&collapse=0&snippets=0"
ARTICLES = 12
READERS = 3


class Seen(NamedTuple):
    """One answer. ``marks`` are the last words of the titles, which say by which publication they came."""

    generation: str
    total: int
    marks: frozenset[str]


@dataclass
class Readers:
    """Threads that search all the time. ``failed`` holds the answers that were no success."""

    server: tuple[str, int]
    seen: list[Seen] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    end: threading.Event = field(default_factory=threading.Event)

    def read(self) -> None:
        while not self.end.is_set():
            try:
                with urllib.request.urlopen("http://{}:{}".format(*self.server) + SEARCH, timeout=30) as answer:
                    body = json.load(answer)
            except urllib.error.HTTPError as error:
                self.failed.append(f"{error.code} {error.read()[:300]!r}")
            except OSError as error:
                self.failed.append(str(error))
            else:
                titles = [one["title"] for one in body["results"]]
                marks = frozenset(one.split()[-1] for one in titles)
                self.seen.append(Seen(body["index"]["generation"], body["total"], marks))


def edition(number: int) -> list[Article]:
    """The articles of a publication: all are replaced, and there is one more each time."""
    return [
        Article(article_id(f"a{n}"), f"خبر رقم {n} طبعة{number}", f"نص الخبر {n}", f"/a{n}", "نهر", indexed_at=AT)
        for n in range(ARTICLES + number)
    ]


def test_a_server_that_follows_answers_from_whole_generations(nodes: Nodes, cluster_address: str) -> None:
    store = store_at(cluster_address)
    expected: dict[str, int] = {}

    def make(number: int) -> None:
        info = publish(store, edition(number), [one.id for one in edition(number - 1)] if number else [])
        expected[info.name] = number

    def until_seen(name: str) -> None:
        """Waits until answers come from the generation, and no others any more."""
        end = time.monotonic() + 60
        while time.monotonic() < end and {one.generation for one in readers.seen[-6:]} != {name}:
            time.sleep(0.2)
        assert readers.seen[-1].generation == name

    make(0)
    with running_server(cluster_address, workers=2, threads=2) as server:
        readers = Readers(server)
        threads = [threading.Thread(target=readers.read) for _ in range(READERS)]
        for thread in threads:
            thread.start()
        try:
            until_seen("gen-000001")
            for number in range(1, 4):
                make(number)
                with store.locked():
                    store.prune(2)
                until_seen(store.current_name())
            earlier = [name for name in store.names() if name != store.current_name()][-1]
            with store.locked():
                store.switch(earlier)
            until_seen(earlier)
            with store.locked():
                store.prune(1)
            until_seen(earlier)
            info = publish(store, edition(4), [one.id for one in edition(expected[earlier])])
            expected[info.name] = 4
            until_seen(info.name)
        finally:
            readers.end.set()
            for thread in threads:
                thread.join()
    print(f"{len(readers.seen)} answers from {len({one.generation for one in readers.seen})} generations")
    assert readers.failed == []
    assert {one.generation for one in readers.seen} == set(expected)
    for one in set(readers.seen):
        number = expected[one.generation]
        assert one == Seen(one.generation, ARTICLES + number, frozenset({f"طبعة{number}"}))


FIHRIST = [sys.executable, "-m", "indexer.commands.cli"]


def test_cron_needs_nothing_of_a_login(nodes: Nodes, cluster_address: str, tmp_path: Path) -> None:
    """As cron starts it: hardly any variable, and a home that cannot be written."""
    environment = {"HOME": "/nonexistent", "PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
    source = next(path for path in sorted((ROOT / "sample").iterdir()) if path.is_dir())
    command = [*FIHRIST, "index", str(source), "--index", cluster_address]
    for _ in range(2):
        done = subprocess.run(
            command, cwd="/", env=environment, capture_output=True, text=True, check=False, timeout=300
        )
        assert (done.returncode, done.stdout, done.stderr) in ((0, "", ""), (3, "", done.stderr)), done
        assert "Traceback" not in done.stderr
    assert store_at(cluster_address).info().articles > 0


def test_the_second_of_two_runs_is_sent_away(nodes: Nodes, cluster_address: str, tmp_path: Path) -> None:
    lines = [
        json.dumps({"id": str(n), "title": f"خبر {n}", "body": f"نص الخبر {n} عن المدينة " * 40}) for n in range(600)
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(lines), encoding="ascii")
    command = [*FIHRIST, "index", str(tmp_path), "--index", cluster_address]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, env=dict(os.environ)) as first:
        name = cluster_address.rpartition("/")[2]
        while not locked(nodes, name):
            assert first.poll() is None, first.communicate()
            time.sleep(0.1)
        second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
        assert second.returncode == 75, second
        assert f"process {first.pid} on " in second.stderr
        assert "is indexing into opensearch://" in second.stderr
        assert first.communicate(timeout=400)[1] == ""
        assert first.returncode == 0
    assert store_at(cluster_address).info().articles == 600


def locked(nodes: Nodes, name: str) -> bool:
    try:
        found = nodes.ask(f"/{name}.state/_doc/lock")
    except urllib.error.HTTPError:
        return False
    return bool(found["found"] and found["_source"]["token"])
