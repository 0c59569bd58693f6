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

NOT_OURS = (LookupError, TypeError, ValueError, AttributeError, RecursionError)
"""What looking into an answer may raise that OpenSearch did not make."""


def failure(error: OpenSearchException, address: ClusterAddress) -> FihristError:
    """The error to raise for one of the library, after the last try."""
    where = f"the cluster at {address}"
    if isinstance(error, SSLError):
        told = _shortened(error.info)
        if "WRONG_VERSION" in told or "HTTP_REQUEST" in told:
            return UnavailableIndexError(f"{where} does not speak TLS; write opensearch:// instead of opensearchs://")
        return UnavailableIndexError(
            f"{where} has a certificate that is not trusted ({told}); name the certificate of its authority by "
            "FIHRIST_CLUSTER_CA, and the host as the certificate does"
        )
    if isinstance(error, ConnectionTimeout):
        return UnavailableIndexError(f"{where} does not answer in time; look at its health and load, then try again")
    if isinstance(error, NoConnectionError):
        tls = "" if address.tls else ", with opensearchs:// if it speaks TLS"
        return UnavailableIndexError(
            f"{where} cannot be reached ({_shortened(error.info)}); check that it runs and that the address is "
            f"right{tls}"
        )
    if not isinstance(error, TransportError):
        return unreadable(error, address)
    return _refused(error, where)


def unreadable(reason: object, address: ClusterAddress) -> UnavailableIndexError:
    """The error for an answer that OpenSearch does not give."""
    return UnavailableIndexError(
        f"the cluster at {address} gave an answer that cannot be read ({_shortened(reason)}); check the address, and "
        "what stands between this program and the cluster"
    )


def is_absence(error: TransportError) -> bool:
    """Whether the cluster says that something does not exist. A proxy that does not know the address is no cluster."""
    told = error.info
    return error.status_code == 404 and isinstance(told, dict) and bool(told.keys() & {"error", "found", "result"})


def is_block(error: TransportError) -> bool:
    """Whether the cluster takes no writes, or not into this index, until somebody removes a block or frees its disk."""
    kind, reason = cause_of(error)
    return error.status_code in (403, 429) and ("block" in kind or "read-only" in reason or "flood" in reason)


def _refused(error: TransportError, where: str) -> FihristError:
    """The error for an answer with a status of failure."""
    kind, reason = cause_of(error)
    status = error.status_code
    if status == 401:
        return UsageError(f"{where} refuses the user; check FIHRIST_CLUSTER_USER and {PASSWORD}")
    if is_block(error):
        return UnavailableIndexError(
            f"{where} takes no writes: {reason}; free disk space on its nodes or remove the block, then run again"
        )
    if status == 403:
        return UsageError(f"{where} does not allow its user to do this: {reason}; see docs/engines.md for the rights")
    if kind in _TOO_MUCH or "maxClauseCount" in reason:
        return TooSlowError("the query has more parts than the cluster allows; ask for fewer words")
    if status == 404 and is_absence(error):
        return DamagedIndexError(
            f"{where} lacks a part of the index: {reason}; restore it from a snapshot, or run "
            "`fihrist index --rebuild PATH...`"
        )
    if status == 413:
        return UnavailableIndexError(
            f"{where} refuses a request as too large; let http.max_content_length be 100mb, and let what stands "
            "between this program and the cluster pass as much"
        )
    if status == 429:
        return UnavailableIndexError(f"{where} has more to do than it can ({reason}); try again later")
    if kind == "index_closed_exception":
        return UnavailableIndexError(f"{where} has closed a part of the index ({reason}); open it: POST /INDEX/_open")
    if status in (400, 405, 409):
        return DamagedIndexError(
            f"{where} does not understand a request of this program: {reason}; if the index was changed by another "
            "program, run `fihrist index --rebuild PATH...`"
        )
    if isinstance(status, int) and status < 500:
        return UnavailableIndexError(
            f"{where} answers with the status {status}, as no cluster does; check the address, and what stands "
            "between this program and the cluster"
        )
    return UnavailableIndexError(
        f"{where} cannot answer wholly at the moment: {reason}; look at its health (/_cluster/health), then try again"
    )


def cause_of(error: TransportError) -> tuple[str, str]:
    """The innermost type and reason that the cluster gives."""
    info: Any = error.info
    found = info.get("error", info) if isinstance(info, dict) else info
    if not isinstance(found, dict):
        return "", _shortened(found) if found else f"it answers with the status {error.status_code}"
    while True:
        roots = found.get("failed_shards") or found.get("root_cause") or []
        inner = roots[0].get("reason", roots[0]) if roots and isinstance(roots[0], dict) else found.get("caused_by")
        if not isinstance(inner, dict) or inner is found or inner.get("type") == found.get("type"):
            break
        found = inner
    return str(found.get("type", "")), _shortened(found.get("reason", found))


def _shortened(text: object) -> str:
    return " ".join(str(text).split())[:200]


def require_each(parts: Any, asked: int) -> None:
    """Raises ValueError unless there is one of ``parts`` for each thing that was asked for, or sent."""
    if not isinstance(parts, list) or len(parts) != asked:
        raise ValueError(f"it has not {asked} parts")


def require_whole(answer: Json) -> Json:
    """Returns the answer to a search. Raises an error if it is one, only a part of an answer, or none of OpenSearch."""
    if "error" in answer:
        raise refusal(answer["error"], answer.get("status", 500))
    if answer["timed_out"]:
        raise deadline.too_slow()
    shards = answer["_shards"]
    if shards["failed"] or shards["successful"] < shards["total"]:
        raise refusal({"type": "partial", "reason": f"{shards['failed']} of {shards['total']} shards failed"}, 503)
    if not isinstance(answer["hits"]["hits"], list):
        raise TypeError("its hits are no list")
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
