# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that requests of one process wait for each other for a limited time, and that health checks never wait."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask

from tests.web_fixtures import ListArchive, app_over
from web.serving import turns


class Meeting:
    """A view that waits inside a request, so that a test can send other requests meanwhile."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.end = threading.Event()

    def __call__(self) -> str:
        self.begun.release()
        assert self.end.wait(10)
        return ""


@contextmanager
def under_way(app: Flask, meeting: Meeting) -> Iterator[None]:
    """Keeps a request of ``meeting`` under way while the block runs."""
    asked = threading.Thread(target=lambda: app.test_client().get("/meeting"))
    asked.start()
    try:
        assert meeting.begun.acquire(timeout=10)
        yield
    finally:
        meeting.end.set()
        asked.join()


@pytest.fixture
def meeting() -> Meeting:
    return Meeting()


@pytest.fixture
def app(meeting: Meeting, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr(turns, "PATIENCE", 60)
    app = app_over(ListArchive())
    app.add_url_rule("/meeting", view_func=meeting, endpoint="meeting")
    return app


def test_a_search_waits_for_the_one_before_it(app: Flask, meeting: Meeting) -> None:
    answered = threading.Event()

    def ask() -> None:
        assert app.test_client().get("/api/v1/search").status_code == 200
        answered.set()

    second = threading.Thread(target=ask)
    with under_way(app, meeting):
        second.start()
        assert not answered.wait(0.3)
    second.join(10)
    assert answered.is_set()


def test_nobody_waits_long(app: Flask, meeting: Meeting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0.05)
    with under_way(app, meeting):
        for _ in range(2):
            assert app.test_client().get("/api/v1/search").status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/static/style.css", "/robots.txt"])
def test_requests_without_a_search_do_not_wait(app: Flask, meeting: Meeting, path: str) -> None:
    with under_way(app, meeting), app.test_client().get(path) as answer:
        assert answer.status_code == 200


@pytest.mark.parametrize("path", ["/fails", "/nothing", "/?page=x", "/api/v1/export?q=x"])
def test_the_turn_is_released_however_a_request_ends(app: Flask, path: str) -> None:
    def fail() -> str:
        raise ZeroDivisionError

    app.add_url_rule("/fails", view_func=fail)
    for _ in range(2):  # otherwise the second would wait a minute
        app.test_client().get(path).close()
    turn = threading.Thread(target=lambda: app.test_client().get("/api/v1/search"))
    turn.start()
    turn.join(10)
    assert not turn.is_alive()
