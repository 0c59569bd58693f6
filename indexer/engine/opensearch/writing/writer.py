# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the documents of a run, each whole: adds articles, marks those that are removed, and notes their clusters.

A document cannot be written in part, because its terms are not kept (see `mapping`). So a mark is written by reading
the article and making all its terms anew, which also says by how much the dictionary changes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from indexer.arabic.analyser import Analyser
from indexer.article import Article
from indexer.engine.opensearch.cluster import ClusterClient, Rejected, Version
from indexer.engine.opensearch.copies.older import Membership
from indexer.engine.opensearch.copies.sketches import SketchBatch, sketch_batch
from indexer.engine.opensearch.documents import AnalysedDocument, analysed, article_of, document_id, length_of
from indexer.engine.opensearch.retries import ChangedMeanwhileError
from indexer.engine.opensearch.stories.telling import told
from indexer.engine.opensearch.visibility import Visibility
from indexer.engine.opensearch.words.changes import add_changes, changes_of
from indexer.engine.opensearch.words.layers import Counts, Layer
from indexer.engine.opensearch.writing.parts import in_parts
from indexer.engine.store import Refused
from indexer.engine.stories.table import ToldArticles
from indexer.errors import DamagedIndexError, IndexingError, SourceError, naming_faults

Json = dict[str, Any]

AT_ONCE = 200
"""So many documents are read in one request; an article has 4 kB on average, and seldom more than 100."""

_SENT_BYTES = 5_000_000
_LONGEST = 60_000_000
"""In bytes. A cluster takes no request of more than 100 MB unless it is told to."""
_TRIES = 5
_MEASURED = 1_000
_CONFLICT = 409


@dataclass(slots=True)
class Written:
    """The outcome of some work: articles that were refused, and changes of the dictionary.

    Of new articles it holds what copies and stories are found by.
    """

    refused: list[Refused] = field(default_factory=list)
    counts: Counts = field(default_factory=dict)
    sketches: list[SketchBatch] = field(default_factory=list)
    told: list[ToldArticles] = field(default_factory=list)

    def count(self, document: AnalysedDocument, sign: int) -> None:
        """Note that an article came (1) or went (-1)."""
        add_changes(self.counts, changes_of(document, sign))

    def layer(self) -> Layer:
        """The changes as a layer."""
        return Layer.of(self.counts)


class StoredDocument(NamedTuple):
    """A document of an article as the cluster has it, without its terms."""

    id: str
    source: Json
    version: Version

    @property
    def added(self) -> int:
        """The run that added it."""
        return int(self.source["added"])

    @property
    def part(self) -> int:
        """The part of this run."""
        return int(self.source["part"])

    @property
    def removed(self) -> tuple[int, ...]:
        """The runs that removed it."""
        return removed_by(self.source)

    @property
    def membership(self) -> Membership:
        """Its cluster."""
        return Membership(self.source["cluster"], self.source["copied"])


