# SPDX-License-Identifier: GPL-3.0-or-later
"""A generation that is open, and everything that answers from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from indexer.engine.queries import PhraseQuery, Ranked
from indexer.engine.questions import ArticleQuery, PeriodRequest
from indexer.engine.store import Identity, OpenGeneration
from indexer.search.answers.results import IndexInfo
from indexer.search.answers.timeline import Coverage
from indexer.search.answers.word_forms import WordForms
from indexer.search.planning.column_names import ColumnNames
from indexer.search.planning.foreign_names import ForeignNames
from indexer.search.suggest.completion import Completer
from indexer.search.suggest.spelling import Speller


class PublishedIndex(Protocol):
    """What readers need of a `store.Store`."""

    def identity(self) -> Identity:
        """See `Store.identity`."""
        ...

    def open(self) -> OpenGeneration:
        """See `Store.open`."""
        ...


@dataclass(frozen=True, slots=True)
class OpenedIndex:
    """An open generation, and what answers from it. ``years`` are the years in which articles are dated."""

    generation: OpenGeneration
    info: IndexInfo
    speller: Speller
    completer: Completer
    coverage: Coverage
    forms: WordForms
    foreign: ForeignNames
    years: frozenset[int]
    columns: ColumnNames

    @classmethod
    def of(cls, generation: OpenGeneration) -> OpenedIndex:
        """Everything that answers from ``generation``."""
        searcher, told = generation.searcher, generation.info

        def together(stems: tuple[str, ...]) -> int:
            return searcher.matches([ArticleQuery(Ranked(PhraseQuery("stem", stems)))])[0]

        columns = ColumnNames.of(searcher)
        (by_year,) = searcher.periods([PeriodRequest(ArticleQuery(), "year")])
        return cls(
            generation=generation,
            info=IndexInfo(told.name, told.built_at, told.articles),
            speller=Speller(searcher.vocabulary, searcher.analyser, searcher.count(), together),
            completer=Completer(searcher, columns),
            coverage=Coverage(searcher),
            forms=WordForms(searcher),
            foreign=ForeignNames(searcher),
            years=frozenset(int(year) for year, _ in by_year.counts),
            columns=columns,
        )
