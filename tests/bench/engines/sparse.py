# SPDX-License-Identifier: GPL-3.0-or-later
"""bm25s: BM25 scores in a sparse matrix. It only ranks: no counts, phrases, texts or additions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bm25s

from indexer.arabic.analyser import Analyser
from tests.bench.engines.base import TOP, Page, Sizes, folder_bytes
from tests.bench.queries import Kind
from tests.bench.terms import Document, Documents


class Bm25sSearcher:
    """An open index; article numbers are those of bm25s."""

    def __init__(self, index: Path) -> None:
        self._index = bm25s.BM25.load(index, mmap=True, show_progress=False)

    def top(self, terms: Sequence[str]) -> Sequence[Any]:
        """See `base.Searcher.top`."""
        documents, scores = self._index.retrieve([list(terms)], k=TOP, show_progress=False, backend_selection="numpy")
        return [number for number, score in zip(documents[0], scores[0], strict=True) if score > 0]

    def phrase(self, terms: Sequence[str]) -> Sequence[Any]:
        """Not supported by bm25s."""
        raise NotImplementedError

    def numbers(self, found: Sequence[Any]) -> list[int]:
        """See `base.Searcher.numbers`."""
        return [int(number) for number in found]

    def total(self, kind: Kind, terms: Sequence[str]) -> None:
        """Returns None: bm25s cannot count."""

    def page(self, headline: str) -> Page:
        """Not supported by bm25s."""
        raise NotImplementedError

    def summary(self, terms: Sequence[str]) -> None:
        """Not supported by bm25s."""


@dataclass(frozen=True, slots=True)
class Bm25s:
    """`base.Engine`."""

    name: str = "bm25s"
    title: str = "bm25s"
    pages: bool = False
    adds: bool = False
    slow: bool = False
    threads: int = 1

    def version(self) -> str:
        """See `base.Engine.version`."""
        return f"bm25s {bm25s.__version__}"

    def build(self, index: Path, archive: Path, documents: Documents) -> int:
        """See `base.Engine.build`: numbers the terms in the order in which they come, then saves the matrix of
        bm25s."""
        numbers: dict[str, int] = {}
        ids = [[numbers.setdefault(term, len(numbers)) for term in document.terms.split(" ")] for document in documents]
        matrix = bm25s.BM25(k1=1.2, b=0.75, method="lucene")
        matrix.index((ids, numbers), show_progress=False)
        matrix.save(index, show_progress=False)
        return len(ids)

    def add(self, index: Path, archive: Path, path: Path, documents: Sequence[Document]) -> int:
        """Not supported by bm25s."""
        raise NotImplementedError

    def open(self, index: Path, analyser: Analyser) -> Bm25sSearcher:
        """See `base.Engine.open`."""
        return Bm25sSearcher(index)

    def sizes(self, index: Path) -> Sizes:
        """See `base.Engine.sizes`."""
        return Sizes(folder_bytes(index), 0)


ENGINE = Bm25s()
