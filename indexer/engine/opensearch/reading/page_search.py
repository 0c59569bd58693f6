# SPDX-License-Identifier: GPL-3.0-or-later
"""One search for a page: which articles match, how many, and which stand on the page.

It asks once for the full matches with all counts, and once more for partial matches, if there are any. Only where no
article holds what is asked of partial matches does it ask a third and a fourth time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from indexer.columns import COLUMNS_BY_NAME, TIMELINE, YEAR, Order
from indexer.engine.opensearch.mapping import DEEPEST
from indexer.engine.opensearch.reading import behind, counting, ordering, rerank, settling
from indexer.engine.opensearch.reading.asking import Asking
from indexer.engine.opensearch.reading.counting import Pairs
from indexer.engine.opensearch.reading.generation import ClusterGeneration
from indexer.engine.opensearch.reading.translation import EVERYTHING
from indexer.engine.periods import Unit
from indexer.engine.queries import Ranked, Words
from indexer.engine.questions import FoundArticle, PageRequest, Periods, ResultPage

Json = dict[str, Any]

NUMBERED = 10_000
"""By relevance, pages are counted off from the first hit up to this number; deeper ones begin behind a hit."""

_SPREAD, _PASSED = "spread", "passed"
_BEFORE, _TOTAL, _COMPLETE, _EVERYWHERE, _FACET = "before", "total", "complete", "everywhere", "facet "
_SCORE, _DATE = 0, 1
"""The places of score and date in the sort values of the order by relevance."""


@dataclass(frozen=True, slots=True)
class RankedHit:
    """A hit of a search, before its article is fetched."""

    id: str
    cluster: str
    score: float


class ClusterPageSearch:
    """The answer to one `PageRequest` but for what is fetched of its articles."""

    def __init__(self, generation: ClusterGeneration, request: PageRequest) -> None:
        self.asking = Asking(generation, request.query)
        self._generation = generation
        self._request = request
        self._collapse = request.query.collapse
        self._by_relevance = request.query.ranked is not None and request.order == "relevance"
        self._size = self._most_windowed()
        self._lists: list[Json] = []
        self._full = generation.search(self._full_body())
        self._total_before = _total(self._full["aggregations"][_BEFORE])
        self.settled = self.asking.settled(self._total_before, self._full["aggregations"])
        self._part: Json | None = None
        self._union = counting.number(self._full["aggregations"][_TOTAL])
        self._find_partial()
        self.asking.remember(self.settled)

    # --- what is asked

    @property
    def _offset(self) -> int:
        return self._request.after.number if self._request.after else self._request.offset

    @cached_property
    def _behind(self) -> list[Any] | None:
        """The sort values of the hit behind which the page begins; None where hits are counted off instead."""
        place = self._request.after
        if place is None or (self._by_relevance and place.number < NUMBERED):
            return None
        return ordering.values(self._order, place)

    @property
    def _order(self) -> Order:
        return "newest" if self._request.order == "relevance" and not self._by_relevance else self._request.order

    @property
    def _depth(self) -> int:
        return rerank.depth(self._request.query.ranked) if self._by_relevance else 0

    @property
    def _in_cluster(self) -> bool:
        """Whether OpenSearch lists the page itself. It cannot where the first hits are reranked or lists are joined."""
        if not self._by_relevance:
            return True
        ranked = self._request.query.ranked
        return self._offset >= self._depth and (ranked is None or ranked.wider is None)

    @property
    def _reranks(self) -> bool:
        """Whether the first hits are reranked here."""
        return not self._in_cluster and self._behind is None

    def _window(self) -> Json:
        """Which hits are asked for."""
        request = self._request
        if not request.limit:
            return {"size": 0}
        if self._behind is not None:
            return behind.window(self._behind, request.limit + 1, collapse=self._collapse)
        if self._in_cluster:
            return {"from": self._offset, "size": request.limit}
        return {"size": self._size}

    def _most_windowed(self) -> int:
        """How many hits are asked for where a page is cut out of them here."""
        most = self._offset + self._request.limit
        return min(DEEPEST, max(self._depth, 2 * most if self._collapse else most))

    def _hits_body(self, query: Json, ranked: Ranked | None) -> Json:
        """The part of a search that lists hits of ``query``, and narrows them by the filters."""
        generation, request = self._generation, self._request
        dictionary = generation.dictionary
        recency = ranked.recency if ranked else 0.0
        reranked = ranked if self._reranks else None
        by_cluster = self._collapse and self._in_cluster and self._behind is None and request.limit
        narrowed = list(self.asking.narrowing.values())
        return {
            **self._window(),
            "track_total_hits": True,
            "stored_fields": "_none_",
            "docvalue_fields": ["id", "cluster", "copied"],
            "query": ordering.fresh({"bool": {"must": [query], "filter": self.asking.among}}, recency, dictionary),
            "sort": ordering.sort(self._order),
            **({} if self._by_relevance or ranked is None else {"track_scores": True}),
            **({"collapse": {"field": "cluster"}} if by_cluster else {}),
            **rerank.after_search(narrowed, reranked, self.asking.translator, dictionary),
        }

    def _full_body(self) -> Json:
        ranked = self._request.query.ranked
        scored = self.asking.translator.scored(ranked.query) if ranked else EVERYTHING
        aggregations = {
            _BEFORE: counting.counted([], collapse=False),
            **self.asking.part_counts(),
            **self._counts(),
        }
        if ranked and isinstance(ranked.query, Words) and ranked.query.least not in (0, 1):
            every = self.asking.translator.matching(replace(ranked.query, least=1.0))
            aggregations[_COMPLETE] = counting.counted([every], collapse=False)
        self._lists.append(self._hits_body(scored, ranked))
        return {**self._lists[0], "aggs": aggregations}

    def _counts(self) -> Json:
        """The aggregations of the total and the facets."""
        asking, dictionary = self.asking, self._generation.dictionary
        found = {_TOTAL: counting.counted(list(asking.narrowing.values()), collapse=self._collapse)}
        for name in self._request.facets:
            only = self._request.facet_names.get(name)
            if name in (YEAR, TIMELINE) or (dictionary.names(name) if only is None else only):
                query = asking.besides(name)
                found[_FACET + name] = counting.facet(name, query, dictionary, collapse=self._collapse, only=only)
        if self._passed:
            found[_PASSED] = counting.counted([*asking.narrowing.values(), *self._passed], collapse=self._collapse)
        if unit := self._request.unit:
            narrowed = list(asking.narrowing.values())
            found[_SPREAD] = counting.spread(unit, narrowed, collapse=self._collapse, stated=True)
        return found

    @property
    def _passed(self) -> list[Json]:
        """The query of the articles before the page, where their number is not known."""
        place = self._request.after
        return [] if place is None or place.same or self._by_relevance else [ordering.passed(self._order, place)]

    def _find_partial(self) -> None:
        """Asks for partial matches, if they are wanted."""
        wider = self.settled.wider
        if wider is None:
            return
        self._part = self._partial(wider)
        if self.settled.lowered and not self._part_before:
            asking = self.asking
            most = settling.holding_most(wider, asking.among, asking.translator)
            self.settled = settling.lowered_to(self.settled, self._generation.search(most), asking.translator)
            self._part = self._partial(self.settled.wider) if self.settled.wider else None
        if self._part and not self._part_before and self.settled.ranked:
            self._part = None
            self.settled = replace(self.settled, ranked=replace(self.settled.ranked, wider=None), most=True)
        if self._part:
            self._union = counting.number(self._part["aggregations"][_EVERYWHERE][_TOTAL])

    def _partial(self, wider: Words) -> Json:
        """The answer about the articles that match ``wider`` only."""
        asking, ranked = self.asking, self.settled.ranked
        query = settling.partial(ranked, wider, asking.translator, scored=True) if ranked else EVERYTHING
        listed = self._hits_body(query, ranked)
        if not self._by_relevance and not self.settled.counts_part:
            listed = {**listed, "size": 0, "from": 0}
            for part in ("collapse", "search_after"):
                listed.pop(part, None)
        self._lists = [self._lists[0], listed]
        either = {"bool": {"should": [asking.full(), asking.translator.matching(wider)], "minimum_should_match": 1}}
        union = [*asking.among, *asking.narrowing.values(), either]
        counts = {
            _BEFORE: counting.counted([], collapse=False),
            _EVERYWHERE: {"global": {}, "aggs": {_TOTAL: counting.counted(union, collapse=self._collapse)}},
            **self._counts(),
        }
        return self._generation.search({**listed, "aggs": counts})

    # --- what was found

    @cached_property
    def total(self) -> int:
        """See `ResultPage.total`."""
        return counting.number(self._full["aggregations"][_TOTAL])

    @property
    def _part_before(self) -> int:
        return _total(self._part["aggregations"][_BEFORE]) if self._part else 0

    @property
    def partial(self) -> int:
        """See `ResultPage.partial`."""
        return self._union - self.total

    @property
    def counted(self) -> int:
        """See `ResultPage.counted`."""
        return self.total if self._total_before else self.partial

    @cached_property
    def listed(self) -> int:
        """See `ResultPage.listed`."""
        if self._by_relevance:
            return self._union
        return self.total if not self.settled.counts_part else counting.number(self._counting[_TOTAL])

    @property
    def _counting(self) -> Json:
        """The aggregations of the articles that are counted."""
        answer = self._part if self.settled.counts_part and self._part else self._full
        found: Json = answer["aggregations"]
        return found

    @cached_property
    def skipped(self) -> int:
        """See `ResultPage.skipped`."""
        return counting.number(self._counting[_PASSED]) if self._passed else self._offset

    @cached_property
    def more(self) -> bool:
        """See `ResultPage.more`."""
        if self._behind is not None:
            return len(self._found) > self._request.limit
        return bool(self._found) and self.skipped + len(self._found) < self.listed

    def hits(self) -> list[RankedHit]:
        """The hits on the page, in their order."""
        return self._found[: self._request.limit]

    @cached_property
    def _found(self) -> list[RankedHit]:
        """The hits on the page, and perhaps the next one."""
        request = self._request
        if not request.limit:
            return []
        if self._behind is not None:
            return self._found_behind()
        if not self._by_relevance:
            answer = self._part if self.settled.counts_part and self._part else self._full
            return [self._hit(one) for one in answer["hits"]["hits"]]
        found = self._joined()
        if self._in_cluster:
            return found
        if self._collapse:
            most = self._offset + request.limit
            while len(_first_of_each_cluster(found)) < most and self._widened():
                found = self._joined()
            found = _first_of_each_cluster(found)
        return found[self._offset : self._offset + request.limit]

    def _found_behind(self) -> list[RankedHit]:
        """See `_found`, where the page begins behind a hit."""
        in_part = self._part is not None and (self._by_relevance or self.settled.counts_part)
        answer = self._part if in_part and self._part else self._full
        body = self._lists[1] if in_part else self._lists[0]
        earlier = self._lists[:1] if in_part and self._by_relevance else []
        most = self._request.limit + 1
        hits = behind.hits_behind(self._generation, body, answer, most, collapse=self._collapse, earlier=earlier)
        return [self._hit(hit) for hit in hits]

    def _widened(self) -> bool:
        """Asks for more hits, since too many of them are copies; returns whether there are more."""
        answers = [one for one in (self._full, self._part) if one]
        if self._size >= DEEPEST or all(len(one["hits"]["hits"]) < self._size for one in answers):
            return False
        self._size = min(DEEPEST, 4 * self._size)
        for answer, body in zip(answers, self._lists, strict=False):
            answer["hits"] = self._generation.search({**body, "size": self._size})["hits"]
        return True

    def _joined(self) -> list[RankedHit]:
        """The full matches by relevance, then the partial ones."""
        found = self._ranked(self._full)
        if not self._part:
            return found
        rest = self._ranked(self._part)
        # Every full match scores more than all partial ones.
        lift = max((hit.score for hit in rest), default=0.0)
        return [replace(hit, score=hit.score + lift) for hit in found] + rest

    def _ranked(self, answer: Json) -> list[RankedHit]:
        """The hits by relevance, the first of them reranked."""
        hits = answer["hits"]["hits"]
        ranked = self.settled.ranked
        depth = self._depth if self._reranks else 0
        recency = ranked.recency if ranked else 0.0
        head = []
        for hit in hits[:depth]:
            date = ordering.moment(hit["sort"][_DATE])
            factor = ordering.freshness(date, recency, self._generation.dictionary)
            head.append(replace(self._hit(hit), score=hit["sort"][_SCORE] + rerank.added_score(hit) * factor))
        head.sort(key=lambda hit: -hit.score)  # equal scores stay newest first
        return head + [self._hit(hit) for hit in hits[depth:]]

    def _hit(self, hit: Json) -> RankedHit:
        fields = hit["fields"]
        score = hit["sort"][_SCORE] if self._by_relevance else hit.get("_score") or 0.0
        return RankedHit(fields["id"][0], fields["cluster"][0], float(score))

    def periods_body(self) -> Json | None:
        """The search that counts by the unit that suits what was found; None where that is not wanted."""
        if self._request.unit != "auto" or not self._unit or not counting.number(self._counting[_TOTAL]):
            return None
        found = self.asking.counted(self.settled)
        counts = counting.spread(self._unit, found, collapse=self._collapse, stated=True)
        return {"size": 0, "track_total_hits": False, "aggs": {_SPREAD: counts}}

    @cached_property
    def _unit(self) -> Unit | None:
        """The unit by which periods are counted."""
        if self._request.unit == "auto":
            return counting.fitting_of(self._counting[_SPREAD], self._request.query.filters)
        return self._request.unit

    def _periods(self, spread: Json | None) -> Periods | None:
        if self._unit is None:
            return None
        if spread is None and self._request.unit == "auto":  # nothing was found
            return Periods(self._unit, (), 0)
        return counting.spread_of((spread["aggregations"] if spread else self._counting)[_SPREAD], self._unit)

    def page(self, hits: Sequence[FoundArticle], spread: Json | None) -> ResultPage:
        """The page with ``hits`` on it; ``spread`` is the answer to `periods_body`."""
        counts, dictionary = self._counting, self._generation.dictionary
        pairs: dict[str, Pairs] = {}
        for name in self._request.facets:
            if _FACET + name in counts:
                pairs[name] = counting.facet_of(counts[_FACET + name], name, dictionary)
            elif name in COLUMNS_BY_NAME or name in self._request.facet_names:
                pairs[name] = ()
        timeline = pairs.pop(TIMELINE, ())
        complete = self._full["aggregations"].get(_COMPLETE)
        return ResultPage(
            hits=tuple(hits),
            total=self.total,
            partial=self.partial,
            listed=self.listed,
            skipped=self.skipped,
            more=self.more,
            total_before=self._total_before,
            partial_before=self._part_before,
            complete_before=_total(complete) if complete else self._total_before,
            most=self.settled.most,
            facets=pairs,
            timeline=timeline,
            periods=self._periods(spread),
        )


def _total(bucket: Json) -> int:
    return int(bucket["doc_count"])


def _first_of_each_cluster(hits: Sequence[RankedHit]) -> list[RankedHit]:
    first: dict[str, RankedHit] = {}
    for hit in hits:
        first.setdefault(hit.cluster, hit)
    return list(first.values())
