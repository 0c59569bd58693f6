# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests real nodes that take no writes, lack shards, or hold what another program made: clear errors, and recovery."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.commands.test_cli import Streams, fihrist
from tests.opensearch.faulty import Asked, Reply, faulty, refused
from tests.opensearch.fixtures import StartNodes
from tests.opensearch.nodes import Nodes
from web.app import create_app


class News:
    """An archive of a few articles, and its index in ``nodes``."""

    def __init__(self, nodes: Nodes, folder: Path, capsys: Streams) -> None:
        self.nodes = nodes
        self.capsys = capsys
        self.folder = folder
        folder.mkdir()
        self.address = nodes.new_address()
        self.name = self.address.rpartition("/")[2]
        self.count = 0
        self.add(5)

    def add(self, count: int) -> None:
        """Writes a file of new articles."""
        lines = [
            json.dumps({"id": str(n), "title": f"جسر رقم {n}", "body": "نص عن الجسر في المدينة"})
            for n in range(self.count, self.count + count)
        ]
        (self.folder / f"{self.count}.jsonl").write_text("\n".join(lines), encoding="utf-8")
        self.count += count

    def index(self, *more: str) -> tuple[int, str]:
        """Runs the indexer; returns the exit code and what is said."""
        code, _, err = fihrist(self.capsys, "index", str(self.folder), "--index", self.address, *more)
        return code, err

    def ask(self, command: str, *more: str) -> tuple[int, str, str]:
        return fihrist(self.capsys, command, *more, "--index", self.address)

    def found(self) -> int:
        """Returns how many articles a search finds."""
        code, out, err = self.ask("search", "جسر", "--json")
        assert code == 0, err
        total: int = json.loads(out)["total"]
        return total

    def settings(self, index: str, **values: object) -> None:
        """Changes settings of indexes of ours."""
        path = f"/{self.name}.{index}/_settings?expand_wildcards=all"
        self.nodes.ask(path, "PUT", {name.replace("__", "."): value for name, value in values.items()})

    def client(self) -> FlaskClient:
        return create_app(index=self.address).test_client()


@pytest.fixture
def news(nodes: Nodes, tmp_path: Path, capsys: Streams) -> Iterator[News]:
    made = News(nodes, tmp_path / "news", capsys)
    assert made.index() == (0, "")
    yield made
    nodes.remove_index(made.address)


def test_a_block_of_writes_ends_the_run_and_not_the_search(news: News) -> None:
    generation = json.loads(news.ask("stats", "--json")[1])
    for setting in ("blocks__write", "blocks__read_only", "blocks__read_only_allow_delete"):
        for which in ("*", "articles-1"):
            news.add(1)
            news.settings(which, **{f"index__{setting}": True})
            start = time.monotonic()
            code, err = news.index()
            assert code == 1, (setting, which, err)
            assert re.search("takes no writes: .*free disk space on its nodes or remove the block", err), err
            assert "skipped" not in err
            assert time.monotonic() - start < 60
            assert news.found() == 5
            assert json.loads(news.ask("stats", "--json")[1]) == generation
            news.settings(which, **{f"index__{setting}": None})
    assert news.index() == (0, "")
    assert news.found() == 11
    assert news.ask("verify")[0] == 0


def test_a_closed_index_is_named(news: News) -> None:
    client = news.client()
    assert client.get("/readyz").status_code == 200
    news.nodes.ask(f"/{news.name}.articles-1/_close", "POST")
    code, _, err = news.ask("search", "جسر")
    assert code == 1
    assert "open it: POST" in err
    assert client.get("/?q=جسر").status_code == 503
    assert client.get("/readyz").status_code == 503
    news.nodes.ask(f"/{news.name}.articles-1/_open", "POST")
    news.nodes.wait_for("green")
    assert client.get("/readyz").status_code == 200
    assert news.found() == 5


