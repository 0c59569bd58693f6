"""The tiers of one segment as packed arrays in one file, mapped into memory and read as they lie.

Everything is little-endian; each section begins at a multiple of 8 bytes::

    8 bytes    "FHRTIER1"
    8 bytes    h, the length of what follows
    h bytes    JSON: {"docs": n, "sections": {name: [dtype, offset, items]}}, offsets from the beginning of the file
    sections

    lengths          uint32[n]     weighted number of words, by article
    T.text           uint8[]       the T terms of a tier in UTF-8, ascending
    T.text_starts    uint32[T+1]   where each term begins in T.text
    T.starts         uint32[T+1]   where each term's postings begin in the three arrays below
    T.docs           uint32[P]     article numbers, ascending for each term
    T.weights        uint16[P]     weighted frequency (`weights`), 65,535 at most
    T.value_starts   uint32[P+1]   where each posting's positions begin in T.values; only in tiers with positions
    T.values         uint8[]       positions ascending, as differences in base 128: seven bits a byte, low bits
                                   first, the high bit set on all but a number's last byte

for T in the tiers surface, folded, stem, gram; folded and stem have positions. Positions below ``BODY_POSITION`` are
in the title, those from it on in the body, so that no phrase runs from one into the other.
"""

from __future__ import annotations

import json
import mmap
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from indexer.arabic.analyser import Tier
from indexer.errors import DamagedIndexError

MAGIC = b"FHRTIER1"
BODY_POSITION = 1_000
POSITIONAL: frozenset[Tier] = frozenset({"folded", "stem"})
MAX_WEIGHT = 0xFFFF

Arrays = dict[str, NDArray[Any]]


class Postings(NamedTuple):
    """One term's articles, ascending, with their weighted frequencies; ``values`` packs each one's positions."""

    docs: NDArray[np.uint32]
    weights: NDArray[np.uint16]
    value_starts: NDArray[np.uint32]
    values: NDArray[np.uint8]

    def positions(self, at: int) -> list[int]:
        """The positions of the posting at index ``at``."""
        return unpack(self.values[self.value_starts[at] : self.value_starts[at + 1]].tobytes())


_NO_POSTINGS = Postings(np.empty(0, "u4"), np.empty(0, "u2"), np.zeros(1, "u4"), np.empty(0, "u1"))


class PackedSegment:
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
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise DamagedIndexError(f"{path} is damaged: {error}; run `fihrist index --rebuild PATH...`") from error
        self._terms: dict[str, _Terms] = {
            name.removesuffix(".text"): _Terms(array, self.arrays[f"{name}_starts"])
            for name, array in self.arrays.items()
            if name.endswith(".text")
        }

    def postings(self, tier: Tier, term: str) -> Postings:
        """The postings of ``term``; none if it isn't there."""
        number = self._terms[tier].find(term.encode("utf-8", "surrogatepass"))
        if number < 0:
            return _NO_POSTINGS
        arrays = self.arrays
        first, last = arrays[f"{tier}.starts"][number : number + 2].tolist()
        docs, weights = arrays[f"{tier}.docs"][first:last], arrays[f"{tier}.weights"][first:last]
        if tier not in POSITIONAL:
            return Postings(docs, weights, _NO_POSTINGS.value_starts, _NO_POSTINGS.values)
        return Postings(docs, weights, arrays[f"{tier}.value_starts"][first : last + 1], arrays[f"{tier}.values"])

    def terms(self, tier: Tier) -> list[bytes]:
        """All terms of ``tier``, ascending."""
        return list(self._terms[tier])


class _Terms(Sequence[bytes]):
    """A sorted list of byte strings in two arrays."""

    def __init__(self, text: NDArray[np.uint8], starts: NDArray[np.uint32]) -> None:
        self._text = memoryview(text.data)
        self._starts = memoryview(starts.data)

    def __len__(self) -> int:
        return len(self._starts) - 1

    @overload
    def __getitem__(self, number: int) -> bytes: ...
    @overload
    def __getitem__(self, number: slice) -> list[bytes]: ...
    def __getitem__(self, number: int | slice) -> bytes | list[bytes]:
        if isinstance(number, slice):
            return [self[at] for at in range(*number.indices(len(self)))]
        if number >= len(self):
            raise IndexError(number)
        return bytes(self._text[self._starts[number] : self._starts[number + 1]])

    def find(self, term: bytes) -> int:
        """The number of ``term``, or -1."""
        at = bisect_left(self, term)
        return at if at < len(self) and self[at] == term else -1


def write(path: Path, docs: int, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write a segment of ``docs`` articles. Raises OSError."""
    places: dict[str, tuple[str, int, int]] = {}
    # The header's own length moves the sections, so they are placed after a header of a fixed, sufficient length.
    room = 256 + 96 * len(arrays)
    offset = 16 + room
    for name, array in arrays.items():
        offset += -offset % 8
        places[name] = (array.dtype.str, offset, len(array))
        offset += array.nbytes
    header = json.dumps({"docs": docs, "sections": places}).encode().ljust(room)
    with path.open("wb") as file:
        file.write(MAGIC + len(header).to_bytes(8, "little") + header)
        for name, array in arrays.items():
            file.write(b"\0" * (places[name][1] - file.tell()))
            file.write(np.ascontiguousarray(array).data)


def tier_arrays(
    tier: Tier, terms: list[bytes], starts: NDArray[np.int64], docs: NDArray[Any], weights: NDArray[Any]
) -> Arrays:
    """The sections of a tier without its positions."""
    lengths = np.fromiter(map(len, terms), np.int64, len(terms))
    return {
        f"{tier}.text": np.frombuffer(b"".join(terms), "u1"),
        f"{tier}.text_starts": np.concatenate([[0], np.cumsum(lengths)]).astype("<u4"),
        f"{tier}.starts": starts.astype("<u4"),
        f"{tier}.docs": docs.astype("<u4"),
        f"{tier}.weights": np.minimum(weights, MAX_WEIGHT).astype("<u2"),
    }


def pack(numbers: NDArray[np.int64]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Whole numbers from 0 to 2^35 in base 128, as the module describes, and how many bytes each one took."""
    sizes = np.ones(len(numbers), np.int64)
    for bits in (7, 14, 21, 28):
        sizes += numbers >= 1 << bits
    ends = np.cumsum(sizes)
    packed = np.zeros(int(ends[-1]) if len(ends) else 0, "u1")
    for byte in range(5):
        here = sizes > byte
        more = (sizes[here] > byte + 1).astype(np.int64) << 7
        packed[(ends - sizes)[here] + byte] = (numbers[here] >> (7 * byte) & 127) | more
    return packed, sizes


def unpack(value: bytes) -> list[int]:
    """The ascending numbers whose differences `pack` packed."""
    positions = []
    position = shift = rest = 0
    for byte in value:
        rest |= (byte & 127) << shift
        if byte & 128:
            shift += 7
        else:
            position += rest
            positions.append(position)
            shift = rest = 0
    return positions
