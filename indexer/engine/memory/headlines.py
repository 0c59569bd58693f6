# SPDX-License-Identifier: GPL-3.0-or-later
"""Phrases of headlines, for completion."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

from indexer.engine.memory.analysed import AnalysedArticle
from indexer.engine.questions import Continuation, HeadlineMatches, HeadlinePlace, HeadlineStart

_LONGEST_PHRASE = 4
_PLACES = 4


def continuations(articles: Sequence[AnalysedArticle], begun: HeadlineStart, most: int) -> list[Continuation]:
    """See `Searcher.continuations`."""
    counts: Counter[tuple[str, ...]] = Counter()
    places: dict[tuple[str, ...], list[HeadlinePlace]] = defaultdict(list)
    for one, at in _places(articles, begun):
        for length in range(len(begun.words) + 1, _LONGEST_PHRASE + 1):
            phrase = one.headline[at : at + length]
            if len(phrase) == length:
                counts[phrase] += 1
                places[phrase].append(HeadlinePlace(one.article.id, at))
    found = []
    for length in range(len(begun.words) + 1, _LONGEST_PHRASE + 1):
        of_length = Counter({phrase: count for phrase, count in counts.items() if len(phrase) == length})
        found += of_length.most_common(most)
    return [Continuation(phrase, count, tuple(places[phrase][:_PLACES])) for phrase, count in found]


def headlines(articles: Sequence[AnalysedArticle], begun: HeadlineStart, most: int) -> HeadlineMatches:
    """See `Searcher.headlines`."""

    def order(place: tuple[AnalysedArticle, int]) -> tuple[bool, float]:
        one, at = place
        moment = one.moment
        return at > 0, (datetime(9999, 1, 1) - moment).total_seconds() if moment else float("inf")

    found: dict[str, tuple[AnalysedArticle, int]] = {}
    for one, at in _places(articles, begun):
        found.setdefault(one.article.id, (one, at))
    best = sorted(found.values(), key=order)[:most]
    return HeadlineMatches(len(found), tuple((one.article.id, one.article.title) for one, _ in best))


def _places(articles: Sequence[AnalysedArticle], begun: HeadlineStart) -> Iterator[tuple[AnalysedArticle, int]]:
    """Each headline that has the words of ``begun`` and then one with its prefix, and the number of the first word."""
    length = len(begun.words)
    for one in articles:
        for at in range(len(one.headline) - length):
            if one.headline[at : at + length] == begun.words and one.headline[at + length].startswith(begun.prefix):
                yield one, at