def test_an_index_that_another_program_made_anew_is_never_searched(news: News) -> None:
    client = news.client()
    assert client.get("/readyz").status_code == 200
    name = f"/{news.name}.articles-1"
    told = news.nodes.ask(name)[name[1:]]
    changes: list[tuple[str, dict[str, Any]]] = [
        ("its mapping does not say", {}),
        ("dynamic", {"mappings": {**told["mappings"], "dynamic": True}}),
        ("field stem is missing", {"mappings": {**told["mappings"], "properties": without(told, "stem")}}),
        ("field source is another one", {"mappings": {**told["mappings"], "properties": other(told, "source")}}),
    ]
    for message, changed in changes:
        settings = {"index": {part: told["settings"]["index"][part] for part in ("analysis", "similarity")}}
        news.nodes.ask(name, "DELETE")
        news.nodes.ask(name, "PUT", {"settings": settings, **changed})
        code, _, err = news.ask("search", "جسر")
        assert (code, "is not what was written" in err, message in err) == (1, True, True), err
        code, err = news.index()
        assert (code, "is not what was written" in err) == (1, True), err
        code, out, err = news.ask("verify")
        assert code == 1, (out, err)
    settings["index"]["similarity"] = {"fihrist": {"type": "BM25"}}
    news.nodes.ask(name, "DELETE")
    news.nodes.ask(name, "PUT", {"settings": settings, "mappings": told["mappings"]})
    code, _, err = news.ask("search", "جسر")
    assert (code, "its setting similarity is another one" in err) == (1, True), err
    news.nodes.ask(name, "DELETE")
    code, _, err = news.ask("search", "جسر")
    assert (code, "is missing" in err) == (1, True), err
    assert client.get("/?q=جسر").status_code == 503
    code, err = news.index("--rebuild")
    assert (code, err) == (0, "")
    assert news.found() == 5
    assert client.get("/readyz").status_code == 200


def without(told: dict[str, Any], field: str) -> dict[str, Any]:
    return {name: one for name, one in told["mappings"]["properties"].items() if name != field}


def other(told: dict[str, Any], field: str) -> dict[str, Any]:
    return {**told["mappings"]["properties"], field: {"type": "text"}}


def test_a_field_that_another_program_added_harms_nothing_and_is_reported(news: News) -> None:
    news.nodes.ask(f"/{news.name}.articles-1/_mapping", "PUT", {"properties": {"extra": {"type": "keyword"}}})
    assert news.found() == 5
    code, out, err = news.ask("verify")
    assert code == 1
    assert "the mapping or the settings of" in out + err


def test_indexes_of_others_are_left_alone(nodes: Nodes, tmp_path: Path, capsys: Streams) -> None:
    news = News(nodes, tmp_path / "news", capsys)
    for part in ("state", "blobs"):
        body = {"mappings": {"properties": {"name": {"type": "text"}}}}
        nodes.ask(f"/{news.name}.{part}", "PUT", body)
        nodes.ask(f"/{news.name}.{part}/_doc/1?refresh=true", "PUT", {"name": "kept"})
        code, err = news.index()
        assert code == 2, err
        assert re.search("was not made by this program: .*choose another name", err), err
        assert nodes.ask(f"/{news.name}.{part}/_count")["count"] == 1
        nodes.remove_index(news.address)
    assert news.index() == (0, "")
    nodes.remove_index(news.address)


def test_a_run_bears_a_cluster_that_rejects_for_a_while(news: News, monkeypatch: pytest.MonkeyPatch) -> None:
    with faulty(news.nodes.addresses[0]) as server:
        direct, news.address = news.address, server.address(news.name)
        for status in (429, 503, 502):
            news.add(3)
            rule = server.first(4, refused(status, "rejected_execution_exception"), "_bulk|_doc|_search")
            with server.answering(rule):
                assert news.index() == (0, "")
        busy = {"type": "rejected_execution_exception", "reason": "queue is full"}
        rejections = [3]

        def change(asked: Asked, answer: Any) -> Any:
            """Tells of some documents that they were rejected; they were written, so sending them again is seen."""
            if asked.path.endswith("_bulk") and rejections[0]:
                rejections[0] -= 1
                for item in answer["items"][::2]:
                    item["index"].update(status=429, error=busy)
                answer["errors"] = True
            return answer

        news.add(3)
        server.change = change
        assert news.index() == (0, "")
        assert rejections == [0]
        server.change = None
        news.add(1)
        monkeypatch.setattr(time, "sleep", lambda seconds: None)
        with server.answering(lambda asked: refused(429, "x") if asked.path.endswith("_bulk") else None):
            code, err = news.index()
        assert (code, "more to do than it can" in err) == (1, True), err
        monkeypatch.undo()
        news.address = direct
        assert news.found() == 17
        assert news.index() == (0, "")
        assert news.found() == news.count
        assert news.ask("verify")[0] == 0


