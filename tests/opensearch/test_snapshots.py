# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests snapshots of an index in a repository of the cluster, and that one is restored as a run publishes."""

from __future__ import annotations

import gc
import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from indexer.arabic.analyser import Analyser
from indexer.engine.opensearch.cluster import ClusterClient
from indexer.engine.opensearch.keeping import clearing, restoring, snapshots
from indexer.engine.opensearch.keeping.store import OpenSearchStore
from indexer.engine.store import Progress, SnapshotInfo
from indexer.errors import (
    DamagedIndexError,
    FihristError,
    IncompatibleIndexError,
    LockedError,
    NoIndexError,
    UnavailableIndexError,
    UsageError,
)
from indexer.operating.verify import verify
from indexer.reindex import reindex
from indexer.run.options import Options
from indexer.search.archive import Archive
from indexer.search.query.request import SearchRequest
from tests.commands.test_cli import Streams, fihrist
from tests.engine.test_store_dumps import answers, rows
from tests.opensearch.nodes import Nodes

REPOSITORY = "backups"


def _quiet(done: int, total: int) -> None:
    """Progress that nobody looks at."""


def _repository(nodes: Nodes, name: str) -> Iterator[Path]:
    """The folder of a repository, which the cluster knows."""
    place = nodes.repository / name
    nodes.ask(f"/_snapshot/{name}", "PUT", {"type": "fs", "settings": {"location": str(place)}})
    yield place
    nodes.ask(f"/_snapshot/{name}", "DELETE")
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(scope="module")
def repository(nodes: Nodes) -> Iterator[Path]:
    """The folder of the repository `REPOSITORY`."""
    yield from _repository(nodes, REPOSITORY)


