# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts the articles that match each part of a query, and derives the rarity of the part.

`local.ranking.rarity` explains what rarity is for.

All numbers come from the dictionary of the generation, except those of prefixes and filters, which only the cluster can
count.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from indexer.engine.opensearch.words.dictionary import Dictionary
from indexer.engine.queries import AnyOf, Filters, PhraseQuery, PrefixQuery, PublishedQuery, Query, TermQuery, Words
from indexer.exhaustive import assert_never

LEEWAY = 0.999
"""This part of the rarity that is asked for is enough, so that rounding does not decide."""

Count = Callable[[Sequence[Query]], Sequence[int]]
"""Returns the numbers of articles that match queries, in one request."""


class KnownRarities:
    """The rarities of queries in one generation. Each is worked out once; made for one question and one thread."""

    def __init__(self, dictionary: Dictionary, count: Count) -> None:
        self._dictionary = dictionary
        self._count = count
        self._known: dict[Query, int] = {}

    def idf(self, query: Query) -> float:
        """The idf of a term that as many articles have as `frequency` says of ``query``."""
        return self._dictionary.idf(self.frequency(query))

    def frequency(self, query: Query) -> int:
        """The number of articles that match ``query``: exact for a term or date, else that of the most decisive term.

        An upper bound for a phrase and where all parts are required, a lower bound for alternatives.
        """
        match query:
            case TermQuery():
                return self._dictionary.count(query.tier, query.text)
            case PhraseQuery():
                return min(self._dictionary.count(query.tier, text) for text in query.texts)
            case PublishedQuery():
                return self._dictionary.between(query.first, query.last)
            case AnyOf():
                return max((self.frequency(child) for child in query.children), default=0)
            case Words() if query.children:
                return (min if query.least >= 1 else max)(map(self.frequency, query.children))
            case Words() | PrefixQuery() | Filters():
                return self._dictionary.articles
            case _:
                assert_never(query)

    def each(self, query: Words) -> list[float]:
        """The rarity of each child: the idf of the articles that match it, 0 where none does."""
        unknown = [child for child in query.children if _is_open(child) and child not in self._known]
        if unknown:
            self._known.update(zip(unknown, self._count(unknown), strict=True))
        numbers = [self._known[child] if _is_open(child) else self.frequency(child) for child in query.children]
        return [self._dictionary.idf(number) if number else 0.0 for number in numbers]

    def least(self, query: Words) -> float:
        """The rarity that an article must hold to match ``query``, whose ``least`` is below 1."""
        return query.least * sum(self.each(query)) * LEEWAY


def _is_open(query: Query) -> bool:
    """Whether the number of articles that match ``query`` is known only by counting them."""
    if isinstance(query, AnyOf):
        return any(map(_is_open, query.children))
    return isinstance(query, (PrefixQuery, Filters))