def test_an_answer_that_is_lost_is_no_harm(news: News) -> None:
    """The cluster did what was asked, and the connection broke before it could say so."""
    broken = Reply(b'{"lost": true}', cut=True)
    with faulty(news.nodes.addresses[0]) as server:
        direct, news.address = news.address, server.address(news.name)
        seen: set[tuple[str, str]] = set()

        def change(asked: Asked, answer: Any) -> Any:
            key = (asked.method, re.sub(r"hold-\w+", "hold", asked.path))
            if asked.method == "GET" or key in seen:
                return answer
            seen.add(key)
            return broken

        server.change = change
        news.add(4)
        (news.folder / "0.jsonl").unlink()
        code, err = news.index("--allow-shrink")
        assert (code, err) == (0, "")
        assert len(seen) > 5
        news.address = direct
        assert news.found() == 4
        assert news.ask("verify")[0] == 0
        assert news.index() == (0, "")


@pytest.mark.slow
def test_a_cluster_that_lacks_shards_or_is_gone(
    start_nodes: StartNodes, tmp_path: Path, capsys: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without replicas one node that dies makes the cluster red. Nothing of ours is started again."""
    nodes = start_nodes(3)
    monkeypatch.setenv("FIHRIST_CLUSTER_REPLICAS", "0")
    monkeypatch.setenv("FIHRIST_CLUSTER_SHARDS", "3")
    monkeypatch.setenv("FIHRIST_QUERY_SECONDS", "5")
    news = News(nodes, tmp_path / "news", capsys)
    assert news.index() == (0, "")
    client = news.client()
    assert client.get("/readyz").status_code == 200
    for gone in range(3):
        nodes.kill(gone)
        if gone == 0:
            nodes.wait_for("red")
        start = time.monotonic()
        code, out, err = news.ask("search", "جسر")
        print(f"{gone + 1} of 3 nodes gone: the search ended after {time.monotonic() - start:.1f} s: {err}")
        assert (code, out) == (1, "")
        assert re.search("health|cannot be reached", err), err
        assert time.monotonic() - start < 240  # a command has no deadline: five tries, which may take 30 s each
        start = time.monotonic()
        answer = client.get("/?q=جسر")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "120")
        ready = client.get("/readyz")
        assert (ready.status_code, ready.get_json()["status"]) == (503, "unavailable")
        assert ready.get_json()["code"] in ("unavailable_index", "too_slow")
        assert time.monotonic() - start < 15
        for command in ("verify", "stats"):
            code, out, err = news.ask(command)
            assert (command, code) in (("verify", 1), ("stats", 1), ("stats", 0)), (gone, out, err)
        start = time.monotonic()
        news.add(1)
        code, err = news.index()
        print(f"{gone + 1} of 3 nodes gone: the run ended after {time.monotonic() - start:.1f} s: {err}")
        assert code == 1
    for gone in range(3):
        nodes.start(gone)
    nodes.wait_for("green")
    assert client.get("/readyz").status_code == 200
    assert client.get("/?q=جسر").status_code == 200
    assert news.found() == 5
    assert news.index() == (0, "")
    assert news.found() == 8
    assert news.ask("verify")[0] == 0


@pytest.mark.slow
def test_full_disks(start_nodes: StartNodes, tmp_path: Path, capsys: Streams) -> None:
    nodes = start_nodes(1, {"cluster.info.update.interval": "10s"})
    news = News(nodes, tmp_path / "news", capsys)
    assert news.index() == (0, "")
    disk = "cluster.routing.allocation.disk"
    full: dict[str, object] = {f"{disk}.watermark.{level}": "900000gb" for level in ("low", "high", "flood_stage")}
    nodes.ask("/_cluster/settings", "PUT", {"transient": {f"{disk}.threshold_enabled": True, **full}})
    end = time.monotonic() + 120
    block = f"/{news.name}.articles-1/_settings/index.blocks.*"
    while not nodes.ask(block) and time.monotonic() < end:
        time.sleep(1)
    news.add(1)
    code, err = news.index()
    assert code == 1
    assert re.search("takes no writes: .*free disk space", err), err
    assert news.found() == 5
    assert news.client().get("/readyz").status_code == 200
    known, news.address = news.address, nodes.new_address()
    start = time.monotonic()
    code, err = news.index()
    print(f"no node takes a new index: the run ended after {time.monotonic() - start:.1f} s: {err}")
    assert code == 1
    assert re.search("no node .* takes the index .*disks are too full|takes no writes", err), err
    news.address = known
    nodes.ask("/_cluster/settings", "PUT", {"transient": {f"{disk}.threshold_enabled": False}})
    news.settings("*", index__blocks__read_only_allow_delete=None)
    assert news.index() == (0, "")
    assert news.found() == 6
