# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads catalogs that were published: their entries, and the moments at which articles were first indexed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from indexer.errors import damaged_file


class FileEntry(NamedTuple):
    """One file as it was when it was read."""

    path: str
    key: str
    size: int
    mtime_ns: int
    ctime_ns: int
    digest: str


class ArticleEntry(NamedTuple):
    """One article of the index, or a twin of one."""

    id: str
    path: str
    source: str
    fingerprint: str
    content: str = ""
    twin_of: str = ""
    fetched_at: int | None = None
    indexed_at: int = 0


class KnownMoments:
    """When the archive first had the articles of a published catalog, twins included. For one thread."""

    def __init__(self, path: Path, built: int) -> None:
        """``built`` is the moment to assume if the catalog is so old that it holds no moments.

        Raises DamagedIndexError.
        """
        self._path = path
        try:
            self._connection = read_only(path)
            names = {row[1] for row in self._connection.execute("PRAGMA table_info(articles)")}
        except sqlite3.Error as error:
            raise damaged_file(path, error) from error
        if not {"id", "content"} <= names:
            raise damaged_file(path, "its articles are not those of a catalog")
        self._moment = "indexed_at" if "indexed_at" in names else str(int(built))

    def of_content(self, content: str) -> int | None:
        """The first moment of an article with this content, None if there is none. Raises DamagedIndexError."""
        return self._earliest("content", content)

    def of_id(self, article_id: str) -> int | None:
        """The moment of the article with this id, None if there is none. Raises DamagedIndexError."""
        return self._earliest("id", article_id)

    def _earliest(self, column: str, value: str) -> int | None:
        try:
            found = f"SELECT min({self._moment}) FROM articles WHERE {column} = ?"  # noqa: S608  # names of this module
            moment = self._connection.execute(found, (value,)).fetchone()[0]
        except sqlite3.Error as error:
            raise damaged_file(self._path, error) from error
        return None if moment is None else int(moment)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def read_articles(path: Path) -> Iterator[ArticleEntry]:
    """All articles of the index, by id, as the published catalog at ``path`` has them. Raises DamagedIndexError."""
    try:
        with closing(read_only(path)) as connection:
            for row in connection.execute("SELECT * FROM articles WHERE twin_of = '' ORDER BY id"):
                yield ArticleEntry(*row)
    except (sqlite3.Error, TypeError) as error:
        raise damaged_file(path, error) from error


def read_only(path: Path) -> sqlite3.Connection:
    """A connection to a published catalog, which nobody changes any more."""
    return sqlite3.connect(read_only_address(path), isolation_level=None, uri=True)


def read_only_address(path: Path) -> str:
    """The address by which SQLite opens a published catalog, without locks or journal."""
    return f"{path.absolute().as_uri()}?mode=ro&immutable=1"
