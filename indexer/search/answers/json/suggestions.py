# SPDX-License-Identifier: GPL-3.0-or-later
"""The JSON answer that completes a query."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from indexer.search.answers.json.addresses import Addresses
from indexer.search.answers.json.member_types import Address, Whole
from indexer.search.answers.json.members import AnswerJson, Index, JsonObject, index_json, search_links_json
from indexer.search.answers.results import Suggestion, Suggestions
from indexer.search.query.request import SearchRequest


class TypedQueryJson(JsonObject, kw_only=True):
    """The query that is to be completed."""

    input: Annotated[str, Meta(description="The query as it was sent.", examples=["جس"])]


class CompletionLinksJson(JsonObject, kw_only=True):
    """The addresses of a completion, relative to the server."""

    search: Annotated[
        Address | None,
        Meta(
            description="The search for it in this API; null if the query would be too long.",
        ),
    ]
    page: Annotated[
        Address | None,
        Meta(
            description="The page of that search, or of the headline's article; null if the query would be too long.",
        ),
    ]
    article: Annotated[
        Address | None,
        Meta(description="The headline's article in this API; null for all other kinds.", examples=[None]),
    ]


class CompletionJson(JsonObject, kw_only=True):
    """What the query may be completed to."""

    text: Annotated[str, Meta(description="The whole query, completed; or the headline.", examples=["جسر"])]
    kind: Annotated[
        Literal["word", "phrase", "name", "headline"],
        Meta(description="What the query was completed to.", examples=["word"]),
    ]
    count: Annotated[
        Whole,
        Meta(
            description="How many articles have the word; of a phrase or a name, how many headlines have it; of a "
            "headline 1.",
            examples=[3],
        ),
    ]
    links: Annotated[CompletionLinksJson, Meta(description="The addresses of the completion, relative to the server.")]


class SuggestionsJson(AnswerJson, kw_only=True):
    """What a query may be completed to."""

    query: Annotated[TypedQueryJson, Meta(description="The query that is to be completed.")]
    suggestions: Annotated[list[CompletionJson], Meta(description="The completions, best first, 20 at most.")]
    index: Index


def suggestions_json(results: Suggestions, addresses: Addresses) -> SuggestionsJson:
    """Returns what a query may be completed to."""
    return SuggestionsJson(
        took_ms=round(results.took_ms, 1),
        query=TypedQueryJson(input=results.request.q),
        suggestions=[
            CompletionJson(
                text=one.text,
                kind=one.kind,  # type: ignore[arg-type]  # `Suggestion.kind` is one of these
                count=one.count,
                links=_links_json(one, addresses),
            )
            for one in results.suggestions
        ],
        index=index_json(results.index),
    )


def _links_json(suggestion: Suggestion, addresses: Addresses) -> CompletionLinksJson:
    plain = SearchRequest()
    links = search_links_json(SearchRequest(q=suggestion.text), addresses)
    if not suggestion.article:
        return CompletionLinksJson(search=links.search, page=links.page, article=None)
    return CompletionLinksJson(
        search=links.search,
        page=addresses.article_page(suggestion.article, plain),
        article=addresses.article(suggestion.article, plain),
    )
