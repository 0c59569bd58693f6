"""The clusters of a generation: a file of its own beside the segments, since an article's cluster changes without it.

``clusters.bin``, all numbers little-endian, n articles and p pairs of them::

    8 bytes   "FHRCLU2\\n"
    4 bytes   n
    4 bytes   p
    n * 8     ids         the articles' ids, ascending
    n * 4     heads       the cluster that each is in: the place of its first article among them
    n * 4     digests     the text that this was found with, see `sketches`
    n         recurring   1 where its wording recurs, see `joining`
    p * 4     first       of each pair (see `joining.Pairs`) the article that comes first, by its place; ascending
    p * 4     second      the other one
    p         verdict
    p         similarity
    4 bytes   CRC-32 of all of this

An article that has no copy is a cluster by itself. The id of a cluster is that of its first article, the one with the
least id: it is the same whatever order the articles came in. The pairs are kept, so that clusters follow what is new,
changed or gone since the file was written: pairs of changed and vanished articles go, those of new ones come, and
whatever they are connected with is joined anew. A wording that was found to recur stays one until the article changes
or the index is built anew, even where the article that has it too is gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from indexer.engine.local.clusters.joining import NO_PAIRS, Pairs
from indexer.engine.local.segments.packed import SegmentFile
from indexer.engine.local.segments.runs import NONE, Ints
from indexer.errors import damaged_file

NAME = "clusters.bin"
MAGIC = b"FHRCLU2\n"

_HEADER = 16
_CHECKSUM = 4


class Table(NamedTuple):
    """The content of the file."""

    ids: NDArray[np.uint64]
    heads: NDArray[np.integer]
    digests: NDArray[np.uint32]
    recurring: NDArray[np.bool_]
    pairs: Pairs


EMPTY = Table(np.empty(0, np.uint64), NONE, np.empty(0, np.uint32), np.empty(0, bool), NO_PAIRS)


def read(path: Path) -> Table:
    """The file at ``path``. Raises DamagedIndexError."""
    try:
        data = path.read_bytes()
        count, pairs = np.frombuffer(data, "<u4", 2, len(MAGIC)).tolist()
        columns = [(count, "<u8"), *[(count, "<u4")] * 2, (count, "?"), *[(pairs, "<u4")] * 2, *[(pairs, "u1")] * 2]
        places = np.cumsum([_HEADER, *(items * np.dtype(kind).itemsize for items, kind in columns)]).tolist()
        checksum = int.from_bytes(data[places[-1] :], "little")
        if data[:8] != MAGIC or len(data) != places[-1] + _CHECKSUM or crc32(data[: places[-1]]) != checksum:
            raise ValueError("it is not what was written")
    except (OSError, ValueError) as error:
        raise damaged_file(path, error) from error
    ids, heads, digests, recurring, first, second, verdict, similarity = (
        np.frombuffer(data, kind, items, at) for (items, kind), at in zip(columns, places, strict=False)
    )
    for named in (heads, first, second):
        if len(named) and int(named.max()) >= count:
            raise damaged_file(path, "it names articles beyond its end")
    found = Pairs(first.astype(np.int64), second.astype(np.int64), verdict, similarity)
    return Table(ids, heads, digests, recurring, found)


def write(path: Path, table: Table) -> None:
    """Write ``table`` in place of the file at ``path``, of which other folders may hold links. Raises OSError."""
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
    """The articles that are alive, in the order of their ids, and what the file of clusters says of them.

    ``docs`` are their numbers over all segments. ``fresh`` are those that are new or changed since the file was
    written, ``bereft`` those of whose pairs the other article is gone or changed. ``pairs`` are the pairs that the file
    has of the others, ``known`` the clusters that they were in, ``recurring`` whether their wording recurs, all by the
    articles' places here.
    """

    docs: Ints
    ids: NDArray[np.uint64]
    digests: NDArray[np.uint32]
    fresh: NDArray[np.bool_]
    bereft: NDArray[np.bool_]
    known: Ints
    recurring: NDArray[np.bool_]
    pairs: Pairs

    @classmethod
    def of(cls, segments: Sequence[SegmentFile], alive: Sequence[NDArray[np.bool_]], before: Table) -> Present:
        """What is ``alive`` of ``segments``, and what the file held ``before``."""
        docs, ids = _ids(segments, alive, np.cumsum([0, *(segment.docs for segment in segments)]))
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
        # The first article of a cluster may be gone: then the others are bereft of it, and joined anew.
        kept = stayed & stayed[before.heads]
        known[place[kept]] = place[before.heads[kept]]
        recurring[place[stayed]] = before.recurring[stayed]
        first, second = place[before.pairs.first], place[before.pairs.second]
        bereft = np.zeros(len(ids), bool)
        bereft[first[(first >= 0) & (second < 0)]] = True
        bereft[second[(second >= 0) & (first < 0)]] = True
        pairs = before.pairs._replace(first=first, second=second).chosen((first >= 0) & (second >= 0))
        return cls(docs, ids, digests, fresh, bereft, known, recurring, pairs)

    def touched(self, pairs: Pairs, recurring: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """The articles of which something is not as it was, ``pairs`` and ``recurring`` being what there is now."""
        touched = self.fresh | self.bereft | (recurring & ~self.recurring)
        new = self.fresh[pairs.first] | self.fresh[pairs.second]
        touched[pairs.first[new]] = touched[pairs.second[new]] = True
        return touched


def _ids(
    segments: Sequence[SegmentFile], alive: Sequence[NDArray[np.bool_]], bases: Ints
) -> tuple[Ints, NDArray[np.uint64]]:
    """The articles that are alive, as numbers over all segments, and their ids, both in the order of these."""
    docs, ids = [np.empty(0, np.int64)], [np.empty(0, np.uint64)]
    for segment, mask, base in zip(segments, alive, bases.tolist(), strict=False):
        kept = mask[segment.arrays["id_docs"]]
        docs.append(segment.arrays["id_docs"][kept].astype(np.int64) + base)
        ids.append(segment.arrays["ids"][kept])
    order = np.argsort(np.concatenate(ids))
    return np.concatenate(docs)[order], np.concatenate(ids)[order]


class _Valued(NamedTuple):
    """The pairs of a cluster and a value that its articles have: the pair of each article with a copy, and its value.

    ``values`` are held so that nothing else gets their place in memory.
    """

    values: NDArray[np.int32]
    pair_of: Ints
    of_pair: Ints


class Clusters:
    """The clusters of one generation, by the numbers of its articles. Immutable, shared by threads.

    ``codes`` is the cluster of each article, ``sizes`` how many articles each cluster has.
    """

    def __init__(self, table: Table, segments: Sequence[SegmentFile], alive: NDArray[np.bool_]) -> None:
        """``alive`` is over all ``segments``. Raises ValueError where the table is that of other articles."""
        masks = np.split(alive, np.cumsum([segment.docs for segment in segments])[:-1]) if segments else []
        docs, ids = _ids(segments, masks, np.cumsum([0, *(segment.docs for segment in segments)]))
        if not np.array_equal(ids, table.ids):
            raise ValueError(f"{NAME} is that of other articles")
        self._ids = table.ids
        self._docs: NDArray[np.integer] = docs.astype(np.int32)
        self.codes = np.zeros(len(alive), np.int32)
        self.codes[docs] = table.heads
        self._alive = alive
        self.sizes = np.bincount(table.heads, minlength=len(ids))
        self.several = np.zeros(len(alive), bool)
        self.several[docs] = self.sizes[table.heads] > 1
        """Which articles have a copy."""
        self.rank = np.cumsum(self.several, dtype=np.int32) - 1
        """The number of each of these among them."""
        self._pairs: dict[int, _Valued] = {}

    def id_of(self, doc: int) -> str:
        """The id of the cluster that the article is in."""
        return f"{int(self._ids[self.codes[doc]]):016x}"

    def size_of(self, doc: int) -> int:
        """How many articles that cluster has."""
        return int(self.sizes[self.codes[doc]])

    def members(self, doc: int) -> Ints:
        """The articles of that cluster, by number."""
        return np.flatnonzero((self.codes == self.codes[doc]) & self._alive)

    def by_id(self, docs: Ints) -> NDArray[np.integer]:
        """``docs`` in the order of their ids."""
        wanted = np.zeros(len(self._alive), bool)
        wanted[docs] = True
        ordered: NDArray[np.integer] = self._docs[wanted[self._docs]]
        return ordered

    def behind(self, docs: NDArray[np.integer], article_id: str) -> int:
        """How many of ``docs``, which are in the order of their ids, have no greater id than this one."""
        place = int(np.searchsorted(self._ids, np.uint64(int(article_id, 16)), side="right"))
        passed = np.zeros(len(self._alive), bool)
        passed[self._docs[:place]] = True
        return int(np.count_nonzero(passed[docs]))

    def count(self, docs: Ints) -> int:
        """In how many clusters ``docs`` are."""
        copied = docs[self.several[docs]]
        present = np.zeros(len(self.sizes), bool)
        present[self.codes[copied]] = True
        return len(docs) - len(copied) + int(np.count_nonzero(present))

    def counter(self) -> Counter:
        """What counts for one search."""
        return Counter(self)

    def pairs(self, values: NDArray[np.int32]) -> _Valued:
        """The pairs of a cluster and one of ``values``, which has one of each article's, the same array each time."""
        known = self._pairs.get(id(values))
        if known is None:
            known = self._pairs[id(values)] = self._paired(values)
        return known

    def _paired(self, values: NDArray[np.int32]) -> _Valued:
        docs = np.flatnonzero(self.several)
        keys, pair_of = np.unique(self.codes[docs].astype(np.int64) << 32 | values[docs], return_inverse=True)
        return _Valued(values, pair_of.reshape(-1), keys & 0xFFFFFFFF)

    def firsts(self, docs: NDArray[np.integer]) -> Ints:
        """The places in ``docs`` of those that no other of their cluster precedes, ascending."""
        _, places = np.unique(self.codes[docs], return_index=True)
        return np.sort(places)


class Counter:
    """Counts clusters where `columns.each_counted` counts articles; for one search, which asks of the same articles."""

    def __init__(self, clusters: Clusters) -> None:
        self._clusters = clusters
        self._docs: Ints | None = None
        self._alone: NDArray[np.integer] = np.empty(0, np.int64)
        self._copied: NDArray[np.integer] = self._alone

    def __call__(self, values: NDArray[np.int32], docs: Ints) -> NDArray[np.int64]:
        """For each value from 0 on, in how many clusters there is one of ``docs`` that has it."""
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
