# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells full matches from partial ones, as `queries.Ranked` defines them: which are counted, which are listed.

`Settling` makes one more search beside the one for full matches. From both answers `settled` decides whether there are
partial matches, and how much of the query they must hold.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

from indexer.engine.opensearch.reading.translation import Translator
from indexer.engine.queries import Ranked, Words
from indexer.engine.weights import BY_CHANCE, FEW

Json = dict[str, Any]

_PART = "part"


@dataclass(frozen=True, slots=True)
class Settled:
    """What matches before the filters.

    ``full`` articles match in full and ``part`` more in part. ``ranked`` is the query as it is scored: without `wider`
    where there are no partial matches. ``most`` is that of `ResultPage`.
    """

    ranked: Ranked | None
    full: int
    part: int = 0
    most: bool = True

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


def settling(ranked: Ranked, among: list[Json], translator: Translator) -> Json | None:
    """The search that tells how many articles match in part; None where none can. They lie ``among`` all queries."""
    wider = ranked.wider
    if wider is None:
        return None
    held = translator.held(wider)
    return {
        "size": 1,
        "track_total_hits": False,
        "stored_fields": "_none_",
        "query": {
            "bool": {
                "must": [held],
                "must_not": [translator.matching(child) for child in wider.without],
                "filter": among,
            }
        },
        "aggs": {_PART: {"filter": partial(ranked, wider, translator, scored=False)}},
    }


def settled(ranked: Ranked | None, full: int, answer: Json | None, translator: Translator, articles: int) -> Settled:
    """What matches, given that ``full`` of all ``articles`` match in full and the ``answer`` to `settling`."""
    if ranked is None or ranked.wider is None or answer is None or full >= ranked.enough:
        return Settled(replace(ranked, wider=None) if ranked else None, full)
    wider, most = ranked.wider, True
    part = int(answer["aggregations"][_PART]["doc_count"])
    is_sentence = isinstance(ranked.query, Words) and ranked.query.least < 1
    if (is_sentence or not full) and full + part < FEW:
        lowered = _lowered(wider, answer, translator, articles)
        most, wider = lowered.least >= wider.least, lowered
        # How many match the lowered query only its own search tells; it has at least the article that holds most.
        part = part if most else max(part, 1)
    return Settled(replace(ranked, wider=wider if part else None), full, part, most)


def _lowered(wider: Words, answer: Json, translator: Translator, articles: int) -> Words:
    """``wider`` with a lower ``least``; see `local.ranking.rarity.Rarities.lowered`."""
    hits = answer["hits"]["hits"]
    whole = sum(translator.rarities.each(wider))
    if not hits or not whole:
        return wider
    by_chance = math.log(max(articles / BY_CHANCE, 1.0))
    return replace(wider, least=min(wider.least, by_chance / whole, float(hits[0]["_score"]) / whole))
