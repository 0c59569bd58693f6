# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests how headlines are found by beginnings, on a stand-in for a cluster that knows phrases and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.article import article_id
from indexer.engine.memory import headlines as by_memory
from indexer.engine.memory.analysed import AnalysedArticle
from indexer.engine.opensearch import headline_terms
from indexer.engine.opensearch.reading import headlines
from indexer.engine.opensearch.reading.generation import ClusterGeneration
from indexer.engine.questions import Continuation, HeadlineStart
from indexer.errors import DamagedIndexError
from tests.contract import made

BASES = st.sampled_from(["رئيس", "حكومه", "حكوم", "ح", "", "a_b", "a|b", "\ud800", "طويل" * 8, "طويل" * 9])
HEADLINES = st.lists(st.lists(BASES, max_size=7).map(tuple), max_size=12)
BEGUN = st.builds(
    HeadlineStart, st.lists(BASES, max_size=3).map(tuple), st.sampled_from(["", "ح", "حكوم", "حكومه", "غ"])
)

Json = dict[str, Any]


@dataclass
class StandIn:
    """Answers searches for phrases in ``title_base`` as a cluster does."""

    kept: Sequence[tuple[str, tuple[str, ...]]]
    asked: list[int] = field(default_factory=list)
    visible: Json = field(default_factory=lambda: {"match_all": {}})

    def searches(self, bodies: Sequence[Mapping[str, Any]]) -> list[Json]:
        if bodies:
            self.asked.append(len(bodies))
        return [self._answer(body) for body in bodies]

    def _answer(self, body: Mapping[str, Any]) -> Json:
        visible, having = body["query"]["bool"]["filter"]
        assert visible == self.visible
        found = sorted((one, bases) for one, bases in self.kept if has(bases, having["match_phrase"]["title_base"]))
        hits = [{"fields": {"headline": [headline_terms.kept(*one)]}} for one in found[: body["size"]]]
        answer: Json = {"hits": {"hits": hits}}
        if body["track_total_hits"]:
            answer["hits"]["total"] = {"value": min(len(found), body["track_total_hits"])}
        if "aggs" in body:
            phrases = [one["match_phrase"]["title_base"] for one in body["aggs"]["counts"]["filters"]["filters"]]
            buckets = [{"doc_count": sum(has(bases, phrase) for _, bases in found)} for phrase in phrases]
            answer["aggregations"] = {"counts": {"buckets": buckets}}
        return answer

    def generation(self) -> ClusterGeneration:
        return cast(ClusterGeneration, self)


def has(bases: tuple[str, ...], phrase: str) -> bool:
    """Whether terms stand side by side, as a phrase does in a field whose text is divided at blanks and at ``|``."""
    places = [set(place.split("|")) for place in headline_terms.indexed(bases).split(" ")]
    wanted = phrase.split(" ")
    return any(
        all(term in place for term, place in zip(wanted, places[at:], strict=False))
        for at in range(len(places) - len(wanted) + 1)
    )


def numbered(kept: Sequence[tuple[str, ...]]) -> list[tuple[str, tuple[str, ...]]]:
    return [(article_id(f"{at}"), bases) for at, bases in enumerate(kept)]


def in_memory(kept: Sequence[tuple[str, tuple[str, ...]]]) -> list[AnalysedArticle]:
    return [
        AnalysedArticle(replace(made("one", "", ""), id=one), {}, {}, Counter(), 0, bases)
        for one, bases in sorted(kept)
    ]


def counts(found: Sequence[Continuation]) -> dict[tuple[str, ...], int]:
    return {one.words: one.headlines for one in found}


