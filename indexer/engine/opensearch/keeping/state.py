# SPDX-License-Identifier: GPL-3.0-or-later
"""What an index consists of at the moment: small documents in the index of state, changed by compare-and-set.

::

    current      which generation is current, the identity of its publication, and the generations that are kept
    runs         the number of the last run, and the runs that are not finished
    gen-000042.57 the manifest of a generation and the run that made it (`manifests`)
    report-...   the report of the run that published it
    checkpoint   where an interrupted run can continue (`checkpoints`)
    lock         who changes the index (`locking.lock`)
    hold-...     who reads a generation (`locking.holds`)

A reader sees only what ``current`` names. So a publication is the change of this one document, and a generation that
``current`` does not name does not exist.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from indexer.engine.opensearch.cluster import ClusterClient, Version
from indexer.engine.opensearch.keeping.indexes import create_index, runs_with_indexes
from indexer.engine.opensearch.keeping.names import IndexNames
from indexer.engine.opensearch.locking.processes import new_token
from indexer.engine.opensearch.retries import ChangedMeanwhileError
from indexer.errors import DamagedIndexError, IndexingError

Json = dict[str, Any]

_CURRENT, _RUNS = "current", "runs"
_TRIES = 5

_BODY: Json = {
    "settings": {"index": {"number_of_shards": 1, "auto_expand_replicas": "0-all", "refresh_interval": "-1"}},
    "mappings": {"dynamic": False, "properties": {"kind": {"type": "keyword"}}},
}
"""Each node has a copy, since every search begins with a look at ``current``."""


@dataclass(frozen=True, slots=True)
class Current:
    """The document ``current``.

    ``publication`` is different for every publication. ``kept`` maps the names of the generations that exist to the
    runs that made them, oldest first; ``generation`` is one of them, "" before the first publication. ``last`` is the
    highest number that a generation ever had.
    """

    generation: str
    publication: str
    kept: Mapping[str, int]
    last: int

    def with_new(self, name: str, run: int) -> Current:
        """The state after the publication of ``name``, which is new."""
        return Current(name, new_token(), {**self.kept, name: run}, number_of(name))

    def switched(self, name: str) -> Current:
        """The state after ``name`` was made current, which is kept."""
        return replace(self, generation=name, publication=new_token())

    def without(self, names: Collection[str]) -> Current:
        """The state after these generations were removed."""
        return replace(self, kept={name: run for name, run in self.kept.items() if name not in names})


@dataclass(frozen=True, slots=True)
class OpenRun:
    """A run that has a number and was neither published nor cleared.

    ``index`` is the run whose indexes of articles and sketches it writes into; a run that builds from nothing has its
    own.
    """

    run: int
    index: int


NOTHING = Current("", "", {}, 0)
"""The state before the first publication."""


def name_of(number: int) -> str:
    """The name of the generation with this number."""
    return f"gen-{number:06d}"


def number_of(name: str) -> int:
    """The number in the name of a generation."""
    return int(name.removeprefix("gen-"))


class State:
    """Reads and writes the documents in ``NAME.state``, which say what the index consists of. Threads may share it."""

    def __init__(self, cluster: ClusterClient, names: IndexNames) -> None:
        self._cluster = cluster
        self._names = names
        self._index = names.state

    def create(self) -> None:
        """Make the index of state, if there is none."""
        create_index(self._cluster, self._index, _BODY)

    def current(self) -> tuple[Current, Version | None]:
        """The document ``current`` and its version, or `NOTHING` and None. Raises DamagedIndexError."""
        found = self._cluster.get(self._index, _CURRENT, local=True)
        if found is None:
            return NOTHING, None
        source = found.source
        try:
            kept = {str(name): int(run) for name, run in source["kept"]}
            current = Current(str(source["generation"]), str(source["publication"]), kept, int(source["last"]))
        except (KeyError, TypeError, ValueError) as error:
            raise self._damaged(_CURRENT, error) from error
        if current.generation not in (*current.kept, NOTHING.generation):
            raise self._damaged(_CURRENT, f"it names {current.generation[:40]!r}, which is not kept")
        return current, found.version

    def beginning(self) -> tuple[Current, Version | None]:
        """A state without generations that replaces a damaged one, and the version to replace."""
        found = self._cluster.get(self._index, _CURRENT, local=True)
        # No generation has a higher number than its run.
        return replace(NOTHING, last=self.runs()[0]), found.version if found else None

    def swap(self, new: Current, seen: Version | None) -> None:
        """Replace ``current``, which must still have the version ``seen``. Raises IndexingError if it has another."""
        try:
            self._put_current(new, seen)
        except ChangedMeanwhileError:
            # An earlier try may have succeeded although its answer was lost. Then the new state is there.
            if self.current()[0] != new:
                raise IndexingError(
                    "another program has changed the index meanwhile; its publication stands, this one was dropped"
                ) from None

    def fence(self) -> tuple[Current, Version]:
        """Write ``current`` as it is, so that a change by a run that died cannot be made any more; returns it."""
        for _ in range(_TRIES):
            current, version = self.current()
            with suppress(ChangedMeanwhileError):
                return current, self._put_current(current, version)
        raise self._contended()

    def runs(self) -> tuple[int, tuple[OpenRun, ...]]:
        """The number of the last run, and the runs that are not finished. Raises DamagedIndexError."""
        last, runs, _ = self._runs()
        return last, runs

    def take_run(self, index: int = 0, above: int = 0) -> OpenRun:
        """A number that no run had, and greater than ``above``.

        ``index`` is the run whose indexes it changes, 0 to make its own.
        """
        for _ in range(_TRIES):
            last, runs, version = self._runs()
            if version is None:  # the state may have been lost while indexes stayed
                last = max(runs_with_indexes(self._cluster, self._names), default=0)
            number = max(last, above) + 1
            taken = OpenRun(number, index or number)
            if self._put_runs(taken.run, (*runs, taken), version):
                return taken
        raise self._contended()

    def close_runs(self, closed: set[int]) -> None:
        """Note that these runs were published or cleared."""
        for _ in range(_TRIES):
            last, runs, version = self._runs()
            left = tuple(one for one in runs if one.run not in closed)
            if left == runs or self._put_runs(last, left, version):
                return
        raise self._contended()

    def read(self, document_id: str) -> Json | None:
        """Another document, None if there is none."""
        found = self._cluster.get(self._index, document_id, local=True)
        return found.source if found else None

    def read_all(self, ids: list[str]) -> dict[str, Json]:
        """Other documents by id, those that exist."""
        return self._cluster.documents(self._index, ids)

    def write(self, document_id: str, kind: str, source: Json) -> None:
        """Write another document, whatever it was before."""
        self._cluster.put(self._index, document_id, {**source, "kind": kind})

    def replace(self, document_id: str, kind: str, source: Json) -> None:
        """Write another document such that no write of it that was asked for before comes after this one.

        All writers must use this method. Raises IndexingError.
        """
        for _ in range(_TRIES):
            found = self._cluster.get(self._index, document_id, local=True)
            seen = found.version if found else None
            with suppress(ChangedMeanwhileError):
                self._cluster.put(self._index, document_id, {**source, "kind": kind}, new=seen is None, seen=seen)
                return
        raise self._contended()

    def remove(self, document_id: str) -> None:
        """Remove another document, if it exists."""
        self._cluster.delete(self._index, document_id)

    def sweep(self, kinds: Collection[str], needed: Collection[str]) -> None:
        """Remove the documents of these kinds but for those with an id in ``needed``."""
        self._cluster.refresh(self._index)
        unneeded: Json = {"must_not": [{"ids": {"values": list(needed)}}]}
        self._cluster.delete_by_query(self._index, {"bool": {"filter": [{"terms": {"kind": list(kinds)}}], **unneeded}})

    def _runs(self) -> tuple[int, tuple[OpenRun, ...], Version | None]:
        found = self._cluster.get(self._index, _RUNS, local=True)
        if found is None:
            return 0, (), None
        try:
            runs = tuple(OpenRun(int(one["run"]), int(one["index"])) for one in found.source["open"])
            return int(found.source["last"]), runs, found.version
        except (KeyError, TypeError, ValueError) as error:
            raise self._damaged(_RUNS, error) from error

    def _put_current(self, current: Current, seen: Version | None) -> Version:
        source = {
            "kind": _CURRENT,
            "generation": current.generation,
            "publication": current.publication,
            "kept": [[name, run] for name, run in current.kept.items()],
            "last": current.last,
        }
        return self._cluster.put(self._index, _CURRENT, source, new=seen is None, seen=seen)

    def _put_runs(self, last: int, runs: tuple[OpenRun, ...], seen: Version | None) -> bool:
        source = {"kind": _RUNS, "last": last, "open": [{"run": one.run, "index": one.index} for one in runs]}
        try:
            self._cluster.put(self._index, _RUNS, source, new=seen is None, seen=seen)
        except ChangedMeanwhileError:
            return False
        return True

    def _contended(self) -> IndexingError:
        return IndexingError(
            f"another program changes the index in {self._cluster.address} at the same time; the published index "
            "still stands; see that only one run is started"
        )

    def _damaged(self, document_id: str, reason: object) -> DamagedIndexError:
        return DamagedIndexError(
            f"the document {document_id} in {self._index} is damaged: {reason}; restore the index from a snapshot, or "
            "run `fihrist index --rebuild PATH...` to write it anew"
        )
