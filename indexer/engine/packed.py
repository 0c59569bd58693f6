"""The segment file: all of a batch of articles but their texts, as arrays that are mapped and searched as they lie.

Immutable once written. All numbers little-endian::

    8 bytes   "FHRSEG3\\n"
    8 bytes   h, the length of the header
    h bytes   JSON: {"docs": n, "sections": {name: [dtype, offset in the file, items]}}, padded with spaces
    ...       the sections, each beginning at a multiple of 8

Articles are numbered from 0 in the order that they were added. Numbers whose width is not given are as wide as the
largest one of the segment needs (1, 2, 4 or 8 bytes). For the whole segment:

    lengths        n            weighted words of each article: title, lead and body as in `weights`
    dates          n, i4        minutes since 1970, ``NO_DATE`` for none
    ids            n, u8        the articles' ids, ascending; id_docs: n, whose id each is
    stored         n+1          where each article's record begins in the file of stored articles (see `stored`)
    sketches, shingles, digests see `sketches`
    C.codes        n            for C source and category: which name, 0 for none; the names:
    C.text, C.text_starts       k names from number 1 on in UTF-8, and where each begins (k+1)

For each tier T of surface, folded and stem, t terms having p postings:

    T.text         bytes        the terms in UTF-8, in ascending order of bytes
    T.text_starts  t+1          where each term begins in them
    T.hashes       t, u4        CRC-32 of the terms, ascending; T.hash_terms: t, whose each is
    T.starts       t+1          where each term's postings begin
    T.docs         p            the articles, ascending within a term; as wide as n - 1 needs
    T.weights      p            weighted frequency over title, lead and body, 65,535 at most

and for folded and stem, which have positions, q of them in all:

    T.counts       p            how often the term occurs in the article
    T.position_starts  t+1      where each term's positions begin
    T.positions    q            ascending within a posting

Positions below ``BODY_POSITION`` are in the title, those from it on in the body, so that no phrase runs from one into
the other.

The bases (words without clitics and article) that the articles hold, b of them, and which article holds which:

    base.text, base.text_starts   as the terms of a tier
    base.articles  b            how many articles hold it
    held.starts    n+1          where each article's bases begin
    held.bases     h            the bases, ascending within an article; held.weights: h, their weighted frequency

and the grams (`analyser.grams`) of the bases, g of them:

    gram.text, gram.text_starts, gram.hashes, gram.hash_terms   as the terms of a tier
    gram.articles  g            in how many articles a base with it occurs, one with several counted several times
    gram.starts    g+1          where each gram's bases begin
    gram.bases     ...          the bases that have it, ascending
"""

from __future__ import annotations

import json
import mmap
import os
import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, overload
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from indexer.arabic.analyser import TIERS, Tier
from indexer.errors import DamagedIndexError

MAGIC = b"FHRSEG3\n"
BODY_POSITION = 1_000
POSITIONAL: frozenset[Tier] = frozenset({"folded", "stem"})
MAX_WEIGHT = 0xFFFF
COLUMNS = ("source", "category")

_ID = re.compile("[0-9a-f]{16}")

Arrays = dict[str, NDArray[Any]]
Ints = NDArray[np.int64]
Layout = Mapping[str, tuple[np.dtype[Any], int]]
"""What an array of each name looks like: its type and how many items it has."""


class Postings(NamedTuple):
    """One term's articles, ascending, with their weighted frequencies.

    ``counts`` says how many of ``positions`` are each one's, in their order; both are empty in tiers without positions.
    """

    docs: NDArray[Any]
    weights: NDArray[Any]
    counts: NDArray[Any]
    positions: NDArray[Any]


_NOTHING = np.empty(0, "u1")
NO_POSTINGS = Postings(_NOTHING, _NOTHING, _NOTHING, _NOTHING)


