# SPDX-License-Identifier: GPL-3.0-or-later
"""Stores the clusters of a generation in a file of its own, since a cluster can change when its articles do not.

``clusters.bin`` for n articles and p pairs of copies, all numbers little-endian::

    8 bytes   "FHRCLU2\\n"
    4 bytes   n
    4 bytes   p
    n * 8     ids         the ids of the articles, ascending
    n * 4     heads       the cluster of each article, given as the index of the first article of the cluster
    n * 4     digests     a checksum of the text that the cluster was found with, see `sketches`
    n         recurring   1 if the wording of the article recurs, see `joining`
    p * 4     first       the article of each pair (see `joining.CopyPairs`) with the lower index; ascending
    p * 4     second      the other article
    p         verdict
    p         similarity
    4 bytes   CRC-32 of everything before it

An article without a copy is a cluster of its own. A cluster has the id of its first article, which has the lowest id;
so the id does not depend on the order in which the articles were added. The pairs are kept so that an update need not
search everything again: it drops the pairs of changed and deleted articles, adds the pairs of new ones, and joins again
only the articles that are connected with these. A wording that was once found to recur stays so until the article
changes or the index is rebuilt, even if the other article with the same wording is deleted.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from indexer.engine.copies.joining import NO_PAIRS, CopyPairs
from indexer.engine.local.segments.packed import SegmentFile
from indexer.engine.local.segments.runs import NONE, Ints
from indexer.errors import damaged_file

NAME = "clusters.bin"
MAGIC = b"FHRCLU2\n"

_HEADER = 16
_CHECKSUM = 4


class ClusterTable(NamedTuple):
    """The content of the file."""

    ids: NDArray[np.uint64]
    heads: NDArray[np.integer]
    digests: NDArray[np.uint32]
    recurring: NDArray[np.bool_]
    pairs: CopyPairs


EMPTY = ClusterTable(np.empty(0, np.uint64), NONE, np.empty(0, np.uint32), np.empty(0, bool), NO_PAIRS)


def read(path: Path) -> ClusterTable:
    """Reads the file at ``path``. Raises DamagedIndexError."""
    try:
        data = path.read_bytes()
        count, pairs = np.frombuffer(data, "<u4", 2, len(MAGIC)).tolist()
        columns = [(count, "<u8"), *[(count, "<u4")] * 2, (count, "?"), *[(pairs, "<u4")] * 2, *[(pairs, "u1")] * 2]
        places = np.cumsum([_HEADER, *(items * np.dtype(kind).itemsize for items, kind in columns)]).tolist()
        checksum = int.from_bytes(data[places[-1] :], "little")
        if data[:8] != MAGIC or len(data) != places[-1] + _CHECKSUM or crc32(data[: places[-1]]) != checksum:
            raise ValueError("its size or checksum is wrong")
    except (OSError, ValueError) as error:
        raise damaged_file(path, error) from error
    ids, heads, digests, recurring, first, second, verdict, similarity = (
        np.frombuffer(data, kind, items, at) for (items, kind), at in zip(columns, places, strict=False)
    )
    for named in (heads, first, second):
        if len(named) and int(named.max()) >= count:
            raise damaged_file(path, "it refers to articles that it does not list")
    found = CopyPairs(first.astype(np.int64), second.astype(np.int64), verdict, similarity)
    return ClusterTable(ids, heads, digests, recurring, found)


def write(path: Path, table: ClusterTable) -> None:
    """Writes ``table`` to a new file at ``path``. Raises OSError.

    An existing file is unlinked, not overwritten, because other generations may hold hard links to it.
    """
    pairs = table.pairs
    columns: list[NDArray[Any]] = [
        table.ids, table.heads.astype("<u4"), table.digests, table.recurring,
        pairs.first.astype("<u4"), pairs.second.astype("<u4"), pairs.verdict, pairs.similarity,
    ]  # fmt: skip
    counts = np.array([len(table.ids), len(pairs.first)], "<u4")
    content = MAGIC + b"".join(np.ascontiguousarray(column).tobytes() for column in (counts, *columns))
    path.unlink(missing_ok=True)
    path.write_bytes(content + crc32(content).to_bytes(_CHECKSUM, "little"))


class Present(NamedTuple):
    """The articles that are not deleted, in the order of their ids, and what the old file of clusters says about them.

    ``docs`` are their numbers over all segments. All other columns are indexed by the place in this order:

    - ``fresh``: the article is new or has changed since the file was written.
    - ``bereft``: the article was in a pair whose other article is deleted or has changed.
    - ``pairs``: the pairs of the file whose two articles are both unchanged.
    - ``known``: the cluster of each article in the file.
    - ``recurring``: whether its wording recurs.
    """

    docs: Ints
    ids: NDArray[np.uint64]
    digests: NDArray[np.uint32]
    fresh: NDArray[np.bool_]
    bereft: NDArray[np.bool_]
    known: Ints
    recurring: NDArray[np.bool_]
    pairs: CopyPairs

    @classmethod
    def of(cls, segments: Sequence[SegmentFile], alive: Sequence[NDArray[np.bool_]], before: ClusterTable) -> Present:
        """Compares the ``alive`` articles of ``segments`` with the table ``before``."""
        docs, ids = alive_ids(segments, alive, np.cumsum([0, *(segment.docs for segment in segments)]))
        nothing = np.empty(0, np.uint32)
        digests = np.concatenate([nothing, *(segment.arrays["digests"] for segment in segments)])[docs]
        place = np.full(len(before.ids), -1)
        fresh = np.ones(len(ids), bool)
        if len(before.ids):
            there = np.minimum(np.searchsorted(before.ids, ids), len(before.ids) - 1)
            fresh = (before.ids[there] != ids) | (before.digests[there] != digests)
            place[there[~fresh]] = np.flatnonzero(~fresh)
        known, recurring = np.arange(len(ids)), np.zeros(len(ids), bool)
        stayed = place >= 0
        # The first article of a cluster may be deleted: then the others are bereft of it, and joined anew.
        kept = stayed & stayed[before.heads]
        known[place[kept]] = place[before.heads[kept]]
        recurring[place[stayed]] = before.recurring[stayed]
        first, second = place[before.pairs.first], place[before.pairs.second]
        bereft = np.zeros(len(ids), bool)
        bereft[first[(first >= 0) & (second < 0)]] = True
        bereft[second[(second >= 0) & (first < 0)]] = True
        pairs = before.pairs._replace(first=first, second=second).chosen((first >= 0) & (second >= 0))
        return cls(docs, ids, digests, fresh, bereft, known, recurring, pairs)

    def touched(self, pairs: CopyPairs, recurring: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Returns which articles changed, lost a pair or gained one; the arguments are the current state."""
        touched = self.fresh | self.bereft | (recurring & ~self.recurring)
        new = self.fresh[pairs.first] | self.fresh[pairs.second]
        touched[pairs.first[new]] = touched[pairs.second[new]] = True
        return touched


