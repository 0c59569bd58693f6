# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers from the files of one generation."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from whoosh.index import FileIndex

from indexer import deadline
from indexer.arabic.analyser import Analyser, Tier
from indexer.article import Article
from indexer.columns import COLUMNS_BY_NAME, Order
from indexer.engine.local.articles import NumberedArticles
from indexer.engine.local.clusters import clusters
from indexer.engine.local.clusters.clusters import Clusters
from indexer.engine.local.completion import continuations, headlines_with
from indexer.engine.local.page_search import MatchFinder, PageSearch
from indexer.engine.local.ranking.corpus import Corpus, Mask
from indexer.engine.local.ranking.explain import explain
from indexer.engine.local.ranking.ranker import Ranker
from indexer.engine.local.ranking.scoring import Scorer
from indexer.engine.local.segments.codec import Segment, open_arrays, open_headlines
from indexer.engine.local.segments.columns import NO_DATE, Columns, start
from indexer.engine.local.segments.forward import Forward
from indexer.engine.local.segments.positions import in_bodies
from indexer.engine.local.segments.runs import Ints
from indexer.engine.local.telling import open_stories
from indexer.engine.local.vocabulary import LocalVocabulary
from indexer.engine.queries import Query, Words
from indexer.engine.questions import (
    MOST_AT_ADDRESS,
    ArticleQuery,
    Capabilities,
    Cluster,
    Continuation,
    ExportedArticles,
    FoundArticle,
    HeadlineMatches,
    HeadlinePlace,
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
    WordPlace,
    those_at,
)
from indexer.engine.significance import LOOKED_AT, significant_terms
from indexer.engine.similarity import HeldWords, looked_at, most_similar, similar_to_text, similarity_query
from indexer.errors import NotFoundError
from indexer.web_addresses import address_key


