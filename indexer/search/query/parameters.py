# SPDX-License-Identifier: GPL-3.0-or-later
"""The one table of parameters that an address may state, on the pages and in the API alike.

`request` reads requests by it; the OpenAPI document and the documentation are made from it. An archive's own fields add
parameters of their own: see `for_archive`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches
from typing import Literal, cast, get_args

from indexer.columns import AUTHOR, COLUMNS, EXCLUDE, FACETS, STATED, TIMELINE, YEAR, Column, Order, own_column
from indexer.engine.periods import Unit
from indexer.errors import RequestError
from indexer.search.query.cursor import CursorParameter
from indexer.search.query.identifiers import AddressesParameter, IdentifierParameter, IdentifiersParameter
from indexer.search.query.other_names import ADVICE, ELSEWHERE
from indexer.search.query.parameter_types import (
    ChoiceParameter,
    FlagParameter,
    LimitParameter,
    MomentParameter,
    NamesParameter,
    NumberParameter,
    Parameter,
    Params,
    SelectionParameter,
    TextParameter,
    quoted,
)

Match = Literal["auto", "all", "any"]
Offsets = Literal["codepoints", "utf16"]

BY_ID = "id"
"""The order of exports by id."""

REFUSABLE = ("variant", "synonym", "month", "year", "sound", "spelling", "operator")
"""The kinds of expansions that ``without`` may refuse."""

RESULT_FIELDS = (
    "id", "title", "source", "url", "category", "author", "authors", "published_at", "date_precision", "fetched_at",
    "indexed_at", "fields", "score", "snippets", "title_html", "title_marks", "cluster", "story", "links",
)  # fmt: skip
"""The members that a result has by default; ``explain`` adds ``why``. ``fields`` holds the archive's own fields."""

ALL_RESULT_FIELDS = (*RESULT_FIELDS, "body")
"""The members of a result that ``fields`` may name."""

LISTED_ARTICLE_FIELDS = tuple(
    name for name in ALL_RESULT_FIELDS if name not in ("score", "snippets", "cluster", "story")
)
"""The members of an article in a list of articles that were asked for by their ids."""

EXPORT_FIELDS = (
    "id", "title", "source", "category", "author", "authors", "published_at", "date_precision", "fetched_at",
    "indexed_at", "url", "cluster_id", "cluster_size", "body",
)  # fmt: skip
"""The members of an article in an export, which are also the columns of its table; own fields follow."""

MAX_QUERY_CHARS = 1_000
MAX_IDS = 100
MAX_ADDRESS_CHARS = 4_096
MAX_TEXT_CHARS = 100_000
MAX_REFUSALS = 50
MAX_NAMES = 100
MAX_PER_PAGE = 100
MAX_DEPTH = 10_000
MAX_EXPORT = 100_000_000
DEFAULT_PER_PAGE = 10
DEFAULT_FACET_VALUES = 50
DEFAULT_SNIPPETS = 2
DEFAULT_SNIPPET_CHARS = 220

# Pages beyond MAX_DEPTH are refused by a message of their own, which says what to do instead.
_ANY = 10**9 - 1


def column_parameter(column: Column) -> NamesParameter:
    """The parameter that narrows a search to names of ``column``."""
    place = f" as /{column.plural} names it" if column.plural else ""
    noun = article_for(column)
    meaning = f"{noun[0].upper()}{noun[1:]}{place}; with several, articles of any of them."
    form = f"the name of {noun}"
    return NamesParameter(
        column.name, meaning, column.example, MAX_NAMES, MAX_QUERY_CHARS, form=form, column=column.name
    )


def excluding_parameter(column: Column) -> NamesParameter:
    """The parameter that leaves out the articles with names of ``column``."""
    narrowing = column_parameter(column)
    meaning = f"The same for {column.noun}s to leave out; articles without {article_for(column)} stay."
    return replace(narrowing, name=EXCLUDE + column.name, meaning=meaning)


def article_for(column: Column) -> str:
    """The English noun of ``column`` with its article."""
    return f"{'an' if column.noun[0] in 'aeiou' else 'a'} {column.noun}"


