# SPDX-License-Identifier: GPL-3.0-or-later
"""Interrupts runs in a cluster: readers see whole generations, and the next run continues or clears what is left."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import pytest

from indexer.commands.cli import main
from indexer.engine.engines import store_at
from indexer.engine.opensearch.addresses import ClusterAddress
from indexer.engine.opensearch.cluster import ClusterClient
from indexer.engine.opensearch.keeping.names import IndexNames
from indexer.engine.opensearch.writing import sending
from indexer.errors import LockedError
from indexer.operating.verify import verify
from indexer.reindex import reindex
from indexer.run import staging
from indexer.run.options import Options
from indexer.run.report import Report
from tests.opensearch.archives import ChangingArchive, rubbish, titles_in

KILLS = 10

# Each run is a process that has all modules loaded, so that the random moments fall on its work.
FORKING = multiprocessing.get_context("forkserver")
FORKING.set_forkserver_preload(["indexer.commands.cli", "tests.opensearch.test_interrupted_runs"])


def work(news: str, address: str) -> None:
    os.environ |= {"FIHRIST_BATCH": "25", "FIHRIST_JOBS": "2"}
    staging._FIRST_CHECKPOINT = 0
    staging._CHECKPOINT_SHARE = 0
    sending._WORTH_PROCESSES = 20
    code = main(["index", news, "--index", address, "--allow-shrink"])
    sys.stderr.flush()
    os._exit(code)


def started(news: Path, address: str) -> ForkServerProcess:
    process = FORKING.Process(target=work, args=(str(news), address))
    process.start()
    return process


@pytest.mark.slow  # `test_a_run_that_dies_at_any_request` tries each moment, but in one process
def test_kill_at_random_moments(cluster_address: str, tmp_path: Path) -> None:
    archive = ChangingArchive(tmp_path / "news", 6, 12, seed=1)
    store = store_at(cluster_address)
    duration = 0.0
    for _ in range(2):  # the first process waits for the server of forks
        start = time.monotonic()
        run = started(archive.folder, cluster_address)
        run.join()
        assert run.exitcode == 0
        duration = time.monotonic() - start
        before = archive.titles
        assert titles_in(store) == before
        archive.change()
    moments = random.Random(20261130)
    killed = 0
    for _ in range(KILLS * 3):
        if killed == KILLS:
            break
        run = started(archive.folder, cluster_address)
        start = time.monotonic()
        run.join(duration * moments.uniform(0.05, 0.95))
        run.kill()
        run.join()
        assert run.exitcode in (0, -signal.SIGKILL)
        if run.exitcode == 0:
            duration = min(duration, time.monotonic() - start)
        else:
            killed += 1
        found = titles_in(store)
        assert found in (before, archive.titles)
        assert verify(store, "", lambda done, total: None).problems == ()
        if found == archive.titles or moments.random() < 0.3:
            before = found
            archive.change()
    assert killed == KILLS
    for _ in range(2):
        run = started(archive.folder, cluster_address)
        run.join()
        assert run.exitcode == 0
        assert titles_in(store) == archive.titles
        assert verify(store, "", lambda done, total: None).problems == ()
        assert rubbish(cluster_address) == []
        archive.change()


def test_two_runs_at_once(cluster_address: str, tmp_path: Path) -> None:
    archive = ChangingArchive(tmp_path / "news", 6, 12, seed=8)
    for _ in range(2):
        runs = [started(archive.folder, cluster_address) for _ in range(3)]
        for one in runs:
            one.join()
        # Those that come while another one works are told so; one that comes later finds nothing to do.
        assert {one.exitcode for one in runs} <= {0, LockedError.exit_code}
        assert any(one.exitcode == 0 for one in runs)
        assert titles_in(store_at(cluster_address)) == archive.titles
        assert verify(store_at(cluster_address), "", lambda done, total: None).problems == ()
        assert rubbish(cluster_address) == []
        archive.change()


class Stopped(BaseException):
    """Stands for the death of the process: no code catches it."""


class Dying:
    """Lets a process die at one of its requests that write, before or after the cluster has done it."""

    def __init__(self, perform: Callable[..., Any]) -> None:
        self._perform = perform
        self.left = 0
        self.before = True
        self.dead = False

    def __call__(self, cluster: ClusterClient, method: str, path: str, *others: Any) -> Any:
        if threading.current_thread() is not threading.main_thread():  # of another store
            return self._perform(cluster, method, path, *others)
        writes = method != "GET" and not path.endswith(("_search", "_msearch", "_mget", "_refresh", "point_in_time"))
        self.left -= writes
        if self.dead or (writes and self.left < 0 and self.before):
            self.dead = True
            raise Stopped
        answer = self._perform(cluster, method, path, *others)
        if writes and self.left < 0:
            self.dead = True
            raise Stopped
        return answer


def test_a_run_that_dies_at_any_request(cluster_address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "_FIRST_CHECKPOINT", 0)
    monkeypatch.setattr(staging, "_CHECKPOINT_SHARE", 0)
    archive = ChangingArchive(tmp_path / "news", 5, 6, seed=2)
    dying = Dying(ClusterClient._perform)
    names = IndexNames(ClusterAddress.parse(cluster_address).name)
    options = Options(batch=8, allow_shrink=True)

    def run() -> tuple[bool, bool]:
        """Returns whether the run came to its end, and whether it continued another one."""
        report = Report()
        try:
            reindex([archive.folder], store_at(cluster_address), options, lambda done, total: None, report)
        except Stopped:
            return False, report.resumed
        return True, report.resumed

    assert run() == (True, False)
    before = archive.titles
    archive.change()
    published = resumed = 0
    for number in range(100):
        dying.left, dying.before, dying.dead = number, number % 2 == 0, False
        with monkeypatch.context() as patched:
            patched.setattr(ClusterClient, "_perform", lambda *arguments: dying(*arguments))
            ended, continued = run()
        store = store_at(cluster_address)
        # Its process is taken for dead.
        ClusterClient(ClusterAddress.parse(cluster_address)).delete(names.state, "lock")
        found = titles_in(store)
        assert found in (before, archive.titles), number
        assert verify(store, "", lambda done, total: None).problems == (), number
        resumed += continued
        if ended and not continued:
            break
        if found == archive.titles or number % 5 == 4:
            published += found == archive.titles
            before = found
            archive.change()
    # A run that began anew was not reached by its death.
    assert ended
    assert published > 3
    assert resumed > 3
    archive.change()
    assert run() == (True, False)
    assert titles_in(store_at(cluster_address)) == archive.titles
    assert rubbish(cluster_address) == []
