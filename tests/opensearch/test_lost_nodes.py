# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that no answer is wrong and no article is lost where a node dies, hangs, or comes back.

They take minutes. Each prints how long what took; `pytest -s` shows it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from indexer import deadline
from indexer.article import Article
from indexer.engine.engines import store_at
from indexer.engine.questions import ArticleQuery
from indexer.errors import FihristError, RequestError
from indexer.operating.evaluate import JudgedSet
from indexer.reindex import reindex
from indexer.run.options import Options
from indexer.search.answers.spread import AUTOMATIC
from indexer.search.archive import Archive
from indexer.search.query.request import SearchRequest
from tests.conftest import ROOT
from tests.opensearch.comparison import generated
from tests.opensearch.fixtures import StartNodes
from tests.opensearch.nodes import Nodes

SEARCHES = int(os.environ.get("FAULTS_SEARCHES", "2000"))
QUERY_SECONDS = 10
DIFFERENT = 100
PAUSED_SECONDS = 20


@dataclass
class Asked:
    """What became of some searches. ``seconds`` are those of each; ``wrong`` and ``failed`` name the query."""

    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        took = sorted(self.seconds)
        return (
            f"{len(took)} searches, {len(self.wrong)} wrong, {len(self.failed)} failed; median "
            f"{took[len(took) // 2]:.2f} s, p99 {took[len(took) * 99 // 100]:.2f} s, longest {took[-1]:.2f} s"
        )


class Searched:
    """An archive in nodes, and what it answered while all nodes were well."""

    def __init__(self, nodes: Nodes, paths: Sequence[Path]) -> None:
        self.nodes = nodes
        self.address = nodes.new_address()
        store = store_at(self.address)
        reindex(paths, store, Options(max_bytes=1 << 30), lambda done, total: None)
        opened = store.open()
        articles = [article for article, _ in opened.searcher.export(ArticleQuery(), most=3_000).articles]
        opened.close()
        self.archive = Archive(self.address)
        self.requests = list(generated(articles, DIFFERENT, seed=7))
        self.known = [self.answer(one) for one in self.requests]

    def answer(self, request: SearchRequest) -> object:
        """All that a page shows, or the error of a request that is wrong."""
        deadline.begin(QUERY_SECONDS)
        try:
            found = self.archive.search(request, spread=AUTOMATIC)
        except RequestError as error:
            return str(error)
        finally:
            deadline.end()
        hits = [(hit.article.id, round(hit.score, 4), hit.title, hit.snippets) for hit in found.hits]
        facets = {name: tuple(counts) for name, counts in found.facets.items()}
        return found.total, found.partial, found.listed, hits, facets, found.timeline, found.spread

    def while_(self, fault: Callable[[], None], count: int) -> Asked:
        """Searches ``count`` times; after a quarter of them ``fault`` is done beside the others."""
        asked = Asked()
        thread = threading.Thread(target=fault)
        for number in range(count):
            if number == count // 4:
                thread.start()
            which = number % len(self.requests)
            start = time.monotonic()
            try:
                if self.answer(self.requests[which]) != self.known[which]:
                    asked.wrong.append(self.requests[which].q)
            except FihristError as error:
                asked.failed.append(f"{self.requests[which].q}: {error}")
            asked.seconds.append(time.monotonic() - start)
        thread.join()
        return asked


def manager(nodes: Nodes) -> int:
    """Returns the node that manages the cluster."""
    (row,) = nodes.ask("/_cat/cluster_manager?format=json")
    return int(row["node"].removeprefix("node"))


def another(nodes: Nodes) -> int:
    return (manager(nodes) + 1) % 3


def lost(nodes: Nodes, number: int) -> None:
    """Kills the node, waits until the others agree, starts it again and waits until all shards have their copies."""
    start = time.monotonic()
    nodes.kill(number)
    nodes.wait_for("yellow")
    agreed = time.monotonic()
    nodes.start(number)
    nodes.wait_for("green")
    print(
        f"node {number}: the others agree after {agreed - start:.1f} s; green {time.monotonic() - agreed:.1f} s after"
    )


def of_ant(shared: Path) -> list[Path]:
    return [JudgedSet.in_folder(shared / "data" / "ir" / "headlines_ant").docs]


def test_a_node_is_killed_while_it_is_searched(start_nodes: StartNodes) -> None:
    searched = Searched(start_nodes(3), [ROOT / "sample"])
    asked = searched.while_(lambda: lost(searched.nodes, manager(searched.nodes)), 120)
    print(asked)
    assert (asked.wrong, asked.failed) == ([], [])


