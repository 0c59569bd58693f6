# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests the dictionary and the vocabulary over layers of articles that come and go, against counting them all."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.arabic.analyser import TIERS, Analyser, Tier, grams
from indexer.arabic.lexicon import lexicon
from indexer.arabic.sounds import keys
from indexer.article import Article
from indexer.engine.memory.analysed import analysed
from indexer.engine.memory.vocabulary import MemoryVocabulary
from indexer.engine.opensearch.words.changes import BASE, DAY, GRAM, HEADLINE, add_changes, changes_of
from indexer.engine.opensearch.words.dictionary import Dictionary
from indexer.engine.opensearch.words.layers import Counts, Layer, merged
from indexer.engine.opensearch.words.vocabulary import ClusterVocabulary
from indexer.errors import DamagedIndexError
from tests.contract import ARTICLES, made

TEXTS = sorted({word for one in ARTICLES for word in f"{one.title} {one.body}".split()})
TEXTS += ["عبد", "الله", "أبو", "ظبي", "و", "إلى", "على", "علي", "Reuters", "2023", "اااااا", "س", "\ud800"]
DATES = [
    "",
    "2021",
    "2022-11",
    "2023-05-14",
    "2023-05-14T10:00",
    "2023-05-15",
    "0999-12-31",
    "2024-02-29T23:59:59+03:00",
]
WORDS = st.lists(st.sampled_from(TEXTS), max_size=12).map(" ".join)
NAMES = st.sampled_from(["", "الرافدين", "النيل", "a\0b"])
ARTICLE = st.builds(
    lambda *parts: parts,
    WORDS,
    WORDS,
    st.sampled_from(DATES),
    NAMES,
    NAMES,
    st.sampled_from([(), (("topic", "ثقافة"),)]),
)
Draft = tuple[str, str, str, str, str, tuple[tuple[str, str], ...]]
"""Title, body, date, source, author, own fields."""
RUNS = st.lists(st.lists(ARTICLE, max_size=4), max_size=4)


@dataclass(frozen=True)
class Document:
    """What a dictionary counts of an article; see `changes.CountedDocument`."""

    article: Article
    weights: dict[Tier, dict[str, int]]
    length: int
    bases: Counter[str]
    grams: Counter[str]
    headline: tuple[str, ...]


@cache
def shipped() -> Analyser:
    return Analyser(lexicon.shipped())


def document(article: Article) -> Document:
    one = analysed(article, shipped())
    weights: dict[Tier, dict[str, int]] = {tier: {} for tier in TIERS}
    for (tier, text), weight in one.weights.items():
        weights[tier][text] = weight
    found = Counter(gram for base, weight in one.bases.items() for gram in grams(base) * weight)
    return Document(article, weights, one.length, one.bases, found, one.headline)


def history(
    runs: Sequence[Sequence[Draft]],
) -> tuple[list[Layer], list[Article]]:
    """The layers of runs, each of which deletes every other article of the run before it; and the articles left."""
    layers: list[Layer] = []
    kept: list[Article] = []
    before: list[Article] = []
    for number, run in enumerate(runs):
        counts: Counts = {}
        for article in before[::2]:
            add_changes(counts, changes_of(document(article), -1))
        kept = [one for one in kept if one not in before[::2]]
        before = [
            made(f"{number} {at}", title, body, day, source, author=author, own=own)
            for at, (title, body, day, source, author, own) in enumerate(run)
        ]
        for article in before:
            add_changes(counts, changes_of(document(article), 1))
        kept += before
        layers.append(Layer.of(counts))
    return layers, kept


