"""The parameters of a search, validated in one place for the page, the API and the command line."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, cast, get_args

from indexer.errors import RequestError

Sort = Literal["relevance", "newest", "oldest"]
Match = Literal["auto", "all", "any"]

REFUSABLE = ("variant", "synonym", "month", "spelling", "operator")
"""The kinds of expansions that ``without`` may name."""

MAX_QUERY_CHARS = 1_000
MAX_REFUSALS = 50
MAX_PER_PAGE = 100
MAX_DEPTH = 10_000
DEFAULT_PER_PAGE = 10

_PERIOD = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A search as asked. ``offset`` counts from 0. ``date_from`` and ``date_to`` are inclusive days.

    ``without`` names expansions that are refused: each is a kind (``month``), or a kind and a text (``month:دجنبر``).
    With ``explain`` each hit says why it is one.

    With ``collapse`` articles that are copies of each other are one result.
    """

    q: str = ""
    offset: int = 0
    per_page: int = DEFAULT_PER_PAGE
    sort: Sort = "relevance"
    date_from: date | None = None
    date_to: date | None = None
    sources: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    match: Match = "auto"
    exact: bool = False
    without: tuple[str, ...] = ()
    explain: bool = False
    collapse: bool = True

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
        q = _single(params, "q")
        if len(q) > MAX_QUERY_CHARS:
            raise RequestError(
                "query_too_long",
                "q",
                f"q has {len(q):,} characters; at most {MAX_QUERY_CHARS:,} are searched. Shorten it.",
            )
        per_page, offset = _window(params)
        date_from, date_to = _day(params, "from", first=True), _day(params, "to", first=False)
        if date_from and date_to and date_from > date_to:
            raise RequestError(
                "invalid_parameter", "from", f"from ({date_from}) lies after to ({date_to}); exchange them."
            )
        return cls(
            q=q,
            offset=offset,
            per_page=per_page,
            sort=cast(Sort, _choice(params, "sort", get_args(Sort))),
            date_from=date_from,
            date_to=date_to,
            sources=tuple(name for name in params.get("source", ()) if name),
            categories=tuple(name for name in params.get("category", ()) if name),
            match=cast(Match, _choice(params, "match", get_args(Match))),
            exact=_choice(params, "exact", ("0", "1")) == "1",
            without=_refusals(params),
            explain=_choice(params, "explain", ("0", "1")) == "1",
            collapse=_choice(params, "collapse", ("1", "0")) == "1",
        )

    def to_params(self) -> list[tuple[str, str]]:
        """The URL parameters that state this request, defaults left out, in a fixed order."""
        pairs = [("q", self.q)] if self.q else []
        pairs += [("sort", self.sort)] if self.sort != "relevance" else []
        pairs += [("from", self.date_from.isoformat())] if self.date_from else []
        pairs += [("to", self.date_to.isoformat())] if self.date_to else []
        pairs += [("source", name) for name in self.sources]
        pairs += [("category", name) for name in self.categories]
        pairs += [("match", self.match)] if self.match != "auto" else []
        pairs += [("exact", "1")] if self.exact else []
        pairs += [("without", name) for name in self.without]
        pairs += [("explain", "1")] if self.explain else []
        pairs += [("collapse", "0")] if not self.collapse else []
        pairs += [("per_page", str(self.per_page))] if self.per_page != DEFAULT_PER_PAGE else []
        if self.offset % self.per_page:
            pairs += [("offset", str(self.offset))]
        elif self.offset:
            pairs += [("page", str(self.page))]
        return pairs


def _single(params: Mapping[str, Sequence[str]], name: str, default: str = "") -> str:
    values = params.get(name, ())
    if len(values) > 1:
        raise RequestError("invalid_parameter", name, f"{name} is given {len(values)} times; give it once.")
    return values[0] if values else default


def _number(params: Mapping[str, Sequence[str]], name: str, least: int, most: int, default: int) -> int:
    text = _single(params, name)
    if not text:
        return default
    if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
        raise RequestError("invalid_parameter", name, f"{name} must be a whole number from {least} to {most:,}.")
    return int(text)


def _window(params: Mapping[str, Sequence[str]]) -> tuple[int, int]:
    sizes = [name for name in ("per_page", "limit") if any(params.get(name, ()))]
    places = [name for name in ("page", "offset") if any(params.get(name, ()))]
    for names in (sizes, places):
        if len(names) > 1:
            raise RequestError(
                "invalid_parameter", names[1], f"{names[0]} and {names[1]} say the same; give one of them."
            )
    per_page = _number(params, sizes[0] if sizes else "per_page", 1, MAX_PER_PAGE, DEFAULT_PER_PAGE)
    page = _number(params, "page", 1, 10**9 - 1, 1)
    offset = _number(params, "offset", 0, 10**9 - 1, (page - 1) * per_page)
    if offset + per_page > MAX_DEPTH:
        raise RequestError(
            "page_too_deep",
            places[0],
            f"results beyond the {MAX_DEPTH:,}th are not listed; narrow the search by from and to, source or category.",
        )
    return per_page, offset


def _choice(params: Mapping[str, Sequence[str]], name: str, choices: tuple[str, ...]) -> str:
    value = _single(params, name) or choices[0]
    if value not in choices:
        raise RequestError("invalid_parameter", name, f"{name} must be one of: {', '.join(choices)}.")
    return value


def _refusals(params: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name for name in params.get("without", ()) if name))
    if len(names) > MAX_REFUSALS or any(
        name.partition(":")[0] not in REFUSABLE or len(name) > MAX_QUERY_CHARS for name in names
    ):
        kinds = ", ".join(REFUSABLE)
        raise RequestError(
            "invalid_parameter",
            "without",
            f"without must be one of: {kinds}; or one of them, a colon and the text of an expansion; "
            f"{MAX_REFUSALS} times at most.",
        )
    return names


def _day(params: Mapping[str, Sequence[str]], name: str, *, first: bool) -> date | None:
    text = _single(params, name)
    if not text:
        return None
    wanted = f"{name} must be a date of the calendar as YYYY, YYYY-MM or YYYY-MM-DD."
    match = _PERIOD.fullmatch(text)
    if not match or not text.isascii():
        raise RequestError("invalid_parameter", name, wanted)
    year, month, day = match.groups()
    try:
        if first:
            return date(int(year), int(month or 1), int(day or 1))
        return _last_day(int(year), int(month or 12), int(day or 0))
    except ValueError as error:
        raise RequestError("invalid_parameter", name, wanted) from error


def _last_day(year: int, month: int, day: int) -> date:
    if day:
        return date(year, month, day)
    return date(year, month, 1).replace(day=monthrange(year, month)[1])
