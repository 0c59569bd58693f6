"""The JSON API, version 1: the same searches as the page, as data."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import cast
from urllib.parse import quote

from flask import Blueprint, Response, current_app, request

from indexer.engine.base import Unit
from indexer.operating.keys import KEYS_NEEDED
from indexer.search.answers import export, listing
from indexer.search.answers.envelope import (
    Envelope,
    article_envelope,
    next_request,
    previous_request,
    search_address,
    search_envelope,
    similar_envelope,
    suggest_envelope,
    timeline_envelope,
    to_json,
    words_envelope,
)
from indexer.search.answers.results import IndexInfo, SearchResults
from indexer.search.query import parameters as P
from indexer.search.query.parameter_types import Parameter
from indexer.search.query.parameters import MAX_DEPTH, require_known
from indexer.search.query.request import SearchRequest
from web.api import endpoints
from web.api.endpoints import CSV, JSON, NDJSON, ROOT, Endpoint
from web.api.exports import sent
from web.api.openapi import document
from web.pages.views import check_id
from web.requests.exchange import archive, fixed, own_fields, unchanged, validated
from web.requests.parameters import parameters

api = Blueprint("api", __name__, url_prefix=ROOT)

View = Callable[..., Response]

MOST_READ_AS = 300
"""So many characters of the reading of a query stand in a header: 1.8 kB where all are Arabic."""


def _answers(endpoint: Endpoint) -> Callable[[View], View]:
    """Serve ``endpoint`` by the function below, which is called where each parameter is known and can be read."""

    def register(view: View) -> View:
        @wraps(view)
        def checked(**path: str) -> Response:
            stated = parameters()
            known = P.for_archive(endpoint.parameters, own_fields())
            require_known(stated, [parameter.name for parameter in known])
            for parameter in known:
                parameter.read(stated)
            return view(**path)

        api.add_url_rule(endpoint.rule, endpoint.name, checked)
        return view

    return register


@_answers(endpoints.SEARCH)
def search() -> Response:
    """A page of results."""
    asked = _asked(P.SEARCH)
    if answer := unchanged(archive().info()):
        return answer
    results = archive().search(asked)
    response = _json(search_envelope(results, request.script_root), results.index)
    _link_pages(response, results)
    return response


@_answers(endpoints.ARTICLE)
def article(id: str) -> Response:
    """One whole article; ``q`` is what to mark in it, ``compare`` the id of a copy to compare it with."""
    asked = _asked((P.Q, P.MATCH, P.EXACT, P.WITHOUT))
    compared = P.COMPARE.read(parameters()) or None
    check_id(id)
    if answer := unchanged(archive().info()):
        return answer
    view = archive().article(id, asked, compared)
    return _json(article_envelope(view, asked, request.script_root), view.index)


@_answers(endpoints.SIMILAR)
def similar(id: str) -> Response:
    """The articles that are most similar to one."""
    most = _asked((P.PER_PAGE, P.LIMIT)).per_page
    check_id(id)
    if answer := unchanged(archive().info()):
        return answer
    results = archive().similar(id, most)
    return _json(similar_envelope(results, request.script_root), results.index)


@_answers(endpoints.SUGGEST)
def suggest() -> Response:
    """What ``q`` may be completed to."""
    asked = _asked((P.Q, P.PER_PAGE, P.LIMIT))
    if answer := unchanged(archive().info()):
        return answer
    results = archive().suggest(asked)
    return _json(suggest_envelope(results, request.script_root), results.index)


@_answers(endpoints.TIMELINE)
def timeline() -> Response:
    """How what the search finds spreads over time."""
    asked, by = _asked(P.NARROWING), P.BY.read(parameters())
    if answer := unchanged(archive().info()):
        return answer
    results = archive().timeline(asked, None if by == "auto" else cast(Unit, by))
    return _json(timeline_envelope(results), results.index)


@_answers(endpoints.WORDS)
def words() -> Response:
    """The words that set what the search finds apart from the rest of the archive."""
    asked = _asked((*P.NARROWING, P.SORT, P.PER_PAGE, P.LIMIT))
    if answer := unchanged(archive().info()):
        return answer
    results = archive().words(asked)
    return _json(words_envelope(results, request.script_root), results.index)


@_answers(endpoints.SOURCES)
def sources() -> Response:
    """The sources of what the search finds."""
    return _names("source")


@_answers(endpoints.CATEGORIES)
def categories() -> Response:
    """The sections of what the search finds."""
    return _names("category")


def _names(column: str) -> Response:
    asked, most = _asked(P.NARROWING), P.LIST_LIMIT.read(parameters())
    if answer := unchanged(archive().info()):
        return answer
    results = archive().names(column, asked)
    return _json(listing.names_envelope(results, most, request.script_root), results.index)


@_answers(endpoints.ANALYZE)
def analyze() -> Response:
    """What each word of a text goes through."""
    text = P.TEXT.read(parameters())
    if answer := unchanged(archive().info()):
        return answer
    results = archive().analyse(text)
    return _json(listing.analysis_envelope(results), results.index)


@_answers(endpoints.STATS)
def stats() -> Response:
    """What the archive holds."""
    if answer := unchanged(archive().info()):
        return answer
    results = archive().stats()
    return _json(listing.stats_envelope(results), results.index)


@_answers(endpoints.EXPORT_NDJSON)
def export_ndjson() -> Response:
    """All that the search finds, a JSON object a line."""
    return _export(NDJSON, export.lines)


@_answers(endpoints.EXPORT_CSV)
def export_csv() -> Response:
    """All that the search finds, as a table."""
    header, bom = P.HEADER.read(parameters()), P.BOM.read(parameters())
    return _export(f"{CSV}; charset=utf-8", lambda made, fields: export.table(made, fields, header=header, bom=bom))


def _export(media: str, written: export.Written) -> Response:
    asked, stated = _asked(P.NARROWING), parameters()
    cursor, most, fields = P.CURSOR.read(stated), P.EXPORT_LIMIT.read(stated), P.exported_fields(stated, own_fields())
    if answer := unchanged(archive().info()):
        return answer
    made = archive().export(asked, cursor, most)
    response = validated(sent(lambda: written(made, fields), media), made.index)
    response.headers["X-Total-Count"] = str(made.total)
    response.headers["X-Generation"] = made.index.generation
    response.headers["X-Query-Read-As"] = _in_a_header(made.read_as)
    if made.notices:
        response.headers["X-Warnings"] = ", ".join(dict.fromkeys(notice.code for notice in made.notices))
    return response


def _in_a_header(text: str) -> str:
    """``text`` percent-encoded; of a long one the beginning, which … ends: proxies take so much of a header only."""
    cut = text if len(text) <= MOST_READ_AS else f"{text[:MOST_READ_AS]}…"
    return quote(cut, safe=' "*|=():.,-', errors="replace")


@api.get("/openapi.json")
def openapi() -> Response:
    """This API's own description."""
    require_known(parameters(), ())
    made = document(request.script_root, keys_needed=current_app.config[KEYS_NEEDED])
    response = Response(json.dumps(made, ensure_ascii=False), content_type=JSON)
    return fixed(response)


def _asked(known: tuple[Parameter[object], ...]) -> SearchRequest:
    """The search that the parameters ``known`` state; others of the same names mean something else here."""
    stated = parameters()
    own = own_fields()
    known = P.for_archive(known, own)
    return SearchRequest.from_params({one.name: stated[one.name] for one in known if one.name in stated}, own)


def _json(data: Envelope, index: IndexInfo) -> Response:
    return validated(Response(to_json(data), content_type=JSON), index)


def _link_pages(response: Response, results: SearchResults) -> None:
    """Say in headers what the members next and previous say (RFC 8288), and which pages are the first and the last."""
    asked, last = results.request, results.pages
    pages = {"first": asked.at_page(1), "prev": previous_request(results), "next": next_request(results)}
    if last and last * asked.per_page <= MAX_DEPTH:
        pages["last"] = asked.at_page(last)
    links = [f'<{search_address(page, request.script_root)}>; rel="{name}"' for name, page in pages.items() if page]
    response.headers["Link"] = ", ".join(links)
