# SPDX-License-Identifier: GPL-3.0-or-later
"""Snapshots of an index in the cluster's own repositories.

A snapshot holds the four indexes that one generation needs: state, blobs, articles and sketches. The cluster copies
each shard as it is at some moment of the copying, not all at one moment, and a run may go on meanwhile. The generation
stays whole in all of them, since it is held: no run removes what it sees. So the metadata of the snapshot
names the generation, and nobody looks at what ``current`` says in it::

    {"fihrist": {"format": 1, "index": "news", "generation": "gen-000042", "run": 57, "articles_index": 12,
                 "token": "<made anew for each snapshot>"}}
"""

from __future__ import annotations

import re
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from opensearchpy.exceptions import TransportError

from indexer import moments
from indexer.engine.opensearch.cluster import ClusterClient
from indexer.engine.opensearch.failures import cause_of
from indexer.engine.opensearch.keeping.context import StoreContext
from indexer.engine.opensearch.keeping.manifests import ClusterManifest
from indexer.engine.opensearch.keeping.names import IndexNames
from indexer.engine.opensearch.locking.processes import new_token
from indexer.engine.opensearch.mapping import FORMAT
from indexer.engine.opensearch.retries import ChangedMeanwhileError
from indexer.engine.store import Progress, SnapshotInfo
from indexer.errors import FihristError, IncompatibleIndexError, UnavailableIndexError, UsageError

Json = dict[str, Any]

STALLED = 1_800.0
"""A snapshot fails if it makes no progress for this many seconds."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0
_MOST_NAMED = 10

_REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
_SNAPSHOT = re.compile(r"[a-z0-9][a-z0-9._-]{0,199}")
_INDEX = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
_GENERATION = re.compile(r"gen-[0-9]{6,9}")
_MOST_RUNS = 10**9


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A whole snapshot of an index of Fihrist: the generation that it holds, and the run whose indexes it is in."""

    repository: str
    name: str
    index: IndexNames
    generation: str
    run: int
    articles_index: int

    @property
    def indexes(self) -> tuple[str, str, str, str]:
        """The names of the indexes: state, blobs, articles, sketches."""
        return _indexes(self.index, self.articles_index)


def take(
    context: StoreContext, manifest: ClusterManifest, repository: str, name: str, progress: Progress
) -> SnapshotInfo:
    """See `store.KeepsSnapshots.snapshot`. ``manifest`` is that of a generation that is held until this returns."""
    cluster, token = context.cluster, new_token()
    name = name or f"{context.names.name}-{manifest.generation}-{_stamp()}"
    _require(
        _SNAPSHOT, name, "a snapshot", "small letters a-z, digits, points, - and _, beginning with a letter or digit"
    )
    _require_repository(cluster, repository)
    path = f"/_snapshot/{repository}/{name}"
    body: Json = {
        "indices": ",".join(_indexes(context.names, manifest.index)),
        "ignore_unavailable": False,
        "include_global_state": False,
        "partial": False,
        "metadata": {
            "fihrist": {
                "format": manifest.format,
                "index": context.names.name,
                "generation": manifest.generation,
                "run": manifest.run,
                "articles_index": manifest.index,
                "token": token,
            }
        },
    }
    try:
        _start(cluster, path, body, token)
        size = _wait(cluster, path, progress)
    except BaseException:  # Ctrl-C, too: part of a snapshot is of no use
        # If the removal fails as well, `find` refuses the snapshot, because it is not whole.
        with suppress(FihristError, ChangedMeanwhileError):
            if _metadata(_described(cluster, path)).get("token") == token:
                cluster.send("DELETE", path)
        raise
    find(cluster, repository, name)
    return SnapshotInfo(repository, name, manifest.info, size)


def find(cluster: ClusterClient, repository: str, name: str) -> Snapshot:
    """The snapshot of this name. Raises UsageError if there is none, or none of Fihrist, and as `restore` does."""
    _require(_SNAPSHOT, name, "a snapshot", "a name that `fihrist snapshot` gave")
    _require_repository(cluster, repository)
    found = _described(cluster, f"/_snapshot/{repository}/{name}")
    if found is None:
        kept = ", ".join(_names(cluster, repository)) or "none"
        raise UsageError(f"there is no snapshot {name!r} in the repository {repository}; the newest are: {kept}")
    if found["state"] != "SUCCESS" or found["shards"]["failed"]:
        raise _incomplete(name, found)
    said = _metadata(found)
    try:
        index, generation = str(said["index"]), str(said["generation"])
        run, articles_index, version = int(said["run"]), int(said["articles_index"]), int(said["format"])
    except (KeyError, TypeError, ValueError):
        raise _foreign(name) from None
    if not (_INDEX.fullmatch(index) and _GENERATION.fullmatch(generation) and 0 < articles_index <= run < _MOST_RUNS):
        raise _foreign(name)
    if version != FORMAT:
        raise IncompatibleIndexError("format", str(version), str(FORMAT))
    snapshot = Snapshot(repository, name, IndexNames(index), generation, run, articles_index)
    if missing := set(snapshot.indexes) - set(found["indices"]):
        raise UnavailableIndexError(f"the snapshot {name} lacks {', '.join(sorted(missing))}; restore another one")
    return snapshot


