# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells full matches from partial ones, as `queries.Ranked` defines them: which are counted, which are listed.

The search for full matches also counts the partial ones (`part_counts`). From both numbers `settled` decides whether
partial matches are listed, and how much of the query they must hold.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from indexer.engine.queries import Ranked, Words
from indexer.engine.weights import BY_CHANCE, FEW

if TYPE_CHECKING:
    from indexer.engine.opensearch.reading.translation import Translator

Json = dict[str, Any]

_EVERYWHERE, _PART = "everywhere", "part"


@dataclass(frozen=True, slots=True)
class Settled:
    """What matches before the filters.

    ``full`` articles match in full. ``ranked`` is the query as it is scored: without `wider` if no partial matches are
    wanted. ``most`` is that of `ResultPage`. ``lowered`` says that fewer articles than `weights.FEW` would match, so
    that less is asked of them.
    """

    ranked: Ranked | None
    full: int
    most: bool = True
    lowered: bool = False

    @property
    def wider(self) -> Words | None:
        """The query of the partial matches."""
        return self.ranked.wider if self.ranked else None

    @property
    def counts_part(self) -> bool:
        """Whether totals, facets and lists by time are about the partial matches."""
        return not self.full and self.wider is not None


def partial(ranked: Ranked, wider: Words, translator: Translator, *, scored: bool) -> Json:
    """The query of articles that match ``wider`` but not ``ranked`` in full."""
    body = translator.scored(wider) if scored else translator.matching(wider)
    return {"bool": {"must" if scored else "filter": [body], "must_not": [translator.matching(ranked.query)]}}


def part_counts(ranked: Ranked | None, among: list[Json], translator: Translator) -> Json:
    """The aggregations that count the partial matches ``among`` the articles that match all these queries."""
    if ranked is None or ranked.wider is None:
        return {}
    query = partial(ranked, ranked.wider, translator, scored=False)
    counts = {_PART: {"filter": {"bool": {"filter": [*among, query]}}}}
    return {_EVERYWHERE: {"global": {}, "aggs": counts}}


def settled(ranked: Ranked | None, full: int, aggregations: Json, translator: Translator, articles: int) -> Settled:
    """Decides which matches of ``ranked`` are listed.

    ``full`` is the number of full matches, ``articles`` that of all articles. ``aggregations`` is the answer to the
    aggregations of `part_counts`.
    """
    if ranked is None or ranked.wider is None or full >= ranked.enough:
        return Settled(replace(ranked, wider=None) if ranked else None, full)
    wider = ranked.wider
    part = int(aggregations[_EVERYWHERE][_PART]["doc_count"])
    is_sentence = isinstance(ranked.query, Words) and ranked.query.least < 1
    if (is_sentence or not full) and full + part < FEW:
        whole = sum(translator.rarities.each(wider))
        by_chance = math.log(max(articles / BY_CHANCE, 1.0))
        least = min(wider.least, by_chance / whole) if whole else wider.least
        lowered = replace(ranked, wider=replace(wider, least=least))
        return Settled(lowered, full, most=least >= wider.least, lowered=True)
    return Settled(ranked if part else replace(ranked, wider=None), full)


def holding_most(wider: Words, among: list[Json], translator: Translator) -> Json:
    """The search for the article that holds most of ``wider``; `lowered_to` reads its answer."""
    left_out = [translator.matching(child) for child in wider.without]
    return {
        "size": 1,
        "track_total_hits": False,
        "stored_fields": "_none_",
        "query": {"bool": {"must": [translator.held(wider)], "must_not": left_out, "filter": among}},
    }


def lowered_to(found: Settled, answer: Json, translator: Translator) -> Settled:
    """``found``, where partial matches need hold no more than some article does; without them where none holds any."""
    ranked, wider = found.ranked, found.wider
    if ranked is None or wider is None:
        return found
    hits = answer["hits"]["hits"]
    whole = sum(translator.rarities.each(wider))
    if not hits or not whole:
        return replace(found, ranked=replace(ranked, wider=None), most=True)
    least = min(wider.least, float(hits[0]["_score"]) / whole)
    return replace(
        found, ranked=replace(ranked, wider=replace(wider, least=least)), most=found.most and least >= wider.least
    )
