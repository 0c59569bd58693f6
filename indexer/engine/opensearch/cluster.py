# SPDX-License-Identifier: GPL-3.0-or-later
"""The only way to the cluster: requests that are retried within bounds, and answers that are checked.

A search that not all shards answered, or not in time, raises an error: part of an answer is never taken for the whole.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple, TypeVar

import opensearchpy
from opensearchpy.exceptions import OpenSearchException, TransportError

from indexer import deadline
from indexer.engine.opensearch.addresses import ClusterAddress
from indexer.engine.opensearch.failures import (
    failure,
    is_absence,
    reason_of,
    refusal,
    require_each,
    require_whole,
)
from indexer.engine.opensearch.replication import await_copies
from indexer.engine.opensearch.retries import may_pass, pause, pauses, tried
from indexer.errors import DamagedIndexError, UnavailableIndexError

# The library logs every answer that is no success, even one that is expected. What matters, the errors say.
logging.getLogger("opensearch").propagate = False

Json = dict[str, Any]
Answer = TypeVar("Answer")

_SECONDS = 30.0
"""How long a question may take where the thread has no deadline."""
_WRITE_SECONDS = 120.0
_READ_TRIES, _WRITE_TRIES = 5, 9
_SHUNNED_SECONDS, _SHUNNED_DOUBLINGS = 15, 2
"""How long a node is not asked that failed, while another one is there; doubled so often where it fails again."""
_OF_DOCUMENT = frozenset({400, 409})
"""The statuses of a document that the cluster refuses because of what it holds, or of its version."""
_PAGE = 1_000
_KEEP_ALIVE = "5m"
_LOSSES = 3
"""So many points in time may be lost before another page is read."""


class Version(NamedTuple):
    """The state of a stored document, for compare-and-set."""

    number: int
    term: int


class Stored(NamedTuple):
    """A document as it is stored."""

    source: Json
    version: Version


class Rejected(NamedTuple):
    """A document that the cluster refused, and why. ``status`` is 409 if it has another version than was seen."""

    id: str
    reason: str
    status: int = 400


class ClusterClient:
    """One cluster. Safe to share between threads. Every method may raise UnavailableIndexError or TooSlowError."""

    def __init__(self, address: ClusterAddress) -> None:
        self.address = address
        self.requests = 0
        """How many requests were sent, for tests and figures."""
        self._client = opensearchpy.OpenSearch(
            hosts=[{"host": host.strip("[]"), "port": port} for host, port in address.hosts],
            use_ssl=address.tls,
            verify_certs=address.tls,
            ca_certs=str(address.authority) if address.authority else None,
            http_auth=(address.user, address.password) if address.user else None,
            max_retries=0,
            # A node that does not answer in time is left alone for a while, as one that cannot be reached is.
            retry_on_timeout=True,
            dead_timeout=_SHUNNED_SECONDS,
            timeout_cutoff=_SHUNNED_DOUBLINGS,
            timeout=_SECONDS,
            pool_maxsize=16,
        )

    # --- reading

    def search(self, index: str, body: Mapping[str, Any]) -> Json:
        """The answer to one search in ``index``, whole. Its hits tell the scores of named clauses."""
        parameters = {"allow_partial_search_results": "false", "include_named_queries_score": "true"}

        def ask(timeout: float) -> Json:
            answer = self._perform("POST", f"/{index}/_search", parameters, _text(_limited(body)), timeout)
            return require_whole(answer)

        return self._read(ask)

    def searches(self, asked: Sequence[tuple[str, Mapping[str, Any]]]) -> list[Json]:
        """The answers to several searches, in one request."""
        if not asked:
            return []
        lines: list[str] = []
        for index, body in asked:
            lines.append(json.dumps({"index": index, "allow_partial_search_results": False}))
            lines.append(_text(_limited(body)))
        text = "\n".join(lines) + "\n"

        def ask(timeout: float) -> list[Json]:
            answer = self._perform("POST", "/_msearch", {"max_concurrent_searches": "10"}, text, timeout)
            found: list[Json] = answer["responses"]
            require_each(found, len(asked))
            for one in found:
                require_whole(one)
            return found

        return self._read(ask)

    def get(self, index: str, document_id: str, *, local: bool = False) -> Stored | None:
        """The document as it was last written, whether the index was refreshed or not; None if there is none.

        With ``local``, a node that has a copy asks no other one, which may hang. That is right only where copies index
        every document themselves (see `replication`).
        """
        preference = {"preference": "_local"} if local else {}

        def ask(timeout: float) -> Stored | None:
            try:
                found = self._perform("GET", f"/{index}/_doc/{document_id}", preference, None, timeout)
            except TransportError as error:
                if is_absence(error):
                    return None
                raise
            return Stored(found["_source"], Version(found["_seq_no"], found["_primary_term"]))

        return self._read(ask)

    def documents(self, index: str, ids: Sequence[str], fields: bool = True) -> dict[str, Json]:
        """The sources of the documents with these ids, by id. Ids without a document are left out.

        Without ``fields`` the sources are empty: the answer tells only which documents exist.
        """
        if not ids:
            return {}

        def ask(timeout: float) -> dict[str, Json]:
            parameters = {} if fields else {"_source": "false"}
            found = self._perform("POST", f"/{index}/_mget", parameters, _text({"ids": list(ids)}), timeout)
            require_each(found["docs"], len(ids))
            for one in found["docs"]:
                if "error" in one:
                    raise refusal(one["error"], 503)
            return {one["_id"]: one.get("_source", {}) for one in found["docs"] if one["found"]}

        return self._read(ask)

    def scan(self, index: str, body: Mapping[str, Any], page: int = _PAGE) -> Iterator[Json]:
        """All hits of a search by the fields ``id``, ``added`` and ``part``, ascending, read ``page`` at a time.

        The hits are those of one moment, however long the walk takes (a point in time). If a node is lost that kept the
        moment, the walk goes on with a later one: so what it finds must not change meanwhile. ``body`` has neither size
        nor sort.
        """
        moment = self._moment(index)
        after: list[Any] | None = None
        losses = 0
        try:
            while True:
                asked = {
                    **body,
                    "size": page,
                    "sort": [{"id": "asc"}, {"added": "asc"}, {"part": "asc"}],
                    "pit": {"id": moment, "keep_alive": _KEEP_ALIVE},
                    "track_total_hits": False,
                    **({"search_after": after} if after else {}),
                }
                try:
                    hits = self._read(partial(self._searched, asked))["hits"]["hits"]
                except (DamagedIndexError, UnavailableIndexError):
                    losses += 1
                    if losses > _LOSSES:
                        raise
                    moment = self._moment(index)
                    continue
                losses = 0
                yield from hits
                if len(hits) < page:
                    return
                after = hits[-1]["sort"]
        finally:
            with suppress(OpenSearchException):  # it ends by itself
                self._perform("DELETE", "/_search/point_in_time", {}, _text({"pit_id": [moment]}), _SECONDS)

    def _moment(self, index: str) -> str:
        """A new point in time."""
        path, parameters = f"/{index}/_search/point_in_time", {"keep_alive": _KEEP_ALIVE}
        return self._read(lambda timeout: str(self._perform("POST", path, parameters, None, timeout)["pit_id"]))

    def _searched(self, body: Mapping[str, Any], timeout: float) -> Json:
        parameters = {"allow_partial_search_results": "false"}
        return require_whole(self._perform("POST", "/_search", parameters, _text(body), timeout))

    # --- writing

    def put(
        self,
        index: str,
        document_id: str,
        source: Mapping[str, Any],
        *,
        new: bool = False,
        seen: Version | None = None,
        seconds: float = _WRITE_SECONDS,
        tries: int = _WRITE_TRIES,
    ) -> Version:
        """Writes a document; with ``new`` only if there is none, with ``seen`` only if it still has this version.

        Each of the ``tries`` may take ``seconds``. Raises ChangedMeanwhileError. A lost answer may make an own write
        look like that of another; whoever needs to know reads the document again.
        """
        parameters = {"op_type": "create"} if new else _unless_changed(seen)
        answer = self._write(
            lambda timeout: self._perform("PUT", f"/{index}/_doc/{document_id}", parameters, _text(source), timeout),
            seconds,
            tries,
        )
        return Version(answer["_seq_no"], answer["_primary_term"])

    def delete(self, index: str, document_id: str, seen: Version | None = None) -> None:
        """Removes a document, if it exists. Raises ChangedMeanwhileError as `put` does."""

        def ask(timeout: float) -> None:
            try:
                self._perform("DELETE", f"/{index}/_doc/{document_id}", _unless_changed(seen), None, timeout)
            except TransportError as error:
                if not is_absence(error):
                    raise

        self._write(ask)

    def bulk(
        self, index: str, documents: Iterable[tuple[str, str]], seen: Mapping[str, Version] | None = None
    ) -> list[Rejected]:
        """Writes (id, source as JSON) pairs in one request; returns those that the cluster refuses for good.

        A document with an id in ``seen`` is written only if it still has this version. Documents that the cluster
        cannot take at the moment are sent again, within bounds.
        """
        waiting, versions = dict(documents), seen or {}
        rejected: list[Rejected] = []
        waits = pauses(_WRITE_TRIES)
        while waiting:
            actions = ({"index": {"_id": one, **_unless_changed(versions.get(one))}} for one in waiting)
            text = "".join(f"{_text(one)}\n{source}\n" for one, source in zip(actions, waiting.values(), strict=True))
            count = len(waiting)

            def ask(timeout: float, text: str = text, count: int = count) -> list[Json]:
                answer = self._perform("POST", f"/{index}/_bulk", {}, text, timeout)
                require_each(answer["items"], count)
                return [item["index"] for item in answer["items"]]

            busy: TransportError | None = None
            for done in self._write(ask):
                if done["status"] < 400:
                    del waiting[done["_id"]]
                    continue
                error = refusal(done["error"], done["status"])
                if may_pass(error):
                    busy = error
                elif done["status"] not in _OF_DOCUMENT:
                    # The cluster refuses all writes, not this document. So the run must stop.
                    raise failure(error, self.address)
                else:
                    del waiting[done["_id"]]
                    rejected.append(Rejected(done["_id"], reason_of(done["error"]), done["status"]))
            if busy is not None and not pause(waits):
                raise failure(busy, self.address)
        return rejected

    def delete_by_query(self, index: str, query: Mapping[str, Any]) -> int:
        """Removes the documents that match ``query``, those of the last refresh, for searches, too.

        Returns their number.
        """
        parameters = {"conflicts": "proceed", "refresh": "true", "slices": "auto"}
        answer = self._write(
            lambda timeout: self._perform(
                "POST", f"/{index}/_delete_by_query", parameters, _text({"query": query}), timeout
            ),
            seconds=3_600.0,
        )
        if answer.get("failures"):
            raise UnavailableIndexError(
                f"the cluster at {self.address} could not remove all documents: {reason_of(answer['failures'][0])}; "
                "look at its log"
            )
        self._await_copies(index)
        return int(answer["deleted"])

    def refresh(self, index: str) -> None:
        """Makes all that was written visible to searches, whichever copy of a shard answers them.

        Raises UnavailableIndexError if some shards fail, or their copies stay behind.
        """
        answer = self._write(lambda timeout: self._perform("POST", f"/{index}/_refresh", {}, None, timeout))
        if answer["_shards"]["failed"]:
            raise UnavailableIndexError(
                f"the cluster at {self.address} could not refresh {index}; look at its health and run again"
            )
        self._await_copies(index)

    def _await_copies(self, index: str) -> None:
        await_copies(lambda: self.ask(f"/_cat/segment_replication/{index}", format="json") or (), index)

    # --- indexes and the cluster itself

    def send(self, method: str, path: str, body: Mapping[str, Any] | None = None, **parameters: str) -> Any:
        """Sends any other request, as a write; returns the answer. Raises ChangedMeanwhileError on a conflict."""
        text = None if body is None else _text(body)
        return self._write(lambda timeout: self._perform(method, path, parameters, text, timeout))

    def ask(self, path: str, **parameters: str) -> Any:
        """Sends any other question (GET); returns the answer, None if there is nothing at ``path``."""

        def ask(timeout: float) -> Any:
            try:
                return self._perform("GET", path, parameters, None, timeout)
            except TransportError as error:
                if is_absence(error):
                    return None
                raise

        return self._read(ask)

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    # --- requests

    def _perform(self, method: str, path: str, parameters: Mapping[str, str], body: str | None, timeout: float) -> Any:
        self.requests += 1
        headers = {
            "content-type": "application/x-ndjson" if path.endswith(("_bulk", "_msearch")) else "application/json"
        }
        return self._client.transport.perform_request(
            method,
            path,
            params={**parameters, "request_timeout": timeout},
            body=body,
            headers=headers if body is not None else None,
        )

    def _read(self, ask: Callable[[float], Answer]) -> Answer:
        left = deadline.remaining()
        return tried(ask, self.address, _SECONDS if left is None else left, _READ_TRIES, limited=left is not None)

    def _write(
        self, ask: Callable[[float], Answer], seconds: float = _WRITE_SECONDS, tries: int = _WRITE_TRIES
    ) -> Answer:
        return tried(ask, self.address, seconds, tries, limited=False)


def _limited(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """A search that the nodes end, too, when the deadline of the thread passes."""
    left = deadline.remaining()
    return body if left is None else {**body, "timeout": f"{max(1, round(left * 1_000))}ms"}


def _unless_changed(seen: Version | None) -> dict[str, str]:
    """What makes a write fail if the document has another version than ``seen``."""
    return {"if_seq_no": str(seen.number), "if_primary_term": str(seen.term)} if seen else {}


def _text(body: Mapping[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