class Patience:
    """Waits between looks at work that the cluster does, longer each time."""

    def __init__(self, what: str) -> None:
        """``what`` is the work, for the message."""
        self._what = what
        self._pause = _FIRST_PAUSE
        self._done, self._since = -1, time.monotonic()

    def wait(self, done: int) -> None:
        """Wait for the next look. Raises UnavailableIndexError if ``done`` has been the same for `STALLED`."""
        if done != self._done:
            self._done, self._since = done, time.monotonic()
        elif time.monotonic() - self._since > STALLED:
            raise UnavailableIndexError(
                f"{self._what} has made no progress for {STALLED / 60:.0f} minutes; look at the log and the health of "
                "the cluster"
            )
        time.sleep(self._pause)
        self._pause = min(_LONGEST_PAUSE, self._pause * 1.5)


def reason_of(error: FihristError) -> str:
    """What the cluster said, in one line."""
    if isinstance(error.__cause__, TransportError):
        return cause_of(error.__cause__)[1]
    return str(error)


def _start(cluster: ClusterClient, path: str, body: Json, token: str) -> None:
    try:
        cluster.send("PUT", path, body, wait_for_completion="false")
    except FihristError as error:
        found = _described(cluster, path)
        if _metadata(found).get("token") == token:
            return  # the answer to an earlier try was lost
        if found is not None:
            raise UsageError(f"there is a snapshot {path.rpartition('/')[2]!r} already; choose another name") from error
        raise UnavailableIndexError(
            f"the snapshot could not be begun: {reason_of(error)}; look at the log of the cluster, then try again"
        ) from error


def _wait(cluster: ClusterClient, path: str, progress: Progress) -> int:
    """Wait for the end; returns the size in bytes. Raises UnavailableIndexError unless it is whole."""
    name = path.rpartition("/")[2]
    patience = Patience(f"the snapshot {name}")
    while True:
        found = _described(cluster, path)
        if found is None:
            raise UnavailableIndexError("somebody removed the snapshot while it was made; run again")
        status = ((cluster.ask(f"{path}/_status") or {}).get("snapshots") or [{}])[0]
        sizes = status.get("stats", {})
        total = int(sizes.get("total", {}).get("size_in_bytes", 0))
        if found["state"] == "SUCCESS" and not found["shards"]["failed"]:
            progress(total, total)
            return total
        if found["state"] not in ("IN_PROGRESS", "STARTED"):
            raise _incomplete(name, found)
        # What is in the repository already is not copied again, and counts as done.
        copied = int(sizes.get("processed", {}).get("size_in_bytes", 0))
        done = copied + total - int(sizes.get("incremental", {}).get("size_in_bytes", total))
        progress(min(done, total), total)
        patience.wait(done)


def _incomplete(name: str, found: Json) -> UnavailableIndexError:
    failures = found.get("failures") or []
    reasons = [str(one.get("reason", "")) for one in failures if isinstance(one, dict)] + [str(found.get("reason", ""))]
    reason = next((" ".join(one.split())[:200] for one in reasons if one), "the cluster gives no reason")
    return UnavailableIndexError(
        f"the snapshot {name} is not whole ({found['state']}, {found['shards']['failed']} shards failed: {reason}); "
        "look at the health of the cluster and the space of the repository, then make another one"
    )


def _foreign(name: str) -> UsageError:
    return UsageError(f"the snapshot {name} is not one that `fihrist snapshot` made; name another one")


def _require(pattern: re.Pattern[str], text: str, what: str, wanted: str) -> None:
    if not pattern.fullmatch(text):
        raise UsageError(f"{text[:60]!r} cannot name {what}: give {wanted}")


def _require_repository(cluster: ClusterClient, repository: str) -> None:
    """Raises UsageError if there is no such repository, UnavailableIndexError if not all nodes can use it."""
    _require(_REPOSITORY, repository, "a repository", "letters a-z, digits, points, - and _, as the cluster has it")
    if cluster.ask(f"/_snapshot/{repository}") is None:
        known = ", ".join(sorted(cluster.ask("/_snapshot") or {})[:_MOST_NAMED]) or "none"
        raise UsageError(
            f"the cluster at {cluster.address} has no repository {repository!r}; it has: {known}; "
            "docs/engines.md says how to register one"
        )
    try:
        cluster.send("POST", f"/_snapshot/{repository}/_verify")
    except FihristError as error:
        raise UnavailableIndexError(
            f"the repository {repository} cannot be used: {reason_of(error)}; every node must be able to write there"
        ) from error


def _described(cluster: ClusterClient, path: str) -> Json | None:
    """What the cluster says of a snapshot; None if there is none."""
    found = (cluster.ask(path) or {}).get("snapshots")
    return found[0] if found else None


def _metadata(found: Json | None) -> Json:
    said = ((found or {}).get("metadata") or {}).get("fihrist")
    return said if isinstance(said, dict) else {}


def _names(cluster: ClusterClient, repository: str) -> list[str]:
    """The names of the newest snapshots of Fihrist, newest first."""
    found = (cluster.ask(f"/_snapshot/{repository}/_all") or {}).get("snapshots", [])
    found = [one for one in found if _metadata(one)]
    found.sort(key=lambda one: -one.get("start_time_in_millis", 0))
    return [str(one["snapshot"]) for one in found[:_MOST_NAMED]]


def _indexes(names: IndexNames, run: int) -> tuple[str, str, str, str]:
    return names.state, names.blobs, names.articles(run), names.sketches(run)


def _stamp() -> str:
    return re.sub("[^0-9tz]", "", moments.written(moments.now()).lower())
