# SPDX-License-Identifier: GPL-3.0-or-later
"""tantivy, through its Python bindings: fast fields for columns, aggregations for facets, document store for texts.

Its own snippets would consist of stems, so its pages have Fihrist's snippets (see `snippets`).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import tantivy

from indexer.arabic.analyser import Analyser
from tests.bench.archive import ADDED
from tests.bench.engines.base import TOP, Page, Sizes, folder_bytes
from tests.bench.engines.snippets import marked
from tests.bench.queries import Kind, headline_terms
from tests.bench.terms import Document, Documents

_HEAP_BYTES = 256_000_000
_FACETS = {"source": 1_000, "category": 1_000, "month": 10_000}
_COUNTS = {name: {"terms": {"field": name, "size": size}} for name, size in _FACETS.items()}


class TantivySearcher:
    """An open index."""

    def __init__(self, index: Path, analyser: Analyser) -> None:
        self._analyser = analyser
        self._schema = _schema()
        self._searcher = _open(index).searcher()

    def top(self, terms: Sequence[str]) -> Sequence[Any]:
        """See `base.Searcher.top`; it does not count, so that tantivy can skip blocks that cannot win."""
        return self._best("any", terms)

    def phrase(self, terms: Sequence[str]) -> Sequence[Any]:
        """See `base.Searcher.phrase`."""
        return self._best("phrase", terms)

    def numbers(self, found: Sequence[Any]) -> list[int]:
        """See `base.Searcher.numbers`."""
        return [int(number) for number in self._searcher.fast_field_values("number", list(found))]

    def total(self, kind: Kind, terms: Sequence[str]) -> int:
        """See `base.Searcher.total`."""
        return int(self._searcher.search(self._query(kind, terms), 1, count=True).count)

    def page(self, headline: str) -> Page:
        """See `base.Searcher.page`; total and years are sums over the months."""
        page, best = self.summary(headline_terms(headline, self._analyser))
        stored = [self._searcher.doc(address) for address in best]
        texts = [(_text(article, "title"), _text(article, "body")) for article in stored]
        return Page(page.total, page.facets, marked(headline, texts, self._analyser))

    def summary(self, terms: Sequence[str]) -> tuple[Page, Sequence[Any]]:
        """See `base.Searcher.summary`."""
        found = self._searcher.aggregate(self._query("any", terms), _COUNTS)
        counts = {name: {bucket["key"]: bucket["doc_count"] for bucket in found[name]["buckets"]} for name in _FACETS}
        counts["month"] = {f"{int(key) // 100}-{int(key) % 100:02}": count for key, count in counts["month"].items()}
        return Page(sum(counts["month"].values()), counts), self._best("any", terms)

    def _best(self, kind: Kind, terms: Sequence[str]) -> list[Any]:
        return [address for _, address in self._searcher.search(self._query(kind, terms), TOP, count=False).hits]

    def _query(self, kind: Kind, terms: Sequence[str]) -> Any:
        return _query(self._schema, kind, terms)


@dataclass(frozen=True, slots=True)
class Tantivy:
    """`base.Engine`."""

    name: str = "tantivy"
    title: str = "tantivy"
    pages: bool = True
    adds: bool = True
    slow: bool = False
    threads: int = min(os.cpu_count() or 1, 8)

    def version(self) -> str:
        """See `base.Engine.version`."""
        return f"tantivy-py {version('tantivy')}"

    def build(self, index: Path, archive: Path, documents: Documents) -> int:
        """See `base.Engine.build`: tantivy chooses the number of threads, and its merges are awaited."""
        return _write(_open(index), documents)

    def add(self, index: Path, archive: Path, path: Path, documents: Sequence[Document]) -> int:
        """See `base.Engine.add`."""
        opened = _open(index)
        writer = opened.writer(_HEAP_BYTES)
        for document in documents:
            writer.add_document(_document(document))
        writer.commit()
        opened.reload()
        return int(opened.searcher().search(_query(_schema(), "any", [ADDED]), 1, count=True).count)

    def open(self, index: Path, analyser: Analyser) -> TantivySearcher:
        """See `base.Engine.open`."""
        return TantivySearcher(index, analyser)

    def sizes(self, index: Path) -> Sizes:
        """See `base.Engine.sizes`."""
        return Sizes(folder_bytes(index), folder_bytes(index, "*.store"))


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("terms", tokenizer_name="blanks", index_option="position")
    builder.add_unsigned_field("number", fast=True)
    builder.add_bytes_field("title", stored=True)  # Otherwise a text would be indexed.
    builder.add_bytes_field("body", stored=True)
    builder.add_text_field("source", fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("category", fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("month", fast=True)
    return builder.build()


def _open(index: Path) -> Any:
    opened = tantivy.Index(_schema(), path=str(index))
    blanks = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    opened.register_tokenizer("blanks", blanks)
    return opened


def _write(index: Any, documents: Iterable[Document]) -> int:
    writer = index.writer(_HEAP_BYTES)
    count = 0
    for document in documents:
        writer.add_document(_document(document))
        count += 1
    writer.commit()
    writer.wait_merging_threads()
    return count


def _document(document: Document) -> Any:
    made = tantivy.Document()
    made.add_text("terms", document.terms)
    made.add_bytes("title", document.title.encode())
    made.add_bytes("body", document.body.encode())
    made.add_text("source", document.source)
    made.add_text("category", document.category)
    made.add_unsigned("number", document.number)
    made.add_unsigned("month", document.month)
    return made


def _text(stored: Any, name: str) -> str:
    return bytes(stored.get_first(name)).decode()


def _query(schema: Any, kind: Kind, terms: Sequence[str]) -> Any:
    if kind == "phrase":
        return tantivy.Query.phrase_query(schema, "terms", list(terms))
    occur = tantivy.Occur.Should if kind == "any" else tantivy.Occur.Must
    return tantivy.Query.boolean_query([(occur, tantivy.Query.term_query(schema, "terms", term)) for term in terms])


ENGINE = Tantivy()
