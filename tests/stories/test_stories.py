# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests which articles make a story: in every engine, after any runs, and from damaged files."""

from __future__ import annotations

import random
from datetime import date
from itertools import chain

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from indexer.arabic.analyser import Analyser
from indexer.engine.copies.sketches import NO_DAY
from indexer.engine.local.store import LocalStore
from indexer.engine.stories import grouping, table
from indexer.engine.stories.linking import Links
from indexer.engine.stories.lookup import StoryLookup
from indexer.engine.stories.signatures import TERMS, empty_signatures
from indexer.engine.stories.table import EMPTY, StoryTable, ToldArticles
from indexer.engine.stories.updating import updated
from indexer.errors import DamagedIndexError
from tests.contract import ENGINES, new_place, publish, rows_of
from tests.stories.invented import events

# --- in every engine


@pytest.mark.parametrize("engine", rows_of(ENGINES))
def test_articles_of_one_event_are_one_story(engine: str, request: pytest.FixtureRequest, analyser: Analyser) -> None:
    told = events(14, random.Random(3))
    searcher = ENGINES[engine](tuple(chain.from_iterable(told)), new_place(engine, request), analyser)
    for articles in told:
        ids = [one.id for one in articles]
        for one in articles:
            assert searcher.stories.articles(one.id) == ids
            story = searcher.stories.of(one.id)
            assert story is not None
            assert (story.id, story.articles, story.sources) == (ids[0], 3, 3)
            assert (story.ended - story.begun).days == 2
    assert searcher.stories.counts == (14, 42)
    assert searcher.stories.of("f" * 16) is None
    assert searcher.stories.articles("no id") == []


@pytest.mark.parametrize("engine", rows_of(ENGINES))
def test_articles_without_a_day_have_no_story(engine: str, request: pytest.FixtureRequest, analyser: Analyser) -> None:
    (articles,) = events(1, random.Random(1))
    undated = [articles[0], *(type(one)(one.id, one.title, one.body, one.path) for one in articles[1:])]
    searcher = ENGINES[engine](tuple(undated), new_place(engine, request), analyser)
    assert searcher.stories.counts == (0, 0)


def test_runs_in_any_order_end_with_the_stories_of_a_rebuild(
    tmp_path_factory: pytest.TempPathFactory, analyser: Analyser
) -> None:
    articles = list(chain.from_iterable(events(9, random.Random(5))))
    random.Random(6).shuffle(articles)
    store = LocalStore(tmp_path_factory.mktemp("index"))
    publish(store, articles[:10])
    publish(store, articles[10:22], [articles[0].id])
    publish(store, articles[22:], [articles[1].id, articles[12].id])
    left = [one for one in articles if one not in (articles[0], articles[1], articles[12])]
    anew = ENGINES["memory"](tuple(left), "", analyser)
    opened = store.open()
    assert all(opened.searcher.stories.articles(one.id) == anew.stories.articles(one.id) for one in articles)
    opened.close()


