# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes links and the addresses of pages. Each address keeps the language that the reader chose.

Links between a search page and its articles also keep the options of the page (`show`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, cast
from urllib.parse import quote_plus, urlencode

from flask import g, url_for
from flask import request as asked

from indexer.article import Article
from indexer.columns import ChosenNames
from indexer.search.query.parameters import DEFAULT_PER_PAGE
from indexer.search.query.request import SearchRequest
from web.pages.shown import PageOptions
from web.requests.parameters import parameters
from web.requests.query_string import query_string
from web.texts.language import PARAMETER, Language, current, default

HOME = "pages.search"
TIMELINE = "pages.timeline"
FEED = "discovery.feed"
FeedForm = Literal["atom", "rss", "json"]
FEED_TYPES: dict[FeedForm, str] = {
    "atom": "application/atom+xml",
    "rss": "application/rss+xml",
    "json": "application/feed+json",
}
"""The formats of feeds, each with its media type."""
FEED_NAMES: dict[FeedForm, str] = {"atom": "Atom", "rss": "RSS", "json": "JSON Feed"}
ARTICLE = "pages.article"
STORY = "pages.story"


@dataclass(frozen=True, slots=True)
class Link:
    """A link; ``current``: it leads to where the reader is. ``count`` is the number of articles that it leads to.

    ``excluded``: it is a value that the search leaves out.
    """

    text: str
    href: str
    current: bool = False
    count: str = ""
    excluded: bool = False


def show(shown: PageOptions) -> None:
    """Keep the options ``shown`` in all addresses of this page."""
    g.shown = shown


def address(request: SearchRequest, shown: PageOptions | None = None) -> str:
    """The address of the page for ``request`` with the options ``shown``, by default those of this page.

    It is the search page, but on the page of a timeline that page itself: a reader who changes the search stays there.
    """
    return f"{here()}{_query(request.to_params() + (shown or current_shown()).to_params())}"


def here() -> str:
    """The address of the page that changes of the search lead to, without parameters: see `address`."""
    if "here" not in g:  # a page has a hundred links to searches
        g.here = url_for(TIMELINE if asked.endpoint == TIMELINE else HOME)
    return cast(str, g.here)


def results_address(request: SearchRequest) -> str:
    """The address of the search page for ``request``, wherever the reader is."""
    return url_for(HOME) + _query(request.to_params() + replace(current_shown(), facet="").to_params())


def timeline_address(request: SearchRequest) -> str:
    """The address of the page of the timeline of ``request``."""
    return url_for(TIMELINE) + _query(replace(request, offset=0).to_params() + current_shown().to_params())


def current_shown() -> PageOptions:
    """The options of this page."""
    return cast(PageOptions, g.get("shown", PageOptions()))


def article_address(article: Article, request: SearchRequest, compare: str = "", anchor: str = "") -> str:
    """The address of the article's page, which has a link back to the search ``request``.

    ``compare`` is the id of the copy to compare the article with, ``anchor`` the id of a part of the page.
    """
    stated = request.to_params()
    stated += current_shown().to_params() if stated else []
    stated += [("compare", compare)] if compare else []
    path = url_for(ARTICLE, article_id=article.id) + _query(stated)
    return f"{path}#{anchor}" if anchor else path


def story_address(article: Article, request: SearchRequest) -> str:
    """Returns the address of the page about the story of this article.

    The page has a link back to the article and to the search ``request``.
    """
    stated = request.to_params()
    stated += current_shown().to_params() if stated else []
    return url_for(STORY, article_id=article.id) + _query(stated)


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A feed of a search: the name of its format, its media type, and its address."""

    name: str
    media_type: str
    href: str


def feed_address(request: SearchRequest, form: FeedForm) -> str:
    """The address of the feed of a search. It states no order, since a feed has only one."""
    return url_for(FEED, form=form) + _query(replace(request, sort="relevance", explain=False).to_params())


def feed_links(request: SearchRequest) -> tuple[FeedLink, ...]:
    """The feeds of a search, which have as many entries as feeds have by default."""
    whole = replace(request, offset=0, per_page=DEFAULT_PER_PAGE)
    return tuple(FeedLink(FEED_NAMES[form], kind, feed_address(whole, form)) for form, kind in FEED_TYPES.items())


def author_address(name: str) -> str:
    """The address of the page of an author or an agency."""
    return url_for("pages.author") + _query(SearchRequest(chosen=ChosenNames.of(author=(name,))).to_params())


def article_page(article_id: str) -> str:
    """The address of the article's page without a search to go back to."""
    return url_for(ARTICLE, article_id=article_id) + _query([])


def article_path(article_id: str) -> str:
    """The address of the article's page in the default language: the one to cite and to keep."""
    return url_for(ARTICLE, article_id=article_id)


def reference_address(article_id: str, form: str) -> str:
    """The address of the article as a reference; ``form`` is "bibtex" or "ris"."""
    return url_for(f"pages.{form}", article_id=article_id) + _query([])


def search_path(request: SearchRequest) -> str:
    """The address of the search page for ``request`` in the default language."""
    return url_for(HOME) + query_string(replace(request, explain=False))


def place(endpoint: str) -> str:
    """The address of the page that ``endpoint`` names, without parameters."""
    return url_for(endpoint) + _query([])


def in_language(language: Language) -> str:
    """The address of the current page in ``language``; that of the search page where there is no such page."""
    known = bool(asked.endpoint and asked.endpoint.startswith("pages."))
    path = url_for(asked.endpoint, **asked.view_args or {}) if known and asked.endpoint else url_for(HOME)
    stated = [(name, value) for name, values in parameters().items() for value in values if name != PARAMETER]
    return path + _query(stated if known else [], language)


def _query(pairs: list[tuple[str, str]], language: Language | None = None) -> str:
    language = language or current()
    if language != default():
        pairs = [*pairs, (PARAMETER, language.code)]
    return f"?{urlencode(pairs, errors='replace', quote_via=_quoted)}" if pairs else ""


_quoted = lru_cache(maxsize=1_000)(quote_plus)
"""A page has a hundred links, nearly all with the same query."""