class SegmentFile:
    """A file of this format, mapped. Immutable, so safe to share between threads."""

    def __init__(self, path: Path) -> None:
        """Raises DamagedIndexError."""
        try:
            with path.open("rb") as file:
                data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            if data[:8] != MAGIC:
                raise ValueError("it does not begin as such a file does")
            header = json.loads(data[16 : 16 + int.from_bytes(data[8:16], "little")])
            self.docs: int = header["docs"]
            self.arrays: Arrays = {
                name: np.frombuffer(data, dtype, items, offset)
                for name, (dtype, offset, items) in header["sections"].items()
            }
            self.terms: dict[Tier, Terms] = {tier: Terms(self.arrays, tier) for tier in TIERS}
            self._grams = Terms(self.arrays, "gram")
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise DamagedIndexError(f"{path} is damaged: {error}; run `fihrist index --rebuild PATH...`") from error
        self._ids = memoryview(self.arrays["ids"].data)

    def doc_of(self, article_id: str) -> int:
        """The number of the article with this id, -1 for none. A deleted one is still found."""
        if not _ID.fullmatch(article_id):
            return -1
        wanted = int(article_id, 16)
        at = bisect_left(self._ids, wanted)
        return int(self.arrays["id_docs"][at]) if at < len(self._ids) and self._ids[at] == wanted else -1

    def names(self, column: str) -> list[str]:
        """The names of a column, from number 0 on, which is "" and means none."""
        return ["", *texts(self.arrays, column)]

    def articles_with(self, gram: str) -> int:
        """In how many articles bases with ``gram`` occur; articles that hold several of them count several times."""
        number = self._grams.find(gram.encode("utf-8", "surrogatepass"))
        return int(self.arrays["gram.articles"][number]) if number >= 0 else 0

    def bases_with(self, gram: str) -> NDArray[Any]:
        """The numbers of the bases that have ``gram``, ascending."""
        number = self._grams.find(gram.encode("utf-8", "surrogatepass"))
        if number < 0:
            return _NOTHING
        first, last = self.arrays["gram.starts"][number : number + 2].tolist()
        return self.arrays["gram.bases"][first:last]

    def postings(self, tier: Tier, term: str) -> Postings:
        """The postings of ``term``; none if it isn't there."""
        number = self.terms[tier].find(term.encode("utf-8", "surrogatepass"))
        return NO_POSTINGS if number < 0 else self.numbered_postings(tier, number)

    def numbered_postings(self, tier: Tier, number: int) -> Postings:
        """The postings of the term with this number in the tier's `Terms`."""
        arrays = self.arrays
        first, last = arrays[f"{tier}.starts"][number : number + 2].tolist()
        docs, weights = arrays[f"{tier}.docs"][first:last], arrays[f"{tier}.weights"][first:last]
        if tier not in POSITIONAL:
            return Postings(docs, weights, _NOTHING, _NOTHING)
        begin, end = arrays[f"{tier}.position_starts"][number : number + 2].tolist()
        return Postings(docs, weights, arrays[f"{tier}.counts"][first:last], arrays[f"{tier}.positions"][begin:end])


def texts(arrays: Arrays, name: str) -> list[str]:
    """The texts of the sections ``name.text`` and ``name.text_starts``."""
    text, starts = arrays[f"{name}.text"].tobytes(), arrays[f"{name}.text_starts"].tolist()
    return [text[a:b].decode("utf-8", "surrogatepass") for a, b in pairwise(starts)]


