# SPDX-License-Identifier: GPL-3.0-or-later
"""The JSON answers that count what a search finds: over time, by word, and by name of a column."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, cast

from msgspec import Meta, defstruct

from indexer import moments
from indexer.columns import COLUMNS, Column
from indexer.engine.periods import Unit
from indexer.engine.questions import FetchedUndated
from indexer.search.answers.json.addresses import Addresses
from indexer.search.answers.json.member_types import Whole
from indexer.search.answers.json.members import (
    AnswerJson,
    Index,
    JsonObject,
    ReadQuery,
    ReadQueryJson,
    SearchLinksJson,
    Warnings,
    index_json,
    search_links_json,
    warnings_json,
)
from indexer.search.answers.listing import NameCounts
from indexer.search.answers.results import (
    Timeline,
    WordResults,
)
from indexer.search.answers.spread import (
    NamesSpread,
    Outside,
)
from indexer.search.query.parameters import DEFAULT_PER_PAGE


class PeriodShareJson(JsonObject, kw_only=True):
    """How many of the articles of a period a search finds."""

    period: Annotated[
        str,
        Meta(
            description="YYYY, YYYY-Qn (a quarter), YYYY-MM, YYYY-Wnn (a week of ISO 8601, from Monday on), YYYY-MM-DD "
            "or YYYY-MM-DDThh, in the local time of the pages.",
            examples=["2023"],
        ),
    ]
    count: Annotated[Whole, Meta(description="How many articles found were published in it.", examples=[2])]
    articles: Annotated[
        Whole,
        Meta(description="How many of all articles that the filters let through were published in it.", examples=[17]),
    ]
    share: Annotated[float, Meta(description="count divided by articles, 0 to 1.", examples=[0.1176])]


class OutsideJson(JsonObject, kw_only=True):
    """The articles found that lie before or after the periods of a timeline."""

    count: Annotated[Whole, Meta(description="How many there are.", examples=[1])]
    links: Annotated[
        SearchLinksJson, Meta(description="The search narrowed to that time; addresses relative to the server.")
    ]


class FetchedUndatedJson(JsonObject, kw_only=True):
    """The articles found that have no date, but of which it is known when their pages were fetched."""

    count: Annotated[Whole, Meta(description="How many there are.", examples=[1])]
    first: Annotated[str, Meta(description="The earliest of these moments.", examples=["2023-05-14T10:45:00Z"])]
    last: Annotated[str, Meta(description="The latest of these moments.", examples=["2023-05-15T08:00:00Z"])]


class NamePeriodsJson(JsonObject, kw_only=True):
    """How many articles with a name a search finds in each period."""

    value: Annotated[str, Meta(description="The name.", examples=["alrafidain-today"])]
    counts: Annotated[
        list[Whole], Meta(description="The number of each period, in the order of timeline.", examples=[[0, 2, 1]])
    ]


class FacetPeriodsJson(JsonObject, kw_only=True):
    """How many articles a search finds in each period by their names in a facet."""

    name: Annotated[str, Meta(description="The facet.", examples=["source"])]
    values: Annotated[
        list[NamePeriodsJson],
        Meta(description="The most frequent names, the most frequent first, as many as facet_limit says."),
    ]
    others: Annotated[
        list[Whole],
        Meta(
            description="How many articles with any other name there are in each period, in the order of timeline.",
            examples=[[1, 0, 0]],
        ),
    ]


class TimelineJson(AnswerJson, kw_only=True):
    """How many articles a search finds in each period."""

    query: ReadQuery
    warnings: Warnings
    by: Annotated[Unit, Meta(description="How long the periods are.", examples=["year"])]
    before: Annotated[
        OutsideJson | None,
        Meta(
            description="The articles found before the first period that is listed: if the periods were left to the "
            "server, a few that lie far from the others, and else those beyond 10,000 periods; null if there are none.",
            examples=[None],
        ),
    ]
    after: Annotated[
        OutsideJson | None,
        Meta(description="The articles found after the last period that is listed; null if none.", examples=[None]),
    ]
    undated: Annotated[Whole, Meta(description="How many of the articles found have no date.", examples=[0])]
    undated_fetched: Annotated[
        FetchedUndatedJson | None,
        Meta(description="Those of them that say when their pages were fetched; null if none does.", examples=[None]),
    ]
    imprecise: Annotated[
        Whole,
        Meta(
            description="How many of the articles found have a date that states less than a period; they are in none.",
            examples=[0],
        ),
    ]
    timeline: Annotated[
        list[PeriodShareJson],
        Meta(description="The periods in which the filters let any article through, ascending."),
    ]
    facet: Annotated[
        FacetPeriodsJson | None,
        Meta(description="The same counts by the names of the facet that is asked for; null if none is."),
    ]
    index: Index


class SignificantWordJson(JsonObject, kw_only=True):
    """A word that the articles found have more often than others."""

    text: Annotated[str, Meta(description="The word in its most frequent spelling.", examples=["الناصرية"])]
    count: Annotated[Whole, Meta(description="How many articles of the sample have it.", examples=[4])]
    articles: Annotated[Whole, Meta(description="How many articles of the whole archive have it.", examples=[4])]
    score: Annotated[
        float,
        Meta(description="Dunning's log-likelihood ratio: the higher, the less likely by chance.", examples=[19.18]),
    ]
    links: Annotated[
        SearchLinksJson, Meta(description="The search together with the word; addresses relative to the server.")
    ]


class WordsJson(AnswerJson, kw_only=True):
    """The words that set the articles found apart from the archive."""

    query: ReadQuery
    warnings: Warnings
    total: Annotated[
        Whole,
        Meta(
            description="How many articles are full matches of the search; partial ones if no article is a full match.",
            examples=[6],
        ),
    ]
    sample: Annotated[Whole, Meta(description="How many of them were looked at: the first 200 at most.", examples=[6])]
    words: Annotated[list[SignificantWordJson], Meta(description="The words, the most significant first.")]
    index: Index


class NameCountJson(JsonObject, kw_only=True):
    """How many articles have a name."""

    name: Annotated[
        str, Meta(description="The name, as the parameter of the search takes it.", examples=["alrafidain-today"])
    ]
    count: Annotated[Whole, Meta(description="How many articles found have it.", examples=[10])]
    links: Annotated[SearchLinksJson, Meta(description="The search narrowed to it; addresses relative to the server.")]


class NamesJson(AnswerJson, kw_only=True):
    """The names that the articles found have in a column, such as their sources."""

    query: ReadQuery
    warnings: Warnings
    total: Annotated[Whole, Meta(description="How many names there are, listed or not.", examples=[7])]


def _names_class(column: Column) -> type[NamesJson]:
    names = Annotated[
        list[NameCountJson],
        Meta(
            description=f"The {column.plural}, most frequent first, as many as the parameter limit allows.",
            examples=[[{"name": column.example}]],
        ),
    ]
    made = defstruct(
        f"{column.plural.capitalize()}Json",
        [(column.plural, names), ("index", Index)],
        bases=(NamesJson,),
        kw_only=True,
        namespace={"__doc__": f"The {column.plural} of the articles that a search finds."},
        module=__name__,
    )
    return cast("type[NamesJson]", made)


NAMES_JSON = {column.name: _names_class(column) for column in COLUMNS if column.plural}
"""The answer with the names of each column, such as ``sources``."""


def timeline_json(results: Timeline, addresses: Addresses) -> TimelineJson:
    """Returns how many articles a search finds in each period."""
    spread = results.spread
    request = replace(results.request, offset=0)

    def outside(found: Outside | None, *, earlier: bool) -> OutsideJson | None:
        if not found:
            return None
        there = replace(request, date_to=found.limit) if earlier else replace(request, date_from=found.limit)
        return OutsideJson(count=found.count, links=search_links_json(there, addresses))

    return TimelineJson(
        took_ms=round(results.took_ms, 1),
        query=ReadQueryJson(input=results.request.q, read_as=results.read_as),
        warnings=warnings_json(results.warnings),
        by=spread.unit,
        before=outside(spread.before, earlier=True),
        after=outside(spread.after, earlier=False),
        undated=spread.undated,
        undated_fetched=_fetched_json(spread.fetched) if spread.fetched else None,
        imprecise=spread.vague,
        timeline=[
            PeriodShareJson(
                period=one.period,
                count=one.count,
                articles=one.all,
                share=round(one.count / one.all, 4) if one.all else 0.0,
            )
            for one in spread.periods
        ],
        facet=_facet_json(spread.names) if spread.names else None,
        index=index_json(results.index),
    )


def _fetched_json(found: FetchedUndated) -> FetchedUndatedJson:
    return FetchedUndatedJson(count=found.count, first=moments.written(found.first), last=moments.written(found.last))


def _facet_json(found: NamesSpread) -> FacetPeriodsJson:
    return FacetPeriodsJson(
        name=found.column,
        values=[NamePeriodsJson(value=one.name, counts=list(one.counts)) for one in found.names],
        others=list(found.others.counts),
    )


def words_json(results: WordResults, addresses: Addresses) -> WordsJson:
    """Returns the significant words of a search; the links of each lead to the search with the word."""
    request = replace(results.request, offset=0, per_page=DEFAULT_PER_PAGE)
    return WordsJson(
        took_ms=round(results.took_ms, 1),
        query=ReadQueryJson(input=request.q, read_as=results.read_as),
        warnings=warnings_json(results.warnings),
        total=results.total,
        sample=results.sample,
        words=[
            SignificantWordJson(
                text=word.text,
                count=word.count,
                articles=word.articles,
                score=round(word.score, 2),
                links=search_links_json(replace(request, q=f"{request.q} {word.text}".strip()), addresses),
            )
            for word in results.words
        ],
        index=index_json(results.index),
    )


def names_json(results: NameCounts, most: int, addresses: Addresses) -> NamesJson:
    """Returns the first ``most`` names of a column, each with the search that is narrowed to it."""
    request, column = replace(results.request, facet_query=""), results.column
    names = [
        NameCountJson(
            name=one.value,
            count=one.count,
            links=search_links_json(
                replace(request, chosen=request.chosen.having(column.name, (one.value,))), addresses
            ),
        )
        for one in results.counts[:most]
    ]
    members: dict[str, Any] = {column.plural: names, "index": index_json(results.index)}
    return NAMES_JSON[column.name](
        took_ms=round(results.took_ms, 1),
        query=ReadQueryJson(input=request.q, read_as=results.read_as),
        warnings=warnings_json(results.warnings),
        total=len(results.counts),
        **members,
    )
