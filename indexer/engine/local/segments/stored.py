# SPDX-License-Identifier: GPL-3.0-or-later
"""Stores the articles of a segment: compressed JSON, one record after the other.

::

    8 bytes   "FHRDOC3\\n"
    ...       for each article its JSON (`Article.to_json`) in UTF-8, compressed by zlib

The section ``stored`` of the segment file holds where each record begins (see `packed`).
"""

from __future__ import annotations

import mmap
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.article import Article
from indexer.engine.local.segments.runs import Ints, starts_of
from indexer.engine.local.segments.sections import release
from indexer.errors import damaged_file

MAGIC = b"FHRDOC3\n"
# For records of 3 kB level 1 takes .6 of the time of zlib's default and makes a twelfth more bytes.
_LEVEL = 1

_AT_ONCE = 20_000
"""How many records are copied at a time."""


class StoredArticles:
    """A mapped file of this format. Immutable, so safe to share between threads."""

    def __init__(self, path: Path, starts: NDArray[np.uint64]) -> None:
        """``starts`` is the section of the segment file. Raises DamagedIndexError."""
        self.path = path
        self.starts = starts
        try:
            with path.open("rb") as file:
                self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            if self._data[:8] != MAGIC or len(self._data) < int(starts[-1]):
                raise ValueError("it is not a file of stored articles, or it is truncated")
        except (OSError, ValueError) as error:
            raise damaged_file(path, error) from error

    def release(self) -> None:
        """Gives back memory, see `sections.release`."""
        release(self._data)

    def article(self, doc: int) -> Article:
        """Returns the article with this number. Raises DamagedIndexError."""
        begin, end = self.starts[doc : doc + 2].tolist()
        try:
            return Article.from_json(zlib.decompress(self._data[begin:end]).decode("utf-8", "surrogatepass"))
        except (zlib.error, ValueError, TypeError, KeyError) as error:
            raise damaged_file(self.path, f"article {doc}: {error}") from error

    def records(self, first: int, last: int) -> memoryview:
        """Returns the compressed records of the articles from ``first`` to ``last`` - 1."""
        return memoryview(self._data)[int(self.starts[first]) : int(self.starts[last])]


def write(path: Path, articles: Sequence[Article]) -> Ints:
    """Writes the file of ``articles``. Returns where each record begins, and the end. Raises OSError."""
    records = [zlib.compress(article.to_json().encode("utf-8", "surrogatepass"), _LEVEL) for article in articles]
    with path.open("wb") as file:
        file.write(MAGIC)
        file.writelines(records)
    return len(MAGIC) + starts_of(np.fromiter(map(len, records), np.int64, len(records)))


def merge(path: Path, parts: Sequence[StoredArticles], alive: Sequence[NDArray[np.bool_]]) -> Ints:
    """Writes the file with the ``alive`` articles of ``parts``, in order.

    Returns the same as `write`. Raises OSError.
    """
    sizes = []
    with path.open("wb") as file:
        file.write(MAGIC)
        for part, mask in zip(parts, alive, strict=True):
            starts = part.starts.astype(np.int64)
            sizes.append(np.diff(starts)[mask])
            # Runs of articles that are not deleted are copied without decompression.
            edges = np.flatnonzero(np.diff(mask.astype(np.int8), prepend=0, append=0))
            for first, last in edges.reshape(-1, 2).tolist():
                for at in range(first, last, _AT_ONCE):
                    file.write(part.records(at, min(at + _AT_ONCE, last)))
                    part.release()
    return len(MAGIC) + starts_of(np.concatenate([np.empty(0, np.int64), *sizes]))
