# SPDX-License-Identifier: GPL-3.0-or-later
"""The endpoints of the API that take a JSON body: long searches, several searches at once, similar to a text."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Annotated

from flask import g
from msgspec import Meta

from indexer.errors import FihristError
from indexer.search.answers.json.article import SimilarToTextJson, similar_to_text_json
from indexer.search.answers.json.members import AnswerJson, JsonObject
from indexer.search.answers.json.search import SearchJson, search_json
from indexer.search.query import parameters as P
from indexer.search.query.parameter_types import Parameter
from web.api.bodies import BodyView, PostEndpoint, asked_by, bind_post, members_of
from web.api.problem_json import ProblemJson
from web.api.views import api
from web.requests.exchange import archive
from web.requests.problems import Problem, in_json, problem_of

MOST_SEARCHES = 20

POSTS: list[PostEndpoint] = []
"""All endpoints that take a body. The documentation lists them in this order."""

_SEARCH = (*P.SEARCH, P.LANG)
_BRIDGE = {"q": "جسر السنابل", "per_page": 1, "facets": ["none"]}


class SearchOutcomeJson(JsonObject, kw_only=True):
    """The answer to one of several searches, or what is wrong with it."""

    http_status: Annotated[
        int, Meta(description="The status that the search would have had alone.", ge=200, le=599, examples=[200])
    ]
    answer: Annotated[SearchJson | None, Meta(description="The page of results; null if there is a problem.")]
    problem: Annotated[
        ProblemJson | None, Meta(description="What is wrong; null if there is an answer.", examples=[None])
    ]


class MultiSearchJson(AnswerJson, kw_only=True):
    """The answers to several searches."""

    answers: Annotated[list[SearchOutcomeJson], Meta(description="One answer for each search, in their order.")]


def posted(
    path: str,
    summary: str,
    answer: type[JsonObject],
    body: str,
    own: tuple[Parameter[object], ...],
    example: Mapping[str, object],
    several: str = "",
    most: int = 0,
    item: str = "",
) -> Callable[[BodyView], BodyView]:
    """Declares an endpoint, which the decorated function answers and which is named as that function is."""

    def declare(view: BodyView) -> BodyView:
        declared = PostEndpoint(view.__name__, path, summary, answer, body, own, example, several, most, item)
        bind_post(api, declared, view)
        POSTS.append(declared)
        return view

    return declare


@posted(
    "/search",
    "The same as GET with the parameters as a JSON object, for searches that are too long for an address.",
    SearchJson,
    "SearchParameters",
    _SEARCH,
    _BRIDGE,
)
def search_by_post(body: object) -> SearchJson:
    """A page of results."""
    asked = asked_by(body, _SEARCH)
    return search_json(archive().search(asked.search), asked.addresses)


@posted(
    "/multi_search",
    f"Up to {MOST_SEARCHES} searches at once; each has its own status, and counts as a request.",
    MultiSearchJson,
    "MultiSearchParameters",
    _SEARCH,
    {"searches": [_BRIDGE]},
    "searches",
    MOST_SEARCHES,
    "SearchParameters",
)
def multi_search(body: object) -> MultiSearchJson:
    """The answers to several searches. What is wrong with one does not concern the others."""
    start = time.perf_counter()
    searches = members_of(body, "searches", MOST_SEARCHES)
    answers = [_outcome(one, counted=number > 0) for number, one in enumerate(searches)]
    return MultiSearchJson(took_ms=round((time.perf_counter() - start) * 1_000, 1), answers=answers)


def _outcome(stated: object, *, counted: bool) -> SearchOutcomeJson:
    """Returns the answer to one search; with ``counted`` it is first counted as a request of the client."""
    refusal: Problem | None = g.count_request() if counted else None
    if refusal is None:
        g.parameters = {}
        try:
            asked = asked_by(stated, _SEARCH)
            found = search_json(archive().search(asked.search), asked.addresses)
            return SearchOutcomeJson(http_status=200, answer=found, problem=None)
        except FihristError as error:
            refusal = problem_of(error)
    return SearchOutcomeJson(http_status=refusal.status, answer=None, problem=in_json(refusal))


@posted(
    "/similar",
    "The articles that are most similar to a text; similarity is 1 for an article of the same words.",
    SimilarToTextJson,
    "SimilarParameters",
    (P.SIMILAR_TEXT, P.PER_PAGE, P.LIMIT, P.LANG),
    {"text": "ارتفاع منسوب الفرات يؤخر العمل في جسر السنابل", "limit": 2},
)
def similar_to_text(body: object) -> SimilarToTextJson:
    """The articles that are most similar to a text."""
    asked = asked_by(body, (P.SIMILAR_TEXT, P.PER_PAGE, P.LIMIT, P.LANG))
    return similar_to_text_json(archive().similar_to(asked[P.SIMILAR_TEXT], asked.search.per_page), asked.addresses)
