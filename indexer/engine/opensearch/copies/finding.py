# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds which clusters a run changes, when all its articles are in the cluster. A session calls it in `finish`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from indexer.arabic.analyser import Analyser
from indexer.article import Article
from indexer.engine.opensearch.cluster import Cluster
from indexer.engine.opensearch.copies.sketches import OwnSketches
from indexer.engine.opensearch.visibility import Visibility

ReadArticles = Callable[[Sequence[str]], Mapping[str, Article]]
"""Returns the articles with these ids, by id: those that the run added, else those of its base. At most `AT_ONCE`."""

AT_ONCE = 200


class CopyIndexes(NamedTuple):
    """The names of the index of articles and of the index of sketches beside it."""

    articles: str
    sketches: str


class Membership(NamedTuple):
    """The id of the cluster of an article, and whether the cluster has another article."""

    cluster: str
    copied: bool


@dataclass(frozen=True)
class ClusterChanges:
    """What a run changes.

    ``memberships`` has, by id, every article of the base whose cluster changed, and every article of the run that has a
    copy; any other article of the run is a cluster of its own.
    """

    memberships: Mapping[str, Membership]

    def documents(self) -> Iterator[tuple[str, str]]:
        """Yields the documents to write into the index of sketches: the id of each, and the document as JSON.

        They mark sketches of deleted and changed articles as removed, and note the copies that were found. Written
        twice, or by a run that is then continued, they do no harm.
        """
        raise NotImplementedError


def changed_clusters(
    cluster: Cluster,
    indexes: CopyIndexes,
    base: Visibility | None,
    run: int,
    part: int,
    own: OwnSketches,
    deleted: Collection[str],
    analyser: Analyser,
    read: ReadArticles,
) -> ClusterChanges:
    """Returns what ``run`` changes in the clusters of ``base``; None as the base of a build from nothing.

    ``own`` are the sketches of its articles, ``deleted`` the ids of articles of the base that it deletes or replaces.
    ``part`` is the one of the documents that are written now. Both indexes must have been refreshed since the base was
    published; what the run itself wrote need not be visible. Raises DamagedIndexError.
    """
    raise NotImplementedError
