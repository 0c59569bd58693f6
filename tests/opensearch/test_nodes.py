# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests the test nodes: they form a cluster, bear what tests do to them, and none is left behind."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.opensearch.artefacts import MAJOR, MISSING, available
from tests.opensearch.fixtures import StartNodes
from tests.opensearch.nodes import Nodes, RunningCluster

OWNER = """
import sys
from pathlib import Path
from tests.opensearch.nodes import Nodes, RunningCluster
with Nodes(1, Path(sys.argv[1])) as nodes:
    print(nodes.addresses[0], flush=True)
    sys.stdin.read()
"""


def documents(nodes: RunningCluster, index: str, number: int | None = None) -> int:
    found: int = nodes.ask(f"/{index}/_count", number=number)["count"]
    return found


def test_the_nodes_form_one_cluster(nodes: RunningCluster) -> None:
    for number in range(3):
        assert nodes.ask("/_cluster/health", number=number)["number_of_nodes"] == 3
        assert nodes.ask("/", number=number)["version"]["number"].startswith(f"{MAJOR}.")


def test_each_address_names_another_index(nodes: RunningCluster, cluster_address: str) -> None:
    found = re.fullmatch(r"opensearch://(127\.0\.0\.1:\d+(?:,127\.0\.0\.1:\d+){2})/([a-z0-9-]+)", cluster_address)
    assert found
    assert found[1].split(",") == nodes.addresses
    assert nodes.new_address() != cluster_address


def test_only_the_indexes_of_one_name_are_removed(nodes: RunningCluster) -> None:
    first, other = nodes.new_address(), nodes.new_address()
    names = [f"{address.rpartition('/')[2]}.{part}" for address in (first, other) for part in ("state", "articles-1")]
    for name in names:
        nodes.ask(f"/{name}", "PUT", {"settings": {"index.hidden": name.endswith("1")}})
    nodes.remove_index(first)
    nodes.remove_index(first)
    left = nodes.ask("/_cat/indices?format=json&expand_wildcards=all")
    assert sorted(one["index"] for one in left if one["index"] in names) == sorted(names[2:])
    nodes.remove_index(other)


def test_a_repository_for_snapshots_can_be_made(nodes: RunningCluster) -> None:
    if not isinstance(nodes, Nodes):
        pytest.skip("nodes that others started have folders that others know")
    place = nodes.repository / "test"
    made = nodes.ask("/_snapshot/test", "PUT", {"type": "fs", "settings": {"location": str(place)}})
    assert made == {"acknowledged": True}
    assert place.is_dir()
    nodes.ask("/_snapshot/test", "DELETE")


def test_nodes_can_be_killed_stopped_paused_and_started(start_nodes: StartNodes) -> None:
    nodes = start_nodes(3)
    nodes.ask("/kept", "PUT", {"settings": {"number_of_shards": 1, "number_of_replicas": 2}})
    nodes.wait_for("green")
    nodes.ask("/kept/_doc/1?refresh=true", "PUT", {"title": "خبر"})
    nodes.kill(0)
    nodes.wait_for("yellow")
    with pytest.raises(OSError, match="refused"):
        nodes.ask("/", number=0)
    with pytest.raises(ValueError, match="does not run"):
        nodes.kill(0)
    assert documents(nodes, "kept") == 1
    with pytest.raises(RuntimeError, match="the end of the log of node 1"):
        nodes.wait_for("green", seconds=1)
    nodes.start(0)
    with pytest.raises(ValueError, match="runs already"):
        nodes.start(0)
    nodes.wait_for("green")
    nodes.stop(1)
    nodes.start(1)
    nodes.wait_for("green")
    nodes.pause(2)
    with pytest.raises(TimeoutError):
        nodes.ask("/", number=2, seconds=1)
    nodes.resume(2)
    nodes.wait_for("green")
    assert [documents(nodes, "kept", number) for number in range(3)] == [1, 1, 1]


def test_settings_reach_the_nodes(start_nodes: StartNodes) -> None:
    nodes = start_nodes(1, {"cluster.routing.allocation.disk.threshold_enabled": True, "cluster.name": "another"})
    assert nodes.ask("/")["cluster_name"] == "another"
    found = nodes.ask("/_cluster/settings?include_defaults&filter_path=*.cluster.routing.allocation.disk")
    assert found["defaults"]["cluster"]["routing"]["allocation"]["disk"]["threshold_enabled"] == "true"


def test_a_node_that_cannot_start_shows_its_log(start_nodes: StartNodes) -> None:
    with pytest.raises(RuntimeError, match=r"node 0 ended with 1:(?s:.*)unknown setting \[no\.such\.setting\]"):
        start_nodes(1, {"no.such.setting": 1})


@pytest.mark.opensearch
@pytest.mark.skipif(not available(), reason=MISSING)
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_node_outlives_its_owner(tmp_path: Path, how: signal.Signals) -> None:
    folder = tmp_path / "cluster"
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, str(folder)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout
        assert owner.stdout.readline().startswith("127.0.0.1:")
        assert running(folder)
        owner.send_signal(how)
        owner.wait(60)
    end = time.monotonic() + 60
    while running(folder) and time.monotonic() < end:
        time.sleep(0.1)
    assert running(folder) == []


def running(folder: Path) -> list[str]:
    """Returns the processes whose command line names ``folder``, except the one that owns the nodes."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes().split(b"\0")
        except OSError:
            continue  # it has just ended
        if b"TestNode" in command and any(str(folder).encode() in word for word in command):
            found.append(path.parent.name)
    return found
