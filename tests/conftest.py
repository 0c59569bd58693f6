# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures that several test modules share."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from indexer.arabic.analyser import Analyser
from indexer.arabic.lexicon import lexicon
from indexer.engine.base import Searcher
from indexer.engine.engines import store_at
from indexer.engine.local.store import LocalStore
from indexer.engine.local.whoosh_engine import WhooshEngine
from indexer.reindex import reindex
from indexer.run.options import Options
from indexer.run.report import Report
from indexer.search.archive import Archive
from tests.contract import ARTICLES, ENGINES, groups_of, new_place, rows_of
from tests.switching import switched

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

pytest_plugins = ["tests.opensearch.fixtures", "tests.engine_option"]

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"

# Loading the dictionary takes a second. Hypothesis would report the first example as too slow.
settings.register_profile("fihrist", deadline=None)
settings.load_profile("fihrist")


@pytest.fixture(scope="session")
def analyser() -> Analyser:
    """One analyser for all tests: except for its cache it is immutable."""
    return Analyser(lexicon.shipped())


@pytest.fixture(scope="session")
def engine() -> WhooshEngine:
    return WhooshEngine()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of material that tests may read but the project may not contain."""
    if not SHARED.is_dir():
        pytest.skip("../shared is not here: the tests on real articles need it")
    return SHARED


Build = Callable[..., Report]


@pytest.fixture(scope="session")
def build(engine: WhooshEngine) -> Build:
    """Returns ``build(index, *paths, **options)``, which runs the indexer as `fihrist index` does."""

    def run(index: Path, *paths: Path, **options: int | bool) -> Report:
        store = store_at(index) if switched() else LocalStore(index, engine=engine)
        return reindex(paths, store, Options(**options), lambda done, total: None)  # type: ignore[arg-type]  # each option has its own type

    return run


@pytest.fixture(scope="session")
def sample_index(build: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index of sample/, published."""
    index = tmp_path_factory.mktemp("sample") / "index"
    build(index, ROOT / "sample")
    return index


@pytest.fixture(scope="session")
def sample_archive(sample_index: Path, engine: WhooshEngine) -> Archive:
    return Archive(sample_index)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of `browsers.running_site`."""
    from tests.browsers import running_site  # noqa: PLC0415  # importing takes a second that tests without a browser need not wait

    with running_site(tmp_path_factory.mktemp("site")) as address:
        yield address


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """The browser of `browsing.chromium`. A test restores what it changes, except the width and the page."""
    from tests.browsing import chromium  # noqa: PLC0415  # as above

    with chromium(tmp_path_factory.mktemp("profile")) as driver:
        yield driver


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("FIHRIST_"):
            monkeypatch.delenv(name)
    # Tests wait for this process, so it should not lower its priority; and it could not raise it again.
    monkeypatch.setenv("FIHRIST_NICE", "0")


@pytest.fixture(scope="session")
def opened_searchers() -> dict[str, Searcher]:
    """The searchers of `_searcher` over `ARTICLES`, by engine. Each is made when it is first needed."""
    return {}


def _searcher(engine: str, request: pytest.FixtureRequest) -> Searcher:
    kept: dict[str, Searcher] = request.getfixturevalue("opened_searchers")
    if engine not in kept:
        kept[engine] = ENGINES[engine](ARTICLES, new_place(engine, request), request.getfixturevalue("analyser"))
    return kept[engine]


@pytest.fixture(scope="session", params=groups_of(ENGINES))
def searchers(request: pytest.FixtureRequest) -> dict[str, Searcher]:
    """Engines that must give the same answers."""
    return {name: _searcher(name, request) for name in request.param}


@pytest.fixture(params=rows_of(ENGINES))
def any_searcher(request: pytest.FixtureRequest) -> Searcher:
    return _searcher(request.param, request)


@pytest.fixture(params=rows_of(ENGINES))
def empty_searcher(request: pytest.FixtureRequest, analyser: Analyser) -> Searcher:
    return ENGINES[request.param]((), new_place(request.param, request), analyser)
