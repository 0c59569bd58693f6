# SPDX-License-Identifier: GPL-3.0-or-later
"""The JSON answer to a search: a page of results with counts and how the query was understood."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType

from indexer.columns import FACETS, TIMELINE
from indexer.search.answers.json.addresses import Addresses
from indexer.search.answers.json.member_types import Address, Whole
from indexer.search.answers.json.members import (
    AnswerJson,
    CountJson,
    Index,
    JsonObject,
    SearchLinksJson,
    Warnings,
    counts_json,
    index_json,
    search_links_json,
    warnings_json,
)
from indexer.search.answers.json.result import ResultJson, result_json
from indexer.search.answers.paging import facet_values, following_request, previous_request
from indexer.search.answers.results import Expansion, SearchResults
from indexer.search.answers.warnings import ESTIMATED
from indexer.search.planning.expansions import removed
from indexer.search.query.parameters import Match
from indexer.search.query.request import SearchRequest

COUNTED_FACETS = tuple(facet for facet in FACETS if facet != TIMELINE)
"""The members of ``facets`` in every archive; own fields are further ones."""


class TermJson(JsonObject, kw_only=True):
    """A word of the query, and what it is searched for as."""

    text: Annotated[str, Meta(description="The word as it stands in the query as read.", examples=["السنابل"])]
    folded: Annotated[
        str,
        Meta(
            description="The word as it is compared without regard to hamza, marks and the like.", examples=["السنابل"]
        ),
    ]
    stem: Annotated[
        str,
        Meta(
            description="The stem, by which all its forms are found; empty if only the form typed is searched.",
            examples=["سنبل"],
        ),
    ]


class ExpansionJson(JsonObject, kw_only=True):
    """Something that was searched for besides the words typed."""

    kind: Annotated[
        str,
        Meta(
            description="variant (other spellings or forms), synonym, month, year (articles published in that year, "
            "too), sound (another spelling of a foreign name), spelling (by instead of text), relaxed (partial "
            "matches, too) or operator (a word that was read as an operator).",
            examples=["variant"],
        ),
    ]
    text: Annotated[str, Meta(description="The part of the query that was expanded.", examples=["السنابل"])]
    by: Annotated[
        str,
        Meta(
            description="What it was expanded by: the stem of a variant, the days of a year; empty if the kind is "
            "relaxed.",
            examples=["سنبل"],
        ),
    ]
    remove: Annotated[
        Address | UnsetType,
        Meta(
            description="The address of the same search without the expansion, in this API.",
        ),
    ] = UNSET


class CorrectionJson(JsonObject, kw_only=True):
    """A part of the query that was replaced, because no article has all words as they were typed."""

    kind: Annotated[
        str,
        Meta(
            description="spelling, space (one too many or too few), layout (the other keyboard layout was on) or name "
            "(in Latin letters).",
            examples=["spelling"],
        ),
    ]
    text: Annotated[str, Meta(description="The part as it was typed.", examples=["السنبال"])]
    by: Annotated[str, Meta(description="What was searched for instead.", examples=["السنابل"])]


class QueryJson(JsonObject, kw_only=True):
    """How the query of a search was understood."""

    input: Annotated[str, Meta(description="The query as it was sent.", examples=["جسر السنابل"])]
    read_as: Annotated[
        str,
        Meta(
            description="The query as it was understood, in its plainest form: what was searched for.",
            examples=["جسر السنابل"],
        ),
    ]
    match: Annotated[
        Match,
        Meta(
            description="Whether an article must have all words. With auto, partial matches follow if fewer than ten "
            "articles have all of them.",
            examples=["auto"],
        ),
    ]
    terms: Annotated[list[TermJson], Meta(description="The words that were searched for; empty if the query has none.")]
    expansions: Annotated[
        list[ExpansionJson],
        Meta(
            description="What was searched for besides the words typed; the parameter without leaves each of them out."
        ),
    ]
    dropped: Annotated[
        list[str],
        Meta(
            description="The words that were left out because no article has them; empty unless no article has all "
            "words.",
            examples=[[]],
        ),
    ]
    corrections: Annotated[
        list[CorrectionJson],
        Meta(
            description="What was corrected because no article has all words as they were typed; empty if nothing was.",
            examples=[[]],
        ),
    ]


class PeriodJson(JsonObject, kw_only=True):
    """How many articles were published in a month."""

    period: Annotated[str, Meta(description="The month, YYYY-MM.", examples=["2023-03"])]
    count: Annotated[Whole, Meta(description="How many articles were published in it.", examples=[1])]


class MeantQueryJson(JsonObject, kw_only=True):
    """A query that was probably meant."""

    text: Annotated[str, Meta(description="The query.", examples=["جسر السنابل"])]
    links: Annotated[
        SearchLinksJson | UnsetType, Meta(description="The addresses of its search, relative to the server.")
    ] = UNSET


_FACET_SCHEMA = {
    "properties": {
        name: {
            "type": "array",
            "items": {"$ref": "#/components/schemas/CountJson"},
            "description": f"Counts by {name}; absent if the parameter facets does not name it.",
        }
        for name in COUNTED_FACETS
    },
}


_FACET_TOTALS_SCHEMA = {
    "properties": {
        name: {"type": "integer", "minimum": 0, "description": f"The number of values of the facet {name}."}
        for name in COUNTED_FACETS
    },
}


class SearchJson(AnswerJson, kw_only=True):
    """A page of the results of a search."""

    query: Annotated[QueryJson, Meta(description="How the query was understood.")]
    warnings: Warnings
    total: Annotated[
        Whole,
        Meta(
            description="How many full matches there are, exactly: articles that have all words of the query (of a "
            "sentence, which has seven words or more, nearly all of them by rarity). Copies count once unless "
            "collapse=0.",
            examples=[4],
        ),
    ]
    total_relation: Annotated[
        Literal["eq", "estimate"],
        Meta(
            description="eq: all numbers are exact. estimate: the engine of this archive does not count exactly.",
            examples=["eq"],
        ),
    ]
    partial_total: Annotated[
        Whole,
        Meta(
            description="How many partial matches there are, exactly. They are articles that have most of the words, "
            "by rarity, if fewer than ten articles are full matches; if hardly any article has most of them, those "
            "that have a part. By relevance they follow the full matches; by date they are listed only if no article "
            "is a full match.",
            examples=[0],
        ),
    ]
    page: Annotated[int, Meta(description="The number of this page, from 1.", ge=1, examples=[1])]
    pages: Annotated[
        Whole,
        Meta(
            description="How many pages the results that this order lists fill, full and partial matches together, "
            "those beyond result 10,000 included; 0 if nothing is found, or per_page is 0.",
            examples=[4],
        ),
    ]
    per_page: Annotated[int, Meta(description="How many results a page has at most: 0 to 100.", ge=0, examples=[1])]
    next: Annotated[
        Address | UnsetType | None,
        Meta(
            description="The next page, in this API; null on the last page. Beyond result 10,000 its address has a "
            "cursor instead of a page number.",
        ),
    ] = UNSET
    previous: Annotated[
        Address | UnsetType | None,
        Meta(
            description="The previous page, in this API; null on the first page, and behind a cursor.", examples=[None]
        ),
    ] = UNSET
    cursor: Annotated[
        str | UnsetType | None,
        Meta(
            description="The place behind the last result: the parameter cursor of the next page. With cursors all "
            "results can be walked through, in any order. Null if no result follows.",
            examples=["A…"],
        ),
    ] = UNSET
    results: Annotated[
        list[ResultJson],
        Meta(
            description="The results of this page, in the order of sort. Of all results, counted from the first page, "
            "the first total are full matches, those after them partial ones."
        ),
    ]
    facets: Annotated[
        dict[str, list[CountJson]],
        Meta(
            description="Counts of the full matches by each facet that the parameter facets names, at most "
            "facet_limit values each; of the partial matches if no article is a full match, whatever the filters. "
            "What is chosen and excluded of the same facet does not count. Names come most frequent first, "
            "years latest first.",
            extra_json_schema=_FACET_SCHEMA,
            examples=[
                {
                    "source": [{"value": "alrafidain-today", "count": 3}],
                    "year": [{"value": "2024", "count": 2}, {"value": "2023", "count": 1}],
                }
            ],
        ),
    ]
    facet_totals: Annotated[
        dict[str, Whole],
        Meta(
            description="How many values each facet has, those included that facets does not list. With facet_query "
            "only the names that it means count.",
            extra_json_schema=_FACET_TOTALS_SCHEMA,
            examples=[{"source": 3, "year": 2}],
        ),
    ]
    timeline: Annotated[
        list[PeriodJson] | None,
        Meta(
            description="Counts by month of the articles that facets counts, ascending, without gaps; null if the "
            "parameter facets does not name it."
        ),
    ]
    suggestions: Annotated[
        list[MeantQueryJson],
        Meta(description="A query that finds more and was probably meant; empty if there is none.", examples=[[]]),
    ]
    index: Index


def search_json(results: SearchResults, addresses: Addresses | None) -> SearchJson:
    """Returns a page of results. Without ``addresses``, as on the command line, it has no addresses."""
    request = results.request

    def page(near: SearchRequest | None) -> str | UnsetType | None:
        if addresses is None:
            return UNSET
        return None if near is None else addresses.search(near)

    return SearchJson(
        took_ms=round(results.took_ms, 1),
        query=QueryJson(
            input=request.q,
            read_as=results.read_as,
            match=request.match,
            terms=[TermJson(text=term.text, folded=term.folded, stem=term.stem) for term in results.terms],
            expansions=[_expansion_json(expansion, request, addresses) for expansion in results.expansions],
            dropped=list(results.dropped),
            corrections=[CorrectionJson(kind=one.kind, text=one.text, by=one.by) for one in results.corrections],
        ),
        warnings=warnings_json(results.warnings),
        total=results.total,
        total_relation="estimate" if any(warning.code == ESTIMATED for warning in results.warnings) else "eq",
        partial_total=results.partial,
        page=request.page,
        pages=results.pages,
        per_page=request.per_page,
        next=page(following_request(results)),
        previous=page(previous_request(results)),
        cursor=UNSET if addresses is None else results.following.written() if results.following else None,
        results=[result_json(hit, results.answered, addresses) for hit in results.hits],
        facets={
            name: counts_json(facet_values(results, name, request.facet_limit))
            for name in request.facets
            if name != TIMELINE
        },
        facet_totals={name: len(results.facets.get(name, ())) for name in request.facets if name != TIMELINE},
        timeline=[PeriodJson(period=month.value, count=month.count) for month in results.timeline]
        if TIMELINE in request.facets
        else None,
        suggestions=[_meant_json(results.meant, request, addresses)] if results.meant else [],
        index=index_json(results.index),
    )


def _expansion_json(expansion: Expansion, request: SearchRequest, addresses: Addresses | None) -> ExpansionJson:
    remove = addresses.search(removed(expansion, request)) if addresses else UNSET
    return ExpansionJson(kind=expansion.kind, text=expansion.text, by=expansion.by, remove=remove)


def _meant_json(query: str, request: SearchRequest, addresses: Addresses | None) -> MeantQueryJson:
    meant = replace(request, q=query, offset=0)
    return MeantQueryJson(text=query, links=search_links_json(meant, addresses) if addresses else UNSET)