Q = TextParameter(
    "q",
    "The query; any text is a query. Without it all articles are found, newest first.",
    "جسر السنابل",
    MAX_QUERY_CHARS,
)
PAGE = NumberParameter("page", "The number of the page, from 1; instead of offset.", "2", 1, _ANY, 1, "offset")
OFFSET = NumberParameter("offset", "How many results to skip; instead of page.", "20", 0, _ANY, 0, "page")
PER_PAGE = NumberParameter(
    "per_page",
    f"The number of results on a page, {DEFAULT_PER_PAGE} by default; 0: only counts.",
    "5",
    0,
    MAX_PER_PAGE,
    DEFAULT_PER_PAGE,
    "limit",
)
LIMIT = NumberParameter("limit", "The same as per_page.", "5", 0, MAX_PER_PAGE, DEFAULT_PER_PAGE, "per_page")
SORT = ChoiceParameter(
    "sort",
    "The order of the results: by relevance, by date of publication, or by when they were fetched or added to the "
    "archive, latest first (indexed is another name of added). In an order by time only full matches are listed, if "
    "there are any.",
    "newest",
    get_args(Order),
    {"indexed": "added"},
)
SEARCH_CURSOR = CursorParameter(
    "cursor",
    "The member cursor of the page before; the results continue behind it, however many there are. Instead of page and "
    "offset.",
    "",
)
FROM = LimitParameter(
    "from",
    "The earliest time of publication: a year, month or day, which stands for its beginning, or a time of day to the "
    "minute. A time without an offset is in the local time of each page.",
    "2021",
    of_a_number="To skip results, give offset.",
)
TO = LimitParameter(
    "to",
    "The latest time of publication, which is included: a year, month, day, hour or minute, which stands for its end.",
    "2023-05",
    last=True,
)
FETCHED_FROM = MomentParameter(
    "fetched_from",
    "The earliest moment at which a crawler fetched the page: a moment, in UTC unless it states an offset, or a day, "
    "month or year, which stands for its beginning. Articles for which this is not known are left out.",
    "2023-03-14T10:00:00Z",
)
FETCHED_TO = MomentParameter(
    "fetched_to",
    "The latest moment at which a crawler fetched the page: a moment, or a day, month or year, which stands for its "
    "end.",
    "2023-03",
    last=True,
)
INDEXED_FROM = MomentParameter(
    "indexed_from",
    "The earliest moment at which the article was added to the archive: a moment, or a day, month or year, which "
    "stands for its beginning.",
    "2023-03-14T10:00:00Z",
)
INDEXED_TO = MomentParameter(
    "indexed_to",
    "The latest moment at which the article was added to the archive: a moment, or a day, month or year, which stands "
    "for its end.",
    "2023-03",
    last=True,
)
ADDED_SINCE = MomentParameter(
    "added_since",
    "Only articles that were added to the archive after this moment, such as the index.built_at of an earlier answer. "
    "A day, month or year stands for its beginning.",
    "2023-03-14T10:00:00Z",
    after=True,
)
COLUMN_PARAMETERS = tuple(map(column_parameter, COLUMNS))
EXCLUDING_PARAMETERS = tuple(map(excluding_parameter, COLUMNS))
HAS = SelectionParameter(
    "has",
    "What an article must state: a name, a date, or when its page was fetched; with several, each of them.",
    "date,author",
    STATED,
    default=(),
)
MISSING = SelectionParameter(
    "missing", "What an article must not state; with several, none of them.", "author", STATED, default=()
)
MATCH = ChoiceParameter(
    "match",
    "How many words of the query an article needs: all, or most where few articles have all (auto); all; any.",
    "all",
    get_args(Match),
)
EXACT = FlagParameter("exact", "1: only the words as typed, not their other forms.", "1")
WITHOUT = NamesParameter(
    "without",
    "An expansion of the query to leave out: its kind, or its kind, a colon and its text.",
    "month",
    MAX_REFUSALS,
    MAX_QUERY_CHARS,
    pattern=rf"(?:{'|'.join(REFUSABLE)})(?::[\s\S]*)?",
    form=f"one of: {', '.join(REFUSABLE)}; or one of them, a colon and the text of an expansion",
)
COLLAPSE = FlagParameter(
    "collapse", "0: each copy of an article is a result of its own and is counted.", "0", default=True
)
EXPLAIN = FlagParameter("explain", "1: each result explains why it was found.", "1")
FACETS_ASKED = SelectionParameter(
    "facets", "The facets to count; by default all.", "source,year", FACETS, none_too=True
)
FACET_QUERY = TextParameter(
    "facet_query",
    "Only names with words that begin as these words do are counted in facets and listed; years are not affected.",
    "الرافد",
    MAX_QUERY_CHARS,
)
FACET_LIMIT = NumberParameter(
    "facet_limit",
    "The most values of a facet; the answer says how many there are.",
    "5",
    1,
    1_000,
    DEFAULT_FACET_VALUES,
)
SNIPPETS = NumberParameter("snippets", "The most snippets of a result.", "1", 0, 5, DEFAULT_SNIPPETS)
SNIPPET_CHARS = NumberParameter(
    "snippet_chars", "The most characters of a snippet.", "120", 40, 1_000, DEFAULT_SNIPPET_CHARS
)
FIELDS = SelectionParameter(
    "fields",
    "The members of a result; by default all but body.",
    "id,title,snippets",
    ALL_RESULT_FIELDS,
    default=RESULT_FIELDS,
)
OFFSETS = ChoiceParameter(
    "offsets",
    "What the numbers in marks count: code points, or the units of UTF-16, as strings of JavaScript, Java and C# do.",
    "utf16",
    get_args(Offsets),
)
IDS = IdentifiersParameter(
    "ids", "The ids of articles, separated by commas; they are answered in this order.", "dd17c50d1a401cd6", MAX_IDS
)
URL = AddressesParameter(
    "url",
    "The address of an original; its articles are answered. http or https, www., slashes at the end, the fragment and "
    "parameters that only track readers make no difference. May be given several times; a comma is part of an address.",
    "alrafidain.example/2023/03/14/bridge",
    MAX_IDS,
    MAX_ADDRESS_CHARS,
)
ARTICLE_FIELDS = SelectionParameter(
    "fields", "The members of an article; by default all.", "id,title,body", LISTED_ARTICLE_FIELDS
)
COMPARE = IdentifierParameter(
    "compare", "The id of a copy of the article; the answer shows the words in which it differs.", ""
)
BY = ChoiceParameter(
    "by",
    "The length of the periods; auto: the length and time that suit where nearly all articles found lie.",
    "year",
    ("auto", *get_args(Unit)),
)
NO_FACET = "none"
FACET = ChoiceParameter(
    "facet", "A facet by whose names each period is counted, too.", "source", (NO_FACET, *(one.name for one in COLUMNS))
)
FACET_NAMES = NumberParameter(
    "facet_limit", "The most names of the facet; articles of all others are counted together.", "3", 1, 20, 5
)
TEXT = TextParameter("text", "The text to analyse.", "وللقوات", MAX_QUERY_CHARS, needed=True)
SIMILAR_TEXT = TextParameter(
    "text",
    "The text, in words of its own or pasted; a first line that others follow is read as its headline.",
    "ارتفاع منسوب الفرات يؤخر العمل في جسر السنابل",
    MAX_TEXT_CHARS,
    needed=True,
)
CURSOR = IdentifierParameter("cursor", "The id of the last article that was received; the export continues after it.",
                    "0000000000000000")  # fmt: skip
