"""The catalog: which files and articles a generation was made from, so that a run finds what changed.

An SQLite file in each generation::

    files(path PRIMARY KEY, key UNIQUE, size, mtime_ns, ctime_ns, digest)
    articles(id PRIMARY KEY, path, source, fingerprint, content, twin_of, fetched_at, indexed_at)
    lines(print, id)              which short lines which pages have (`repeated`)
    repeated(print PRIMARY KEY)   the lines that are no article's text

``twin_of`` is "" for an article in the index, else the id of the one there that has the same content (`twins`).
``key`` is the file's stable place in the archive (`reindex` says how it is chosen), from which article ids are made.
``fetched_at`` (NULL where it is not known) and ``indexed_at`` are moments (`moments`), of a twin its own.
Sizes are bytes, times nanoseconds since 1970, ``mtime_ns`` -1 where the time is not to be trusted.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from indexer.errors import damaged_file

_TABLES = """
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

_DIFFERENCE = """
SELECT coalesce(sum(mine.id IS NOT NULL AND theirs.id IS NULL), 0),
       coalesce(sum(mine.fingerprint <> theirs.fingerprint), 0),
       coalesce(sum(mine.id IS NULL AND theirs.id IS NOT NULL), 0)
FROM {} AS concerned
LEFT JOIN main.articles AS mine ON mine.id = concerned.id AND mine.twin_of = ''
LEFT JOIN older.articles AS theirs ON theirs.id = concerned.id AND theirs.twin_of = ''
"""


class FileEntry(NamedTuple):
    """One file as it was when it was read."""

    path: str
    key: str
    size: int
    mtime_ns: int
    ctime_ns: int
    digest: str


class ArticleEntry(NamedTuple):
    """One article of the index, or the twin of one."""

    id: str
    path: str
    source: str
    fingerprint: str
    content: str = ""
    twin_of: str = ""
    fetched_at: int | None = None
    indexed_at: int = 0


class Difference(NamedTuple):
    """How many articles a catalog has that an older one has not, has otherwise, and has no more."""

    added: int
    changed: int
    deleted: int


class Catalog:
    """A catalog in memory, for one thread: a run changes it and saves it with the generation that it describes."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect("file::memory:", isolation_level=None, uri=True)
        self._origin: Path | None = None
        self._touched: set[str] = set()

    @classmethod
    def copy_of(cls, path: Path | None) -> Catalog:
        """A copy of the published catalog at ``path``, which was compared with its digest, or an empty one."""
        catalog = cls()
        catalog._origin = path
        if path is None:
            catalog._connection.executescript(_TABLES)
        else:
            try:
                with closing(_published(path)) as origin:
                    origin.backup(catalog._connection)
            except sqlite3.Error as error:
                raise damaged_file(path, error) from error
        return catalog

    def save(self, path: Path) -> None:
        """Write the catalog to a new file. Raises OSError where the disk refuses."""
        try:
            with closing(sqlite3.connect(path)) as copy:
                self._connection.backup(copy)
        except sqlite3.Error as error:
            raise OSError(f"{path}: {error}") from error

    def files(self) -> dict[str, FileEntry]:
        """All files by path."""
        return {row[0]: FileEntry(*row) for row in self._connection.execute("SELECT * FROM files")}

    def articles_of(self, path: str) -> dict[str, ArticleEntry]:
        """The articles read from the file at ``path``, by id."""
        rows = self._connection.execute("SELECT * FROM articles WHERE path = ?", (path,))
        return {row[0]: ArticleEntry(*row) for row in rows}

    def put_file(self, entry: FileEntry) -> None:
        """Add the file or replace what is known of it."""
        self._connection.execute("REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?)", entry)

    def put_articles(self, entries: Iterable[ArticleEntry]) -> None:
        """Add articles or replace what is known of them."""
        entries = list(entries)
        self._touched.update(entry.id for entry in entries)
        self._connection.executemany("REPLACE INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?)", entries)

    def drop_articles(self, ids: Iterable[str]) -> None:
        """Forget the articles with these ids."""
        ids = list(ids)
        self._touched.update(ids)
        self._connection.executemany("DELETE FROM articles WHERE id = ?", ((article_id,) for article_id in ids))
        self._connection.executemany("DELETE FROM lines WHERE id = ?", ((_number(article_id),) for article_id in ids))

    def put_lines(self, prints: Mapping[str, Iterable[int]]) -> None:
        """Set which lines each of these articles has, by its id."""
        self._connection.executemany(
            "DELETE FROM lines WHERE id = ?", ((_number(article_id),) for article_id in prints)
        )
        rows = ((line, _number(article_id)) for article_id, lines in prints.items() for line in lines)
        self._connection.executemany("INSERT INTO lines VALUES (?, ?)", rows)

    def count_line(self, line: int) -> int:
        """How many articles have the line."""
        return int(self._connection.execute("SELECT count(*) FROM lines WHERE print = ?", (line,)).fetchone()[0])

    def holders(self, line: int) -> list[str]:
        """The ids of the articles that have the line."""
        rows = self._connection.execute("SELECT id FROM lines WHERE print = ?", (line,))
        return [f"{row[0] % 2**64:016x}" for row in rows]

    def put_repeated(self, lines: Iterable[int]) -> None:
        """Add to the lines that are no article's text."""
        self._connection.executemany("INSERT OR IGNORE INTO repeated VALUES (?)", ((line,) for line in lines))

    def repeated(self) -> set[int]:
        """The lines that are no article's text."""
        return {row[0] for row in self._connection.execute("SELECT print FROM repeated")}

    def drop_file(self, path: str) -> None:
        """Forget the file; its articles must have been dropped."""
        self._connection.execute("DELETE FROM files WHERE path = ?", (path,))

    def sources(self) -> dict[str, int]:
        """How many articles of the index each source has, by name."""
        counts = "SELECT source, count(*) FROM articles WHERE twin_of = '' GROUP BY source ORDER BY source"
        return dict(self._connection.execute(counts))

    def count(self) -> int:
        """How many articles the index has."""
        return int(self._connection.execute("SELECT count(*) FROM articles WHERE twin_of = ''").fetchone()[0])

    def count_twins(self) -> int:
        """How many times an article of the index was found at another path."""
        return int(self._connection.execute("SELECT count(*) FROM articles WHERE twin_of <> ''").fetchone()[0])

    def holder_of(self, content: str) -> str:
        """The id of the article of the index that has this content, "" where none has."""
        found = "SELECT id FROM articles WHERE content = ? AND twin_of = '' ORDER BY id"
        return str((self._connection.execute(found, (content,)).fetchone() or ("",))[0])

    def twins_of(self, article_id: str) -> list[ArticleEntry]:
        """The twins of an article, by id."""
        # Its index leaves out those without a twin, and serves only who says so.
        found = "SELECT * FROM articles WHERE twin_of = ? AND twin_of <> '' ORDER BY id"
        rows = self._connection.execute(found, (article_id,))
        return [ArticleEntry(*row) for row in rows]

    def difference(self, older: Path | None) -> Difference:
        """What tells it from the published catalog at ``older`` (None: from an empty one). Raises DamagedIndexError."""
        if older is None:
            return Difference(self.count(), 0, 0)
        try:
            self._connection.execute("ATTACH ? AS older", (_address(older),))
            try:
                return Difference(*self._connection.execute(_DIFFERENCE.format(self._concerned(older))).fetchone())
            finally:
                self._connection.execute("DETACH older")
        except sqlite3.Error as error:
            raise damaged_file(older, error) from error

    def _concerned(self, older: Path) -> str:
        """What to select the ids from that may differ from those in ``older``: those touched since it was copied."""
        if older != self._origin:
            return "(SELECT id FROM main.articles UNION SELECT id FROM older.articles)"
        self._connection.execute("CREATE TEMP TABLE IF NOT EXISTS touched (id TEXT PRIMARY KEY) WITHOUT ROWID")
        rows = ((article_id,) for article_id in self._touched)
        self._connection.executemany("INSERT OR IGNORE INTO touched VALUES (?)", rows)
        return "temp.touched"

    def close(self) -> None:
        """Let go of the memory."""
        self._connection.close()


