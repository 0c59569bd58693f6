"""The published archive: what the web, the command line and a program ask."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from indexer import deadline
from indexer.article import Article
from indexer.engine.base import Searcher, TopHits, Unit
from indexer.engine.engines import store_at
from indexer.engine.store import Identity, Store
from indexer.errors import DamagedIndexError, FihristError, NotFoundError, RequestError
from indexer.search.answers import export, listing, related
from indexer.search.answers.copy_differences import copies_of
from indexer.search.answers.export import Export
from indexer.search.answers.hits import found_hits
from indexer.search.answers.listing import Analysis, NameCounts, Stats
from indexer.search.answers.overview import Overview, overview
from indexer.search.answers.results import (
    ArticleView,
    Expansion,
    FacetCount,
    FacetCounts,
    IndexInfo,
    Listing,
    SearchResults,
    Similar,
    SimilarArticles,
    Suggestions,
    Timeline,
    WordResults,
)
from indexer.search.opened import Opened, opened_from
from indexer.search.planning.plan import Plan, plan
from indexer.search.query.request import SearchRequest
from indexer.search.snippets import marks
from indexer.search.snippets.evidence import Analysed
from indexer.search.suggest import rescue
from indexer.search.suggest.completion import MOST as MOST_COMPLETIONS
from indexer.search.suggest.spelling import Correction

Answer = TypeVar("Answer")

_log = logging.getLogger(__name__)


# What may come of looking something up in files that are not what was written.
_OF_DAMAGE = (ArithmeticError, LookupError, MemoryError, TypeError, ValueError)


class Archive:
    """The current generation of the index in a folder, opened when first asked and again when a newer one is published.

    Safe to share between threads. A search under way ends on the generation that it began on.
    """

    def __init__(self, index: Store | Path | str, recency: float = 0.0) -> None:
        """``index`` is the store of an index or its address, which may be empty and be filled later.

        Opens nothing yet. For ``recency`` see `queries.Ranked`.
        """
        self._store = store_at(index) if isinstance(index, str | Path) else index
        self._recency = recency
        self._opened: Opened | None = None
        self._refused: Identity | None = None
        self._complaint = ""
        self._opening = threading.Lock()
        self._known_overview: Overview | None = None
        self.watched = False

    def search(self, request: SearchRequest, *, spread: bool = False, copies: int = 0) -> SearchResults:
        """The page of hits that ``request`` asks for.

        With ``spread`` also how all of them spread over time, and the forms of its words; and so many ``copies`` of
        each where it has any.

        Raises NoIndexError, IncompatibleIndexError, DamagedIndexError; RequestError (``page_not_found``) where the
        page lies behind the last hit. An empty query finds all articles, newest first; one that has
        no letter or digit in it finds none.
        """
        start = time.perf_counter()
        return self._answer(lambda opened: self._search(opened, request, start, spread=spread, copies=copies))

    def _search(
        self, opened: Opened, request: SearchRequest, start: float, *, spread: bool, copies: int
    ) -> SearchResults:
        found = self._rescued(opened, request)
        asked, top = found.asked, found.top
        if request.offset and request.offset >= top.listed:
            raise RequestError(
                "page_not_found",
                "page",
                f"there is no page {request.page}: the search lists {top.listed} results; ask for an earlier page.",
            )
        hits = found_hits(opened.searcher, top.docs, self._weighed(asked), request, copies)
        return SearchResults(
            request=request,
            read_as=asked.read_as,
            terms=asked.terms,
            total=top.total,
            partial=top.partial,
            listed=top.listed,
            most=top.most,
            expansions=(*asked.expansions, *found.expansions, *_relaxed(asked, top)),
            searched=found.request,
            corrections=found.corrections,
            dropped=found.dropped,
            meant=found.meant,
            wordless=asked.wordless,
            notices=found.notices,
            hits=hits,
            facets={name: FacetCounts(pairs) for name, pairs in top.facets.items()},
            timeline=tuple(FacetCount(*pair) for pair in top.timeline),
            index=opened.info,
            spread=opened.coverage.spread(asked, None, collapse=request.collapse) if spread else None,
            forms={one.text: opened.forms.of(one.text) for one in asked.expansions if one.kind == "variant" and spread},
            took_ms=_milliseconds(start),
        )

    def timeline(self, request: SearchRequest, unit: Unit | None = None) -> Timeline:
        """How what ``request`` finds spreads over time, by ``unit`` or by what fits. Raises as `search` does."""
        start = time.perf_counter()

        def counted(opened: Opened) -> Timeline:
            found = self._rescued(opened, replace(request, offset=0, per_page=1, facets=()))
            spread = opened.coverage.spread(found.asked, unit, collapse=request.collapse)
            asked, took_ms = found.asked, _milliseconds(start)
            return Timeline(request, asked.read_as, spread, opened.info, took_ms, asked.wordless, found.notices)

        return self._answer(counted)

    def overview(self) -> Overview:
        """What the archive holds. Raises as `search` does."""
        return self._answer(self._overview)

    def _overview(self, opened: Opened) -> Overview:
        # The whole of a generation is looked at, which does not change: once is enough.
        known = self._known_overview
        if known is None or known.info != opened.info:
            known = overview(opened.info, opened.searcher, opened.completer, opened.coverage)
            self._known_overview = known
        return known

    def _weighed(self, asked: Plan) -> Plan:
        """The plan whose ranking lifts newer articles as they are lifted here."""
        return replace(asked, ranked=asked.ranked and replace(asked.ranked, recency=self._recency))

    def _rescued(self, opened: Opened, request: SearchRequest) -> rescue.Found:
        return rescue.find(request, lambda other: self._find(opened, other), opened.speller, opened.searcher)

    def ranking(self, request: SearchRequest) -> list[tuple[str, float]]:
        """Ids and scores of the articles on the page that ``request`` asks for, as `search` finds them.

        Raises as `search` does.
        """

        def ranked(opened: Opened) -> list[tuple[str, float]]:
            found = self._rescued(opened, replace(request, facets=()))
            return [(opened.searcher.fetch(doc).id, score) for doc, score in found.top.docs]

        return self._answer(ranked)

    def article(
        self, article_id: str, request: SearchRequest | None = None, compare: str | None = None, similar: int = 0
    ) -> ArticleView:
        """The article with this id, the words of ``request`` marked, its copies, and so many ``similar`` ones at most.

        For ``compare`` see `copies_of`. Raises NotFoundError, RequestError, and as `search` does.
        """
        return self._answer(lambda opened: self._article(opened, article_id, request, compare, similar))

    def _article(
        self, opened: Opened, article_id: str, request: SearchRequest | None, compare: str | None, most_similar: int
    ) -> ArticleView:
        article = self._find_article(opened, article_id)
        analyser = opened.searcher.analyser
        asked = self._plan(opened, request or SearchRequest())
        in_title, in_body = (Analysed(one, analyser) for one in (asked.wanted_in_title, asked.wanted))
        title = marks.mark(article.title, in_title)
        lines = article.body.split("\n") if article.body else []
        paragraphs = tuple(marks.mark(line, in_body) for line in lines)
        count = sum(len(text.marks) for text in (title, *paragraphs))
        title, *shown = marks.first_marked((title, *paragraphs))
        similar = _similar(opened.searcher, article_id, most_similar) if most_similar else ()
        copies = copies_of(opened.searcher, article, compare)
        sought = bool(asked.terms)
        return ArticleView(article, title, tuple(shown), opened.info, count, copies, similar, sought)

    def suggest(self, request: SearchRequest) -> Suggestions:
        """What ``request.q`` may be completed to, as many as a page has. Raises as `search` does."""
        start = time.perf_counter()

        def completed(opened: Opened) -> Suggestions:
            found = opened.completer.complete(request.q, min(request.per_page, MOST_COMPLETIONS))
            return Suggestions(request, found, opened.info, _milliseconds(start))

        return self._answer(completed)

    def similar(self, article_id: str, most: int) -> SimilarArticles:
        """The articles most similar to the one with this id. Raises NotFoundError, and as `search` does."""
        start = time.perf_counter()

        def found(opened: Opened) -> SimilarArticles:
            article = self._find_article(opened, article_id)
            similar = _similar(opened.searcher, article_id, most)
            return SimilarArticles(article, similar, opened.info, _milliseconds(start))

        return self._answer(found)

    def listing(self, offset: int, limit: int) -> Listing:
        """``limit`` of all articles from ``offset`` on, in the order of their ids. Raises as `search` does."""

        def listed(opened: Opened) -> Listing:
            return Listing(tuple(opened.searcher.listed(offset, limit)), opened.info)

        return self._answer(listed)

    def words(self, request: SearchRequest) -> WordResults:
        """The words that the articles found by ``request`` have more than others, as many as a page has.

        Of many articles the first ones are looked at. Raises as `search` does.
        """
        start = time.perf_counter()

        def found(opened: Opened) -> WordResults:
            rescued = self._rescued(opened, replace(request, offset=0, per_page=related.SAMPLE, facets=()))
            asked, top = rescued.asked, rescued.top
            docs, own = [doc for doc, _ in top.docs[: top.counted]], frozenset(term.stem for term in asked.terms)
            words = related.significant(opened.searcher, docs, request.per_page, own)
            counts = (len(docs), top.counted)
            taken = _milliseconds(start)
            return WordResults(request, asked.read_as, tuple(words), *counts, opened.info, taken, rescued.notices)

        return self._answer(found)

    def names(self, column: str, request: SearchRequest) -> NameCounts:
        """The names of ``column`` that the articles have which ``request`` finds. Raises as `search` does."""

        def ask(opened: Opened) -> NameCounts:
            return listing.names(column, request, lambda asked: self._rescued(opened, asked), opened.info)

        return self._answer(ask)

    def stats(self) -> Stats:
        """What the archive holds. Raises as `search` does."""
        return self._answer(lambda opened: listing.stats(opened.searcher, opened.info))

    def analyse(self, text: str) -> Analysis:
        """The tokens of ``text`` as the index has them. Raises as `search` does."""
        return self._answer(lambda opened: listing.analysis(text, opened.searcher.analyser, opened.info))

    def export(self, request: SearchRequest, after: str = "", most: int | None = None) -> Export:
        """All articles that ``request`` finds, ``most`` of them at most, in the order of their ids behind ``after``.

        Its order, page and corrections don't matter: what is exported is what the query says. Raises as `search` does.
        """

        def ask(opened: Opened) -> Export:
            asked = self._plan(opened, request)
            return export.selected(opened.searcher, asked, after, most, opened.info, collapse=request.collapse)

        return self._answer(ask)

    def corrections(self, text: str) -> tuple[Correction, ...]:
        """What was probably meant by words of ``text`` that the archive lacks, see `Speller`. Raises as `search`."""
        return self._answer(lambda opened: opened.speller.corrections(text))

    def refresh(self) -> bool:
        """Open what was published since, and say whether anything was. Raises as `search` where nothing is open yet.

        While ``watched`` is set, only this does: a server calls it beside its requests, so that none of them waits.
        """
        before = self._opened
        newest = self._newest()
        newest.columns.prepare()
        return newest is not before

    def own_fields(self) -> tuple[str, ...]:
        """The archive's own fields (see `indexer.columns`). Raises as `search` does."""
        return self._current().columns.own_fields

    def info(self) -> IndexInfo:
        """The generation that answers now. Raises as `search` does."""
        return self._current().info

    def _answer(self, ask: Callable[[Opened], Answer]) -> Answer:
        """``ask`` of the current generation, once more where that was pruned meanwhile."""
        opened = self._current()
        try:
            return ask(opened)
        except DamagedIndexError:
            newer = self._newest()
            if newer is opened:
                raise
            return ask(newer)

    def _find(self, opened: Opened, request: SearchRequest) -> tuple[Plan, TopHits]:
        asked = self._plan(opened, request)
        deadline.check()
        if asked.nothing:
            return asked, TopHits(total=0, partial=0, docs=())
        order = "newest" if asked.ranked is None and request.sort == "relevance" else request.sort
        ranked = self._weighed(asked).ranked
        window = (request.offset, request.per_page)
        return asked, opened.searcher.search(
            ranked, asked.filters, order, *window, collapse=request.collapse, facets=request.facets
        )

    def _find_article(self, opened: Opened, article_id: str) -> Article:
        article = opened.searcher.find(article_id)
        if article is None:
            raise NotFoundError(f"there is no article {article_id[:40]!r} in {opened.info.generation}")
        return article

    def _plan(self, opened: Opened, request: SearchRequest) -> Plan:
        return plan(
            request,
            opened.searcher.analyser,
            opened.columns,
            foreign=opened.foreign,
            published=opened.years,
        )

    def _current(self) -> Opened:
        """The generation to answer from."""
        return self._opened if self._opened and self.watched else self._newest()

    def _newest(self) -> Opened:
        """The newest generation that can be opened; an older one answers while a newer one is opened, or damaged."""
        opened = self._opened
        try:
            published = self._store.identity()
        except FihristError as error:
            if not opened:
                raise
            self._complain(opened, None, error)
            return opened
        if opened and published in (opened.identity, self._refused):
            self._complaint = ""
            return opened
        # While one thread opens the new generation, the others are answered by the old one, if there is one.
        if not self._opening.acquire(blocking=opened is None):
            return opened or self._newest()
        try:
            if not self._opened or self._opened.identity != published:
                newer = opened_from(self._store.open())
                if opened:  # which answers while what is looked up once a generation is looked up
                    self._overview(newer)
                self._opened = newer
            return self._opened
        except (FihristError, *_OF_DAMAGE) as error:
            if not opened:
                raise
            self._complain(opened, published, error)
            return opened
        finally:
            self._opening.release()

    def _complain(self, opened: Opened, refused: Identity | None, error: Exception) -> None:
        self._refused = refused
        if isinstance(error, FihristError):
            told = str(error)
        else:
            told = f"what was published since cannot be read ({error!r}); run `fihrist verify`"
        if told != self._complaint:  # it is looked for again and again
            _log.error("still answering from %s: %s", opened.info.generation, told)
        self._complaint = told


def _similar(searcher: Searcher, article_id: str, most: int) -> tuple[Similar, ...]:
    found = related.similar(searcher, article_id, most)
    return tuple(Similar(searcher.fetch(doc), similarity) for doc, similarity in found)


def _milliseconds(start: float) -> float:
    return (time.perf_counter() - start) * 1_000


def _relaxed(asked: Plan, top: TopHits) -> list[Expansion]:
    """That partial matches were found."""
    return [Expansion("relaxed", asked.read_as, "")] if top.partial else []