@dataclass(frozen=True, slots=True)
class DocumentWriter:
    """Writes documents into the index of articles ``index``, and the one of ``sketches``, for the run ``run``.

    ``average`` is the average length with which the index was made (see `mapping`).
    """

    cluster: ClusterClient
    index: str
    sketches: str
    average: float
    run: int
    analyser: Analyser

    def add(self, articles: Sequence[Article], part: int) -> Written:
        """Write the documents of new articles. An article that cannot be analysed or stored is refused."""
        written = Written()
        waiting: list[tuple[AnalysedDocument, str]] = []
        size = 0
        for article in articles:
            try:
                with naming_faults():
                    found = analysed(article, self.analyser)
                    text = found.document(self.average, self.run, part)
                    length = len(text.encode())
            except SourceError as error:
                written.refused.append(_refused(article, str(error)))
                continue
            if length > _LONGEST:
                written.refused.append(_refused(article, f"its terms have {length >> 20} MiB, too many for a cluster"))
                continue
            if waiting and size + length > _SENT_BYTES:
                self._send_new(waiting, part, written)
                waiting, size = [], 0
            waiting.append((found, text))
            size += length
        self._send_new(waiting, part, written)
        return written

    def mark(self, query: Json, ids: Sequence[str], key: str = "id") -> Written:
        """Mark as removed by this run the documents that match ``query`` and have one of ``ids`` in ``key``.

        The index must have been refreshed since they were written. Documents that have the mark are left out.
        """
        written = Written()
        for some in in_parts(ids, AT_ONCE):
            marked: list[tuple[StoredDocument, str]] = []
            gone: list[AnalysedDocument] = []
            for one in self.find(query, some, key):
                if self.run not in one.removed:
                    gone.append(self._analysed(one))
                    marked.append((one, self._text_of(gone[-1], one, {*one.removed, self.run})))
            self._rewrite(marked)
            for document in gone:
                written.count(document, -1)
        return written

    def unmark(self, query: Json) -> int:
        """Take the mark of this run from the documents that match ``query``; returns their number."""
        marked = {"bool": {"filter": [query, {"term": {"removed": self.run}}]}}
        ids = [hit["_id"] for hit in self.cluster.scan(self.index, {"query": marked, "_source": False})]
        for some in in_parts(ids, AT_ONCE):
            self._rewrite(
                (one, self._text_of(self._analysed(one), one, removed={*one.removed} - {self.run}))
                for one in self.find(marked, some, "_id")
            )
        return len(ids)

    def regroup(self, memberships: Mapping[str, Membership], seen_by: Visibility, part: int) -> Written:
        """Write the clusters of articles that ``seen_by`` sees. The index must have been refreshed.

        The documents of this run are replaced. Of a document of an earlier run, which earlier generations need as it
        is, a new version is added and the old one is marked.
        """
        written = Written()
        query = seen_by.query()
        for some in in_parts(sorted(memberships), AT_ONCE):
            replaced: list[tuple[StoredDocument, str]] = []
            fresh: list[tuple[str, str]] = []
            for one in self.find(query, some, "id"):
                article_id = str(one.source["id"])
                membership = memberships[article_id]
                if one.membership == membership:
                    continue
                document = self._analysed(one)
                if one.added == self.run:
                    replaced.append((one, self._text_of(document, one, one.removed, membership)))
                    continue
                replaced.append((one, self._text_of(document, one, {*one.removed, self.run})))
                text = document.document(self.average, self.run, part, membership.cluster, copied=membership.copied)
                fresh.append((document_id(article_id, self.run, part), text))
            # The new version comes first: until the generation is published, nobody sees either change.
            for documents in by_size(fresh):
                require_none(self.cluster.bulk(self.index, documents), self.cluster)
            self._rewrite(replaced)
        return written

    def ungroup(self) -> None:
        """Undo `regroup` for the documents of this run: each is a cluster of its own. The index must be refreshed."""
        copied: Json = {"bool": {"filter": [{"term": {"added": self.run}}, {"term": {"copied": True}}]}}
        ids = [hit["_id"] for hit in self.cluster.scan(self.index, {"query": copied, "_source": False})]
        for some in in_parts(ids, AT_ONCE):
            self._rewrite(
                (one, self._text_of(self._analysed(one), one, one.removed, Membership(one.source["id"], False)))
                for one in self.find(copied, some, "_id")
            )

    def withdraw(self, ids: Sequence[str]) -> Written:
        """Remove those documents with these ids that exist, and their sketches; this run wrote them."""
        written = Written()
        for own, source in self.cluster.documents(self.index, ids).items():
            written.count(analysed(article_of(source), self.analyser), -1)
            self.cluster.delete(self.index, own)
            self.cluster.delete(self.sketches, own)
        return written

    def mark_sketches(self, ids: Sequence[str]) -> None:
        """Mark the sketches in those documents of the run with these ids that exist."""
        for some in in_parts(ids, AT_ONCE):
            found = self.cluster.documents(self.sketches, some)
            marked = [(one, json.dumps({**source, "removed": [self.run]})) for one, source in found.items()]
            if marked:
                require_none(self.cluster.bulk(self.sketches, marked), self.cluster)

    def find(self, query: Json, ids: Sequence[str], key: str) -> list[StoredDocument]:
        """The documents that match ``query`` and have one of ``ids`` in ``key``, `AT_ONCE` at most."""
        wanted: Json = {"ids": {"values": list(ids)}} if key == "_id" else {"terms": {key: list(ids)}}
        body = {
            # An article can have several documents; of those that ``query`` matches there is one, or few.
            "size": 10 * AT_ONCE,
            "seq_no_primary_term": True,
            "query": {"bool": {"filter": [wanted, query]}},
        }
        hits = self.cluster.search(self.index, body)["hits"]["hits"]
        return [
            StoredDocument(hit["_id"], hit["_source"], Version(hit["_seq_no"], hit["_primary_term"])) for hit in hits
        ]

    def articles(self, query: Json, ids: Sequence[str]) -> dict[str, Article]:
        """The articles with these ids whose documents match ``query``, by id; at most `AT_ONCE`."""
        found = self.find(query, ids, "id")
        return {str(one.source["id"]): article_of(one.source) for one in found}

    def _text_of(
        self,
        document: AnalysedDocument,
        stored: StoredDocument,
        removed: Iterable[int],
        membership: Membership | None = None,
    ) -> str:
        """The document ``stored`` with other marks, and with another cluster if one is given."""
        cluster, copied = membership or stored.membership
        return document.document(
            self.average, stored.added, stored.part, cluster, copied=copied, removed=sorted(removed)
        )

    def _analysed(self, stored: StoredDocument) -> AnalysedDocument:
        try:
            return analysed(article_of(stored.source), self.analyser)
        except (KeyError, TypeError, ValueError) as error:
            raise DamagedIndexError(
                f"the document {stored.id} in {self.index} is damaged ({error}); run `fihrist index --rebuild PATH...` "
                "to write the index anew"
            ) from error

    def _send_new(self, waiting: Sequence[tuple[AnalysedDocument, str]], part: int, written: Written) -> None:
        if not waiting:
            return
        documents = {document_id(found.article.id, self.run, part): found for found, _ in waiting}
        texts = [text for _, text in waiting]
        rejected = self.cluster.bulk(self.index, zip(documents, texts, strict=True))
        for one in rejected:
            article = documents.pop(one.id).article
            written.refused.append(_refused(article, f"the cluster refuses it: {one.reason}"))
        for found in documents.values():
            written.count(found, 1)
        sent = list(documents.values())
        batch = sketch_batch([found.article for found in sent], [found.body_words for found in sent])
        for some in by_size(batch.documents(self.run, part)):
            require_none(self.cluster.bulk(self.sketches, some), self.cluster)
        written.sketches.append(batch)
        written.told.append(told(sent, self.analyser))

    def _rewrite(self, documents: Iterable[tuple[StoredDocument, str]]) -> None:
        """Replace documents, if nobody else has changed them."""
        texts = list(documents)
        stored = {one.id: one for one, _ in texts}
        seen = {one.id: one.version for one, _ in texts}
        for part in by_size([(one.id, text) for one, text in texts]):
            for rejected in self.cluster.bulk(self.index, part, seen):
                if rejected.status != _CONFLICT:
                    require_none([rejected], self.cluster)
                self._rewrite_again(stored[rejected.id], dict(part)[rejected.id])

    def _rewrite_again(self, stored: StoredDocument, text: str) -> None:
        """Write a document that has another version than was seen: the answer was lost, or another run was at it."""
        removed = removed_by(json.loads(text))
        for _ in range(_TRIES):
            found = self.cluster.get(self.index, stored.id)
            if found is None:
                return  # another run has cleared it, so no generation needs it
            if removed_by(found.source) == removed:
                return
            # The other run's marks stay, and so does what this run does to its own.
            present = StoredDocument(stored.id, found.source, found.version)
            marks = {*present.removed, *removed} - ({self.run} - {*removed})
            again = self._text_of(self._analysed(present), present, marks)
            try:
                self.cluster.put(self.index, stored.id, json.loads(again), seen=found.version)
            except ChangedMeanwhileError:
                continue
            return
        raise IndexingError(
            f"another program changes {self.index} at the same time; the published index still stands; see that only "
            "one run is started"
        )


