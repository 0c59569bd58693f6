"""A search as it is asked for by the page, the API and the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import cast

from indexer import moments
from indexer.engine.queries import ANY_MOMENT, MomentRange
from indexer.engine.questions import FACETS
from indexer.errors import RequestError
from indexer.search.query import parameters as P
from indexer.search.query.parameter_types import NONE, Moment, Params, contradiction
from indexer.search.query.parameters import (
    DEFAULT_PER_PAGE,
    DEFAULT_SNIPPET_CHARS,
    DEFAULT_SNIPPETS,
    MAX_DEPTH,
    RESULT_FIELDS,
    Match,
    Sort,
)


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A search as asked. ``offset`` counts from 0. ``date_from`` and ``date_to`` are inclusive days; ``fetched`` and
    ``indexed`` are when a page was fetched, and when the archive first had its article.

    ``without`` names expansions that are refused: each is a kind (``month``), or a kind and a text (``month:دجنبر``).
    With ``explain`` each hit says why it is one.

    With ``collapse`` articles that are copies of each other are one result. ``facets`` is what is counted, ``snippets``
    how many a hit has at most, of at most ``snippet_chars`` characters, ``fields`` what else of it is needed.
    """

    q: str = ""
    offset: int = 0
    per_page: int = DEFAULT_PER_PAGE
    sort: Sort = "relevance"
    date_from: date | None = None
    date_to: date | None = None
    fetched: MomentRange = ANY_MOMENT
    indexed: MomentRange = ANY_MOMENT
    sources: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    match: Match = "auto"
    exact: bool = False
    without: tuple[str, ...] = ()
    explain: bool = False
    collapse: bool = True
    facets: tuple[str, ...] = FACETS
    snippets: int = DEFAULT_SNIPPETS
    snippet_chars: int = DEFAULT_SNIPPET_CHARS
    fields: tuple[str, ...] = RESULT_FIELDS

    @property
    def page(self) -> int:
        """The page that ``offset`` lies on, from 1."""
        return self.offset // self.per_page + 1

    def at_page(self, page: int) -> SearchRequest:
        """The same search at another page."""
        return replace(self, offset=(page - 1) * self.per_page)

    def chosen(self, facet: str) -> frozenset[str]:
        """The values of ``facet`` (source, category or year) that this search is narrowed to."""
        if facet == "year":
            first, last = self.date_from, self.date_to
            whole = first and last and (first, last) == (date(first.year, 1, 1), date(first.year, 12, 31))
            return frozenset((str(first.year),)) if first and whole else frozenset()
        return frozenset({"source": self.sources, "category": self.categories}[facet])

    @classmethod
    def from_params(cls, params: Mapping[str, Sequence[str]]) -> SearchRequest:
        """The request that URL parameters state (each name with all its values); unknown names are ignored.

        Raises RequestError naming the parameter, and what would be right.
        """
        q = P.Q.read(params)
        per_page, offset = _window(params)
        date_from, date_to = P.FROM.read(params), P.TO.read(params)
        if date_from and date_to and date_from > date_to:
            raise contradiction("from", f"from ({date_from}) lies after to ({date_to}); exchange them.")
        return cls(
            q=q,
            offset=offset,
            per_page=per_page,
            sort=cast(Sort, P.SORT.read(params)),
            date_from=date_from,
            date_to=date_to,
            fetched=_moments(P.FETCHED_FROM, P.FETCHED_TO, params),
            indexed=_moments(P.INDEXED_FROM, P.INDEXED_TO, params),
            sources=P.SOURCE.read(params),
            categories=P.CATEGORY.read(params),
            match=cast(Match, P.MATCH.read(params)),
            exact=P.EXACT.read(params),
            without=P.WITHOUT.read(params),
            explain=P.EXPLAIN.read(params),
            collapse=P.COLLAPSE.read(params),
            facets=P.FACETS_ASKED.read(params),
            snippets=P.SNIPPETS.read(params),
            snippet_chars=P.SNIPPET_CHARS.read(params),
            fields=P.FIELDS.read(params),
        )

    def to_params(self) -> list[tuple[str, str]]:
        """The URL parameters that state this request, defaults left out, in a fixed order."""
        pairs = [("q", self.q)] if self.q else []
        pairs += [("sort", self.sort)] if self.sort != "relevance" else []
        pairs += [("from", self.date_from.isoformat())] if self.date_from else []
        pairs += [("to", self.date_to.isoformat())] if self.date_to else []
        for name, limits in (("fetched", self.fetched), ("indexed", self.indexed)):
            edges = (("from", limits.first), ("to", limits.last))
            pairs += [(f"{name}_{edge}", moments.written(moment)) for edge, moment in edges if moment is not None]
        pairs += [("source", name) for name in self.sources]
        pairs += [("category", name) for name in self.categories]
        pairs += [("match", self.match)] if self.match != "auto" else []
        pairs += [("exact", "1")] if self.exact else []
        pairs += [("without", name) for name in self.without]
        pairs += [("explain", "1")] if self.explain else []
        pairs += [("collapse", "0")] if not self.collapse else []
        pairs += [("facets", ",".join(self.facets) or NONE)] if self.facets != FACETS else []
        pairs += [("snippets", str(self.snippets))] if self.snippets != DEFAULT_SNIPPETS else []
        pairs += [("snippet_chars", str(self.snippet_chars))] if self.snippet_chars != DEFAULT_SNIPPET_CHARS else []
        pairs += [("fields", ",".join(self.fields))] if self.fields != RESULT_FIELDS else []
        pairs += [("per_page", str(self.per_page))] if self.per_page != DEFAULT_PER_PAGE else []
        if self.offset % self.per_page:
            pairs += [("offset", str(self.offset))]
        elif self.offset:
            pairs += [("page", str(self.page))]
        return pairs


def _moments(first: Moment, last: Moment, params: Params) -> MomentRange:
    limits = MomentRange(first.read(params), last.read(params))
    if limits.first is not None and limits.last is not None and limits.first > limits.last:
        raise contradiction(first.name, f"{first.name} lies after {last.name}; exchange them.")
    return limits


def _window(params: Params) -> tuple[int, int]:
    for one, other in ((P.PER_PAGE, P.LIMIT), (P.PAGE, P.OFFSET)):
        if one.given(params) and other.given(params):
            raise contradiction(other.name, f"{one.name} and {other.name} say the same; give one of them.")
    per_page = (P.LIMIT if P.LIMIT.given(params) else P.PER_PAGE).read(params)
    place = P.OFFSET if P.OFFSET.given(params) else P.PAGE
    number = place.read(params)
    offset = number if place is P.OFFSET else (number - 1) * per_page
    if offset + per_page > MAX_DEPTH:
        raise RequestError(
            "page_too_deep",
            place.name,
            f"results beyond the {MAX_DEPTH:,}th are not listed; narrow the search by from and to, source or category, "
            "or export it.",
        )
    return per_page, offset