@pytest.fixture
def frail(nodes: Nodes) -> Iterator[Path]:
    """The folder of the repository ``frail``, for tests that damage it."""
    yield from _repository(nodes, "frail")


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tests may add files, and remove only those that they added."""
    folder = tmp_path_factory.mktemp("news")
    for number in range(8):
        write(folder, number)
    return folder


def write(news: Path, number: int, text: str = "نص") -> None:
    line = f'{{"title": "خبر رقم {number} عن الجسر", "body": "{text} الخبر عن المدينة رقم {number}"}}\n'
    (news / f"{number}.jsonl").write_text(line, encoding="utf-8")


@pytest.fixture(scope="module")
def store(nodes: Nodes, news: Path, analyser: Analyser, repository: Path) -> Iterator[OpenSearchStore]:
    """An index of eight articles, in its second generation, with a snapshot ``first``."""
    address = nodes.new_address()
    made = OpenSearchStore(address, 1, analyser)
    run(made, news)
    write(news, 3, "تغيّر")
    run(made, news)
    snapshot(made, "first")
    yield made
    nodes.remove_index(address)


@pytest.fixture
def other(nodes: Nodes, analyser: Analyser) -> Iterator[OpenSearchStore]:
    """An empty index in the same cluster."""
    address = nodes.new_address()
    yield OpenSearchStore(address, 1, analyser)
    nodes.remove_index(address)


def run(store: OpenSearchStore, news: Path, **options: Any) -> None:
    reindex([news], store, Options(**options), _quiet)


def snapshot(store: OpenSearchStore, name: str = "", progress: Progress = _quiet) -> SnapshotInfo:
    return store.snapshot(REPOSITORY, name, progress)


def indexes(nodes: Nodes, store: OpenSearchStore) -> set[str]:
    return set(nodes.ask(f"/{store.address.rpartition('/')[2]}.*/_settings?expand_wildcards=all"))


def test_a_snapshot_is_published_again_beside_what_came_after(
    store: OpenSearchStore, other: OpenSearchStore, news: Path, nodes: Nodes
) -> None:
    before, catalog = answers(store), rows(store)
    assert other.restore(REPOSITORY, "first", _quiet).name == store.current_name() == "gen-000002"
    assert (answers(other), rows(other)) == (before, catalog)
    server = Archive(other)
    for number in range(20, 26):
        write(news, number)
    run(other, news)
    seen: list[tuple[int, int]] = []
    made = snapshot(other, "more", lambda done, total: seen.append((done, total)))
    assert (made.generation, made.bytes > 0, seen[-1]) == (other.info(), True, (made.bytes, made.bytes))
    for number in range(20, 24):
        (news / f"{number}.jsonl").unlink()
    run(other, news)
    later = answers(other)
    assert server.search(SearchRequest()).total == 10

    restored = other.restore(REPOSITORY, "more", _quiet)
    assert (restored.name, other.current_name()) == ("gen-000005", "gen-000005")
    assert server.search(SearchRequest()).total == 14
    assert verify(other, "", _quiet).problems == ()
    assert other.last_report()["articles"] == 14
    assert other.names() == ["gen-000003", "gen-000004", "gen-000005"]

    del server  # which reads the restored generation
    gc.collect()
    run(other, news, keep=1)  # as if there had been no run since the snapshot
    assert (other.names(), answers(other)) == (["gen-000006"], later)
    assert len(indexes(nodes, other)) == 4
    for number in (24, 25):
        (news / f"{number}.jsonl").unlink()


def test_a_snapshot_in_the_middle_of_a_run_holds_the_generation_before_it(
    store: OpenSearchStore, other: OpenSearchStore, news: Path
) -> None:
    """The number of that run is free in the other index, and must not make its documents visible."""
    before = answers(store)
    with closing(store.open()) as opened:
        found = opened.searcher.articles([article_id for article_id, _ in opened.searcher.listed(0, 3)])
    with store.locked():
        session = store.begin("test")
        session.apply(list(found), [])
        session.apply([], list(found.values()))
        session.checkpoint()
        snapshot(store, "middle")
        session.drop_checkpoint()
        session.close()
    other.restore(REPOSITORY, "middle", _quiet)
    assert answers(other) == before
    write(news, 30)
    run(other, news)
    assert Archive(other).search(SearchRequest()).total == 9
    assert verify(other, "", _quiet).problems == ()
    (news / "30.jsonl").unlink()


def test_what_cannot_be_snapshot_or_restored_says_what_to_do(
    store: OpenSearchStore, other: OpenSearchStore, nodes: Nodes
) -> None:
    name = store.address.rpartition("/")[2]
    nodes.ask(f"/_snapshot/{REPOSITORY}/foreign?wait_for_completion=true", "PUT", {"indices": f"{name}.state"})
    said = nodes.ask(f"/_snapshot/{REPOSITORY}/first")["snapshots"][0]["metadata"]
    path = f"/_snapshot/{REPOSITORY}/few?wait_for_completion=true"
    nodes.ask(path, "PUT", {"indices": f"{name}.state", "metadata": said})
    before = indexes(nodes, store)
    for work, kind, match in (
        (lambda: store.snapshot("nowhere", "", _quiet), UsageError, "it has: backups"),
        (lambda: store.snapshot("../x", "", _quiet), UsageError, "cannot name a repository"),
        (lambda: snapshot(store, "_all"), UsageError, "cannot name a snapshot"),
        (lambda: snapshot(store, "first"), UsageError, "already"),
        (lambda: snapshot(other), NoIndexError, "fihrist index"),
        (lambda: store.restore(REPOSITORY, "missing", _quiet), UsageError, "the newest are: .*first"),
        (lambda: store.restore(REPOSITORY, "foreign", _quiet), UsageError, "not one that `fihrist snapshot` made"),
        (lambda: store.restore(REPOSITORY, "few", _quiet), UnavailableIndexError, r"lacks .*\.articles-1"),
        (lambda: store.restore(REPOSITORY, "x*", _quiet), UsageError, "cannot name a snapshot"),
        (lambda: store.restore("nowhere", "first", _quiet), UsageError, "no repository"),
    ):
        with pytest.raises(kind, match=match):
            work()
    with store.locked(), pytest.raises(LockedError):
        OpenSearchStore(store.address).restore(REPOSITORY, "first", _quiet)
    assert indexes(nodes, store) == before
    assert other.names() == []


@pytest.mark.parametrize(
    "said",
    [
        {"index": "../x"}, {"index": 5}, {"generation": "../current"}, {"run": -1}, {"run": 10**12}, {"run": "x"},
        {"articles_index": 0}, {"articles_index": 99}, {"generation": "gen-000001"}, {"run": 2, "articles_index": 2},
        {"format": 99},
    ],
)  # fmt: skip
def test_metadata_that_somebody_else_wrote(
    store: OpenSearchStore, other: OpenSearchStore, monkeypatch: pytest.MonkeyPatch, said: dict[str, Any]
) -> None:
    real = snapshots._metadata
    monkeypatch.setattr(snapshots, "_metadata", lambda found: {**real(found), **said})
    with pytest.raises((UsageError, UnavailableIndexError, DamagedIndexError, IncompatibleIndexError)):
        other.restore(REPOSITORY, "first", _quiet)
    assert other.names() == []


@pytest.mark.parametrize("state", ["PARTIAL", "FAILED", "INCOMPATIBLE"])
def test_a_snapshot_that_is_not_whole(
    store: OpenSearchStore, other: OpenSearchStore, nodes: Nodes, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    real = snapshots._described

    def described(cluster: ClusterClient, path: str) -> Any:
        found = real(cluster, path)
        if found:
            shards = {"total": 4, "failed": 1, "successful": 3}
            found |= {"state": state, "shards": shards, "failures": [{"reason": "no space left on device"}]}
        return found

    with monkeypatch.context() as patched:
        patched.setattr(snapshots, "_described", described)
        for work in (lambda: snapshot(store, "partial"), lambda: other.restore(REPOSITORY, "first", _quiet)):
            with pytest.raises(UnavailableIndexError, match=f"{state}, 1 shards failed: no space left on device"):
                work()
    assert other.names() == []
    left = [one["snapshot"] for one in nodes.ask(f"/_snapshot/{REPOSITORY}/_all")["snapshots"]]
    assert "first" in left
    assert "partial" not in left


def test_a_repository_that_fails_is_an_error(store: OpenSearchStore, frail: Path) -> None:
    shutil.rmtree(frail, ignore_errors=True)
    frail.write_text("a file where the folder should be")
    with pytest.raises(UnavailableIndexError, match="the repository frail cannot be used: "):
        store.snapshot("frail", "", _quiet)
    frail.unlink()


def test_a_damaged_snapshot_leaves_the_index_alone(store: OpenSearchStore, frail: Path, nodes: Nodes) -> None:
    made = store.snapshot("frail", "", _quiet)
    before, identity = indexes(nodes, store), store.identity()
    # The files of the segments, by far the largest.
    for path in sorted(frail.rglob("__*"), key=lambda path: -path.stat().st_size)[:6]:
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 0xFF
        path.write_bytes(bytes(content))
    with pytest.raises((UnavailableIndexError, DamagedIndexError)):
        store.restore("frail", made.name, _quiet)
    assert (indexes(nodes, store), store.identity()) == (before, identity)
    assert verify(store, "", _quiet).problems == ()


@pytest.mark.parametrize("step", ["_copied", "_moved", "_published"])
def test_what_a_restoration_left_that_was_killed_is_removed_by_the_next_run(
    store: OpenSearchStore,
    other: OpenSearchStore,
    news: Path,
    nodes: Nodes,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    def no_clean_up(*given: Any) -> None:
        raise FihristError("kill -9 lets nothing run")

    real = getattr(restoring, step)

    def dies(*given: Any) -> None:
        if step != "_published":
            real(*given)
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(restoring, step, dies)
        patched.setattr(clearing, "clear_run", no_clean_up)
        with pytest.raises(SystemExit):
            other.restore(REPOSITORY, "first", _quiet)
    assert len(indexes(nodes, other)) > 4
    assert other.names() == []
    run(other, news)
    assert len(indexes(nodes, other)) == 4
    assert verify(other, "", _quiet).problems == ()


def test_a_snapshot_that_is_given_up_is_removed(
    store: OpenSearchStore, nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        snapshot(store, "given-up", interrupted)
    left = [one["snapshot"] for one in nodes.ask(f"/_snapshot/{REPOSITORY}/_all")["snapshots"]]
    assert "first" in left
    assert "given-up" not in left
    monkeypatch.setattr(snapshots, "STALLED", -1.0)
    monkeypatch.setattr(snapshots, "_FIRST_PAUSE", 0.0)
    patience = snapshots.Patience("the snapshot x")
    patience.wait(5)
    with pytest.raises(UnavailableIndexError, match="the snapshot x has made no progress"):
        patience.wait(5)


def test_the_commands(store: OpenSearchStore, other: OpenSearchStore, capsys: Streams) -> None:
    code, out, err = fihrist(capsys, "snapshot", REPOSITORY, "--index", store.address, "--json")
    made = json.loads(out)
    assert (code, err, made["generation"], made["articles"]) == (0, "", "gen-000002", 8)
    code, out, _ = fihrist(capsys, "snapshot", REPOSITORY, "weekly", "--index", store.address)
    assert (code, out) == (0, "weekly\n")
    code, out, err = fihrist(capsys, "restore", REPOSITORY, made["snapshot"], "--index", other.address)
    assert (code, out, err) == (0, "gen-000002 is current, 8 articles; before, it was none\n", "")
    code, out, _ = fihrist(capsys, "restore", REPOSITORY, "weekly", "--index", other.address, "--json")
    assert (code, json.loads(out)["generation"], json.loads(out)["before"]) == (0, "gen-000003", "gen-000002")
    code, _, err = fihrist(capsys, "restore", REPOSITORY, "none", "--index", other.address)
    assert (code, "weekly" in err) == (2, True)
    with other.locked():
        assert fihrist(capsys, "restore", REPOSITORY, "weekly", "--index", other.address)[0] == 75
