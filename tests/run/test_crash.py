# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that a run stopped at any moment leaves the old index working, and that the next run succeeds."""

from __future__ import annotations

import codecs
import multiprocessing
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import pytest

from indexer.commands.cli import main
from indexer.engine.local import generations
from indexer.engine.local.generations import IndexFolder
from indexer.engine.local.store import LocalStore
from indexer.engine.local.whoosh_engine import WhooshEngine
from indexer.engine.local.writing.writer import WhooshWriter
from indexer.errors import IndexingError, UsageError
from indexer.operating.verify import verify
from indexer.run import staging
from indexer.search.archive import Archive
from indexer.search.query.request import SearchRequest
from tests.conftest import ROOT, Build

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
    """Returns how many articles the index finds; the index must be whole, as `fihrist verify` checks."""
    store = LocalStore(index, engine=engine)
    assert verify(store, "", lambda done, total: None).problems == ()
    results = Archive(store).search(SearchRequest(q="المدينة"))
    assert results.total == results.index.articles
    return results.total


@pytest.fixture(autouse=True)
def _checkpoints_from_the_first_batch_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "_FIRST_CHECKPOINT", 0)


# Each run is a process that has all modules loaded, so that the random moments fall on its work, not on the start of
# Python.
FORKING = multiprocessing.get_context("forkserver")


def work(index: str, news: str) -> None:
    os.environ["FIHRIST_BATCH"] = "20"
    staging._FIRST_CHECKPOINT = 0
    code = main(["index", news, "--index", index])
    sys.stderr.flush()
    os._exit(code)  # Ends at once: the usual end of a process may read files that its user may not read.


FORKING.set_forkserver_preload(["indexer.commands.cli", "tests.run.test_crash"])


def run(index: Path, news: Path) -> ForkServerProcess:
    process = FORKING.Process(target=work, args=(str(index), str(news)))
    process.start()
    return process


def kill_at_random_moments(index: Path, news: Path, engine: WhooshEngine, build: Build, times: int) -> None:
    shutil.copytree(index, index.with_name("whole"))
    run(index.with_name("whole"), news).join()  # The first process waits for the server of forks.
    shutil.rmtree(index.with_name("whole"))
    shutil.copytree(index, index.with_name("whole"))
    start = time.monotonic()
    whole = run(index.with_name("whole"), news)
    whole.join()
    assert whole.exitcode == 0
    duration = time.monotonic() - start
    killed = 0
    moments = random.Random(20211204)
    wanted = {BASE, BASE + MORE}
    for _ in range(times * 3):
        if killed == times:
            break
        process = run(index, news)
        start = time.monotonic()
        process.join(duration * moments.uniform(0.05, 0.9))
        process.kill()
        process.join()
        assert process.exitcode in (0, -signal.SIGKILL)
        if process.exitcode == 0:
            # The run finished before its moment came, for example because the machine is less busy now. So this is how
            # long a run takes.
            duration = min(duration, time.monotonic() - start)
        else:
            killed += 1
        found = answers(index, engine)
        assert found in wanted
        if found == max(wanted):
            # This run finished, so the next one gets new work.
            write(news, range(found, found + MORE))
            wanted = {found, found + MORE}
    assert killed == times
    build(index, news)
    assert answers(index, engine) == sum(1 for _ in news.iterdir())
    assert not (index / "staging").exists()
    assert not (index / "checkpoint").exists()


def test_kill_at_random_moments(index: Path, news: Path, engine: WhooshEngine, build: Build) -> None:
    kill_at_random_moments(index, news, engine, build, 20)


@pytest.mark.slow
def test_kill_at_random_moments_often(index: Path, news: Path, engine: WhooshEngine, build: Build) -> None:
    kill_at_random_moments(index, news, engine, build, 200)


def command(index: Path, news: Path, **options: Any) -> subprocess.Popen[bytes]:
    arguments = [sys.executable, "-m", "indexer.commands.cli", "index", str(news), "--index", str(index)]
    environment = {**os.environ, "FIHRIST_BATCH": "20"}
    # If the tests run in the background of a shell, they ignore Ctrl-C, and child processes would inherit that.
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        return subprocess.Popen(arguments, env=environment, cwd=ROOT, stderr=subprocess.PIPE, **options)
    finally:
        signal.signal(signal.SIGINT, before)


def test_terminated_runs_report_it(index: Path, news: Path, engine: WhooshEngine) -> None:
    for number, code in ((signal.SIGTERM, 143), (signal.SIGINT, 130)):
        for _ in range(20):
            shutil.copytree(index, index.with_name("whole"))
            process = command(index, news)
            while not (index / "staging").exists():
                time.sleep(0.005)
            process.send_signal(number)
            _, message = process.communicate()
            if process.returncode == 0:
                # The run finished before the signal came, as it may on a busy machine: try once more.
                shutil.rmtree(index)
                shutil.move(index.with_name("whole"), index)
                continue
            shutil.rmtree(index.with_name("whole"))
            break
        assert process.returncode == code
        assert b"Traceback" not in message
        assert b"is complete" in message
        assert answers(index, engine) == BASE
        assert not (index / "staging").exists()


class Stopped(BaseException):
    """Stands for a crash of the machine: no code catches it."""


