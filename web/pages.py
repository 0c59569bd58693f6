"""The pages that readers see: the search, and the article."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Blueprint, Response

from indexer.article import Article
from indexer.errors import NotFoundError
from web import citations
from web.exchange import archive, compared_id, page, search_request, unchanged, validated
from web.language import check as check_language
from web.links import article_path
from web.presenters import search_page
from web.reading import SHOWN_SIMILAR, article_page
from web.site import absolute

pages = Blueprint("pages", __name__)

# Before the page itself reads its parameters.
pages.before_request(check_language)

_ID = re.compile(r"[0-9a-f]{16}")


@pages.get("/")
def search() -> Response:
    """The search page; with no parameters, the newest articles of the archive."""
    request = search_request()
    index = archive().info()
    if answer := unchanged(index):
        return answer
    results = archive().search(request)
    return validated(page("search.html", view=search_page(results)), results.index)


@pages.get("/articles/<article_id>")
def article(article_id: str) -> Response:
    """One article; the parameters are those of the search it was found by, whose hits are marked.

    ``compare`` is the id of the copy that it is compared with, the newest one where there is none.
    """
    request = search_request()
    check_id(article_id)
    if answer := unchanged(archive().info()):
        return answer
    view = archive().article(article_id, request, compared_id() or "", SHOWN_SIMILAR)
    return validated(page("article.html", view=article_page(view, request)), view.index)


@pages.get("/articles/<article_id>.bib")
def bibtex(article_id: str) -> Response:
    """One article as a reference in BibTeX."""
    return _reference(article_id, "bib", citations.BIBTEX, citations.bibtex)


@pages.get("/articles/<article_id>.ris")
def ris(article_id: str) -> Response:
    """One article as a reference in RIS."""
    return _reference(article_id, "ris", citations.RIS, citations.ris)


def _reference(article_id: str, form: str, kind: str, make: Callable[[Article, str], str]) -> Response:
    check_id(article_id)
    if answer := unchanged(archive().info()):
        return answer
    view = archive().article(article_id)
    permalink = absolute(article_path(article_id))
    response = Response(make(view.article, permalink), content_type=f"{kind}; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=f"fihrist-{article_id}.{form}")
    return validated(response, view.index)


def check_id(article_id: str) -> None:
    """Raise NotFoundError unless ``article_id`` has the form that every id has, so that no other form is looked up."""
    if not _ID.fullmatch(article_id):
        raise NotFoundError("no article has an id of this form")
