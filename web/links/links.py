"""Links, and the addresses of pages as links name them: each keeps the language that its reader chose.

Links from a search page, and back to it from an article, keep what else that page shows (`show`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import cast
from urllib.parse import quote_plus, urlencode

from flask import g, url_for
from flask import request as asked

from indexer.article import Article
from indexer.search.query.request import SearchRequest
from web.pages.shown import PageOptions
from web.requests.parameters import parameters
from web.requests.query_string import query_string
from web.texts.language import PARAMETER, Language, current, default

HOME = "pages.search"
FEED = "discovery.feed"
ARTICLE = "pages.article"


@dataclass(frozen=True, slots=True)
class Link:
    """A link, or the place where the reader is (``current``). ``count`` is how many articles it leads to."""

    text: str
    href: str
    current: bool = False
    count: str = ""


def show(shown: PageOptions) -> None:
    """Let the addresses of this page keep ``shown``."""
    g.shown = shown


def address(request: SearchRequest, shown: PageOptions | None = None) -> str:
    """The address of the search page for ``request``, which shows ``shown``, by default what this page does."""
    if "home" not in g:
        g.home = url_for(HOME)  # a page has a hundred links to searches
    return f"{g.home}{_query(request.to_params() + (shown or current_shown()).to_params())}"


def current_shown() -> PageOptions:
    """What this page shows besides its search."""
    return cast(PageOptions, g.get("shown", PageOptions()))


def article_address(article: Article, request: SearchRequest, compare: str = "", anchor: str = "") -> str:
    """The address of the article's page, from which the way back to ``request`` is known.

    ``compare`` is the id of the copy that it is compared with, ``anchor`` the part of the page to show.
    """
    stated = request.to_params()
    stated += current_shown().to_params() if stated else []
    stated += [("compare", compare)] if compare else []
    path = url_for(ARTICLE, article_id=article.id) + _query(stated)
    return f"{path}#{anchor}" if anchor else path


def feed_address(request: SearchRequest) -> str:
    """The address of the feed of a search, from ``offset`` on; it states no order, since a feed has but one."""
    return url_for(FEED) + _query(replace(request, sort="relevance", explain=False).to_params())


def article_page(article_id: str) -> str:
    """The address of the article's page, opened from no search."""
    return url_for(ARTICLE, article_id=article_id) + _query([])


def article_path(article_id: str) -> str:
    """The address of the article's page in whatever language is the default: the one to cite, and to keep."""
    return url_for(ARTICLE, article_id=article_id)


def reference_address(article_id: str, form: str) -> str:
    """The address of the article as a reference; ``form`` is bibtex or ris."""
    return url_for(f"pages.{form}", article_id=article_id) + _query([])


def search_path(request: SearchRequest) -> str:
    """The address of the search page for ``request``, likewise."""
    return url_for(HOME) + query_string(replace(request, explain=False))


def place(endpoint: str) -> str:
    """The address of the page that ``endpoint`` names, without parameters."""
    return url_for(endpoint) + _query([])


def in_language(language: Language) -> str:
    """The page that is being answered, in ``language``; where there is no such page, the search page."""
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
