# SPDX-License-Identifier: GPL-3.0-or-later
"""The dates of an article that pages show, each for readers and for machines."""

from __future__ import annotations

from dataclasses import dataclass

from indexer import moments
from indexer.article import Article
from indexer.columns import Order
from web.texts import texts


@dataclass(frozen=True, slots=True)
class When:
    """A date as readers see it, and as ISO 8601 for machines."""

    text: str
    iso: str


def when(article: Article) -> When | None:
    """The date of the article, or else when its page was fetched; None where neither is known."""
    if article.published:
        return When(texts.published(article.published), article.published.value)
    return None if article.fetched_at is None else _said(texts.fetched(article.fetched_at), article.fetched_at)


def ordered_by(article: Article, sort: Order) -> When | None:
    """The moment by which ``sort`` orders the article; None where `when` shows it already."""
    if sort == "added" and article.indexed_at is not None:
        return _said(texts.added(article.indexed_at), article.indexed_at)
    if sort == "fetched" and article.fetched_at is not None and article.published:
        return _said(texts.fetched(article.fetched_at), article.fetched_at)
    return None


def exact(moment: int | None) -> When | None:
    """A moment with its time of day; None for None."""
    return None if moment is None else _said(texts.moment(moment), moment)


def _said(text: str, moment: int) -> When:
    return When(text, moments.written(moment))
