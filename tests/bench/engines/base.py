"""What the benchmark asks of every engine."""

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
    """All that stands on a page of results but the snippets, which `Searcher.page` has made too.

    ``facets`` maps source, category and month ("2023-05") to counts; years are counted as well, or follow from months.
    ``marks`` is how many words are marked in the titles and snippets of the ten best.
    """

    total: int
    facets: dict[str, dict[str, int]] = field(default_factory=dict)
    marks: int = 0


class Searcher(Protocol):
    """An index that was built before, open in this process."""

    def top(self, terms: Sequence[str]) -> Sequence[Any]:
        """The ten best articles that have any of ``terms``, in the engine's own terms (see `numbers`)."""
        ...

    def phrase(self, terms: Sequence[str]) -> Sequence[Any]:
        """The ten best articles that have ``terms`` side by side."""
        ...

    def numbers(self, found: Sequence[Any]) -> list[int]:
        """The numbers of the articles that `top` or `phrase` found; not timed."""
        ...

    def total(self, kind: Kind, terms: Sequence[str]) -> int | None:
        """Exactly how many articles match; None where the engine cannot say. Not timed."""
        ...

    def page(self, headline: str) -> Page:
        """The whole page of results for a reader's query: exact total, facets, timeline, ten best with snippets."""
        ...

    def summary(self, terms: Sequence[str]) -> tuple[Page, Sequence[Any]] | None:
        """Total and facets of the articles that have any of ``terms``, and the ten best: a page without its texts."""
        ...


@runtime_checkable
class Tiered(Protocol):
    """A searcher that has more than one tier, and a ranking over all of them."""

    def read(self, headline: str, *, any_word: bool = True) -> Any:
        """A reader's query, ready to be run; not timed. Unless ``any_word``, articles with all words come first."""
        ...

    def reader_page(self, headline: str) -> object:
        """A whole page as readers get it, who don't say how words are matched."""
        ...

    def best(self, query: Any) -> Sequence[Any]:
        """The ten best of what `read` made."""
        ...


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bytes on disk: all, of these the stored texts of articles, and what an index of one tier would hold but those.

    The last is 0 where there is one tier anyway.
    """

    total: int
    stored: int
    one_tier: int = 0


class Engine(Protocol):
    """A search engine under test.

    ``pages`` and ``adds`` say whether it can make pages and take articles into a finished index; ``slow``, that it is
    asked a quarter of the queries; ``threads``, how many threads or processes build beside the one that reads.
    """

    name: str
    title: str
    pages: bool
    adds: bool
    slow: bool
    threads: int

    def version(self) -> str:
        """What is measured."""
        ...

    def build(self, index: Path, archive: Path, documents: Documents) -> int:
        """Build the index in the empty folder ``index``, from ``archive`` or from ``documents``; how many it took."""
        ...

    def add(self, index: Path, archive: Path, path: Path, documents: Sequence[Document]) -> int:
        """Add the articles of ``path``, which are ``documents``, and count those with the word `archive.ADDED`."""
        ...

    def open(self, index: Path, analyser: Analyser) -> Searcher:
        """Open a finished index."""
        ...

    def sizes(self, index: Path) -> Sizes:
        """How large a finished index is."""
        ...


def folder_bytes(folder: Path, *patterns: str) -> int:
    """Bytes of the files below ``folder`` whose names match one of ``patterns``; of all where there is none."""
    files = {path for pattern in patterns or ("*",) for path in folder.rglob(pattern) if path.is_file()}
    return sum(path.stat().st_size for path in files)
