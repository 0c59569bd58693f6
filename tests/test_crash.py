"""A run that is stopped at any moment leaves the old index answering, and the next run succeeds."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.engine import generations
from indexer.engine.generations import IndexFolder
from indexer.engine.whoosh_engine import WhooshEngine, WhooshWriter
from indexer.errors import IndexingError
from indexer.search.archive import Archive
from indexer.search.request import SearchRequest
from tests.conftest import Build

BASE, MORE = 30, 150


def write(news: Path, numbers: range) -> None:
    news.mkdir(exist_ok=True)
    for number in numbers:
        text = f'{{"title": "خبر رقم {number}", "body": "نص الخبر عن المدينة والجسر رقم {number}"}}\n'
        (news / f"{number}.jsonl").write_text(text, encoding="utf-8")


@pytest.fixture
def news(tmp_path: Path) -> Path:
    write(tmp_path / "news", range(BASE))
    return tmp_path / "news"


@pytest.fixture
def index(news: Path, tmp_path: Path, build: Build) -> Path:
    build(tmp_path / "index", news)
    write(news, range(BASE, BASE + MORE))
    return tmp_path / "index"


def answers(index: Path, engine: WhooshEngine) -> int:
    """How many articles the index finds, all of its files being as they were written."""
    IndexFolder(index).current().check()
    results = Archive(index, engine).search(SearchRequest(q="المدينة"))
    assert results.total == results.index.articles
    return results.total


def run(index: Path, news: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "indexer.cli", "index", str(news), "--index", str(index)]
    return subprocess.Popen(command, env={**os.environ, "FIHRIST_BATCH": "20"}, stderr=subprocess.PIPE)


def kill_at_random_moments(index: Path, news: Path, engine: WhooshEngine, build: Build, times: int) -> None:
    shutil.copytree(index, index.with_name("whole"))
    start = time.monotonic()
    whole = run(index.with_name("whole"), news)
    whole.communicate()
    assert whole.returncode == 0
    duration = time.monotonic() - start
    killed = 0
    moments = random.Random(20211204)
    wanted = {BASE, BASE + MORE}
    for _ in range(times):
        process = run(index, news)
        # The first part of a run is Python starting; the moments should fall on the work.
        time.sleep(duration * moments.uniform(0.25, 0.9))
        process.kill()
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
        found = answers(index, engine)
        assert found in wanted
        if found == max(wanted):
            # This run had got through: the next one gets work of its own.
            write(news, range(found, found + MORE))
            wanted = {found, found + MORE}
    assert killed > times // 2
    build(index, news)
    assert answers(index, engine) == sum(1 for _ in news.iterdir())
    assert not (index / "staging").exists()


def test_kill_at_random_moments(index: Path, news: Path, engine: WhooshEngine, build: Build) -> None:
    kill_at_random_moments(index, news, engine, build, 6)


@pytest.mark.slow
def test_kill_at_random_moments_often(index: Path, news: Path, engine: WhooshEngine, build: Build) -> None:
    kill_at_random_moments(index, news, engine, build, 60)


def test_terminated_runs_say_so(index: Path, news: Path, engine: WhooshEngine) -> None:
    for number, code in ((signal.SIGTERM, 143), (signal.SIGINT, 130)):
        process = run(index, news)
        while not (index / "staging").exists():
            time.sleep(0.005)
        process.send_signal(number)
        _, message = process.communicate()
        assert process.returncode == code
        assert b"Traceback" not in message
        assert b"is complete" in message
        assert answers(index, engine) == BASE
        assert not (index / "staging").exists()


class Stopped(BaseException):
    """Stands for the machine stopping: nothing catches it."""


STEPS: dict[str, tuple[object, str]] = {
    "staged": (WhooshWriter, "apply"),
    "merged": (WhooshWriter, "finish"),
    "opened for verification": (WhooshEngine, "open"),
    "summed": (generations, "write_manifest"),
    "flushed": (generations, "_flush"),
    "renamed": (IndexFolder, "_point_to"),
    "switched": (os, "replace"),
    "pruned": (IndexFolder, "prune"),
}


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("step", STEPS)
def test_stopped_at_each_step(
    index: Path,
    news: Path,
    engine: WhooshEngine,
    build: Build,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    before: bool,
) -> None:
    owner, name = STEPS[step]
    real: Callable[..., object] = getattr(owner, name)

    def stop(*args: object, **kwargs: object) -> object:
        if not before:
            real(*args, **kwargs)
        raise Stopped

    with monkeypatch.context() as patched:
        patched.setattr(owner, name, stop)
        with pytest.raises(Stopped):
            build(index, news)
    published = step == "pruned" or (step in ("switched", "renamed") and not before)
    assert answers(index, engine) == (BASE + MORE if published else BASE)
    build(index, news)
    assert answers(index, engine) == BASE + MORE
    write(news, range(500, 501))
    build(index, news)
    assert answers(index, engine) == BASE + MORE + 1
    assert not (index / "staging").exists()


@pytest.mark.parametrize("step", ["flushed", "summed", "switched"])
def test_a_disk_that_refuses_is_an_error_and_nothing_else(
    index: Path, news: Path, engine: WhooshEngine, build: Build, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def full(*args: object, **kwargs: object) -> object:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(*STEPS[step], full)
        with pytest.raises(IndexingError, match=r"No space left.*still stands"):
            build(index, news)
    assert answers(index, engine) == BASE
    build(index, news)
    assert answers(index, engine) == BASE + MORE
