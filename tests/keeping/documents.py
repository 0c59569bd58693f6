# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands for a cluster where a test needs documents by id alone: they are kept in memory, with their versions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from indexer.engine.opensearch.addresses import ClusterAddress
from indexer.engine.opensearch.cluster import ClusterClient, Rejected, Stored, Version
from indexer.engine.opensearch.retries import ChangedMeanwhileError

Json = dict[str, Any]


class KeptDocuments(ClusterClient):
    """See the head of this module. ``sent`` are the ids that were written in bulks, in their order."""

    def __init__(self) -> None:
        super().__init__(ClusterAddress((("127.0.0.1", 9200),), "test"))
        self.kept: dict[str, Stored] = {}
        self.sent: list[str] = []
        self.fails: list[Exception] = []
        """Raised one by one by the next writes, after they were made: their answers are lost."""
        self._number = 0

    def get(self, index: str, document_id: str, *, local: bool = False) -> Stored | None:
        """See `ClusterClient.get`."""
        return self.kept.get(f"{index}/{document_id}")

    def documents(self, index: str, ids: Sequence[str], fields: bool = True) -> dict[str, Json]:
        """See `ClusterClient.documents`."""
        found = {one: self.get(index, one) for one in ids}
        return {one: stored.source for one, stored in found.items() if stored}

    def put(
        self,
        index: str,
        document_id: str,
        source: Mapping[str, Any],
        *,
        new: bool = False,
        seen: Version | None = None,
        seconds: float = 0,
        tries: int = 1,
    ) -> Version:
        """See `ClusterClient.put`."""
        found = self.get(index, document_id)
        if (new and found) or (seen and (not found or found.version != seen)):
            raise ChangedMeanwhileError
        self._number += 1
        version = Version(self._number, 1)
        self.kept[f"{index}/{document_id}"] = Stored(json.loads(json.dumps(source)), version)
        if self.fails:
            raise self.fails.pop(0)
        return version

    def bulk(
        self, index: str, documents: Iterable[tuple[str, str]], seen: Mapping[str, Version] | None = None
    ) -> list[Rejected]:
        """See `ClusterClient.bulk`."""
        for document_id, text in documents:
            self.sent.append(document_id)
            self.put(index, document_id, json.loads(text))
        return []

    def delete(self, index: str, document_id: str, seen: Version | None = None) -> None:
        """See `ClusterClient.delete`."""
        self.kept.pop(f"{index}/{document_id}", None)

    def refresh(self, index: str) -> None:
        """See `ClusterClient.refresh`."""

    def delete_by_query(self, index: str, query: Mapping[str, Any]) -> int:
        """Understands the query of `Blobs.sweep` alone."""
        kept = {f"{index}/{one}" for clause in query["bool"]["must_not"] for one in clause["ids"]["values"]}
        gone = [one for one in self.kept if one.startswith(f"{index}/") and one not in kept]
        for one in gone:
            del self.kept[one]
        return len(gone)
