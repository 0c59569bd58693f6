# SPDX-License-Identifier: GPL-3.0-or-later
"""The tools that assistants may call: one row each, beside the function that answers it.

The arguments of a tool are parameters of the same types as those of an address, so they are checked in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

from indexer.engine.periods import UnitChoice
from indexer.errors import RequestError
from indexer.search.answers.json.members import JsonObject
from indexer.search.answers.json.writing import well_formed
from indexer.search.answers.spread import TimelineOptions
from indexer.search.answers.story_told import MOST_TOLD
from indexer.search.query import parameters as P
from indexer.search.query.identifiers import IdentifierParameter
from indexer.search.query.parameter_types import (
    FlagParameter,
    NumberParameter,
    Parameter,
    Params,
    quoted,
)
from indexer.search.query.parameter_values import ParameterValues
from indexer.search.query.parameters import MAX_DEPTH, for_archive, require_known
from indexer.search.query.request import SearchRequest
from web.assistants.answers import (
    AlikesJson,
    Citing,
    FindingsJson,
    PeriodsJson,
    ReadingJson,
    ReportsJson,
    SourcesListedJson,
    periods,
    sources_listed,
)
from web.requests.searchable_archive import SearchableArchive

Value = TypeVar("Value")

MOST_RESULTS = 20
MOST_ARGUMENTS = 100
"""A list in an argument has at most this many members."""

ID = IdentifierParameter("id", "The id of an article, as the other tools give it.", "")
LIMIT = NumberParameter("limit", "The most articles.", "5", 1, MOST_RESULTS, 5)
PAGE = NumberParameter("page", "The number of the page of results, from 1.", "2", 1, MAX_DEPTH, 1)
OFFSET = NumberParameter("offset", "The character of the article to begin at.", "6000", 0, 10**8, 0)
CHARS = NumberParameter("chars", "The most characters of the text.", "6000", 200, 20_000, 6_000)
MOST_REPORTS = NumberParameter("limit", "The most articles of the story.", "20", 1, MOST_TOLD, 20)
MOST_SOURCES = NumberParameter("limit", "The most publishers.", "20", 1, 200, 50)

_FILTERS: tuple[Parameter[object], ...] = (
    P.Q, P.FROM, P.TO, *P.COLUMN_PARAMETERS, P.INDEXED_FROM, P.INDEXED_TO, P.MATCH, P.EXACT,
)  # fmt: skip

_QUERY = (
    'The query q is in Arabic; words are found in all their forms. Write "..." around a phrase, OR between '
    "alternatives, - before a word to exclude."
)


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call with its values, and what is needed to answer it. ``search`` is the search that the values state."""

    archive: SearchableArchive
    citing: Citing
    values: ParameterValues
    search: SearchRequest

    def __getitem__(self, parameter: Parameter[Value]) -> Value:
        """Returns the value of ``parameter``."""
        return self.values[parameter]


@dataclass(frozen=True, slots=True)
class AssistantTool:
    """A tool. ``needs`` names the arguments that must be given; ``answer`` is the class of what it answers."""

    name: str
    title: str
    description: str
    parameters: tuple[Parameter[object], ...]
    answer: type[JsonObject]
    call: Callable[[ToolCall], JsonObject]
    needs: tuple[str, ...] = ()

    def schema(self, own_fields: Sequence[str] = ()) -> dict[str, Any]:
        """Returns the arguments as JSON Schema, for an archive with these own fields."""
        return {
            "type": "object",
            "properties": {one.name: _schema(one) for one in for_archive(self.parameters, own_fields)},
            "required": list(self.needs),
            "additionalProperties": False,
        }

    def answer_to(self, arguments: Mapping[str, Any], archive: SearchableArchive, citing: Citing) -> JsonObject:
        """Returns the answer to a call. Raises RequestError if an argument cannot be used, and all that archives do."""
        own_fields = archive.own_fields()
        known = for_archive(self.parameters, own_fields)
        stated = stated_by(arguments)
        require_known(stated, [one.name for one in known])
        for name in self.needs:
            if not any(stated.get(name, ())):
                raise RequestError("invalid_parameter", name, f"{name} is missing; this tool needs it.")
        values = ParameterValues(stated, self.parameters, own_fields)
        searched = {one.name for one in known} - {one.name for one in (LIMIT, PAGE)}
        search = replace(SearchRequest.from_values(values.only(searched)), facets=())
        return self.call(ToolCall(archive, citing, values, search))