def alive_ids(
    segments: Sequence[SegmentFile], alive: Sequence[NDArray[np.bool_]], bases: Ints
) -> tuple[Ints, NDArray[np.uint64]]:
    """Returns the numbers of the articles that are not deleted, over all segments, and their ids, ordered by id."""
    docs, ids = [np.empty(0, np.int64)], [np.empty(0, np.uint64)]
    for segment, mask, base in zip(segments, alive, bases.tolist(), strict=False):
        kept = mask[segment.arrays["id_docs"]]
        docs.append(segment.arrays["id_docs"][kept].astype(np.int64) + base)
        ids.append(segment.arrays["ids"][kept])
    order = np.argsort(np.concatenate(ids))
    return np.concatenate(docs)[order], np.concatenate(ids)[order]


class _ValuePairs(NamedTuple):
    """The distinct pairs (cluster, value) of one column of values.

    ``pair_of`` is the index of the pair of each article that has a copy, ``of_pair`` the value of each pair. ``values``
    is kept alive because the cache uses its address as the key.
    """

    values: NDArray[np.int32]
    pair_of: Ints
    of_pair: Ints


class Clusters:
    """The clusters of one generation, looked up by article number. Immutable, so safe to share between threads.

    ``codes`` is the cluster of each article, ``sizes`` the number of articles in each cluster.
    """

    def __init__(self, table: ClusterTable, segments: Sequence[SegmentFile], alive: NDArray[np.bool_]) -> None:
        """``alive`` covers all ``segments``. Raises ValueError if the table does not describe these articles."""
        masks = np.split(alive, np.cumsum([segment.docs for segment in segments])[:-1]) if segments else []
        docs, ids = alive_ids(segments, masks, np.cumsum([0, *(segment.docs for segment in segments)]))
        if not np.array_equal(ids, table.ids):
            raise ValueError(f"{NAME} belongs to other articles")
        self._ids = table.ids
        self._docs: NDArray[np.integer] = docs.astype(np.int32)
        self.codes = np.zeros(len(alive), np.int32)
        self.codes[docs] = table.heads
        self._alive = alive
        self.sizes = np.bincount(table.heads, minlength=len(ids))
        self.several = np.zeros(len(alive), bool)
        self.several[docs] = self.sizes[table.heads] > 1
        """Whether each article has a copy."""
        self.rank = np.cumsum(self.several, dtype=np.int32) - 1
        """The number of each article among those that have a copy."""
        self._pairs: dict[int, _ValuePairs] = {}

    def id_of(self, doc: int) -> str:
        """Returns the id of the cluster of an article."""
        return f"{int(self._ids[self.codes[doc]]):016x}"

    def size_of(self, doc: int) -> int:
        """Returns how many articles are in the cluster of an article."""
        return int(self.sizes[self.codes[doc]])

    def members(self, doc: int) -> Ints:
        """Returns the numbers of the articles in the cluster of an article."""
        return np.flatnonzero((self.codes == self.codes[doc]) & self._alive)

    def by_id(self, docs: Ints) -> NDArray[np.integer]:
        """Returns ``docs`` ordered by id."""
        wanted = np.zeros(len(self._alive), bool)
        wanted[docs] = True
        ordered: NDArray[np.integer] = self._docs[wanted[self._docs]]
        return ordered

    def behind(self, docs: NDArray[np.integer], article_id: str) -> int:
        """Returns how many of ``docs``, which are ordered by id, have an id that is not greater than this one."""
        place = int(np.searchsorted(self._ids, np.uint64(int(article_id, 16)), side="right"))
        passed = np.zeros(len(self._alive), bool)
        passed[self._docs[:place]] = True
        return int(np.count_nonzero(passed[docs]))

    def count(self, docs: Ints) -> int:
        """Returns how many clusters ``docs`` belong to."""
        copied = docs[self.several[docs]]
        present = np.zeros(len(self.sizes), bool)
        present[self.codes[copied]] = True
        return len(docs) - len(copied) + int(np.count_nonzero(present))

    def counter(self) -> ClusterCounter:
        """Returns a new counter for one search."""
        return ClusterCounter(self)

    def pairs(self, values: NDArray[np.int32]) -> _ValuePairs:
        """Returns the distinct pairs of a cluster and a value.

        ``values`` holds one value per article. Pass the same array each time: the result is cached by its identity.
        """
        known = self._pairs.get(id(values))
        if known is None:
            known = self._pairs[id(values)] = self._paired(values)
        return known

    def _paired(self, values: NDArray[np.int32]) -> _ValuePairs:
        docs = np.flatnonzero(self.several)
        keys, pair_of = np.unique(self.codes[docs].astype(np.int64) << 32 | values[docs], return_inverse=True)
        return _ValuePairs(values, pair_of.reshape(-1), keys & 0xFFFFFFFF)

    def firsts(self, docs: NDArray[np.integer]) -> Ints:
        """Returns the indexes in ``docs`` of the first article of each cluster there, ascending."""
        _, places = np.unique(self.codes[docs], return_index=True)
        return np.sort(places)


class ClusterCounter:
    """Counts clusters as `columns.each_counted` counts articles.

    It serves one search, and keeps what it computed for the last ``docs``: a search counts the same articles often.
    """

    def __init__(self, clusters: Clusters) -> None:
        self._clusters = clusters
        self._docs: Ints | None = None
        self._alone: NDArray[np.integer] = np.empty(0, np.int64)
        self._copied: NDArray[np.integer] = self._alone

    def __call__(self, values: NDArray[np.int32], docs: Ints) -> NDArray[np.int64]:
        """Returns for each value from 0 on the number of clusters with an article of ``docs`` that has this value."""
        if docs is not self._docs:
            several = self._clusters.several[docs]
            self._docs, self._alone, self._copied = docs, docs[~several], self._clusters.rank[docs[several]]
        counts = np.bincount(values[self._alone])
        if not len(self._copied):
            return counts
        pairs = self._clusters.pairs(values)
        present = np.zeros(len(pairs.of_pair), bool)
        present[pairs.pair_of[self._copied]] = True
        others = np.bincount(pairs.of_pair[present], minlength=len(counts))
        others[: len(counts)] += counts
        return others
