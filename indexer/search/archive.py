# SPDX-License-Identifier: GPL-3.0-or-later
"""The published archive: everything that the web, the command line and other programs ask."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from indexer.columns import Order
from indexer.engine.engines import store_at
from indexer.engine.questions import ListPlace, PageRequest, ResultPage, SignificantTerms
from indexer.errors import DamagedIndexError, FihristError, RequestError
from indexer.search import looking_up
from indexer.search.answers import export, listing
from indexer.search.answers.export import Export
from indexer.search.answers.hits import hits_of
from indexer.search.answers.listing import Analysis, NameCounts, Stats
from indexer.search.answers.overview import Overview, overview
from indexer.search.answers.related import SAMPLE, significant_words
from indexer.search.answers.results import (
    ArticleView,
    Expansion,
    FacetCount,
    FacetCounts,
    FoundArticles,
    IndexInfo,
    Listing,
    SearchResults,
    SimilarArticles,
    SimilarToText,
    Suggestions,
    Timeline,
    WordResults,
)
from indexer.search.answers.spread import (
    AUTOMATIC,
    TimelineOptions,
)
from indexer.search.answers.story_told import StoryView
from indexer.search.answers.warnings import of_cursor
from indexer.search.finding import Finder, article_query, order_of
from indexer.search.opened import OpenedIndex, PublishedIndex
from indexer.search.planning.plan import QueryPlan
from indexer.search.query.cursor import Cursor
from indexer.search.query.request import SearchRequest
from indexer.search.refusal import RefusedGeneration
from indexer.search.suggest.completion import MOST as MOST_COMPLETIONS
from indexer.search.suggest.spelling import Correction

Answer = TypeVar("Answer")

_OF_DAMAGE = (ArithmeticError, LookupError, TypeError, ValueError)
"""What looking something up in files may raise that are not as they were written."""

_OF_SHORTAGE = (OSError, MemoryError, RuntimeError)
"""What is raised where files, memory or threads are lacking for now. Damaged sizes may ask for too much memory, too."""


class Archive:
    """The current generation of an index, opened when first asked and again whenever a newer one is published.

    Safe to share between threads. A search under way ends on the generation on which it began. Every answer may raise
    NoIndexError, IncompatibleIndexError and DamagedIndexError.
    """

    def __init__(self, index: PublishedIndex | Path | str, recency: float = 0.0) -> None:
        """``index`` is the store of an index or its address, which may be empty and be filled later.

        Opens nothing yet. For ``recency`` see `queries.Ranked`.
        """
        self._index: PublishedIndex = store_at(index) if isinstance(index, str | Path) else index
        self._recency = recency
        self._opened: OpenedIndex | None = None
        self._refusal = RefusedGeneration()
        self._opening = threading.Lock()
        self._known_overview: Overview | None = None
        self.watched = False

    def search(
        self, request: SearchRequest, *, spread: TimelineOptions | None = None, copies: int = 0
    ) -> SearchResults:
        """The page of hits that ``request`` asks for, each hit with at most ``copies`` of its copies.

        With ``spread`` also how all hits spread over time, and other forms of the words of the query. An empty query
        finds all articles, newest first; a query without any letter or digit finds none. Raises RequestError
        (``page_not_found``) where the page lies after the last hit.
        """
        start = time.perf_counter()
        return self._answer(lambda opened: self._search(opened, request, start, spread=spread, copies=copies))

    def _search(
        self, opened: OpenedIndex, request: SearchRequest, start: float, *, spread: TimelineOptions | None, copies: int
    ) -> SearchResults:
        found = self._finder(opened).answer(request, copies=copies, unit=spread.unit if spread else None)
        asked, page = found.asked, found.page
        if request.cursor:
            request = replace(request, offset=page.skipped)
        elif request.offset and request.offset >= page.listed:
            raise RequestError(
                "page_not_found",
                "page",
                f"there is no page {request.page}: the search lists {page.listed} results; ask for an earlier page.",
            )
        hits = hits_of(page.hits, asked, request, opened.generation.searcher)
        collapse, coverage = request.collapse, opened.coverage
        return SearchResults(
            request=request,
            read_as=asked.read_as,
            terms=asked.terms,
            total=page.total,
            partial=page.partial,
            listed=page.listed,
            most=page.most,
            expansions=(*asked.expansions, *found.expansions, *_relaxed(asked, page)),
            searched=found.request,
            corrections=found.corrections,
            dropped=found.dropped,
            meant=found.meant,
            wordless=asked.wordless,
            warnings=(*found.warnings, *of_cursor(request, opened.info.digest)),
            hits=hits,
            following=_following(request, page, opened.info),
            facets={name: FacetCounts(pairs) for name, pairs in page.facets.items()},
            timeline=tuple(FacetCount(*pair) for pair in page.timeline),
            index=opened.info,
            spread=coverage.spread(asked, spread, collapse=collapse, known=page.periods) if spread else None,
            forms={one.text: opened.forms.of(one.text) for one in asked.expansions if one.kind == "variant" and spread},
            took_ms=_milliseconds(start),
        )

    def timeline(self, request: SearchRequest, options: TimelineOptions = AUTOMATIC) -> Timeline:
        """How the articles that ``request`` finds spread over time."""
        start = time.perf_counter()

        def counted(opened: OpenedIndex) -> Timeline:
            found = self._finder(opened).counts(request)
            spread = opened.coverage.spread(found.asked, options, collapse=request.collapse)
            asked, took_ms = found.asked, _milliseconds(start)
            return Timeline(request, asked.read_as, spread, opened.info, took_ms, asked.wordless, found.warnings)

        return self._answer(counted)

    def overview(self) -> Overview:
        """What the archive holds."""
        return self._answer(self._overview)

    def _overview(self, opened: OpenedIndex) -> Overview:
        # The whole generation is looked at. It does not change, so once is enough.
        known = self._known_overview
        if known is None or known.info != opened.info:
            known = overview(opened.info, opened.generation.searcher, opened.completer, opened.coverage)
            self._known_overview = known
        return known

    def ranking(self, request: SearchRequest) -> list[tuple[str, float]]:
        """The ids and scores of the articles on the page that ``request`` asks for, as `search` finds them."""

        def ranked(opened: OpenedIndex) -> list[tuple[str, float]]:
            found = self._finder(opened).answer(replace(request, facets=(), snippets=0, explain=False))
            return [(hit.article.id, hit.score) for hit in found.page.hits]

        return self._answer(ranked)

    def article(
        self, article_id: str, request: SearchRequest | None = None, compare: str | None = None, similar: int = 0
    ) -> ArticleView:
        """The article with this id with the words of ``request`` marked, its copies, and ``similar`` similar articles.

        For ``compare`` see `copies_of`. Raises NotFoundError and RequestError.
        """

        def found(opened: OpenedIndex) -> ArticleView:
            asked = self._finder(opened).plan(request or SearchRequest())
            return looking_up.article_view(opened, asked, article_id, compare, similar)

        return self._answer(found)

    def listed_articles(self, ids: Sequence[str], urls: Sequence[str], request: SearchRequest) -> FoundArticles:
        """The articles with these ids or originals at these addresses, with the words of ``request`` marked."""
        start = time.perf_counter()

        def found(opened: OpenedIndex) -> FoundArticles:
            asked = self._finder(opened).plan(request)
            hits, missing = looking_up.listed_articles(opened, asked, ids, urls, request)
            return FoundArticles(request, hits, missing, opened.info, _milliseconds(start))

        return self._answer(found)

    def story(self, article_id: str) -> StoryView:
        """Returns the story that the article with this id belongs to, its articles by date. Raises NotFoundError."""
        return self._answer(lambda opened: looking_up.story_view(opened, article_id))

    def suggest(self, request: SearchRequest) -> Suggestions:
        """The completions of ``request.q``, as many as a page has."""
        start = time.perf_counter()

        def completed(opened: OpenedIndex) -> Suggestions:
            found = opened.completer.complete(request.q, min(request.per_page, MOST_COMPLETIONS))
            return Suggestions(request, found, opened.info, _milliseconds(start))

        return self._answer(completed)

    def similar(self, article_id: str, most: int) -> SimilarArticles:
        """The ``most`` articles that are most similar to the one with this id. Raises NotFoundError."""
        start = time.perf_counter()

        def found(opened: OpenedIndex) -> SimilarArticles:
            article = looking_up.find_article(opened, article_id)
            similar = tuple(opened.generation.searcher.similar(article_id, most))
            return SimilarArticles(article, similar, opened.info, _milliseconds(start))

        return self._answer(found)

    def similar_to(self, text: str, most: int) -> SimilarToText:
        """The ``most`` articles that are most similar to ``text``."""
        start = time.perf_counter()

        def found(opened: OpenedIndex) -> SimilarToText:
            similar = tuple(opened.generation.searcher.similar_to(text, most))
            return SimilarToText(similar, opened.info, _milliseconds(start))

        return self._answer(found)

    def listing(self, offset: int, limit: int) -> Listing:
        """``limit`` of all articles from ``offset`` on, in the order of their ids."""

        def listed(opened: OpenedIndex) -> Listing:
            return Listing(tuple(opened.generation.searcher.listed(offset, limit)), opened.info)

        return self._answer(listed)

    def words(self, request: SearchRequest) -> WordResults:
        """The words that the articles found by ``request`` have more often than others, as many as a page has.

        Only the first `SAMPLE` articles are looked at.
        """
        start = time.perf_counter()

        def found(opened: OpenedIndex) -> WordResults:
            outcome = self._finder(opened).counts(request)
            asked, searcher = outcome.asked, opened.generation.searcher
            terms = SignificantTerms((), 0, 0)
            if not asked.nothing:
                sample = PageRequest(article_query(asked, request), order_of(asked, request), limit=SAMPLE, facets=())
                terms = searcher.significant(sample, request.per_page, {term.stem for term in asked.terms})
            return WordResults(
                request=request,
                read_as=asked.read_as,
                words=tuple(significant_words(searcher, terms.terms)),
                sample=terms.sample,
                total=terms.total,
                index=opened.info,
                took_ms=_milliseconds(start),
                warnings=outcome.warnings,
            )

        return self._answer(found)

    def names(self, column: str, request: SearchRequest) -> NameCounts:
        """The names in ``column`` (see `indexer.columns`) of the articles that ``request`` finds."""

        def ask(opened: OpenedIndex) -> NameCounts:
            return listing.names(column, request, self._finder(opened).answer, opened.info)

        return self._answer(ask)

    def stats(self) -> Stats:
        """The size of the archive."""
        return self._answer(lambda opened: listing.stats(opened.generation.searcher, opened.info))

    def analyse(self, text: str) -> Analysis:
        """The tokens of ``text`` as the index has them."""
        return self._answer(lambda opened: listing.analysis(text, opened.generation.searcher.analyser, opened.info))

    def export(
        self, request: SearchRequest, after: str = "", most: int | None = None, order: Order | None = None
    ) -> Export:
        """All articles that ``request`` finds, or the first ``most``, behind the one with the id ``after``.

        They come in ``order``, by default in that of their ids; then ``after`` need not be an article. The sort, page
        and corrections of ``request`` do not matter: what the query says is exported. Raises RequestError.
        """

        def ask(opened: OpenedIndex) -> Export:
            asked = self._finder(opened).plan(request)
            by = order and order_of(asked, replace(request, sort=order))
            query = article_query(asked, request)
            return export.selected(opened.generation.searcher, asked, query, after, most, by, opened.info)

        return self._answer(ask)

    def corrections(self, text: str) -> tuple[Correction, ...]:
        """What was probably meant by words of ``text`` that the archive lacks, see `Speller`."""
        return self._answer(lambda opened: opened.speller.corrections(text))

    def refresh(self) -> bool:
        """Open what was published since, and say whether there was anything.

        While ``watched`` is set, only this method opens newer generations: a server calls it beside its requests, so
        that none of them waits.
        """
        before = self._opened
        newest = self._newest()
        newest.columns.prepare()
        return newest is not before

    def own_fields(self) -> tuple[str, ...]:
        """The archive's own fields (see `indexer.columns`)."""
        return self._current().columns.own_fields

    def has_name(self, column: str, name: str) -> bool:
        """Whether an article has this very ``name`` in ``column``."""
        return self._current().columns.has(column, name)

    def info(self) -> IndexInfo:
        """The generation that answers now."""
        return self._current().info

    @property
    def behind(self) -> bool:
        """Whether a newer generation than the one that answers was published, but could not be opened so far."""
        return bool(self._refusal)

    def _finder(self, opened: OpenedIndex) -> Finder:
        return Finder(opened, self._recency)

    def _answer(self, ask: Callable[[OpenedIndex], Answer]) -> Answer:
        """``ask`` of the current generation; once more of a newer one where that was pruned meanwhile."""
        opened = self._current()
        try:
            return ask(opened)
        except DamagedIndexError:
            newer = self._newest()
            if newer is opened:
                raise
            return ask(newer)

    def _current(self) -> OpenedIndex:
        """The generation to answer from."""
        return self._opened if self._opened and self.watched else self._newest()

    def _newest(self) -> OpenedIndex:
        """The newest generation that can be opened; an older one while a newer one is being opened or is damaged."""
        opened = self._opened
        try:
            published = self._index.identity()
        except (FihristError, OSError) as error:
            if not opened:
                raise
            self._refusal.tell(error, opened.info.generation)
            return opened
        if opened and published == opened.generation.identity:
            self._refusal.clear()
            return opened
        if opened and self._refusal.waits(published):
            return opened
        # While one thread opens the new generation, the old one answers the others, if there is an old one.
        if not self._opening.acquire(blocking=opened is None):
            return opened or self._newest()
        try:
            if not self._opened or self._opened.generation.identity != published:
                newer = OpenedIndex.of(self._index.open())
                if opened:  # which answers while what is made once for a generation is made
                    self._overview(newer)
                self._opened = newer
            self._refusal.clear()
            return self._opened
        except (FihristError, *_OF_DAMAGE, *_OF_SHORTAGE) as error:
            if not opened:
                raise
            self._refusal.note(published, error, opened.info.generation)
            return opened
        finally:
            self._opening.release()


def _following(request: SearchRequest, page: ResultPage, info: IndexInfo) -> Cursor | None:
    if not page.more:
        return None
    last = page.hits[-1]
    place = ListPlace.behind(last.article, last.score, page.skipped + len(page.hits))
    return Cursor(request.digest, info.digest, place)


def _milliseconds(start: float) -> float:
    return (time.perf_counter() - start) * 1_000


def _relaxed(asked: QueryPlan, page: ResultPage) -> list[Expansion]:
    """That partial matches were found."""
    return [Expansion("relaxed", asked.read_as, "")] if page.partial else []
