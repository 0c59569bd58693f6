# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests the lock of an index in a cluster, on documents in memory."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from indexer import moments
from indexer.engine.opensearch.cluster import Version
from indexer.engine.opensearch.locking import lock
from indexer.engine.opensearch.locking.holds import LASTS, Holds
from indexer.engine.opensearch.locking.lock import LEASE, Lease, LockDocument, locked
from indexer.engine.opensearch.locking.processes import ProcessName
from indexer.errors import IndexingError, LockedError, UnavailableIndexError
from tests.keeping.documents import KeptDocuments

NOW = 1_800_000_000


@pytest.fixture
def cluster() -> KeptDocuments:
    return KeptDocuments()


def held(cluster: KeptDocuments) -> LockDocument | None:
    found = cluster.get("state", "lock")
    return LockDocument.of(found.source) if found else None


def put(cluster: KeptDocuments, owner: ProcessName, renewed_at: int, beat: int = 5) -> None:
    cluster.put("state", "lock", LockDocument("other", owner, "2027-01-15T08:00:00Z", beat, renewed_at).source())


def taken(cluster: KeptDocuments, watched: list[float] | None = None, clock: Callable[[], int] = lambda: NOW) -> Lease:
    def sleep(seconds: float) -> None:
        assert watched is not None, "nobody had to wait"
        watched.append(seconds)

    return lock._taken(cluster, "state", clock, sleep)


ELSEWHERE = ProcessName("web1", "another machine", 4711, "99")


