# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads and writes the sections of a segment file: named arrays after a header that gives the place of each."""

from __future__ import annotations

import json
import mmap
import shutil
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import IO, Any, NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from indexer.errors import damaged_file

MAGIC = b"FHRSEG7\n"

_IN_MEMORY = 4 << 20
"""A section that is written in parts moves to a temporary file when it is longer than this many bytes."""

Arrays = dict[str, NDArray[Any]]


class Sections(NamedTuple):
    """The number of articles in a file, its sections, the CRC-32 of each if stored, and the map that holds them."""

    docs: int
    arrays: Arrays
    checksums: dict[str, int]
    mapped: mmap.mmap


def read(path: Path) -> Sections:
    """Maps the file at ``path``. Raises DamagedIndexError."""
    try:
        with path.open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        if data[:8] != MAGIC:
            raise ValueError("it does not have the signature of a segment file")
        header = json.loads(data[16 : 16 + int.from_bytes(data[8:16], "little")])
        places = header["sections"]
        arrays = {name: np.frombuffer(data, place[0], place[2], place[1]) for name, place in places.items()}
        checksums = {name: place[3] for name, place in places.items() if len(place) > 3}
        return Sections(header["docs"], arrays, checksums, data)
    except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
        raise damaged_file(path, error) from error


def release(data: mmap.mmap) -> None:
    """Gives the memory of the pages read so far back to the system; they are read again when needed.

    Otherwise all that was ever read of the file would count as memory of the process.
    """
    data.madvise(mmap.MADV_DONTNEED)


class SegmentWriter:
    """Writes a segment file from sections that are given whole or in parts.

    The file exists once the ``with`` block ends without an error.
    """

    def __init__(self, path: Path, docs: int) -> None:
        self._path = path
        self._docs = docs
        self._whole: dict[str, NDArray[Any]] = {}
        self._parts: dict[str, tuple[np.dtype[Any], IO[bytes]]] = {}
        self._checksums: dict[str, int] = {}
        self._open = ExitStack()

    def __enter__(self) -> SegmentWriter:
        return self

    def put(self, name: str, array: NDArray[Any]) -> None:
        """Sets the section ``name``."""
        self._whole[name] = array

    def put_all(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Sets several sections."""
        self._whole.update(arrays)

    def append(self, name: str, array: NDArray[Any]) -> None:
        """Appends to the section ``name``; all its parts must have one dtype. Raises OSError."""
        if name not in self._parts:
            spool = SpooledTemporaryFile(max_size=_IN_MEMORY, dir=str(self._path.parent))  # noqa: SIM115  # __exit__ does
            self._parts[name] = (array.dtype, self._open.enter_context(spool))
        dtype, part = self._parts[name]
        if dtype != array.dtype:
            raise TypeError(f"section {name} has the dtype {dtype}, not {array.dtype}")
        content = np.ascontiguousarray(array).data
        part.write(content)
        self._checksums[name] = crc32(content, self._checksums.get(name, 0))

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Writes the file, unless an exception was raised. Raises OSError."""
        with self._open:
            if kind is None:
                self._write()

    def _write(self) -> None:
        sizes = {name: (array.dtype, len(array)) for name, array in self._whole.items()}
        sizes |= {name: (dtype, part.tell() // dtype.itemsize) for name, (dtype, part) in self._parts.items()}
        # Sections are placed after a header of fixed, sufficient length, as their offsets change its length.
        room = 256 + 108 * len(sizes)
        offset = 16 + room
        places: dict[str, tuple[str, int, int, int]] = {}
        for name, (dtype, items) in sizes.items():
            offset += -offset % 8
            if name in self._whole:
                self._checksums[name] = crc32(np.ascontiguousarray(self._whole[name]).data)
            places[name] = (dtype.str, offset, items, self._checksums[name])
            offset += dtype.itemsize * items
        header = json.dumps({"docs": self._docs, "sections": places}).encode().ljust(room)
        with self._path.open("wb") as file:
            file.write(MAGIC + len(header).to_bytes(8, "little") + header)
            for name, (_, place, *_) in places.items():
                file.write(bytes(place - file.tell()))
                if name in self._whole:
                    file.write(np.ascontiguousarray(self._whole[name]).data)
                else:
                    part = self._parts[name][1]
                    part.seek(0)
                    shutil.copyfileobj(part, file, 1 << 20)


def width(largest: int) -> np.dtype[Any]:
    """Returns the narrowest unsigned dtype that holds all numbers from 0 to ``largest``."""
    return np.dtype(next(f"<u{size}" for size in (1, 2, 4, 8) if largest < 1 << 8 * size))


def narrowed(numbers: NDArray[Any]) -> NDArray[Any]:
    """Returns ``numbers``, none of them negative, in the narrowest dtype that holds them."""
    return numbers.astype(width(int(numbers.max(initial=0))))
