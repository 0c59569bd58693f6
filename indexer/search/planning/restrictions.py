"""The parts of a query that narrow it without being looked for: sources, sections, authors and periods."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date

from indexer.arabic.analyser import Analyser
from indexer.arabic.readings import ARTICLE
from indexer.engine.queries import AnyOf, Filters, Query
from indexer.engine.questions import Column
from indexer.search.planning.query_names import own
from indexer.search.query.tree import Named, Node, Period

Columns = Callable[[Column], Collection[str]]
"""The names that a column has."""


def narrowed(filters: Filters, parts: Sequence[Node], analyser: Analyser, columns: Columns) -> Filters | None:
    """``filters`` and those among ``parts`` that are filters, together; None where nothing can pass them all."""
    for part in parts:
        if isinstance(part, Period):
            first = _latest(filters.date_from, part.first)
            last = _earliest(filters.date_to, part.last)
            if first and last and first > last:
                return None
            filters = replace(filters, date_from=first, date_to=last)
        elif isinstance(part, Named):
            found = resolved(part, analyser, columns)
            chosen = {"source": filters.sources, "category": filters.categories, "author": filters.authors}[part.column]
            found = tuple(name for name in found if name in chosen) if chosen else found
            if not found:
                return None
            filters = _with(filters, part.column, found)
    return filters


def matching(node: Named | Period, analyser: Analyser, columns: Columns) -> Query:
    """What lets through what ``node`` means, as part of a query."""
    if isinstance(node, Period):
        return Filters(node.first, node.last)
    found = resolved(node, analyser, columns)
    return _with(Filters(), node.column, found) if found else AnyOf(())


def resolved(node: Named, analyser: Analyser, columns: Columns) -> tuple[str, ...]:
    """The names of the column that mean ``node.name``: those that fold to it, else those that have all its words.

    Articles and clitics aside: ``مصدر:جزيرة`` is also الجزيرة نت.
    """
    wanted = _words(node.name, analyser)
    if not wanted:
        return ()
    names = {name: _words(name, analyser) for name in columns(node.column) if name}
    if node.begins:
        begin = wanted[0][0]
        return tuple(name for name, words in names.items() if any(_begins(*word, begin) for word in words))
    same = tuple(name for name, words in names.items() if [folded for folded, _ in words] == [f for f, _ in wanted])
    return same or tuple(
        name
        for name, words in names.items()
        if all(any(folded == word[0] or stem == word[1] for word in words) for folded, stem in wanted)
    )


def _begins(folded: str, stem: str, begin: str) -> bool:
    return folded.startswith((begin, ARTICLE + begin)) or stem.startswith(begin)


def no_columns(column: Column) -> Collection[str]:
    """No names at all, for where there is no index."""
    return ()


def _with(filters: Filters, column: Column, names: tuple[str, ...]) -> Filters:
    if column == "source":
        return replace(filters, sources=names)
    return replace(filters, categories=names) if column == "category" else replace(filters, authors=names)


def _words(name: str, analyser: Analyser) -> list[tuple[str, str]]:
    return [(token.folded, token.stem) for token in own(analyser.tokens(name))]


def _latest(*days: date | None) -> date | None:
    return max((day for day in days if day), default=None)


def _earliest(*days: date | None) -> date | None:
    return min((day for day in days if day), default=None)
