# SPDX-License-Identifier: GPL-3.0-or-later
"""The JSON answer that tells a story: the articles that report one event, and what each of them added."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta

from indexer.article import Article
from indexer.search.answers.json.addresses import Addresses
from indexer.search.answers.json.member_types import Whole
from indexer.search.answers.json.members import (
    DescriptionJson,
    Index,
    JsonObject,
    LinkedArticleJson,
    Links,
    Status,
    description,
    index_json,
    linked_article_json,
    links_json,
)
from indexer.search.answers.json.story_member import StoryJson, story_json
from indexer.search.answers.story_told import StoryView
from indexer.search.query.request import SearchRequest


class ToldArticleJson(DescriptionJson, kw_only=True):
    """An article of a story, and what it added to the articles before it."""

    added: Annotated[
        list[str],
        Meta(
            description="The sentences that add most, as they stand in the article: two at most. Of the first article "
            "its first sentences.",
            examples=[["أعلنت الوزارة إعادة فتح الطريق صباح الأحد."]],
        ),
    ]
    words: Annotated[
        list[str],
        Meta(
            description="Words that no earlier article has, without clitics, the most frequent first; of the first "
            "article none.",
            examples=[["إعادة", "الأحد"]],
        ),
    ]
    repeated_by: Annotated[
        list[LinkedArticleJson],
        Meta(description="The later articles that add hardly a word to this one, such as its copies."),
    ]
    links: Links = UNSET


class ToldStoryJson(JsonObject, kw_only=True):
    """The articles that report one event, from the first to the last."""

    status: Status = "ok"
    article: Annotated[LinkedArticleJson, Meta(description="The article whose story was asked for.")]
    story: Annotated[StoryJson | None, Meta(description="The story; null if the article belongs to none.")]
    articles: Annotated[list[ToldArticleJson], Meta(description="Its articles by date; of a long story the first 60.")]
    unlisted: Annotated[Whole, Meta(description="How many of its articles are not listed.", examples=[0])]
    index: Index


def told_story_json(view: StoryView, addresses: Addresses) -> ToldStoryJson:
    """Returns a story."""
    plain = SearchRequest()

    def linked(article: Article) -> LinkedArticleJson:
        return linked_article_json(article, plain, addresses)

    return ToldStoryJson(
        article=linked(view.article),
        story=story_json(view.story),
        articles=[
            ToldArticleJson(
                **description(one.article),
                added=list(one.sentences),
                words=list(one.words),
                repeated_by=list(map(linked, one.repeated_by)),
                links=links_json(one.article, plain, addresses),
            )
            for one in view.told
        ],
        unlisted=view.unlisted,
        index=index_json(view.index),
    )
