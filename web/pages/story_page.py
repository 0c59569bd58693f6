# SPDX-License-Identifier: GPL-3.0-or-later
"""The content of the page of a story: its articles from the first to the last, and what each of them added."""

from __future__ import annotations

from dataclasses import dataclass

from indexer.article import Article
from indexer.search.answers.results import Marked
from indexer.search.answers.story_told import StoryView, ToldArticle
from indexer.search.query.request import SearchRequest
from web.links.links import Link, article_address
from web.pages.dates import When, when
from web.pages.filter_controls import SearchForm
from web.texts import story_texts, texts
from web.texts.highlight import Passage, passage, shortened
from web.texts.language import gettext
from web.texts.lines import headline

_SHOWN_CHARS = 400
"""A sentence is cut after so many characters."""


@dataclass(frozen=True, slots=True)
class Telling:
    """An article of a story. ``current``: the reader came from it. ``words`` are new words, ``added`` new sentences.

    ``repeated_by`` are articles that add hardly a word; ``repeats`` says how many.
    """

    title: Passage
    href: str
    source: str
    when: When | None
    current: bool
    added: tuple[Passage, ...]
    words: tuple[str, ...]
    repeats: str
    repeated_by: tuple[Telling, ...] = ()


@dataclass(frozen=True, slots=True)
class StoryPage:
    """The content of the page of a story. ``more`` says how many articles are not listed."""

    title: str
    form: SearchForm
    back: Link
    summary: str
    told: tuple[Telling, ...]
    more: str


def story_page(view: StoryView, request: SearchRequest) -> StoryPage:
    """The content of the page; ``view`` has a story."""
    first = view.told[0].article if view.told else view.article
    return StoryPage(
        title=texts.page_title(headline(first.title), gettext("Story")),
        form=SearchForm(request.q),
        back=Link(gettext("Back to the article"), article_address(view.article, request)),
        summary=story_texts.story_size(view.story) if view.story else "",
        told=tuple(_telling(one, view.article, request) for one in view.told),
        more=story_texts.more_articles(view.unlisted) if view.unlisted else "",
    )


def _telling(one: ToldArticle, current: Article, request: SearchRequest) -> Telling:
    return Telling(
        title=passage(Marked(headline(one.article.title))),
        href=article_address(one.article, request),
        source=one.article.source,
        when=when(one.article),
        current=one.article.id == current.id,
        added=tuple(passage(shortened(Marked(text.strip()), _SHOWN_CHARS)) for text in one.sentences),
        words=one.words,
        repeats=story_texts.repeating_articles(len(one.repeated_by)) if one.repeated_by else "",
        repeated_by=tuple(_telling(ToldArticle(each, (), ()), current, request) for each in one.repeated_by),
    )
