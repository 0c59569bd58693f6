# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks up articles that are known by their ids, and marks in them what a query matches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from indexer.article import Article
from indexer.engine.questions import Cluster, FoundArticle
from indexer.errors import NotFoundError
from indexer.search.answers.copy_differences import copies_of
from indexer.search.answers.hits import hits_of
from indexer.search.answers.results import ArticleView, Hit
from indexer.search.answers.stories_shown import story_beyond
from indexer.search.answers.story_told import StoryView, story_of
from indexer.search.opened import OpenedIndex
from indexer.search.planning.plan import QueryPlan
from indexer.search.query.request import SearchRequest
from indexer.search.snippets import marks
from indexer.search.snippets.evidence import EvidenceByWords
from indexer.web_addresses import normal_address


def find_article(opened: OpenedIndex, article_id: str) -> Article:
    """The article with this id. Raises NotFoundError."""
    found = opened.generation.searcher.articles([article_id])
    if article_id not in found:
        raise NotFoundError(f"there is no article {article_id[:40]!r} in {opened.info.generation}")
    return found[article_id]


def article_view(
    opened: OpenedIndex, asked: QueryPlan, article_id: str, compare: str | None, most_similar: int
) -> ArticleView:
    """See `Archive.article`; ``asked`` is what is marked."""
    searcher = opened.generation.searcher
    article = find_article(opened, article_id)
    in_title, in_body = (EvidenceByWords(one, searcher.analyser) for one in (asked.marked_in_title, asked.marked))
    title = marks.mark(article.title, in_title)
    lines = article.body.split("\n") if article.body else []
    paragraphs = tuple(marks.mark(line, in_body) for line in lines)
    count = sum(len(text.marks) for text in (title, *paragraphs))
    title, *shown = marks.first_marked((title, *paragraphs))
    similar = tuple(searcher.similar(article_id, most_similar)) if most_similar else ()
    copies = copies_of(searcher, article, compare)
    story = story_beyond(searcher, article_id, copies.cluster)
    return ArticleView(article, title, tuple(shown), opened.info, count, copies, story, similar, bool(asked.terms))


def listed_articles(
    opened: OpenedIndex, asked: QueryPlan, ids: Sequence[str], urls: Sequence[str], request: SearchRequest
) -> tuple[tuple[Hit, ...], tuple[str, ...]]:
    """The articles with these ids, then those at these addresses, each once, with what ``asked`` matches marked.

    Also the ids and addresses that no article has. Raises TooSlowError.
    """
    searcher = opened.generation.searcher
    normal = {url: normal_address(url) for url in urls}
    articles = searcher.articles(ids)
    at = searcher.at_addresses(list(dict.fromkeys(filter(None, normal.values()))))
    listed = [articles[one] for one in ids if one in articles]
    listed += [one for url in urls for one in at.get(normal[url], ())]
    found = tuple(FoundArticle(one, 0.0, Cluster(one.id, 1)) for one in dict.fromkeys(listed))
    missing = (*(one for one in ids if one not in articles), *(url for url in urls if normal[url] not in at))
    return hits_of(found, asked, replace(request, snippets=0), searcher), missing


def story_view(opened: OpenedIndex, article_id: str) -> StoryView:
    """See `Archive.story`."""
    return story_of(opened.generation.searcher, find_article(opened, article_id), opened.info)
