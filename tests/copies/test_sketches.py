# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests the documents of sketches, the tables of them, and the reading of the articles to compare."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.arabic.analyser import Analyser
from indexer.article import Article
from indexer.engine.copies.candidates import FEWEST, least_agreeing
from indexer.engine.copies.judging import Verdict
from indexer.engine.copies.sketches import HASHES, NO_DAY, SketchColumns
from indexer.engine.opensearch.copies.sketches import ArticleSketch, FoundCopy, SketchBatch, sketch_batch
from indexer.engine.opensearch.copies.table import OwnSketches, SketchTable, id_of, number_of
from indexer.engine.opensearch.copies.texts import AT_ONCE, ComparedArticles
from indexer.errors import DamagedIndexError
from tests.engine.test_copies import article, sketched, story

IDS = st.integers(0, 2**64 - 1).map(id_of)
RUNS = st.integers(0, 2**31 - 1)
WORDS = st.integers(0, 2**32 - 1)
COPIES = st.builds(FoundCopy, IDS, WORDS, st.sampled_from([1, 2]), st.integers(0, 255))
SKETCHES = st.builds(
    ArticleSketch, IDS, RUNS, RUNS, st.binary(min_size=2 * HASHES, max_size=2 * HASHES), RUNS, WORDS,
    st.integers(-(2**31), 2**31 - 1), st.booleans(), st.lists(COPIES, max_size=3).map(tuple),
    st.lists(RUNS, max_size=2, unique=True).map(tuple),
)  # fmt: skip
ONE = ArticleSketch("0123456789abcdef", 3, 1, bytes(range(96)), 40, 7, 18_000, copies=(FoundCopy("0" * 16, 5, 2, 200),))


@given(SKETCHES)
def test_a_document_says_all_that_is_known(sketch: ArticleSketch) -> None:
    document, source = sketch.document()
    assert document.startswith(f"{sketch.id}.{sketch.added}")
    assert ArticleSketch.of(json.loads(source)) == sketch


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "abc"), ("id", "x" * 16), ("id", None), ("added", -1), ("added", "two"), ("sketch", ""),
        ("sketch", "00 11"), ("sketch", "zz" * 144), ("sketch", None), ("shingles", 2**63), ("digest", 2**32),
        ("digest", -1), ("day", 2**31), ("day", "today"), ("copies", [{}]), ("copies", 3), ("removed", 3),
        ("copies", [{"id": "0" * 16, "digest": 1, "verdict": 9, "similarity": 1}]),
        ("copies", [{"id": "0" * 16, "digest": 1, "verdict": 1, "similarity": 256}]),
    ],
)  # fmt: skip
def test_a_document_that_cannot_be_read_is_damage(field: str, value: Any) -> None:
    source = json.loads(ONE.document()[1])
    assert ArticleSketch.of(source) == ONE
    with pytest.raises(DamagedIndexError, match="cannot be read"):
        ArticleSketch.of({**source, field: value})


def test_a_sketch_with_places_in_another_order_is_damage() -> None:
    source = json.loads(ONE.document()[1])
    terms = source["sketch"].split()
    with pytest.raises(DamagedIndexError):
        ArticleSketch.of({**source, "sketch": " ".join([terms[1], terms[0], *terms[2:]])})


def test_terms_agree_where_sketches_do(analyser: Analyser) -> None:
    articles = [article("a", story(1), when="2020-05-06"), article("b", story(1) + " وكالات"), article("c", "قصير")]
    batch = sketch_batch(articles, [analyser.words(one.body)[0] for one in articles])
    known = sketched(articles, analyser)
    assert np.array_equal(batch.columns.sketches, known.sketches)
    rows = [batch.row(row, 1, 0) for row in range(2)]
    assert [row.shingles for row in rows] == known.sizes[:2].tolist()
    assert [row.day for row in rows] == known.days[:2].tolist() == [18_388, NO_DAY]
    same = int((known.sketches[0] == known.sketches[1]).sum())
    assert HASHES > same == len(set(rows[0].terms.split()) & set(rows[1].terms.split())) > HASHES / 2
    # A text that is too short to be a copy has no document.
    assert [document for document, _ in batch.documents(1, 0)] == [f"{one.id}.1" for one in articles[:2]]