EXPORT_SORT = ChoiceParameter(
    "sort",
    "The order of the articles: by id, which is the same in every generation, or one of the orders of a search.",
    "id",
    (BY_ID, *get_args(Order)),
)
LIST_LIMIT = NumberParameter("limit", "The most names.", "5", 1, 10_000, 1_000)
EXPORT_LIMIT = NumberParameter("limit", "The most articles; by default all.", "100", 1, MAX_EXPORT,
                      MAX_EXPORT)  # fmt: skip
EXPORTED = SelectionParameter(
    "fields", "The members or columns; by default all.", "id,title,published_at", EXPORT_FIELDS
)
BOM = FlagParameter("bom", "1: begin with a byte order mark, which Excel needs to read Arabic.", "1")
HEADER = FlagParameter("header", "0: leave out the row with the names of the columns.", "0", default=True)

LANG = ChoiceParameter(
    "lang",
    "The language of a page. It has no effect here; it is allowed so that the address of a page works in the API.",
    "en",
    ("ar", "en"),
)

NARROWING: tuple[Parameter[object], ...] = (
    Q, FROM, TO, FETCHED_FROM, FETCHED_TO, INDEXED_FROM, INDEXED_TO, ADDED_SINCE, *COLUMN_PARAMETERS,
    *EXCLUDING_PARAMETERS, HAS, MISSING, MATCH, EXACT, WITHOUT, COLLAPSE,
)  # fmt: skip
"""The parameters that decide which articles are found."""
WINDOW: tuple[Parameter[object], ...] = (PAGE, PER_PAGE, LIMIT, OFFSET, SEARCH_CURSOR)
SHOWN: tuple[Parameter[object], ...] = (
    FACETS_ASKED, FACET_QUERY, FACET_LIMIT, SNIPPETS, SNIPPET_CHARS, FIELDS, OFFSETS,
)  # fmt: skip
"""The parameters that decide how much the API answers of each article; the pages do not know them."""
SEARCH: tuple[Parameter[object], ...] = (*NARROWING, SORT, *WINDOW, EXPLAIN, *SHOWN)

