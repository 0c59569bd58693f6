"""What the pages and the API do alike with a request and its response."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import wraps
from hashlib import blake2b
from typing import cast

from flask import Response, current_app, render_template, request

from indexer import __version__
from indexer.errors import FihristError
from indexer.search.answers.results import IndexInfo
from indexer.search.archive import Archive
from indexer.search.query.parameter_types import Params
from indexer.search.query.parameters import SHOWN
from indexer.search.query.request import SearchRequest
from web.requests.parameters import parameters
from web.texts.language import settings_mark

EXTENSION = "fihrist"
API = "/api/"
_PROGRAMS = re.compile(r"/(?:feed\.atom|opensearch\.xml|suggest|sitemap(?:-\d+)?\.xml)")

# What HTML forbids even when escaped: controls, noncharacters, and surrogates, which UTF-8 cannot hold either.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def archive() -> Archive:
    """The archive that this application serves."""
    return cast(Archive, current_app.extensions[EXTENSION])


def wants_api() -> bool:
    """Whether the request is for the API."""
    return request.path.startswith(API)


def wants_data() -> bool:
    """Whether the request is for the API, or for what browsers, feed readers and crawlers read by themselves."""
    return wants_api() or bool(_PROGRAMS.fullmatch(request.path))


def search_request(stated: Params | None = None) -> SearchRequest:
    """The search that parameters, by default the URL's, state to a page. Raises RequestError."""
    beside_pages = {parameter.name for parameter in SHOWN}
    stated = parameters() if stated is None else stated
    known = {name: values for name, values in stated.items() if name not in beside_pages}
    return SearchRequest.from_params(known, own_fields())


def own_fields() -> tuple[str, ...]:
    """The own fields of the archive; none where there is no index that could be asked."""
    try:
        return archive().own_fields()
    except FihristError:
        return ()


def compared_id() -> str | None:
    """The id of the article to compare with that the URL states, or None."""
    return next((value for value in parameters().get("compare", ()) if value), None)


def page(template: str, status: int = 200, **context: object) -> Response:
    """``template`` as an HTML response that is valid whatever the articles hold."""
    html = _FORBIDDEN.sub("\ufffd", render_template(template, **context))
    return Response(html, status, content_type="text/html; charset=utf-8")


def unchanged(index: IndexInfo) -> Response | None:
    """A 304 without a body where the client already holds this generation's answer, before any search is run."""
    tag = _tag(index)
    if request.if_none_match.contains_weak(tag) and not request.if_none_match.star_tag:
        return _validator(Response(status=304), tag)
    return None


def revalidated(view: Callable[..., Response]) -> Callable[..., Response]:
    """Makes a view answer 304, before it does anything, if the client holds the answer of the current generation.

    Only an answer with status 200 has a tag of this kind, so the request that names the tag needs no further check.
    """

    @wraps(view)
    def answer(*args: object, **path: object) -> Response:
        known = unchanged(archive().info()) if request.if_none_match else None
        return known or view(*args, **path)

    return answer


def validated(response: Response, index: IndexInfo) -> Response:
    """``response`` with what a client needs to ask again cheaply.

    ``no-cache`` lets it be kept but asked about each time: nobody knows when the next generation is published, and the
    answer to that question costs no search. The tag is weak since the time taken differs in otherwise equal answers.
    """
    return _validator(response, _tag(index))


def fixed(response: Response) -> Response:
    """``response``, which is the same for every generation, with a tag made of its content."""
    tag = blake2b(response.get_data(), digest_size=12).hexdigest()
    if request.if_none_match.contains_weak(tag) and not request.if_none_match.star_tag:
        return _validator(Response(status=304), tag)
    return _validator(response, tag)


def _validator(response: Response, tag: str) -> Response:
    response.set_etag(tag, weak=True)
    response.cache_control.no_cache = True
    return response


def _tag(index: IndexInfo) -> str:
    """One tag for one address answered by one generation through one release of the program, in one language.

    Generations are numbered anew where an index folder was deleted, so that the time of building belongs to it.
    """
    generation = f"{index.generation} {index.built_at}"
    parts = (
        __version__.encode(),
        settings_mark().encode(),
        generation.encode(),
        request.base_url.encode("utf-8", "replace"),
        request.query_string,
        str(date.today()).encode(),  # what «yesterday» says, and how recent an article is, hangs on the day
    )
    return blake2b(b"\0".join(parts), digest_size=12).hexdigest()
