# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that after a refresh every copy of a shard has what its primary has, and that waiting for it has an end."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from indexer.engine.opensearch import replication
from indexer.engine.opensearch.addresses import ClusterAddress
from indexer.engine.opensearch.cluster import ClusterClient
from indexer.engine.opensearch.replication import BY_SEGMENTS, await_copies, lags
from indexer.errors import UnavailableIndexError
from tests.opensearch.nodes import Nodes


@pytest.fixture
def index(nodes: Nodes, cluster_address: str) -> Iterator[tuple[ClusterClient, str]]:
    """A cluster, and an index in it whose shards have two copies each beside the primary."""
    address = ClusterAddress.parse(cluster_address)
    cluster, name = ClusterClient(address), f"{address.name}.copied"
    settings = {"number_of_shards": 2, "number_of_replicas": 2, "refresh_interval": "-1", **BY_SEGMENTS}
    cluster.send("PUT", f"/{name}", {"settings": settings})
    cluster.ask(f"/_cluster/health/{name}", wait_for_status="green", timeout="60s")
    yield cluster, name
    cluster.close()


def found_by(cluster: ClusterClient, name: str, node: int, nodes: Nodes) -> int:
    ids = list(nodes.ask("/_nodes/http")["nodes"])
    answer = cluster.send("POST", f"/{name}/_count", preference=f"_only_nodes:{ids[node]}")
    return int(answer["count"])


def test_every_copy_finds_what_was_refreshed(nodes: Nodes, index: tuple[ClusterClient, str]) -> None:
    cluster, name = index
    for run in range(8):
        texts = [(f"{run}-{number}", json.dumps({"text": "كلمة " * 200 + str(number)})) for number in range(50)]
        assert cluster.bulk(name, texts) == []
        cluster.refresh(name)
        assert [found_by(cluster, name, node, nodes) for node in range(3)] == [50 * (run + 1)] * 3
    assert cluster.delete_by_query(name, {"ids": {"values": ["3-1"]}}) == 1
    assert [found_by(cluster, name, node, nodes) for node in range(3)] == [399] * 3


def test_a_document_is_read_as_it_was_last_written(index: tuple[ClusterClient, str]) -> None:
    cluster, name = index
    for number in range(30):
        cluster.bulk(name, [("one", json.dumps({"number": number}))])
        stored = cluster.get(name, "one")
        assert stored is not None
        assert stored.source == {"number": number}
        assert cluster.documents(name, ["one"])["one"] == {"number": number}


def row(behind: int, size: str = "5kb") -> dict[str, str]:
    return {"shardId": "[x][0]", "target_node": "n", "checkpoints_behind": str(behind), "bytes_behind": size}


def test_waits_as_long_as_copies_get_on(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(
        f"{replication.__name__}.time.sleep", lambda seconds: now.__setitem__(0, now[0] + 100 * seconds)
    )
    monkeypatch.setattr(f"{replication.__name__}.time.monotonic", lambda: now[0])
    left = iter(range(200, -1, -1))
    await_copies(lambda: [row(0), row(next(left))], "x")
    assert next(left, None) is None


def test_gives_up_on_a_copy_that_gets_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(f"{replication.__name__}.time.sleep", lambda seconds: now.__setitem__(0, now[0] + seconds))
    monkeypatch.setattr(f"{replication.__name__}.time.monotonic", lambda: now[0])
    with pytest.raises(UnavailableIndexError, match=r"the copy of \[x\]\[0\] on the node n lags behind by 5kb"):
        await_copies(lambda: [row(1)], "x")


def test_copies_that_are_up_to_date_do_not_lag() -> None:
    assert lags([]) == []
    assert lags([row(0, "0b")]) == []
    assert lags([row(2)]) == [("[x][0]", "n", "2", "5kb")]
