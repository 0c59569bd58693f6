# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers errors: as ``application/problem+json`` (RFC 9457) to programs, as a page to readers."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import cast
from urllib.parse import urlencode

from flask import Flask, Response, current_app, redirect, request, url_for
from flask.globals import request_ctx
from msgspec import UNSET
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from indexer.errors import (
    DamagedIndexError,
    FihristError,
    IncompatibleIndexError,
    NoIndexError,
    NotFoundError,
    RequestError,
    TooSlowError,
    UnavailableIndexError,
    UsageError,
)
from indexer.search.answers.json.writing import to_json
from indexer.search.answers.results import SearchResults
from indexer.search.query.parameters import MAX_DEPTH, NARROWING, OFFSET, PAGE, for_archive
from indexer.search.query.request import SearchRequest
from web.api.addresses import ROOT, ApiAddresses
from web.api.error_codes import CODES
from web.api.problem_json import ProblemJson
from web.links.links import HOME, Link, address, place
from web.pages.results_page import empty_form
from web.requests.exchange import API, archive, own_fields, page, search_request, wants_api, wants_data
from web.requests.parameters import parameters
from web.texts import texts
from web.texts.language import gettext, number

RETRY_SECONDS = 120
SHOWN_CHARS = 100
"""How many characters of a wrong value a page shows."""
_LEAST_SIMILARITY = 0.8

_logger = logging.getLogger("web")

