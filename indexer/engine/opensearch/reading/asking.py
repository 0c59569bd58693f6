# SPDX-License-Identifier: GPL-3.0-or-later
"""What the searches for one `ArticleQuery` are made of, and what it matches before its filters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from indexer.columns import TIMELINE, YEAR
from indexer.engine.opensearch.reading import settling
from indexer.engine.opensearch.reading.filtering import narrowing, passing
from indexer.engine.opensearch.reading.generation import ClusterGeneration
from indexer.engine.opensearch.reading.rarity import KnownRarities
from indexer.engine.opensearch.reading.settling import Settled
from indexer.engine.opensearch.reading.translation import Translator
from indexer.engine.queries import Query
from indexer.engine.questions import ArticleQuery

Json = dict[str, Any]


class Asking:
    """What the searches for one `ArticleQuery` are made of."""

    def __init__(self, generation: ClusterGeneration, query: ArticleQuery) -> None:
        self.generation = generation
        self.query = query
        self.translator = Translator(KnownRarities(generation.dictionary, self._count))
        self.among = [generation.visible, *passing(query.filters.within)]
        """The queries of all articles among which matches are sought."""
        self.narrowing = narrowing(query.filters)

    def _count(self, queries: Sequence[Query]) -> list[int]:
        answers = self.generation.searches(
            [
                {
                    "size": 0,
                    "track_total_hits": True,
                    "query": {"bool": {"filter": [self.generation.visible, self.translator.matching(query)]}},
                }
                for query in queries
            ]
        )
        return [int(answer["hits"]["total"]["value"]) for answer in answers]

    def full(self) -> Json:
        """The query of the full matches."""
        return self.translator.matching(self.query.ranked.query) if self.query.ranked else {"match_all": {}}

    def part_counts(self) -> Json:
        """See `settling.part_counts`."""
        return settling.part_counts(self.query.ranked, self.among, self.translator)

    def settled(self, full: int, aggregations: Json) -> Settled:
        """See `settling.settled`."""
        articles = self.generation.dictionary.articles
        return settling.settled(self.query.ranked, full, aggregations, self.translator, articles)

    def known(self) -> Settled | None:
        """What it matches, if that needs no question."""
        ranked = self.query.ranked
        if ranked is None or ranked.wider is None:
            return Settled(ranked, 1)  # without partial matches the number of full ones decides nothing
        return self.generation.remembered(ranked, self.query.filters.within)

    def remember(self, found: Settled) -> None:
        """Remembers what it matches, for `known`."""
        if self.query.ranked:
            self.generation.remember(self.query.ranked, self.query.filters.within, found)

    def counted(self, found: Settled) -> list[Json]:
        """The queries of the articles that totals, facets and exports are about; all of them must match."""
        ranked = self.query.ranked
        matching = self.full()
        if found.counts_part and ranked and found.wider:
            matching = settling.partial(ranked, found.wider, self.translator, scored=False)
        return [*self.among, *self.narrowing.values(), matching]

    def besides(self, name: str) -> list[Json]:
        """All filters but that of the facet ``name``."""
        own = {YEAR: "date", TIMELINE: ""}.get(name, name)
        return [query for other, query in self.narrowing.items() if other != own]


def settle(generation: ClusterGeneration, askings: Sequence[Asking]) -> list[Settled]:
    """What each of ``askings`` matches before its filters. Asks only about queries that were not asked lately."""
    found = [asking.known() for asking in askings]
    unknown = [at for at, one in enumerate(found) if one is None]
    bodies = []
    for at in unknown:
        query = {"bool": {"filter": [*askings[at].among, askings[at].full()]}}
        counts = askings[at].part_counts()
        bodies.append({"size": 0, "track_total_hits": True, "query": query, "aggs": counts})
    for at, answer in zip(unknown, generation.searches(bodies), strict=True):
        found[at] = askings[at].settled(int(answer["hits"]["total"]["value"]), answer["aggregations"])
    lowered = [
        (at, settling.holding_most(wider, askings[at].among, askings[at].translator))
        for at in unknown
        if (one := found[at]) and one.lowered and (wider := one.wider)
    ]
    for (at, _), answer in zip(lowered, generation.searches([body for _, body in lowered]), strict=True):
        if one := found[at]:
            found[at] = settling.lowered_to(one, answer, askings[at].translator)
    for at in unknown:
        if one := found[at]:
            askings[at].remember(one)
    return [one for one in found if one]
