# SPDX-License-Identifier: GPL-3.0-or-later
"""Plain Whoosh with its own codec and matchers, BM25F, facets over its columns, and stored fields."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import whoosh
from whoosh import index as windex
from whoosh import query as wq
from whoosh.fields import ID, NUMERIC, STORED, TEXT, Schema
from whoosh.scoring import BM25F
from whoosh.sorting import Count, FieldFacet

from indexer.arabic.analyser import Analyser
from tests.bench.archive import ADDED
from tests.bench.engines.base import TOP, Page, Sizes, folder_bytes
from tests.bench.engines.snippets import marked
from tests.bench.queries import Kind, headline_terms
from tests.bench.terms import Document, Documents

_WRITER_MB = 256
_FACETS = ("source", "category", "month")


class WhooshSearcher:
    """An open index; article numbers are Whoosh's own, since one writer numbers them in order."""

    def __init__(self, index: Path, analyser: Analyser) -> None:
        self._analyser = analyser
        self._searcher = windex.open_dir(str(index)).searcher(weighting=BM25F(B=0.75, K1=1.2))

    def top(self, terms: Sequence[str]) -> Sequence[Any]:
        """See `base.Searcher.top`."""
        return [docnum for docnum, _ in self._searcher.search(_query("any", terms), limit=TOP).items()]

    def phrase(self, terms: Sequence[str]) -> Sequence[Any]:
        """See `base.Searcher.phrase`."""
        return [docnum for docnum, _ in self._searcher.search(_query("phrase", terms), limit=TOP).items()]

    def numbers(self, found: Sequence[Any]) -> list[int]:
        """See `base.Searcher.numbers`."""
        return [int(docnum) for docnum in found]

    def total(self, kind: Kind, terms: Sequence[str]) -> int:
        """See `base.Searcher.total`."""
        return sum(1 for _ in self._searcher.docs_for_query(_query(kind, terms)))

    def page(self, headline: str) -> Page:
        """See `base.Searcher.page`; the year follows from the month."""
        page, hits = self.summary(headline_terms(headline, self._analyser))
        texts = [(hit["title"], hit["body"]) for hit in hits]
        return Page(page.total, page.facets, marked(headline, texts, self._analyser))

    def summary(self, terms: Sequence[str]) -> tuple[Page, Sequence[Any]]:
        """See `base.Searcher.summary`."""
        facets = {name: FieldFacet(name, maptype=Count) for name in _FACETS}
        results = self._searcher.search(_query("any", terms), limit=TOP, groupedby=facets)
        counts = {name: {str(value): count for value, count in results.groups(name).items()} for name in _FACETS}
        counts["month"] = {f"{month[:4]}-{month[4:]}": count for month, count in counts["month"].items()}
        return Page(len(results), counts), results[:TOP]  # Grouped results list everything that was found.


@dataclass(frozen=True, slots=True)
class PlainWhoosh:
    """`base.Engine`."""

    name: str = "whoosh"
    title: str = "plain Whoosh"
    pages: bool = True
    adds: bool = True
    slow: bool = True
    threads: int = 1

    def version(self) -> str:
        """See `base.Engine.version`."""
        return f"whoosh3 {whoosh.versionstring()}"

    def build(self, index: Path, archive: Path, documents: Documents) -> int:
        """See `base.Engine.build`: one segment."""
        created = windex.create_in(str(index), _schema())
        return _write(created, documents, merge=True)

    def add(self, index: Path, archive: Path, path: Path, documents: Sequence[Document]) -> int:
        """See `base.Engine.add`: one more segment."""
        opened = windex.open_dir(str(index))
        _write(opened, documents, merge=False)
        with opened.searcher() as searcher:
            return sum(1 for _ in searcher.docs_for_query(wq.Term("terms", ADDED)))

    def open(self, index: Path, analyser: Analyser) -> WhooshSearcher:
        """See `base.Engine.open`."""
        return WhooshSearcher(index, analyser)

    def sizes(self, index: Path) -> Sizes:
        """See `base.Engine.sizes`."""
        return Sizes(folder_bytes(index), folder_bytes(index, "*_stored.col"))


def _schema() -> Schema:
    return Schema(
        terms=TEXT(phrase=True),
        number=STORED(),
        title=STORED(),
        body=STORED(),
        source=ID(sortable=True),
        category=ID(sortable=True),
        month=NUMERIC(sortable=True),
    )


def _write(index: Any, documents: Iterable[Document], *, merge: bool) -> int:
    # Files are not packed into one, so that the size of the stored texts can be seen.
    writer = index.writer(limitmb=_WRITER_MB, compound=False)
    count = 0
    for document in documents:
        writer.add_document(
            terms=document.terms.split(" "),
            number=document.number,
            title=document.title,
            body=document.body,
            source=document.source,
            category=document.category,
            month=document.month,
        )
        count += 1
    writer.commit(merge=merge)
    return count


def _query(kind: Kind, terms: Sequence[str]) -> Any:
    if kind == "phrase":
        return wq.Phrase("terms", list(terms))
    words = [wq.Term("terms", term) for term in terms]
    return wq.Or(words) if kind == "any" else wq.And(words)


ENGINE = PlainWhoosh()
