# SPDX-License-Identifier: GPL-3.0-or-later
"""The link from an article to its story."""

from __future__ import annotations

from dataclasses import dataclass

from indexer.article import Article
from indexer.engine.stories.lookup import Story
from indexer.search.query.request import SearchRequest
from web.links.links import story_address
from web.texts import story_texts


@dataclass(frozen=True, slots=True)
class StoryLink:
    """A link to the page of a story, whose ``text`` says how many articles it has, of how many sources, and when."""

    text: str
    href: str


def story_link(article: Article, story: Story | None, request: SearchRequest) -> StoryLink | None:
    """The link from ``article`` to its story, with a way back to the search ``request``; None where it has none."""
    return None if story is None else StoryLink(story_texts.story_size(story), story_address(article, request))
