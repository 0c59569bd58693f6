# SPDX-License-Identifier: GPL-3.0-or-later
"""Describes an archive to a reader who is new to it: how many articles, from where, of when, and about what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from indexer.columns import COLUMNS_BY_NAME
from indexer.engine.base import Searcher
from indexer.engine.questions import ArticleQuery, PageRequest, PeriodRequest
from indexer.search.answers.results import (
    FacetCount,
    FacetCounts,
    IndexInfo,
)
from indexer.search.answers.spread import Spread
from indexer.search.answers.timeline import Coverage
from indexer.search.suggest.completion import Completer

EXAMPLES = 8
"""The number of subjects named."""


@dataclass(frozen=True, slots=True)
class Overview:
    """The archive as a whole. Every number counts articles, copies included.

    ``names`` are the names in each column (see `indexer.columns`), the most frequent first.
    ``years`` is the number of articles of each year. ``first`` and ``last`` are the days of the oldest and the newest
    article, such as "2023-05-14", empty where no article has a date. ``subjects`` are frequent names and phrases of
    headlines.
    """

    info: IndexInfo
    names: Mapping[str, Sequence[FacetCount]]
    years: Spread
    first: str
    last: str
    subjects: tuple[str, ...]


def overview(info: IndexInfo, searcher: Searcher, completer: Completer, coverage: Coverage) -> Overview:
    """The overview of one generation."""
    columns = (*COLUMNS_BY_NAME, *searcher.own_fields)
    facets = searcher.search(PageRequest(ArticleQuery(), limit=0, facets=columns)).facets
    (by_day,) = searcher.periods([PeriodRequest(ArticleQuery(), "day")])
    days = by_day.counts
    return Overview(
        info=info,
        names={column: FacetCounts(facets[column]) for column in columns},
        years=coverage.everything("year"),
        first=days[0][0] if days else "",
        last=days[-1][0] if days else "",
        subjects=_subjects(completer),
    )


def _subjects(completer: Completer) -> tuple[str, ...]:
    """Frequent phrases of headlines, names first; none of them is part of another."""
    found = sorted(completer.frequent(4 * EXAMPLES), key=lambda one: one.kind != "name")
    subjects: list[str] = []
    for one in found:
        if not any(one.text in other or other in one.text for other in subjects):
            subjects.append(one.text)
    return tuple(subjects[:EXAMPLES])