def test_no_pair_that_may_be_a_copy_agrees_in_fewer_places_than_are_asked_for() -> None:
    sizes = np.arange(10, 4_000)
    first, second = np.repeat(np.arange(len(sizes)), 5), np.tile([0, 30, 153, 990, 3_989], len(sizes))
    least = float(least_agreeing(sizes, first, second).min())
    assert FEWEST - 1 < least <= FEWEST


@given(st.lists(SKETCHES, max_size=6, unique_by=lambda one: one.id))
def test_a_table_holds_what_it_was_given(sketches: list[ArticleSketch]) -> None:
    table = SketchTable.of(sketches)
    assert list(table) == sorted(sketches, key=lambda one: one.id)
    half = np.arange(len(table)) % 2 == 0
    assert list(SketchTable.together(table.chosen(half), table.chosen(~half))) == list(table)
    assert table.chosen(half).copies.keys() <= set(table.ids[half].tolist())
    wanted = [*table.ids.tolist(), 12345]
    places = table.places(wanted).tolist()
    assert places[:-1] == list(range(len(table)))
    assert places[-1] == (wanted.index(12345) if 12345 in wanted[:-1] else -1)


def batch_of(numbers: Sequence[int], digest: int) -> SketchBatch:
    """A batch; the article with the number 0 is too short to be a copy."""
    sketches = np.repeat(np.array(numbers, np.uint16)[:, None], HASHES, axis=1)
    count = len(numbers)
    columns = SketchColumns(sketches, np.full(count, 30), np.full(count, digest, np.uint32), np.zeros(count, np.int32))
    return SketchBatch(np.array(numbers, np.uint64), columns)


@given(st.lists(st.tuples(st.booleans(), st.sets(st.integers(0, 5))), max_size=8))
def test_a_run_remembers_its_latest_versions(steps: list[tuple[bool, set[int]]]) -> None:
    own, wanted = OwnSketches(), dict[int, tuple[int, int]]()
    for at, (adds, numbers) in enumerate(steps):
        if adds:
            own.add(batch_of(sorted(numbers), at), part=at // 2)
            wanted |= dict.fromkeys(numbers, (at, at // 2))
        else:
            own.drop(map(id_of, numbers))
            wanted = {number: seen for number, seen in wanted.items() if number not in numbers}
    found = {number_of(one.id): (one.digest, one.part) for one in own.table(9)}
    assert found == {number: seen for number, seen in wanted.items() if number}
    assert {one.added for one in own.table(9)} <= {9}


def test_articles_are_read_ahead_in_the_order_in_which_they_are_expected() -> None:
    count = 5 * AT_ONCE
    articles = {id_of(number): article(str(number), story(number, 3)) for number in range(count)}
    asked: list[int] = []

    def read(ids: Sequence[str]) -> dict[str, Article]:
        asked.append(len(ids))
        return {one: articles[one] for one in ids}

    order = np.random.default_rng(1).permutation(np.repeat(np.arange(count), 3))
    order = order[np.sort(np.unique(order, return_index=True)[1])]  # the first time of each
    texts = ComparedArticles(np.arange(count, dtype=np.uint64), order, read)
    for row in order.tolist():
        assert texts(row) is articles[id_of(row)]
    assert asked == [AT_ONCE] * 5
    assert texts(int(order[0])) is articles[id_of(int(order[0]))]
    assert len(asked) <= 6
    # An article that was not expected is read alone.
    ComparedArticles(np.arange(count, dtype=np.uint64), np.array([2, 3]), read)(1)
    assert asked[-1] == 1


def test_an_article_that_cannot_be_read_is_damage() -> None:
    texts = ComparedArticles(np.array([5], np.uint64), np.array([0]), lambda ids: {})
    with pytest.raises(DamagedIndexError, match=id_of(5)):
        texts(0)


def test_a_sketch_is_removed_by_several_runs() -> None:
    assert ONE.without(5).without(4).without(5) == replace(ONE, removed=(4, 5))
    assert Verdict(ONE.copies[0].verdict) is Verdict.CLOSE
