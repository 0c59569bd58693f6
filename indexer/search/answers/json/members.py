# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts that several JSON answers share, and the base class of all JSON objects.

A class is one JSON object. Its fields are the members in the order in which they are written; their types and
`Meta` become the JSON Schema. A missing value is null, never an empty text.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate
from typing import Annotated, Any, ClassVar, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from indexer import moments
from indexer.article import Article
from indexer.columns import AUTHOR
from indexer.engine.questions import Cluster
from indexer.search.answers.json.addresses import Addresses
from indexer.search.answers.json.member_types import (
    Address,
    ArticleId,
    Author,
    Authors,
    Category,
    DatePrecision,
    FetchedAt,
    Id,
    IndexedAt,
    Moment,
    OwnFields,
    PublishedAt,
    Source,
    Title,
    Url,
    Whole,
)
from indexer.search.answers.json.writing import marked_html, web_address
from indexer.search.answers.results import FacetCount, IndexInfo, Marked
from indexer.search.answers.warnings import CODES, QueryWarning
from indexer.search.query.parameters import MAX_QUERY_CHARS, Offsets
from indexer.search.query.request import SearchRequest


class JsonObject(Struct, forbid_unknown_fields=True):
    """A JSON object. A member that is UNSET is not written."""

    may_lack: ClassVar[frozenset[str]] = frozenset()
    """The members that an answer of the API may lack.

    Other members that can be UNSET are addresses: the API always gives them, the command line has none.
    """


class IndexJson(JsonObject, kw_only=True):
    """The generation of the index that answered."""

    generation: Annotated[
        str, Meta(description="The name of the generation; each publication has a new one.", examples=["gen-000001"])
    ]
    built_at: Annotated[
        Moment, Meta(description="The moment at which it was built, in UTC.", examples=["2026-01-01T03:15:00Z"])
    ]
    articles: Annotated[Whole, Meta(description="How many articles it holds, copies included.", examples=[66])]


class MarkedJson(JsonObject, kw_only=True):
    """A text, and the places in it that match the query."""

    html: Annotated[
        str,
        Meta(
            description="The text as HTML: escaped, each match inside <mark>.",
            examples=["أعلنت إدارة مشروع <mark>جسر</mark> <mark>السنابل</mark> تأجيل صبّ الدعامتين الوسطيين ستة أسابيع"],
        ),
    ]
    text: Annotated[
        str,
        Meta(
            description="The text without markup, in its original spelling.",
            examples=["أعلنت إدارة مشروع جسر السنابل تأجيل صبّ الدعامتين الوسطيين ستة أسابيع"],
        ),
    ]
    marks: Annotated[
        list[Annotated[list[Whole], Meta(min_length=2, max_length=2)]],
        Meta(
            description="Pairs [start, end) of places in text, ascending, never overlapping, in what the parameter "
            "offsets names: code points by default. Empty if nothing matches.",
            examples=[[[18, 21], [22, 29]]],
        ),
    ]


class ClusterJson(JsonObject, kw_only=True):
    """The articles that are copies of one text."""

    id: Annotated[
        Id,
        Meta(
            description="The id of the article that represents the copies; an article without copies has its own.",
            examples=["dd17c50d1a401cd6"],
        ),
    ]
    size: Annotated[
        int,
        Meta(
            description="How many articles have this text, this one included: 1 if it has no copy.", ge=1, examples=[1]
        ),
    ]


class LinksJson(JsonObject, kw_only=True):
    """The addresses of an article, relative to the server."""

    self: Annotated[
        Address,
        Meta(
            description="The article in this API, with the words of the query to mark.",
        ),
    ]
    page: Annotated[
        Address,
        Meta(
            description="The page of the article, with the words of the query to mark.",
        ),
    ]
    similar: Annotated[
        Address,
        Meta(
            description="The articles that are most similar to it, in this API.",
        ),
    ]


class SearchLinksJson(JsonObject, kw_only=True):
    """The addresses of a search, relative to the server."""

    search: Annotated[
        Address | None,
        Meta(
            description="The search in this API; null if its query would be longer than 1,000 characters.",
        ),
    ]
    page: Annotated[
        Address | None,
        Meta(
            description="The page of the search; null if its query would be longer than that.",
        ),
    ]


class WarningJson(JsonObject, kw_only=True):
    """A part of the request that was read in another way than it may have been meant, or that can match nothing."""

    code: Annotated[
        str,
        Meta(
            description="What happened, as a stable name for programs. "
            + " ".join(f"{code}: {meaning}" for code, meaning in CODES.items()),
            extra_json_schema={"enum": sorted(CODES)},
            examples=["invalid_date"],
        ),
    ]
    param: Annotated[str, Meta(description="The parameter that the warning is about.", examples=["q"])]
    text: Annotated[str, Meta(description="The part of the parameter that is at fault.", examples=["date:2023-13"])]
    detail: Annotated[
        str,
        Meta(
            description="What was done with it, and what would be right.",
            examples=["'date:2023-13' is no date, so that no period is narrowed by it."],
        ),
    ]


class CountJson(JsonObject, kw_only=True):
    """How many articles have a value."""

    value: Annotated[
        str,
        Meta(
            description="A name, as the parameter of the same name takes it; of years the year, YYYY.",
            examples=["alrafidain-today"],
        ),
    ]
    count: Annotated[Whole, Meta(description="How many articles have it.", examples=[3])]


