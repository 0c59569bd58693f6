# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers requests for pages: the search, an article, a reference to it, and the page about the archive."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from indexer.article import Article
from indexer.errors import NotFoundError
from indexer.search.answers.results import Timeline
from indexer.search.answers.spread import Spread, TimelineOptions
from indexer.search.query.parameters import FACET_QUERY
from indexer.search.query.request import SearchRequest
from web.charts.timelines import MOST_BARS
from web.links.links import article_path, show
from web.links.site import absolute
from web.pages import citations
from web.pages.about_page import about_page, author_page, author_request
from web.pages.article_page import SHOWN_SIMILAR, article_page
from web.pages.results_page import UNFOLDED_COPIES, is_first_visit, search_page
from web.pages.saved_page import SINCE, added_since, saved_page
from web.pages.saved_page import news as told
from web.pages.shown import PageOptions
from web.pages.story_page import story_page
from web.pages.timeline_page import MOST_NAMES, timeline_page
from web.pages.tries import tries
from web.pages.values_page import column_named, values_page
from web.requests.exchange import archive, compared_id, own_fields, page, revalidated, search_request, validated
from web.requests.parameters import parameters
from web.texts.language import check as check_language

pages = Blueprint("pages", __name__)

# Before the view reads its parameters.
pages.before_request(check_language)

_ID = re.compile(r"[0-9a-f]{16}")


@pages.get("/")
@revalidated
def search() -> Response:
    """The search page. Without parameters it shows the newest articles."""
    request, shown = search_request(), page_options()
    show(shown)
    first_visit = is_first_visit(request)
    options = None if first_visit else TimelineOptions(shown.by, MOST_BARS)
    results = archive().search(request, spread=options, copies=UNFOLDED_COPIES)
    overview = archive().overview() if first_visit or results.wordless else None
    wider = () if results.hits or first_visit or results.wordless else tries(results, archive().search)
    view = search_page(results, _compared(request, results.spread, shown), overview, wider)
    return validated(page("search.html", view=view), results.index)


@pages.get("/timeline")
@revalidated
def timeline() -> Response:
    """How the articles that a search finds spread over time, and by the names of a column."""
    request, shown = search_request(), page_options()
    show(shown)
    options = TimelineOptions(shown.by, MOST_BARS, column=shown.facet, names=MOST_NAMES if shown.facet else 0)
    found = archive().timeline(request, options)
    view = timeline_page(found, _compared(request, found.spread, shown))
    return validated(page("over_time.html", view=view), found.index)


def page_options() -> PageOptions:
    """The options in the address."""
    return PageOptions.from_params(parameters(), own_fields())


def _compared(request: SearchRequest, spread: Spread | None, shown: PageOptions) -> Timeline | None:
    """The timeline of the second query, with the periods of the first; None where there is no second query."""
    if not shown.compared or spread is None:
        return None
    second = replace(request, q=shown.compared, offset=0, without=())
    return archive().timeline(second, TimelineOptions(spread.unit, MOST_BARS, spread.span))


@pages.get("/about")
def about() -> Response:
    """The page about the archive: what it holds, how it grew, and how to search it."""
    # It says how old the index is, so a client must not keep it.
    return page("about.html", view=about_page(archive().overview()))


@pages.get("/author")
@revalidated
def author() -> Response:
    """The page of the author or agency that the parameter ``author`` names: how much, from when, where, and the newest.

    Answers 404 where no article has the name.
    """
    request = author_request(search_request())
    results = archive().search(request) if request else None
    if request is None or results is None or not results.total:
        raise NotFound
    oldest = archive().search(replace(request, sort="oldest", per_page=1, facets=()))
    return validated(page("author.html", view=author_page(results, oldest)), results.index)


@pages.get("/values/<column>")
@revalidated
def values(column: str) -> Response:
    """The values that the articles of a search have in a column; those of ``facet_query``, if it is given."""
    request, sought = replace(search_request(), offset=0), FACET_QUERY.read(parameters()).strip()
    named = column_named(column, request)
    if named is None:
        raise NotFound
    asked = replace(request, facets=(column,), facet_query=sought, snippets=0, per_page=1)
    results = archive().search(asked)
    return validated(page("values.html", view=values_page(results, request, named, sought)), results.index)


@pages.get("/saved")
@revalidated
def saved() -> Response:
    """The page of the searches that the browser keeps."""
    info = archive().info()
    return validated(page("saved.html", view=saved_page(own_fields(), info.built_at)), info)


@pages.get("/saved/news")
@revalidated
def news() -> Response:
    """How many articles of a search were added after the moment ``since``, as JSON for the page of saved searches."""
    info = archive().info()
    narrowed = added_since(search_request(), SINCE.read(parameters()))
    found = archive().search(replace(narrowed, facets=(), snippets=0, per_page=1)) if narrowed else None
    index, count = (found.index, found.listed) if found else (info, 0)
    body = json.dumps(told(narrowed, count, index.built_at))
    return validated(Response(body, content_type="application/json"), index)


@pages.get("/articles/<article_id>")
@revalidated
def article(article_id: str) -> Response:
    """The page of an article. The parameters are those of the search from which it was opened; its words are marked.

    ``compare`` is the id of the copy that the article is compared with, by default the newest copy.
    """
    request = search_request()
    show(page_options())
    article_id = checked_id(article_id)
    view = archive().article(article_id, request, compared_id() or "", SHOWN_SIMILAR)
    return validated(page("article.html", view=article_page(view, request)), view.index)


@pages.get("/articles/<article_id>/story")
@revalidated
def story(article_id: str) -> Response:
    """The story of an article: all that report the same event. The parameters are those of its page."""
    request = search_request()
    show(PageOptions.from_params(parameters()))
    article_id = checked_id(article_id)
    view = archive().story(article_id)
    if view.story is None:
        raise NotFound
    return validated(page("story.html", view=story_page(view, request)), view.index)


@pages.get("/articles/<article_id>.bib")
@revalidated
def bibtex(article_id: str) -> Response:
    """One article as a reference in BibTeX."""
    return _reference(article_id, "bib", citations.BIBTEX, citations.bibtex)


@pages.get("/articles/<article_id>.ris")
@revalidated
def ris(article_id: str) -> Response:
    """One article as a reference in RIS."""
    return _reference(article_id, "ris", citations.RIS, citations.ris)


def _reference(article_id: str, form: str, kind: str, make: Callable[[Article, str], str]) -> Response:
    article_id = checked_id(article_id)
    view = archive().article(article_id)
    permalink = absolute(article_path(article_id))
    response = Response(make(view.article, permalink), content_type=f"{kind}; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=f"fihrist-{article_id}.{form}")
    return validated(response, view.index)


def checked_id(stated: str) -> str:
    """Returns the id that an address states in letters of any case. Raises NotFoundError if it has no id's form."""
    article_id = stated.lower()
    if not _ID.fullmatch(article_id):
        raise NotFoundError("no article has an id of this form")
    return article_id
