"""A generation that is open, and all that answers from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indexer.engine.base import Searcher
from indexer.engine.queries import Filters, PhraseQuery, Ranked
from indexer.engine.store import Identity, OpenGeneration
from indexer.search.answers.results import IndexInfo
from indexer.search.answers.timeline import Coverage
from indexer.search.answers.word_forms import Forms
from indexer.search.planning.column_names import ColumnNames
from indexer.search.planning.foreign_names import ForeignNames
from indexer.search.suggest.completion import Completer
from indexer.search.suggest.spelling import Speller


@dataclass(frozen=True, slots=True)
class Opened:
    """A generation, the state of CURRENT that named it, and the searcher on it."""

    identity: Identity
    info: IndexInfo
    searcher: Searcher
    speller: Speller
    completer: Completer
    coverage: Coverage
    forms: Forms
    foreign: ForeignNames
    generation: OpenGeneration
    years: frozenset[int]
    """The years that articles are dated in."""
    columns: ColumnNames


def opened_from(generation: OpenGeneration) -> Opened:
    """All that answers from ``generation``."""
    info = IndexInfo(generation.info.name, generation.info.built_at, generation.info.articles)
    searcher = generation.searcher

    def together(stems: Sequence[str]) -> int:
        return searcher.matches([(Ranked(PhraseQuery("stem", tuple(stems))), Filters())])[0]

    speller = Speller(searcher.vocabulary, searcher.analyser, searcher.count(), together)
    dated = frozenset(int(year) for year, _ in searcher.periods(None, Filters(), "year").counts)
    columns = ColumnNames.of(searcher)
    return Opened(
        generation.identity,
        info,
        searcher,
        speller,
        Completer(searcher, columns),
        Coverage(searcher),
        Forms(searcher),
        ForeignNames(searcher),
        generation,
        dated,
        columns,
    )
