"""The clusters of a generation: a file of its own beside the segments, since an article's cluster changes without it.

``clusters.bin``, all numbers little-endian, n articles::

    8 bytes   "FHRCLU1\\n"
    4 bytes   n
    4 bytes   CRC-32 of the rest
    n * 8     ids        the articles' ids, ascending
    n * 4     heads      the cluster that each is in: the place of its first article among them
    n * 4     digests    the text that this was found with, see `sketches`

An article that has no copy is a cluster by itself. The id of a cluster is that of its first article, the one with the
least id: it is the same whatever order the articles came in, and changes only where an article with a lesser id joins
or the first one leaves. Clusters are brought up to date by what is new, changed or gone since the file was written: a
cluster that lost an article is looked at anew, and falls apart where only that one held it together.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from indexer.arabic.analyser import Analyser
from indexer.engine import copies, sketches
from indexer.engine.copies import ALL, Share
from indexer.engine.packed import SegmentFile
from indexer.engine.runs import Ints
from indexer.engine.stored import StoredArticles
from indexer.errors import DamagedIndexError

NAME = "clusters.bin"
MAGIC = b"FHRCLU1\n"

_READS_A_RELEASE = 10_000

_HEADER = 16
_ROW = 16


class Table(NamedTuple):
    """The content of the file."""

    ids: NDArray[np.uint64]
    heads: NDArray[np.uint32]
    digests: NDArray[np.uint32]


def read(path: Path) -> Table:
    """The file at ``path``. Raises DamagedIndexError."""
    try:
        data = path.read_bytes()
        count, checksum = np.frombuffer(data, "<u4", 2, 8).tolist()
        if data[:8] != MAGIC or len(data) != _HEADER + _ROW * count or crc32(data[_HEADER:]) != checksum:
            raise ValueError("it is not what was written")
    except (OSError, ValueError) as error:
        raise DamagedIndexError(f"{path} is damaged: {error}; run `fihrist index --rebuild PATH...`") from error
    places = (_HEADER, _HEADER + 8 * count, _HEADER + 12 * count)
    table = Table(*(np.frombuffer(data, t, count, at) for t, at in zip(("<u8", "<u4", "<u4"), places, strict=True)))
    if count and int(table.heads.max()) >= count:
        raise DamagedIndexError(
            f"{path} is damaged: it names articles beyond its end; run `fihrist index --rebuild PATH...`"
        )
    return table


def write(path: Path, table: Table) -> None:
    """Write ``table`` in place of the file at ``path``, of which other folders may hold links. Raises OSError."""
    content = b"".join(np.ascontiguousarray(array).tobytes() for array in table)
    numbers = np.array([len(table.ids), crc32(content)], "<u4").tobytes()
    path.unlink(missing_ok=True)
    path.write_bytes(MAGIC + numbers + content)


def pairs(
    folder: Path,
    segments: Sequence[SegmentFile],
    articles: Sequence[StoredArticles],
    alive: Sequence[NDArray[np.bool_]],
    analyser: Analyser,
    share: Share = ALL,
) -> Ints:
    """See `copies.pairs`; articles are numbered by their ids' order, and fresh where the file in ``folder`` lacks them.

    Raises OSError, DamagedIndexError.
    """
    present = _Present.of(folder, segments, alive)
    if not present.fresh.any():
        return np.empty((0, 2), np.int64)
    bases, docs = present.bases, present.docs
    rows = np.concatenate([sketches.rows(segment.arrays["sketches"]) for segment in segments])[docs]
    sizes = np.concatenate([segment.arrays["shingles"] for segment in segments])[docs].astype(np.int64)
    reads = itertools.count(1)

    def body(place: int) -> str:
        doc = int(docs[place])
        segment = int(np.searchsorted(bases, doc, side="right")) - 1
        if next(reads) % _READS_A_RELEASE == 0:
            for each in articles:
                each.release()
        return articles[segment].article(doc - int(bases[segment])).body

    return copies.pairs(rows, sizes, present.known, present.fresh, body, analyser, share)


def update(
    folder: Path, segments: Sequence[SegmentFile], alive: Sequence[NDArray[np.bool_]], found: Sequence[Ints]
) -> None:
    """Bring the file in ``folder`` up to what is ``alive`` of ``segments`` and to the pairs of all shares.

    Raises OSError, DamagedIndexError.
    """
    present = _Present.of(folder, segments, alive)
    heads = copies.clusters(present.known, np.concatenate([np.empty((0, 2), np.int64), *found]))
    write(folder / NAME, Table(present.ids, heads.astype("<u4"), present.digests.astype("<u4")))


class _Present(NamedTuple):
    """The articles that are alive, in the order of their ids, and what the file knows of them.

    ``docs`` are their numbers over all segments, whose first ones are ``bases``; for the others see `_known`.
    """

    docs: Ints
    bases: Ints
    ids: NDArray[np.uint64]
    digests: NDArray[np.uint32]
    known: Ints
    fresh: NDArray[np.bool_]

    @classmethod
    def of(cls, folder: Path, segments: Sequence[SegmentFile], alive: Sequence[NDArray[np.bool_]]) -> _Present:
        bases = np.cumsum([0, *(segment.docs for segment in segments)])
        docs, ids = _ids(segments, alive, bases)
        path = folder / NAME
        nothing = np.empty(0, np.uint32)
        digests = np.concatenate([nothing, *(segment.arrays["digests"] for segment in segments)])[docs]
        return cls(docs, bases, ids, digests, *_known(read(path) if path.exists() else None, ids, digests))


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


def _known(
    before: Table | None, ids: NDArray[np.uint64], digests: NDArray[np.uint32]
) -> tuple[Ints, NDArray[np.bool_]]:
    """The clusters known of the articles ``ids``, and which of these must be looked at."""
    alone = np.arange(len(ids))
    if before is None or not len(before.ids):
        return alone, np.ones(len(ids), bool)
    there = np.minimum(np.searchsorted(before.ids, ids), len(before.ids) - 1)
    same = (before.ids[there] == ids) & (before.digests[there] == digests)
    stayed = np.zeros(len(before.ids), bool)
    stayed[there[same]] = True
    broken = np.zeros(len(before.ids), bool)
    broken[before.heads[~stayed]] = True
    fresh = ~same | broken[before.heads[there]]
    # An unbroken cluster has its first article still, and its place among the new ones is what is sought.
    place = np.zeros(len(before.ids), np.int64)
    place[there[same]] = alone[same]
    return np.where(fresh, alone, place[before.heads[there]]), fresh


class _Pairs(NamedTuple):
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
        self._pairs: dict[int, _Pairs] = {}

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

    def pairs(self, values: NDArray[np.int32]) -> _Pairs:
        """The pairs of a cluster and one of ``values``, which has one of each article's, the same array each time."""
        known = self._pairs.get(id(values))
        if known is None:
            known = self._pairs[id(values)] = self._paired(values)
        return known

    def _paired(self, values: NDArray[np.int32]) -> _Pairs:
        docs = np.flatnonzero(self.several)
        keys, pair_of = np.unique(self.codes[docs].astype(np.int64) << 32 | values[docs], return_inverse=True)
        return _Pairs(values, pair_of.reshape(-1), keys & 0xFFFFFFFF)

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
