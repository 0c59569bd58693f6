# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures for tests on OpenSearch nodes. Every test that uses one of them has the marker `opensearch`.

- `nodes`: three nodes that all tests share. A test may use but not harm them.
- `cluster_address`: the address of an index in these nodes, for one test.
- `start_nodes`: starts nodes for one test, which may kill them.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from indexer.arabic.lexicon import lexicon
from tests.opensearch.artefacts import MISSING, available
from tests.opensearch.nodes import Nodes, RunningCluster

StartNodes = Callable[..., Nodes]
NEEDING_NODES = {"nodes", "start_nodes"}
"""The fixtures that every other fixture on nodes uses."""


@pytest.hookimpl(tryfirst=True)  # before pytest selects by marker
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Adds the marker to the tests whose fixtures need nodes. Rows of parameters that need them state it themselves."""
    for item in items:
        if isinstance(item, pytest.Function) and NEEDING_NODES & set(item.fixturenames):
            item.add_marker("opensearch")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the option."""
    parser.addoption("--nodes", metavar="HOST:PORT,...", default="", help="take these OpenSearch nodes, start none")


@pytest.fixture(scope="session")
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keeps files of clusters that end with the tests out of the user's cache.

    The lexicon is taken from there, since making it takes long.
    """
    lexicon.shipped()
    folder = tmp_path_factory.mktemp("cache") / "fihrist"
    folder.mkdir()
    cached = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "fihrist"
    for path in cached.glob("lexicon-*.bin"):
        (folder / path.name).symlink_to(path)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("XDG_CACHE_HOME", str(folder.parent))
        yield


@pytest.fixture(scope="session")
def nodes(
    pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory, _cache: None
) -> Iterator[RunningCluster]:
    """Three nodes, started once a process; or those of the option."""
    if pytestconfig.option.nodes:
        yield RunningCluster(pytestconfig.option.nodes.split(","))
        return
    _skip_where_missing()
    with Nodes(3, tmp_path_factory.mktemp("opensearch") / "shared") as started:
        yield started


@pytest.fixture
def cluster_address(nodes: RunningCluster) -> Iterator[str]:
    """The address of an index that does not exist yet, with a name of its own. The test's indexes are removed."""
    address = nodes.new_address()
    yield address
    nodes.remove_index(address)


@pytest.fixture
def start_nodes(tmp_path: Path, _cache: None) -> Iterator[StartNodes]:
    """Returns ``start_nodes(count, settings=None)``, which starts a cluster as `Nodes` does. It ends with the test."""
    _skip_where_missing()
    numbers = itertools.count(1)
    with ExitStack() as clusters:

        def start(count: int, settings: dict[str, object] | None = None) -> Nodes:
            return clusters.enter_context(Nodes(count, tmp_path / f"cluster{next(numbers)}", settings))

        yield start


def _skip_where_missing() -> None:
    if not available():
        pytest.skip(MISSING)
