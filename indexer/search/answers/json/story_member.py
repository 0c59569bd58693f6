# SPDX-License-Identifier: GPL-3.0-or-later
"""The JSON of the story that an article belongs to, a member of articles and results."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from indexer.engine.stories.lookup import Story
from indexer.search.answers.json.member_types import Id
from indexer.search.answers.json.members import JsonObject

Day = Annotated[str, Meta(extra_json_schema={"format": "date"})]


class StoryJson(JsonObject, kw_only=True):
    """The articles that report one event in words of their own."""

    id: Annotated[
        Id,
        Meta(
            description="The id of the first article of the story. It changes if an earlier article arrives.",
            examples=["dd17c50d1a401cd6"],
        ),
    ]
    articles: Annotated[int, Meta(description="How many articles the story has, copies included.", ge=2, examples=[14])]
    sources: Annotated[
        int,
        Meta(
            description="Of how many sources they are; articles without a source count as one more.", ge=1, examples=[6]
        ),
    ]
    begun: Annotated[Day, Meta(description="The day of the first article.", examples=["2023-05-03"])]
    ended: Annotated[Day, Meta(description="The day of the last article.", examples=["2023-05-09"])]


ArticleStory = Annotated[
    StoryJson | None, Meta(description="The story that the article belongs to; null if it belongs to none.")
]


def story_json(story: Story | None) -> StoryJson | None:
    """Returns the story of an article."""
    if story is None:
        return None
    return StoryJson(
        id=story.id,
        articles=story.articles,
        sources=story.sources,
        begun=story.begun.isoformat(),
        ended=story.ended.isoformat(),
    )
