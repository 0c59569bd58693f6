# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs that only keep clusters of copies in a cluster: a session without terms, catalogs and generations."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from indexer.arabic.analyser import Analyser
from indexer.article import Article
from indexer.engine.opensearch.cluster import ClusterClient
from indexer.engine.opensearch.copies.comparing import Judging
from indexer.engine.opensearch.copies.finding import ClusterChanges, RunOfCopies, changed_clusters
from indexer.engine.opensearch.copies.older import CopyIndexes, Membership
from indexer.engine.opensearch.copies.sketches import sketch_batch
from indexer.engine.opensearch.copies.table import OwnSketches
from indexer.engine.opensearch.documents import document_id
from indexer.engine.opensearch.visibility import Visibility

_BATCH = 500


class RunsOfCopies:
    """The articles ``NAME.articles-1`` and sketches ``NAME.sketches-1`` of an index, changed run by run."""

    def __init__(self, cluster: ClusterClient, name: str, analyser: Analyser) -> None:
        self.cluster = cluster
        self.indexes = CopyIndexes(f"{name}.articles-1", f"{name}.sketches-1")
        self.base: Visibility | None = None
        self.number = 0
        self.excluded: tuple[int, ...] = ()
        self._analyser = analyser

    def run(self, added: Sequence[Article], deleted: Collection[str] = ()) -> ClusterChanges:
        """Deletes and adds articles; one that the index has already is replaced."""
        self.number += 1
        run = RunOfCopies(self.number, 0, OwnSketches(), {*deleted, *self._versions([one.id for one in added])})
        self.send(added, run)
        changes = self.changes(run)
        self.write(run, changes, {one.id: one for one in added})
        self.publish()
        return changes

    def changes(self, run: RunOfCopies, judging: Judging | None = None) -> ClusterChanges:
        """What `changed_clusters` returns for a run whose articles were sent."""
        return changed_clusters(self.cluster, self.indexes, self.base, run, self._analyser, self.read, judging)

    def publish(self) -> None:
        """Makes the last run visible."""
        for index in self.indexes:
            self.cluster.refresh(index)
        self.base = Visibility(self.number, self.excluded)

    def clusters(self) -> dict[str, str]:
        """The cluster of each article, after a check of what documents say of it."""
        assert self.base
        hits = list(self.cluster.scan(self.indexes.articles, {"query": self.base.query()}))
        found = {hit["_source"]["id"]: hit["_source"]["cluster"] for hit in hits}
        assert len(found) == len(hits)
        sizes = {cluster: list(found.values()).count(cluster) for cluster in set(found.values())}
        for hit in hits:
            assert hit["_source"]["copied"] is (sizes[hit["_source"]["cluster"]] > 1), hit["_source"]["id"]
        return found

    def sketches(self) -> list[dict[str, Any]]:
        """The documents of sketches that belong to the generation, by id."""
        assert self.base
        return [hit["_source"] for hit in self.cluster.scan(self.indexes.sketches, {"query": self.base.query()})]

    def send(self, added: Sequence[Article], run: RunOfCopies) -> None:
        """Sends the articles of a run."""
        for at in range(0, len(added), _BATCH):
            some = added[at : at + _BATCH]
            batch = sketch_batch(some, [self._analyser.words(one.body)[0] for one in some])
            run.own.add(batch, run.part)
            self._bulk(self.indexes.sketches, batch.documents(run.number, run.part))
            self._bulk(self.indexes.articles, (self._document(one, Membership(one.id, False)) for one in some))

    def note(self, changes: ClusterChanges) -> None:
        """Writes what a run found out into the index of sketches."""
        self._bulk(self.indexes.sketches, changes.documents())

    def write(self, run: RunOfCopies, changes: ClusterChanges, added: Mapping[str, Article]) -> None:
        """Writes what a run changed: sketches, and the documents of articles."""
        self.note(changes)
        own = {one: membership for one, membership in changes.memberships.items() if one in added}
        self._bulk(self.indexes.articles, (self._document(added[one], own[one]) for one in own))
        joined = {one: membership for one, membership in changes.memberships.items() if one not in added}
        versions = self._versions([*run.deleted, *joined])
        assert versions.keys() == {*run.deleted, *joined}
        for source in versions.values():
            source["removed"] = [*source.get("removed", []), self.number]
        documents = ((document_id(one, source["added"]), json.dumps(source)) for one, source in versions.items())
        self._bulk(self.indexes.articles, documents)
        articles = ((Article.from_json(versions[one]["article"]), joined[one]) for one in joined)
        self._bulk(self.indexes.articles, (self._document(*each) for each in articles))

    def _document(self, article: Article, membership: Membership) -> tuple[str, str]:
        source = {
            "id": article.id, "added": self.number, "cluster": membership.cluster, "copied": membership.copied,
            "article": article.to_json(),
        }  # fmt: skip
        return document_id(article.id, self.number), json.dumps(source)

    def read(self, ids: Sequence[str]) -> dict[str, Article]:
        """Reads the articles of the run, and of its base."""
        own = self.cluster.documents(self.indexes.articles, [document_id(one, self.number) for one in ids])
        found = [*self._versions(ids).values(), *own.values()]
        return {source["id"]: Article.from_json(source["article"]) for source in found}

    def _versions(self, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """The documents of the base that have these ids."""
        if not self.base:
            return {}
        query = {"bool": {"filter": [self.base.query(), {"terms": {"id": list(ids)}}]}}
        return {
            hit["_source"]["id"]: hit["_source"] for hit in self.cluster.scan(self.indexes.articles, {"query": query})
        }

    def _bulk(self, index: str, documents: Iterable[tuple[str, str]]) -> None:
        waiting = list(documents)
        for at in range(0, len(waiting), _BATCH):
            assert not self.cluster.bulk(index, waiting[at : at + _BATCH])