class KnownMoments:
    """When the archive first had the articles of a published catalog, its twins too. For one thread."""

    def __init__(self, path: Path, built: int) -> None:
        """``built`` is for the articles of a catalog of before these moments were kept. Raises DamagedIndexError."""
        self._path = path
        try:
            self._connection = _published(path)
            names = {row[1] for row in self._connection.execute("PRAGMA table_info(articles)")}
        except sqlite3.Error as error:
            raise damaged_file(path, error) from error
        if not {"id", "content"} <= names:
            raise damaged_file(path, "its articles are not those of a catalog")
        self._moment = "indexed_at" if "indexed_at" in names else str(int(built))

    def of_content(self, content: str) -> int | None:
        """The first moment of an article of this content, None where there is none. Raises DamagedIndexError."""
        return self._first("content", content)

    def of_id(self, article_id: str) -> int | None:
        """The moment of the article with this id, None where there is none. Raises DamagedIndexError."""
        return self._first("id", article_id)

    def _first(self, column: str, value: str) -> int | None:
        try:
            found = f"SELECT min({self._moment}) FROM articles WHERE {column} = ?"  # noqa: S608  # names of this module
            moment = self._connection.execute(found, (value,)).fetchone()[0]
        except sqlite3.Error as error:
            raise damaged_file(self._path, error) from error
        return None if moment is None else int(moment)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


def read_articles(path: Path) -> Iterator[ArticleEntry]:
    """All articles of the index that the published catalog at ``path`` names, by id. Raises DamagedIndexError."""
    try:
        with closing(_published(path)) as connection:
            for row in connection.execute("SELECT * FROM articles WHERE twin_of = '' ORDER BY id"):
                yield ArticleEntry(*row)
    except (sqlite3.Error, TypeError) as error:
        raise damaged_file(path, error) from error


def _number(article_id: str) -> int:
    """The id as SQLite's signed 64 bits."""
    number = int(article_id, 16)
    return number - 2**64 if number >= 2**63 else number


def _published(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(_address(path), uri=True)


def _address(path: Path) -> str:
    quoted = str(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    return f"file:{quoted}?mode=ro&immutable=1"