class DescriptionJson(JsonObject, kw_only=True):
    """What is known of an article besides its text."""

    may_lack: ClassVar[frozenset[str]] = frozenset(("fields",))

    id: ArticleId
    title: Title
    source: Source
    url: Url
    category: Category
    author: Author
    authors: Authors
    published_at: PublishedAt
    date_precision: DatePrecision
    fetched_at: FetchedAt
    indexed_at: IndexedAt
    fields: OwnFields | UnsetType = UNSET


Links = Annotated[
    LinksJson | UnsetType, Meta(description="The addresses that belong to the article, relative to the server.")
]

ArticleCluster = Annotated[ClusterJson, Meta(description="The article and its copies.")]
TitleHtml = Annotated[
    str,
    Meta(
        description="The headline as HTML: escaped, each match inside <mark>; empty if there is none.",
        examples=["ارتفاع منسوب الفرات يؤخر العمل في <mark>جسر</mark> <mark>السنابل</mark>"],
    ),
]

TitleMarks = Annotated[
    list[Annotated[list[Whole], Meta(min_length=2, max_length=2)]],
    Meta(
        description="The places of the matches in title, as the member marks of a text has them.",
        examples=[[[34, 37], [38, 45]]],
    ),
]


class LinkedArticleJson(DescriptionJson, kw_only=True):
    """An article without its text."""

    links: Links = UNSET


class ReadQueryJson(JsonObject, kw_only=True):
    """How the query was understood."""

    input: Annotated[str, Meta(description="The query as it was sent.", examples=["جسر"])]
    read_as: Annotated[
        str,
        Meta(
            description="The query as it was understood, in its plainest form: what was searched for.", examples=["جسر"]
        ),
    ]


Status = Annotated[
    Literal["ok"], Meta(description="Always ok; an error is a Problem.", extra_json_schema={"const": "ok"})
]
Warnings = Annotated[
    list[WarningJson],
    Meta(
        description="The parts of the request that were read in another way than they may have been meant, or that "
        "can match nothing; empty if there are none.",
        examples=[[]],
    ),
]
ReadQuery = Annotated[ReadQueryJson, Meta(description="How the query was understood.")]
Index = Annotated[IndexJson, Meta(description="The generation of the index that answered.")]


class PlainAnswerJson(JsonObject, kw_only=True):
    """A whole answer."""

    status: Status = "ok"


class AnswerJson(PlainAnswerJson, kw_only=True):
    """An answer that says how long it took."""

    took_ms: Annotated[float, Meta(description="How many milliseconds it took to make the answer.", examples=[1.5])]


def index_json(index: IndexInfo) -> IndexJson:
    """Returns the generation that answered."""
    return IndexJson(generation=index.generation, built_at=index.built_at, articles=index.articles)


def marked_json(marked: Marked, offsets: Offsets) -> MarkedJson:
    """Returns a text with its matches."""
    return MarkedJson(html=marked_html(marked), text=marked.text, marks=marks_json(marked, offsets))


def marks_json(marked: Marked, offsets: Offsets) -> list[list[int]]:
    """Returns the places of the matches in a text, counted as ``offsets`` says."""
    pairs = [list(mark) for mark in marked.marks]
    if offsets == "codepoints" or not pairs or max(marked.text) <= "\uffff":
        return pairs
    # Characters beyond U+FFFF, such as emoji, are two units of UTF-16.
    units = [0, *accumulate(1 + (letter > "\uffff") for letter in marked.text)]
    return [[units[place] for place in pair] for pair in pairs]


def cluster_json(cluster: Cluster) -> ClusterJson:
    """Returns the cluster of an article."""
    return ClusterJson(id=cluster.id, size=cluster.size)


def warnings_json(warnings: Iterable[QueryWarning]) -> list[WarningJson]:
    """Returns the warnings of an answer."""
    return [WarningJson(**warning._asdict()) for warning in warnings]


def counts_json(counts: Iterable[FacetCount]) -> list[CountJson]:
    """Returns how often each value occurs, in the same order."""
    return [CountJson(value=one.value, count=one.count) for one in counts]


def description(article: Article) -> dict[str, Any]:
    """Returns the members of `DescriptionJson` for ``article``."""
    return {
        "id": article.id,
        "title": article.title or None,
        "source": article.source or None,
        "url": web_address(article.url),
        "category": article.category or None,
        "author": article.author or None,
        "authors": list(article.names_in(AUTHOR.name)),
        "published_at": article.published.written() if article.published else None,
        "date_precision": article.published.precision if article.published else None,
        "fetched_at": None if article.fetched_at is None else moments.written(article.fetched_at),
        "indexed_at": None if article.indexed_at is None else moments.written(article.indexed_at),
        **({"fields": dict(article.own)} if article.own else {}),
    }


def linked_article_json(article: Article, request: SearchRequest, addresses: Addresses) -> LinkedArticleJson:
    """Returns an article without its text; its addresses name the words of ``request``."""
    return LinkedArticleJson(**description(article), links=links_json(article, request, addresses))


def links_json(article: Article, request: SearchRequest, addresses: Addresses) -> LinksJson:
    """Returns the addresses of an article, which name the words of ``request`` and how they are matched."""
    marking = SearchRequest(q=request.q, match=request.match, exact=request.exact, without=request.without)
    return LinksJson(
        self=addresses.article(article.id, marking),
        page=addresses.article_page(article.id, marking),
        similar=addresses.similar(article.id),
    )


def search_links_json(request: SearchRequest, addresses: Addresses) -> SearchLinksJson:
    """Returns the addresses of a search, null if its query is too long to be sent."""
    if len(request.q) > MAX_QUERY_CHARS:
        return SearchLinksJson(search=None, page=None)
    return SearchLinksJson(search=addresses.search(request), page=addresses.search_page(request))
