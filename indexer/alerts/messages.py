# SPDX-License-Identifier: GPL-3.0-or-later
"""What is told of new articles: an object for programs, and a text for people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from indexer import moments
from indexer.article import Article
from indexer.engine.queries import MomentRange
from indexer.search.answers.json.members import description
from indexer.search.answers.json.writing import well_formed
from indexer.search.query.request import SearchRequest
from indexer.settings import text_setting

SUMMARY_CHARS = 240

Mark = tuple[int, str]
"""Up to where articles were told: the moment at which an article was added, and its id."""

Event = dict[str, Any]
"""The object that a program gets. The texts for people are made from it."""

_TEXTS = {
    "ar": ("{name} — الجديد: {count}", "كل الجديد في هذا البحث: {address}", "مقال بلا عنوان"),
    "en": ("{name} — new: {count}", "All that is new in this search: {address}", "Untitled article"),
}
"""In each language: the title, what leads to the search, and what stands for a headline that is missing."""


@dataclass(frozen=True, slots=True)
class NewArticle:
    """An article to tell: its ``mark``, and what is said of it as members of an object."""

    mark: Mark
    told: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Batch:
    """The articles of one message, in the order of their addition. ``after`` is the mark of the message before.

    ``remaining`` is how many more the search has found. ``built_at`` is when the index was built.
    """

    search: str
    request: SearchRequest
    articles: tuple[NewArticle, ...]
    after: Mark
    remaining: int
    built_at: str

    def id(self, channel: str) -> str:
        """Returns what identifies the delivery of this batch to ``channel``; it follows from what is delivered."""
        parts = (self.search, channel, *(one.mark[1] for one in self.articles), str(self.after))
        return f"msg_{sha256(chr(0).join(parts).encode('utf-8', 'replace')).hexdigest()[:32]}"


def new_article(article: Article, mark: Mark) -> NewArticle:
    """Returns what is told of ``article``: the members that the API gives it, a summary, and its page."""
    link = f"{site}/articles/{article.id}" if (site := _site()) else None
    return NewArticle(mark, {**description(article), "summary": _summary(article.body), "page": link})


def event(batch: Batch) -> Event:
    """Returns the object that a program gets."""
    return {
        "type": "articles.added",
        "timestamp": batch.built_at,
        "data": {
            "search": batch.search,
            "q": batch.request.q,
            "page": _search_page(batch),
            "articles": [one.told for one in batch.articles],
            "remaining": batch.remaining,
        },
    }


def title(told: Event) -> str:
    """Returns the title of the text for people, on one line."""
    data = told["data"]
    return one_line(_texts()[0].format(name=data["search"], count=len(data["articles"])))


def text(told: Event) -> str:
    """Returns the text for people, without its title: a paragraph for each article, with its address on a line."""
    data = told["data"]
    paragraphs = ["\n".join(_lines(article)) for article in data["articles"]]
    if page := data["page"]:
        paragraphs.append(_texts()[1].format(address=page))
    return well_formed("\n\n".join(paragraphs)) + "\n"


def one_line(text: str) -> str:
    """Returns the text on one line, without signs that control a terminal or the direction of other text."""
    return "".join(sign for sign in " ".join(text.split()) if sign.isprintable() or sign in "\u200c\u200d")


def _lines(told: dict[str, Any]) -> Iterable[str]:
    yield one_line(told["title"] or "") or _texts()[2]
    facts = (told["source"], told["category"], told["author"], told["published_at"])
    if known := " · ".join(one_line(fact) for fact in facts if fact):
        yield known
    if told["summary"]:
        yield told["summary"]
    if address := told["page"] or told["url"]:
        yield one_line(address)


def _summary(body: str) -> str:
    """Returns the beginning of a text, which ends with a word."""
    whole = one_line(body[: 4 * SUMMARY_CHARS])
    if len(whole) <= SUMMARY_CHARS:
        return whole
    return f"{whole[:SUMMARY_CHARS].rsplit(' ', 1)[0]} …"


def _search_page(batch: Batch) -> str | None:
    """Returns the address of the page that shows what is new; None if the site has no public address."""
    shown = replace(batch.request, sort="added", indexed=MomentRange(max(batch.after[0], moments.FIRST), None))
    site = _site()
    return f"{site}/?{urlencode(shown.to_params(), errors='replace')}" if site else None


def _site() -> str:
    given = text_setting("public_url")
    return "" if given == "-" else given.rstrip("/")


def _texts() -> tuple[str, str, str]:
    return _TEXTS[text_setting("language")]