STEPS: dict[str, tuple[object, str]] = {
    "staged": (WhooshWriter, "apply"),
    "merged": (WhooshWriter, "finish"),
    "opened for verification": (WhooshEngine, "open"),
    "summed": (generations, "write_manifest"),
    "flushed": (generations, "_flush"),
    "renamed": (IndexFolder, "_point_to"),
    "switched": (os, "replace"),
    "checkpoint kept": (IndexFolder, "keep_checkpoint"),
    "checkpoint cleared": (IndexFolder, "clear_checkpoint"),
    "report kept": (IndexFolder, "keep_report"),
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
    published = step in ("report kept", "pruned") or (step in ("switched", "renamed") and not before)
    assert answers(index, engine) == (BASE + MORE if published else BASE)
    build(index, news)
    assert answers(index, engine) == BASE + MORE
    write(news, range(500, 501))
    build(index, news)
    assert answers(index, engine) == BASE + MORE + 1
    assert not (index / "staging").exists()
    assert not (index / "checkpoint").exists()


@pytest.mark.parametrize("step", ["flushed", "summed", "switched"])
def test_a_failing_disk_is_reported_and_harms_nothing(
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


NOBODY = 65_534


def work_and_tell(index: str, news: str, messages: str, *, nobody: bool) -> None:
    """Runs `work` with stderr in a file, as a user whom permissions bind even if root runs the tests."""
    nobody = nobody and os.geteuid() == 0
    if nobody:  # loads modules that the user may not be allowed to read later, when they are first needed
        shutil.copytree(index, f"{messages}.copy")
        main(["index", news, "--index", f"{messages}.copy"])
        codecs.lookup("latin1")  # pickled bytes need this module
    os.dup2(os.open(messages, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
    if nobody:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    work(index, news)


def told(index: Path, news: Path, messages: Path, *, nobody: bool = False) -> tuple[int | None, str]:
    """Returns exit code and stderr of a run."""
    FORKING.set_forkserver_preload(["indexer.commands.cli", "tests.run.test_crash"])
    process = FORKING.Process(
        target=work_and_tell, args=(str(index), str(news), str(messages)), kwargs={"nobody": nobody}
    )
    process.start()
    process.join()
    shutil.rmtree(f"{messages}.copy", ignore_errors=True)
    return process.exitcode, messages.read_text()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A small file system of its own, of any size."""
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", place], capture_output=True).returncode:
        pytest.skip("mounting a tmpfs is not allowed here")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)


def test_a_read_only_disk_is_named(small_disk: Path, news: Path, engine: WhooshEngine, build: Build) -> None:
    index = small_disk / "index"
    build(index, news)
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    with pytest.raises(UsageError, match="Read-only file system; name another, or mount it for writing"):
        build(index, news)
    assert answers(index, engine) == BASE


def test_a_full_disk_harms_nothing(
    small_disk: Path, news: Path, engine: WhooshEngine, build: Build, tmp_path: Path
) -> None:
    index = small_disk / "index"
    for path in list(news.iterdir())[BASE:]:
        path.unlink()
    build(index, news)
    write(news, range(BASE, BASE + MORE))
    used = shutil.disk_usage(small_disk).used
    codes = []
    for spare in (0, 8, 40, 80, 120, 160, 240, 320, 480, 640, 960, 2_000, 4_000):
        subprocess.run(["mount", "-o", f"remount,size={used // 1024 + spare}k", small_disk], check=True)
        code, message = told(index, news, tmp_path / "messages")
        codes.append(code)
        assert code == 0 or re.search("No space left|disk is full", message), message
        assert answers(index, engine) == (BASE if code else BASE + MORE)
        if not code:
            break
    assert codes[-1] == 0
    assert codes[:-1] == [1] * (len(codes) - 1)
    assert len(codes) > 3, "the disk was full at several places"


@pytest.mark.parametrize("limit", [0, 1_000, 10_000, 40_000])
def test_files_that_cannot_grow_harm_nothing(index: Path, news: Path, engine: WhooshEngine, limit: int) -> None:
    """A limit on file sizes replaces a quota on systems where no file system may be mounted."""

    def restrict() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    process = command(index, news, preexec_fn=restrict)
    _, message = process.communicate()
    assert b"Traceback" not in message
    assert process.returncode in (1, 2)
    assert len(message.splitlines()) == 1
    assert answers(index, engine) == BASE
    process = command(index, news)
    process.communicate()
    assert (process.returncode, answers(index, engine)) == (0, BASE + MORE)


@pytest.fixture
def common(build: Build) -> Iterator[Path]:
    """A folder with an index and its archive that another user can reach, and owns if the tests run as root."""
    place = Path(tempfile.mkdtemp(prefix="fihrist-"))
    try:
        write(place / "news", range(BASE))
        build(place / "index", place / "news")
        write(place / "news", range(BASE, BASE + MORE))
        if os.geteuid() == 0:
            place.chmod(0o755)
            for path in place.rglob("*"):
                os.chown(path, NOBODY, NOBODY)
        yield place
    finally:
        shutil.rmtree(place)


@pytest.mark.parametrize(
    ("what", "mode", "code", "words"),
    [
        ("index", 0o555, 2, "cannot be written"),
        ("index/lock", 0o444, 2, "cannot be written"),
        ("index/gen-000001", 0o000, 1, "cannot be read: Permission denied; run as"),
        ("index/gen-000001/catalog.sqlite", 0o000, 1, "catalog.sqlite"),
        ("news/100.jsonl", 0o000, 3, "100.jsonl: Permission denied"),
        ("news", 0o000, 3, "cannot be read"),
    ],
)
def test_withdrawn_permissions_harm_nothing(
    common: Path, engine: WhooshEngine, what: str, mode: int, code: int, words: str
) -> None:
    index, news = common / "index", common / "news"
    mode_before = (common / what).stat().st_mode
    (common / what).chmod(mode)
    found, message = told(index, news, common / "messages", nobody=True)
    (common / what).chmod(mode_before)
    assert "Traceback" not in message
    assert (found, words in message) == (code, True), message
    assert answers(index, engine) == (BASE + MORE - 1 if what == "news/100.jsonl" else BASE)
    assert told(index, news, common / "messages", nobody=True) == (0, "")
    assert answers(index, engine) == BASE + MORE
