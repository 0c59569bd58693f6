# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests what becomes of a new generation that cannot be opened: it is tried again, and monitors are told."""

from __future__ import annotations

import errno
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from indexer.engine.engines import store_at
from indexer.errors import DamagedIndexError
from indexer.search.archive import Archive
from indexer.search.refusal import FIRST_PAUSE, LONGEST_PAUSE, RefusedGeneration
from tests.commands.test_keeping import write
from tests.conftest import Build
from web.app import create_app
from web.requests.exchange import EXTENSION
from web.serving.following import follow

PASSING: list[Callable[[], Exception]] = [
    lambda: OSError(errno.EMFILE, "Too many open files"),
    lambda: PermissionError(errno.EACCES, "Permission denied"),
    lambda: BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable"),
    MemoryError,
    lambda: RuntimeError("can't start new thread"),
    lambda: DamagedIndexError("too many open files"),
]


class Clock:
    """A clock that stands until it is moved on."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_pauses_grow_up_to_the_longest() -> None:
    clock, pauses = Clock(), list[float]()
    refusal = RefusedGeneration(clock)
    for _ in range(12):
        refusal.note("new", MemoryError(), "old")
        begin = clock.now
        while refusal.waits("new"):
            clock.now += FIRST_PAUSE
        pauses.append(clock.now - begin)
    assert pauses[:4] == [1, 2, 4, 8]
    assert pauses[-2:] == [LONGEST_PAUSE] * 2
    assert pauses == sorted(pauses)


def test_another_generation_is_tried_at_once_and_begins_anew() -> None:
    clock = Clock()
    refusal = RefusedGeneration(clock)
    refusal.note("second", MemoryError(), "first")
    refusal.note("second", MemoryError(), "first")
    assert not refusal.waits("third")
    refusal.note("third", MemoryError(), "first")
    clock.now += FIRST_PAUSE
    assert not refusal.waits("third")
    refusal.clear()
    assert not refusal


def test_the_same_reason_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    refusal = RefusedGeneration(Clock())
    for error in (MemoryError(), MemoryError(), DamagedIndexError("x is damaged"), DamagedIndexError("x is damaged")):
        refusal.note("new", error, "gen-000001")
    assert caplog.text.count("still answering from gen-000001") == 2


@pytest.mark.parametrize("fault", PASSING)
def test_a_passing_fault_does_not_keep_an_archive_on_old_data(
    tmp_path: Path, build: Build, monkeypatch: pytest.MonkeyPatch, fault: Callable[[], Exception]
) -> None:
    news, index, clock = tmp_path / "news", tmp_path / "index", Clock()
    write(news, range(2))
    build(index, news)
    store = store_at(str(index))
    archive = Archive(store)
    monkeypatch.setattr(archive, "_refusal", RefusedGeneration(clock))
    app = create_app(index)
    app.extensions[EXTENSION] = archive
    client = app.test_client()
    assert client.get("/readyz").status_code == 200
    write(news, range(2, 5))
    build(index, news)
    really, tried = store.open, list[float]()

    def failing(name: str = "") -> Any:
        tried.append(clock.now)
        if len(tried) < 3:
            raise fault()
        return really(name)

    monkeypatch.setattr(store, "open", failing)
    for _ in range(3):
        assert archive.info().articles == 2
    assert len(tried) == 1, "it is not tried again at once"
    refused = client.get("/readyz")
    assert (refused.status_code, refused.get_json()["code"]) == (503, "generation_refused")
    assert "\nfihrist_index_refused 1" in client.get("/metrics").text
    assert client.get("/").status_code == 200, "readers are still answered"
    while archive.info().articles == 2:
        clock.now += FIRST_PAUSE
    assert [seconds - tried[0] for seconds in tried] == [0, 1, 3]
    assert client.get("/readyz").status_code == 200
    assert "\nfihrist_index_refused 0" in client.get("/metrics").text


def test_the_follower_goes_on_after_any_error(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It ends only by what stops the process, here a second error of sleep."""

    class Failing:
        watched = False
        asked = 0

        def refresh(self) -> bool:
            self.asked += 1
            raise (MemoryError, RuntimeError, OSError)[self.asked - 1]

    archive, slept = Failing(), list[float]()

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", sleep)
    with caplog.at_level(logging.ERROR), pytest.raises(KeyboardInterrupt):
        follow(archive)
    assert archive.asked == 3
    assert caplog.text.count("looking for a new generation failed") == 3
