# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers from articles in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from indexer.arabic.analyser import Analyser
from indexer.article import Article
from indexer.columns import COLUMNS_BY_NAME, TIMELINE, YEAR, Order
from indexer.engine.explanation import Explanation
from indexer.engine.memory import ordering
from indexer.engine.memory.analysed import AnalysedArticle, analysed
from indexer.engine.memory.clusters import cluster_ids, clusters_of
from indexer.engine.memory.filtering import is_vague, passes
from indexer.engine.memory.found_matches import FoundMatches
from indexer.engine.memory.headlines import continuations, headlines
from indexer.engine.memory.scoring import Scoring
from indexer.engine.memory.vocabulary import MemoryVocabulary
from indexer.engine.periods import Unit, fitting, name_of, number_at
from indexer.engine.queries import NO_FILTERS, Ranked, Words
from indexer.engine.questions import (
    MOST_AT_ADDRESS,
    ArticleQuery,
    Capabilities,
    Cluster,
    Continuation,
    ExportedArticles,
    FetchedUndated,
    FoundArticle,
    HeadlineMatches,
    HeadlineStart,
    ListPlace,
    NamesOverTime,
    NamesRequest,
    PageRequest,
    PeriodRequest,
    Periods,
    ResultPage,
    SignificantTerms,
    SimilarArticle,
    those_at,
)
from indexer.engine.significance import LOOKED_AT, significant_terms
from indexer.engine.similarity import HeldWords, looked_at, most_similar, similar_to_text, similarity_query
from indexer.engine.stories.lookup import StoryLookup
from indexer.engine.stories.table import EMPTY
from indexer.engine.stories.telling import told_articles
from indexer.engine.stories.updating import updated
from indexer.engine.weights import FEW
from indexer.errors import NotFoundError

Articles = list[AnalysedArticle]


