# SPDX-License-Identifier: GPL-3.0-or-later
"""The endpoints of the API, version 1: each is declared once, beside the function that answers it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import cast
from urllib.parse import quote

from flask import Blueprint, Response, request

from indexer.columns import COLUMNS, Column, Order
from indexer.engine.periods import UnitChoice
from indexer.search.answers import export
from indexer.search.answers.json.archive import AnalysisJson, StatsJson, analysis_json, stats_json
from indexer.search.answers.json.article import (
    ArticleJson,
    ArticlesJson,
    SimilarJson,
    article_json,
    articles_json,
    similar_json,
)
from indexer.search.answers.json.counts import (
    NAMES_JSON,
    TimelineJson,
    WordsJson,
    names_json,
    timeline_json,
    words_json,
)
from indexer.search.answers.json.members import JsonObject
from indexer.search.answers.json.search import SearchJson, search_json
from indexer.search.answers.json.story import ToldStoryJson, told_story_json
from indexer.search.answers.json.suggestions import SuggestionsJson, suggestions_json
from indexer.search.answers.paging import following_request, previous_request
from indexer.search.answers.results import SearchResults
from indexer.search.answers.spread import TimelineOptions
from indexer.search.query import parameters as P
from indexer.search.query.parameter_types import Parameter, contradiction
from indexer.search.query.parameters import MAX_DEPTH
from web.api.addresses import ROOT, ApiAddresses
from web.api.endpoints import (
    CSV,
    EXAMPLE_ID,
    JSON,
    NDJSON,
    TEXT_NDJSON,
    ApiRequest,
    Endpoint,
    Reply,
    View,
    bind,
)
from web.api.exports import sent
from web.requests.exchange import archive

api = Blueprint("api", __name__, url_prefix=ROOT)

ENDPOINTS: list[Endpoint] = []
"""All endpoints, in the order in which the documentation lists them."""

MOST_READ_AS = 300
"""A header holds this many characters of the query as it was understood: 1.8 kB if all of them are Arabic."""

_BRIDGE = ("q", "جسر السنابل")
_LINK = {"Link": "The neighbouring pages of a search (RFC 8288)."}
_EXPORT = {
    "X-Total-Count": "How many articles the search has after the cursor, whatever the limit of this part.",
    "Content-Disposition": "The name of a file to keep the export in.",
    "X-Generation": "The generation of the index that the articles come from.",
    "X-Query-Read-As": "The query as it was understood, percent-encoded in UTF-8; of a long one the beginning and …",
    "X-Warnings": "The codes of the warnings that a search would list, separated by commas; absent if there are none.",
}


def endpoint(
    path: str,
    summary: str,
    answer: type[JsonObject] | None,
    own: tuple[Parameter[object], ...] = (),
    example: tuple[tuple[str, str], ...] = (),
    media: str = JSON,
    headers: dict[str, str] | None = None,
) -> Callable[[View], View]:
    """Declares an endpoint, which the decorated function answers and which is named as that function is."""

    def declare(view: View) -> View:
        declared = Endpoint(view.__name__, path, summary, answer, own, example, media, headers or {})
        bind(api, declared, view)
        ENDPOINTS.append(declared)
        return view

    return declare


@endpoint(
    "/search",
    "A page of the articles that a search finds, with counts.",
    SearchJson,
    P.SEARCH,
    (_BRIDGE, ("per_page", "1"), ("facets", "source,year"), ("snippets", "1")),
    headers=_LINK,
)
def search(asked: ApiRequest) -> Reply:
    """A page of results."""
    results = archive().search(asked.search)
    headers = {"Link": _page_links(results, asked.addresses)}
    return Reply(search_json(results, asked.addresses), results.index, headers)


@endpoint(
    "/articles",
    "Several articles by their ids or original addresses, with their whole texts; those that are missing are named.",
    ArticlesJson,
    (P.IDS, P.URL, P.Q, P.MATCH, P.EXACT, P.WITHOUT, P.ARTICLE_FIELDS, P.OFFSETS),
    (("ids", EXAMPLE_ID), ("q", "جسر")),
)
def articles(asked: ApiRequest) -> Reply:
    """Several articles by their ids or original addresses."""
    ids, urls = asked[P.IDS], asked[P.URL]
    if not 1 <= len(ids) + len(urls) <= P.MAX_IDS:
        raise contradiction("ids", f"give 1 to {P.MAX_IDS} ids, separated by commas, or addresses as url.")
    results = archive().listed_articles(ids, urls, replace(asked.search, fields=asked[P.ARTICLE_FIELDS]))
    return Reply(articles_json(results, asked.addresses), results.index)


@endpoint(
    "/articles/{id}",
    "One whole article; the words of q are marked in it.",
    ArticleJson,
    (P.Q, P.MATCH, P.EXACT, P.WITHOUT, P.OFFSETS, P.COMPARE),
    (("q", "جسر"),),
)
def article(asked: ApiRequest, id: str) -> Reply:
    """One whole article; ``compare`` names a copy to compare it with."""
    view = archive().article(id, asked.search, asked[P.COMPARE] or None)
    return Reply(article_json(view, asked.search, asked.addresses), view.index)


@endpoint(
    "/articles/{id}/similar",
    "The articles that are most similar to one; similarity is 1 if both have the same words.",
    SimilarJson,
    (P.PER_PAGE, P.LIMIT),
    (("limit", "2"),),
)
def similar(asked: ApiRequest, id: str) -> Reply:
    """The articles that are most similar to one."""
    results = archive().similar(id, asked.search.per_page)
    return Reply(similar_json(results, asked.addresses), results.index)


@endpoint(
    "/articles/{id}/story",
    "The articles that report the same event in words of their own, first to last, with what each added.",
    ToldStoryJson,
)
def story(asked: ApiRequest, id: str) -> Reply:
    """The story that an article belongs to."""
    view = archive().story(id)
    return Reply(told_story_json(view, asked.addresses), view.index)


@endpoint(
    "/suggest",
    "What q may be completed to: words, phrases, names and headlines, inside its operators, too; 20 at most.",
    SuggestionsJson,
    (P.Q, P.PER_PAGE, P.LIMIT),
    (("q", "جس"), ("limit", "3")),
)
def suggest(asked: ApiRequest) -> Reply:
    """What ``q`` may be completed to."""
    results = archive().suggest(asked.search)
    return Reply(suggestions_json(results, asked.addresses), results.index)


@endpoint(
    "/timeline",
    "How many of the articles found were published in each period of time, what share of all articles of that time "
    "they are, and how many there are by the names of a facet.",
    TimelineJson,
    (*P.NARROWING, P.BY, P.FACET, P.FACET_NAMES),
    (("q", "جسر"), ("by", "year"), ("facet", "source"), ("facet_limit", "1")),
)
def timeline(asked: ApiRequest) -> Reply:
    """How many articles a search finds in each period."""
    facet = asked[P.FACET]
    options = TimelineOptions(
        unit=cast(UnitChoice, asked[P.BY]),
        column="" if facet == P.NO_FACET else facet,
        names=asked[P.FACET_NAMES],
    )
    results = archive().timeline(asked.search, options)
    return Reply(timeline_json(results, asked.addresses), results.index)


@endpoint(
    "/words",
    "The words that set the articles found apart from the archive, by Dunning's log-likelihood ratio.",
    WordsJson,
    (*P.NARROWING, P.SORT, P.PER_PAGE, P.LIMIT),
    (("q", "جسر"), ("limit", "3")),
)
def words(asked: ApiRequest) -> Reply:
    """The words that set the articles found apart from the archive."""
    results = archive().words(asked.search)
    return Reply(words_json(results, asked.addresses), results.index)


def _declare_names(column: Column) -> None:
    def names(asked: ApiRequest) -> Reply:
        results = archive().names(column.name, asked.search)
        return Reply(names_json(results, asked[P.LIST_LIMIT], asked.addresses), results.index)

    names.__name__ = column.plural
    endpoint(
        f"/{column.plural}",
        f"The {column.noun}s of the articles found, the most frequent first; without parameters those of the archive.",
        NAMES_JSON[column.name],
        (*P.NARROWING, P.FACET_QUERY, P.LIST_LIMIT),
        (("limit", "3"),),
    )(names)


for _column in COLUMNS:
    if _column.plural:
        _declare_names(_column)


@endpoint(
    "/analyze",
    "What analysis makes of each word of a text, and the terms that the word is found by.",
    AnalysisJson,
    (P.TEXT,),
    (("text", "وللقوات"),),
)
def analyze(asked: ApiRequest) -> Reply:
    """What analysis makes of each word of a text."""
    results = archive().analyse(asked[P.TEXT])
    return Reply(analysis_json(results), results.index)


@endpoint("/stats", "How much the archive holds.", StatsJson)
def stats(asked: ApiRequest) -> Reply:
    """How much the archive holds."""
    results = archive().stats()
    return Reply(stats_json(results), results.index)


@endpoint(
    "/export.ndjson",
    "All articles found, one JSON object a line, in ascending order of their ids unless sort names another one.",
    export.ExportedJson,
    (*P.NARROWING, P.EXPORT_SORT, P.CURSOR, P.EXPORT_LIMIT, P.EXPORTED),
    (_BRIDGE, ("limit", "2"), ("fields", "id,title")),
    NDJSON,
    _EXPORT,
)
def export_ndjson(asked: ApiRequest) -> Reply:
    """All articles found, one JSON object a line."""
    wanted = request.accept_mimetypes.best_match([NDJSON, TEXT_NDJSON], NDJSON)
    reply = _export(asked, "ndjson", NDJSON if wanted == NDJSON else f"{TEXT_NDJSON}; charset=utf-8", export.lines)
    cast(Response, reply.body).vary.add("Accept")
    return reply


@endpoint(
    "/export.csv",
    "The same as a table. A cell that a spreadsheet could take for a formula begins with an apostrophe.",
    None,
    (*P.NARROWING, P.EXPORT_SORT, P.CURSOR, P.EXPORT_LIMIT, P.EXPORTED, P.HEADER, P.BOM),
    (_BRIDGE, ("limit", "2"), ("fields", "id,title")),
    CSV,
    _EXPORT,
)
def export_csv(asked: ApiRequest) -> Reply:
    """All articles found, as a table."""
    header, bom = asked[P.HEADER], asked[P.BOM]
    write: export.ExportWriter = lambda made, fields: export.table(made, fields, header=header, bom=bom)  # noqa: E731  # typed by the annotation
    return _export(asked, "csv", f"{CSV}; charset=utf-8", write)


def _export(asked: ApiRequest, kind: str, media: str, write: export.ExportWriter) -> Reply:
    order = None if asked[P.EXPORT_SORT] == P.BY_ID else cast(Order, asked[P.EXPORT_SORT])
    made = archive().export(asked.search, asked[P.CURSOR], asked[P.EXPORT_LIMIT], order)
    headers = {
        "X-Total-Count": str(made.total),
        "X-Generation": made.index.generation,
        "X-Query-Read-As": _in_a_header(made.read_as),
    }
    if made.warnings:
        headers["X-Warnings"] = ", ".join(dict.fromkeys(warning.code for warning in made.warnings))
    response = sent(lambda: write(made, asked[P.EXPORTED]), media)
    if response.status_code == 200:
        response.headers.set("Content-Disposition", "attachment", filename=f"fihrist.{kind}")
    return Reply(response, made.index, headers)


def _in_a_header(text: str) -> str:
    """Returns ``text`` percent-encoded. A long one is cut, with … at its end: proxies limit the size of a header."""
    cut = text if len(text) <= MOST_READ_AS else f"{text[:MOST_READ_AS]}…"
    return quote(cut, safe=' "*|=():.,-', errors="replace")


def _page_links(results: SearchResults, addresses: ApiAddresses) -> str:
    """Returns the header that names the neighbouring pages (RFC 8288), the first and the last one."""
    asked, last = results.request, results.pages
    pages = {"first": asked.at_page(1), "prev": previous_request(results), "next": following_request(results)}
    if last and last * asked.per_page <= MAX_DEPTH:
        pages["last"] = asked.at_page(last)
    return ", ".join(f'<{addresses.search(page)}>; rel="{name}"' for name, page in pages.items() if page)
