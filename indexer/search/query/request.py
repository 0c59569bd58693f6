# SPDX-License-Identifier: GPL-3.0-or-later
"""The search that a page, the API or the command line asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import cast

from indexer import moments
from indexer.columns import (
    COLUMNS_BY_NAME,
    DATE,
    EXCLUDE,
    FACETS,
    FETCHED,
    NONE_CHOSEN,
    STATED,
    YEAR,
    ChosenNames,
    Order,
    own_column,
)
from indexer.dates import is_after, whole_year, written_limit
from indexer.engine.queries import ANY_MOMENT, MomentRange
from indexer.errors import RequestError
from indexer.search.query import parameters as P
from indexer.search.query.cursor import Cursor, digest
from indexer.search.query.lists import as_part
from indexer.search.query.parameter_types import NONE, HasName, MomentParameter, Params, contradiction, no_name, quoted
from indexer.search.query.parameter_values import ParameterValues
from indexer.search.query.parameters import (
    DEFAULT_FACET_VALUES,
    DEFAULT_PER_PAGE,
    DEFAULT_SNIPPET_CHARS,
    DEFAULT_SNIPPETS,
    MAX_DEPTH,
    RESULT_FIELDS,
    Match,
    Offsets,
    column_parameter,
    default_facets,
    excluding_parameter,
)


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A search as it was asked for. ``offset`` counts from 0. With a ``per_page`` of 0 only counts are wanted.

    ``date_from`` and ``date_to`` are limits of the date of publication (`indexer.dates`). ``fetched`` limits when a
    page was fetched, ``indexed`` when the archive first had its article. ``chosen`` are names of columns, of which an
    article must have one in each column; it must have none of those ``excluded``. ``having`` and ``lacking`` are what
    it must and must not state, see `Filters`.

    ``without`` names expansions that are refused: each is a kind (``month``), or a kind and a text (``month:دجنبر``).
    With ``explain`` each hit says why it is one. With ``collapse`` copies of an article are one result.

    With a ``cursor`` the results begin behind its place, and ``offset`` is how many came before it.

    ``facets`` is what is counted, at most ``facet_limit`` values of each. With a ``facet_query`` only names are counted
    that have words which begin as its words do. A hit has at most ``snippets`` snippets of at most ``snippet_chars``
    characters; ``fields`` are the members of it that the API answers. ``own_fields`` are those of the archive that is
    asked.
    """

    q: str = ""
    offset: int = 0
    per_page: int = DEFAULT_PER_PAGE
    sort: Order = "relevance"
    date_from: date | None = None
    date_to: date | None = None
    fetched: MomentRange = ANY_MOMENT
    indexed: MomentRange = ANY_MOMENT
    chosen: ChosenNames = NONE_CHOSEN
    excluded: ChosenNames = NONE_CHOSEN
    having: frozenset[str] = frozenset()
    lacking: frozenset[str] = frozenset()
    match: Match = "auto"
    exact: bool = False
    without: tuple[str, ...] = ()
    explain: bool = False
    collapse: bool = True
    facets: tuple[str, ...] = FACETS
    facet_query: str = ""
    facet_limit: int = DEFAULT_FACET_VALUES
    snippets: int = DEFAULT_SNIPPETS
    snippet_chars: int = DEFAULT_SNIPPET_CHARS
    fields: tuple[str, ...] = RESULT_FIELDS
    offsets: Offsets = "codepoints"
    own_fields: tuple[str, ...] = ()
    cursor: Cursor | None = None

    @property
    def page(self) -> int:
        """The page that ``offset`` lies on, from 1."""
        return self.offset // self.per_page + 1 if self.per_page else 1

    def at_page(self, page: int) -> SearchRequest:
        """The same search at another page."""
        return replace(self, offset=(page - 1) * self.per_page, cursor=None)

    def behind(self, cursor: Cursor) -> SearchRequest:
        """The same search with the results behind ``cursor``."""
        return replace(self, offset=cursor.place.number, cursor=cursor)

    @property
    def digest(self) -> str:
        """Stands for the list of results: searches with another list have another one (`cursor.digest`)."""
        plain = SearchRequest(own_fields=self.own_fields, facets=default_facets(self.own_fields))
        shown = (
            "offset", "per_page", "explain", "facets", "facet_query", "facet_limit", "snippets", "snippet_chars",
            "fields", "offsets", "cursor",
        )  # fmt: skip
        same = replace(self, **{name: getattr(plain, name) for name in shown})
        return digest(repr(same.to_params()))

    def chosen_values(self, facet: str) -> frozenset[str]:
        """The values of ``facet``, a column or "year", that this search is narrowed to."""
        if facet != YEAR:
            return frozenset(self.chosen.names(facet))
        year = whole_year(self.date_from, self.date_to)
        return frozenset((str(year),)) if year else frozenset()

    @classmethod
    def from_params(cls, params: Params, own_fields: Sequence[str] = (), has_name: HasName = no_name) -> SearchRequest:
        """Returns the search that URL parameters state (each name with all its values); unknown names are ignored.

        ``own_fields`` are those of the archive, and ``has_name`` knows its names that hold commas. Raises RequestError
        that names the parameter and says what is right.
        """
        return cls.from_values(ParameterValues(params, P.SEARCH, own_fields, has_name))

    @classmethod
    def from_values(cls, values: ParameterValues) -> SearchRequest:
        """Returns the search that ``values`` state. Raises RequestError if they contradict each other."""
        per_page, offset = _window(values)
        date_from, date_to = values[P.FROM], values[P.TO]
        if date_from and date_to and is_after(date_from, date_to):
            first, last = written_limit(date_from), written_limit(date_to)
            raise contradiction("from", f"from ({first}) lies after to ({last}); exchange them.")
        facets_given = per_page or values.given(P.FACETS_ASKED)
        own = tuple(map(own_column, values.own_fields))
        columns = (*P.COLUMN_PARAMETERS, *map(column_parameter, own))
        excluding = (*P.EXCLUDING_PARAMETERS, *map(excluding_parameter, own))
        request = cls(
            q=values[P.Q],
            offset=offset,
            per_page=per_page,
            sort=cast(Order, values[P.SORT]),
            date_from=date_from,
            date_to=date_to,
            fetched=_moments(P.FETCHED_FROM, P.FETCHED_TO, values),
            indexed=_added(values),
            chosen=ChosenNames({column.name: values[column] for column in columns}),
            excluded=ChosenNames({column.column: values[column] for column in excluding}),
            having=frozenset(values[P.HAS]),
            lacking=frozenset(values[P.MISSING]),
            match=cast(Match, values[P.MATCH]),
            exact=values[P.EXACT],
            without=values[P.WITHOUT],
            explain=values[P.EXPLAIN],
            collapse=values[P.COLLAPSE],
            facets=values[P.FACETS_ASKED] if facets_given else (),
            facet_query=values[P.FACET_QUERY],
            facet_limit=values[P.FACET_LIMIT],
            snippets=values[P.SNIPPETS],
            snippet_chars=values[P.SNIPPET_CHARS],
            fields=values[P.FIELDS],
            offsets=cast(Offsets, values[P.OFFSETS]),
            own_fields=values.own_fields,
        )
        request._check_names()
        cursor = values[P.SEARCH_CURSOR]
        if cursor is None:
            return request
        if cursor.search != request.digest:
            raise contradiction(
                P.SEARCH_CURSOR.name, "the cursor is of another search; give it with the parameters of the page before."
            )
        return request.behind(cursor)

    def _check_names(self) -> None:
        """Raises RequestError where the names and what an article must state contradict each other."""
        for column, names in self.excluded.items():
            if both := [name for name in names if name in self.chosen.names(column)]:
                detail = f"{column} and {EXCLUDE}{column} both name {quoted(both[0])}; leave it out of one of them."
                raise contradiction(EXCLUDE + column, detail)
        sought = {**dict.fromkeys(sorted(self.having), "has"), **{column: column for column in self.chosen}}
        sought |= {DATE: "from and to"} if self.date_from or self.date_to else {}
        sought |= {FETCHED: "fetched_from and fetched_to"} if self.fetched != ANY_MOMENT else {}
        for what in sorted(self.lacking):
            if what in sought:
                raise contradiction("missing", f"missing={what} contradicts {sought[what]}; leave one of them out.")

    def to_params(self) -> list[tuple[str, str]]:
        """The URL parameters that state this request, defaults left out, in a fixed order."""
        pairs = [("q", self.q)] if self.q else []
        pairs += [("sort", self.sort)] if self.sort != "relevance" else []
        pairs += [("from", written_limit(self.date_from))] if self.date_from else []
        pairs += [("to", written_limit(self.date_to))] if self.date_to else []
        for name, limits in (("fetched", self.fetched), ("indexed", self.indexed)):
            edges = (("from", limits.first), ("to", limits.last))
            pairs += [(f"{name}_{edge}", moments.written(moment)) for edge, moment in edges if moment is not None]
        columns = (*COLUMNS_BY_NAME, *self.own_fields)
        pairs += [(column, as_part(name)) for column in columns for name in self.chosen.names(column)]
        pairs += [(EXCLUDE + column, as_part(name)) for column in columns for name in self.excluded.names(column)]
        for name, stated in (("has", self.having), ("missing", self.lacking)):
            if stated:
                pairs.append((name, ",".join(one for one in (*STATED, *self.own_fields) if one in stated)))
        pairs += [("match", self.match)] if self.match != "auto" else []
        pairs += [("exact", "1")] if self.exact else []
        pairs += [("without", as_part(name)) for name in self.without]
        pairs += [("explain", "1")] if self.explain else []
        pairs += [("collapse", "0")] if not self.collapse else []
        if self.facets != (default_facets(self.own_fields) if self.per_page else ()):
            pairs.append(("facets", ",".join(self.facets) or NONE))
        pairs += [("facet_query", self.facet_query)] if self.facet_query else []
        pairs += [("facet_limit", str(self.facet_limit))] if self.facet_limit != DEFAULT_FACET_VALUES else []
        pairs += [("snippets", str(self.snippets))] if self.snippets != DEFAULT_SNIPPETS else []
        pairs += [("snippet_chars", str(self.snippet_chars))] if self.snippet_chars != DEFAULT_SNIPPET_CHARS else []
        pairs += [("fields", ",".join(self.fields))] if self.fields != RESULT_FIELDS else []
        pairs += [("offsets", self.offsets)] if self.offsets != "codepoints" else []
        pairs += [("per_page", str(self.per_page))] if self.per_page != DEFAULT_PER_PAGE else []
        if self.cursor and self.cursor.search == self.digest and self.cursor.place.number == self.offset:
            pairs += [("cursor", self.cursor.written())]
        elif self.offset % (self.per_page or 1) or (self.offset and not self.per_page):
            pairs += [("offset", str(self.offset))]
        elif self.offset:
            pairs += [("page", str(self.page))]
        return pairs


