# SPDX-License-Identifier: GPL-3.0-or-later
"""Phrases of headlines and whole headlines, for completion while a query is typed.

Each question is one request. Only where so many headlines have what was typed that not all are read, a second one
counts the phrases that are frequent among those read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

from indexer import deadline
from indexer.engine.opensearch import encoding, headline_terms
from indexer.engine.opensearch.documents import article_of
from indexer.engine.opensearch.reading import ordering
from indexer.engine.opensearch.reading.generation import ClusterGeneration
from indexer.engine.opensearch.words.changes import HEADLINE
from indexer.engine.questions import Continuation, HeadlineMatches, HeadlinePlace, HeadlineStart

Json = dict[str, Any]
Phrase = tuple[str, ...]
Headline = tuple[str, Phrase]
"""The id of an article and the terms of the bases of its title."""

_LONGEST_PHRASE = 4
_PLACES = 4
_READ, _READ_IN_ALL = 1_000, 3_000
"""At most this many headlines are read for one start, and for all starts of a question. Those with the least ids are
read: ids are digests, so these are a random sample."""
_TOO_MANY = 5_000
"""Where more headlines than these have what was typed, none of them is taken to be meant."""

_COUNTS = "counts"


def headline_words(generation: ClusterGeneration, bases: Collection[str]) -> frozenset[str]:
    """See `Searcher.headline_words`. Asks the dictionary only."""
    return frozenset(base for base in bases if generation.dictionary.count(HEADLINE, base))


def continuations(
    generation: ClusterGeneration, starts: Sequence[HeadlineStart], most: int
) -> list[list[Continuation]]:
    """See `Searcher.continuations`. A phrase that few of very many headlines have may be missing."""
    size = min(_READ, 1 + _READ_IN_ALL // max(1, len(starts)))
    answers = generation.searches([_read_body(generation, begun, size) for begun in starts])
    found = []
    for begun, answer in zip(starts, answers, strict=True):
        deadline.check()
        # What one headline of a sample has is chance.
        found.append(_phrases(begun, _headlines_read(answer), most, least=2 if _total(answer) > size else 1))
    sampled = [at for at, answer in enumerate(answers) if _total(answer) > size and found[at]]
    counts = generation.searches([_count_body(generation, starts[at], found[at]) for at in sampled])
    for at, answer in zip(sampled, counts, strict=True):
        buckets = answer["aggregations"][_COUNTS]["buckets"]
        found[at] = [
            replace(one, headlines=int(bucket["doc_count"])) for one, bucket in zip(found[at], buckets, strict=True)
        ]
    return found


def headlines(generation: ClusterGeneration, starts: Sequence[HeadlineStart], most: int) -> list[HeadlineMatches]:
    """See `Searcher.headlines`."""
    answers = generation.searches([_headlines_body(generation, begun, most) for begun in starts])
    return [_matches(answer) for answer in answers]


def _read_body(generation: ClusterGeneration, begun: HeadlineStart, size: int) -> Json:
    return {
        "size": size,
        "track_total_hits": size + 1,
        "stored_fields": "_none_",
        "docvalue_fields": ["headline"],
        "query": {"bool": {"filter": [generation.visible, _having(begun)]}},
        "sort": [{"id": "asc"}],
    }


def _having(begun: HeadlineStart, *, first: bool = False) -> Json:
    """The query of the headlines that have ``begun``; with ``first`` of those that begin with it."""
    return _standing(headline_terms.phrase(begun.words, begun.prefix, first=first))


def _standing(terms: str) -> Json:
    return {"match_phrase": {"title_base": terms}}


def _headlines_read(answer: Json) -> list[Headline]:
    return [headline_terms.read(hit["fields"]["headline"][0]) for hit in answer["hits"]["hits"]]


def _phrases(begun: HeadlineStart, read: Sequence[Headline], most: int, least: int) -> list[Continuation]:
    """The ``most`` frequent phrases of each length that begin with ``begun``, and that ``least`` of ``read`` have."""
    counts: Counter[Phrase] = Counter()
    for _, bases in read:
        counts.update({phrase for phrase, _ in _phrases_of(bases, begun)})
    frequent: dict[Phrase, list[HeadlinePlace]] = {}
    for length in range(len(begun.words) + 1, _LONGEST_PHRASE + 1):
        of_length = Counter({phrase: count for phrase, count in counts.items() if len(phrase) == length})
        for phrase, count in of_length.most_common(most):
            if count >= least and all(map(headline_terms.is_base, filter(None, phrase))):
                frequent[phrase] = []
    for article_id, bases in read:
        for phrase, at in _phrases_of(bases, begun):
            if phrase in frequent and len(frequent[phrase]) < _PLACES:
                frequent[phrase].append(HeadlinePlace(article_id, at))
    return [Continuation(phrase, counts[phrase], tuple(places)) for phrase, places in frequent.items()]


def _phrases_of(bases: Phrase, begun: HeadlineStart) -> Iterator[tuple[Phrase, int]]:
    """The phrases of a headline that begin with ``begun``, and where each stands."""
    words = tuple(encoding.term(word) if word else "" for word in begun.words)
    least = len(words) + 1
    for at in range(len(bases) - len(words)):
        if bases[at : at + len(words)] == words and bases[at + len(words)].startswith(begun.prefix):
            for end in range(at + least, min(at + _LONGEST_PHRASE, len(bases)) + 1):
                yield bases[at:end], at


def _count_body(generation: ClusterGeneration, begun: HeadlineStart, phrases: Sequence[Continuation]) -> Json:
    each = [_standing(headline_terms.phrase(one.words)) for one in phrases]
    return {
        "size": 0,
        "track_total_hits": False,
        "query": {"bool": {"filter": [generation.visible, _having(begun)]}},
        "aggs": {_COUNTS: {"filters": {"filters": each}}},
    }


def _headlines_body(generation: ClusterGeneration, begun: HeadlineStart, most: int) -> Json:
    begins = {"constant_score": {"filter": _having(begun, first=True)}}
    return {
        "size": max(0, most),
        "track_total_hits": _TOO_MANY + 1,
        "_source": ["id", "article"],
        "query": {"bool": {"filter": [generation.visible, _having(begun)], "should": [begins]}},
        "sort": ordering.sort("relevance"),
    }


def _matches(answer: Json) -> HeadlineMatches:
    count = _total(answer)
    if count > _TOO_MANY:
        return HeadlineMatches(0, ())
    sources = [hit["_source"] for hit in answer["hits"]["hits"]]
    return HeadlineMatches(count, tuple((source["id"], article_of(source).title) for source in sources))


def _total(answer: Json) -> int:
    return int(answer["hits"]["total"]["value"])
