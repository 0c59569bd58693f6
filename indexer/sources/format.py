"""What every module of a format offers."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from indexer.sources.record import Item
from indexer.sources.records.fields import Fields


@dataclass(frozen=True, slots=True)
class Format:
    """A format of files.

    ``suffixes`` are the file names' extensions, small letters, with the dot. ``claims`` says of the first bytes of a
    file (up to `files.HEAD`) that they can be of this format only. ``read`` yields what a file holds, with the names
    of keys or columns where the format has such, and raises SourceError where nothing of it can be read.
    """

    suffixes: frozenset[str]
    claims: Callable[[bytes], bool]
    read: Callable[[io.BufferedReader, Fields], Iterator[Item]]