@pytest.mark.slow
def test_nodes_are_killed_in_thousands_of_searches(start_nodes: StartNodes, shared: Path) -> None:
    searched = Searched(start_nodes(3), of_ant(shared))

    def lose_two() -> None:
        """One after the other; the second is killed once the first is back."""
        for which in (manager, another):
            print(which.__name__)
            lost(searched.nodes, which(searched.nodes))

    asked = searched.while_(lose_two, SEARCHES)
    print(asked)
    assert (asked.wrong, asked.failed) == ([], [])


@pytest.mark.slow
def test_a_node_hangs_while_it_is_searched(start_nodes: StartNodes) -> None:
    """A search may fail that begins while no node knows yet which one hangs; none is wrong, and none takes longer."""
    searched = Searched(start_nodes(3), [ROOT / "sample"])
    nodes = searched.nodes
    for number in (another(nodes), manager(nodes)):

        def hang(number: int = number) -> None:
            nodes.pause(number)
            time.sleep(PAUSED_SECONDS)
            nodes.resume(number)

        asked = searched.while_(hang, 200)
        print("paused", asked)
        assert asked.wrong == []
        assert len(asked.failed) <= 3
        assert max(asked.seconds) < QUERY_SECONDS + 5
        nodes.wait_for("green")


RUN = [sys.executable, "-m", "indexer.commands.cli", "index"]


def begun(address: str, paths: Sequence[Path]) -> subprocess.Popen[str]:
    """Starts a run in another process."""
    environment = {**os.environ, "FIHRIST_BATCH": "1000", "FIHRIST_MAX_FILE_MB": "1000", "FIHRIST_JOBS": "1"}
    command = [*RUN, *map(str, paths), "--index", address, "--json"]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def documents(nodes: Nodes, address: str) -> int:
    """Returns how many documents the run has sent, as far as it is refreshed, at least those that are indexed."""
    name = address.rpartition("/")[2]
    try:
        found = nodes.ask(f"/{name}.articles-*/_stats/indexing", seconds=5)
    except OSError:
        return 0
    return int(found["_all"]["primaries"].get("indexing", {}).get("index_total", 0))


def has_sent(nodes: Nodes, address: str, count: int, run: subprocess.Popen[str]) -> None:
    """Waits until the run has sent ``count`` documents."""
    while documents(nodes, address) < count:
        assert run.poll() is None, run.communicate()
        time.sleep(0.1)


def all_of(address: str) -> dict[str, Article]:
    opened = store_at(address).open()
    articles = {article.id: article for article, _ in opened.searcher.export(ArticleQuery()).articles}
    assert len(articles) == opened.info.articles == opened.searcher.count()
    opened.close()
    return articles


@pytest.mark.slow
def test_a_node_is_killed_in_the_middle_of_a_run(start_nodes: StartNodes, shared: Path, tmp_path: Path) -> None:
    """The run ends, or the next one continues, and every article is there. The run itself is killed afterwards."""
    nodes = start_nodes(3)
    address = nodes.new_address()
    archive = some_of(shared, tmp_path, 3_000)
    for which in (another, manager):
        run = begun(address, [archive])
        has_sent(nodes, address, 500, run)
        number = which(nodes)
        start = time.monotonic()
        nodes.kill(number)
        _, err = run.communicate(timeout=400)
        print(
            f"{which.__name__} killed; the run ended with {run.returncode} after {time.monotonic() - start:.1f} s {err}"
        )
        nodes.start(number)
        nodes.wait_for("green")
        if run.returncode:
            run = begun(address, [archive])
            assert (run.communicate(timeout=400), run.returncode)[1] == 0
        assert len(all_of(address)) == store_at(address).info().articles > 2_900
        assert list(store_at(address).damages()) == []
        nodes.remove_index(address)


@pytest.mark.slow
def test_a_run_is_killed_and_the_next_continues(start_nodes: StartNodes, shared: Path, tmp_path: Path) -> None:
    nodes = start_nodes(1)
    address = nodes.new_address()
    archive = some_of(shared, tmp_path, 2_500)
    for sent in (200, 1_500):
        run = begun(address, [archive])
        has_sent(nodes, address, sent, run)
        run.send_signal(signal.SIGKILL)
        run.communicate(timeout=60)
    assert store_at(address).names() == []
    run = begun(address, [archive])
    second = begun(address, [archive])
    codes = sorted((one.communicate(timeout=400), one.returncode)[1] for one in (run, second))
    assert codes in ([0, 75], [0, 0]), codes
    assert len(all_of(address)) > 2_400
    assert list(store_at(address).damages()) == []


def some_of(shared: Path, folder: Path, count: int) -> Path:
    """Returns a file with the first ``count`` articles of a judged set."""
    import gzip  # noqa: PLC0415

    with gzip.open(shared / "data" / "ir" / "headlines_ant" / "docs.jsonl.gz", "rb") as file:
        lines = [file.readline() for _ in range(count)]
    path = folder / "articles.jsonl"
    path.write_bytes(b"".join(lines))
    return path
