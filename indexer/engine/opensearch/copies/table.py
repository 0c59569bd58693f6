# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps the sketches of many articles in memory, in one array: 133 bytes an article."""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.engine.copies.candidates import Sketched
from indexer.engine.copies.sketches import HASHES, Ints
from indexer.engine.opensearch.cluster import ClusterClient
from indexer.engine.opensearch.copies.sketches import ArticleSketch, FoundCopy, SketchBatch

_NUMBERS = struct.Struct("<QqqqIi?")
_ROW = np.dtype([
    ("id", "<u8"), ("added", "<i8"), ("part", "<i8"), ("shingles", "<i8"), ("digest", "<u4"), ("day", "<i4"),
    ("recurring", "?"), ("sketch", "<u2", (HASHES,)),
])  # fmt: skip
_AT_ONCE = 10_000

Rows = NDArray[Any]
"""An array of `_ROW`."""


def number_of(article_id: str) -> int:
    """Returns an id as the table holds it."""
    return int(article_id, 16)


def id_of(number: int) -> str:
    """The inverse of `number_of`."""
    return f"{number:016x}"


class SketchTable:
    """The sketches of articles, one row per article, ascending by id. Do not change it.

    ``copies`` and ``removed`` are those of the articles that have any, by the number of the id.
    """

    def __init__(
        self,
        rows: Rows | None = None,
        copies: dict[int, tuple[FoundCopy, ...]] | None = None,
        removed: dict[int, tuple[int, ...]] | None = None,
    ) -> None:
        """Of several ``rows`` with one id the last one counts."""
        given = np.empty(0, _ROW) if rows is None else rows
        ids = given["id"]
        if len(ids) and not (ids[1:] > ids[:-1]).all():
            order = np.argsort(ids, kind="stable")
            given = given[order[np.append(ids[order][1:] != ids[order][:-1], True)]]
        self.rows = given
        self.copies = copies or {}
        self.removed = removed or {}

    @classmethod
    def of(cls, sketches: Iterable[ArticleSketch]) -> SketchTable:
        """Returns the table of ``sketches``, each id once."""
        parts, copies, removed = [np.empty(0, _ROW)], {}, {}
        waiting = iter(sketches)
        while some := list(islice(waiting, _AT_ONCE)):
            parts.append(np.frombuffer(b"".join(map(_packed, some)), _ROW))
            copies.update({number_of(one.id): one.copies for one in some if one.copies})
            removed.update({number_of(one.id): one.removed for one in some if one.removed})
        return cls(np.concatenate(parts), copies, removed)

    @classmethod
    def together(cls, *tables: SketchTable) -> SketchTable:
        """Returns the rows of all ``tables``, which have no article in common."""
        found = cls(np.concatenate([table.rows for table in tables]))
        for table in tables:
            found.copies |= table.copies
            found.removed |= table.removed
        return found

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def ids(self) -> NDArray[np.uint64]:
        """The ids, as numbers."""
        ids: NDArray[np.uint64] = self.rows["id"]
        return ids

    def places(self, ids: Sequence[int] | NDArray[np.uint64]) -> Ints:
        """Returns the row of each of ``ids``, -1 where the table lacks it."""
        wanted = np.fromiter(ids, np.uint64, len(ids))
        if not len(self.rows):
            return np.full(len(wanted), -1)
        there = np.minimum(np.searchsorted(self.ids, wanted), len(self.rows) - 1)
        return np.where(self.ids[there] == wanted, there, -1)

    def chosen(self, rows: NDArray[np.bool_] | Ints) -> SketchTable:
        """Returns the table of some rows."""
        found = SketchTable(self.rows[rows])
        if self.copies or self.removed:
            ids = set(found.ids.tolist())
            found.copies = {number: copies for number, copies in self.copies.items() if number in ids}
            found.removed = {number: runs for number, runs in self.removed.items() if number in ids}
        return found

    def sketched(self) -> Sketched:
        """Returns what can be compared without reading the articles."""
        sketches: NDArray[np.uint16] = np.ascontiguousarray(self.rows["sketch"], np.uint16)
        return Sketched(sketches, self.rows["shingles"].astype(np.int64), self.rows["day"].astype(np.int64))

    def __iter__(self) -> Iterator[ArticleSketch]:
        return (self.row(place) for place in range(len(self.rows)))

    def row(self, place: int) -> ArticleSketch:
        """Returns one row, as documents hold it."""
        number, added, part, shingles, digest, day, recurring, sketch = self.rows[place]
        return ArticleSketch(
            id_of(int(number)), int(added), int(part), sketch.astype("<u2").tobytes(), int(shingles), int(digest),
            int(day), bool(recurring), self.copies.get(int(number), ()), self.removed.get(int(number), ()),
        )  # fmt: skip


class OwnSketches:
    """The sketches of the articles that a run has added so far."""

    def __init__(self) -> None:
        self.continued = False
        """Whether the run was interrupted, perhaps while it finished."""
        self._parts: list[Rows] = [np.empty(0, _ROW)]
        self._dropped: dict[int, int] = {}

    def add(self, batch: SketchBatch, part: int) -> None:
        """Adds the sketches of articles that were sent to the cluster as documents of the part ``part`` of the run."""
        rows = np.zeros(len(batch.ids), _ROW)
        columns = batch.columns
        rows["id"], rows["part"], rows["sketch"] = batch.ids, part, columns.sketches
        rows["shingles"], rows["digest"], rows["day"] = columns.shingles, columns.digests, columns.days
        self._parts.append(rows)

    def drop(self, ids: Iterable[str]) -> None:
        """Forgets articles of this run that were deleted again or refused."""
        self._dropped |= {number_of(article_id): len(self._parts) for article_id in ids}

    def table(self, run: int) -> SketchTable:
        """Returns what ``run`` added and did not drop, without articles that are too short to be copies."""
        rows = np.concatenate(self._parts)
        rows["added"] = run
        if self._dropped:
            # A drop concerns what was added before it.
            at = np.repeat(np.arange(len(self._parts)), [len(part) for part in self._parts])
            ids = np.fromiter(self._dropped, np.uint64, len(self._dropped))
            until = np.fromiter(self._dropped.values(), np.int64, len(ids))
            order = np.argsort(ids)
            ids, until = ids[order], until[order]
            place = np.minimum(np.searchsorted(ids, rows["id"]), len(ids) - 1)
            rows = rows[(ids[place] != rows["id"]) | (at >= until[place])]
        latest = SketchTable(rows)
        return latest.chosen(np.flatnonzero(latest.rows["sketch"].any(axis=1)))

    @classmethod
    def load(cls, cluster: ClusterClient, index: str, run: int, without: Collection[str] = ()) -> OwnSketches:
        """Reads what ``run`` has added to ``index`` before it was interrupted, as of the last refresh.

        Documents of parts that are not continued must have been removed. ``without`` are the ids of documents that were
        replaced or whose articles were deleted. Raises DamagedIndexError.
        """
        own = cls()
        own.continued = True
        hits = cluster.scan(index, {"query": {"bool": {"filter": [{"term": {"added": run}}]}}})
        rows = SketchTable.of(ArticleSketch.of(hit["_source"]) for hit in hits if hit["_id"] not in without).rows
        own._parts.append(rows)
        return own


def _packed(one: ArticleSketch) -> bytes:
    numbers = (number_of(one.id), one.added, one.part, one.shingles, one.digest, one.day, one.recurring)
    return _NUMBERS.pack(*numbers) + one.sketch