_CODES = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    414: "uri_too_long",
    415: "unsupported_media_type",
    431: "headers_too_large",
    500: "internal_error",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong: ``code`` is a key of `CODES`, ``param`` the parameter at fault, ``detail`` an English sentence.

    If the caller needs them, ``export`` is the address of an export with all results, and ``cursor`` that of the
    results behind the last one that has a page number.
    """

    code: str
    detail: str
    param: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    export: str = ""
    cursor: str = ""

    @property
    def status(self) -> int:
        """The HTTP status that goes with the code."""
        return CODES[self.code].status


def register(app: Flask) -> None:
    """Let this module answer every error of ``app``."""
    app.register_error_handler(FihristError, _answer_archive_error)
    app.register_error_handler(HTTPException, _answer_flask_error)


def answer(problem: Problem) -> Response:
    """Returns the response for ``problem``: a page, or JSON if a program asked."""
    # A page holds addresses, which cannot be made if the header Host names no host.
    response = _json(problem) if wants_data() or not request_ctx.url_adapter else _page(problem)
    response.headers.extend(problem.headers)
    response.cache_control.no_store = True
    return response


def refusal(app: Flask, path: str, status: int) -> bytes:
    """Returns a whole HTTP/1.1 response to a request to ``path`` that the server refuses before ``app`` sees it."""
    with app.test_request_context(path):
        response = app.process_response(answer(_problem_of_status(status)))
        response.headers["Content-Length"] = str(len(response.get_data()))
        response.headers["Connection"] = "close"
        head = f"HTTP/1.1 {response.status}\r\n{response.headers}"
        return head.encode("latin-1") + response.get_data()


def _answer_archive_error(error: FihristError) -> Response:
    """Answers an error that the archive raised."""
    return answer(problem_of(error))


def problem_of(error: FihristError) -> Problem:
    """Returns what an error of the archive means to a caller. What only operators can repair is logged, not shown."""
    if isinstance(error, RequestError):
        error = _about_offset(error)
        problem = Problem(error.code, error.detail, error.param)
        if error.code == "page_too_deep" and wants_api():
            problem = replace(problem, export=_export(), cursor=_beyond())
        return problem
    if isinstance(error, NotFoundError):
        return Problem("article_not_found", "No article of the archive has this id.")
    retry = (("Retry-After", str(RETRY_SECONDS)),)
    if isinstance(error, TooSlowError):
        return Problem("query_too_slow", f"{error}.".capitalize(), headers=retry)
    if isinstance(error, NoIndexError):
        return Problem("no_index", "No index has been published yet; try again later.", headers=retry)
    _logger.error("%s: %s", type(error).__name__, error)
    # A UsageError is about a setting of the server, such as a password that is not right any more.
    if isinstance(error, IncompatibleIndexError | DamagedIndexError | UnavailableIndexError | UsageError):
        return Problem("index_unavailable", "The index cannot be read at the moment.", headers=retry)
    return _problem_of_status(500)


def _about_offset(error: RequestError) -> RequestError:
    """Returns ``error``; if it names a page but the caller gave ``offset``, one that names the offset."""
    offset = "".join(parameters().get("offset", ()))
    if error.code != "page_not_found" or not offset:
        return error
    found = error.detail.partition(": ")[2].partition(";")[0]
    return RequestError(error.code, "offset", f"no result lies at offset {offset}: {found}; lower it.")


def _export() -> str:
    """Returns the address of an export with all that the search finds."""
    narrowing = {parameter.name for parameter in for_archive(NARROWING, own_fields())}
    pairs = [(name, value) for name, values in parameters().items() for value in values if name in narrowing and value]
    return f"{url_for('api.export_ndjson')}?{urlencode(pairs, errors='replace')}".rstrip("?")


def _beyond() -> str:
    """Returns the address of the results behind the last one that has a page number; "" if there are none."""
    try:
        first = SearchRequest.from_params(_without_window(), own_fields())
        shallow = first.at_page(MAX_DEPTH // (first.per_page or 1))
        cursor = archive().search(replace(shallow, facets=(), fields=())).following
    except FihristError:
        return ""
    return ApiAddresses(request.script_root).search(first.behind(cursor)) if cursor else ""


def _without_window() -> dict[str, list[str]]:
    """Returns the parameters of the address without those that say where a page begins."""
    window = {parameter.name for parameter in (PAGE, OFFSET)}
    return {name: values for name, values in parameters().items() if name not in window}


def _answer_flask_error(error: HTTPException) -> Response:
    """Answers an error that Flask raised: 404, 405, 500 (which Flask has already logged) and rarer ones."""
    status = error.code or 500
    if status == 404 and (elsewhere := _without_slash()):
        return elsewhere
    problem = _problem_of_status(status)
    if status == 404 and wants_api():
        problem = replace(problem, detail=f"{CODES[problem.code].title}.{_addresses()}")
    allowed = error.valid_methods if isinstance(error, MethodNotAllowed) else None
    headers = (("Allow", ", ".join(sorted(allowed))),) if allowed else ()
    if allowed:
        problem = replace(problem, detail=f"{CODES[problem.code].title}. Use {', '.join(sorted(allowed))}.")
    return answer(replace(problem, headers=headers))


def _problem_of_status(status: int) -> Problem:
    """Returns the problem for a status of which nothing more is known."""
    code = _CODES.get(status, "bad_request")
    return Problem(code, f"{CODES[code].title}. {CODES[code].remedy}")


def _addresses() -> str:
    """Returns which address of the API was probably meant, and where all are described."""
    prefix = request.script_root
    known = [rule.rule for rule in current_app.url_map.iter_rules() if rule.rule.startswith(ROOT)]
    near = get_close_matches(request.path[:200], known, n=1, cutoff=_LEAST_SIMILARITY)
    meant = f" Did you mean {prefix}{near[0]}?" if near else ""
    return f"{meant} {prefix}{API} describes all addresses, {prefix}{ROOT}/openapi.json does so for programs."


def _without_slash() -> Response | None:
    """Returns a redirect to the same address without slashes at its end; None if nothing is there."""
    path = request.path.rstrip("/")
    if path == request.path or not request_ctx.url_adapter:
        return None
    try:
        endpoint, values = request_ctx.url_adapter.match(path)
    except HTTPException:
        return None
    # The address is built again, because the given one may name another host, as //host/ does.
    stated = request.query_string.decode("latin-1")
    return cast(Response, redirect(url_for(endpoint, **values) + (f"?{stated}" if stated else ""), 308))


def in_json(problem: Problem) -> ProblemJson:
    """Returns the JSON of a problem."""
    return ProblemJson(
        type=f"{request.script_root}{API}#{problem.code}",
        title=CODES[problem.code].title,
        status=problem.status,
        detail=problem.detail,
        code=problem.code,
        param=problem.param,
        export=problem.export or UNSET,
        cursor=problem.cursor or UNSET,
    )


def _json(problem: Problem) -> Response:
    return Response(to_json(in_json(problem)), problem.status, content_type="application/problem+json")


def _page(problem: Problem) -> Response:
    beyond = problem.code in ("page_not_found", "page_too_deep")
    found = _first_page() if beyond else None
    heading, advice = texts.PROBLEMS[problem.code]
    if found and found.listed <= MAX_DEPTH:
        heading, advice = texts.PROBLEM_OFFSET if problem.param == "offset" else texts.PROBLEMS["page_not_found"]
    if problem.param in ("from", "to"):
        advice = texts.PROBLEM_DATE
    return page(
        "problem.html",
        # To a reader, a page that lies too deep is a page that does not exist.
        404 if beyond else problem.status,
        title=texts.page_title(gettext(heading)),
        heading=gettext(heading),
        advice=texts.advice(advice),
        wrong=_wrong(problem),
        form=empty_form(parameters().get("q", [""])[0]),
        ways=[*(_ends(found) if found else ()), Link(gettext("Search page"), place(HOME))],
    )


def _wrong(problem: Problem) -> list[str]:
    """Returns the wrong parameters as the address states them."""
    if problem.code not in ("invalid_parameter", "contradictory_parameters") or not problem.param:
        return []
    contradict = problem.code == "contradictory_parameters" and problem.param in ("from", "to")
    names = ("from", "to") if contradict else (problem.param,)
    pairs = [(name, value) for name in names for value in parameters().get(name, ())]
    return [f"{name}={value[:SHOWN_CHARS]}{'…' if len(value) > SHOWN_CHARS else ''}" for name, value in pairs[:2]]


def _first_page() -> SearchResults | None:
    """Returns the first page of a search whose page does not exist; None if it finds nothing or has another error."""
    try:
        first = search_request(_without_window())
        found = archive().search(replace(first, facets=(), fields=()))
    except FihristError:
        return None
    return replace(found, request=first) if found.listed else None


def _ends(found: SearchResults) -> list[Link]:
    """Returns links to the first page and to the last one that is listed."""
    last = min(found.pages, MAX_DEPTH // found.request.per_page)
    ends = [Link(gettext("First page of the results"), address(found.request))]
    if last > 1:
        text = gettext("Last page of the results (%(number)s)", number=number(last))
        ends.append(Link(text, address(found.request.at_page(last))))
    return ends
