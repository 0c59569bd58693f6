# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests two runs that start on the same index at once: one indexes, the other is refused and told which run holds
the lock."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Barrier, Event, Semaphore
from pathlib import Path

import pytest

from indexer.commands.cli import main
from indexer.engine.local.generations import IndexFolder
from indexer.engine.local.whoosh_engine import WhooshEngine
from indexer.errors import LockedError
from tests.conftest import Build
from tests.run.test_crash import BASE, FORKING, MORE, answers, work, write


@pytest.fixture
def news(tmp_path: Path) -> Path:
    write(tmp_path / "news", range(BASE))
    return tmp_path / "news"


@pytest.fixture
def index(news: Path, tmp_path: Path, build: Build) -> Path:
    build(tmp_path / "index", news)
    return tmp_path / "index"


def contend(index: str, news: str, meet: Barrier, inside: Semaphore, refused: Event) -> None:
    """Runs `work`, but requests the lock together with another run and holds it until the other was refused."""
    real = IndexFolder.locked

    @contextmanager
    def locked(self: IndexFolder) -> Iterator[None]:
        meet.wait(60)
        try:
            with real(self):
                inside.release()
                assert refused.wait(60), "the other run was not refused"
                yield
        except LockedError:
            refused.set()
            raise

    IndexFolder.locked = locked  # type: ignore[method-assign]  # only in this process
    work(index, news)


def test_two_at_once(index: Path, news: Path, engine: WhooshEngine) -> None:
    """Two runs request the lock at once; one indexes, and the other is refused meanwhile."""
    for turn in range(1, 4):
        write(news, range(BASE, BASE + turn * MORE))
        meet, inside, refused = FORKING.Barrier(2), FORKING.Semaphore(0), FORKING.Event()
        both = [FORKING.Process(target=contend, args=(str(index), str(news), meet, inside, refused)) for _ in range(2)]
        for process in both:
            process.start()
        for process in both:
            process.join()
        assert sorted(process.exitcode or 0 for process in both) == [0, LockedError.exit_code]
        assert refused.is_set()
        assert inside.acquire(block=False)
        assert not inside.acquire(block=False), "both runs held the lock"
        assert answers(index, engine) == BASE + turn * MORE


def test_the_refused_run_names_the_other(index: Path, news: Path, capfd: pytest.CaptureFixture[str]) -> None:
    write(news, range(BASE, BASE + MORE))
    with IndexFolder(index).locked():
        assert main(["index", str(news), "--index", str(index)]) == LockedError.exit_code
    assert f"process {os.getpid()}, since " in (said := capfd.readouterr().err)
    assert "is indexing into" in said
