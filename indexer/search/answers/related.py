"""Articles that are similar to one, and the words that set a result apart from the rest of the archive."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from indexer import deadline
from indexer.arabic.analyser import Analyser
from indexer.arabic.readings import ARTICLE
from indexer.engine.base import Searcher
from indexer.engine.queries import Ranked, TermQuery, Words
from indexer.search.answers.results import SignificantWord

TERMS = 40
"""So many words of an article stand for it when similar ones are looked for: docs/relevance.md has the figures."""
LEAST_SIMILAR = 0.12
"""The part of what an article scores for its own words that a similar one must score."""
_SATURATION = 1.1
_COPIES = 4
"""So many times as many articles are looked at as are wanted, as they may be copies of one another."""

SAMPLE = 200
"""Words are significant among so many of the articles found, the first ones."""
_LOOKED_AT = 1_000
_LEAST_ARTICLES = 2
_LEAST_SCORE = 6.63
"""The log-likelihood ratio that chance exceeds once in a hundred words (chi-squared, one degree of freedom)."""
_USUAL = 10
"""A word is written with its article where that is so many times as usual."""


def similar(searcher: Searcher, article_id: str, most: int) -> list[tuple[int, float]]:
    """The numbers of the ``most`` articles that are most similar to one, and how much: 1 would be the same words.

    Copies of the article are left out, and of the copies of another one the first stands for all.

    They are those that score most for the words of the article that are frequent there and rare elsewhere: the highest
    ``tf / (tf + 1.1) * idf``, as in BM25, over the stems of the article's words.
    """
    doc = searcher.number(article_id)
    if doc is None:
        return []
    chosen = sorted(_weighted(searcher, doc), key=lambda pair: (-pair[1], pair[0].text))[:TERMS]
    if not chosen:
        return []
    terms = tuple(term for term, _ in chosen)
    deadline.check()
    own = searcher.cluster(doc)
    best = searcher.best(Ranked(Words(terms, least=0)), own.size + _COPIES * most)
    whole = dict(best).get(doc) or max(score for _, score in best)
    clusters = {own.id}
    found: list[tuple[int, float]] = []
    for other, score in best:
        if score < LEAST_SIMILAR * whole or len(found) == most:
            break
        if (cluster := searcher.cluster(other).id) not in clusters:
            clusters.add(cluster)
            found.append((other, score / whole))
    return found


def _weighted(searcher: Searcher, doc: int) -> Iterator[tuple[TermQuery, float]]:
    """The stems of an article as terms of a query, and how much each says."""
    stems: dict[str, int] = {}
    for base, weight in searcher.held(doc):
        if _has_meaning(base, searcher.analyser):
            stem = searcher.analyser.word(base).stem
            stems[stem] = stems.get(stem, 0) + weight
    count = searcher.count()
    for stem, weight in stems.items():
        articles = searcher.vocabulary.articles(stem, "stem")
        # Those that no other article has are among them: an article of its own words is similar to none.
        part = weight / (weight + _SATURATION)
        rarity = math.log1p((count - min(articles, count) + 0.5) / (articles + 0.5))
        yield TermQuery("stem", stem, part), part * rarity


def significant(searcher: Searcher, docs: Sequence[int], most: int, without: frozenset[str]) -> list[SignificantWord]:
    """The ``most`` words that ``docs`` have more often than the archive has, the most telling first.

    Scored by the log-likelihood ratio of how many of ``docs`` and of the other articles have the word (Dunning 1993).
    Of words with one stem the best stands for all; function words and those with a stem in ``without`` are left out.
    """
    found: dict[str, tuple[float, str, int, int]] = {}
    everything = searcher.count()
    for base, inside, articles in searcher.frequent(docs, _LOOKED_AT):
        if inside < _LEAST_ARTICLES or not _has_meaning(base, searcher.analyser):
            continue
        stem = searcher.analyser.word(base).stem
        score = log_likelihood(inside, len(docs), articles, max(everything, articles))
        if stem not in without and score >= _LEAST_SCORE and score > found.get(stem, (0.0,))[0]:
            found[stem] = score, base, inside, articles
    deadline.check()
    chosen = sorted(found.values(), key=lambda word: (-word[0], word[1]))[:most]
    return [
        SignificantWord(_spelled(searcher, base, docs), inside, articles, score)
        for score, base, inside, articles in chosen
    ]


def log_likelihood(inside: int, sample: int, articles: int, everything: int) -> float:
    """How surely ``inside`` of ``sample`` articles are more than ``articles`` of ``everything``; 0 where they are not.

    Twice the logarithm of the ratio of likelihoods that the rates in the sample and outside it differ, or not.
    """
    outside, rest = articles - inside, everything - sample
    if rest <= 0 or inside * everything <= articles * sample:
        return 0.0
    expected = sample * articles / everything, rest * articles / everything
    observed = inside, max(outside, 0)
    return 2 * sum(seen * math.log(seen / likely) for seen, likely in zip(observed, expected, strict=True) if seen)


def _has_meaning(base: str, analyser: Analyser) -> bool:
    return len(base) > 1 and base.isalpha() and base not in analyser.function_words


def _spelled(searcher: Searcher, base: str, docs: Sequence[int]) -> str:
    """The base as a reader would write it; a name that may be written in two words as one of ``docs`` has it."""
    if searcher.analyser.may_be_joined(base) and (written := _in_an_article(searcher, base, docs)):
        return written
    vocabulary = searcher.vocabulary
    with_article = vocabulary.articles(ARTICLE + base)
    usual = with_article > _USUAL * vocabulary.articles(base)
    return vocabulary.spelling(ARTICLE + base if usual else base)


def _in_an_article(searcher: Searcher, base: str, docs: Sequence[int]) -> str:
    """The word with this base as the first of ``docs`` that has it writes it, in one word or in two; else ""."""
    for doc in docs:
        if base not in dict(searcher.held(doc)):
            continue
        article = searcher.fetch(doc)
        for text in (article.title, article.body):
            for token in searcher.analyser.tokens(text):
                if token.word.base == base:
                    return " ".join(text[token.core : token.end].split())
    return ""
