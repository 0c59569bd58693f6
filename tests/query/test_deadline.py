# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that a query which takes too long is stopped in any part of its work: reading, planning and searching."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from types import SimpleNamespace

import pytest

from indexer import deadline
from indexer.arabic.analyser import Analyser
from indexer.columns import ChosenNames
from indexer.engine.base import Searcher
from indexer.engine.local.whoosh_engine import WhooshEngine
from indexer.engine.queries import Filters
from indexer.errors import TooSlowError
from indexer.search.archive import Archive
from indexer.search.planning.column_names import ColumnNames
from indexer.search.planning.foreign_names import ForeignNames
from indexer.search.planning.plan import plan
from indexer.search.planning.restrictions import narrowed
from indexer.search.query.request import SearchRequest
from indexer.search.query.tree import NameNode
from tests.asking import page

STEPS = 40
NAMES = tuple(sorted(f"كاتب رقم {number}" for number in range(STEPS)))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """A clock that advances one second each time it is read; returns how often it was read."""
    looks = count()
    seen: list[int] = []

    def monotonic() -> float:
        seen.append(next(looks))
        return float(seen[-1])

    monkeypatch.setattr(deadline, "time", SimpleNamespace(monotonic=monotonic))
    yield seen
    deadline.end()


@pytest.fixture(scope="module")
def searcher(sample_archive: Archive) -> Searcher:
    return sample_archive._current().generation.searcher


QUERIES = {
    "names": " ".join(f"كاتب:رقم{number}" for number in range(STEPS)),
    "excluded names": "جسر " + " ".join(f"-كاتب:رقم{number}" for number in range(STEPS)),
    "names of which one is needed": " | ".join(f'كاتب:"رقم {number}"' for number in range(STEPS)),
    "beginnings of names": " ".join(f"كاتب:{begin}*" for begin in ("كا", "كات", "كاتب", "رق", "رقم")),
    "words": " ".join(f"كلمة{number}" for number in range(STEPS)),
    "words of which one is needed": " | ".join(f"كلمة{number}" for number in range(STEPS)),
    "excluded words": "جسر " + " ".join(f"-كلمة{number}" for number in range(STEPS)),
    "exact words": " ".join(f"=كلمة{number}" for number in range(STEPS)),
    "phrases": " ".join(f'"جسر {number}"' for number in range(STEPS)),
    "periods": " ".join(f"تاريخ:{1980 + number}.." for number in range(STEPS)),
}


@pytest.mark.parametrize("kind", QUERIES)
def test_the_planner_checks_the_deadline_once_a_part(kind: str, analyser: Analyser, clock: list[int]) -> None:
    columns = ColumnNames(analyser, lambda column: NAMES)
    deadline.begin(10**9)
    clock.clear()
    plan(SearchRequest(q=QUERIES[kind]), analyser, columns)
    assert len(clock) >= {"periods": 2, "beginnings of names": 5}.get(kind, STEPS)
    for seconds in (0, 1, len(clock) // 2, len(clock) - 3):
        deadline.begin(seconds)
        with pytest.raises(TooSlowError):
            plan(SearchRequest(q=QUERIES[kind]), analyser, columns)


def test_spellings_of_names_are_looked_up_within_the_deadline(searcher: Searcher, clock: list[int]) -> None:
    foreign = ForeignNames(searcher)
    text = " ".join(f"بوتين{letter}" for letter in "ابتثجحخدذرز")
    deadline.begin(10**9)
    clock.clear()
    plan(SearchRequest(q=text), searcher.analyser, None, foreign=foreign)
    without = len(clock)
    clock.clear()
    plan(SearchRequest(q=text), searcher.analyser, None, foreign=ForeignNames(searcher))
    assert len(clock) == without >= 2 * 11


def test_filters_check_the_deadline(searcher: Searcher, analyser: Analyser, clock: list[int]) -> None:
    columns = ColumnNames(analyser, lambda column: NAMES)
    deadline.begin(STEPS // 2)
    with pytest.raises(TooSlowError):
        narrowed(Filters(), [NameNode("author", "رقم")] * STEPS, columns)
    deadline.begin(0)
    with pytest.raises(TooSlowError):
        page(searcher, None, Filters(chosen=ChosenNames({"source": NAMES})), limit=1)


def test_names_are_indexed_once_and_outside_the_deadline(analyser: Analyser, clock: list[int]) -> None:
    asked: list[str] = []

    def names(column: str) -> tuple[str, ...]:
        asked.append(column)
        return NAMES

    columns = ColumnNames(analyser, names)
    deadline.begin(0.5)
    with pytest.raises(TooSlowError):
        columns.meant(NameNode("author", "رقم"))
    deadline.begin(10**6)
    before = len(clock)
    for number in range(STEPS):
        assert columns.meant(NameNode("author", f"رقم {number}", exact=True)) == (f"كاتب رقم {number}",)
    assert (asked, len(clock) - before) == (["author"], STEPS)


class CountingAnalyser:
    """An analyser that counts the texts it analyses."""

    def __init__(self, analyser: Analyser) -> None:
        self._analyser = analyser
        self.texts = 0

    def tokens(self, text: str) -> object:
        self.texts += 1
        return self._analyser.tokens(text)


def test_a_term_is_found_without_analysing_all_names_anew(analyser: Analyser) -> None:
    counting = CountingAnalyser(analyser)
    names = tuple(sorted({f"كاتب {number} واس" for number in range(2_000)} | {"واس"}))
    columns = ColumnNames(counting, lambda column: names)  # type: ignore[arg-type]  # only `tokens` is asked of it
    columns.prepare()
    counting.texts = 0
    assert len(columns.meant(NameNode("author", "واس"))) == len(names)
    assert columns.meant(NameNode("author", "واس", exact=True)) == ("واس",)
    assert len(columns.meant(NameNode("author", "وا", begins=True))) == len(names)
    assert counting.texts == 3


def test_thousands_of_chosen_names_are_each_looked_up_once(engine: WhooshEngine, searcher: Searcher) -> None:
    known = searcher.names("source")
    chosen = ChosenNames({"source": (*known, *(f"مصدر {number}" for number in range(5_000)))})
    assert page(searcher, None, Filters(chosen=chosen), limit=1).total == searcher.count()
