# SPDX-License-Identifier: GPL-3.0-or-later
"""The JSON answers about one article: the whole of it, and the articles that are similar to it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from msgspec import UNSET, Meta

from indexer.engine.questions import SimilarArticle
from indexer.search.answers.copy_differences import Change, Copies, Piece
from indexer.search.answers.json.addresses import Addresses
from indexer.search.answers.json.member_types import Id, Whole
from indexer.search.answers.json.members import (
    AnswerJson,
    ArticleCluster,
    DescriptionJson,
    Index,
    JsonObject,
    LinkedArticleJson,
    Links,
    MarkedJson,
    PlainAnswerJson,
    TitleHtml,
    TitleMarks,
    cluster_json,
    description,
    index_json,
    linked_article_json,
    links_json,
    marked_json,
    marks_json,
)
from indexer.search.answers.json.result import ListedArticleJson, listed_article_json
from indexer.search.answers.json.story_member import ArticleStory, story_json
from indexer.search.answers.json.writing import marked_html
from indexer.search.answers.results import ArticleView, FoundArticles, SimilarArticles, SimilarToText
from indexer.search.query.request import SearchRequest


class RemovedLineJson(JsonObject, kw_only=True):
    """A line of the page that does not belong to the article."""

    text: Annotated[str, Meta(description="The line.", examples=["اضغط للتعليق"])]
    reason: Annotated[
        str, Meta(description="What the line is, such as menu, comments or repeated.", examples=["share"])
    ]


class PieceJson(JsonObject, kw_only=True):
    """A piece of a text that is compared with another."""

    change: Annotated[
        Change,
        Meta(
            description="same: both have the piece; added: only the copy has it; removed: only this article.",
            examples=["same"],
        ),
    ]
    text: Annotated[str, Meta(description="The words of the piece.", examples=["ارتفاع منسوب الفرات"])]


class ComparisonJson(JsonObject, kw_only=True):
    """How a copy differs from the article."""

    id: Annotated[Id, Meta(description="The id of the copy.", examples=["7e7e39c9235970bc"])]
    title: Annotated[list[PieceJson], Meta(description="The headline in pieces, in order.")]
    paragraphs: Annotated[list[list[PieceJson]], Meta(description="The paragraphs in pieces, in order.")]
    whole: Annotated[
        bool, Meta(description="Whether all words were compared; of long articles only the first words are.")
    ]


class WholeArticleJson(DescriptionJson, kw_only=True):
    """An article with its text and its copies."""

    title_html: TitleHtml
    title_marks: TitleMarks
    body: Annotated[
        str,
        Meta(
            description="The text without the removed lines, one line a paragraph.",
            examples=["أعلنت إدارة مشروع جسر السنابل تأجيل صبّ الدعامتين الوسطيين ستة أسابيع"],
        ),
    ]
    paragraphs: Annotated[
        list[MarkedJson],
        Meta(description="The lines of body, with what q matches marked: the first 1,000 matches of the article."),
    ]
    hits: Annotated[
        Whole, Meta(description="How many places of title and body match q, exactly, marked or not.", examples=[4])
    ]
    removed: Annotated[
        list[RemovedLineJson], Meta(description="The lines of the page that do not belong to the article.")
    ]
    cluster: ArticleCluster
    story: ArticleStory
    copies: Annotated[
        list[LinkedArticleJson],
        Meta(description="The other articles of the cluster; of more than 50 the newest 50."),
    ]
    comparison: Annotated[
        ComparisonJson | None,
        Meta(description="How the copy that the parameter compare names differs; null without that parameter."),
    ]
    links: Links = UNSET


class ArticleJson(PlainAnswerJson, kw_only=True):
    """One whole article."""

    article: Annotated[WholeArticleJson, Meta(description="The article.")]
    index: Index


class SimilarArticleJson(DescriptionJson, kw_only=True):
    """An article that is similar to another."""

    links: Links = UNSET
    similarity: Annotated[float, Meta(description="From 0 to 1; 1 if both have the same words.", examples=[0.181])]


class SimilarJson(AnswerJson, kw_only=True):
    """The articles that are similar to one."""

    article: Annotated[LinkedArticleJson, Meta(description="The article that the others are similar to.")]
    results: Annotated[list[SimilarArticleJson], Meta(description="The similar articles, most similar first.")]
    index: Index


class ArticlesJson(AnswerJson, kw_only=True):
    """The articles of a list of ids and addresses."""

    articles: Annotated[
        list[ListedArticleJson],
        Meta(description="The articles, in the order of the list, with the members fields names."),
    ]
    missing: Annotated[
        list[str],
        Meta(description="What was asked for and is not in the archive, as it was asked for.", examples=[[]]),
    ]
    index: Index


class SimilarToTextJson(AnswerJson, kw_only=True):
    """The articles that are similar to a text."""

    results: Annotated[list[SimilarArticleJson], Meta(description="The similar articles, most similar first.")]
    index: Index


def article_json(view: ArticleView, request: SearchRequest, addresses: Addresses) -> ArticleJson:
    """Returns one whole article; ``request`` is the search whose matches are marked in it."""
    article, copies = view.article, view.copies
    return ArticleJson(
        article=WholeArticleJson(
            **description(article),
            title_html=marked_html(view.title),
            title_marks=marks_json(view.title, request.offsets),
            body=article.body,
            paragraphs=[marked_json(paragraph, request.offsets) for paragraph in view.paragraphs],
            hits=view.marks,
            removed=[RemovedLineJson(text=line.text, reason=line.reason) for line in article.removed],
            cluster=cluster_json(copies.cluster),
            story=story_json(view.story),
            copies=[linked_article_json(other, request, addresses) for other in copies.others],
            comparison=_comparison_json(copies),
            links=links_json(article, request, addresses),
        ),
        index=index_json(view.index),
    )


def articles_json(results: FoundArticles, addresses: Addresses) -> ArticlesJson:
    """Returns the articles of a list of ids."""
    return ArticlesJson(
        took_ms=round(results.took_ms, 1),
        articles=[listed_article_json(hit, results.request, addresses) for hit in results.hits],
        missing=list(results.missing),
        index=index_json(results.index),
    )


def similar_json(results: SimilarArticles, addresses: Addresses) -> SimilarJson:
    """Returns the articles that are similar to one."""
    plain = SearchRequest()
    return SimilarJson(
        took_ms=round(results.took_ms, 1),
        article=linked_article_json(results.article, plain, addresses),
        results=[_similar_json(one, addresses) for one in results.similar],
        index=index_json(results.index),
    )


def similar_to_text_json(results: SimilarToText, addresses: Addresses) -> SimilarToTextJson:
    """Returns the articles that are similar to a text."""
    return SimilarToTextJson(
        took_ms=round(results.took_ms, 1),
        results=[_similar_json(one, addresses) for one in results.similar],
        index=index_json(results.index),
    )


def _similar_json(one: SimilarArticle, addresses: Addresses) -> SimilarArticleJson:
    links = links_json(one.article, SearchRequest(), addresses)
    return SimilarArticleJson(**description(one.article), links=links, similarity=round(one.similarity, 3))


def _comparison_json(copies: Copies) -> ComparisonJson | None:
    if copies.compared is None:
        return None
    return ComparisonJson(
        id=copies.compared.other.id,
        title=_pieces_json(copies.compared.title),
        paragraphs=[_pieces_json(paragraph) for paragraph in copies.compared.paragraphs],
        whole=copies.compared.whole,
    )


def _pieces_json(pieces: Iterable[Piece]) -> list[PieceJson]:
    return [PieceJson(change=piece.change, text=piece.text) for piece in pieces]
