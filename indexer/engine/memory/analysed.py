# SPDX-License-Identifier: GPL-3.0-or-later
"""An article with its words analysed: the terms that it holds, and where."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime

from indexer.arabic.analyser import Analyser, Tier, Word
from indexer.article import Article
from indexer.engine.weights import LEAD, LEAD_WORDS, TITLE

BODY_POSITION = 1_000
"""The position of the first word of a body; titles are cut before it, so that no phrase runs into the body."""

Term = tuple[Tier, str]


@dataclass(frozen=True)
class AnalysedArticle:
    """An article and its words. Words of the title have positions from 0 on, those of the body from `BODY_POSITION` on.

    ``positions`` are ascending. ``weights`` are the weighted frequencies of terms, ``bases`` those of bases. ``length``
    is the weighted number of words. ``headline`` holds the bases of the title in order.
    """

    article: Article
    positions: dict[Term, list[int]]
    weights: dict[Term, int]
    bases: Counter[str]
    length: int
    headline: tuple[str, ...]

    @property
    def moment(self) -> datetime | None:
        """The moment at which its date begins."""
        return self.article.published.start() if self.article.published else None


def analysed(article: Article, analyser: Analyser) -> AnalysedArticle:
    """``article`` with its words."""
    positions: dict[Term, list[int]] = defaultdict(list)
    weights: Counter[Term] = Counter()
    bases: Counter[str] = Counter()
    length = 0
    for text, first in ((article.title, 0), (article.body, BODY_POSITION)):
        own, extras = analyser.words(text)
        places = [(number, word, True) for number, word in enumerate(own)]
        places += [(number, word, False) for number, word in extras]
        for number, word, counts in places:
            position = first + number if first else min(number, BODY_POSITION - 2)
            weight = weight_at(position)
            length += weight * counts
            if word.base:
                bases[word.base] += weight
            for term in _terms(word):
                positions[term].append(position)
                weights[term] += weight
    for found in positions.values():
        found.sort()
    headline = tuple(word.base for word in analyser.words(article.title)[0])
    return AnalysedArticle(article, dict(positions), dict(weights), bases, length, headline)


def _terms(word: Word) -> list[Term]:
    stems: list[Term] = [("stem", stem) for stem in word.stems]
    return [("surface", word.bare), ("folded", word.folded), *stems]


def weight_at(position: int) -> int:
    """What one occurrence at a position counts."""
    return TITLE if position < BODY_POSITION else LEAD if position < BODY_POSITION + LEAD_WORDS else 1
