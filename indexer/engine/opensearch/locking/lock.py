# SPDX-License-Identifier: GPL-3.0-or-later
"""The lock that all changes of an index need: a document that one process owns and renews.

The document ``lock`` in the index of state::

    token             made anew for each time that somebody takes the lock; "" while nobody has it
    host, machine,    the owner (`processes`)
    pid, started
    since             when the owner took it, ISO 8601 in UTC
    beat              counts the renewals
    renewed_at        when the owner renewed it last, by its own clock

The owner renews the lock every few seconds in a thread. Another process takes it over at once if the owner is a process
of this machine that has ended. Otherwise it does so only after the lease: once the last renewal is older than that
*and* the count of renewals did not change while it watched, since the clocks of two machines may differ.

An owner that was stopped for longer than the lease may wake up without the lock. So it asks `Lease.require` before each
request that writes, and every write that could do harm is made by compare-and-set.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from indexer import moments
from indexer.engine.opensearch.cluster import ClusterClient, Version
from indexer.engine.opensearch.locking.processes import ProcessName, new_token
from indexer.engine.opensearch.retries import ChangedMeanwhileError
from indexer.errors import FihristError, IndexingError, LockedError

_LOCK = "lock"

LEASE = 60.0
"""In seconds."""
_RENEWED_EVERY = 10.0
_WATCHED = 25.0
"""For this many seconds a lock is watched whose lease has ended: long enough to see a renewal of a living owner."""
_ONE_TRY = 8.0
"""In seconds. A node that hangs must not keep the others from being asked while the lease lasts."""
_SURE = 45.0
"""The owner writes nothing once its last renewal is this many seconds old: less than the lease by one request."""


@dataclass(frozen=True, slots=True)
class LockDocument:
    """The document; ``renewed_at`` is a moment (`moments`)."""

    token: str
    owner: ProcessName
    since: str
    beat: int
    renewed_at: int

    @classmethod
    def of(cls, source: dict[str, Any]) -> LockDocument | None:
        """Reads the lock from a document. None if nobody holds the lock, or if the document cannot be read."""
        try:
            found = cls(
                str(source["token"]), ProcessName.of(source), str(source["since"]), int(source["beat"]),
                int(source["renewed_at"]),
            )  # fmt: skip
        except (KeyError, TypeError, ValueError):
            return None
        return found if found.token else None

    def source(self) -> dict[str, Any]:
        """The document."""
        return {
            "kind": _LOCK, "token": self.token, "since": self.since, "beat": self.beat, "renewed_at": self.renewed_at,
            **self.owner.source(),
        }  # fmt: skip

    def may_have_ended(self, now: int) -> bool:
        """Whether its lease has ended by the clock of this machine, or that clock says nothing about it."""
        return not -1 <= now - self.renewed_at <= LEASE


class Lease:
    """The lock, while this process has it. Safe to share between threads."""

    def __init__(self, cluster: ClusterClient, index: str, held: LockDocument, version: Version) -> None:
        self._cluster = cluster
        self._index = index
        self._held = held
        self._version = version
        self._renewed = time.monotonic()
        self._lost = ""
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="fihrist-lock", daemon=True)

    def start(self) -> None:
        """Begin to renew it."""
        self._thread.start()

    def require(self) -> None:
        """Raises IndexingError unless this process has the lock for sure."""
        age = time.monotonic() - self._renewed
        if self._lost or age > _SURE:
            reason = self._lost or f"it could not be renewed for {age:.0f} seconds"
            raise IndexingError(
                f"this run has lost the lock of the index in {self._cluster.address}: {reason}; the published index "
                "still stands; run again"
            )

    def renew(self) -> None:
        """Write that this process is alive."""
        sent = time.monotonic()
        held = _renewed(self._held)
        try:
            self._version = self._cluster.put(self._index, _LOCK, held.source(), seen=self._version, seconds=_ONE_TRY)
        except ChangedMeanwhileError:
            # Where the answer to a renewal was lost, the document has the own token and a newer version.
            found = self._cluster.get(self._index, _LOCK, local=True)
            present = LockDocument.of(found.source) if found else None
            if not found or not present or present.token != held.token:
                self._lost = "another run has taken it over"
                return
            self._version = found.version
        self._held = held
        self._renewed = sent

    def release(self) -> None:
        """Give it back, so that the next run need not wait."""
        self._ended.set()
        self._thread.join()
        if self._lost:
            return
        free = {**self._held.source(), "token": ""}
        # If the cluster does not answer now, the lock ends with the process or with its lease.
        with suppress(ChangedMeanwhileError, FihristError):
            self._cluster.put(self._index, _LOCK, free, seen=self._version)

    def _keep(self) -> None:
        while not self._ended.wait(_RENEWED_EVERY) and not self._lost:
            # The next renewal may go well, and `require` sees that this one did not.
            with suppress(FihristError):
                self.renew()


@contextmanager
def locked(cluster: ClusterClient, index: str, clock: Callable[[], int] = moments.now) -> Iterator[Lease]:
    """Holds the lock, a document in the index ``NAME.state``. Raises LockedError if another run holds it."""
    lease = _taken(cluster, index, clock, time.sleep)
    lease.start()
    try:
        yield lease
    finally:
        lease.release()


def _taken(cluster: ClusterClient, index: str, clock: Callable[[], int], sleep: Callable[[float], None]) -> Lease:
    found = cluster.get(index, _LOCK, local=True)
    holder = LockDocument.of(found.source) if found else None
    if holder and not holder.owner.is_dead:
        if not holder.may_have_ended(clock()):
            raise _held(holder, cluster)
        sleep(_WATCHED)
        again = cluster.get(index, _LOCK, local=True)
        present = LockDocument.of(again.source) if again else None
        if present and (present.token, present.beat) != (holder.token, holder.beat):
            raise _held(present, cluster)
        found = again
    now = clock()
    mine = LockDocument(new_token(), ProcessName.own(), moments.written(now), 0, now)
    try:
        seen = found.version if found else None
        version = cluster.put(index, _LOCK, mine.source(), new=seen is None, seen=seen)
    except ChangedMeanwhileError:
        found = cluster.get(index, _LOCK, local=True)
        present = LockDocument.of(found.source) if found else None
        if not found or not present or present.token != mine.token:
            raise _held(present, cluster) from None
        version = found.version
    return Lease(cluster, index, mine, version)


def _renewed(held: LockDocument) -> LockDocument:
    return LockDocument(held.token, held.owner, held.since, held.beat + 1, moments.now())


def _held(holder: LockDocument | None, cluster: ClusterClient) -> LockedError:
    who = f"process {holder.owner.pid} on {holder.owner.host}, since {holder.since}," if holder else "another process"
    return LockedError(f"{who} is indexing into {cluster.address}; try again when it has ended")