def _schema(parameter: Parameter[object]) -> dict[str, Any]:
    schema = parameter.schema()
    if isinstance(parameter, FlagParameter):
        schema = {"type": "boolean", "default": parameter.default}
    return {**schema, "description": parameter.meaning.removeprefix("1: ").removeprefix("0: ")}


def stated_by(arguments: Mapping[str, Any]) -> Params:
    """Returns ``arguments`` as the parameters of an address. Raises RequestError if one has a type that none has."""
    return {well_formed(name): _texts(name, value) for name, value in arguments.items() if value is not None}


def _texts(name: str, value: Any) -> list[str]:
    if isinstance(value, list):
        if len(value) > MOST_ARGUMENTS:
            raise _wrong(name, f"has {len(value)} members; at most {MOST_ARGUMENTS} are read.")
        return [text for one in value for text in ([] if isinstance(one, list) else _texts(name, one))]
    if isinstance(value, bool):
        return [str(int(value))]
    if isinstance(value, int | float | str):
        return [well_formed(str(value))]
    raise _wrong(name, "must be a text, a number, true or false, or a list of texts.")


def _wrong(name: str, what: str) -> RequestError:
    return RequestError("invalid_parameter", name[:50], f"{quoted(name)} {what}")


def _search(call: ToolCall) -> FindingsJson:
    limit, page = call[LIMIT], call[PAGE]
    if page * limit > MAX_DEPTH:
        raise RequestError(
            "page_too_deep", "page", f"results beyond the {MAX_DEPTH:,}th are not listed; narrow the search."
        )
    request = replace(call.search, per_page=limit, offset=(page - 1) * limit)
    return call.citing.findings(call.archive.search(request))


def _article(call: ToolCall) -> ReadingJson:
    view = call.archive.article(call[ID])
    length, offset = len(view.article.body), call[OFFSET]
    if offset and offset >= length:
        raise RequestError("invalid_parameter", "offset", f"the article has only {length:,} characters.")
    return call.citing.reading(view, offset, call[CHARS])


def _similar(call: ToolCall) -> AlikesJson:
    return call.citing.alikes(call.archive.similar(call[ID], call[LIMIT]))


def _story(call: ToolCall) -> ReportsJson:
    return call.citing.reports(call.archive.story(call[ID]), call[MOST_REPORTS])


def _timeline(call: ToolCall) -> PeriodsJson:
    return periods(call.archive.timeline(call.search, TimelineOptions(cast(UnitChoice, call[P.BY]))))


def _sources(call: ToolCall) -> SourcesListedJson:
    return sources_listed(call.archive.names("source", call.search), call[MOST_SOURCES])


TOOLS = {
    tool.name: tool
    for tool in (
        AssistantTool(
            "search",
            "Search the archive",
            f"Finds articles of Arabic news, the best matches first, each with the sentences that match. {_QUERY}",
            (*_FILTERS, P.SORT, P.COLLAPSE, LIMIT, PAGE),
            FindingsJson,
            _search,
        ),
        AssistantTool(
            "article",
            "Read an article",
            "The text of one article. A long one comes in parts: ask again with next_offset as offset.",
            (ID, OFFSET, CHARS),
            ReadingJson,
            _article,
            needs=("id",),
        ),
        AssistantTool(
            "similar",
            "Similar articles",
            "The articles that are most similar to one, the most similar first.",
            (ID, LIMIT),
            AlikesJson,
            _similar,
            needs=("id",),
        ),
        AssistantTool(
            "story",
            "The story of an article",
            "The articles that report the same event as one article in words of their own, from the first to the last, "
            "with what each added. story is null if there are none.",
            (ID, MOST_REPORTS),
            ReportsJson,
            _story,
            needs=("id",),
        ),
        AssistantTool(
            "timeline",
            "Articles over time",
            f"How many of the articles that a search finds were published in each day, month or year. {_QUERY}",
            (*_FILTERS, P.COLLAPSE, P.BY),
            PeriodsJson,
            _timeline,
        ),
        AssistantTool(
            "sources",
            "Publishers",
            "The publishers in the archive, or those of the articles that a search finds, with how many each has.",
            (*_FILTERS, P.COLLAPSE, MOST_SOURCES),
            SourcesListedJson,
            _sources,
        ),
    )
}
"""The tools by their names."""
