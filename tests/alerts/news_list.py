# SPDX-License-Identifier: GPL-3.0-or-later
"""An archive for tests of alerts: a list of articles that grows by runs."""

from __future__ import annotations

from dataclasses import replace

from indexer import moments
from indexer.article import Article
from indexer.engine.questions import Cluster
from indexer.search.answers.export import Export
from indexer.search.answers.results import IndexInfo
from indexer.search.query.request import SearchRequest
from tests.web_fixtures import INFO, article

START = 1_700_000_000


class NewsList:
    """Answers exports as `Archive` does, with the filter by addition and words as they are typed."""

    def __init__(self) -> None:
        self.articles: list[Article] = []
        self.now = START
        self.exports = 0

    def run(self, *titles: str) -> None:
        """Adds articles of these headlines, as a run does that begins a minute after the last one was built."""
        self.now += 60
        self.articles += [article(one, one, body=f"تفاصيل {one}", indexed_at=self.now) for one in titles]
        self.now += 5

    def info(self) -> IndexInfo:
        """Returns when the last run was built."""
        return replace(INFO, built_at=moments.written(self.now), articles=len(self.articles))

    def own_fields(self) -> tuple[str, ...]:
        """Returns one own field."""
        return ("desk",)

    def export(self, request: SearchRequest, after: str = "", most: int | None = None) -> Export:
        """Returns the articles that have the words, by their ids."""
        self.exports += 1
        first = request.indexed.first or 0
        found = [
            (one, Cluster(one.id, 1))
            for one in sorted(self.articles, key=lambda one: one.id)
            if (one.indexed_at or 0) >= first and request.q in one.title
        ]
        return Export(self.info(), len(found), found, request.q)
