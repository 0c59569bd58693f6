# SPDX-License-Identifier: GPL-3.0-or-later
"""Warns the caller about parts of a request that were read in an unexpected way, or that find nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from difflib import get_close_matches
from itertools import islice
from typing import NamedTuple

from indexer.columns import COLUMNS_BY_NAME, EXCLUDE, Column
from indexer.dates import first_minute, last_minute, offset_of, written_limit
from indexer.engine.questions import Capabilities
from indexer.search.planning.column_names import ColumnNames
from indexer.search.query.parameter_types import quoted
from indexer.search.query.parse import DANGLING, SHORT, TOO_MANY, Note
from indexer.search.query.request import SearchRequest
from indexer.search.query.syntax import DISTANCE, MAX_WITHIN, NO_DATE, NO_EXACT, NO_FIELD, NO_OPERATOR, NO_VALUE
from indexer.search.query.tree import FIELD_NAMES, NameNode, Node, phrases, written

MOST, _MOST_NAMES = 20, 3
"""At most this many parts of a query are named, and at most this many names of each column."""
_MOST_COMPARED = 2_000
"""Where a column has more names none is proposed: comparing all of them would take longer than the search."""

NO_WORDS, NO_NAME = "no_words", "unknown_name"
NO_OFFSETS, WHOLE_DAYS = "dates_without_offset", "dates_without_time"
NOT_EXACT, ESTIMATED = "not_exact", "estimated_totals"
CHANGED = "generation_changed"

_FIELDS = ", ".join(f"{name}:" for name in FIELD_NAMES)

CODES = {
    NO_DATE: "A date that is none: no period is narrowed by it.",
    NO_VALUE: "A field that nothing follows, which was left out.",
    NO_FIELD: "A name and a colon that are no field, which were read as words.",
    NO_OPERATOR: "A mark of another query language, which was left out.",
    DISTANCE: "A distance after a phrase that was read as another one: ~0 as the phrase itself, one above 100 as 100.",
    NO_EXACT: "= before the beginning of a word, which was left out.",
    DANGLING: "An operator without a word beside it, which was left out.",
    SHORT: "A beginning of one letter, which was read as a word.",
    TOO_MANY: "A phrase or beginning beyond the first ones, which was read as words.",
    NO_WORDS: "A query of which nothing is left to look for: it finds nothing.",
    NO_NAME: "A name of a source, section, author or own field that no article has.",
    NO_OFFSETS: "An offset from UTC: dates that state none are compared in the local time of their pages.",
    WHOLE_DAYS: "A time of day: articles whose date states none are found only where their whole day is asked for.",
    NOT_EXACT: "A phrase of which the engine of this archive finds the words anywhere in an article.",
    ESTIMATED: "All numbers of the answer are estimates, since the engine of this archive does not count exactly.",
    CHANGED: "The archive was updated since the cursor was made.",
}
"""The codes of warnings: stable names, each with what happened."""

_LIMITS = {
    "exact_totals": "Totals, facets and timelines are estimates.",
    "phrases": "Phrases are looked for as words anywhere in an article.",
    "near": "Words near each other are looked for anywhere in an article.",
    "explanations": "Scores are not explained.",
}
"""What it means to a reader that an engine lacks a capability."""

_SAID = {
    NO_DATE: "is no date, so that no period is narrowed by it; write 2023, 2023-05, 2023-05-14, 2021..2022 or >=2022.",
    NO_VALUE: "is followed by nothing to look for, and was left out; write a word or a phrase after it.",
    NO_FIELD: f"is no field, and was read as words; fields are {_FIELDS}",
    NO_OPERATOR: "is not known here, and was left out; * may end a word of two letters or more, ~N follows a phrase.",
    DISTANCE: f"has another distance than can be looked for: from ~1 to ~{MAX_WITHIN}; a phrase with ~0 is a phrase.",
    NO_EXACT: "was read without =: a beginning stands for all words that begin so, however they are spelt.",
    DANGLING: "has no word on one of its sides, and was left out.",
    SHORT: "was read as a word; two letters or more are needed before *.",
    TOO_MANY: "was read as words: only the first phrases and beginnings of a query are looked for as such.",
}
_ELSEWHERE = {
    "allintitle:": "title", "intitle:": "title", "headline:": "title", "site:": "source", "domain:": "source",
    "publisher:": "source", "section:": "category", "by:": "author", "byline:": "author", "since:": "after",
    "until:": "before", "published:": "date", "published_at:": "date", "year:": "date",
}  # fmt: skip
"""Our fields by the names that other search engines give them."""


class QueryWarning(NamedTuple):
    """``text`` is the part of the parameter ``param`` at fault, ``code`` one of `CODES`, ``detail`` a sentence."""

    code: str
    param: str
    text: str
    detail: str


def of_query(notes: Sequence[Note], *, nothing: bool) -> tuple[QueryWarning, ...]:
    """The warnings of the ``notes`` made while q was read; ``nothing`` says that no word was found in it."""
    told = [QueryWarning(note.code, "q", note.text, _detail(note)) for note in notes[:MOST]]
    if nothing:
        said = "Nothing of q is left to look for, so it finds nothing; * finds all articles."
        told.append(QueryWarning(NO_WORDS, "q", "", said))
    return tuple(told)


def of_names(request: SearchRequest, columns: ColumnNames) -> Iterator[QueryWarning]:
    """Notices of names of columns to which ``request`` is narrowed and that no article has."""
    for column in columns.columns:
        for param, chosen in ((column.name, request.chosen), (EXCLUDE + column.name, request.excluded)):
            names = chosen.names(column.name)
            for name in [name for name in names if not columns.has(column.name, name)][:_MOST_NAMES]:
                yield QueryWarning(NO_NAME, param, name, _absent(column, name, columns))


def of_limits(request: SearchRequest) -> Iterator[QueryWarning]:
    """Notices of what the archive cannot tell of the limits of the date of publication."""
    limits = {"from": request.date_from, "to": request.date_to}
    for name, limit in limits.items():
        if limit and offset_of(limit) is not None:
            there = written_limit(first_minute(limit))
            said = f"A date that states no offset from UTC is compared with {there} in the local time of its page."
            yield QueryWarning(NO_OFFSETS, name, written_limit(limit), said)
    for name, limit in limits.items():
        whole = first_minute if name == "from" else last_minute
        if isinstance(limit, datetime) and whole(limit) != whole(limit.date()):
            said = "An article whose date states no time of day is found only if its whole day is asked for."
            yield QueryWarning(WHOLE_DAYS, name, written_limit(limit), said)
            break


def of_fields(parts: Sequence[Node], columns: ColumnNames) -> Iterator[QueryWarning]:
    """Notices of ``parts`` of a query that ask for a name of a column which no article has. Raises TooSlowError."""
    named = {column.name: column for column in columns.columns}
    unknown = (part for part in parts if isinstance(part, NameNode) and not columns.meant(part))
    for part in islice(unknown, _MOST_NAMES):
        yield QueryWarning(NO_NAME, "q", written(part), _absent(named[part.column], part.name, columns))


def of_engine(node: Node | None, capabilities: Capabilities) -> Iterator[QueryWarning]:
    """Notices of what the engine cannot do of the query with the tree ``node``."""
    inexact = (phrase for phrase in phrases(node) if not (capabilities.near if phrase.within else capabilities.phrases))
    for phrase in islice(inexact, MOST):
        text = written(phrase)
        said = f"The engine of this archive looks for the words of {quoted(text)} anywhere in an article."
        yield QueryWarning(NOT_EXACT, "q", text, said)
    if not capabilities.exact_totals:
        yield QueryWarning(ESTIMATED, "q", "", CODES[ESTIMATED])


def of_cursor(request: SearchRequest, generation: str) -> Iterator[QueryWarning]:
    """Says that the cursor of ``request`` is of another generation than the one with the digest ``generation``."""
    if request.cursor is None or request.cursor.generation == generation:
        return
    if request.sort == "relevance" and request.q:
        said = "scores may have changed, so articles may come again or be missing; begin again to have them all."
    else:
        said = (
            "the list continues behind the same place: of the articles that stayed as they were none comes again or is "
            "missing, and those added meanwhile stand at the places of their times, perhaps on pages before."
        )
    yield QueryWarning(CHANGED, "cursor", "", f"The archive was updated since the page before; {said}")


def limits_of(capabilities: Capabilities) -> tuple[str, ...]:
    """Sentences on what the engine cannot do, or does otherwise than one on a folder; none where there is nothing."""
    unable = (said for name, said in _LIMITS.items() if not getattr(capabilities, name))
    return (*unable, *capabilities.differences)


def _absent(column: Column, name: str, columns: ColumnNames) -> str:
    said = f"No article has the {column.noun} {quoted(name)}."
    known = columns.names(column.name)
    folded = {one.casefold(): one for one in known} if len(known) <= _MOST_COMPARED else {}
    if near := get_close_matches(name[:100].casefold(), folded, n=1):
        return f"{said} Did you mean {quoted(folded[near[0]])}?"
    return f"{said} /{column.plural} names all." if column.name in COLUMNS_BY_NAME else said


def _detail(note: Note) -> str:
    said = f"{quoted(note.text)} {_SAID[note.code]}"
    if note.code == NO_FIELD:
        near = [_ELSEWHERE[note.text]] if note.text in _ELSEWHERE else get_close_matches(note.text, FIELD_NAMES, n=1)
        said += f". Did you mean {near[0]}:?" if near else "."
    return said