_ALIKE = 0.7
"""How similar a parameter's name must be to be proposed, from 0 to 1 (`difflib`)."""


def default_facets(own_fields: Iterable[str] = ()) -> tuple[str, ...]:
    """All that is counted where a request does not say: the columns, own fields among them, years and months."""
    return (*(column.name for column in COLUMNS), *own_fields, YEAR, TIMELINE)


def for_archive(parameters: Iterable[Parameter[object]], own_fields: Iterable[str]) -> tuple[Parameter[object], ...]:
    """``parameters`` as an archive with these own fields has them: each field narrows, can be counted and selected."""
    own = tuple(own_fields)
    made: list[Parameter[object]] = []
    for parameter in parameters:
        if parameter is FACETS_ASKED:
            made.append(replace(FACETS_ASKED, choices=default_facets(own)))
        elif parameter is FIELDS:
            made.append(replace(FIELDS, choices=(*ALL_RESULT_FIELDS, *own)))
        elif parameter is ARTICLE_FIELDS:
            made.append(replace(ARTICLE_FIELDS, choices=(*LISTED_ARTICLE_FIELDS, *own)))
        elif parameter is EXPORTED:
            made.append(replace(EXPORTED, choices=(*EXPORT_FIELDS, *own)))
        elif parameter is FACET:
            made.append(replace(FACET, choices=(*FACET.choices, *own)))
        elif parameter is HAS or parameter is MISSING:
            made.append(replace(parameter, choices=(*STATED, *own)))
        else:
            made.append(parameter)
            if parameter.name == AUTHOR.name:
                made += map(column_parameter, map(own_column, own))
            elif parameter.name == EXCLUDE + AUTHOR.name:
                made += map(excluding_parameter, map(own_column, own))
    return tuple(made)


def exported_fields(params: Params, own_fields: Iterable[str] = ()) -> tuple[str, ...]:
    """The value of `EXPORTED` of an archive with these own fields. Raises RequestError."""
    return cast(SelectionParameter, for_archive((EXPORTED,), own_fields)[0]).read(params)


def require_known(params: Params, known: Iterable[str]) -> None:
    """Raise RequestError where ``params`` hold a name that is not ``known``; it proposes the nearest that is."""
    names = sorted(known)
    for name in params:
        if name in names:
            continue
        lower = name.lower()
        near = [one for one in (lower, *ELSEWHERE.get(lower, ())) if one in names]
        advice = f" {ADVICE[lower]}" if lower in ADVICE else ""
        near = near or ([] if advice else get_close_matches(lower[:100], names, n=1, cutoff=_ALIKE))
        meant = f" Did you mean {near[0]}?" if near else advice
        allowed = f"Known here are: {', '.join(names)}." if names else "None is known here."
        detail = f"{quoted(name)} is not a parameter of this address.{meant} {allowed}"
        raise RequestError("unknown_parameter", name[:50], detail)