class MemorySearcher:
    """See `engine.base.Searcher`. Immutable; safe to share between threads."""

    capabilities = Capabilities(positions=False)

    def __init__(self, articles: Iterable[Article], analyser: Analyser) -> None:
        self.analyser = analyser
        self._all: Articles = sorted((analysed(one, analyser) for one in articles), key=lambda one: one.article.id)
        self._by_id = {one.article.id: one for one in self._all}
        self._clusters = clusters_of(cluster_ids(self._all, analyser))
        told = told_articles([one.article for one in self._all], [one.bases for one in self._all], analyser)
        # Anew each time: an engine that keeps the last stories must come to the same.
        self.stories = StoryLookup(updated(EMPTY, told, told.signatures.rows).for_readers)
        """See `Searcher.stories`."""
        self._scoring = Scoring(self._all)
        self.vocabulary = MemoryVocabulary(self._all)

    def count(self) -> int:
        """See `Searcher.count`."""
        return len(self._all)

    def search(self, request: PageRequest) -> ResultPage:
        """See `Searcher.search`."""
        query = request.query
        before = self._before(query)
        matches = before.that_pass(query.filters)
        listed = self._listed(matches, request)
        total = self._size(matches.full, query)
        partial = self._size([*matches.full, *matches.part], query) - total
        skipped = ordering.skipped([one.article for one, _ in listed], request)
        page = listed[skipped : skipped + request.limit]
        return ResultPage(
            hits=tuple(self._hit(one, score, request) for one, score in page),
            total=total,
            partial=partial,
            listed=len(listed),
            skipped=skipped,
            more=bool(page) and skipped + len(page) < len(listed),
            total_before=len(before.full),
            partial_before=len(before.part),
            complete_before=self._complete(before, query),
            most=before.most,
            facets=self._facets(before, request),
            timeline=self._periods(matches.counted, "month", query)[0] if TIMELINE in request.facets else (),
            periods=self._answered(PeriodRequest(query, request.unit, stated=True)) if request.unit else None,
        )

    def _before(self, query: ArticleQuery) -> FoundMatches:
        """What matches before the filters, except `Filters.within`; see `queries.Ranked`."""
        within = query.filters.within or NO_FILTERS
        among = [one for one in self._all if passes(one.article, within)]
        ranked = query.ranked
        if ranked is None:
            return FoundMatches(None, among, [], any_full=True, most=True)
        full = [one for one in among if self._scoring.score(ranked.query, one) is not None]
        wider, most = ranked.wider, True
        if wider is None or len(full) >= ranked.enough:
            return FoundMatches(replace(ranked, wider=None), full, [], bool(full), most)
        part = self._others(wider, among, full)
        is_sentence = isinstance(ranked.query, Words) and ranked.query.least < 1
        if (is_sentence or not full) and len(full) + len(part) < FEW:
            lowered = self._scoring.lowered(wider, among)
            wider, most = lowered, lowered.least >= wider.least
            part = self._others(wider, among, full)
        return FoundMatches(replace(ranked, wider=wider if part else None), full, part, bool(full), most)

    def _others(self, wider: Words, among: Articles, full: Articles) -> Articles:
        ids = {one.article.id for one in full}
        return [one for one in among if one.article.id not in ids and self._scoring.score(wider, one) is not None]

    def _complete(self, before: FoundMatches, query: ArticleQuery) -> int:
        if query.ranked is None or not isinstance(query.ranked.query, Words) or query.ranked.query.least in (0, 1):
            return len(before.full)
        every = replace(query.ranked.query, least=1.0)
        within = query.filters.within or NO_FILTERS
        return sum(passes(one.article, within) for one in self._scoring.matching(every))

    def _listed(self, matches: FoundMatches, request: PageRequest) -> list[tuple[AnalysedArticle, float]]:
        """All articles that can be paged through, in order, with their scores."""
        scores = self._scores(matches)
        by_relevance = matches.ranked is not None and request.order == "relevance"
        found = [*matches.full, *matches.part] if by_relevance else matches.counted
        found = ordering.in_order(found, "newest" if by_relevance else request.order)
        if by_relevance:
            found.sort(key=lambda one: -scores[one.article.id])
        if request.query.collapse:
            found = self._first_of_each_cluster(found)
        return [(one, scores[one.article.id]) for one in found]

    def _first_of_each_cluster(self, found: Articles) -> Articles:
        first: dict[str, AnalysedArticle] = {}
        for one in found:
            first.setdefault(self._cluster(one).id, one)
        return list(first.values())

    def _scores(self, matches: FoundMatches) -> dict[str, float]:
        """The score of each match by its id; full matches score more than all partial ones."""
        ranked = matches.ranked
        if ranked is None:
            return {one.article.id: 0.0 for one in matches.full}
        part = {one.article.id: self._score(ranked, one, full=False) for one in matches.part}
        lift = max(part.values(), default=0.0)
        return part | {one.article.id: self._score(ranked, one, full=True) + lift for one in matches.full}

    def _score(self, ranked: Ranked, one: AnalysedArticle, *, full: bool) -> float:
        query = ranked.query if full or ranked.wider is None else ranked.wider
        return (self._scoring.score(query, one) or 0.0) * (1 + ranked.recency * self._scoring.freshness(one))

    def _size(self, found: Articles, query: ArticleQuery) -> int:
        return len({self._cluster(one).id for one in found}) if query.collapse else len(found)

    def _cluster(self, one: AnalysedArticle) -> Cluster:
        return self._clusters[one.article.id]

    def _hit(self, one: AnalysedArticle, score: float, request: PageRequest) -> FoundArticle:
        copies = self.copies(one.article.id, request.copies)[1] if request.copies else ()
        ranked = request.query.ranked
        explanation = self._explanation(ranked, one) if request.explain and ranked else None
        return FoundArticle(one.article, score, self._cluster(one), copies, None, explanation)

    def _explanation(self, ranked: Ranked, one: AnalysedArticle) -> Explanation:
        full = self._scoring.score(ranked.query, one) is not None
        query = ranked.query if full or ranked.wider is None else replace(ranked.wider, least=0.0)
        every = replace(query, least=1.0) if isinstance(query, Words) else query
        return Explanation(
            parts=tuple(self._scoring.leaf_scores(query, one)),
            neighbours=(),
            grams=0.0,
            recency=1 + ranked.recency * self._scoring.freshness(one),
            full=full,
            complete=self._scoring.score(every, one) is not None,
        )

    def _facets(self, before: FoundMatches, request: PageRequest) -> dict[str, Sequence[tuple[str, int]]]:
        query = request.query
        facets: dict[str, Sequence[tuple[str, int]]] = {}
        for facet in request.facets:
            if facet == TIMELINE:
                continue
            counted = before.that_pass(query.filters, without="date" if facet == YEAR else facet).counted
            if facet == YEAR:
                facets[facet] = self._periods(counted, "year", query)[0][::-1]
            else:
                names = self._counts(counted, [one.article.names_in(facet) for one in counted], query)
                if facet in request.facet_names:
                    names = Counter({name: names[name] for name in request.facet_names[facet] if name in names})
                facets[facet] = tuple(sorted(names.items(), key=lambda pair: (-pair[1], pair[0])))
        return facets

    def _counts(self, found: Articles, values: Sequence[Sequence[str]], query: ArticleQuery) -> Counter[str]:
        """How many of ``found``, or of their clusters, have each of the ``values``, some for each article."""
        pairs = [(value, self._cluster(one).id) for one, own in zip(found, values, strict=True) for value in own]
        return Counter(value for value, _ in (set(pairs) if query.collapse else pairs))

    def _periods(self, found: Articles, unit: Unit, query: ArticleQuery) -> tuple[tuple[tuple[str, int], ...], int]:
        """(period, count) pairs, ascending, and the number of articles without a date."""
        periods = [[name_of(number_at(one.moment, unit), unit)] if one.moment else [] for one in found]
        undated = self._size([one for one in found if one.moment is None], query)
        return tuple(sorted(self._counts(found, periods, query).items())), undated

    def matches(self, queries: Sequence[ArticleQuery]) -> list[int]:
        """See `Searcher.matches`."""
        return [
            sum(
                passes(one.article, query.filters)
                and (query.ranked is None or self._scoring.score(query.ranked.query, one) is not None)
                for one in self._all
            )
            for query in queries
        ]

    def periods(self, requests: Sequence[PeriodRequest]) -> list[Periods]:
        """See `Searcher.periods`."""
        return [self._answered(request) for request in requests]

    def _answered(self, request: PeriodRequest) -> Periods:
        query = request.query
        found = self._before(query).that_pass(query.filters).counted
        unit = self._fitting(found, query) if request.unit == "auto" else request.unit
        vague = [one for one in found if request.stated and is_vague(one.article, unit)]
        clear = [one for one in found if not (request.stated and is_vague(one.article, unit))]
        counts, undated = self._periods(clear, unit, query)
        fetched = [one for one in found if one.moment is None and one.article.fetched_at is not None]
        moments = [one.article.fetched_at or 0 for one in fetched]
        told = FetchedUndated(self._size(fetched, query), min(moments), max(moments)) if moments else None
        return Periods(unit, counts, undated, self._size(vague, query), told)

    def _fitting(self, found: Articles, query: ArticleQuery) -> Unit:
        clear = [one for one in found if not is_vague(one.article, "month")]
        months, _ = self._periods(clear, "month", replace(query, collapse=False))
        stated = Counter(one.article.published.precision for one in found if one.article.published)
        return fitting(months, stated, query.filters.date_from, query.filters.date_to)

    def names_over_time(self, request: NamesRequest) -> NamesOverTime:
        """See `Searcher.names_over_time`."""
        query, unit, column = request.query, request.unit, request.column
        found = self._before(query).that_pass(query.filters).counted
        found = [one for one in found if one.moment and not is_vague(one.article, unit)]
        found = [one for one in found if one.article.names_in(column)]
        counts = self._counts(found, [one.article.names_in(column) for one in found], query)
        names = sorted(counts, key=lambda name: (-counts[name], name))[: request.most]
        rows = [
            self._periods([one for one in found if name in one.article.names_in(column)], unit, query)[0]
            for name in names
        ]
        others = [one for one in found if {*names}.isdisjoint(one.article.names_in(column))]
        return NamesOverTime(tuple(zip(names, rows, strict=True)), self._periods(others, unit, query)[0])

    def export(
        self, query: ArticleQuery, after: str = "", most: int | None = None, order: Order | None = None
    ) -> ExportedArticles:
        """See `Searcher.export`."""
        found = self._ordered(query, after, order) if order else self._in_order_of_ids(query, after)
        return ExportedArticles(len(found), ((one.article, self._cluster(one)) for one in found[:most]))

    def _ordered(self, query: ArticleQuery, after: str, order: Order) -> Articles:
        before = self._before(query)
        matches = before.that_pass(query.filters)
        counted = self._size(matches.counted, query)
        found = [one for one, _ in self._listed(matches, PageRequest(query, order))][:counted]
        if not after:
            return found
        if order != "relevance" and after in self._by_id:
            own = ordering.time_key(ListPlace.behind(self._by_id[after].article), order)
            return [one for one in found if ordering.time_key(ListPlace.behind(one.article), order) > own]
        ids = [one.article.id for one in found]
        if after not in ids:
            raise NotFoundError(f"there is no article {after[:40]!r} in this list")
        return found[ids.index(after) + 1 :]

    def _in_order_of_ids(self, query: ArticleQuery, after: str) -> Articles:
        found = self._before(query).that_pass(query.filters).counted
        found.sort(key=lambda one: one.article.id)
        if query.collapse:
            found = self._first_of_each_cluster(found)
        return [one for one in found if one.article.id > after]

    def listed(self, offset: int, limit: int) -> list[tuple[str, datetime | None]]:
        """See `Searcher.listed`."""
        return [(one.article.id, one.moment) for one in self._all[offset : offset + limit]]

    def articles(self, ids: Sequence[str]) -> dict[str, Article]:
        """See `Searcher.articles`."""
        return {article_id: self._by_id[article_id].article for article_id in ids if article_id in self._by_id}

    def at_addresses(self, addresses: Sequence[str]) -> dict[str, tuple[Article, ...]]:
        """See `Searcher.at_addresses`."""
        every = [one.article for one in self._all]
        found = {address: those_at(address, every)[:MOST_AT_ADDRESS] for address in addresses if address}
        return {address: articles for address, articles in found.items() if articles}

    def copies(self, article_id: str, most: int) -> tuple[Cluster, tuple[Article, ...]]:
        """See `Searcher.copies`."""
        if article_id not in self._by_id:
            raise NotFoundError(f"there is no article {article_id[:40]!r}")
        cluster = self._clusters[article_id]
        others = [one for one in self._all if self._cluster(one) == cluster and one.article.id != article_id]
        return cluster, tuple(one.article for one in ordering.in_order(others, "newest")[:most])

    def similar(self, article_id: str, most: int) -> list[SimilarArticle]:
        """See `Searcher.similar`."""
        own = self._by_id.get(article_id)
        counts = self.vocabulary.counts
        ranked = own and similarity_query(
            own.bases.items(), self.analyser, self.count(), lambda stems: counts(stems, "stem")
        )
        if not ranked:
            return []
        limit = looked_at(most, self._clusters[article_id].size)
        page = self.search(PageRequest(ArticleQuery(ranked), "relevance", limit=limit, facets=()))
        best = [(hit.article.id, hit.score) for hit in page.hits]
        found = most_similar(best, article_id, most, lambda one: self._clusters[one].id)
        return [SimilarArticle(self._by_id[other].article, similarity) for other, similarity in found]

    def similar_to(self, text: str, most: int) -> list[SimilarArticle]:
        """See `Searcher.similar_to`."""
        counts, held = self.vocabulary.counts, HeldWords.of(text, self.analyser)
        ranked = similarity_query(held.bases, self.analyser, self.count(), lambda stems: counts(stems, "stem"))
        if not ranked:
            return []
        whole = held.own_score(ranked, self.analyser, self._scoring.average, self._scoring.idf_of_stem)
        page = self.search(PageRequest(ArticleQuery(ranked), "relevance", limit=looked_at(most, 0), facets=()))
        best = [(hit.article.id, hit.score) for hit in page.hits]
        found = similar_to_text(best, whole, most, lambda one: self._clusters[one].id)
        return [SimilarArticle(self._by_id[other].article, similarity) for other, similarity in found]

    def significant(self, request: PageRequest, most: int, without: Collection[str] = ()) -> SignificantTerms:
        """See `Searcher.significant`."""
        page = self.search(request)
        sample = [hit.article for hit in page.hits][: max(0, page.counted - request.offset)]
        inside = Counter(base for one in sample for base in self._by_id[one.id].bases)
        everywhere = Counter(base for one in self._all for base in one.bases)
        frequent = [(base, count, everywhere[base]) for base, count in inside.most_common(LOOKED_AT)]
        terms = significant_terms(frequent, len(sample), self.count(), self.analyser, most, without)
        with_examples = [
            replace(term, example=next(one for one in sample if term.base in self._by_id[one.id].bases))
            if self.analyser.may_be_joined(term.base)
            else term
            for term in terms
        ]
        return SignificantTerms(tuple(with_examples), len(sample), page.counted)

    @property
    def own_fields(self) -> tuple[str, ...]:
        """See `Searcher.own_fields`."""
        return tuple(sorted({name for one in self._all for name, _ in one.article.own}))

    def names(self, column: str) -> Sequence[str]:
        """See `Searcher.names`."""
        if column not in COLUMNS_BY_NAME and column not in self.own_fields:
            return ()
        return tuple(sorted({name for one in self._all for name in one.article.names_in(column)}))

    def continuations(self, starts: Sequence[HeadlineStart], most: int) -> list[list[Continuation]]:
        """See `Searcher.continuations`."""
        return [continuations(self._all, begun, most) for begun in starts]

    def headlines(self, starts: Sequence[HeadlineStart], most: int) -> list[HeadlineMatches]:
        """See `Searcher.headlines`."""
        return [headlines(self._all, begun, most) for begun in starts]

    def headline_words(self, bases: Collection[str]) -> frozenset[str]:
        """See `Searcher.headline_words`."""
        return frozenset(bases) & {base for one in self._all for base in one.headline}

    def close(self) -> None:
        """See `Searcher.close`. There is nothing to release."""
