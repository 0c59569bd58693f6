# SPDX-License-Identifier: GPL-3.0-or-later
"""Says which story is shown with an article."""

from __future__ import annotations

from indexer.engine.base import Searcher
from indexer.engine.questions import Cluster
from indexer.engine.stories.lookup import Story


def story_beyond(searcher: Searcher, article_id: str, copies: Cluster) -> Story | None:
    """The story of an article in the cluster ``copies``; None where it has none, or only its copies are in it."""
    story = searcher.stories.of(article_id)
    return story if story and story.articles > copies.size else None