class WhooshSearcher:
    """See `engine.base.Searcher`. All files are mapped arrays that threads share."""

    capabilities = Capabilities()

    def __init__(self, index: FileIndex, analyser: Analyser) -> None:
        self.analyser = analyser
        folder = Path(index.storage.folder)
        segments: list[Segment] = list(index._segments())
        files = [open_arrays(folder, segment) for segment in segments]
        of_segments = [segment.alive() for segment in segments]
        alive = np.concatenate([np.zeros(0, bool), *of_segments])
        self.vocabulary = LocalVocabulary(files, of_segments)
        self._columns = Columns.of(files, alive)
        self._clusters = Clusters(clusters.read(folder / clusters.NAME), files, alive)
        self.stories = open_stories(folder)
        """See `Searcher.stories`."""
        self.corpus = Corpus(files, alive, self._columns.mask)
        self._finder = MatchFinder(self.corpus, self._columns, self._clusters)
        self.ranker = Ranker(self.corpus, self._columns)
        self.numbered = NumberedArticles(folder, segments, files, self._columns.ids, alive)
        self._headlines = [open_headlines(folder, segment) for segment in segments]
        self._forward = Forward(files, self.corpus.bases)

    def count(self) -> int:
        """See `Searcher.count`."""
        return len(self._finder.alive)

    def search(self, request: PageRequest) -> ResultPage:
        """See `Searcher.search`."""
        search = PageSearch(request, self._finder, self.ranker)
        return search.page(self._hits(search.top(), request, search.scorer))

    def _hits(self, top: Sequence[tuple[int, float]], request: PageRequest, scorer: Scorer) -> tuple[FoundArticle, ...]:
        docs = [doc for doc, _ in top]
        places = self._places(scorer, docs, request.terms) if request.terms else [None] * len(docs)
        hits = []
        for (doc, score), own in zip(top, places, strict=True):
            deadline.check()
            cluster = self._cluster(doc)
            copies = self._newest_copies(doc, request.copies) if request.copies and cluster.size > 1 else ()
            hits.append(FoundArticle(self.numbered.article(doc), score, cluster, copies, own))
        ranked = request.query.ranked
        if not request.explain or ranked is None:
            return tuple(hits)
        boost = self.ranker.boost(ranked)
        factors = [1.0 if boost is None else float(boost[doc]) for doc in docs]
        return tuple(
            replace(hit, explanation=explain(self.corpus, scorer, ranked, doc, factor))
            for hit, doc, factor in zip(hits, docs, factors, strict=True)
        )

    def _places(
        self, scorer: Scorer, docs: Sequence[int], terms: Sequence[tuple[Tier, str]]
    ) -> list[tuple[WordPlace, ...]]:
        """The places of ``terms`` in the body of each of ``docs``."""
        found: list[list[WordPlace]] = [[] for _ in docs]
        for segment in scorer.segments:
            own = [(doc - segment.base, at) for at, doc in enumerate(docs) if 0 <= doc - segment.base < segment.size]
            here = np.array([doc for doc, _ in own], np.int64)
            for number, (tier, text) in enumerate(terms if own else ()):
                for at, places in in_bodies(segment.postings(tier, text), here):
                    found[own[at][1]] += [WordPlace(place, number) for place in places]
        return list(map(tuple, found))

    def matches(self, queries: Sequence[ArticleQuery]) -> list[int]:
        """See `Searcher.matches`."""
        scorer = Scorer(self.corpus)
        known: dict[Query, Mask] = {}

        def having(query: Query) -> Mask:
            if query not in known:
                known[query] = np.zeros(len(self.corpus.alive), bool)
                known[query][scorer.docs(query)] = True
            return known[query]

        counts = []
        for asked in queries:
            query = asked.ranked.query if asked.ranked else Words(())
            needed = query.children if isinstance(query, Words) and query.least >= 1 else (query,)
            found = self.corpus.alive.copy()
            for mask in (*self._columns.masks(asked.filters).values(), *map(having, needed)):
                found &= mask
            for left_out in query.without if isinstance(query, Words) else ():
                found &= ~having(left_out)
            counts.append(int(np.count_nonzero(found)))
        return counts

    def periods(self, requests: Sequence[PeriodRequest]) -> list[Periods]:
        """See `Searcher.periods`."""
        scorer = Scorer(self.corpus)
        return [self._finder.periods(request, self._finder.found(request.query, scorer)) for request in requests]

    def names_over_time(self, request: NamesRequest) -> NamesOverTime:
        """See `Searcher.names_over_time`."""
        return self._finder.names_over_time(request, self._finder.found(request.query, Scorer(self.corpus)))

    def export(
        self, query: ArticleQuery, after: str = "", most: int | None = None, order: Order | None = None
    ) -> ExportedArticles:
        """See `Searcher.export`."""
        docs = self._in_order(query, after, order) if order else self._by_id(query, after)
        read = ((self.numbered.article(doc), self._cluster(doc)) for doc in map(int, docs[:most]))
        return ExportedArticles(len(docs), read)

    def _in_order(self, query: ArticleQuery, after: str, order: Order) -> Ints:
        search = PageSearch(PageRequest(query, order), self._finder, self.ranker)
        docs = search.first(len(self._finder.alive))[: search.counted]
        if not after:
            return docs
        passed = search.number_of(after, docs)
        if not passed and order != "relevance" and (number := self.numbered.number(after)) is not None:
            passed = self._columns.passed(order, docs, ListPlace.behind(self.numbered.article(number)))
        elif not passed:
            raise NotFoundError(f"there is no article {after[:40]!r} in this list")
        return docs[passed:]

    def _by_id(self, query: ArticleQuery, after: str) -> NDArray[np.integer]:
        ordered = self._clusters.by_id(self._finder.found(query, Scorer(self.corpus)))
        if query.collapse:
            ordered = ordered[self._clusters.firsts(ordered)]
        return ordered[self._clusters.behind(ordered, after) :] if after else ordered

    def listed(self, offset: int, limit: int) -> list[tuple[str, datetime | None]]:
        """See `Searcher.listed`."""
        ids, alive = self._columns.ids, self._finder.alive
        docs = alive[np.argsort(ids[alive])][offset : offset + limit]
        minutes = self._columns.dates[docs].tolist()
        return [
            (self.numbered.id_of(doc), None if minute == NO_DATE else start(minute))
            for doc, minute in zip(docs.tolist(), minutes, strict=True)
        ]

    def articles(self, ids: Sequence[str]) -> dict[str, Article]:
        """See `Searcher.articles`."""
        numbers = ((article_id, self.numbered.number(article_id)) for article_id in ids)
        return {article_id: self.numbered.article(doc) for article_id, doc in numbers if doc is not None}

    def at_addresses(self, addresses: Sequence[str]) -> dict[str, tuple[Article, ...]]:
        """See `Searcher.at_addresses`."""
        found = {}
        for address in addresses:
            here = self._columns.addresses == np.uint64(address_key(address))
            docs = self._clusters.by_id(np.flatnonzero(here & self.corpus.alive))[:MOST_AT_ADDRESS]
            found[address] = those_at(address, self.numbered.several(docs.tolist()))
        return {address: articles for address, articles in found.items() if articles}

    def copies(self, article_id: str, most: int) -> tuple[Cluster, tuple[Article, ...]]:
        """See `Searcher.copies`."""
        doc = self.numbered.number(article_id)
        if doc is None:
            raise NotFoundError(f"there is no article {article_id[:40]!r}")
        return self._cluster(doc), self._newest_copies(doc, most)

    def _newest_copies(self, doc: int, most: int) -> tuple[Article, ...]:
        others = self._clusters.members(doc)
        newest = self.ranker.by_time(others[others != doc], "newest")
        return self.numbered.several(newest[:most].tolist())

    def _cluster(self, doc: int) -> Cluster:
        return Cluster(self._clusters.id_of(doc), self._clusters.size_of(doc))

    def similar(self, article_id: str, most: int) -> list[SimilarArticle]:
        """See `Searcher.similar`."""
        doc = self.numbered.number(article_id)
        if doc is None:
            return []
        counts = self.vocabulary.counts
        held = self._forward.held(doc)
        ranked = similarity_query(held, self.analyser, self.count(), lambda stems: counts(stems, "stem"))
        if ranked is None:
            return []
        best = self.ranker.best(ranked, looked_at(most, self._clusters.size_of(doc)))
        found = most_similar(best, doc, most, self._clusters.id_of)
        return [SimilarArticle(self.numbered.article(other), similarity) for other, similarity in found]

    def similar_to(self, text: str, most: int) -> list[SimilarArticle]:
        """See `Searcher.similar_to`."""
        counts, held = self.vocabulary.counts, HeldWords.of(text, self.analyser)
        ranked = similarity_query(held.bases, self.analyser, self.count(), lambda stems: counts(stems, "stem"))
        if ranked is None:
            return []
        corpus = self.corpus
        whole = held.own_score(
            ranked, self.analyser, corpus.average, lambda stem: corpus.idf(counts([stem], "stem")[0])
        )
        best = self.ranker.best(ranked, looked_at(most, 0))
        found = similar_to_text(best, whole, most, self._clusters.id_of)
        return [SimilarArticle(self.numbered.article(other), similarity) for other, similarity in found]

    def significant(self, request: PageRequest, most: int, without: Collection[str] = ()) -> SignificantTerms:
        """See `Searcher.significant`."""
        search = PageSearch(request, self._finder, self.ranker)
        docs = [doc for doc, _ in islice(search.top(), max(0, search.counted - request.offset))]
        frequent = self._forward.frequent(docs, LOOKED_AT)
        terms = significant_terms(frequent, len(docs), self.count(), self.analyser, most, without)
        with_examples = [
            replace(term, example=self._example(term.base, docs)) if self.analyser.may_be_joined(term.base) else term
            for term in terms
        ]
        return SignificantTerms(tuple(with_examples), len(docs), search.counted)

    def _example(self, base: str, docs: Sequence[int]) -> Article | None:
        """The first of ``docs`` that has a word with this base."""
        holding = (doc for doc in docs if base in dict(self._forward.held(doc)))
        return next(map(self.numbered.article, holding), None)

    @property
    def own_fields(self) -> tuple[str, ...]:
        """See `Searcher.own_fields`."""
        return tuple(name for name in self._columns.names if name not in COLUMNS_BY_NAME)

    def names(self, column: str) -> Sequence[str]:
        """See `Searcher.names`."""
        return self._columns.names[column].values if column in self._columns.names else ()

    def continuations(self, starts: Sequence[HeadlineStart], most: int) -> list[list[Continuation]]:
        """See `Searcher.continuations`."""
        return [self._phrases(begun, most) for begun in starts]

    def _phrases(self, begun: HeadlineStart, most: int) -> list[Continuation]:
        found = continuations(self._headlines, self.corpus.bases, self.corpus.alive, *begun, most)
        ids = iter(self.numbered.ids_of([doc for one in found for doc, _ in one.places]))
        return [
            Continuation(one.words, one.headlines, tuple(HeadlinePlace(next(ids), at) for _, at in one.places))
            for one in found
        ]

    def headlines(self, starts: Sequence[HeadlineStart], most: int) -> list[HeadlineMatches]:
        """See `Searcher.headlines`."""
        return [self._with_words(begun, most) for begun in starts]

    def _with_words(self, begun: HeadlineStart, most: int) -> HeadlineMatches:
        docs, words = headlines_with(self._headlines, self.corpus.bases, *begun)
        there = self.corpus.alive[docs]
        # A headline may have them twice; the first place is the one that counts.
        order = np.lexsort((words[there], docs[there]))
        docs, words = docs[there][order], words[there][order]
        first = np.diff(docs, prepend=-1) > 0
        docs, words = docs[first], words[first]
        newest = self.ranker.newest_first(docs, before=words == 0)[:most] if most else docs[:0]
        articles = self.numbered.several(newest.tolist())
        return HeadlineMatches(len(docs), tuple((article.id, article.title) for article in articles))

    def headline_words(self, bases: Collection[str]) -> frozenset[str]:
        """See `Searcher.headline_words`."""
        return frozenset(base for base in bases if any(file.number(base) for file in self._headlines))

    def close(self) -> None:
        """See `Searcher.close`. The maps go with the last search that reads them."""
