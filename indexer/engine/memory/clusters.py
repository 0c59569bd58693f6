# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups of copies: articles whose bodies share nearly all runs of three words."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.arabic.analyser import Analyser
from indexer.engine.memory.analysed import AnalysedArticle
from indexer.engine.questions import Cluster

_RUN = 3
_LEAST_RUNS = 10
_ALIKE = 0.8
"""Two bodies are copies whose sets of runs have this Jaccard similarity; of fewer runs nobody can say."""


def cluster_ids(articles: Sequence[AnalysedArticle], analyser: Analyser) -> dict[str, str]:
    """The id of the cluster of each article, by its id: the least id of an article in the cluster."""
    runs = {one.article.id: _runs(one, analyser) for one in articles}
    cluster = {article_id: article_id for article_id in runs}
    ids = sorted(runs)
    for number, first in enumerate(ids):
        for second in ids[number + 1 :]:
            if cluster[first] != cluster[second] and _are_copies(runs[first], runs[second]):
                joined = min(cluster[first], cluster[second]), max(cluster[first], cluster[second])
                cluster = {one: joined[0] if own == joined[1] else own for one, own in cluster.items()}
    return cluster


def clusters_of(ids: dict[str, str]) -> dict[str, Cluster]:
    """The cluster of each article, by its id, from the ids of `cluster_ids`."""
    sizes: dict[str, int] = {}
    for cluster in ids.values():
        sizes[cluster] = sizes.get(cluster, 0) + 1
    return {article_id: Cluster(cluster, sizes[cluster]) for article_id, cluster in ids.items()}


def _runs(one: AnalysedArticle, analyser: Analyser) -> frozenset[tuple[str, ...]]:
    words = [word.folded for word in analyser.words(one.article.body)[0]]
    return frozenset(tuple(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1))


def _are_copies(first: frozenset[tuple[str, ...]], second: frozenset[tuple[str, ...]]) -> bool:
    if min(len(first), len(second)) < _LEAST_RUNS:
        return False
    return len(first & second) >= _ALIKE * len(first | second)
