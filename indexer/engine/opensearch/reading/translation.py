# SPDX-License-Identifier: GPL-3.0-or-later
"""Queries of `indexer.engine.queries` as OpenSearch's.

Every text of a query becomes a value of a term, prefix, phrase or interval query, none of which has a syntax of its
own. The boost of a term is its weight times its idf, since the similarity has none (see `mapping`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from indexer import deadline
from indexer.arabic.analyser import Tier
from indexer.engine.opensearch import encoding
from indexer.engine.opensearch.reading.filtering import passing
from indexer.engine.opensearch.reading.rarity import KnownRarities
from indexer.engine.queries import AnyOf, Filters, PhraseQuery, PrefixQuery, PublishedQuery, Query, TermQuery, Words
from indexer.exhaustive import assert_never

Json = dict[str, Any]

NOTHING: Json = {"match_none": {}}
EVERYTHING: Json = {"constant_score": {"filter": {"match_all": {}}, "boost": 0}}


class Translator:
    """Translates the queries of one question."""

    def __init__(self, rarities: KnownRarities) -> None:
        self.rarities = rarities

    def scored(self, query: Query) -> Json:
        """The query that matches and scores as ``query`` does."""
        deadline.check()
        match query:
            case TermQuery():
                return self.term(query.tier, query.text, query.weight)
            case PhraseQuery():
                each = [self.term(query.tier, text, query.weight * n) for text, n in Counter(query.texts).items()]
                return {"bool": {"filter": [self.matching(query)], "should": each}}
            case PrefixQuery():
                return {"constant_score": {"filter": self.matching(query), "boost": query.weight}}
            case PublishedQuery():
                return {"constant_score": {"filter": self.matching(query), "boost": self.published_score(query)}}
            case Filters():
                return {"constant_score": {"filter": self.matching(query), "boost": 0}}
            case AnyOf():
                return any_of([self.scored(child) for child in query.children])
            case Words():
                return self._words(query)
            case _:
                assert_never(query)

    def _words(self, query: Words) -> Json:
        each = [self.scored(child) for child in query.children]
        optional = [self.scored(child) for child in query.optional]
        if query.least >= 1:
            body: Json = {"must": each or [EVERYTHING]}
        elif query.least <= 0:
            body = {"must": [any_of(each)]}
        else:
            body = {"filter": [self._holding(query)]}
            optional = [*each, *optional]
        if optional:
            body["should"] = optional
        if query.without:
            body["must_not"] = [self.matching(child) for child in query.without]
        return {"bool": body}

    def matching(self, query: Query) -> Json:
        """The query that matches what ``query`` does; its scores mean nothing."""
        deadline.check()
        match query:
            case TermQuery():
                return {"term": {query.tier: encoding.term(query.text)}}
            case PhraseQuery():
                return standing(query.tier, query.texts, within=query.within, in_title=query.in_title)
            case PrefixQuery():
                field = f"title_{query.tier}" if query.in_title else query.tier
                return {"prefix": {field: query.text}} if encoding.term(query.text) == query.text else NOTHING
            case PublishedQuery():
                return {"bool": {"filter": passing(Filters(query.first, query.last))}}
            case Filters():
                return {"bool": {"filter": passing(query)}} if passing(query) else {"match_all": {}}
            case AnyOf():
                return self._any_matching(query.children)
            case Words():
                return self._words_matching(query)
            case _:
                assert_never(query)

    def _words_matching(self, query: Words) -> Json:
        if query.least >= 1:
            needed = [self.matching(child) for child in query.children] or [{"match_all": {}}]
        else:
            needed = [self._any_matching(query.children) if query.least <= 0 else self._holding(query)]
        body: Json = {"filter": needed}
        if query.without:
            body["must_not"] = [self.matching(child) for child in query.without]
        return {"bool": body}

    def _any_matching(self, children: Iterable[Query]) -> Json:
        """Alternatives; terms of one tier become one clause, since the cluster limits the number of clauses."""
        terms: dict[Tier, list[str]] = {}
        others = []
        for child in children:
            if isinstance(child, TermQuery):
                terms.setdefault(child.tier, []).append(encoding.term(child.text))
            else:
                others.append(self.matching(child))
        return any_of([{"terms": {tier: texts}} for tier, texts in terms.items()] + others)

    def _holding(self, query: Words) -> Json:
        """Matches articles whose children have the part of all rarity that ``query`` asks for."""
        held, least = self.held(query), self.rarities.least(query)
        return {"function_score": {"query": held, "min_score": least}} if least > 0 else NOTHING

    def held(self, query: Words) -> Json:
        """Matches articles that any child matches; the score is the rarity of those that do."""
        rarities = self.rarities.each(query)
        return any_of(
            [
                {"constant_score": {"filter": self.matching(child), "boost": rarity}}
                for child, rarity in zip(query.children, rarities, strict=True)
                if rarity
            ]
        )

    def term(self, field: Tier, text: str, weight: float) -> Json:
        """A term with its score."""
        boost = weight * self.rarities.idf(TermQuery(field, text))
        return {"term": {field: {"value": encoding.term(text), "boost": boost}}}

    def published_score(self, query: PublishedQuery) -> float:
        """The score of each article that ``query`` matches."""
        return query.weight * min(self.rarities.idf(query), self.rarities.idf(query.like))


def any_of(clauses: Sequence[Json]) -> Json:
    """Matches what one of ``clauses`` does; the score is the sum of theirs."""
    if not clauses:
        return NOTHING
    return clauses[0] if len(clauses) == 1 else {"bool": {"should": list(clauses), "minimum_should_match": 1}}


def standing(tier: str, texts: Sequence[str], *, within: int = 0, in_title: bool = False) -> Json:
    """Matches articles in which ``texts`` stand side by side or, in any order, with ``within`` words among them."""
    fields = [f"title_{tier}"] if in_title else [f"title_{tier}", f"body_{tier}"]
    terms = [encoding.term(text) for text in texts]
    if len(terms) == 1:
        return any_of([{"term": {field: terms[0]}} for field in fields])
    phrase = " ".join(terms)
    if within:
        near = {"match": {"query": phrase, "max_gaps": within, "ordered": False}}
        return any_of([{"intervals": {field: near}} for field in fields])
    return any_of([{"match_phrase": {field: phrase}} for field in fields])
