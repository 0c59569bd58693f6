# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs tests over another engine than they were written for: ``pytest --engine opensearch tests/api tests/pages``.

Tests name an index by a folder. With this option each folder stands for an index of the chosen engine. Tests that look
into the folder, or into the code of the local engine, have the marker ``folder`` and are skipped.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from indexer.engine import engines
from tests.opensearch.nodes import RunningCluster
from tests.switching import forget_below, switched_to

OPENSEARCH = "opensearch"
SKIPPED = "looks into the folder or the code of the local engine"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the option."""
    choices = (engines.FOLDER, engines.MEMORY, OPENSEARCH)
    parser.addoption("--engine", choices=choices, default=engines.FOLDER, help="the engine that makes the indexes")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skips the tests that are about the local engine."""
    if config.option.engine != engines.FOLDER:
        for item in items:
            if item.get_closest_marker("folder"):
                item.add_marker(pytest.mark.skip(reason=SKIPPED))


@pytest.fixture(scope="session", autouse=True)
def _cluster(request: pytest.FixtureRequest) -> Iterator[RunningCluster | None]:
    """Switches the engine. Yields where its indexes are; None if on this machine."""
    chosen = request.config.option.engine
    if chosen == engines.FOLDER:
        yield None
    elif chosen == engines.MEMORY:
        numbers = count(1)
        with switched_to(lambda: f"memory://{next(numbers)}"):
            yield None
    else:
        nodes: RunningCluster = request.getfixturevalue("nodes")
        with switched_to(nodes.new_address):
            yield nodes


@pytest.fixture(autouse=True)
def _no_indexes_left(request: pytest.FixtureRequest, _cluster: RunningCluster | None) -> Iterator[None]:
    """Removes the indexes of a test when it ends, since a cluster bears only so many."""
    yield
    folder = getattr(request.node, "funcargs", {}).get("tmp_path")
    if folder and _cluster:
        for address in forget_below(folder):
            _cluster.remove_index(address)
