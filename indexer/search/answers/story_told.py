# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells a story: its articles from the first to the last, and what each of them added.

An article adds a sentence if the sentence has words that no earlier article of the story has. An article that adds
hardly any word repeats an earlier one; it is listed with that one, as copies are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from indexer import deadline
from indexer.arabic.analyser import Analyser
from indexer.article import Article
from indexer.engine.base import Searcher
from indexer.engine.similarity import has_meaning
from indexer.engine.stories.lookup import Story
from indexer.search.answers.results import IndexInfo
from indexer.search.answers.stories_shown import story_beyond
from indexer.search.snippets.marks import sentence_spans

MOST_TOLD = 60
"""So many articles of a story are listed, the first ones."""

_LOOKED_AT = 20_000
"""In characters of a body."""
_SENTENCES = 2
_WORDS = 6
_NEW = 4
"""A sentence adds something if it has so many new words, or if half of its words are new."""
_REPEATED = 0.15
"""If a smaller part of the words of an article is new, the article only repeats earlier ones."""


@dataclass(frozen=True, slots=True)
class ToldArticle:
    """An article of a story: the sentences and words that it ``added``, and the articles that only repeat it.

    The first article added everything: its first sentences are given, and no words.
    """

    article: Article
    sentences: tuple[str, ...]
    words: tuple[str, ...]
    repeated_by: tuple[Article, ...] = ()


@dataclass(frozen=True, slots=True)
class StoryView:
    """The ``story`` of an ``article``, None where it has none. ``unlisted`` of its articles are not in ``told``."""

    article: Article
    story: Story | None
    told: tuple[ToldArticle, ...]
    unlisted: int
    index: IndexInfo


@dataclass(slots=True)
class _ToldSoFar:
    article: Article
    bases: frozenset[str]
    sentences: tuple[str, ...]
    words: tuple[str, ...]
    repeated_by: list[Article] = field(default_factory=list)


class _Sentence(NamedTuple):
    text: str
    words: tuple[tuple[str, str], ...]
    """Pairs of the base and the written form of each word that has a meaning."""


def story_of(searcher: Searcher, article: Article, index: IndexInfo) -> StoryView:
    """The story of ``article``."""
    story = story_beyond(searcher, article.id, searcher.copies(article.id, 0)[0])
    ids = searcher.stories.articles(article.id) if story else []
    found = searcher.articles(ids[:MOST_TOLD])
    articles = sorted((found[one] for one in ids[:MOST_TOLD] if one in found), key=_by_time)
    told = _told(articles, searcher.analyser)
    entries = tuple(ToldArticle(one.article, one.sentences, one.words, tuple(one.repeated_by)) for one in told)
    return StoryView(article, story, entries, max(0, len(ids) - MOST_TOLD), index)


def _by_time(article: Article) -> tuple[str, str, str]:
    start = article.published.start().isoformat() if article.published else ""
    return start, article.source, article.id


def _told(articles: Sequence[Article], analyser: Analyser) -> list[_ToldSoFar]:
    told: list[_ToldSoFar] = []
    known: set[str] = set()
    for article in articles:
        deadline.check()
        parts = _parts(article, analyser)
        bases = frozenset(base for part in parts for base, _ in part.words)
        new = bases - known
        if told and len(new) < _REPEATED * len(bases):
            max(told, key=lambda one: len(one.bases & bases)).repeated_by.append(article)
        else:
            body = parts[1:] or parts
            added = _added(body, known) if told else tuple(part.text for part in body[:_SENTENCES])
            told.append(_ToldSoFar(article, bases, added, _words(parts, new) if told else ()))
        known |= bases
    return told


def _parts(article: Article, analyser: Analyser) -> list[_Sentence]:
    """The headline, then the sentences of the body."""
    body = article.body[:_LOOKED_AT]
    texts = [article.title, *(body[start:end] for start, end in sentence_spans(body))]
    return [_Sentence(text, _meant(text, analyser)) for text in texts]


def _meant(text: str, analyser: Analyser) -> tuple[tuple[str, str], ...]:
    words = analyser.words(text)[0]
    return tuple((word.base, word.bare[word.clitics :]) for word in words if has_meaning(word.base, analyser))


def _added(parts: Sequence[_Sentence], known: set[str]) -> tuple[str, ...]:
    """The sentences that add most, in their order."""
    new = [len({base for base, _ in part.words} - known) for part in parts]
    adding = [at for at, part in enumerate(parts) if new[at] >= _NEW or (part.words and 2 * new[at] >= len(part.words))]
    best = sorted(adding, key=lambda at: (-new[at], at))[:_SENTENCES]
    return tuple(parts[at].text for at in sorted(best))


def _words(parts: Sequence[_Sentence], new: frozenset[str]) -> tuple[str, ...]:
    """Returns the new words that the article uses most often, in its own spelling."""
    times: dict[str, int] = {}
    written: dict[str, str] = {}
    for part in parts:
        for base, form in part.words:
            if base in new:
                times[base] = times.get(base, 0) + 1
                written.setdefault(base, form)
    best = sorted(times, key=lambda base: -times[base])[:_WORDS]
    return tuple(written[base] for base in best)
