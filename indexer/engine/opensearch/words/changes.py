# SPDX-License-Identifier: GPL-3.0-or-later
"""By how much an article changes the counts of a dictionary when it comes or goes; see `layers` for the tiers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Protocol

from indexer.arabic.analyser import Tier
from indexer.article import Article
from indexer.columns import COLUMNS, OWN, Column
from indexer.engine.opensearch.words.layers import Counts

BASE, GRAM, HEADLINE, DAY, TOTAL = "base", "gram", "headline", "day", "total"
"""The tiers beside surface, folded, stem, and those of columns."""
ARTICLES = "articles"
"""The term of the tier `TOTAL` that counts articles."""
LENGTH = "length"
"""The term of the tier `TOTAL` with the sum of the lengths of all articles."""
NAME = "name:"
"""The tiers of columns begin with this."""


def name_tier(column: Column) -> str:
    """The tier that holds the names in ``column``."""
    return NAME + column.section


class CountedDocument(Protocol):
    """What is counted of an analysed article: weighted frequencies of its terms in each tier, its bases and grams."""

    @property
    def article(self) -> Article:
        """The article itself."""
        ...

    @property
    def weights(self) -> Mapping[Tier, Mapping[str, int]]:
        """The weighted frequency of each term in each tier."""
        ...

    @property
    def length(self) -> int:
        """The weighted number of words."""
        ...

    @property
    def bases(self) -> Mapping[str, int]:
        """The weighted frequency of each base."""
        ...

    @property
    def grams(self) -> Mapping[str, int]:
        """The weighted frequency of each gram."""
        ...

    @property
    def headline(self) -> Sequence[str]:
        """The base of each word of the title, "" for one without a base."""
        ...


def changes_of(analysed: CountedDocument, sign: int) -> Counts:
    """The changes of all counts when the article comes (``sign`` is 1) or goes (-1)."""
    article = analysed.article
    found: Counts = {TOTAL: Counter({ARTICLES: sign, LENGTH: sign * analysed.length})}
    for tier, weights in analysed.weights.items():
        found[tier] = Counter(dict.fromkeys(weights, sign))
    found[BASE] = Counter(dict.fromkeys(analysed.bases, sign))
    found[HEADLINE] = Counter(dict.fromkeys(filter(None, analysed.headline), sign))
    if article.published:
        found[DAY] = Counter({article.published.start().date().isoformat(): sign})
    for column in COLUMNS:
        if names := article.names_in(column.name):
            found[name_tier(column)] = Counter(dict.fromkeys(names, sign))
    for field, name in article.own:
        if name:
            found[NAME + OWN + field] = Counter({name: sign})
    return found


def add_changes(counts: Counts, more: Counts) -> None:
    """Adds ``more`` to ``counts``."""
    for tier, changes in more.items():
        own = counts.setdefault(tier, Counter())
        if set(changes.values()) == {1}:
            own.update(
                changes.keys()
            )  # several times as fast; the changes of a new article are nearly all of this kind
            continue
        for term, change in changes.items():
            own[term] += change
