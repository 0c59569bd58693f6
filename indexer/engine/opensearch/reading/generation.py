# SPDX-License-Identifier: GPL-3.0-or-later
"""Describes one generation: where its documents are, which of them it sees, its dictionary and its analyser."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any

from indexer.arabic.analyser import Analyser
from indexer.engine.opensearch.cluster import ClusterClient
from indexer.engine.opensearch.reading.settling import Settled
from indexer.engine.opensearch.visibility import Visibility
from indexer.engine.opensearch.words.dictionary import Dictionary
from indexer.engine.queries import Filters, Ranked
from indexer.engine.stories.lookup import StoryLookup

Json = dict[str, Any]

_REMEMBERED = 256


class ClusterGeneration:
    """A generation in a cluster. Immutable but for what it remembers; safe to share between threads.

    ``index`` is the name of its index of articles. ``visible`` is the query that its documents match, for a filter.
    """

    def __init__(
        self,
        cluster: ClusterClient,
        index: str,
        visibility: Visibility,
        dictionary: Dictionary,
        analyser: Analyser,
        stories: StoryLookup,
    ) -> None:
        self.cluster = cluster
        self.index = index
        self.visibility = visibility
        self.dictionary = dictionary
        self.analyser = analyser
        self.stories = stories
        self.visible: Json = visibility.query()
        self._settled: dict[tuple[Ranked, Filters | None], Settled] = {}
        self._lock = threading.Lock()

    def search(self, body: Mapping[str, Any]) -> Json:
        """The answer to one search of its index; hits tell the scores of named clauses."""
        return self.cluster.search(self.index, body)

    def searches(self, bodies: Sequence[Mapping[str, Any]]) -> list[Json]:
        """The answers to several searches of its index, in one request."""
        return self.cluster.searches([(self.index, body) for body in bodies])

    def remember(self, ranked: Ranked, within: Filters | None, found: Settled) -> None:
        """Remembers for a while what a query matches: further counts of the same articles follow a search."""
        with self._lock:
            self._settled.pop((ranked, within), None)
            self._settled[ranked, within] = found
            if len(self._settled) > _REMEMBERED:
                del self._settled[next(iter(self._settled))]

    def remembered(self, ranked: Ranked, within: Filters | None) -> Settled | None:
        """What `remember` was last told of this query, if that was not long ago."""
        with self._lock:
            return self._settled.get((ranked, within))