def average_length(articles: Sequence[Article], analyser: Analyser) -> float:
    """The average length of ``articles``, of `_MEASURED` of them if there are more; 0 if there are none."""
    lengths: list[int] = []
    for article in articles[:: -(-len(articles) // _MEASURED) or 1]:
        with suppress(SourceError), naming_faults():  # it is refused when it is written
            lengths.append(length_of(article, analyser))
    return sum(lengths) / max(1, len(lengths))


def removed_by(source: Mapping[str, Any]) -> tuple[int, ...]:
    """The runs that removed a document. A single one is no list."""
    removed = source.get("removed", ())
    return (int(removed),) if isinstance(removed, int) else tuple(map(int, removed))


def by_size(documents: Iterable[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    """``documents`` in parts that fit into one request."""
    part: list[tuple[str, str]] = []
    size = 0
    for one in documents:
        if part and size + 2 * len(one[1]) > _SENT_BYTES:
            yield part
            part, size = [], 0
        part.append(one)
        size += 2 * len(one[1])
    if part:
        yield part


def require_none(rejected: Sequence[Rejected], cluster: ClusterClient) -> None:
    """Raises IndexingError if the cluster has rejected a document."""
    for one in rejected:
        raise IndexingError(
            f"the cluster at {cluster.address} refuses to change the document {one.id}: {one.reason}; the published "
            "index still stands; look at the log of the cluster"
        )


def _refused(article: Article, reason: str) -> Refused:
    return Refused(article.id, article.path, article.title, reason)
