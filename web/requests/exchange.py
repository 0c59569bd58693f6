# SPDX-License-Identifier: GPL-3.0-or-later
"""What pages, feeds and the API share: reading a request, and giving its response a tag to ask again by."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import wraps
from hashlib import blake2b

from flask import Response, current_app, render_template, request

from indexer import __version__
from indexer.errors import FihristError
from indexer.search.answers.results import IndexInfo
from indexer.search.query.parameter_types import Params
from indexer.search.query.parameters import DEFAULT_PER_PAGE, SEARCH_CURSOR, SHOWN, default_facets
from indexer.search.query.request import SearchRequest
from web.requests.parameters import parameters
from web.requests.searchable_archive import SearchableArchive
from web.texts.language import settings_mark

EXTENSION = "fihrist"
API = "/api/"
WRITES = "writes"
"""The blueprint of what takes a key with the right to write."""
_FEEDS = re.compile(r"/feed\.(?:atom|rss|json)")
_PROGRAMS = re.compile(rf"{_FEEDS.pattern}|/(?:opensearch\.xml|suggest|saved/news|sitemap(?:-\d+)?\.xml)")

# Characters that HTML forbids even when escaped: controls, noncharacters, and surrogates, which UTF-8 cannot hold.
_LAST_OF_PLANES = "".join(chr(plane + last) for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF))
_FORBIDDEN = re.compile(f"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef{_LAST_OF_PLANES}]")


def archive() -> SearchableArchive:
    """Returns the archive that this application serves."""
    served: SearchableArchive = current_app.extensions[EXTENSION]
    return served


def offers_writes() -> bool:
    """Returns whether this server lets programs write."""
    return WRITES in current_app.blueprints


def wants_api() -> bool:
    """Returns whether the request is for the API."""
    return request.path.startswith(API)


def wants_data() -> bool:
    """Returns whether a program asks: for the API, or for what browsers, feed readers and crawlers fetch."""
    return wants_api() or bool(_PROGRAMS.fullmatch(request.path))


def may_be_shared() -> bool:
    """Returns whether scripts of other sites may read the answer, if the setting ``cors`` names them."""
    return wants_api() or bool(_FEEDS.fullmatch(request.path))


def search_request(stated: Params | None = None) -> SearchRequest:
    """Returns the search that ``stated``, by default the parameters of the address, mean to a page.

    A page always lists results: where none are asked for it has as many as usual. Raises RequestError.
    """
    beside_pages = {parameter.name for parameter in (*SHOWN, SEARCH_CURSOR)}
    stated = parameters() if stated is None else stated
    known = {name: values for name, values in stated.items() if name not in beside_pages}
    asked = SearchRequest.from_params(known, own_fields(), has_name)
    if asked.per_page:
        return asked
    return replace(asked, per_page=DEFAULT_PER_PAGE, facets=default_facets(asked.own_fields))


def own_fields() -> tuple[str, ...]:
    """Returns the own fields of the archive; none if there is no index to ask."""
    try:
        return archive().own_fields()
    except FihristError:
        return ()


def has_name(column: str, name: str) -> bool:
    """Returns whether an article has the name in the column; False if there is no index to ask."""
    try:
        return archive().has_name(column, name)
    except FihristError:
        return False


def compared_id() -> str | None:
    """Returns the id of the article to compare with, which the address states, or None."""
    return next((value.lower() for value in parameters().get("compare", ()) if value), None)


def page(template: str, status: int = 200, **context: object) -> Response:
    """Returns ``template`` as an HTML response, which is valid whatever characters the articles hold."""
    html = _FORBIDDEN.sub("\ufffd", render_template(template, **context))
    return Response(html, status, content_type="text/html; charset=utf-8")


def revalidated(view: Callable[..., Response]) -> Callable[..., Response]:
    """Makes a view answer 304, before it does anything, if the client holds the answer of the current generation.

    Only an answer with status 200 has a tag of this kind, so a request that names the tag needs no further check.
    """

    @wraps(view)
    def answer(*args: object, **path: object) -> Response:
        if request.if_none_match:
            tag = _tag(archive().info())
            if request.if_none_match.contains_weak(tag) and not request.if_none_match.star_tag:
                return _with_tag(Response(status=304), tag)
        return view(*args, **path)

    return answer


def validated(response: Response, index: IndexInfo) -> Response:
    """Returns ``response`` with a tag, so that a client can ask again cheaply.

    ``no-cache`` lets a client keep it, but makes it ask each time: nobody knows when the next generation is published,
    and to answer that question costs no search. The tag is weak because ``took_ms`` differs in otherwise equal answers.
    ``If-None-Match: *`` asks whether there is an answer at all (RFC 9110), which is known only now.
    """
    tag = _tag(index)
    if request.if_none_match.star_tag:
        response.close()
        return _with_tag(Response(status=304), tag)
    return _with_tag(response, tag)


def fixed(response: Response) -> Response:
    """Returns ``response``, which does not depend on the generation, with a tag made from its content."""
    tag = blake2b(response.get_data(), digest_size=12).hexdigest()
    if request.if_none_match.contains_weak(tag):
        return _with_tag(Response(status=304), tag)
    return _with_tag(response, tag)


def _with_tag(response: Response, tag: str) -> Response:
    response.set_etag(tag, weak=True)
    response.cache_control.no_cache = True
    return response


def _tag(index: IndexInfo) -> str:
    """Returns one tag for each address, generation, release of the program and language.

    The time of building is part of it, because generations are numbered from 1 again after an index folder was deleted.
    """
    generation = f"{index.generation} {index.built_at}"
    parts = (
        __version__.encode(),
        settings_mark().encode(),
        generation.encode(),
        request.base_url.encode("utf-8", "replace"),
        request.query_string,
        str(date.today()).encode(),  # what «yesterday» means, and how recent an article is, depend on the day
    )
    return blake2b(b"\0".join(parts), digest_size=12).hexdigest()
