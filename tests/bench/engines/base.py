# SPDX-License-Identifier: GPL-3.0-or-later
"""The interface that every engine of the benchmark implements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from indexer.arabic.analyser import Analyser
from tests.bench.queries import Kind
from tests.bench.terms import Document, Documents

TOP = 10


@dataclass(frozen=True, slots=True)
class Page:
    """The figures of a page of results; the snippets themselves are made, too, but not kept.

    ``facets`` maps source, category and month ("2023-05") to counts; years are counted as well, or follow from months.
    ``marks`` is how many words are marked in the titles and snippets of the ten best.
    """

    total: int
    facets: dict[str, dict[str, int]] = field(default_factory=dict)
    marks: int = 0


class Searcher(Protocol):
    """A finished index, open in this process."""

    def top(self, terms: Sequence[str]) -> Sequence[Any]:
        """Returns the ten best articles that have any of ``terms``, in the engine's own numbering (see `numbers`)."""
        ...

    def phrase(self, terms: Sequence[str]) -> Sequence[Any]:
        """Returns the ten best articles that have ``terms`` side by side."""
        ...

    def numbers(self, found: Sequence[Any]) -> list[int]:
        """Returns the numbers of the articles that `top` or `phrase` found; not timed."""
        ...

    def total(self, kind: Kind, terms: Sequence[str]) -> int | None:
        """Returns exactly how many articles match, or None if the engine cannot count. Not timed."""
        ...

    def page(self, headline: str) -> Page:
        """Returns the whole page of results for a reader's query: exact total, facets, timeline, ten best with
        snippets."""
        ...

    def summary(self, terms: Sequence[str]) -> tuple[Page, Sequence[Any]] | None:
        """Returns the page without its texts: total and facets of the articles with any of ``terms``, and the ten
        best."""
        ...


@runtime_checkable
class Tiered(Protocol):
    """A searcher with more than one tier and a ranking over all of them."""

    def read(self, headline: str, *, any_word: bool = True) -> Any:
        """Returns a reader's query, ready to run; not timed. Unless ``any_word``, articles with all words come
        first."""
        ...

    def reader_page(self, headline: str) -> object:
        """Returns a whole page as a reader gets it who does not say how words are matched."""
        ...

    def best(self, query: Any) -> Sequence[Any]:
        """Returns the ten best articles for what `read` returned."""
        ...


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bytes on disk: of everything, of the stored texts of articles, and of an index of one tier without the texts.

    The last is 0 if the engine has only one tier.
    """

    total: int
    stored: int
    one_tier: int = 0


class Engine(Protocol):
    """A search engine under test.

    ``pages`` and ``adds`` say whether it can make pages and add articles to a finished index. A ``slow`` engine gets
    only a quarter of the queries. ``threads`` is how many threads or processes build beside the one that reads.
    """

    name: str
    title: str
    pages: bool
    adds: bool
    slow: bool
    threads: int

    def version(self) -> str:
        """Returns the name and version of what is measured."""
        ...

    def build(self, index: Path, archive: Path, documents: Documents) -> int:
        """Builds the index in the empty folder ``index``, from ``archive`` or ``documents``. Returns how many articles
        it has."""
        ...

    def add(self, index: Path, archive: Path, path: Path, documents: Sequence[Document]) -> int:
        """Adds the articles of ``path``, which are ``documents``, and counts those with the word `archive.ADDED`."""
        ...

    def open(self, index: Path, analyser: Analyser) -> Searcher:
        """Opens a finished index."""
        ...

    def sizes(self, index: Path) -> Sizes:
        """Returns how large a finished index is."""
        ...


def folder_bytes(folder: Path, *patterns: str) -> int:
    """Returns the bytes of the files below ``folder`` whose names match one of ``patterns``; of all files without
    patterns."""
    files = {path for pattern in patterns or ("*",) for path in folder.rglob(pattern) if path.is_file()}
    return sum(path.stat().st_size for path in files)
