# SPDX-License-Identifier: GPL-3.0-or-later
"""All that a question needs to know of the generation that it is asked of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from indexer.arabic.analyser import Analyser
from indexer.engine.opensearch.cluster import Cluster
from indexer.engine.opensearch.visibility import Visibility
from indexer.engine.opensearch.words.dictionary import Dictionary

Json = dict[str, Any]


@dataclass(frozen=True)
class ClusterGeneration:
    """A generation in a cluster. ``index`` is the name of its index of articles. Immutable; threads may share it."""

    cluster: Cluster
    index: str
    visibility: Visibility
    dictionary: Dictionary
    analyser: Analyser

    @cached_property
    def visible(self) -> Json:
        """The query that its documents match; it belongs into a filter."""
        return self.visibility.query()

    def searches(self, bodies: Sequence[Mapping[str, Any]]) -> list[Json]:
        """The answers to several searches of its index, in one request."""
        return self.cluster.searches([(self.index, body) for body in bodies])

    def search(self, body: Mapping[str, Any]) -> Json:
        """The answer to one search of its index; hits tell the scores of named clauses."""
        return self.cluster.search(self.index, body)
