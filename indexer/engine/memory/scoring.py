# SPDX-License-Identifier: GPL-3.0-or-later
"""Which articles match a query, and what they score: BM25 over the tiers, article by article."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property

from typing_extensions import assert_never

from indexer import deadline
from indexer.arabic.analyser import Tier
from indexer.engine.explanation import LeafQuery, LeafScore
from indexer.engine.memory.analysed import BODY_POSITION, AnalysedArticle
from indexer.engine.memory.filtering import passes
from indexer.engine.queries import AnyOf, Filters, PhraseQuery, PrefixQuery, PublishedQuery, Query, TermQuery, Words
from indexer.engine.weights import BY_CHANCE, K1, LEAD_WORDS, RECENCY_HALF_LIFE_DAYS, B

_LEEWAY = 0.999
"""This part of the rarity that is asked for is enough, so that rounding does not decide."""


class Scoring:
    """Scores articles against all others. Immutable; safe to share between threads."""

    def __init__(self, articles: Sequence[AnalysedArticle]) -> None:
        self.articles = articles
        self.average = sum(one.length for one in articles) / max(1, len(articles))

    @cached_property
    def _counts(self) -> Counter[tuple[Tier, str]]:
        return Counter(term for one in self.articles for term in one.weights)

    def count(self, tier: Tier, text: str) -> int:
        """The number of articles that have a term."""
        return self._counts[tier, text]

    def idf(self, having: int) -> float:
        """The idf of a term that ``having`` articles have."""
        count = len(self.articles)
        return math.log1p((count - min(having, count) + 0.5) / (having + 0.5))

    def idf_of_stem(self, stem: str) -> float:
        """The idf of a stem."""
        return self.idf(self.count("stem", stem))

    def score(self, query: Query, one: AnalysedArticle) -> float | None:
        """What ``one`` scores for ``query``; None where it does not match."""
        deadline.check()
        match query:
            case TermQuery():
                return self._term_score(query.tier, query.text, query.weight, one)
            case PhraseQuery():
                if not _has_phrase(query, one):
                    return None
                return sum(self._term_score(query.tier, text, query.weight, one) or 0.0 for text in query.texts)
            case PrefixQuery():
                return query.weight if _has_prefix(query, one) else None
            case PublishedQuery():
                if not passes(one.article, Filters(query.first, query.last)):
                    return None
                return query.weight * self.idf(max(self.frequency(query), self.frequency(query.like)))
            case Filters():
                return 0.0 if passes(one.article, query) else None
            case AnyOf():
                scores = [score for child in query.children if (score := self.score(child, one)) is not None]
                return sum(scores) if scores else None
            case Words():
                return self._words_score(query, one)
            case _:
                assert_never(query)

    def _words_score(self, query: Words, one: AnalysedArticle) -> float | None:
        scores = [self.score(child, one) for child in query.children]
        if query.least >= 1:
            if None in scores:
                return None
        else:
            rarities = list(map(self.rarity, query.children))
            held = sum(rarity for rarity, score in zip(rarities, scores, strict=True) if score is not None)
            if not held or held < query.least * sum(rarities) * _LEEWAY:
                return None
        if any(self.score(child, one) is not None for child in query.without):
            return None
        optional = [self.score(child, one) for child in query.optional]
        return sum(score for score in (*scores, *optional) if score is not None)

    def _term_score(self, tier: Tier, text: str, weight: float, one: AnalysedArticle) -> float | None:
        frequency = one.weights.get((tier, text))
        if not frequency:
            return None
        norm = K1 * (1 - B + B * one.length / max(self.average, 1.0))
        return weight * self.idf(self.count(tier, text)) * frequency * (K1 + 1) / (frequency + norm)

    def frequency(self, query: Query) -> int:
        """The number of articles that match ``query``: exact for a term, else judged by its terms."""
        match query:
            case TermQuery():
                return self.count(query.tier, query.text)
            case PhraseQuery():
                return min(self.count(query.tier, text) for text in query.texts)
            case PublishedQuery():
                return sum(passes(one.article, Filters(query.first, query.last)) for one in self.articles)
            case AnyOf():
                return max((self.frequency(child) for child in query.children), default=0)
            case Words() if query.children:
                return (min if query.least >= 1 else max)(map(self.frequency, query.children))
            case Words() | PrefixQuery() | Filters():
                return len(self.articles)
            case _:
                assert_never(query)

    def rarity(self, query: Query) -> float:
        """The idf of the articles that match ``query``; 0 where none does."""
        having = len(self.matching(query)) if _is_open(query) else self.frequency(query)
        return self.idf(having) if having else 0.0

    def matching(self, query: Query) -> list[AnalysedArticle]:
        """The articles that match ``query``."""
        return [one for one in self.articles if self.score(query, one) is not None]

    def lowered(self, query: Words, among: Sequence[AnalysedArticle]) -> Words:
        """``query`` with the lower ``least`` that `weights.FEW` describes; ``among`` are the articles searched."""
        rarities = {child: self.rarity(child) for child in query.children}
        held = [
            sum(rarity for child, rarity in rarities.items() if self.score(child, one) is not None)
            for one in among
            if self.score(replace(query, least=0.0), one) is not None
        ]
        whole = sum(map(rarities.__getitem__, query.children))
        if not held:
            return query
        by_chance = math.log(max(len(self.articles) / BY_CHANCE, 1.0))
        return replace(query, least=min(query.least, by_chance / whole, max(held) / whole))

    @cached_property
    def _newest_moments(self) -> list[float]:
        return sorted(_seconds(one.moment) for one in self.articles if one.moment)

    def freshness(self, one: AnalysedArticle) -> float:
        """How new an article is: 1 for the newest, half of it for one a half-life older, 0 without a date."""
        if one.moment is None:
            return 0.0
        days = (self._newest_moments[-1] - _seconds(one.moment)) / 86_400
        return float(0.5 ** (max(days, 0.0) / RECENCY_HALF_LIFE_DAYS))

    def leaf_scores(self, query: Query, one: AnalysedArticle) -> Iterator[LeafScore]:
        """What each term, phrase, prefix and date of ``query`` adds to the score of ``one``."""
        match query:
            case TermQuery() | PhraseQuery() | PrefixQuery() | PublishedQuery():
                score = self.score(query, one)
                if score is not None:
                    yield LeafScore(query, score, _fields(query, one))
            case AnyOf():
                for child in query.children:
                    yield from self.leaf_scores(child, one)
            case Words():
                if self.score(query, one) is not None:
                    for child in (*query.children, *query.optional):
                        yield from self.leaf_scores(child, one)
            case Filters():
                pass
            case _:
                assert_never(query)


def _seconds(moment: datetime) -> float:
    """The seconds from another moment to this one. `datetime.timestamp` knows no years 1 and 9999."""
    return (moment - datetime(2000, 1, 1)).total_seconds()  # moments of articles have no time zone


def _is_open(query: Query) -> bool:
    """Whether the number of articles that match ``query`` is known only by counting them."""
    if isinstance(query, AnyOf):
        return any(map(_is_open, query.children))
    return isinstance(query, (PrefixQuery, Filters))


def _has_prefix(query: PrefixQuery, one: AnalysedArticle) -> bool:
    for (tier, text), positions in one.positions.items():
        if tier == query.tier and text.startswith(query.text) and (not query.in_title or positions[0] < BODY_POSITION):
            return True
    return False


def _has_phrase(query: PhraseQuery, one: AnalysedArticle) -> bool:
    places = [one.positions.get((query.tier, text), []) for text in query.texts]
    if query.in_title:
        places = [[position for position in own if position < BODY_POSITION] for own in places]
    if not all(places):
        return False
    if query.within:
        return _has_all(query, places)
    return any(all(begin + at in own for at, own in enumerate(places)) for begin in places[0])


def _has_all(query: PhraseQuery, places: Sequence[Sequence[int]]) -> bool:
    """Whether all words stand within the allowed distance somewhere, each as often as it is asked for."""
    span = len(query.texts) + query.within
    needed = Counter(query.texts)
    by_text = dict(zip(query.texts, places, strict=True))

    def holds(begin: int) -> bool:
        last = begin + span if begin >= BODY_POSITION else min(begin + span, BODY_POSITION)
        return all(sum(begin <= one < last for one in by_text[text]) >= times for text, times in needed.items())

    return any(holds(begin) for own in places for begin in own)


def _fields(query: LeafQuery, one: AnalysedArticle) -> tuple[str, ...]:
    if isinstance(query, (PrefixQuery, PublishedQuery)) or query.tier == "surface":
        return ()
    if isinstance(query, PhraseQuery) and query.in_title:
        return ("title",)
    texts = query.texts if isinstance(query, PhraseQuery) else (query.text,)
    positions = [position for text in texts for position in one.positions.get((query.tier, text), [])]
    limits = {
        "title": (0, BODY_POSITION),
        "lead": (BODY_POSITION, BODY_POSITION + LEAD_WORDS),
        "body": (BODY_POSITION + LEAD_WORDS, math.inf),
    }
    return tuple(
        name for name, (first, end) in limits.items() if any(first <= position < end for position in positions)
    )
