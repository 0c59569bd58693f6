# SPDX-License-Identifier: GPL-3.0-or-later
"""The codes of the API's errors: stable names, by which programs tell errors apart."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """What a code stands for: the HTTP status, what happened in a few words, and what to do about it.

    ``of_writes`` says that only those who write to the archive meet it.
    """

    status: int
    title: str
    remedy: str
    of_writes: bool = False


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
    "invalid_body": Code(400, "The body cannot be read", "Send one JSON object in UTF-8, as `detail` says."),
    "missing_key": Code(401, "This server needs an API key", "Send a key in the header X-API-Key."),
    "invalid_key": Code(
        401, "The API key is not known", "Check it for typing errors, or ask the operator for a new one."
    ),
    "no_right": Code(
        403, "The API key gives no right to write", "Ask the operator for a key with that right.", of_writes=True
    ),
    "not_found": Code(404, "Nothing is at this address", "See /api/ for a list of all addresses."),
    "article_not_found": Code(
        404, "The archive has no such article", "It may have been removed; search for its title."
    ),
    "write_not_found": Code(
        404, "No write of this key has this receipt", "Old ones are forgotten; ask for the article.", of_writes=True
    ),
    "page_not_found": Code(404, "The search has no such page", "Ask for an earlier page."),
    "method_not_allowed": Code(405, "The address has no such method", "Use one of those that the header Allow names."),
    "body_too_large": Code(
        413,
        "The request has a body that is not read",
        "Leave it out, or shorten it to 1 MiB where the address takes one.",
    ),
    "uri_too_long": Code(
        414, "The address is too long", "Shorten q, give fewer filters, or send the parameters by POST."
    ),
    "unsupported_media_type": Code(
        415,
        "The body has a type that is not read",
        "Send application/json, or application/x-ndjson where articles are written.",
    ),
    "contradictory_parameters": Code(
        422, "Parameters contradict each other", "Leave out the one that `detail` names, or exchange them."
    ),
    "page_too_deep": Code(
        422,
        "Results beyond the 10,000th have no page number",
        "Follow `next`, or the address in `cursor`; or fetch all results from the address in `export`.",
    ),
    "invalid_article": Code(
        422, "An article cannot be kept", "Correct it as `detail` says; nothing was kept.", of_writes=True
    ),
    "rate_limited": Code(429, "Too many requests in a minute", "Wait as many seconds as Retry-After says."),
    "headers_too_large": Code(
        431, "The request has too many or too long headers", "Send fewer headers, each of at most 8,190 bytes."
    ),
    "internal_error": Code(
        500, "The server failed to answer", "Try again. If it fails again, tell the operator the X-Request-ID."
    ),
    "query_too_slow": Code(503, "The search took too long", "Search for fewer words or in a shorter period."),
    "too_many_exports": Code(
        503,
        "Too many other exports are under way",
        "Wait as many seconds as Retry-After says; run one export at a time.",
    ),
    "spool_unavailable": Code(
        503, "Nothing can be written at the moment", "Try again later; nothing was kept.", of_writes=True
    ),
    "no_index": Code(503, "No index has been published yet", "Try again later."),
    "index_unavailable": Code(
        503, "The index cannot be read", "Try again later; the server's log tells the operator why."
    ),
}
