# SPDX-License-Identifier: GPL-3.0-or-later
"""Phrases of headlines and whole headlines, for completion while a query is typed.

Each question is one request. Only where so many headlines have what was typed that not all are read, a second one
counts the phrases that are frequent among those read.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from indexer import deadline
from indexer.engine.opensearch import encoding, headline_terms
from indexer.engine.opensearch.documents import article_of
from indexer.engine.opensearch.reading import ordering
from indexer.engine.opensearch.reading.generation import ClusterGeneration
from indexer.engine.opensearch.words.changes import HEADLINE
from indexer.engine.questions import Continuation, HeadlineMatches, HeadlinePlace, HeadlineStart

Json = dict[str, Any]
Phrase = tuple[str, ...]

_LONGEST_PHRASE = 4
_PLACES = 4
_READ = 2_000
"""At most this many of the headlines with what was typed are read. Those with the least ids are: ids are digests, so
these are a random sample."""
_TOO_MANY = 5_000
"""Where more headlines than these have what was typed, none of them is taken to be meant."""

_COUNTS = "counts"


def headline_words(generation: ClusterGeneration, bases: Collection[str]) -> frozenset[str]:
    """See `Searcher.headline_words`. Asks the dictionary only."""
    return frozenset(base for base in bases if generation.dictionary.count(HEADLINE, base))


def continuations(
    generation: ClusterGeneration, starts: Sequence[HeadlineStart], most: int
) -> list[list[Continuation]]:
    """See `Searcher.continuations`. A phrase that only a few of very many headlines have may be missing."""
    answers = generation.searches([_read_body(generation, begun) for begun in starts])
    found = [_phrases(begun, answer, most) for begun, answer in zip(starts, answers, strict=True)]
    sampled = [at for at, answer in enumerate(answers) if _total(answer) > _READ and found[at]]
    counts = generation.searches([_count_body(generation, starts[at], found[at]) for at in sampled])
    for at, answer in zip(sampled, counts, strict=True):
        buckets = answer["aggregations"][_COUNTS]["buckets"]
        found[at] = [
            one._replace(headlines=int(bucket["doc_count"])) for one, bucket in zip(found[at], buckets, strict=True)
        ]
    return [[Continuation(*one) for one in phrases] for phrases in found]


def headlines(generation: ClusterGeneration, starts: Sequence[HeadlineStart], most: int) -> list[HeadlineMatches]:
    """See `Searcher.headlines`."""
    answers = generation.searches([_headlines_body(generation, begun, most) for begun in starts])
    return [_matches(answer) for answer in answers]


class _FoundPhrase(NamedTuple):
    """A phrase before it is counted exactly; see `Continuation`."""

    words: Phrase
    headlines: int
    places: tuple[HeadlinePlace, ...]


def _read_body(generation: ClusterGeneration, begun: HeadlineStart) -> Json:
    return {
        "size": _READ,
        "track_total_hits": _READ + 1,
        "stored_fields": "_none_",
        "docvalue_fields": ["id", "headline"],
        "query": {"bool": {"filter": [generation.visible, _having(begun)]}},
        "sort": [{"id": "asc"}],
    }


def _having(begun: HeadlineStart, *, first: bool = False) -> Json:
    """The query of the headlines that have ``begun``; with ``first`` of those that begin with it."""
    return _standing(headline_terms.phrase(begun.words, begun.prefix, first=first))


def _standing(terms: str) -> Json:
    return {"match_phrase": {"title_base": terms}}


def _phrases(begun: HeadlineStart, answer: Json, most: int) -> list[_FoundPhrase]:
    """The ``most`` frequent phrases of each length among the headlines read that begin with ``begun``."""
    deadline.check()
    counts: Counter[Phrase] = Counter()
    places: dict[Phrase, list[HeadlinePlace]] = defaultdict(list)
    for hit in answer["hits"]["hits"]:
        fields = hit["fields"]
        # A title that is no headline, since it is as long as an article, is kept without the bases.
        bases = headline_terms.bases(fields["headline"][0]) if "headline" in fields else ()
        first_places: dict[Phrase, int] = {}
        for at in _places(bases, begun):
            for length in range(len(begun.words) + 1, _LONGEST_PHRASE + 1):
                if at + length <= len(bases):
                    first_places.setdefault(bases[at : at + length], at)
        for phrase, at in first_places.items():
            counts[phrase] += 1
            if len(places[phrase]) < _PLACES:
                places[phrase].append(HeadlinePlace(fields["id"][0], at))
    found: list[_FoundPhrase] = []
    for length in range(len(begun.words) + 1, _LONGEST_PHRASE + 1):
        of_length = Counter({phrase: count for phrase, count in counts.items() if len(phrase) == length})
        chosen = of_length.most_common(most)
        found += [
            _FoundPhrase(phrase, count, tuple(places[phrase]))
            for phrase, count in chosen
            if all(map(headline_terms.is_base, filter(None, phrase)))
        ]
    return found


def _places(bases: Sequence[str], begun: HeadlineStart) -> Iterator[int]:
    """Where ``begun`` stands in a headline of these bases, as terms."""
    words = tuple(encoding.term(word) if word else "" for word in begun.words)
    for at in range(len(bases) - len(words)):
        if bases[at : at + len(words)] == words and bases[at + len(words)].startswith(begun.prefix):
            yield at


def _count_body(generation: ClusterGeneration, begun: HeadlineStart, phrases: Sequence[_FoundPhrase]) -> Json:
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