class Terms(Sequence[bytes]):
    """The terms of a tier, or the grams, ascending; a term's number is its place among them."""

    def __init__(self, arrays: Arrays, tier: str) -> None:
        self._text = memoryview(arrays[f"{tier}.text"].data)
        self._starts = memoryview(arrays[f"{tier}.text_starts"].data)
        self._hashes = memoryview(arrays[f"{tier}.hashes"].data)
        self._hash_terms = memoryview(arrays[f"{tier}.hash_terms"].data)

    def __len__(self) -> int:
        return len(self._starts) - 1

    @overload
    def __getitem__(self, number: int) -> bytes: ...
    @overload
    def __getitem__(self, number: slice) -> list[bytes]: ...
    def __getitem__(self, number: int | slice) -> bytes | list[bytes]:
        if isinstance(number, slice):
            return [self[at] for at in range(*number.indices(len(self)))]
        if not 0 <= number < len(self):
            raise IndexError(number)
        return bytes(self._text[self._starts[number] : self._starts[number + 1]])

    def find(self, term: bytes) -> int:
        """The number of ``term``, or -1."""
        wanted = crc32(term)
        at = bisect_left(self._hashes, wanted)
        while at < len(self._hashes) and self._hashes[at] == wanted:
            number: int = self._hash_terms[at]
            if self[number] == term:
                return number
            at += 1
        return -1

    def having_prefix(self, prefix: bytes) -> range:
        """The numbers of the terms that begin with ``prefix``."""
        first = last = bisect_left(self, prefix)
        step = 1
        while last + step <= len(self) and self[last + step - 1].startswith(prefix):
            last, step = last + step, step * 2
        while step:
            if last + step <= len(self) and self[last + step - 1].startswith(prefix):
                last += step
            step //= 2
        return range(first, last)


def term_arrays(tier: str, terms: list[bytes]) -> Arrays:
    """The sections with ``terms``, which ascend."""
    hashes = np.fromiter(map(crc32, terms), np.uint32, len(terms))
    order = np.argsort(hashes, kind="stable")
    return {
        **text_arrays(tier, terms),
        f"{tier}.hashes": hashes[order],
        f"{tier}.hash_terms": narrowed(order),
    }


def text_arrays(name: str, encoded: list[bytes]) -> Arrays:
    """The sections ``name.text`` and ``name.text_starts`` that hold these texts in UTF-8."""
    lengths = np.fromiter(map(len, encoded), np.int64, len(encoded))
    return {f"{name}.text": np.frombuffer(b"".join(encoded), "u1"), f"{name}.text_starts": narrowed(starts_of(lengths))}


def starts_of(lengths: NDArray[Any]) -> Ints:
    """Where each of several runs of these lengths begins that lie one behind the other, and where the last one ends."""
    starts = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=starts[1:])
    return starts


def width(largest: int) -> np.dtype[Any]:
    """The narrowest type of whole numbers from 0 to ``largest``."""
    return np.dtype(next(f"<u{size}" for size in (1, 2, 4, 8) if largest < 1 << 8 * size))


def narrowed(numbers: NDArray[Any]) -> NDArray[Any]:
    """``numbers``, none of them negative, in the narrowest type that holds them."""
    return numbers.astype(width(int(numbers.max(initial=0))))


def write(path: Path, docs: int, arrays: Arrays) -> None:
    """Write a segment of ``docs`` articles. Raises OSError."""
    target = allocate(path, docs, {name: (array.dtype, len(array)) for name, array in arrays.items()})
    for name, array in arrays.items():
        target[name][:] = array


def allocate(path: Path, docs: int, layout: Layout) -> Arrays:
    """Make the file of a segment and return its sections, zero, to be written to. Raises OSError.

    The room is taken on the disk at once: a full one is told of here, where a write into a map would kill the process.
    """
    # The header's own length moves the sections, so they are placed after a header of a fixed, sufficient length.
    room = 256 + 96 * len(layout)
    offset = 16 + room
    places: dict[str, tuple[str, int, int]] = {}
    for name, (dtype, items) in layout.items():
        offset += -offset % 8
        places[name] = (dtype.str, offset, items)
        offset += dtype.itemsize * items
    header = json.dumps({"docs": docs, "sections": places}).encode().ljust(room)
    with path.open("w+b") as file:
        os.posix_fallocate(file.fileno(), 0, offset)
        file.write(MAGIC + len(header).to_bytes(8, "little") + header)
        file.flush()
        data = mmap.mmap(file.fileno(), offset)
    return {name: np.frombuffer(data, dtype, items, place) for name, (dtype, place, items) in places.items()}
