# SPDX-License-Identifier: GPL-3.0-or-later
"""Stores the stories of a generation in one file, the same for every engine that keeps files.

``stories.bin`` for n articles and k links, all numbers little-endian::

    8 bytes   "FHRSTO1\\n"
    4 bytes   n
    4 bytes   k
    n * 8     ids         the ids of the articles, ascending
    n * 4     heads       the story of each article, given as the index of one of its articles
    n * 4     days        the day of publication since 1970, ``NO_DAY`` if unknown
    n * 4     sources     CRC-32 of the name of the source, 0 for none
    4 bytes   CRC-32 of everything before it
    n * 4     digests     a checksum of what the signature was made from, see `sketches`
    n * 128   terms       the signature of each article, see `signatures`
    n * 32    weights
    k * 4     first       the links, see `linking`, with the weak ones that `grouping` needs
    k * 4     second
    k         strength
    4 bytes   CRC-32 of everything after the first checksum

Readers need the first part only. A run needs both: it keeps the signatures and links of what did not change.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from indexer.engine.copies.sketches import NO_DAY
from indexer.engine.stories.linking import Links
from indexer.engine.stories.signatures import TERMS, Ints, Signatures, empty_signatures

NAME = "stories.bin"
MAGIC = b"FHRSTO1\n"
"""Raise the number in it also if other articles become a story. A run makes a file of another number anew."""

_OF_ANY_VERSION = MAGIC[:-2]

_HEADER = 16
_CHECKSUM = 4

_NONE: Ints = np.empty(0, np.int64)
NO_LINKS = Links(_NONE, _NONE, _NONE)


class ToldArticles(NamedTuple):
    """The articles of a generation, ascending by id, as far as stories are made from them.

    ``ids``, ``digests``, ``days`` and ``sources`` are columns of the file. ``signatures`` are zero without a day.
    """

    ids: NDArray[np.uint64]
    digests: NDArray[np.uint32]
    days: Ints
    sources: NDArray[np.uint32]
    signatures: Signatures

    def chosen(self, rows: NDArray[np.bool_] | Ints) -> ToldArticles:
        """Returns some articles, in the order of ``rows``."""
        columns = (self.ids[rows], self.digests[rows], self.days[rows], self.sources[rows])
        return ToldArticles(*columns, self.signatures.rows(rows))


NO_ARTICLES = ToldArticles(
    np.empty(0, np.uint64), np.empty(0, np.uint32), _NONE, np.empty(0, np.uint32), empty_signatures(0)
)


class StoryHeads(NamedTuple):
    """What readers need; see the head of this module."""

    ids: NDArray[np.uint64]
    heads: Ints
    days: Ints
    sources: NDArray[np.uint32]


class StoryTable(NamedTuple):
    """The whole content of the file."""

    articles: ToldArticles
    heads: Ints
    links: Links

    @property
    def for_readers(self) -> StoryHeads:
        """What readers need of it."""
        return StoryHeads(self.articles.ids, self.heads, self.articles.days, self.articles.sources)


EMPTY = StoryTable(NO_ARTICLES, _NONE, NO_LINKS)


def content(table: StoryTable) -> bytes:
    """Returns the file that holds ``table``."""
    articles, links = table.articles, table.links
    counts = np.array([len(articles.ids), len(links.first)], "<u4").tobytes()
    first = (
        MAGIC
        + counts
        + _packed(
            [articles.ids.astype("<u8"), table.heads.astype("<u4"), articles.days.astype("<i4"), articles.sources]
        )
    )
    second = _packed(
        [
            articles.digests,
            articles.signatures.terms,
            articles.signatures.weights,
            links.first.astype("<u4"),
            links.second.astype("<u4"),
            links.strength.astype("u1"),
        ]
    )
    return first + _checksum(first) + second + _checksum(second)


def is_of_another_version(data: bytes | memoryview) -> bool:
    """Whether another version of this program wrote a file of stories."""
    return bytes(data[: len(_OF_ANY_VERSION)]) == _OF_ANY_VERSION and bytes(data[: len(MAGIC)]) != MAGIC


def heads_of(data: bytes | memoryview) -> StoryHeads:
    """Returns what readers need of a file. Raises ValueError."""
    return _for_readers(data, _places(data))


def table_of(data: bytes | memoryview) -> StoryTable:
    """Returns what a file holds. Raises ValueError."""
    places = _places(data)
    ids, heads, days, sources = _for_readers(data, places)
    second = places[4] + _CHECKSUM
    if crc32(data[second : places[-1]]) != int.from_bytes(data[places[-1] :], "little"):
        raise ValueError("the checksum of its second part is wrong")
    count, linked = len(ids), _counts(data)[1]
    digests = np.frombuffer(data, "<u4", count, second)
    terms = np.frombuffer(data, "<u4", count * TERMS, places[5]).reshape(count, TERMS)
    weights = np.frombuffer(data, "u1", count * TERMS, places[6]).reshape(count, TERMS)
    first, other = (np.frombuffer(data, "<u4", linked, at).astype(np.int64) for at in places[7:9])
    strength = np.frombuffer(data, "u1", linked, places[9]).astype(np.int64)
    if linked and int(max(first.max(), other.max())) >= count:
        raise ValueError("it links articles that it does not list")
    articles = ToldArticles(ids, digests, days, sources, Signatures(terms, weights))
    return StoryTable(articles, heads, Links(first, other, strength))


def _for_readers(data: bytes | memoryview, places: list[int]) -> StoryHeads:
    count = _counts(data)[0]
    end = places[4]
    if crc32(data[:end]) != int.from_bytes(data[end : end + _CHECKSUM], "little"):
        raise ValueError("its checksum is wrong")
    ids = np.frombuffer(data, "<u8", count, places[0])
    heads = np.frombuffer(data, "<u4", count, places[1]).astype(np.int64)
    days = np.frombuffer(data, "<i4", count, places[2]).astype(np.int64)
    sources = np.frombuffer(data, "<u4", count, places[3])
    if count and int(heads.max()) >= count:
        raise ValueError("it refers to articles that it does not list")
    return StoryHeads(ids, heads, days, sources)


def _places(data: bytes | memoryview) -> list[int]:
    """Returns where each column begins, with the first checksum as a column, and where the last one ends."""
    if len(data) < _HEADER or bytes(data[: len(MAGIC)]) != MAGIC:
        raise ValueError("it does not begin as a file of stories does")
    count, linked = _counts(data)
    sizes = [8, 4, 4, 4]
    places = [_HEADER]
    for size in sizes:
        places.append(places[-1] + size * count)
    places.append(places[-1] + _CHECKSUM + 4 * count)
    for size in (4 * TERMS * count, TERMS * count, 4 * linked, 4 * linked, linked):
        places.append(places[-1] + size)
    if len(data) != places[-1] + _CHECKSUM:
        raise ValueError("its size is wrong")
    assert all(one <= other for one, other in pairwise(places))
    return places


def _counts(data: bytes | memoryview) -> tuple[int, int]:
    count, linked = np.frombuffer(data, "<u4", 2, len(MAGIC)).tolist()
    return count, linked


def _packed(columns: list[NDArray[Any]]) -> bytes:
    return b"".join(np.ascontiguousarray(column).tobytes() for column in columns)


def _checksum(data: bytes) -> bytes:
    return crc32(data).to_bytes(_CHECKSUM, "little")


def day_known(days: Ints) -> NDArray[np.bool_]:
    """Returns which of ``days`` are known."""
    known: NDArray[np.bool_] = days != NO_DAY
    return known
