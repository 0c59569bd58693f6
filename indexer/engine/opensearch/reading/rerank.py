# SPDX-License-Identifier: GPL-3.0-or-later
"""Scores what counts in the best articles only: grams, words of the same roots, and words side by side.

`local.ranking.rerank` says what is added. Here it is one named clause of the filter after the search: OpenSearch
evaluates such a clause for the hits alone, and tells its score of each.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from indexer.engine.opensearch import encoding
from indexer.engine.opensearch.reading.translation import Translator, standing
from indexer.engine.opensearch.words.dictionary import Dictionary
from indexer.engine.queries import Ranked
from indexer.engine.weights import GRAM, PROXIMITY, RELATED, RERANKED

Json = dict[str, Any]

_NAME = "added"


def depth(ranked: Ranked | None) -> int:
    """The number of best articles that are reranked."""
    return RERANKED if ranked and (ranked.grams or ranked.neighbours or ranked.related) else 0


def after_search(narrowing: list[Json], ranked: Ranked | None, translator: Translator, dictionary: Dictionary) -> Json:
    """The parts of a search that narrow its hits by ``narrowing`` and score what is added to them for ``ranked``."""
    added = _added(ranked, translator, dictionary) if ranked and depth(ranked) else []
    if not added:
        return {"post_filter": {"bool": {"filter": narrowing}}} if narrowing else {}
    named = {"bool": {"should": added, "_name": _NAME}}
    return {"post_filter": {"bool": {"filter": narrowing or [{"match_all": {}}], "should": [named]}}}


def added_score(hit: Json) -> float:
    """What is added to the score of a hit."""
    return float(hit.get("matched_queries", {}).get(_NAME, 0.0))


def neighbours(ranked: Ranked, translator: Translator) -> list[Json]:
    """For each pair of neighbours what matches and scores articles where they stand side by side."""
    return [
        {
            "bool": {
                "filter": [standing("stem", pair)],
                "should": [translator.term("stem", stem, PROXIMITY) for stem in pair],
            }
        }
        for pair in ranked.neighbours
    ]


def others(ranked: Ranked, translator: Translator, dictionary: Dictionary) -> list[Json]:
    """What scores words of the same roots, and grams."""
    related = [translator.term("stem", stem, RELATED) for stem in ranked.related]
    weights = {
        gram: n * GRAM * dictionary.idf(dictionary.count("gram", gram)) for gram, n in Counter(ranked.grams).items()
    }
    return related + [
        {"term": {"gram": {"value": encoding.term(gram), "boost": weight}}} for gram, weight in weights.items()
    ]


def _added(ranked: Ranked, translator: Translator, dictionary: Dictionary) -> list[Json]:
    return [*neighbours(ranked, translator), *others(ranked, translator, dictionary)]
