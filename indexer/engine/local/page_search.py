# SPDX-License-Identifier: GPL-3.0-or-later
"""One search under way: what matches, what is counted, and which articles stand on the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from indexer.columns import TIMELINE, YEAR
from indexer.engine.local.clusters.clusters import Clusters
from indexer.engine.local.ranking.corpus import Corpus, Mask
from indexer.engine.local.ranking.matches import Matches, complete, settled
from indexer.engine.local.ranking.ranker import Ranker
from indexer.engine.local.ranking.scoring import Scorer
from indexer.engine.local.segments.columns import Columns
from indexer.engine.local.segments.names import Counted, each_counted
from indexer.engine.local.segments.runs import Ints
from indexer.engine.periods import Unit, UnitChoice
from indexer.engine.queries import Filters, Ranked
from indexer.engine.questions import (
    ArticleQuery,
    FoundArticle,
    NamesOverTime,
    NamesRequest,
    PageRequest,
    PeriodRequest,
    Periods,
    ResultPage,
)


class MatchFinder:
    """Finds the articles of a generation that match. Immutable; safe to share between threads."""

    def __init__(self, corpus: Corpus, columns: Columns, clusters: Clusters) -> None:
        self.corpus = corpus
        self.columns = columns
        self.clusters = clusters
        self.alive: Ints = np.flatnonzero(corpus.alive)
        """The numbers of all articles."""

    def masks(self, filters: Filters) -> dict[str, Mask]:
        """Which articles pass each filter, by its name; filters that let everything through are left out."""
        return self.columns.masks(filters)

    def before_filters(
        self, scorer: Scorer, ranked: Ranked | None, within: Mask | None
    ) -> tuple[Ranked | None, Matches]:
        """The matches of ``ranked`` among those ``within``, and ``ranked`` as it is to be scored; see `settled`."""
        if ranked is not None:
            return settled(scorer, ranked, within)
        found = self.alive if within is None else self.alive[within[self.alive]]
        return None, Matches(found, found[:0], any_full=True)

    def found(self, query: ArticleQuery, scorer: Scorer) -> Ints:
        """The numbers of the articles that facets count, ascending."""
        masks = self.masks(query.filters)
        _, before = self.before_filters(scorer, query.ranked, masks.get("within"))
        return before.among(_all_of(masks)).found

    def periods(self, request: PeriodRequest, docs: Ints) -> Periods:
        """How ``docs``, which match ``request``, spread over time."""
        columns, query = self.columns, request.query
        unit = columns.fitting(docs, query.filters) if request.unit == "auto" else request.unit
        clear, vague = self._stated(unit, docs) if request.stated else (docs, docs[:0])
        counts = columns.periods(unit, clear, self.counter(query))
        undated, fetched = columns.fetched_undated(docs) if counts.undated else (docs[:0], None)
        fetched = fetched and replace(fetched, count=self._count(query, undated))
        return replace(counts, vague=self._count(query, vague), fetched=fetched)

    def names_over_time(self, request: NamesRequest, docs: Ints) -> NamesOverTime:
        """How ``docs``, which match ``request``, spread over time by name."""
        clear = self.columns.stating(request.unit, docs)
        clusters = self.clusters.codes if request.query.collapse else None
        return self.columns.names_over_time(request, clear, self.counter(request.query), clusters)

    def _stated(self, unit: Unit, docs: Ints) -> tuple[Ints, Ints]:
        """``docs`` without those whose dates say less than ``unit``, and these."""
        vague = self.columns.vague(unit, docs)
        return (docs[~np.isin(docs, vague)], vague) if len(vague) else (docs, vague)

    def _count(self, query: ArticleQuery, docs: Ints) -> int:
        return self.clusters.count(docs) if query.collapse else len(docs)

    def counter(self, query: ArticleQuery) -> Counted:
        """What counts articles, or clusters where these are collapsed."""
        return self.clusters.counter() if query.collapse else each_counted


class PageSearch:
    """One `PageRequest`, for one thread. What it asks of the files is looked up once."""

    def __init__(self, request: PageRequest, finder: MatchFinder, ranker: Ranker) -> None:
        self._request = request
        self._finder = finder
        self._ranker = ranker
        self.scorer = Scorer(finder.corpus)
        masks = finder.masks(request.query.filters)
        self._masks = masks
        self._mask = _all_of(masks)
        self._within = masks.get("within")
        self._asked, self._before = finder.before_filters(self.scorer, request.query.ranked, self._within)
        self._matches = self._before.among(self._mask)
        self._by_relevance = self._asked is not None and request.order == "relevance"
        self._scores: dict[int, float] = {}

    @property
    def _listed(self) -> Ints:
        return self._matches.listed if self._by_relevance else self._matches.found

    def top(self) -> list[tuple[int, float]]:
        """The numbers of the articles on the page, in their order, with their scores."""
        request, asked = self._request, self._asked
        if not request.limit:
            return []
        docs = self.first(self.skipped + request.limit)[self.skipped :]
        if self._by_relevance:
            return [(doc, self._scores[doc]) for doc in docs.tolist()]
        scores = np.zeros(len(docs)) if asked is None else self._ranker.scores(self.scorer, asked, docs)
        return list(zip(docs.tolist(), scores.tolist(), strict=True))

    def first(self, most: int) -> Ints:
        """The numbers of the first ``most`` articles of the list."""
        if not self._by_relevance:
            ordered = self._ranker.by_time(self._listed, self._request.order)
            return self._first(lambda some: ordered[:some], most)
        asked = self._asked
        assert asked is not None  # without a query there is no relevance

        def ranking(some: int) -> Ints:
            self._scores = dict(self._ranker.by_relevance(self.scorer, asked, self._matches, self._mask, some))
            return np.fromiter(self._scores, np.int64, len(self._scores))

        return self._first(ranking, most)

    @cached_property
    def skipped(self) -> int:
        """See `ResultPage.skipped`."""
        place = self._request.after
        if place is None:
            return self._request.offset
        if place.same:
            return place.number
        docs = self.first(len(self._listed))
        if not self._by_relevance:
            return self._finder.columns.passed(self._request.order, docs, place)
        return self.number_of(place.id, docs) or place.number

    def number_of(self, article_id: str, docs: Ints) -> int:
        """Which of ``docs`` has this id, counted from 1; 0 if none has."""
        (places,) = np.nonzero(self._finder.columns.ids[docs] == np.uint64(int(article_id, 16)))
        return int(places[0]) + 1 if len(places) else 0

    def _first(self, ordered: Callable[[int], Ints], most: int) -> Ints:
        """The first ``most`` articles, of which ``ordered`` returns any number; of clusters only the first article."""
        clusters, listed = self._finder.clusters, self._listed
        if not (self._request.query.collapse and clusters.several[listed].any()):
            return ordered(most)
        asked = 2 * most
        while True:
            docs = ordered(asked)
            firsts = clusters.firsts(docs)
            if len(firsts) >= most or asked >= len(listed):
                return docs[firsts[:most]]
            asked *= 4

    @property
    def counted(self) -> int:
        """See `ResultPage.counted`."""
        return self._total if len(self._before.full) else self._partial

    @cached_property
    def _total(self) -> int:
        return self._count(self._matches.full)

    @cached_property
    def _partial(self) -> int:
        # A cluster with a full match in it does not count as a partial match.
        return self._count(self._matches.listed) - self._total if len(self._matches.part) else 0

    def _count(self, docs: Ints) -> int:
        return self._finder.clusters.count(docs) if self._request.query.collapse else len(docs)

    def page(self, hits: tuple[FoundArticle, ...]) -> ResultPage:
        """The page with ``hits`` on it."""
        before, columns, facets = self._before, self._finder.columns, self._request.facets
        counted = self._finder.counter(self._request.query)
        asked = self._asked
        listed = self._total + self._partial if self._by_relevance else self._count(self._listed)
        counts: dict[str, Sequence[tuple[str, int]]] = {
            name: column.counts(self._besides(name), counted, self._request.facet_names.get(name))
            for name, column in columns.names.items()
            if name in facets
        }
        if YEAR in facets:
            counts[YEAR] = columns.years(self._besides("date"), counted)
        return ResultPage(
            hits=hits,
            total=self._total,
            partial=self._partial,
            listed=listed,
            skipped=self.skipped,
            more=bool(hits) and self.skipped + len(hits) < listed,
            total_before=len(before.full),
            partial_before=len(before.part),
            complete_before=complete(self.scorer, asked, before, self._within) if asked else len(before.full),
            most=before.most,
            facets=counts,
            timeline=columns.months(self._matches.found, counted) if TIMELINE in facets else (),
            periods=self._periods(self._request.unit) if self._request.unit else None,
        )

    def _periods(self, unit: UnitChoice) -> Periods:
        return self._finder.periods(PeriodRequest(self._request.query, unit, stated=True), self._matches.found)

    def _besides(self, own: str) -> Ints:
        """The articles that pass all filters but ``own``."""
        if own not in self._masks:
            return self._matches.found
        return self._before.among(_all_of({name: mask for name, mask in self._masks.items() if name != own})).found


def _all_of(masks: dict[str, Mask]) -> Mask | None:
    """Which articles pass all of ``masks``; None where there are none."""
    return np.logical_and.reduce(list(masks.values())) if masks else None
