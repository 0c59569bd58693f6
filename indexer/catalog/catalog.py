# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalog: which files and articles a generation was made from, so that a run finds what changed.

The catalog is a SQLite file in each generation::

    files(path PRIMARY KEY, key UNIQUE, size, mtime_ns, ctime_ns, digest)
    articles(id PRIMARY KEY, path, source, fingerprint, content, twin_of, fetched_at, indexed_at)
    lines(print, id)              which pages have which short lines (`repeated`)
    repeated(print PRIMARY KEY)   the lines that belong to no article's text

``twin_of`` is "" for an article in the index. For a twin (`twins`), it is the id of the article in the index that has
the same content. ``key`` is the stable place of the file in the archive, from which article ids are made; `reindex`
chooses it. ``fetched_at`` (NULL if unknown) and ``indexed_at`` are moments (`moments`); a twin has its own. Sizes are
bytes, times are nanoseconds since 1970. ``mtime_ns`` is -1 if the time cannot be trusted.

A run reads the published catalog in place. The first change makes a copy, and all changes go to the copy, so that
a run that changes nothing copies nothing, and memory does not grow with the archive.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from indexer.catalog.published import ArticleEntry, FileEntry, read_only, read_only_address
from indexer.errors import damaged_file

TABLES = """
CREATE TABLE files (
    path TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE,
    size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, ctime_ns INTEGER NOT NULL, digest TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE articles (
    id TEXT PRIMARY KEY, path TEXT NOT NULL, source TEXT NOT NULL, fingerprint TEXT NOT NULL,
    content TEXT NOT NULL, twin_of TEXT NOT NULL, fetched_at INTEGER, indexed_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX articles_by_content ON articles (content);
CREATE INDEX articles_by_twin ON articles (twin_of) WHERE twin_of <> '';
CREATE INDEX articles_by_path ON articles (path);
CREATE TABLE lines (print INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (print, id)) WITHOUT ROWID;
CREATE INDEX lines_by_id ON lines (id);
CREATE TABLE repeated (print INTEGER PRIMARY KEY);
"""
"""The statements that make an empty catalog."""

_FAST = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA cache_size = -65536;
"""
"""For the copy that a run changes: no journal, since a run that fails throws the copy away, and 64 MiB of cache."""

_DIFFERENCE = """
SELECT coalesce(sum(mine.id IS NOT NULL AND theirs.id IS NULL), 0),
       coalesce(sum(mine.fingerprint <> theirs.fingerprint), 0),
       coalesce(sum(mine.id IS NULL AND theirs.id IS NOT NULL), 0)
