"""The dates that pages show of an article, each for readers and for machines."""

from __future__ import annotations

from dataclasses import dataclass

from indexer import moments
from indexer.article import Article
from indexer.search.query.parameters import Sort
from web.texts import texts


@dataclass(frozen=True, slots=True)
class When:
    """A date for readers, and for machines."""

    text: str
    iso: str


def when(article: Article) -> When | None:
    """The date of an article; where it has none, when its page was fetched, if that is known."""
    if article.published:
        return When(texts.published(article.published), article.published.value)
    return None if article.fetched_at is None else _said(texts.fetched(article.fetched_at), article.fetched_at)


def ordered_by(article: Article, sort: Sort) -> When | None:
    """The moment by which an article has its place in the order ``sort``; None where `when` shows it already."""
    if sort == "indexed" and article.indexed_at is not None:
        return _said(texts.added(article.indexed_at), article.indexed_at)
    if sort == "fetched" and article.fetched_at is not None and article.published:
        return _said(texts.fetched(article.fetched_at), article.fetched_at)
    return None


def exact(moment: int | None) -> When | None:
    """A moment with its time, if it is known."""
    return None if moment is None else _said(texts.moment(moment), moment)


def _said(text: str, moment: int) -> When:
    return When(text, moments.written(moment))
