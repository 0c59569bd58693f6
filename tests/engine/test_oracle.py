# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests our array-based matching against Whoosh's own matchers as the oracle: the same articles, order and scores."""

from __future__ import annotations

import functools
import math
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import query as wq
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.matching import ListMatcher, Matcher
from whoosh.matching.wrappers import ConstantScoreWrapperMatcher

from indexer.arabic.fold import fold
from indexer.arabic.lexicon.lexicon import Noun, VerbReading, build
from indexer.article import Article, Published, article_id
from indexer.engine.local.ranking.maxscore import best
from indexer.engine.local.ranking.scoring import Scorer
from indexer.engine.local.searcher import WhooshSearcher
from indexer.engine.local.segments.codec import TierWeighting
from indexer.engine.local.segments.columns import NO_DATE, minutes
from indexer.engine.local.segments.packed import BODY_POSITION
from indexer.engine.local.whoosh_engine import WhooshEngine
from indexer.engine.queries import (
    AnyOf,
    Filters,
    PhraseQuery,
    PrefixQuery,
    PublishedQuery,
    Query,
    TermQuery,
    Words,
)
from tests.asking import page
from tests.asking import scores as scores_of

WORDS = ("جسر", "الجسر", "متحف", "والمتحف", "سوق", "أسواق", "مدينة", "المدن", "نهر", "في", "عبد", "الله")
FORMS = {
    "folded": ("جسر", "الجسر", "متحف", "والمتحف", "سوق", "اسواق", "مدينه", "المدن", "نهر", "في", "غايب"),
    "stem": ("جسر", "متحف", "سوق", "مدينه", "نهر", "في", "عبد", "غايب"),
}
FIRST_DAY = date(2020, 1, 1)
TEXTS = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
DAYS = st.one_of(st.none(), st.integers(0, 60))
Places = list[int]
Archive = list[list[tuple[str, str, int | None, bool]]]
ARCHIVES: st.SearchStrategy[Archive] = st.lists(
    st.lists(st.tuples(TEXTS, TEXTS, DAYS, st.booleans()), min_size=1, max_size=6), min_size=1, max_size=4
)
"""Segments of articles: title, body, day, and whether it is deleted afterwards."""

WEIGHTS = st.sampled_from((1.0, 0.5, 0.25))

NEXT_TO_NOTHING = 1e-9
"""What days score in the oracle, where ours score 0: Whoosh's union of three forgets what scores nothing."""
close = functools.partial(pytest.approx, abs=1e-7)


def terms(tier: str) -> st.SearchStrategy[Query]:
    return st.builds(TermQuery, st.just(tier), st.sampled_from(FORMS[tier]), WEIGHTS)


def leaves() -> st.SearchStrategy[Query]:
    tiers = st.sampled_from(("folded", "stem"))
    phrases = tiers.flatmap(
        lambda tier: st.builds(
            PhraseQuery,
            st.just(tier),
            st.lists(st.sampled_from(FORMS[tier]), min_size=1, max_size=3).map(tuple),
            WEIGHTS,
            st.sampled_from((0, 0, 1, 2, 5)),
            st.booleans(),
        )
    )
    beginnings = st.sampled_from(("ا", "ال", "م", "سو", "ز"))
    prefixes = st.builds(PrefixQuery, st.just("folded"), beginnings, WEIGHTS, st.booleans())
    days = st.integers(0, 60).map(lambda day: FIRST_DAY + timedelta(days=day))
    ranges = st.builds(Filters, st.one_of(st.none(), days), days)
    dated = (
        st.tuples(days, days)
        .map(sorted)
        .flatmap(lambda pair: st.builds(PublishedQuery, *map(st.just, pair), terms("stem"), WEIGHTS))
    )
    return st.one_of(terms("folded"), terms("stem"), phrases, prefixes, ranges, dated)


