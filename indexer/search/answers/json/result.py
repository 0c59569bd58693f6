# SPDX-License-Identifier: GPL-3.0-or-later
"""The JSON of one result of a search: an article found, its snippets, and why it was found."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from msgspec import UNSET, Meta, UnsetType

from indexer.search.answers.json.addresses import Addresses
from indexer.search.answers.json.member_types import (
    ArticleId,
    Author,
    Authors,
    Category,
    DatePrecision,
    FetchedAt,
    IndexedAt,
    OwnFields,
    PublishedAt,
    Source,
    Title,
    Url,
)
from indexer.search.answers.json.members import (
    ArticleCluster,
    JsonObject,
    Links,
    MarkedJson,
    TitleHtml,
    TitleMarks,
    cluster_json,
    description,
    links_json,
    marked_json,
    marks_json,
)
from indexer.search.answers.json.story_member import ArticleStory, story_json
from indexer.search.answers.json.writing import marked_html
from indexer.search.answers.results import Hit, MatchForm, Why
from indexer.search.query.parameters import ALL_RESULT_FIELDS, LISTED_ARTICLE_FIELDS
from indexer.search.query.request import SearchRequest


class MatchedWordJson(JsonObject, kw_only=True):
    """A word of the query that an article has."""

    text: Annotated[str, Meta(description="The word as it stands in the query.", examples=["جسر"])]
    form: Annotated[
        MatchForm,
        Meta(
            description="The nearest form that the article has: typed, spelling (another spelling), form (another form "
            "of the word), phrase (within a phrase), prefix (by its beginning), other (by another name) or published "
            "(a year, by the article's date).",
            examples=["typed"],
        ),
    ]
    fields: Annotated[
        list[Literal["title", "lead", "body"]],
        Meta(description="Where the article has it; lead is the beginning of the body.", examples=[["title", "body"]]),
    ]
    score: Annotated[float, Meta(description="What all its forms added to the score.", examples=[9.75])]


class WhyJson(JsonObject, kw_only=True):
    """The words of the query that an article has, and what raised its score."""

    words: Annotated[list[MatchedWordJson], Meta(description="The words of the query that the article has.")]
    neighbours: Annotated[
        list[list[str]],
        Meta(
            description="Pairs of words of the query that stand side by side in the article.",
            examples=[[["جسر", "السنابل"]]],
        ),
    ]
    beside: Annotated[
        float, Meta(description="What these pairs added to the score; 0 if there are none.", examples=[1.25])
    ]
    similar: Annotated[
        float,
        Meta(
            description="What words with letters like those of the query added; 0 if they added nothing.",
            examples=[0.0],
        ),
    ]
    recency: Annotated[
        float, Meta(description="The factor by which the sum of the scores above was multiplied.", examples=[1.0])
    ]
    lift: Annotated[
        float, Meta(description="What was then added so that full matches come before partial ones.", examples=[0.0])
    ]
    full_match: Annotated[
        bool, Meta(description="Whether the article is a full match, one of those that total counts.", examples=[True])
    ]


class ChosenMembersJson(JsonObject, kw_only=True):
    """What an article states of itself, as far as the parameter fields names it."""

    id: ArticleId | UnsetType = UNSET
    title: Title | UnsetType = UNSET
    source: Source | UnsetType = UNSET
    url: Url | UnsetType = UNSET
    category: Category | UnsetType = UNSET
    author: Author | UnsetType = UNSET
    authors: Authors | UnsetType = UNSET
    published_at: PublishedAt | UnsetType = UNSET
    date_precision: DatePrecision | UnsetType = UNSET
    fetched_at: FetchedAt | UnsetType = UNSET
    indexed_at: IndexedAt | UnsetType = UNSET
    fields: OwnFields | UnsetType = UNSET


class ResultJson(ChosenMembersJson, kw_only=True):
    """An article that a search found, with the members that the parameter fields names; with explain=1 also why."""

    may_lack: ClassVar[frozenset[str]] = frozenset((*ALL_RESULT_FIELDS, "why"))

    score: Annotated[
        float | UnsetType,
        Meta(description="How well the article matches; comparable within one answer only.", examples=[22.62]),
    ] = UNSET
    snippets: Annotated[
        list[MarkedJson] | UnsetType,
        Meta(
            description="The pieces of the body that match the query best, in the order of the body, as many as the "
            "parameter snippets asks for: 0 to 5. If nothing in the body matches, its beginning."
        ),
    ] = UNSET
    title_html: TitleHtml | UnsetType = UNSET
    title_marks: TitleMarks | UnsetType = UNSET
    cluster: ArticleCluster | UnsetType = UNSET
    story: ArticleStory | UnsetType = UNSET
    links: Links = UNSET
    body: Annotated[
        MarkedJson | UnsetType,
        Meta(
            description="The whole text, one line a paragraph, with its first 1,000 matches; absent unless fields "
            "names it."
        ),
    ] = UNSET
    why: Annotated[
        WhyJson | UnsetType,
        Meta(description="Why the article was found; absent without explain=1, and if the query has no words."),
    ] = UNSET


class ListedArticleJson(ChosenMembersJson, kw_only=True):
    """An article that a client asked for by id or address. The parameter ``fields`` decides which members it has."""

    may_lack: ClassVar[frozenset[str]] = frozenset(LISTED_ARTICLE_FIELDS)

    title_html: TitleHtml | UnsetType = UNSET
    title_marks: TitleMarks | UnsetType = UNSET
    links: Links = UNSET
    body: Annotated[
        MarkedJson | UnsetType,
        Meta(description="The whole text, one line a paragraph, with its first 1,000 matches."),
    ] = UNSET


def result_json(hit: Hit, request: SearchRequest, addresses: Addresses | None) -> ResultJson:
    """Returns an article found, with the members that ``request`` asks for."""
    return ResultJson(**_chosen(hit, request, addresses), why=_why_json(hit.why) if hit.why else UNSET)


def listed_article_json(hit: Hit, request: SearchRequest, addresses: Addresses) -> ListedArticleJson:
    """Returns an article that was asked for by its id or address, with the members that ``request`` asks for."""
    return ListedArticleJson(**_chosen(hit, request, addresses))


def _chosen(hit: Hit, request: SearchRequest, addresses: Addresses | None) -> dict[str, Any]:
    """The members of an article that ``request`` asks for."""
    members: dict[str, Any] = {
        **description(hit.article),
        "score": hit.score,
        "snippets": [marked_json(snippet, request.offsets) for snippet in hit.snippets],
        "title_html": marked_html(hit.title),
        "title_marks": marks_json(hit.title, request.offsets),
        "cluster": cluster_json(hit.cluster),
        "story": story_json(hit.story),
    }
    if addresses and "links" in request.fields:
        members["links"] = links_json(hit.article, request, addresses)
    if hit.body is not None:
        members["body"] = marked_json(hit.body, request.offsets)
    chosen = {name: value for name, value in members.items() if name in request.fields}
    own = {name: value for name, value in hit.article.own if name in request.fields}
    if own and "fields" not in request.fields:
        chosen["fields"] = own
    return chosen


def _why_json(why: Why) -> WhyJson:
    return WhyJson(
        words=[
            MatchedWordJson(text=word.text, form=word.form, fields=list(word.fields), score=word.score)  # type: ignore[arg-type]  # the engine names these fields
            for word in why.words
        ],
        neighbours=[list(pair) for pair in why.neighbours],
        beside=why.beside,
        similar=why.similar,
        recency=why.recency,
        lift=why.lift,
        full_match=why.full,
    )