def dead() -> ProcessName:
    """A process of this machine that has ended."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        own = ProcessName.own()
        started = lock_started(process.pid)
        assert not replace(own, pid=process.pid, started=started).is_dead
        process.kill()
    return replace(own, pid=process.pid, started=started)


def lock_started(pid: int) -> str:
    from indexer.engine.opensearch.locking import processes  # noqa: PLC0415  # its private name, for this alone

    return processes._started(pid)


def test_one_process_has_it(cluster: KeptDocuments) -> None:
    with locked(cluster, "state") as lease:
        lease.require()
        found = held(cluster)
        assert found
        assert found.owner == ProcessName.own()
        with pytest.raises(LockedError, match=rf"process {os.getpid()} on .*, since .*Z, is indexing into .*/test"):
            taken(cluster, clock=moments.now)
    assert held(cluster) is None
    with locked(cluster, "state"):
        pass


def test_a_living_owner_keeps_it(cluster: KeptDocuments) -> None:
    put(cluster, ELSEWHERE, NOW - round(LEASE) + 1)
    with pytest.raises(LockedError, match="process 4711 on web1, since 2027-01-15T08:00:00Z, is indexing"):
        taken(cluster)
    put(cluster, replace(ProcessName.own(), pid=os.getppid(), started=lock_started(os.getppid())), NOW)
    with pytest.raises(LockedError):
        taken(cluster)


def test_that_of_a_dead_process_of_this_machine_is_taken_over_at_once(cluster: KeptDocuments) -> None:
    put(cluster, dead(), NOW)
    taken(cluster)
    found = held(cluster)
    assert found
    assert found.owner == ProcessName.own()


def test_a_later_process_of_the_same_number_is_another_one() -> None:
    own = ProcessName.own()
    assert not own.is_dead
    assert replace(own, started="1").is_dead
    assert not replace(own, started="1", machine="another machine").is_dead
    assert not replace(own, started="1", machine="").is_dead


@pytest.mark.parametrize("renewed_at", [NOW - round(LEASE) - 1, NOW + 1_000])
def test_that_of_another_machine_is_taken_over_after_the_lease(cluster: KeptDocuments, renewed_at: int) -> None:
    put(cluster, ELSEWHERE, renewed_at)
    watched: list[float] = []
    taken(cluster, watched)
    assert watched == [lock._WATCHED]


def test_an_owner_whose_clock_is_late_keeps_it(cluster: KeptDocuments) -> None:
    put(cluster, ELSEWHERE, NOW - 3_600)

    def sleep(seconds: float) -> None:
        put(cluster, ELSEWHERE, NOW - 3_600 + round(seconds), beat=7)

    with pytest.raises(LockedError):
        lock._taken(cluster, "state", lambda: NOW, sleep)


def test_of_two_that_take_it_over_one_gets_it(cluster: KeptDocuments) -> None:
    put(cluster, ELSEWHERE, NOW - 3_600)
    with pytest.raises(LockedError, match="on web1, since 2027-02"):
        # The other one takes it while this one watches, and is as fast as that.
        lock._taken(cluster, "state", lambda: NOW, lambda seconds: put_other(cluster))


def put_other(cluster: KeptDocuments) -> None:
    other = LockDocument("third", ELSEWHERE, "2027-02-01T00:00:00Z", 0, NOW)
    cluster.put("state", "lock", other.source())


def test_an_owner_that_lost_it_stops(cluster: KeptDocuments) -> None:
    lease = taken(cluster)
    lease.renew()
    lease.require()
    put_other(cluster)
    lease.renew()
    with pytest.raises(IndexingError, match=r"lost the lock.*another run has taken it over.*run again"):
        lease.require()
    found = held(cluster)
    assert found
    assert found.token == "third"


def test_an_owner_that_was_stopped_for_long_stops(cluster: KeptDocuments, monkeypatch: pytest.MonkeyPatch) -> None:
    lease = taken(cluster)
    before = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: before + LEASE)
    with pytest.raises(IndexingError, match="could not be renewed for 60 seconds"):
        lease.require()


def test_a_lost_answer_to_a_renewal_is_no_loss_of_the_lock(cluster: KeptDocuments) -> None:
    lease = taken(cluster)
    cluster.fails = [UnavailableIndexError("no answer")]
    with pytest.raises(UnavailableIndexError):
        lease.renew()
    lease.renew()  # it has another version than was seen
    lease.require()
    lease.renew()
    found = held(cluster)
    assert found
    assert found.beat == 2


def test_a_lock_that_cannot_be_read_is_free(cluster: KeptDocuments) -> None:
    cluster.put("state", "lock", {"token": "x", "host": 5})
    taken(cluster)


def hold(cluster: KeptDocuments, monkeypatch: pytest.MonkeyPatch) -> Holds:
    def search(index: str, body: dict[str, object]) -> dict[str, object]:
        hits = [{"_id": name.removeprefix("state/"), "_source": stored.source} for name, stored in cluster.kept.items()]
        return {"hits": {"hits": [hit for hit in hits if str(hit["_id"]).startswith("hold-")]}}

    monkeypatch.setattr(cluster, "search", search)
    return Holds(cluster, "state")


def test_a_hold_ends_when_it_is_released_or_forgotten(cluster: KeptDocuments, monkeypatch: pytest.MonkeyPatch) -> None:
    holds = hold(cluster, monkeypatch)
    first, second = holds.take("gen-000001"), holds.take("gen-000002")
    assert holds.held() == {"gen-000001", "gen-000002"}
    first.release()
    assert holds.held() == {"gen-000002"}
    del second
    assert holds.held() == set()
    assert cluster.kept == {}


def test_the_hold_of_a_dead_process_ends(cluster: KeptDocuments, monkeypatch: pytest.MonkeyPatch) -> None:
    holds = hold(cluster, monkeypatch)
    ago = moments.now() - LASTS
    rows = {
        "dead": (dead(), moments.now()), "late": (ELSEWHERE, ago - 1), "alive": (ELSEWHERE, ago + 60),
    }  # fmt: skip
    for name, (process, renewed_at) in rows.items():
        source = {"kind": "hold", "generation": name, "renewed_at": renewed_at, **process.source()}
        cluster.put("state", f"hold-{name}", source)
    cluster.put("state", "hold-damaged", {"kind": "hold"})
    assert holds.held() == {"alive"}
    assert list(cluster.kept) == ["state/hold-alive"]


def test_holds_are_renewed(cluster: KeptDocuments, monkeypatch: pytest.MonkeyPatch) -> None:
    holds = hold(cluster, monkeypatch)
    kept, released = holds.take("gen-000001"), holds.take("gen-000002")
    cluster.kept.clear()
    released.release()
    holds.renew()
    assert holds.held() == {"gen-000001"}
    kept.release()


def test_whoever_asks_waits_for_the_thread_that_releases(
    cluster: KeptDocuments, monkeypatch: pytest.MonkeyPatch
) -> None:
    holds = hold(cluster, monkeypatch)
    begun = threading.Event()
    delete = cluster.delete

    def slowly(index: str, document_id: str, seen: Version | None = None) -> None:
        begun.set()
        time.sleep(0.2)
        delete(index, document_id, seen)

    monkeypatch.setattr(cluster, "delete", slowly)
    holds.take("gen-000001").release()
    assert begun.wait(10)
    assert holds.held() == set()


def test_a_release_that_the_cluster_did_not_answer_is_tried_again(
    cluster: KeptDocuments, monkeypatch: pytest.MonkeyPatch
) -> None:
    holds = hold(cluster, monkeypatch)
    delete, asked = cluster.delete, 0

    def failing(index: str, document_id: str, seen: Version | None = None) -> None:
        nonlocal asked
        asked += 1
        if asked == 1:
            raise UnavailableIndexError("no answer")
        delete(index, document_id, seen)

    monkeypatch.setattr(cluster, "delete", failing)
    monkeypatch.setattr(holds, "_start", lambda: None)  # no thread: this one alone releases
    holds.take("gen-000001").release()
    with pytest.raises(UnavailableIndexError):
        holds.held()
    assert holds.held() == set()
