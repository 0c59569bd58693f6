# SPDX-License-Identifier: GPL-3.0-or-later
"""SQLite's FTS5: a contentless table of terms, a second table for the columns, compressed texts in a file of their
own."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indexer.arabic.analyser import Analyser
from tests.bench.archive import ADDED
from tests.bench.engines.base import TOP, Page, Sizes, folder_bytes
from tests.bench.engines.snippets import marked
from tests.bench.queries import Kind, headline_terms
from tests.bench.terms import Document, Documents

# The ascii tokenizer takes all non-ASCII characters for letters. Its punctuation is declared as letters, so that only
# blanks separate terms.
_LETTERS = "".join(chr(code) for code in range(0x21, 0x7F) if not chr(code).isalnum() and chr(code) not in "'\"")
_TABLES = f"""
CREATE VIRTUAL TABLE words USING fts5(terms, content='', tokenize="ascii tokenchars '{_LETTERS}'");
CREATE TABLE columns (number INTEGER PRIMARY KEY, source TEXT, category TEXT, month INTEGER);
CREATE TABLE texts.articles (number INTEGER PRIMARY KEY, title TEXT, body BLOB);
"""
_COUNTS = """
WITH found AS MATERIALIZED (
    SELECT source, category, month FROM words JOIN columns ON number = words.rowid WHERE words MATCH ?
)
SELECT 'source', source, count(*) FROM found GROUP BY source
UNION ALL SELECT 'category', category, count(*) FROM found GROUP BY category
UNION ALL SELECT 'month', month, count(*) FROM found GROUP BY month
"""
_CACHE_KB = 65_536


class Fts5Searcher:
    """An open index; article numbers are row ids."""

    def __init__(self, index: Path, analyser: Analyser) -> None:
        self._analyser = analyser
        self._connection = _connect(index)

    def top(self, terms: Sequence[str]) -> Sequence[Any]:
        """See `base.Searcher.top`."""
        return self._best(_query("any", terms))

    def phrase(self, terms: Sequence[str]) -> Sequence[Any]:
        """See `base.Searcher.phrase`."""
        return self._best(_query("phrase", terms))

    def numbers(self, found: Sequence[Any]) -> list[int]:
        """See `base.Searcher.numbers`."""
        return list(found)

    def total(self, kind: Kind, terms: Sequence[str]) -> int:
        """See `base.Searcher.total`."""
        return _total(self._connection, kind, terms)

    def page(self, headline: str) -> Page:
        """See `base.Searcher.page`; total and years are sums over the months."""
        page, best = self.summary(headline_terms(headline, self._analyser))
        texts = []
        for number in best:
            row = self._connection.execute("SELECT title, body FROM texts.articles WHERE number = ?", (number,))
            title, body = row.fetchone()
            texts.append((title, zlib.decompress(body).decode()))
        return Page(page.total, page.facets, marked(headline, texts, self._analyser))

    def summary(self, terms: Sequence[str]) -> tuple[Page, Sequence[Any]]:
        """See `base.Searcher.summary`."""
        counts: dict[str, dict[str, int]] = {"source": {}, "category": {}, "month": {}}
        for name, value, count in self._connection.execute(_COUNTS, (_query("any", terms),)):
            counts[name][f"{value // 100}-{value % 100:02}" if name == "month" else value] = count
        return Page(sum(counts["month"].values()), counts), self._best(_query("any", terms))

    def _best(self, query: str) -> list[int]:
        sql = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?"
        return [row[0] for row in self._connection.execute(sql, (query, TOP))]


@dataclass(frozen=True, slots=True)
class Fts5:
    """`base.Engine`."""

    name: str = "fts5"
    title: str = "SQLite FTS5"
    pages: bool = True
    adds: bool = True
    slow: bool = True
    threads: int = 1

    def version(self) -> str:
        """See `base.Engine.version`."""
        return f"SQLite {sqlite3.sqlite_version}"

    def build(self, index: Path, archive: Path, documents: Documents) -> int:
        """See `base.Engine.build`: one transaction, then FTS5's own optimisation."""
        with closing(_connect(index)) as connection:
            connection.executescript(_TABLES)
            count = _insert(connection, documents)
            connection.execute("INSERT INTO words(words) VALUES ('optimize')")
        return count

    def add(self, index: Path, archive: Path, path: Path, documents: Sequence[Document]) -> int:
        """See `base.Engine.add`: one transaction."""
        with closing(_connect(index)) as connection:
            _insert(connection, documents)
        with closing(_connect(index)) as connection:
            return _total(connection, "any", [ADDED])

    def open(self, index: Path, analyser: Analyser) -> Fts5Searcher:
        """See `base.Engine.open`."""
        return Fts5Searcher(index, analyser)

    def sizes(self, index: Path) -> Sizes:
        """See `base.Engine.sizes`."""
        return Sizes(folder_bytes(index), folder_bytes(index, "texts.db"))


def _connect(index: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(index / "words.db", isolation_level=None)
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
    connection.execute("ATTACH ? AS texts", (str(index / "texts.db"),))
    return connection


def _insert(connection: sqlite3.Connection, documents: Iterable[Document]) -> int:
    count = 0
    connection.execute("BEGIN")
    for document in documents:
        row = (document.number, document.source, document.category, document.month)
        connection.execute("INSERT INTO columns VALUES (?, ?, ?, ?)", row)
        connection.execute("INSERT INTO words(rowid, terms) VALUES (?, ?)", (document.number, document.terms))
        body = zlib.compress(document.body.encode())
        connection.execute("INSERT INTO texts.articles VALUES (?, ?, ?)", (document.number, document.title, body))
        count += 1
    connection.execute("COMMIT")
    return count


def _total(connection: sqlite3.Connection, kind: Kind, terms: Sequence[str]) -> int:
    row = connection.execute("SELECT count(*) FROM words WHERE words MATCH ?", (_query(kind, terms),)).fetchone()
    return int(row[0])


def _query(kind: Kind, terms: Sequence[str]) -> str:
    if kind == "phrase":
        return f'"{" ".join(terms)}"'
    return {"any": " OR ", "all": " AND "}[kind].join(f'"{term}"' for term in terms)


ENGINE = Fts5()
