# SPDX-License-Identifier: GPL-3.0-or-later
"""Similar articles: the words of an article that stand for it, and which of the articles that have them are similar.

For engines of any kind. The words are those with the highest ``tf / (tf + 1.1) * idf``, as in BM25, over the stems of
the article: frequent in it and rare elsewhere.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from indexer.arabic.analyser import Analyser
from indexer.engine.queries import Ranked, TermQuery, Words
from indexer.engine.weights import K1, LEAD, LEAD_WORDS, TITLE, B

_TERMS = 40
"""The number of words that stand for an article; docs/relevance.md has the figures."""
_LEAST_SIMILAR = 0.12
"""A similar article scores at least this part of what the article itself scores for its own words."""
_SATURATION = 1.1
_LONGEST_HEADLINE = 250
_COPIES = 4
"""How many times as many articles are looked at as are wanted, since they may be copies of one another."""

Key = TypeVar("Key", bound=Hashable)


def similarity_query(
    held: Iterable[tuple[str, int]], analyser: Analyser, articles: int, counts: Callable[[Sequence[str]], Sequence[int]]
) -> Ranked | None:
    """The query that finds articles similar to one that holds these (base, weight) pairs; None where it has no word.

    ``articles`` is the number of all articles, ``counts`` returns how many of them have each of several stems.
    """
    stems: dict[str, int] = {}
    for base, weight in held:
        if has_meaning(base, analyser):
            stem = analyser.word(base).stem
            stems[stem] = stems.get(stem, 0) + weight
    weighed = []
    for (stem, weight), having in zip(stems.items(), counts(list(stems)), strict=True):
        # Words that no other article has count too: an article of words of its own is similar to none.
        part = weight / (weight + _SATURATION)
        rarity = math.log1p((articles - min(having, articles) + 0.5) / (having + 0.5))
        weighed.append((TermQuery("stem", stem, part), part * rarity))
    chosen = sorted(weighed, key=lambda pair: (-pair[1], pair[0].text))[:_TERMS]
    return Ranked(Words(tuple(term for term, _ in chosen), least=0)) if chosen else None


@dataclass(frozen=True, slots=True)
class HeldWords:
    """The words of a text as an article of it would hold them: (base, weight) pairs, and the weighted number of words.

    A first line that others follow counts as the headline, if it is no longer than one.
    """

    bases: tuple[tuple[str, int], ...]
    length: int

    @classmethod
    def of(cls, text: str, analyser: Analyser) -> HeldWords:
        """Returns the words of ``text``."""
        first, _, rest = text.strip().partition("\n")
        title, body = (first, rest) if rest.strip() and len(first) <= _LONGEST_HEADLINE else ("", text)
        weights: Counter[str] = Counter()
        length = 0
        for part, at_first, later in ((title, TITLE, TITLE), (body, LEAD, 1)):
            words, extras = analyser.words(part)
            length += sum(at_first if number < LEAD_WORDS else later for number in range(len(words)))
            for number, word in (*enumerate(words), *extras):
                if word.base:
                    weights[word.base] += at_first if number < LEAD_WORDS else later
        return cls(tuple(weights.items()), length)

    def own_score(self, ranked: Ranked, analyser: Analyser, average: float, idf: Callable[[str], float]) -> float:
        """What an article with these words scores for its own `similarity_query`, by BM25.

        ``average`` is the average length of articles, and ``idf`` returns that of a stem.
        """
        held: Counter[str] = Counter()
        for base, weight in self.bases:
            for stem in analyser.word(base).stems:
                held[stem] += weight
        norm = K1 * (1 - B + B * self.length / max(average, 1.0))
        query = ranked.query
        terms = [one for one in query.children if isinstance(one, TermQuery)] if isinstance(query, Words) else []
        return sum(one.weight * idf(one.text) * held[one.text] * (K1 + 1) / (held[one.text] + norm) for one in terms)


def similar_to_text(
    best: Sequence[tuple[Key, float]], whole: float, most: int, cluster: Callable[[Key], Hashable]
) -> Iterator[tuple[Key, float]]:
    """The articles of ``best`` that are similar to a text, and how much, one of each cluster.

    ``best`` are the articles with the highest scores for its `similarity_query`, of which the text scores ``whole``.
    """
    whole = max([whole, *(score for _, score in best)])
    return _similar(best, whole, most, set(), cluster)


def looked_at(most: int, copies: int) -> int:
    """How many of the best articles to look at for ``most`` similar ones, for an article in a cluster of ``copies``."""
    return copies + _COPIES * most


def most_similar(
    best: Sequence[tuple[Key, float]], own: Key, most: int, cluster: Callable[[Key], Hashable]
) -> Iterator[tuple[Key, float]]:
    """The articles of ``best`` that are similar to the article ``own``, and how much, one of each other cluster.

    ``best`` are the articles with the highest scores for `similarity_query`, ``cluster`` returns the cluster of one.
    """
    whole = dict(best).get(own) or max((score for _, score in best), default=0.0)
    return _similar(best, whole, most, {cluster(own)}, cluster)


def _similar(
    best: Sequence[tuple[Key, float]],
    whole: float,
    most: int,
    clusters: set[Hashable],
    cluster: Callable[[Key], Hashable],
) -> Iterator[tuple[Key, float]]:
    """One article of each cluster that is not among ``clusters``, the best first."""
    for other, score in best:
        if score < _LEAST_SIMILAR * whole or most <= 0:
            return
        if (others := cluster(other)) not in clusters:
            clusters.add(others)
            most -= 1
            yield other, score / whole


def has_meaning(base: str, analyser: Analyser) -> bool:
    """Whether a base says what an article is about: no function word, no number, no single letter."""
    return len(base) > 1 and base.isalpha() and base not in analyser.function_words
