# SPDX-License-Identifier: GPL-3.0-or-later
"""Defines `Format`, which each module of a format fills in."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from indexer.sources.record import Item
from indexer.sources.records.fields import FieldNames


@dataclass(frozen=True, slots=True)
class Format:
    """A file format: how its files are recognised, and how they are read.

    ``suffixes`` are the extensions of file names in lower case, with the dot. ``claims`` says whether the first bytes
    of a file (up to `files.HEAD`) can only be of this format. ``read`` yields the articles of an open file;
    ``FieldNames`` say which keys or columns hold which field, where the format has those. ``read`` raises SourceError
    if nothing in the file can be read.
    """

    suffixes: frozenset[str]
    claims: Callable[[bytes], bool]
    read: Callable[[io.BufferedReader, FieldNames], Iterator[Item]]