def test_a_damaged_file_is_noticed(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("index")
    store = LocalStore(folder)
    publish(store, chain.from_iterable(events(2, random.Random(2))))
    path = folder / store.current_name() / table.NAME
    content = bytearray(path.read_bytes())
    content[-10] ^= 1
    path.write_bytes(content)
    assert any(table.NAME in damage for damage in store.damages())
    with pytest.raises(DamagedIndexError, match=table.NAME):
        store.check()


# --- tables

DAYS = st.one_of(st.integers(19_000, 19_130), st.just(NO_DAY))


def told(rows: dict[int, tuple[int, list[int]]]) -> ToldArticles:
    """Returns articles by their ids, with a day and the terms of their signatures."""
    ids = sorted(rows)
    signed = empty_signatures(len(ids))
    for row, one in enumerate(ids):
        terms = rows[one][1][:TERMS]
        signed.terms[row, : len(terms)] = terms
        signed.weights[row, : len(terms)] = 200
    digests = [hash((rows[one][0], tuple(rows[one][1]))) & 0xFFFF_FFFF for one in ids]
    return ToldArticles(
        np.array(ids, np.uint64), np.array(digests, np.uint32), np.array([rows[one][0] for one in ids], np.int64),
        np.array([one % 5 for one in ids], np.uint32), signed,
    )  # fmt: skip


def built(rows: dict[int, tuple[int, list[int]]], before: StoryTable = EMPTY) -> StoryTable:
    present = told(rows)
    return updated(before, present._replace(signatures=empty_signatures(len(rows))), present.signatures.rows)


def same(one: StoryTable, other: StoryTable) -> bool:
    return all(map(np.array_equal, (one.heads, *one.links), (other.heads, *other.links)))


ROWS = st.dictionaries(
    st.integers(1, 60),
    st.tuples(DAYS, st.lists(st.integers(1, 25), min_size=2, max_size=8, unique=True)),
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(ROWS, min_size=2, max_size=4))
def test_an_update_gives_what_building_anew_gives(runs: list[dict[int, tuple[int, list[int]]]]) -> None:
    kept = EMPTY
    for rows in runs:
        kept = built(rows, kept)
        assert same(kept, built(rows))
        assert same(table.table_of(table.content(kept)), kept)


@settings(max_examples=60, deadline=None)
@given(ROWS, st.integers(0), st.integers(1, 255))
def test_a_changed_byte_is_noticed(rows: dict[int, tuple[int, list[int]]], at: int, change: int) -> None:
    content = bytearray(table.content(built(rows)))
    content[at % len(content)] ^= change
    with pytest.raises(ValueError, match="it"):
        table.table_of(bytes(content))
    assert not table.is_of_another_version(table.content(built(rows)))
    with pytest.raises(ValueError, match="it"):
        table.table_of(bytes(content[:-1]))


def test_only_articles_of_days_that_a_change_concerns_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = {one: (19_000 + one // 2, [one, one + 1, one + 2, 900]) for one in range(1, 1_500)}
    before = built(rows)
    looked_at: list[int] = []
    from indexer.engine.stories import linking  # noqa: PLC0415  # to watch it

    watched = linking.links

    def links(articles: linking.DatedSignatures, wanted: NDArray[np.bool_], least: int) -> Links:
        looked_at.append(len(articles.days))
        return watched(articles, wanted, least)

    monkeypatch.setattr(linking, "links", links)
    assert same(built(rows | {2_000: (19_300, [5, 6])}, before), built(rows | {2_000: (19_300, [5, 6])}))
    assert looked_at[0] <= 4 * linking.REACH * 2 + 4
    assert looked_at[1] == len(rows) + 1


# --- groups


def grouped(days: list[int], pairs: dict[tuple[int, int], int]) -> list[int]:
    first, second = (np.array([pair[end] for pair in sorted(pairs)], np.int64) for end in (0, 1))
    strength = np.array([pairs[pair] for pair in sorted(pairs)], np.int64)
    everything = np.ones(len(days), bool)
    found = grouping.stories(np.arange(len(days)), everything, np.array(days, np.int64), Links(first, second, strength))
    return list(map(int, found))


def test_one_article_about_two_events_does_not_join_them() -> None:
    strong = grouping.LINKED + 20
    clique = {(0, 1): strong, (0, 2): strong, (1, 2): strong, (3, 4): strong, (3, 5): strong, (4, 5): strong}
    assert grouped([1] * 6, clique | {(2, 3): grouping.LINKED}) == [0, 0, 0, 3, 3, 3]
    across = {(0, 3): grouping.HELD, (1, 4): grouping.HELD}
    assert grouped([1] * 6, clique | across | {(2, 3): grouping.LINKED}) == [0] * 6
    assert grouped([1] * 6, clique | across) == [0, 0, 0, 3, 3, 3]


def test_a_story_ends() -> None:
    chain_of_days = {(at, at + 1): grouping.LINKED for at in range(9)}
    found = grouped([5 * at for at in range(10)], chain_of_days)
    assert len(set(found)) > 1
    assert all(5 * found.count(head) <= grouping.LONGEST + 5 for head in found)


def test_a_story_has_the_id_of_its_first_article() -> None:
    heads = np.array([0, 0, 2], np.int64)
    found = StoryLookup(
        table.StoryHeads(
            np.array([10, 11, 12], np.uint64), heads, np.array([19_001, 19_000, 19_000]), np.array([7, 0, 7], np.uint32)
        )
    )
    assert found.of(f"{10:016x}") == (f"{11:016x}", 2, 2, date(2022, 1, 8), date(2022, 1, 9))
    assert found.of(f"{12:016x}") is None