@given(RUNS)
def test_a_vocabulary_is_that_of_the_articles_left(
    runs: list[list[Draft]],
) -> None:
    layers, kept = history(runs)
    expected = MemoryVocabulary([analysed(one, shipped()) for one in kept])
    for some in (layers, [merged(layers)]):
        vocabulary = ClusterVocabulary(Dictionary(some))
        assert vocabulary.total == expected.total
        words = [term for tier in TIERS for term, _ in Dictionary(layers).whole(tier).pairs()] + ["غائب", ""]
        for tier in TIERS:
            assert vocabulary.counts(words, tier) == expected.counts(words, tier)
        assert vocabulary.spellings(words) == expected.spellings(words)
        for prefix in ("", "ا", "ال", "م", "نهر", "\ud800"):
            for most in (0, 1, 3, 1_000):
                assert vocabulary.with_prefix(prefix, most) == expected.with_prefix(prefix, most)
        assert vocabulary.near("نهرر", -20.0, 2, 5) == expected.near("نهرر", -20.0, 2, 5)
        assert vocabulary.like_latin("bill", 2, -20.0, 5) == expected.like_latin("bill", 2, -20.0, 5)
        assert vocabulary.sounding(keys("gates"), 2, 9, 5) == expected.sounding(keys("gates"), 2, 9, 5)


@given(RUNS)
def test_everything_is_counted(runs: list[list[Draft]]) -> None:
    layers, kept = history(runs)
    dictionary = Dictionary(layers)
    documents = [document(one) for one in kept]
    assert dictionary.articles == len(kept)
    bases = Counter(base for one in documents for base in one.bases)
    assert dict(dictionary.whole(BASE).pairs()) == bases
    in_headlines = Counter(base for one in documents for base in set(one.headline) - {""})
    assert dict(dictionary.whole(HEADLINE).pairs()) == in_headlines
    by_gram: Counter[str] = Counter()
    for base, count in bases.items():
        for gram in set(grams(base)):
            by_gram[gram] += count
    assert dict(dictionary.whole(GRAM).pairs()) == by_gram
    assert dictionary.average_length * len(kept) == pytest.approx(sum(one.length for one in documents))
    for column in ("source", "category", "author", "topic", "unknown"):
        assert list(dictionary.names(column)) == sorted({name for one in kept for name in one.names_in(column)})
    assert dictionary.own_fields == (("topic",) if any(one.own for one in kept) else ())
    days = sorted(one.published.start().date() for one in kept if one.published)
    assert dictionary.terms(DAY) == sorted({day.isoformat() for day in days})
    for first, last in (
        (date.min, date(9999, 12, 30)),
        (date(2022, 11, 1), date(2023, 5, 14)),
        (date(2023, 5, 15),) * 2,
    ):
        assert dictionary.between(first, last) == sum(first <= day <= last for day in days)
    for share in (0.0, 0.5, 0.999, 1.0):
        newest = dictionary.newest(share)
        if days:
            wanted = np.quantile([day.toordinal() for day in days], share)
            assert newest
            assert (newest - datetime(1, 1, 1)) / timedelta(days=1) + 1 == pytest.approx(wanted)
        else:
            assert newest is None


def test_the_idf_is_that_of_the_scores() -> None:
    dictionary = Dictionary([Layer.of(changes_of(document(one), 1)) for one in ARTICLES[:6]])
    assert dictionary.idf(2) == pytest.approx(math.log(1 + 4.5 / 2.5))
    assert dictionary.idf(6) == dictionary.idf(7) == pytest.approx(math.log(1 + 0.5 / 6.5))
    assert Dictionary([]).idf(0) == pytest.approx(math.log(2))


def test_the_most_frequent_of_equal_words_are_the_first() -> None:
    terms = {f"ك{letter}": 1 + (letter in "بدز") for letter in "ابتثجحخدذرز"}
    dictionary = Dictionary([Layer.of({"folded": Counter(terms)})])
    assert dictionary.with_prefix("folded", "ك", 5) == [("كب", 2), ("كد", 2), ("كز", 2), ("كا", 1), ("كت", 1)]
    assert dictionary.with_prefix("folded", "كب", 5) == [("كب", 2)]
    assert dictionary.with_prefix("folded", "ل", 5) == dictionary.with_prefix("stem", "ك", 5) == []


def test_a_layer_that_is_missing_makes_no_count_negative() -> None:
    dictionary = Dictionary([Layer.of({"folded": Counter({"ك": -2, "ل": 1})})])
    assert dictionary.counts("folded", ["ك", "ل"]) == [0, 1]
    assert dictionary.terms("folded") == ["ل"]


def test_a_day_that_is_none_is_damage() -> None:
    with pytest.raises(DamagedIndexError, match="a day that is none"):
        Dictionary([Layer.of({DAY: Counter({"2023-02-30": 1})})]).newest()