def several(children: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
    some = st.lists(children, min_size=1, max_size=3).map(tuple)
    few = st.lists(children, max_size=2).map(tuple)
    least = st.sampled_from((1.0, 1.0, 0.0, 0.3, 0.5, 0.7))
    return st.one_of(st.builds(AnyOf, some), st.builds(Words, some, few, few, least))


QUERIES = st.recursive(leaves(), several, max_leaves=8)


class Constant(wq.WrappingQuery):  # type: ignore[misc]  # Whoosh has no types
    """Gives all matches of ``child`` the score ``score``; Whoosh's own class loses the score inside other queries."""

    def __init__(self, child: wq.Query, score: float) -> None:
        super().__init__(child)
        self.score = score

    def _rewrap(self, child: wq.Query) -> wq.Query:
        return Constant(child, self.score)

    def matcher(self, searcher: Any, context: Any = None) -> Matcher:
        return ConstantScoreWrapperMatcher(self.child.matcher(searcher, context), self.score)


class Standing(wq.WrappingQuery):  # type: ignore[misc]  # as above
    """Matches those articles of ``child`` in which the positions of ``terms`` satisfy ``wanted``."""

    def __init__(self, child: wq.Query, tier: str, terms: tuple[str, ...], wanted: Callable[[list[Places]], bool]):
        super().__init__(child)
        self.tier, self.terms, self.wanted = tier, terms, wanted

    def _rewrap(self, child: wq.Query) -> wq.Query:
        return Standing(child, self.tier, self.terms, self.wanted)

    def matcher(self, searcher: Any, context: Any = None) -> Matcher:
        found, ids, scores = self.child.matcher(searcher, context), [], []
        while found.is_active():
            places = []
            for term in self.terms:
                own = wq.Term(self.tier, term.encode()).matcher(searcher)
                if own.is_active():
                    own.skip_to(found.id())
                there = own.is_active() and own.id() == found.id()
                places.append([span.start for span in own.spans()] if there else [])
            if self.wanted(places):
                ids.append(found.id())
                scores.append(found.score())
            found.next()
        return ListMatcher(ids, scores)


def stand_near(places: list[Places], span: int, in_title: bool) -> bool:
    """Returns whether each term has a place so that all places differ, lie within ``span``, and are in one part."""
    for chosen in product(*places):
        parts = {place < BODY_POSITION for place in chosen}
        near = len(set(chosen)) == len(chosen) and max(chosen) - min(chosen) < span and len(parts) == 1
        if near and (parts == {True} or not in_title):
            return True
    return False


def begins_in_title(places: list[Places]) -> bool:
    return any(place < BODY_POSITION for place in places[0])


def in_order(places: list[Places], in_title: bool) -> bool:
    return any(
        all(place + at in own for at, own in enumerate(places)) and (place < BODY_POSITION or not in_title)
        for place in places[0]
    )


class Holding(wq.WrappingQuery):  # type: ignore[misc]  # as above
    """Matches those articles of ``child`` in which the matching ``parts`` together have at least the rarity
    ``least``."""

    def __init__(self, child: wq.Query, parts: list[tuple[wq.Query, float]], least: float) -> None:
        super().__init__(child)
        self.parts, self.least = parts, least

    def _rewrap(self, child: wq.Query) -> wq.Query:
        return Holding(child, self.parts, self.least)

    def matcher(self, searcher: Any, context: Any = None) -> Matcher:
        held: dict[int, float] = {}
        for part, rarity in self.parts:
            for number in part.matcher(searcher).all_ids():
                held[number] = held.get(number, 0.0) + rarity
        found, ids, scores = self.child.matcher(searcher, context), [], []
        while found.is_active():
            if held.get(found.id(), 0.0) >= self.least:
                ids.append(found.id())
                scores.append(found.score())
            found.next()
        return ListMatcher(ids, scores)


class Days(wq.ColumnQuery):  # type: ignore[misc]  # as above
    def estimate_size(self, ixreader: Any) -> int:
        return int(ixreader.doc_count())

    def matcher(self, searcher: Any, context: Any = None) -> Matcher:
        found = super().matcher(searcher, context)
        found._score = 1.0  # which Whoosh does not set
        return found


Rarity = Callable[[Query], float]


def inside(first: date | None, last: date | None) -> wq.Query:
    """Returns the articles dated from ``first`` to ``last``; a column query alone would also find deleted ones."""
    begin, end = (day and minutes(Published(day.isoformat())) for day in (first, last))
    low, high = NO_DATE + 1 if begin is None else begin, (end or 0) + 24 * 60
    return wq.And([wq.Every(), Days("date", lambda value: low <= value < high)])


def whoosh_query(query: Query, plain: Any, articles: int) -> wq.Query:
    """Returns the query tree that Whoosh's own matchers use for ``query`` on the ``articles`` of its searcher."""
    rarity = rarity_in(plain, articles)
    if isinstance(query, TermQuery):
        return wq.Term(query.tier, query.text.encode(), boost=query.weight)
    if isinstance(query, PhraseQuery):
        if not (query.within or query.in_title) and len(query.texts) > 1:
            return wq.Phrase(query.tier, [text.encode() for text in query.texts], boost=query.weight)
        each = wq.And([wq.Term(query.tier, text.encode(), boost=query.weight) for text in query.texts])
        span = len(query.texts) + query.within
        near = functools.partial(stand_near, span=span, in_title=query.in_title)
        ordered = functools.partial(in_order, in_title=query.in_title)
        return Standing(each, query.tier, query.texts, near if query.within else ordered)
    if isinstance(query, PrefixQuery):
        if query.in_title:
            titles = [Standing(wq.Term(query.tier, form.encode()), query.tier, (form,), begins_in_title)
                      for form in sorted({fold(word) for word in WORDS}) if form.startswith(query.text)]  # fmt: skip
            return Constant(wq.Or(titles), query.weight)
        return Constant(wq.Prefix(query.tier, query.text), query.weight)
    if isinstance(query, Filters):
        return Constant(inside(query.date_from, query.date_to), NEXT_TO_NOTHING)
    if isinstance(query, PublishedQuery):
        dated, saying = inside(query.first, query.last), plain.doc_frequency(query.like.tier, query.like.text.encode())
        having = max(len(plain.search(dated, limit=None)), saying)
        return Constant(dated, query.weight * math.log1p((articles - min(having, articles) + 0.5) / (having + 0.5)))
    children = [whoosh_query(child, plain, articles) for child in query.children]
    if isinstance(query, AnyOf):
        return wq.Or(children)
    tree: wq.Query = wq.And(children) if query.least >= 1 else wq.Or(children)
    if 0 < query.least < 1:
        parts = [(whoosh_query(child, plain, articles), rarity(child)) for child in query.children]
        tree = Holding(tree, parts, query.least * sum(rare for _, rare in parts) * 0.999)
    for child in query.without:
        # Whoosh's AndNot lets an article through if the excluded side begins before it.
        tree = wq.And([tree, Constant(wq.Not(whoosh_query(child, plain, articles)), 0.0)])
    for child in query.optional:
        tree = wq.AndMaybe(tree, whoosh_query(child, plain, articles))
    return tree


def rarity_in(plain: Any, articles: int) -> Rarity:
    """Returns the idf of a query in an archive of this many articles, without deleted ones."""

    def frequency(query: Query) -> int:
        if isinstance(query, TermQuery):
            return int(plain.reader().doc_frequency(query.tier, query.text.encode()))
        if isinstance(query, PhraseQuery):
            return min(frequency(TermQuery(query.tier, text)) for text in query.texts)
        if isinstance(query, PublishedQuery):
            return len(plain.search(inside(query.first, query.last), limit=None))
        if isinstance(query, AnyOf):
            return max((frequency(child) for child in query.children), default=0)
        if isinstance(query, Words) and query.children:
            return (min if query.least >= 1 else max)(frequency(child) for child in query.children)
        return articles

    def is_open(query: Query) -> bool:
        if isinstance(query, AnyOf):
            return any(map(is_open, query.children))
        return isinstance(query, (PrefixQuery, Filters))

    def rarity(query: Query) -> float:
        if is_open(query):
            having = len(plain.search(whoosh_query(query, plain, articles), limit=None, optimize=False))
        else:
            having = frequency(query)
        return math.log1p((articles - min(having, articles) + 0.5) / (having + 0.5)) if having else 0.0

    return rarity


def oracle(folder: Path, searcher: WhooshSearcher, query: Query) -> dict[int, float]:
    """Returns what Whoosh finds and the scores."""
    index = FileIndex(FileStorage(str(folder), readonly=True))
    weighting = TierWeighting(searcher.corpus.count, searcher.corpus.average)
    with index.searcher(weighting=weighting) as plain:
        found = plain.search(whoosh_query(query, plain, searcher.corpus.count), limit=None, optimize=False)
        return {hit.docnum: hit.score for hit in found}


@pytest.fixture(scope="module")
def engine() -> Iterator[WhooshEngine]:
    """An engine with a tiny lexicon, so that an index is made quickly."""
    with pytest.MonkeyPatch.context() as patch:
        nouns = {"اسواق": "سوق", "مدن": "مدينه"}
        verbs = {"سوق": (VerbReading("ساق", 5.0),)}
        words = build(
            {fold(word): 10.0 for word in WORDS},
            {form: Noun(lemma, 20.0, takes_endings=True) for form, lemma in (nouns | {"سوق": "سوق"}).items()},
            verbs,
        )
        patch.setattr("indexer.arabic.lexicon.lexicon.shipped", lambda: words)
        yield WhooshEngine()


def built(folder: Path, engine: WhooshEngine, archive: Archive) -> WhooshSearcher:
    writer = engine.writer(folder, fresh=not (folder / "lexicon.bin").exists())
    number = 0
    for segment in archive:
        articles, gone = [], []
        for title, body, day, deleted in segment:
            published = None if day is None else Published((FIRST_DAY + timedelta(days=day)).isoformat())
            articles.append(Article(article_id(str(number)), title, body, f"/{number}", published=published))
            gone += [articles[-1].id] if deleted else []
            number += 1
        writer.apply([], articles)
        writer.apply(gone, [])
    writer.cluster()
    return engine.open(folder)


def agree(engine: WhooshEngine, archive: Archive, queries: list[Query]) -> None:
    """Checks that both find the same articles for each of ``queries``, with the same scores, in the same order."""
    with tempfile.TemporaryDirectory() as name:
        searcher = built(Path(name), engine, archive)
        for query in queries:
            wanted = oracle(Path(name), searcher, query)
            for find in (0, 25, 10**9):  # every way to look terms up, whatever the size of the segment
                with pytest.MonkeyPatch.context() as patch:
                    patch.setattr("indexer.engine.local.ranking.scoring._FIND", find)
                    docs, scores = Scorer(searcher.corpus).scored(query)
                assert dict(zip(docs.tolist(), scores.tolist(), strict=True)) == close(wanted)
            assert Scorer(searcher.corpus).docs(query).tolist() == sorted(wanted)
            found = page(searcher, query)
            assert found.total == len(wanted)
            assert [hit.score for hit in found.hits] == close(sorted(wanted.values(), reverse=True))
            assert dict(scores_of(found)) == close(
                {searcher.numbered.id_of(doc): score for doc, score in wanted.items()}
            )


ASKED = st.lists(QUERIES, min_size=1, max_size=4)


@settings(max_examples=60)
@given(ARCHIVES, ASKED)
def test_arrays_and_matchers_find_and_score_the_same(
    engine: WhooshEngine, archive: Archive, queries: list[Query]
) -> None:
    agree(engine, archive, queries)


@pytest.mark.slow
@settings(max_examples=2_000)
@given(ARCHIVES, ASKED)
def test_arrays_and_matchers_agree_on_many_archives(
    engine: WhooshEngine, archive: Archive, queries: list[Query]
) -> None:
    agree(engine, archive, queries)


def keeps_the_best(engine: WhooshEngine, archive: Archive, query: Words, most: int) -> None:
    """Checks that pruning drops none of the ``most`` best articles."""
    with tempfile.TemporaryDirectory() as name:
        searcher = built(Path(name), engine, archive)
        wanted = oracle(Path(name), searcher, query)
        docs, scores = best(Scorer(searcher.corpus), query, most, None, None)
        found = dict(zip(docs.tolist(), scores.tolist(), strict=True))
        assert found == close({doc: wanted[doc] for doc in found})
        highest = sorted(wanted.values(), reverse=True)[:most]
        assert sorted(found.values(), reverse=True)[:most] == close(highest)
        assert Scorer(searcher.corpus).docs(query).tolist() == sorted(wanted)


PRUNED = st.builds(
    Words,
    st.lists(st.one_of(terms("folded"), terms("stem"), several(leaves())), min_size=1, max_size=5).map(tuple),
    st.lists(terms("folded"), max_size=1).map(tuple),
    st.lists(terms("stem"), max_size=2).map(tuple),
    st.sampled_from((0.0, 0.0, 0.3, 0.5, 0.7)),
)


@settings(max_examples=60)
@given(ARCHIVES, PRUNED, st.integers(1, 6))
def test_pruning_loses_none_of_the_best(engine: WhooshEngine, archive: Archive, query: Words, most: int) -> None:
    keeps_the_best(engine, archive, query, most)


@pytest.mark.slow
@settings(max_examples=2_000)
@given(ARCHIVES, PRUNED, st.integers(1, 6))
def test_pruning_loses_none_in_many_archives(engine: WhooshEngine, archive: Archive, query: Words, most: int) -> None:
    keeps_the_best(engine, archive, query, most)
