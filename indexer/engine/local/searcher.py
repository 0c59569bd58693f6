"""Answers over the files of one generation."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from whoosh.index import FileIndex

from indexer.arabic.analyser import Analyser, Tier
from indexer.article import Article
from indexer.columns import COLUMNS_BY_NAME, FACETS, TIMELINE, YEAR
from indexer.engine.base import Cluster, Continuation, Explanation, Order, Periods, TopHits, Unit
from indexer.engine.local.clusters import clusters
from indexer.engine.local.clusters.clusters import Clusters
from indexer.engine.local.completion import continuations, headlines_with
from indexer.engine.local.ranking import maxscore
from indexer.engine.local.ranking.explain import explain
from indexer.engine.local.ranking.matches import Matches, complete, settled
from indexer.engine.local.ranking.rerank import added_scores, highest_score
from indexer.engine.local.ranking.scoring import Corpus, Floats, Mask, Scored, Scorer
from indexer.engine.local.segments.codec import Segment, open_arrays, open_articles, open_headlines
from indexer.engine.local.segments.columns import NO_DATE, Columns, start
from indexer.engine.local.segments.forward import Forward
from indexer.engine.local.segments.names import Counted, each_counted
from indexer.engine.local.segments.positions import in_bodies
from indexer.engine.local.segments.runs import Ints
from indexer.engine.local.vocabulary import Vocabulary
from indexer.engine.queries import Filters, Query, Ranked, Words
from indexer.engine.weights import RERANKED
from indexer.errors import NotFoundError


def _depth(ranked: Ranked) -> int:
    """How many of the best articles are looked at again."""
    return RERANKED if ranked.grams or ranked.neighbours or ranked.related else 0


def _times(scores: Floats, boost: Floats | None, docs: Ints) -> Floats:
    return scores if boost is None else scores * boost[docs]


class WhooshSearcher:
    """`base.Searcher` over the files of one generation, all of them mapped arrays that threads share."""

    def __init__(self, index: FileIndex, analyser: Analyser) -> None:
        self.analyser = analyser
        folder = Path(index.storage.folder)
        segments: list[Segment] = list(index._segments())
        files = [open_arrays(folder, segment) for segment in segments]
        self._articles = [open_articles(folder, *pair) for pair in zip(segments, files, strict=True)]
        of_segments = [segment.alive() for segment in segments]
        alive = np.concatenate([np.zeros(0, bool), *of_segments])
        self.vocabulary = Vocabulary(files, of_segments)
        self._headlines = [open_headlines(folder, segment) for segment in segments]
        self._columns = Columns.of(files, alive)
        self._clusters = Clusters(clusters.read(folder / clusters.NAME), files, alive)
        self._corpus = Corpus(files, alive, self._columns.mask)
        self._forward = Forward(files, self._corpus.bases)
        self._alive = np.flatnonzero(alive)

    def search(
        self,
        ranked: Ranked | None,
        filters: Filters,
        order: Order,
        offset: int,
        limit: int,
        *,
        collapse: bool = False,
        facets: Collection[str] = FACETS,
    ) -> TopHits:
        """See `base.Searcher.search`."""
        counted: Counted = self._clusters.counter() if collapse else each_counted
        masks = self._columns.masks(filters)
        mask = np.logical_and.reduce(list(masks.values())) if masks else None
        within = masks.get("within")
        scorer = Scorer(self._corpus)
        asked, before = self._settled(scorer, ranked, within)
        matches = before.among(mask)
        by_relevance = asked is not None and order == "relevance"
        listed = matches.listed if by_relevance else matches.found
        if asked is None or order != "relevance":
            ordered = self._by_time(listed, order)
            page = self._first(lambda most: ordered[:most], offset + limit, listed, collapse)[offset:]
            scores = np.zeros(len(page)) if asked is None else self._scores(scorer, asked, page)
            top = tuple(zip(page.tolist(), scores.tolist(), strict=True))
        else:
            best: dict[int, float] = {}

            def ranking(most: int) -> Ints:
                best.update(self._best(scorer, asked, matches, mask, most))
                return np.fromiter(best, np.int64, len(best))

            page = self._first(ranking, offset + limit, listed, collapse)[offset:]
            top = tuple((doc, best[doc]) for doc in page.tolist())

        def besides(own: str) -> Ints:
            if own not in masks:
                return matches.found
            others = [other for name, other in masks.items() if name != own]
            return before.among(np.logical_and.reduce(others) if others else None).found

        counts: dict[str, Sequence[tuple[str, int]]] = {
            name: column.counts(besides(name), counted)
            for name, column in self._columns.names.items()
            if name in facets
        }
        if YEAR in facets:
            counts[YEAR] = self._columns.years(besides("date"), counted)
        count = self._clusters.count if collapse else len
        total = count(matches.full)
        # A cluster with a full match in it does not count as a partial match.
        partial = count(matches.listed) - total if len(matches.part) else 0
        return TopHits(
            total=total,
            partial=partial,
            docs=top,
            listed=total + partial if by_relevance else count(listed),
            total_before=len(before.full),
            partial_before=len(before.part),
            complete_before=complete(scorer, asked, before, within) if asked else len(before.full),
            most=before.most,
            facets=counts,
            timeline=self._columns.months(matches.found, counted) if TIMELINE in facets else (),
        )

    def select(
        self, ranked: Ranked | None, filters: Filters, *, collapse: bool = False, after: str = ""
    ) -> NDArray[np.integer]:
        """See `base.Searcher.select`."""
        ordered = self._clusters.by_id(self._found(ranked, filters))
        if collapse:
            ordered = ordered[self._clusters.firsts(ordered)]
        return ordered[self._clusters.behind(ordered, after) :] if after else ordered

    def periods(
        self, ranked: Ranked | None, filters: Filters, unit: Unit, *, collapse: bool = False, stated: bool = False
    ) -> Periods:
        """See `base.Searcher.periods`."""
        counted: Counted = self._clusters.counter() if collapse else each_counted
        docs = self._found(ranked, filters)
        vague = self._columns.vague(unit, docs) if stated else docs[:0]
        if len(vague):
            docs = docs[~np.isin(docs, vague)]
        counts = self._columns.periods(unit, docs, counted)
        return replace(counts, vague=self._clusters.count(vague) if collapse else len(vague))

    def matches(self, asked: Sequence[tuple[Ranked | None, Filters]]) -> list[int]:
        """See `base.Searcher.matches`."""
        scorer = Scorer(self._corpus)
        known: dict[Query, Mask] = {}

        def having(query: Query) -> Mask:
            if query not in known:
                known[query] = np.zeros(len(self._corpus.alive), bool)
                known[query][scorer.docs(query)] = True
            return known[query]

        counts = []
        for ranked, filters in asked:
            query = ranked.query if ranked else Words(())
            needed = query.children if isinstance(query, Words) and query.least >= 1 else (query,)
            found = self._corpus.alive.copy()
            for mask in (*self._columns.masks(filters).values(), *map(having, needed)):
                found &= mask
            for left_out in query.without if isinstance(query, Words) else ():
                found &= ~having(left_out)
            counts.append(int(np.count_nonzero(found)))
        return counts

    def _found(self, ranked: Ranked | None, filters: Filters) -> Ints:
        """What the facets of `search` speak of, in no order."""
        masks = self._columns.masks(filters)
        _, before = self._settled(Scorer(self._corpus), ranked, masks.get("within"))
        return before.among(np.logical_and.reduce(list(masks.values())) if masks else None).found

    def _first(self, ordered: Callable[[int], Ints], most: int, found: Ints, collapse: bool) -> Ints:
        """The first ``most`` of ``found``, of which ``ordered`` gives any number; with ``collapse`` one a cluster."""
        if not (collapse and self._clusters.several[found].any()):
            return ordered(most)
        asked = 2 * most
        while True:
            docs = ordered(asked)
            firsts = self._clusters.firsts(docs)
            if len(firsts) >= most or asked >= len(found):
                return docs[firsts[:most]]
            asked *= 4

    def best(self, ranked: Ranked, limit: int) -> tuple[tuple[int, float], ...]:
        """See `base.Searcher.best`."""
        scorer = Scorer(self._corpus)
        asked, matches = settled(scorer, ranked, None)
        return self._best(scorer, asked, matches, None, limit)

    def explain(self, ranked: Ranked, docs: Sequence[int]) -> list[Explanation]:
        """See `base.Searcher.explain`."""
        boost, scorer = self._boost(ranked), Scorer(self._corpus)
        lifted = [1.0 if boost is None else float(boost[doc]) for doc in docs]
        return [explain(self._corpus, scorer, ranked, doc, lift) for doc, lift in zip(docs, lifted, strict=True)]

    def _settled(self, scorer: Scorer, ranked: Ranked | None, within: Mask | None) -> tuple[Ranked | None, Matches]:
        """`matches.settled`; where nothing is ranked, all articles match in full."""
        if ranked is not None:
            return settled(scorer, ranked, within)
        found = self._alive if within is None else self._alive[within[self._alive]]
        return None, Matches(found, found[:0], any_full=True)

    def _scores(self, scorer: Scorer, ranked: Ranked, docs: Ints) -> Floats:
        """What ``docs`` score, but for what `rerank` adds to the best."""
        boost = self._boost(ranked)
        scores = scorer.at(ranked.query, docs)
        if ranked.wider:
            wider = scorer.at(ranked.wider, docs)
            lift = self._lift(scorer, ranked, ranked.wider)
            return np.where(scores > 0, _times(scores, boost, docs) + lift, _times(wider, boost, docs))
        return _times(scores, boost, docs)

    def _lift(self, scorer: Scorer, ranked: Ranked, wider: Query) -> float:
        """What is added to the scores of articles that match the query itself: more than the others can have."""
        return highest_score(self._corpus, scorer, ranked, wider) * (1 + ranked.recency)

    def _best(
        self, scorer: Scorer, ranked: Ranked, matches: Matches, mask: Mask | None, most: int
    ) -> tuple[tuple[int, float], ...]:
        """The first ``most`` of ``matches`` by relevance; full matches outscore partial ones. All lie in ``mask``."""
        top = self._ordered(scorer, ranked, self._scored(scorer, ranked.query, ranked, mask, most), most)
        if ranked.wider:
            partial = np.zeros(len(self._corpus.alive), bool)
            partial[matches.part] = True
            rest = self._ordered(scorer, ranked, self._scored(scorer, ranked.wider, ranked, partial, most), most)
            lift = self._lift(scorer, ranked, ranked.wider)
            top = Scored(np.append(top.docs, rest.docs), np.append(top.scores + lift, rest.scores))
        return tuple(zip(top.docs[:most].tolist(), top.scores[:most].tolist(), strict=True))

    def _scored(self, scorer: Scorer, query: Query, ranked: Ranked, mask: Mask | None, most: int) -> Scored:
        """The articles that may be among the best ``most``, and what they score but for `rerank`."""
        boost = self._boost(ranked)
        if isinstance(query, Words) and query.least < 1:
            return maxscore.best(scorer, query, max(most, _depth(ranked)), mask, boost)
        docs, scores = scorer.scored(query)
        if mask is not None:
            docs, scores = docs[mask[docs]], scores[mask[docs]]
        return Scored(docs, _times(scores, boost, docs))

    def _boost(self, ranked: Ranked) -> Floats | None:
        """What scores are multiplied by."""
        return 1 + ranked.recency * self._columns.freshness if ranked.recency else None

    def _ordered(self, scorer: Scorer, ranked: Ranked, found: Scored, most: int) -> Scored:
        """The best ``most`` of ``found``, in their order."""
        depth = _depth(ranked)
        docs, scores = self._sorted(found, max(most, depth))
        head = slice(0, depth)
        if depth and len(docs):
            added = added_scores(self._corpus, scorer, ranked, docs[head])
            scores[head] += _times(added, self._boost(ranked), docs[head])
        best = self._sorted(Scored(docs[head], scores[head]), depth)
        return Scored(np.append(best.docs, docs[depth:]), np.append(best.scores, scores[depth:]))

    def _sorted(self, found: Scored, most: int) -> Scored:
        docs, scores = found
        if len(docs) > most:
            chosen = scores >= np.partition(scores, -most)[-most]
            docs, scores = docs[chosen], scores[chosen]
        order = np.lexsort((docs, -self._columns.dates[docs].astype(np.int64), -scores))[:most]
        return Scored(docs[order], scores[order])

    def _by_time(self, docs: Ints, order: Order) -> Ints:
        if order == "fetched" or order == "indexed":
            return self._columns.latest(order, docs)
        dates = self._columns.dates[docs].astype(np.int64)
        if order == "oldest":
            dates[dates == NO_DATE] = 2**31
        return docs[np.argsort(dates if order == "oldest" else -dates, kind="stable")]

    def places(self, docs: Sequence[int], terms: Sequence[tuple[Tier, str]]) -> list[list[tuple[int, int]]]:
        """See `base.Searcher.places`."""
        found: list[list[tuple[int, int]]] = [[] for _ in docs]
        for segment in Scorer(self._corpus).segments:
            own = [(doc - segment.base, at) for at, doc in enumerate(docs) if 0 <= doc - segment.base < segment.size]
            here = np.array([doc for doc, _ in own], np.int64)
            for number, (tier, text) in enumerate(terms if own else ()):
                for at, places in in_bodies(segment.postings(tier, text), here):
                    found[own[at][1]] += [(place, number) for place in places]
        return found

    def continuations(self, words: Sequence[str], prefix: str, most: int) -> list[Continuation]:
        """See `base.Searcher.continuations`."""
        return continuations(self._headlines, self._corpus.bases, self._corpus.alive, words, prefix, most)

    def headlines(self, words: Sequence[str], prefix: str, most: int) -> tuple[int, list[int]]:
        """See `base.Searcher.headlines`."""
        docs, begins = headlines_with(self._headlines, self._corpus.bases, words, prefix)
        there = self._corpus.alive[docs]
        docs, begins = docs[there], begins[there]
        order = np.lexsort((docs, -self._columns.dates[docs].astype(np.int64), begins > 0))
        return len(docs), docs[order[:most]].tolist()

    def heads(self, word: str) -> bool:
        """See `base.Searcher.heads`."""
        return any(file.number(word) for file in self._headlines)

    def cluster(self, doc: int) -> Cluster:
        """The cluster that the article with this number is in."""
        return Cluster(self._clusters.id_of(doc), self._clusters.size_of(doc))

    def copies(self, article_id: str, most: int) -> tuple[Cluster, tuple[Article, ...]]:
        """See `base.Searcher.copies`."""
        doc = self.number(article_id)
        if doc is None:
            raise NotFoundError(f"there is no article {article_id[:40]!r}")
        others = self._clusters.members(doc)
        newest = self._by_time(others[others != doc], "newest")
        return self.cluster(doc), tuple(self.fetch(other) for other in newest[:most].tolist())

    def fetch(self, doc: int) -> Article:
        """The article with this number. Raises DamagedIndexError."""
        segment = int(np.searchsorted(self._corpus.bases, doc, side="right")) - 1
        return self._articles[segment].article(doc - self._corpus.bases[segment])

    def number(self, article_id: str) -> int | None:
        """The number of the article with this id, or None."""
        for file, base in zip(self._corpus.files, self._corpus.bases, strict=False):
            doc = file.doc_of(article_id)
            if doc >= 0 and self._corpus.alive[base + doc]:
                return int(base + doc)
        return None

    def find(self, article_id: str) -> Article | None:
        """The article with this id, or None."""
        doc = self.number(article_id)
        return None if doc is None else self.fetch(doc)

    def listed(self, offset: int, limit: int) -> list[tuple[str, datetime | None]]:
        """See `base.Searcher.listed`."""
        ids = self._columns.ids
        docs = self._alive[np.argsort(ids[self._alive])][offset : offset + limit]
        pairs = zip(ids[docs].tolist(), self._columns.dates[docs].tolist(), strict=True)
        return [(f"{number:016x}", None if minutes == NO_DATE else start(minutes)) for number, minutes in pairs]

    def held(self, doc: int) -> list[tuple[str, int]]:
        """See `base.Searcher.held`."""
        return self._forward.held(doc)

    def frequent(self, docs: Sequence[int], most: int) -> list[tuple[str, int, int]]:
        """See `base.Searcher.frequent`."""
        return self._forward.frequent(docs, most)

    @property
    def own_fields(self) -> tuple[str, ...]:
        """See `base.Searcher.own_fields`."""
        return tuple(name for name in self._columns.names if name not in COLUMNS_BY_NAME)

    def names(self, column: str) -> Sequence[str]:
        """See `base.Searcher.names`."""
        return self._columns.names[column].values if column in self._columns.names else ()

    def count(self) -> int:
        """How many articles there are."""
        return len(self._alive)

    def close(self) -> None:
        """The maps go with the last search that reads them."""
