# SPDX-License-Identifier: GPL-3.0-or-later
"""An archive that changes, and looks at what an index in a cluster holds beside what readers see."""

from __future__ import annotations

import json
import random
from pathlib import Path

from indexer.engine.opensearch.addresses import ClusterAddress
from indexer.engine.opensearch.cluster import ClusterClient
from indexer.engine.opensearch.keeping.context import StoreContext
from indexer.engine.opensearch.keeping.indexes import runs_with_indexes
from indexer.engine.store import Store
from indexer.errors import NoIndexError

WORDS = [f"{first}{second}ان" for first in "بتثجحخدر" for second in "سشصضطعغفق"]


class ChangingArchive:
    """A folder of articles. Each third article is a copy of the one before it."""

    def __init__(self, folder: Path, files: int, articles: int, seed: int) -> None:
        self.folder = folder
        self.folder.mkdir()
        self._articles = articles
        self._random = random.Random(seed)
        self._titles: dict[str, list[str]] = {}
        for number in range(files):
            self._write(f"{number}.jsonl")

    @property
    def titles(self) -> set[str]:
        """The titles of its articles, each of which has another one."""
        return {title for titles in self._titles.values() for title in titles}

    def change(self) -> None:
        """Write two files anew, remove one and add one."""
        *changed, removed = self._random.sample(sorted(self._titles), 3)
        for name in (*changed, f"{self._random.randrange(10**9)}.jsonl"):
            self._write(name)
        (self.folder / removed).unlink()
        del self._titles[removed]

    def _write(self, name: str) -> None:
        titles: list[str] = []
        lines: list[str] = []
        body = ""
        for number in range(self._articles):
            if number % 3 != 2:
                body = " ".join(self._random.choices(WORDS, k=60))
            titles.append(f"خبر {self._random.randrange(10**12)}")
            lines.append(json.dumps({"id": f"{name} {number}", "title": titles[-1], "body": body}))
        (self.folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
        self._titles[name] = titles


def titles_in(store: Store) -> set[str]:
    """The titles of the current generation, which must agree with its counts; empty before there is one."""
    try:
        opened = store.open()
    except NoIndexError:
        return set()
    try:
        ids = [one for one, _ in opened.searcher.listed(0, 10_000)]
        titles = {one.title for one in opened.searcher.articles(ids).values()}
        assert opened.searcher.count() == len(titles) == opened.info.articles
        return titles
    finally:
        opened.close()


def rubbish(address: str) -> list[str]:
    """What the cluster holds of an index that none of its generations needs."""
    context = StoreContext(ClusterAddress.parse(address), 1, None)
    current, _ = context.state.current()
    manifests = context.manifests(current)
    assert [one.generation for one in manifests] == list(current.kept)
    found = [f"run {one.run}" for one in context.state.runs()[1]]
    found += [name for name in ("checkpoint",) if context.state.read(name)]
    indexes = {one.index for one in manifests}
    found += [f"index {run}" for run in runs_with_indexes(context.cluster, context.names) - indexes]
    for index in indexes:
        seen = [one.visibility.query() for one in manifests if one.index == index]
        for name in (context.names.articles(index), context.names.sketches(index)):
            context.cluster.refresh(name)
            found += _ids(context.cluster, name, {"bool": {"must_not": seen}})
    needed = context.blobs.references(blob for one in manifests for blob in one.blobs)
    context.cluster.refresh(context.names.blobs)
    return found + sorted(set(_ids(context.cluster, context.names.blobs, {"match_all": {}})) - needed)


def _ids(cluster: ClusterClient, index: str, query: dict[str, object]) -> list[str]:
    hits = cluster.search(index, {"size": 10_000, "_source": False, "query": query})["hits"]["hits"]
    return [f"{index} {hit['_id']}" for hit in hits] if not index.endswith(".blobs") else [hit["_id"] for hit in hits]
