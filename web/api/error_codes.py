"""Every code that an error of the API may have: stable names, for programs to tell errors apart by."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """The HTTP status that goes with a code, what happened in a few words, and what to do about it."""

    status: int
    title: str
    remedy: str


CODES = {
    "invalid_parameter": Code(400, "A parameter has a value that cannot be used", "Correct it as `detail` says."),
    "unknown_parameter": Code(
        400, "The address does not know this parameter", "Use the one that `detail` names, or leave it out."
    ),
    "query_too_long": Code(400, "The text is too long", "Shorten it to 1,000 characters."),
    "bad_request": Code(
        400,
        "The request is not valid HTTP",
        "Percent-encode spaces and signs in the address, as in: curl --get --data-urlencode 'q=...'",
    ),
    "missing_key": Code(401, "This server wants an API key", "Send one in the header X-API-Key."),
    "invalid_key": Code(401, "The API key is not known", "Look for a slip in it, or ask the operator for a new one."),
    "not_found": Code(404, "There is nothing at this address", "See /api/ for the addresses that there are."),
    "article_not_found": Code(404, "There is no such article", "It may have left the archive; search for its title."),
    "page_not_found": Code(404, "The search has no such page", "Ask for an earlier one."),
    "method_not_allowed": Code(405, "The archive is read-only", "Use GET, HEAD or OPTIONS."),
    "body_too_large": Code(413, "The request has a body", "Leave it out; none is needed."),
    "uri_too_long": Code(414, "The address is too long", "Shorten q, or give fewer filters."),
    "contradictory_parameters": Code(
        422, "Parameters contradict each other", "Leave out the one that `detail` names, or exchange them."
    ),
    "page_too_deep": Code(
        422, "Results are not listed so far down", "Narrow the search, or export it: `export` is the address."
    ),
    "rate_limited": Code(429, "Too many requests in a minute", "Wait as many seconds as Retry-After says."),
    "headers_too_large": Code(
        431, "The request has too many or too long headers", "Send fewer, of 8,190 bytes at most."
    ),
    "internal_error": Code(500, "Something failed in the server", "Ask again; tell the operator the X-Request-ID."),
    "query_too_slow": Code(503, "The search took too long", "Ask for fewer words or a shorter period."),
    "too_many_exports": Code(
        503, "Other exports are under way", "Wait as many seconds as Retry-After says; take one export at a time."
    ),
    "no_index": Code(503, "Nothing has been published yet", "Ask again later."),
    "index_unavailable": Code(503, "The index cannot be read", "Ask again later; the operator knows."),
}
