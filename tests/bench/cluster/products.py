# SPDX-License-Identifier: GPL-3.0-or-later
"""The engines that are compared, as each is used: Fihrist by its run and its pages, OpenSearch by its requests."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import opensearchpy
from flask.testing import FlaskClient
from opensearchpy.helpers import parallel_bulk

from indexer.commands.indexing import jobs
from indexer.engine.engines import store_at
from indexer.engine.questions import PageRequest
from indexer.engine.store import OpenGeneration
from indexer.reindex import reindex
from indexer.run.options import Options
from indexer.search.archive import Archive
from indexer.search.finding import article_query
from indexer.search.planning.plan import plan
from indexer.search.query.request import SearchRequest
from tests.bench.archive import ADDED
from tests.bench.engines.base import TOP
from web.app import create_app
from web.serving.following import follow

Json = dict[str, Any]

FACET_VALUES = 100


class Product(Protocol):
    """An engine, with an index of its own."""

    def build(self, paths: Sequence[Path]) -> int:
        """Builds the index from the files, until searches find all. Returns the number of articles."""
        ...

    def add(self, paths: Sequence[Path], new: Path) -> int:
        """Adds the articles of one more file, until searches find them. Returns how many of them are found."""
        ...

    def ten_best(self, query: str) -> int:
        """Asks for the ten best articles without texts. Returns how many there are."""
        ...

    def page(self, query: str) -> int:
        """Asks for a whole page. Returns its size in bytes."""
        ...

    def total(self, query: str) -> int:
        """Returns how many results a page says there are."""
        ...


class Fihrist:
    """Fihrist, with its index at an address: a folder, or one of OpenSearch."""

    def __init__(self, address: str) -> None:
        self._address = address

    def build(self, paths: Sequence[Path]) -> int:
        """See `Product.build`; as `fihrist index` does."""
        report = reindex(paths, store_at(self._address, jobs()), Options(max_bytes=8 << 30), lambda done, total: None)
        if report.skipped:
            raise ValueError(f"Fihrist could not read all of its archive: {report.skipped[0]}")
        return report.articles

    def add(self, paths: Sequence[Path], new: Path) -> int:
        """See `Product.add`; a run over the whole archive, which has one file more."""
        self.build([*paths, new])
        return Archive(self._address).search(SearchRequest(q=ADDED, collapse=False)).total

    def ten_best(self, query: str) -> int:
        """See `Product.ten_best`; totals are counted, too, which the engine always does."""
        request = SearchRequest(q=query)
        searcher = self._opened.searcher
        asked = plan(request, searcher.analyser)
        return len(searcher.search(PageRequest(article_query(asked, request), "relevance", limit=TOP, facets=())).hits)

    def page(self, query: str) -> int:
        """See `Product.page`; the HTML that a reader gets."""
        answer = self._client.get("/", query_string={"q": query})
        if answer.status_code != 200:
            raise ValueError(f"{query!r} was answered with {answer.status_code}")
        return len(answer.data)

    def total(self, query: str) -> int:
        """See `Product.total`."""
        return int(self._client.get("/api/v1/search", query_string={"q": query, "per_page": 1}).get_json()["total"])

    @cached_property
    def _opened(self) -> OpenGeneration:
        return store_at(self._address).open()

    @cached_property
    def _client(self) -> FlaskClient:
        """Asks the application; beside it new generations are followed, as a server does."""
        archive = Archive(self._address)
        archive.refresh()
        threading.Thread(target=follow, args=(archive,), daemon=True).start()
        return create_app(archive=archive).test_client()


class ArabicAnalyser:
    """OpenSearch with its own Arabic analyser, by its documentation: one index, one request for a page."""

    def __init__(self, addresses: Sequence[str], index: str) -> None:
        hosts = [{"host": host, "port": int(port)} for host, _, port in (one.rpartition(":") for one in addresses)]
        self._client = opensearchpy.OpenSearch(hosts=hosts, timeout=120, pool_maxsize=8)
        self._index = index
        self._shards = len(addresses)

    def build(self, paths: Sequence[Path]) -> int:
        """See `Product.build`; two threads send 500 documents at a time, and one refresh ends it."""
        text = {"type": "text", "analyzer": "arabic"}
        names = {name: {"type": "keyword"} for name in ("source", "category", "url")}
        settings = {"number_of_shards": self._shards, "number_of_replicas": min(1, self._shards - 1)}
        body = {
            "settings": {"index": {**settings, "refresh_interval": "-1"}},
            "mappings": {"properties": {"title": text, "body": text, "date": {"type": "date"}, **names}},
        }
        self._client.indices.create(index=self._index, body=body)
        self._send(_articles(paths))
        return int(self._client.count(index=self._index)["count"])

    def add(self, paths: Sequence[Path], new: Path) -> int:
        """See `Product.add`."""
        self._send(_articles([new]))
        return self.total(ADDED)

    def ten_best(self, query: str) -> int:
        """See `Product.ten_best`; OpenSearch counts hits up to 10,000, as it does by default."""
        return len(self._search({"query": _any_word(query), "size": TOP, "_source": False})["hits"]["hits"])

    def page(self, query: str) -> int:
        """See `Product.page`; one search with exact totals, facets, texts and marks. Nothing is made of the answer."""
        return len(json.dumps(self._search(_page(query)), ensure_ascii=False).encode())

    def total(self, query: str) -> int:
        """See `Product.total`."""
        return int(self._search(_page(query))["hits"]["total"]["value"])

    def _search(self, body: Json) -> Json:
        found: Json = self._client.search(index=self._index, body=body)
        return found

    def _send(self, articles: Iterable[Json]) -> None:
        actions = ({"_index": self._index, "_id": one.pop("id"), "_source": one} for one in articles)
        for _ in parallel_bulk(self._client, actions, thread_count=2, chunk_size=500):
            pass  # it raises an error where a document is refused
        self._client.indices.refresh(index=self._index)


def _any_word(query: str) -> Json:
    return {"multi_match": {"query": query, "fields": ["title^3", "body"]}}


def _page(query: str) -> Json:
    terms = {name: {"terms": {"field": name, "size": FACET_VALUES}} for name in ("source", "category")}
    dates = {
        unit: {"date_histogram": {"field": "date", "calendar_interval": unit, "min_doc_count": 1}}
        for unit in ("year", "month")
    }
    return {
        "query": _any_word(query),
        "size": TOP,
        "track_total_hits": True,
        "aggs": {**terms, **dates},
        "highlight": {"fields": {"title": {"number_of_fragments": 0}, "body": {"number_of_fragments": 3}}},
    }


def _articles(paths: Iterable[Path]) -> Iterator[Json]:
    for path in paths:
        with path.open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)