FROM {} AS concerned
LEFT JOIN main.articles AS mine ON mine.id = concerned.id AND mine.twin_of = ''
LEFT JOIN older.articles AS theirs ON theirs.id = concerned.id AND theirs.twin_of = ''
"""


class Difference(NamedTuple):
    """How many articles were added, changed and deleted between an older catalog and this one."""

    added: int
    changed: int
    deleted: int


class Catalog:
    """The catalog of the next generation, for one thread.

    It begins as the published catalog. The first change makes the copy that all changes go to. Methods that change it
    raise OSError if the disk refuses; the copy is of no use afterwards.
    """

    def __init__(self, first: Path | None, make_copy: Callable[[], Path] | None = None) -> None:
        """``first`` is the catalog to begin with, whose content was checked; None for an empty one.

        ``make_copy`` is called at the first change. It returns the path of a copy of ``first``, or of a file that does
        not exist yet if that is None. Without ``make_copy``, changes are kept in memory (for small catalogs). Raises
        DamagedIndexError.
        """
        self._first = first
        self._make_copy = make_copy
        self._path = first
        self.changed = False
        """Whether anything was changed since it was opened."""
        if first is None:
            self._connection = sqlite3.connect("file::memory:", isolation_level=None, uri=True)
            self._connection.executescript(TABLES)
        else:
            try:
                self._connection = read_only(first)
                self._connection.execute("SELECT path FROM files LIMIT 1").fetchone()
            except sqlite3.Error as error:
                raise damaged_file(first, error) from error

    def files_under(self, folder: str) -> Iterator[FileEntry]:
        """The file named ``folder`` and the files under the folder of that name, ascending by path.

        Slashes at the end of ``folder`` do not matter.
        """
        below = folder.rstrip("/")
        if own := self.file(below):
            yield own
        # "0" follows "/" in the order of characters.
        rows = "SELECT * FROM files WHERE path > ? AND path < ? ORDER BY path"
        for row in self._rows(rows, f"{below}/", f"{below}0"):
            yield FileEntry(*row)

    def file(self, path: str) -> FileEntry | None:
        """What is known of the file at ``path``."""
        row = self._row("SELECT * FROM files WHERE path = ?", path)
        return FileEntry(*row) if row else None

    def path_of_key(self, key: str) -> str:
        """The path of the file that has this key, "" if there is none."""
        row = self._row("SELECT path FROM files WHERE key = ?", key)
        return str(row[0]) if row else ""

    def article(self, article_id: str) -> ArticleEntry | None:
        """What is known of the article or twin with this id."""
        row = self._row("SELECT * FROM articles WHERE id = ?", article_id)
        return ArticleEntry(*row) if row else None

    def articles_of(self, path: str) -> dict[str, ArticleEntry]:
        """The articles that were read from the file at ``path``, by id."""
        return {row[0]: ArticleEntry(*row) for row in self._rows("SELECT * FROM articles WHERE path = ?", path)}

    def put_file(self, entry: FileEntry) -> None:
        """Add the file, or replace what is known of it."""
        if self.file(entry.path) != entry:
            self._change("REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?)", [entry])

    def put_articles(self, entries: Iterable[ArticleEntry]) -> None:
        """Add the articles, or replace what is known of them."""
        entries = list(entries)
        self._touch(entry.id for entry in entries)
        self._change("REPLACE INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?)", entries)

    def drop_articles(self, ids: Iterable[str]) -> None:
        """Forget the articles with these ids."""
        ids = list(ids)
        self._touch(ids)
        self._change("DELETE FROM articles WHERE id = ?", [(article_id,) for article_id in ids])
        self._change("DELETE FROM lines WHERE id = ?", [(_number(article_id),) for article_id in ids])

    def put_lines(self, prints: Mapping[str, Iterable[int]]) -> None:
        """Set the lines of each of these articles, given by id."""
        self._change("DELETE FROM lines WHERE id = ?", [(_number(article_id),) for article_id in prints])
        rows = [(line, _number(article_id)) for article_id, lines in prints.items() for line in lines]
        self._change("INSERT INTO lines VALUES (?, ?)", sorted(rows))  # in order: a page of the file is written once

    def count_line(self, line: int) -> int:
        """How many articles have the line."""
        return self._count("SELECT count(*) FROM lines WHERE print = ?", line)

    def holders(self, line: int) -> list[str]:
        """The ids of the articles that have the line."""
        return [id_of(row[0]) for row in self._rows("SELECT id FROM lines WHERE print = ?", line)]

    def put_repeated(self, lines: Iterable[int]) -> None:
        """Add lines to those that belong to no article's text."""
        self._change("INSERT OR IGNORE INTO repeated VALUES (?)", [(line,) for line in lines])

    def repeated(self) -> set[int]:
        """The lines that belong to no article's text."""
        return {row[0] for row in self._rows("SELECT print FROM repeated")}

    def drop_file(self, path: str) -> None:
        """Forget the file, whose articles must have been dropped."""
        self._change("DELETE FROM files WHERE path = ?", [(path,)])

    def sources(self) -> dict[str, int]:
        """How many articles of the index each source has, by name."""
        return dict(
            self._rows("SELECT source, count(*) FROM articles WHERE twin_of = '' GROUP BY source ORDER BY source")
        )

    def count(self) -> int:
        """How many articles the index has."""
        return self._count("SELECT count(*) FROM articles") - self.count_twins()

    def count_twins(self) -> int:
        """How many twins there are: articles of the index that were found at one more path."""
        return self._count("SELECT count(*) FROM articles WHERE twin_of <> ''")

    def holder_of(self, content: str) -> str:
        """The id of the article of the index that has this content, "" if there is none."""
        row = self._row("SELECT id FROM articles WHERE content = ? AND twin_of = '' ORDER BY id", content)
        return str(row[0]) if row else ""

    def twins_of(self, article_id: str) -> list[ArticleEntry]:
        """The twins of an article, by id."""
        # SQLite uses the partial index only if the query repeats its condition.
        twins = "SELECT * FROM articles WHERE twin_of = ? AND twin_of <> '' ORDER BY id"
        return [ArticleEntry(*row) for row in self._rows(twins, article_id)]

    def difference(self, older: Path | None) -> Difference:
        """What changed since the published catalog ``older`` (None: an empty one). Raises DamagedIndexError."""
        if older is None:
            return Difference(self.count(), 0, 0)
        if older == self._first and not self.changed:
            return Difference(0, 0, 0)
        self.commit()
        try:
            self._connection.execute("ATTACH ? AS older", (read_only_address(older),))
            try:
                concerned = "temp.touched"
                if older != self._first:
                    concerned = "(SELECT id FROM main.articles UNION SELECT id FROM older.articles)"
                return Difference(*self._connection.execute(_DIFFERENCE.format(concerned)).fetchone())
            finally:
                self._connection.execute("DETACH older")
        except sqlite3.Error as error:
            raise damaged_file(older, error) from error

    def commit(self) -> None:
        """Write all changes to the copy's file. Raises OSError."""
        if self._connection.in_transaction:
            self._run(lambda: self._connection.execute("COMMIT"))

    def close(self) -> None:
        """Close the file. What was not committed is lost."""
        self._connection.close()

    def _rows(self, query: str, *values: object) -> Iterator[tuple[Any, ...]]:
        cursor = self._run(lambda: self._connection.execute(query, values))
        while rows := self._run(lambda: cursor.fetchmany(256)):
            yield from rows

    def _row(self, query: str, *values: object) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = self._run(lambda: self._connection.execute(query, values).fetchone())
        return row

    def _count(self, query: str, *values: object) -> int:
        row = self._row(query, *values)
        return int(row[0]) if row else 0

    def _touch(self, ids: Iterable[str]) -> None:
        """Note the articles that may differ from those of the first catalog."""
        if self._first is not None:
            self._change("INSERT OR IGNORE INTO temp.touched VALUES (?)", [(article_id,) for article_id in ids])

    def _change(self, statement: str, rows: list[Any]) -> None:
        if not rows:
            return
        if not self.changed:
            self._begin_changes()
        if not self._connection.in_transaction:
            self._run(lambda: self._connection.execute("BEGIN"))
        self._run(lambda: self._connection.executemany(statement, rows))

    def _begin_changes(self) -> None:
        """Go on with a copy, which may be changed."""
        if self._make_copy:
            path = self._path = self._make_copy()
            self._connection.close()
            self._connection = self._run(
                lambda: sqlite3.connect(path.absolute().as_uri(), isolation_level=None, uri=True)
            )
            self._run(lambda: self._connection.executescript(_FAST))
            if self._first is None:
                self._run(lambda: self._connection.executescript(TABLES))
        elif self._first is not None:
            copy = sqlite3.connect("file::memory:", isolation_level=None, uri=True)
            self._run(lambda: self._connection.backup(copy))
            self._connection.close()
            self._connection = copy
        if self._first is not None:
            touched = "CREATE TEMP TABLE touched (id TEXT PRIMARY KEY) WITHOUT ROWID"
            self._run(lambda: self._connection.execute(touched))
        self.changed = True

    def _run(self, work: Callable[[], Any]) -> Any:
        try:
            return work()
        except sqlite3.Error as error:
            raise OSError(f"{self._path}: {error}") from error


def id_of(number: int) -> str:
    """The id of an article that the table ``lines`` has as ``number``."""
    return f"{number % 2**64:016x}"


def _number(article_id: str) -> int:
    """The id as SQLite's signed 64 bits."""
    number = int(article_id, 16)
    return number - 2**64 if number >= 2**63 else number
