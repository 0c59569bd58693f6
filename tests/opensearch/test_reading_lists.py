# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests headlines, similar articles and significant words on nodes, against counting all articles in memory."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from indexer.arabic.analyser import Analyser
from indexer.article import Article
from indexer.engine.memory.searcher import MemorySearcher
from indexer.engine.opensearch.addresses import ClusterAddress
from indexer.engine.opensearch.cluster import ClusterClient
from indexer.engine.opensearch.documents import analysed, document_id
from indexer.engine.opensearch.mapping import articles_index
from indexer.engine.opensearch.reading import headlines
from indexer.engine.opensearch.reading.generation import ClusterGeneration
from indexer.engine.opensearch.reading.searcher import ClusterSearcher
from indexer.engine.opensearch.visibility import Visibility
from indexer.engine.opensearch.words.changes import add_changes, changes_of
from indexer.engine.opensearch.words.dictionary import Dictionary
from indexer.engine.opensearch.words.layers import Counts, Layer
from indexer.engine.queries import Ranked, TermQuery
from indexer.engine.questions import ArticleQuery, HeadlineStart, PageRequest
from indexer.engine.stories.lookup import NO_STORIES
from tests.contract import made

TEXT = "رئيس الحكومة حكم محكمة وزير الوزراء في بغداد والبصرة عبد الله أبو ظبي يفتتح معرض 2023 a_b"
WORDS = tuple(TEXT.split())
RUN = 3


def drawn(count: int, seed: int) -> list[Article]:
    """Articles of few words. Each has a day of its own, so that the newest ones are known."""
    chance = random.Random(seed)
    titles = [" ".join(chance.choices(WORDS, k=chance.randrange(9))) for _ in range(count)]
    bodies = [" ".join(chance.choices(WORDS, k=chance.randrange(30))) for _ in range(count)]
    pairs = zip(titles, bodies, strict=True)
    return [
        made(f"{seed} {at}", title, body, f"2023-{1 + at // 28:02}-{1 + at % 28:02}")
        for at, (title, body) in enumerate(pairs)
    ]


def indexed(
    address: str, articles: Sequence[Article], unseen: Sequence[Article], analyser: Analyser
) -> ClusterSearcher:
    """A searcher over ``articles``. The articles ``unseen`` are in the index, but not part of the generation."""
    where = ClusterAddress.parse(address)
    cluster, index = ClusterClient(where), f"{where.name}.articles"
    documents = [analysed(one, analyser) for one in articles]
    average = sum(one.length for one in documents) / len(documents)
    cluster.send("PUT", f"/{index}", articles_index(3, 1, analyser.fingerprint, average))
    counts: Counts = {}
    for one in documents:
        add_changes(counts, changes_of(one, 1))
    written = [(document_id(one.article.id, RUN), one.document(average, RUN)) for one in documents]
    for at, other in enumerate(unseen):
        # Of a later run, of a dead one, or removed.
        added, removed = ((RUN + 1, ()), (2, ()), (1, (RUN,)))[at % 3]
        source = analysed(other, analyser).document(average, added, removed=removed)
        written.append((document_id(other.id, added), source))
    assert cluster.bulk(index, written) == []
    cluster.refresh(index)
    dictionary = Dictionary([Layer.of(counts)])
    return ClusterSearcher(ClusterGeneration(cluster, index, Visibility(RUN, (2,)), dictionary, analyser, NO_STORIES))


def starts(analyser: Analyser) -> list[HeadlineStart]:
    bases = [word.base for word in analyser.words(" ".join(WORDS))[0]]
    words = [(), (bases[0],), (bases[0], bases[1]), (bases[4], bases[5], bases[6])]
    prefixes = dict.fromkeys(base[:letters] for base in bases for letters in (0, 1, 2, 9))
    return [HeadlineStart(some, prefix) for some in words for prefix in prefixes]


def test_headlines_are_those_of_the_generation(
    cluster_address: str, analyser: Analyser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(headlines, "_READ_IN_ALL", 100_000)
    articles = drawn(150, 1)
    memory, cluster = MemorySearcher(articles, analyser), indexed(cluster_address, articles, drawn(90, 2), analyser)
    titles = {one.id: tuple(word.base for word in analyser.words(one.title)[0]) for one in articles}
    asked = starts(analyser)
    for begun, found, expected in zip(
        asked, cluster.continuations(asked, 10_000), memory.continuations(asked, 10_000), strict=True
    ):
        assert {one.words for one in found} == {one.words for one in expected}, begun
        for one in found:
            here = [
                place for place in one.places if titles[place.article_id][place.word :][: len(one.words)] == one.words
            ]
            assert len(here) == len(one.places) > 0
            length = len(one.words)
            assert one.headlines == sum(
                any(title[at : at + length] == one.words for at in range(len(title))) for title in titles.values()
            )
    for most in (0, 3, 200):
        assert cluster.headlines(asked, most) == memory.headlines(asked, most)
    bases = {base for title in titles.values() for base in title}
    assert cluster.headline_words([*bases, "غائب", "حك"]) == bases


def test_a_sample_leads_to_exact_counts(
    cluster_address: str, analyser: Analyser, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles = drawn(150, 3)
    cluster = indexed(cluster_address, articles, drawn(90, 4), analyser)
    asked = [begun for begun in starts(analyser) if len(begun.words) < 2][:20]
    whole = cluster.continuations(asked, 1_000)
    monkeypatch.setattr(headlines, "_READ", 15)
    for some, every in zip(cluster.continuations(asked, 5), whole, strict=True):
        counts = {one.words: one.headlines for one in every}
        assert counts.items() >= {one.words: one.headlines for one in some}.items()
        assert bool(some) == any(count > 10 for count in counts.values()) or len(counts) < 20


def test_related_articles_and_words_are_those_of_the_generation(cluster_address: str, analyser: Analyser) -> None:
    articles = drawn(60, 5)
    memory, cluster = MemorySearcher(articles, analyser), indexed(cluster_address, articles, drawn(90, 6), analyser)
    alone = [one for one in articles if memory.copies(one.id, 1)[0].size == 1]
    assert len(alone) > 40
    for article in alone[:20]:
        expected = {one.article.id: one.similarity for one in memory.similar(article.id, 100)}
        found = {one.article.id: one.similarity for one in cluster.similar(article.id, 100)}
        assert found == pytest.approx(expected, abs=0.02)
    for word in ("رئيس", "وزير", "محكمة"):
        stem = analyser.word(word).stem
        request = PageRequest(ArticleQuery(Ranked(TermQuery("stem", stem))), "relevance", limit=100, facets=())
        assert cluster.significant(request, 100, {stem}) == memory.significant(request, 100, {stem})
