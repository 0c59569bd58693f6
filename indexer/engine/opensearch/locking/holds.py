# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps generations from being removed while somebody reads them: a document for each generation that is open.

The document ``hold-<token>`` in the index of state names the generation, the process that reads it and when the process
renewed it. A hold ends when it is released, when its process is known to be dead, or when it was not renewed for
`LASTS` seconds. A thread renews the holds of a process.

A reader whose user may not write into the index of state has no holds. Then keep more generations than are published
while a request is being answered. Where the cluster takes no writes at the moment, reading goes on without a hold: it
is written when they are renewed.
"""

from __future__ import annotations

import os
import threading
import time
import weakref
from contextlib import suppress
from typing import Any

from indexer import moments
from indexer.engine.opensearch.cluster import ClusterClient
from indexer.engine.opensearch.locking.processes import ProcessName, new_token
from indexer.errors import FihristError, UnavailableIndexError, UsageError

Json = dict[str, Any]

LASTS = 900
"""In seconds; much longer than the clocks of two machines differ."""
_RENEWED_EVERY = 180.0
_MOST = 10_000
_ONE_TRY = 8.0
_FIRST_TRIES, _TRIES = 3, 9
"""A reader does not wait long for its hold to be written."""

_KIND = "hold"


class GenerationHold:
    """Keeps a generation as long as it lives and is not released."""

    def __init__(self, holds: Holds, generation: str) -> None:
        self.token = new_token()
        self.generation = generation
        self._release = weakref.finalize(self, holds.dropped, self.token, os.getpid())
        self._release.atexit = False  # an interpreter that ends must not wait for the cluster

    def release(self) -> None:
        """Let the generation be removed."""
        self._release()


class Holds:
    """The holds of this process on the generations of one index. Safe to share between threads."""

    def __init__(self, cluster: ClusterClient, index: str) -> None:
        self._cluster = cluster
        self._index = index
        self._guard = threading.Lock()
        self._flushing = threading.Lock()
        self._kept: dict[str, str] = {}
        """The generation of each hold, by its token."""
        self._dropped: list[str] = []
        """The tokens that nobody needs any more and whose documents still exist."""
        self._wake = threading.Event()
        self._keeper = 0
        """The process whose thread renews the holds: a process that forked has no threads."""

    def take(self, generation: str) -> GenerationHold:
        """Keep a generation. The caller must look afterwards whether it is still kept."""
        self._start()
        hold = GenerationHold(self, generation)
        self._kept[hold.token] = generation
        # Without the right to write there is no hold, see the head of this module.
        with suppress(UsageError, UnavailableIndexError):
            self._write(hold.token, generation, _FIRST_TRIES)
        return hold

    def dropped(self, token: str, process: int) -> None:
        """A hold was released. This may be called at any moment, by the garbage collector, so it asks nothing."""
        if process == os.getpid():
            self._kept.pop(token, None)
            self._dropped.append(token)
            self._wake.set()

    def flush(self) -> None:
        """Remove the documents of holds that were released; afterwards there are none that another thread removes."""
        with self._flushing:
            while self._dropped:
                token = self._dropped[0]
                with suppress(UsageError):
                    self._cluster.delete(self._index, _document(token))
                # If the cluster did not answer, the next flush tries again.
                self._dropped.remove(token)

    def held(self) -> set[str]:
        """The generations that any process reads. Removes the documents of holds that have ended."""
        self.flush()
        self._cluster.refresh(self._index)
        body = {"size": _MOST, "query": {"term": {"kind": _KIND}}}
        found: set[str] = set()
        for hit in self._cluster.search(self._index, body)["hits"]["hits"]:
            generation = _held_by(hit["_source"])
            if generation:
                found.add(generation)
            else:
                self._cluster.delete(self._index, hit["_id"])
        return found

    def _write(self, token: str, generation: str, tries: int = _TRIES) -> None:
        source = {
            "kind": _KIND, "generation": generation, "renewed_at": moments.now(), **ProcessName.own().source(),
        }  # fmt: skip
        self._cluster.put(self._index, _document(token), source, seconds=_ONE_TRY, tries=tries)

    def _start(self) -> None:
        with self._guard:
            if self._keeper == os.getpid():
                return
            if self._keeper:  # this process forked from the one whose holds these are
                self._kept.clear()
                self._dropped.clear()
                self._flushing = threading.Lock()
            self._keeper = os.getpid()
            self._wake = threading.Event()
            keep = threading.Thread(target=_keep, args=(weakref.ref(self), self._wake), daemon=True)
            keep.name = "fihrist-holds"
            keep.start()

    def renew(self) -> None:
        """Write anew that this process reads what it holds, and remove what it does not hold any more."""
        self.flush()
        for token, generation in list(self._kept.items()):
            with suppress(UsageError):
                self._write(token, generation)
            if token not in self._kept:  # released meanwhile
                self._dropped.append(token)


def _keep(holds: weakref.ref[Holds], wake: threading.Event) -> None:
    """Renew the holds until nobody has ``holds`` any more."""
    due = time.monotonic() + _RENEWED_EVERY
    while True:
        wake.wait(max(0.0, due - time.monotonic()))
        wake.clear()
        kept = holds()
        if kept is None:
            return
        # An error does not end the thread: the next try may succeed before the holds expire.
        with suppress(FihristError):
            kept.flush()
            if time.monotonic() >= due:
                due = time.monotonic() + _RENEWED_EVERY
                kept.renew()
        del kept


def _document(token: str) -> str:
    return f"{_KIND}-{token}"


def _held_by(source: Json) -> str:
    """The generation that a document holds, "" if it has ended."""
    try:
        process, renewed = ProcessName.of(source), int(source["renewed_at"])
        generation = str(source["generation"])
    except (KeyError, TypeError, ValueError):
        return ""
    return "" if process.is_dead or moments.now() - renewed > LASTS else generation
