# SPDX-License-Identifier: GPL-3.0-or-later
"""Fihrist itself: the product's own reindexing builds the index, and the product's own archive makes whole pages.

`OurSearcher.top` asks the stem tier alone, because the other engines have only that one. `OurSearcher.best` is the
product's ranking over all tiers, as readers get it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import web.app  # noqa: F401  # a worker of the web has it loaded, and its memory is measured
from indexer.arabic.analyser import TIERS, Analyser
from indexer.commands.indexing import jobs
from indexer.engine.engines import store_at
from indexer.engine.local.generations import IndexFolder
from indexer.engine.local.searcher import WhooshSearcher
from indexer.engine.local.segments.files import ARRAYS, ARTICLES
from indexer.engine.local.segments.packed import SegmentFile
from indexer.engine.local.whoosh_engine import WhooshEngine
from indexer.engine.queries import AnyOf, PhraseQuery, Query, Ranked, TermQuery, Words
from indexer.engine.questions import ArticleQuery, PageRequest, ResultPage
from indexer.errors import RequestError
from indexer.reindex import reindex
from indexer.run.options import Options
from indexer.search.archive import Archive
from indexer.search.planning.plan import plan
from indexer.search.query.request import SearchRequest
from tests.bench.archive import ADDED, number_of
from tests.bench.engines.base import TOP, Page, Sizes, folder_bytes
from tests.bench.queries import Kind
from tests.bench.terms import Document, Documents

STORED = (f"*{ARTICLES}",)
"""The files that hold the texts of articles."""

TIER = "stem"
"""The tier that the others have too."""

_OPTIONS = Options(max_bytes=8 << 30)
COUNTED = ("source", "category", "year", "timeline")
"""The facets of a page: those that all engines here can count."""

_JOBS = jobs()


class OurSearcher:
    """The published generation of an index."""

    def __init__(self, index: Path) -> None:
        self._index = index
        self._archive = Archive(index)

    @cached_property
    def _engine(self) -> WhooshSearcher:
        """Returns an engine opened beside the archive's own, at first use, so that pages are measured without it."""
        return WhooshEngine().open(IndexFolder(self._index).current().folder)

    def top(self, terms: Sequence[str]) -> Sequence[Any]:
        """See `base.Searcher.top`; in the stem tier alone."""
        return self._engine.ranker.best(Ranked(Words(_stems(terms), least=0)), TOP)

    def read(self, headline: str, *, any_word: bool = True) -> Ranked | None:
        """See `base.Tiered.read`; the query is read as the product reads it."""
        request = _request(headline) if any_word else SearchRequest(q=headline)
        return plan(request, self._engine.analyser).ranked

    def reader_page(self, headline: str) -> object:
        """See `base.Tiered.reader_page`."""
        return self._archive.search(SearchRequest(q=headline))

    def best(self, ranked: Ranked | None) -> Sequence[Any]:
        """Returns the ten best of what `read` returned, by the product's ranking."""
        return self._engine.ranker.best(ranked, TOP) if ranked else ()

    def phrase(self, terms: Sequence[str]) -> Sequence[Any]:
        """See `base.Searcher.phrase`; in the stem tier."""
        return self._engine.ranker.best(Ranked(PhraseQuery("stem", tuple(terms))), TOP)

    def numbers(self, found: Sequence[Any]) -> list[int]:
        """See `base.Searcher.numbers`."""
        return [number_of(self._engine.numbered.article(doc).url) for doc, _ in found]

    def total(self, kind: Kind, terms: Sequence[str]) -> int:
        """See `base.Searcher.total`; in the stem tier."""
        queries: dict[Kind, Query] = {
            "any": AnyOf(_stems(terms)),
            "all": Words(_stems(terms)),
            "phrase": PhraseQuery("stem", tuple(terms)),
        }
        return self._search(queries[kind], TOP).total

    def page(self, headline: str) -> Page:
        """See `base.Searcher.page`."""
        results = self._archive.search(_request(headline))
        counts = {name: {count.value: count.count for count in counts} for name, counts in results.facets.items()}
        counts["month"] = {count.value: count.count for count in results.timeline}
        marks = sum(len(piece.marks) for hit in results.hits for piece in (hit.title, *hit.snippets))
        return Page(results.total, counts, marks)

    def summary(self, terms: Sequence[str]) -> tuple[Page, Sequence[Any]]:
        """See `base.Searcher.summary`; in the stem tier."""
        found = self._search(Words(_stems(terms), least=0), TOP)
        counts = {name: dict(pairs) for name, pairs in found.facets.items()}
        return Page(found.total, {**counts, "month": dict(found.timeline)}), found.hits

    def _search(self, query: Query, limit: int) -> ResultPage:
        request = PageRequest(ArticleQuery(Ranked(query)), "relevance", limit=limit, facets=COUNTED)
        return self._engine.search(request)


@dataclass(frozen=True, slots=True)
class Ours:
    """`base.Engine`."""

    name: str = "ours"
    title: str = "Fihrist"
    pages: bool = True
    adds: bool = True
    slow: bool = False
    threads: int = _JOBS

    def version(self) -> str:
        """See `base.Engine.version`."""
        return f"{version('fihrist')} ({WhooshEngine().name})"

    def build(self, index: Path, archive: Path, documents: Documents) -> int:
        """See `base.Engine.build`: from the archive, as `fihrist index` does."""
        return _reindex(index, archive)

    def add(self, index: Path, archive: Path, path: Path, documents: Sequence[Document]) -> int:
        """See `base.Engine.add`: a run over the whole archive, which has one file more."""
        _reindex(index, archive, path)
        try:
            return Archive(index).search(_request(ADDED)).total
        except RequestError:
            return 0

    def open(self, index: Path, analyser: Analyser) -> OurSearcher:
        """See `base.Engine.open`."""
        return OurSearcher(index)

    def sizes(self, index: Path) -> Sizes:
        """See `base.Engine.sizes`: all of the generation, its catalog and manifest included."""
        generation = IndexFolder(index).current().folder
        return Sizes(folder_bytes(generation), folder_bytes(generation, *STORED), _one_tier(generation))


def _one_tier(generation: Path) -> int:
    """Returns the bytes of one tier's sections, of the columns and of the ids."""
    segments = [SegmentFile(path) for path in generation.glob(f"*{ARRAYS}")]
    others = tuple(f"{name}." for name in (*(tier for tier in TIERS if tier != TIER), "base", "held", "gram"))
    return sum(array.nbytes for file in segments for name, array in file.arrays.items() if not name.startswith(others))


def _reindex(index: Path, *paths: Path) -> int:
    report = reindex(paths, store_at(index, _JOBS), _OPTIONS, lambda done, total: None)
    if report.skipped:
        raise ValueError(f"Fihrist could not read all of its archive: {report.skipped[0]}")
    return report.articles


def _request(headline: str) -> SearchRequest:
    # Copies are counted one by one, as in the other engines.
    return SearchRequest(q=headline, match="any", collapse=False, facets=COUNTED)


def _stems(terms: Sequence[str]) -> tuple[Query, ...]:
    return tuple(TermQuery("stem", term) for term in terms)


ENGINE = Ours()
