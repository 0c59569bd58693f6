# SPDX-License-Identifier: GPL-3.0-or-later
"""The explanation of a score: what each part of a query added to it."""

from __future__ import annotations

from dataclasses import dataclass

from indexer.engine.queries import PhraseQuery, PrefixQuery, PublishedQuery, TermQuery

LeafQuery = TermQuery | PhraseQuery | PrefixQuery | PublishedQuery
"""A query without other queries in it."""


@dataclass(frozen=True, slots=True)
class LeafScore:
    """What one term, phrase, prefix or date that an article matches added to its score.

    ``fields`` are those of title, lead and body in which it stands. It is empty for a date, for a prefix and for a
    term of a tier without positions.
    """

    query: LeafQuery
    score: float
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an article scores what it does.

    ``neighbours`` are pairs of stems that stand side by side, each with what it added; ``grams`` is what shared letters
    and words of the same root added; ``recency`` is the factor that the sum is multiplied by. ``full`` says whether the
    article is a full match, ``complete`` whether it has every word of the query. The constant that lifts all full
    matches above the partial ones is not included.
    """

    parts: tuple[LeafScore, ...]
    neighbours: tuple[tuple[str, str, float], ...]
    grams: float
    recency: float
    full: bool
    complete: bool

    @property
    def score(self) -> float:
        """The score that the parts explain."""
        added = sum(score for _, _, score in self.neighbours) + self.grams
        return (sum(part.score for part in self.parts) + added) * self.recency