def _moments(first: MomentParameter, last: MomentParameter, values: ParameterValues) -> MomentRange:
    limits = MomentRange(values[first], values[last])
    if limits.first is not None and limits.last is not None and limits.first > limits.last:
        raise contradiction(first.name, f"{first.name} lies after {last.name}; exchange them.")
    return limits


def _added(values: ParameterValues) -> MomentRange:
    """Returns when articles were added; of two beginnings the later one counts."""
    limits = _moments(P.INDEXED_FROM, P.INDEXED_TO, values)
    since = _moments(P.ADDED_SINCE, P.INDEXED_TO, values)
    return limits._replace(first=max((one for one in (limits.first, since.first) if one is not None), default=None))


def _window(values: ParameterValues) -> tuple[int, int]:
    """Returns how many results a page has, and how many come before it.

    Two names of the same may both be given if they agree.
    """
    for place in (P.PAGE, P.OFFSET):
        if values.given(place) and values.given(P.SEARCH_CURSOR):
            raise contradiction(P.SEARCH_CURSOR.name, f"{place.name} and cursor say two things; give one of them.")
    per_page = values[P.LIMIT if values.given(P.LIMIT) else P.PER_PAGE]
    place = P.OFFSET if values.given(P.OFFSET) else P.PAGE
    before = (values[P.PAGE] - 1) * per_page
    offset = values[P.OFFSET] if place is P.OFFSET else before
    for one, other, agree in (
        (P.PER_PAGE, P.LIMIT, values[P.PER_PAGE] == per_page),
        (P.PAGE, P.OFFSET, before == offset),
    ):
        if values.given(one) and values.given(other) and not agree:
            raise contradiction(other.name, f"{one.name} and {other.name} say two things; give one of them.")
    if offset + per_page > MAX_DEPTH:
        raise RequestError(
            "page_too_deep",
            place.name,
            f"results beyond the {MAX_DEPTH:,}th have no page number; follow the member next of the pages before, or "
            "the address in cursor, narrow the search, or export it.",
        )
    return per_page, offset
