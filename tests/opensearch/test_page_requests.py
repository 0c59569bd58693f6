# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests how many requests a page of results takes, as a server makes it that follows the index."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from indexer.engine.opensearch.cluster import ClusterClient
from indexer.engine.opensearch.keeping.store import OpenSearchStore
from indexer.reindex import reindex
from indexer.run.options import Options
from indexer.search.archive import Archive
from tests.conftest import ROOT
from tests.opensearch.nodes import Nodes
from web.app import create_app

MOST = 4
FULL = ("", "المدينة", "جسر السنابل", '"جسر السنابل"', "title:جسر", "جسر OR معصرة", "الجسر -السنابل", "جس*")
PARTIAL = (
    "أسعار التمور في أسواق الموصل والبصرة",
    "افتتاح جسر جديد على نهر دجلة بعد أعوام من التأخير",
    "معصرة زيتون في بغداد",
)


class Asked:
    """Counts the requests that a page takes."""

    def __init__(self, client: FlaskClient, cluster: ClusterClient) -> None:
        self._client = client
        self._cluster = cluster

    def requests(self, path: str) -> int:
        before = self._cluster.requests
        assert self._client.get(path).status_code == 200, path
        return self._cluster.requests - before

    def behind(self, path: str) -> str:
        """The address of what comes behind the page at ``path``."""
        return f"{path}&cursor={self._client.get(path).get_json()['cursor'] or ''}"


@pytest.fixture(scope="module")
def asked(nodes: Nodes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    address = nodes.new_address()
    store = OpenSearchStore(address)
    reindex([Path(ROOT / "sample")], store, Options(), lambda done, total: None)
    archive = Archive(store)
    archive.refresh()
    archive.watched = True
    asked = Asked(create_app(archive=archive).test_client(), store._context.cluster)
    asked.requests("/")  # what the first page needs of all pages
    yield asked
    nodes.remove_index(address)


@pytest.mark.parametrize("query", [*FULL, *PARTIAL])
def test_a_page_takes_few_requests(asked: Asked, query: str) -> None:
    for address in (
        "/?q={}",
        "/?q={}&sort=newest",
        "/?q={}&source=sahil-press",
        "/values/source?q={}&facet_query=a",
        "/saved/news?q={}&since=2020",
        "/api/v1/search?q={}",
    ):
        path = address.format(quote(query))
        asked.requests(path)  # the numbers of all articles that a filter lets through are counted once
        assert asked.requests(path) <= MOST, path


@pytest.mark.parametrize("sort", ["relevance", "newest", "fetched"])
def test_a_page_behind_a_cursor_takes_few_requests(asked: Asked, sort: str) -> None:
    for query in ("", "المدينة", PARTIAL[1]):
        path = asked.behind(f"/api/v1/search?q={quote(query)}&sort={sort}&per_page=2&match=auto")
        asked.requests(path)
        assert asked.requests(path) <= MOST, path


@pytest.mark.parametrize("query", ["القوات الأمريكية", "زنقطحبل قصفباريس"])
def test_a_page_for_which_corrections_are_tried_takes_a_few_more(asked: Asked, query: str) -> None:
    """No article has all of these words."""
    assert asked.requests(f"/?q={quote(query)}") <= 2 * MOST
