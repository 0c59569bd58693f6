# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a catalog that came from elsewhere, after checking everything that runs rely on.

SQLite runs the views and triggers of a file, and keeps values of any type in any column. So the tables must be exactly
those of `catalog`, and every row must hold what `catalog` writes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from itertools import groupby
from pathlib import Path
from typing import Any

from indexer import moments
from indexer.catalog.catalog import TABLES, id_of
from indexer.catalog.published import ArticleEntry, FileEntry, read_only
from indexer.errors import SourceError

_AT_ONCE = 1_000

_TEXT = "(typeof({0}) = 'text' AND instr({0}, char(0)) = 0)"
_HEX = "(typeof({0}) = 'text' AND length({0}) = {1} AND {0} NOT GLOB '*[^0-9a-f]*')"
_WHOLE = "(typeof({0}) = 'integer')"
_MOMENT = f"(typeof({{0}}) = 'integer' AND {{0}} BETWEEN {moments.FIRST} AND {moments.LAST})"

_RIGHT = {
    "files": [*map(_TEXT.format, ("path", "key", "digest")), *map(_WHOLE.format, ("size", "mtime_ns", "ctime_ns"))],
    "articles": [
        _HEX.format("id", 16), _HEX.format("fingerprint", 32), _HEX.format("content", 32),
        *map(_TEXT.format, ("path", "source")), _MOMENT.format("indexed_at"),
        f"(fetched_at IS NULL OR {_MOMENT.format('fetched_at')})",
        "(twin_of = '' OR EXISTS "
        "(SELECT 1 FROM articles AS held WHERE held.id = articles.twin_of AND held.twin_of = ''))",
    ],
    "lines": [*map(_WHOLE.format, ("print", "id"))],
    "repeated": [_WHOLE.format("print")],
}  # fmt: skip
"""For each table the conditions that every row must meet."""


class ForeignCatalog:
    """A catalog that nobody changes any more. For one thread."""

    def __init__(self, path: Path) -> None:
        """Check the whole file. Raises SourceError if it is not a catalog, or not one that a run can use."""
        try:
            self._connection = read_only(path)
        except sqlite3.Error as error:
            raise _useless(error) from error
        try:
            # Both are for files of strangers: https://sqlite.org/security.html
            self._connection.execute("PRAGMA trusted_schema = OFF")
            self._connection.execute("PRAGMA cell_size_check = ON")
            self._check()
            self.articles = self._count("SELECT count(*) FROM articles WHERE twin_of = ''")
            """The number of articles of the index."""
            self.twins = self._count("SELECT count(*) FROM articles WHERE twin_of <> ''")
            """The number of twins (see `twins`)."""
        except sqlite3.Error as error:
            self.close()
            raise _useless(error) from error
        except SourceError:
            self.close()
            raise

    def files(self) -> Iterator[FileEntry]:
        """All files, by path. Raises SourceError, as all that follow do."""
        return (FileEntry(*row) for row in self._rows("SELECT * FROM files ORDER BY path"))

    def entries(self) -> Iterator[ArticleEntry]:
        """The articles of the index, by id."""
        return (ArticleEntry(*row) for row in self._rows("SELECT * FROM articles WHERE twin_of = '' ORDER BY id"))

    def twin_entries(self) -> Iterator[ArticleEntry]:
        """The twins, by id."""
        return (ArticleEntry(*row) for row in self._rows("SELECT * FROM articles WHERE twin_of <> '' ORDER BY id"))

    def lines(self) -> Iterator[Mapping[str, list[int]]]:
        """The short lines of pages, by article, some articles at a time."""
        some: dict[str, list[int]] = {}
        for number, rows in groupby(self._rows("SELECT id, print FROM lines ORDER BY id"), lambda row: row[0]):
            some[id_of(number)] = [row[1] for row in rows]
            if len(some) == _AT_ONCE:
                yield some
                some = {}
        yield some

    def repeated(self) -> Iterator[int]:
        """The lines that belong to no article's text."""
        return (row[0] for row in self._rows("SELECT print FROM repeated"))

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _check(self) -> None:
        """Raises SourceError or sqlite3.Error unless the file is whole and its rows are those of a catalog."""
        schema = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
        with closing(sqlite3.connect(":memory:")) as empty:
            empty.executescript(TABLES)
            if self._connection.execute(schema).fetchall() != empty.execute(schema).fetchall():
                raise _useless("its tables are not those of a catalog")
        (found,) = self._connection.execute("PRAGMA integrity_check(1)").fetchone()
        if found != "ok":
            raise _useless(found)
        for table, conditions in _RIGHT.items():
            wrong = f"SELECT count(*) FROM {table} WHERE ({' AND '.join(conditions)}) IS NOT 1"  # noqa: S608  # names of this module
            if count := self._count(wrong):
                raise _useless(f"{count} rows of the table {table} are not those of a catalog")

    def _count(self, query: str) -> int:
        return int(self._connection.execute(query).fetchone()[0])

    def _rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        try:
            cursor = self._connection.execute(query)
            while rows := cursor.fetchmany(_AT_ONCE):
                yield from rows
        except sqlite3.Error as error:
            raise _useless(error) from error


def _useless(reason: object) -> SourceError:
    return SourceError(f"its catalog is damaged: {' '.join(str(reason).split())[:200]}")
