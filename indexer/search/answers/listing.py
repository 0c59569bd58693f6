"""The JSON of what describes the archive rather than a search: its sources and sections, its size, its analysis."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from indexer.arabic.analyser import Analyser, Token
from indexer.columns import COLUMNS_BY_NAME, Column, own_column
from indexer.engine.base import Searcher
from indexer.engine.queries import Filters
from indexer.search.answers.envelope import Envelope, index_member, search_links, warnings
from indexer.search.answers.results import FacetCount, FacetCounts, IndexInfo
from indexer.search.answers.warnings import Notice
from indexer.search.query.request import SearchRequest
from indexer.search.suggest.rescue import Found


@dataclass(frozen=True, slots=True)
class NameCounts:
    """The names that a ``column`` has among what ``request`` finds, most frequent first.

    As in a facet, the filter by the same column does not count.
    """

    request: SearchRequest
    read_as: str
    column: Column
    counts: Sequence[FacetCount]
    index: IndexInfo
    took_ms: float
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class Stats:
    """What the archive holds: ``stories`` are its articles, copies counted once; ``dated`` those that have a date."""

    stories: int
    sources: int
    categories: int
    dated: int
    years: tuple[FacetCount, ...]
    index: IndexInfo
    took_ms: float


@dataclass(frozen=True, slots=True)
class Analysis:
    """The ``tokens`` of a text, and the analyser that they are of."""

    text: str
    tokens: Sequence[Token]
    analyser: Analyser
    index: IndexInfo
    took_ms: float


def names(name: str, request: SearchRequest, find: Callable[[SearchRequest], Found], index: IndexInfo) -> NameCounts:
    """The names of the column ``name`` that the articles have which ``find`` finds of ``request``."""
    column = COLUMNS_BY_NAME.get(name) or own_column(name)
    start = time.perf_counter()
    found = find(replace(request, offset=0, per_page=1, facets=(name,)))
    counts = FacetCounts(found.top.facets.get(name, ()))
    return NameCounts(request, found.asked.read_as, column, counts, index, _since(start), found.notices)


def stats(searcher: Searcher, index: IndexInfo) -> Stats:
    """What ``searcher`` holds."""
    start = time.perf_counter()
    stories = searcher.search(None, Filters(), "newest", 0, 1, collapse=True, facets=()).total
    facets = searcher.search(None, Filters(), "newest", 0, 1, facets=("source", "category", "year")).facets
    years = tuple(FacetCount(*pair) for pair in facets["year"])
    sizes = (len(facets["source"]), len(facets["category"]), sum(year.count for year in years))
    return Stats(stories, *sizes, years, index, _since(start))


def analysis(text: str, analyser: Analyser, index: IndexInfo) -> Analysis:
    """``text`` in tokens."""
    start = time.perf_counter()
    return Analysis(text, analyser.tokens(text), analyser, index, _since(start))


def names_envelope(results: NameCounts, most: int, prefix: str = "") -> Envelope:
    """The first ``most`` names as the API answers them, each with the search that is narrowed to it."""
    request, column = results.request, results.column

    def narrowed(name: str) -> SearchRequest:
        return replace(request, chosen=request.chosen.having(column.name, (name,)))

    return {
        "status": "ok",
        "took_ms": round(results.took_ms, 1),
        "query": {"input": results.request.q, "read_as": results.read_as},
        "warnings": warnings(results.notices),
        "total": len(results.counts),
        column.plural or "values": [
            {"name": one.value, "count": one.count, "links": search_links(narrowed(one.value), prefix)}
            for one in results.counts[:most]
        ],
        "index": index_member(results.index),
    }


def stats_envelope(stats: Stats) -> Envelope:
    """What the archive holds as the API answers it."""
    return {
        "status": "ok",
        "took_ms": round(stats.took_ms, 1),
        "articles": stats.index.articles,
        "stories": stats.stories,
        "sources": stats.sources,
        "categories": stats.categories,
        "dated": stats.dated,
        "years": [{"value": year.value, "count": year.count} for year in stats.years],
        "index": index_member(stats.index),
    }


def analysis_envelope(analysis: Analysis) -> Envelope:
    """What each word of a text goes through as the API answers it."""
    return {
        "status": "ok",
        "took_ms": round(analysis.took_ms, 1),
        "text": analysis.text,
        "tokens": [token_member(token, analysis.analyser) for token in analysis.tokens],
        "index": index_member(analysis.index),
    }


def token_member(token: Token, analyser: Analyser) -> Envelope:
    """One token: where it stands, what the rules made of it, and the terms that it is found by."""
    return {
        "text": token.text,
        "start": token.start,
        "end": token.end,
        "position": token.position,
        "extra": token.extra,
        "bare": token.word.bare,
        "clitics": token.word.bare[: token.word.clitics],
        "folded": token.folded,
        "base": token.word.base,
        "stem": token.stem,
        "steps": [step._asdict() for step in analyser.steps(token)],
        "terms": terms_of(token),
    }


def terms_of(token: Token) -> dict[str, list[str]]:
    """What the token is found by, in each tier, and its grams."""
    return {
        "surface": [token.word.bare],
        "folded": [token.folded],
        "stem": list(token.word.stems),
        "gram": token.word.grams() if token.word.base else [],
    }


def _since(start: float) -> float:
    """Milliseconds since ``start``."""
    return (time.perf_counter() - start) * 1_000