@given(HEADLINES, BEGUN)
def test_a_phrase_of_terms_is_in_the_headlines_that_have_its_words(
    kept: list[tuple[str, ...]], begun: HeadlineStart
) -> None:
    length = len(begun.words) + 1
    for bases in kept:
        places = [
            at
            for at in range(len(bases))
            if bases[at : at + length - 1] == begun.words
            and "".join(bases[at + length - 1 : at + length]).startswith(begun.prefix)
            and at + length <= len(bases)
        ]
        assert has(bases, headline_terms.phrase(begun.words, begun.prefix)) == bool(places)
        assert has(bases, headline_terms.phrase(begun.words, begun.prefix, first=True)) == (0 in places)
        if begun.words:
            whole = any(bases[at : at + length - 1] == begun.words for at in range(len(bases)))
            assert has(bases, headline_terms.phrase(begun.words)) == whole


def test_a_long_beginning_finds_what_its_first_letters_find() -> None:
    longest = "ط" * headline_terms.LONGEST_BEGINNING
    assert has((longest + "اب",), headline_terms.phrase((), longest + "ت"))
    assert not has((longest[1:] + "اب",), headline_terms.phrase((), longest))


@given(st.lists(BASES, max_size=60).map(tuple))
def test_a_headline_comes_back_as_it_was_kept(bases: tuple[str, ...]) -> None:
    for value in (headline_terms.kept("0" * 16, bases), headline_terms.kept("0" * 16, bases).rstrip("=")):
        one, terms = headline_terms.read(value)
        assert one == "0" * 16
        assert [term if headline_terms.is_base(term) else None for term in terms] == [
            base if base == "" or headline_terms.is_base(base) else None for base in bases
        ]


@pytest.mark.parametrize("value", ["a", "/w", "ا"])
def test_a_value_that_is_no_headline_is_damage(value: str) -> None:
    with pytest.raises(DamagedIndexError, match="--rebuild"):
        headline_terms.read(value)


@given(HEADLINES, st.lists(BEGUN, min_size=1, max_size=3))
def test_phrases_are_those_of_all_headlines(kept: list[tuple[str, ...]], starts: list[HeadlineStart]) -> None:
    cluster = StandIn(numbered(kept))
    found = headlines.continuations(cluster.generation(), starts, 1_000)
    assert cluster.asked == [len(starts)]
    for begun, phrases in zip(starts, found, strict=True):
        expected = {
            one.words
            for one in by_memory.continuations(in_memory(cluster.kept), begun, 1_000)
            if all(base == "" or headline_terms.is_base(base) for base in one.words)
        }
        assert set(counts(phrases)) == expected
        by_id = dict(cluster.kept)
        for one in phrases:
            assert one.headlines == sum(_has_words(bases, one.words) for bases in by_id.values())
            assert one.places
            for place in one.places:
                assert by_id[place.article_id][place.word : place.word + len(one.words)] == one.words


def _has_words(bases: tuple[str, ...], words: tuple[str, ...]) -> bool:
    return any(bases[at : at + len(words)] == words for at in range(len(bases)))


def test_phrases_of_a_sample_are_counted_in_all_headlines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(headlines, "_READ", 20)
    kept = [("رئيس", "حكومه")] * 30 + [("رئيس", "حزب")] * 20 + [("رئيس", f"{n}") for n in range(10)] + [("حكم",)] * 5
    cluster = StandIn(numbered(kept))
    frequent, few = headlines.continuations(
        cluster.generation(), [HeadlineStart(("رئيس",), ""), HeadlineStart((), "حكم")], 2
    )
    assert cluster.asked == [2, 1]
    assert counts(frequent) == {("رئيس", "حكومه"): 30, ("رئيس", "حزب"): 20}
    assert counts(few) == {("حكم",): 5}


def test_many_starts_share_what_may_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(headlines, "_READ_IN_ALL", 3)
    cluster = StandIn(numbered([("رئيس", "حكومه")] * 3))
    both = headlines.continuations(cluster.generation(), [HeadlineStart(("رئيس",), ""), HeadlineStart((), "ح")], 5)
    assert [counts(one) for one in both] == [{("رئيس", "حكومه"): 3}, {("حكومه",): 3}]
    assert cluster.asked == [2, 2]
    assert headlines.continuations(cluster.generation(), [], 5) == []
