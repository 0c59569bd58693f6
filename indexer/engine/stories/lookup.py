# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks up stories: which one an article belongs to, and which articles a story has."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import NamedTuple

import numpy as np

from indexer.engine.copies.sketches import DAY_ZERO
from indexer.engine.stories.signatures import Ints
from indexer.engine.stories.table import EMPTY, StoryHeads


class Story(NamedTuple):
    """A story: how many ``articles`` it has, copies included, of how many ``sources``, and its days.

    ``id`` is that of its first article by date, then by id. Articles without a source count as one more source.
    """

    id: str
    articles: int
    sources: int
    begun: date
    ended: date


class StoryCounts(NamedTuple):
    """The number of ``stories`` in an archive, and of the ``articles`` in them."""

    stories: int
    articles: int


class StoryLookup:
    """The stories of one generation. Immutable, so safe to share between threads."""

    def __init__(self, told: StoryHeads) -> None:
        self._told = told

    @cached_property
    def counts(self) -> StoryCounts:
        """How many there are."""
        _, sizes = np.unique(self._told.heads, return_counts=True)
        several = sizes[sizes > 1]
        return StoryCounts(len(several), int(several.sum()))

    def of(self, article_id: str) -> Story | None:
        """Returns the story of the article with this id; None where it has none, or there is no such article."""
        rows = self._rows(article_id)
        if len(rows) < 2:
            return None
        days = self._told.days[rows]
        begun, ended = (DAY_ZERO.fromordinal(DAY_ZERO.toordinal() + int(day)) for day in (days[0], days[-1]))
        return Story(self._id(int(rows[0])), len(rows), len(np.unique(self._told.sources[rows])), begun, ended)

    def articles(self, article_id: str) -> list[str]:
        """Returns the ids of the articles in the story of this one, by date, then by id; empty where it has none."""
        rows = self._rows(article_id)
        return [self._id(row) for row in rows.tolist()] if len(rows) > 1 else []

    def _rows(self, article_id: str) -> Ints:
        """Returns the rows of all articles in the story of one, by day; that row alone where it has none."""
        try:
            wanted = np.uint64(int(article_id, 16))
        except (ValueError, OverflowError):
            return np.empty(0, np.int64)
        row = int(np.searchsorted(self._told.ids, wanted))
        if row >= len(self._told.ids) or self._told.ids[row] != wanted:
            return np.empty(0, np.int64)
        order, heads = self._by_story
        head = self._told.heads[row]
        first, last = np.searchsorted(heads, head), np.searchsorted(heads, head, "right")
        return order[first:last]

    @cached_property
    def _by_story(self) -> tuple[Ints, Ints]:
        """All rows ordered by story, then day, and the head of each."""
        heads = self._told.heads
        order = np.lexsort((self._told.days, heads))
        return order, heads[order]

    def _id(self, row: int) -> str:
        return f"{int(self._told.ids[row]):016x}"


NO_STORIES = StoryLookup(EMPTY.for_readers)
