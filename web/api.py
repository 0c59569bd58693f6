"""The JSON API, version 1: the same searches as the page, as data."""

from __future__ import annotations

from flask import Blueprint, Response, request

from indexer.search.envelope import (
    Envelope,
    article_envelope,
    search_envelope,
    similar_envelope,
    suggest_envelope,
    to_json,
    words_envelope,
)
from indexer.search.results import IndexInfo
from web.exchange import archive, compared_id, search_request, unchanged, validated
from web.pages import check_id

api = Blueprint("api", __name__, url_prefix="/api/v1")


@api.get("/search")
def search() -> Response:
    """A page of results."""
    asked = search_request()
    if answer := unchanged(archive().info()):
        return answer
    results = archive().search(asked)
    return _json(search_envelope(results, request.script_root), results.index)


@api.get("/articles/<article_id>")
def article(article_id: str) -> Response:
    """One whole article; ``q`` is what to mark in it, ``compare`` the id of a copy to compare it with."""
    asked = search_request()
    check_id(article_id)
    if answer := unchanged(archive().info()):
        return answer
    view = archive().article(article_id, asked, compared_id())
    return _json(article_envelope(view, asked, request.script_root), view.index)


@api.get("/articles/<article_id>/similar")
def similar(article_id: str) -> Response:
    """The articles that are most similar to one; ``per_page`` (or ``limit``) of them."""
    most = search_request().per_page
    check_id(article_id)
    if answer := unchanged(archive().info()):
        return answer
    results = archive().similar(article_id, most)
    return _json(similar_envelope(results, request.script_root), results.index)


@api.get("/suggest")
def suggest() -> Response:
    """What ``q`` may be completed to."""
    asked = search_request()
    if answer := unchanged(archive().info()):
        return answer
    results = archive().suggest(asked)
    return _json(suggest_envelope(results, request.script_root), results.index)


@api.get("/words")
def words() -> Response:
    """The words that set what the search finds apart from the rest of the archive."""
    asked = search_request()
    if answer := unchanged(archive().info()):
        return answer
    results = archive().words(asked)
    return _json(words_envelope(results, request.script_root), results.index)


def _json(data: Envelope, index: IndexInfo) -> Response:
    return validated(Response(to_json(data), content_type="application/json"), index)
