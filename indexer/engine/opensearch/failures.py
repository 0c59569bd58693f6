# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds what went wrong in an answer of a cluster, and turns it into an error that says what to do."""

from __future__ import annotations

from typing import Any

from opensearchpy.exceptions import ConnectionError as NoConnectionError
from opensearchpy.exceptions import ConnectionTimeout, OpenSearchException, SSLError, TransportError

from indexer import deadline
from indexer.engine.opensearch.addresses import PASSWORD, ClusterAddress
from indexer.errors import DamagedIndexError, FihristError, TooSlowError, UnavailableIndexError, UsageError

Json = dict[str, Any]

_TOO_MUCH = frozenset({"too_many_clauses", "too_many_nested_clauses", "too_complex_to_determinize_exception"})
"""What the cluster calls a query with more parts than it allows."""


def failure(error: OpenSearchException, address: ClusterAddress) -> FihristError:
    """The error to raise for one of the library, after the last try."""
    where = f"the cluster at {address}"
    if isinstance(error, SSLError):
        return UnavailableIndexError(
            f"{where} has a certificate that is not trusted ({_shortened(error.info)}); name the certificate of its "
            "authority by FIHRIST_CLUSTER_CA, or write opensearch:// if it does not speak TLS"
        )
    if isinstance(error, ConnectionTimeout):
        return UnavailableIndexError(f"{where} does not answer in time; look at its health and load, then try again")
    if isinstance(error, NoConnectionError):
        return UnavailableIndexError(
            f"{where} cannot be reached ({_shortened(error.info)}); check that it runs and that the address is right"
        )
    if not isinstance(error, TransportError):
        return UnavailableIndexError(f"{where} gave an answer that cannot be read ({_shortened(error)})")
    return _refused(error, where)


def _refused(error: TransportError, where: str) -> FihristError:
    """The error for an answer with a status of failure."""
    kind, reason = cause_of(error)
    if error.status_code == 401:
        return UsageError(f"{where} refuses the user; check FIHRIST_CLUSTER_USER and {PASSWORD}")
    if "block" in kind or "read-only" in reason or "flood" in reason:
        return UnavailableIndexError(
            f"{where} takes no writes: {reason}; free disk space on its nodes or remove the block, then run again"
        )
    if error.status_code == 403:
        return UsageError(f"{where} does not allow its user to do this: {reason}; see docs/engines.md for the rights")
    if kind in _TOO_MUCH or "maxClauseCount" in reason:
        return TooSlowError("the query has more parts than the cluster allows; ask for fewer words")
    if error.status_code == 404:
        return DamagedIndexError(
            f"{where} lacks a part of the index: {reason}; restore it from a snapshot, or run "
            "`fihrist index --rebuild PATH...`"
        )
    if error.status_code == 429:
        return UnavailableIndexError(f"{where} has more to do than it can ({reason}); try again later")
    if error.status_code in (400, 405, 409):
        return DamagedIndexError(
            f"{where} does not understand a request of this program: {reason}; if the index was changed by another "
            "program, run `fihrist index --rebuild PATH...`"
        )
    return UnavailableIndexError(
        f"{where} cannot answer wholly at the moment: {reason}; look at its health (/_cluster/health), then try again"
    )


def cause_of(error: TransportError) -> tuple[str, str]:
    """The innermost type and reason that the cluster gives."""
    info: Any = error.info
    found = info.get("error", info) if isinstance(info, dict) else info
    if not isinstance(found, dict):
        return str(error.error), _shortened(found)
    while True:
        roots = found.get("failed_shards") or found.get("root_cause") or []
        inner = roots[0].get("reason", roots[0]) if roots and isinstance(roots[0], dict) else found.get("caused_by")
        if not isinstance(inner, dict) or inner is found or inner.get("type") == found.get("type"):
            break
        found = inner
    return str(found.get("type", "")), _shortened(found.get("reason", found))


def _shortened(text: object) -> str:
    return " ".join(str(text).split())[:200]


def require_whole(answer: Json, address: ClusterAddress) -> Json:
    """Returns the answer to a search. Raises an error if it is one, or only a part of an answer."""
    if "error" in answer:
        raise refusal(answer["error"], answer.get("status", 500))
    if answer["timed_out"]:
        raise deadline.too_slow()
    shards = answer["_shards"]
    if shards["failed"] or shards["successful"] < shards["total"]:
        raise refusal({"type": "partial", "reason": f"{shards['failed']} of {shards['total']} shards failed"}, 503)
    return answer


def refusal(error: Any, status: int) -> TransportError:
    """The error of a part of an answer in the form in which the library raises those of whole answers."""
    return TransportError(
        status, error.get("type", "error") if isinstance(error, dict) else str(error), {"error": error}
    )


def reason_of(error: Any) -> str:
    """What the cluster says of a refusal, in one line."""
    cause = error.get("caused_by") or error if isinstance(error, dict) else {}
    text = f"{cause.get('type', 'error')}: {cause.get('reason', error)}"
    return " ".join(text.split())[:300]
