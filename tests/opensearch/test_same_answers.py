# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that an index in a cluster answers as one in a folder does: golden, judged and generated searches."""

from __future__ import annotations

import gzip
import itertools
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.article import Article
from indexer.engine.engines import store_at
from indexer.engine.questions import ArticleQuery
from indexer.operating.evaluate import JudgedSet
from indexer.reindex import reindex
from indexer.run.options import Options
from indexer.search.archive import Archive
from indexer.search.query.request import SearchRequest
from tests.conftest import ROOT
from tests.opensearch.comparison import Agreement, compare, generated
from tests.opensearch.nodes import Nodes

GOLDEN = ROOT / "tests" / "golden"
SAME_FIRST, SAME_TEN = 0.99, 0.98
GENERATED = 1_000
JUDGED = 300
"""So many queries of each judged set are asked, at even distances."""


class Pair:
    """The same archive in a folder and in a cluster."""

    def __init__(self, paths: list[Path], folder: Path, nodes: Nodes) -> None:
        self.address = nodes.new_address()
        self._nodes = nodes
        stores = store_at(folder), store_at(self.address)
        for store in stores:
            reindex(paths, store, Options(max_bytes=1 << 30), lambda done, total: None)
        self.local, self.cluster = map(Archive, stores)
        opened = stores[0].open()
        exported = opened.searcher.export(ArticleQuery()).articles
        self.articles: list[Article] = [article for article, _ in exported]
        opened.close()

    def close(self) -> None:
        self._nodes.remove_index(self.address)


@pytest.fixture(scope="module")
def sample(nodes: Nodes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    pair = Pair([ROOT / "sample"], tmp_path_factory.mktemp("sample"), nodes)
    yield pair
    pair.close()


@pytest.fixture(scope="module")
def ant(nodes: Nodes, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    judged = JudgedSet.in_folder(shared / "data" / "ir" / "headlines_ant")
    pair = Pair([judged.docs], tmp_path_factory.mktemp("ant"), nodes)
    yield pair
    pair.close()


def check(found: Agreement) -> None:
    assert not found.unlike, "\n".join(found.unlike[:5])
    assert found.same_first >= SAME_FIRST, str(found)
    assert found.same_ten >= SAME_TEN, str(found)


def queries_of(judged: JudgedSet) -> list[str]:
    data = judged.queries.read_bytes()
    lines = (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode().splitlines()
    queries = [line.partition("\t")[2][:400] for line in lines]
    return list(itertools.islice(queries, 0, None, max(1, len(queries) // JUDGED)))


def test_golden_searches(sample: Pair) -> None:
    golden = json.loads((GOLDEN / "searches.json").read_text(encoding="utf-8"))
    requests = [
        SearchRequest(q=one["q"], match=one.get("match", "auto"), collapse=collapse, per_page=per_page)
        for one in golden
        for collapse in (False, True)
        for per_page in (10, 100)
    ]
    check(compare(sample.local, sample.cluster, requests))


def test_generated_searches_over_the_sample(sample: Pair) -> None:
    check(compare(sample.local, sample.cluster, generated(sample.articles, GENERATED // 2, seed=1)))


def test_generated_searches(ant: Pair) -> None:
    check(compare(ant.local, ant.cluster, generated(ant.articles, GENERATED // 2, seed=2)))


def test_judged_headlines(ant: Pair, shared: Path) -> None:
    queries = queries_of(JudgedSet.in_folder(shared / "data" / "ir" / "headlines_ant"))
    check(compare(ant.local, ant.cluster, [SearchRequest(q=one, match="any", collapse=False) for one in queries]))


@pytest.mark.parametrize("name", ["xquad_ar", "belebele_q_arb"])
def test_judged_questions(nodes: Nodes, shared: Path, tmp_path: Path, name: str) -> None:
    judged = JudgedSet.in_folder(shared / "data" / "ir" / name)
    pair = Pair([judged.docs], tmp_path, nodes)
    try:
        requests = [SearchRequest(q=one, match="any", collapse=False) for one in queries_of(judged)]
        check(compare(pair.local, pair.cluster, requests))
    finally:
        pair.close()
