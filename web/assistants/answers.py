# SPDX-License-Identifier: GPL-3.0-or-later
"""The answers that assistants get: short, since a model reads every word, and each article with an address to cite."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from msgspec import Meta

from indexer.article import Article
from indexer.engine.periods import Unit
from indexer.engine.questions import SimilarArticle
from indexer.search.answers.json.member_types import ArticleId, Author, Category, PublishedAt, Source, Title, Whole
from indexer.search.answers.json.members import JsonObject
from indexer.search.answers.json.story_member import ArticleStory, story_json
from indexer.search.answers.json.writing import web_address
from indexer.search.answers.listing import NameCounts
from indexer.search.answers.results import ArticleView, SearchResults, SimilarArticles, Timeline
from indexer.search.answers.story_told import StoryView, ToldArticle
from indexer.search.query.parameters import MAX_DEPTH
from indexer.search.query.request import SearchRequest
from web.api.addresses import ApiAddresses

MOST_TITLE = 300
"""A headline is cut after this many characters."""
MOST_SENTENCE = 600
"""A sentence that an article added to its story is cut after this many characters."""
MOST_ADDRESS = 2_000
"""A longer address of an original is left out."""
MOST_COPIES = 5
MOST_PERIODS = 200
MOST_NOTES = 5

_ELLIPSIS = "…"


class CitedJson(JsonObject, kw_only=True):
    """An article to cite."""

    id: ArticleId
    title: Title
    source: Source
    author: Author
    category: Category
    published_at: PublishedAt
    address: Annotated[
        str | None,
        Meta(description="The permanent address of the article in this archive, to cite; null if the site has none."),
    ]
    original: Annotated[
        str | None, Meta(description="The address of the publisher's page, which may be gone; null if not known.")
    ]


class FoundJson(CitedJson, kw_only=True):
    """An article that a search found."""

    passages: Annotated[list[str], Meta(description="The sentences that match best.")]
    copies: Annotated[Whole, Meta(description="How many more articles have the same text.")]


class FindingsJson(JsonObject, kw_only=True):
    """A page of the articles that a search found."""

    read_as: Annotated[str, Meta(description="The query as it was understood.")]
    notes: Annotated[
        list[str],
        Meta(description="How the query was changed to find anything, and what in it could not be used."),
    ]
    total: Annotated[Whole, Meta(description="How many articles match in full; copies count once.")]
    partial_total: Annotated[Whole, Meta(description="How many more match in part; they follow the full matches.")]
    next_page: Annotated[int | None, Meta(description="The page to ask for next; null if there is none.")]
    results: list[FoundJson]


class ReadingJson(CitedJson, kw_only=True):
    """An article, or a part of a long one."""

    text: Annotated[str, Meta(description="The text from offset on, as the publisher wrote it.")]
    offset: Annotated[Whole, Meta(description="At which character of the article the text begins.")]
    next_offset: Annotated[int | None, Meta(description="The offset to ask for next; null if the article ends here.")]
    copies: Annotated[list[CitedJson], Meta(description="Other articles that have the same text, the newest ones.")]
    copies_total: Annotated[Whole, Meta(description="How many there are.")]


class AlikeJson(CitedJson, kw_only=True):
    """An article that is similar to another."""

    similarity: Annotated[float, Meta(description="0 to 1; 1 means the same words.")]


class AlikesJson(JsonObject, kw_only=True):
    """The articles that are most similar to one."""

    article: CitedJson
    similar: list[AlikeJson]


class ReportJson(CitedJson, kw_only=True):
    """An article of a story."""

    added: Annotated[
        list[str],
        Meta(description="The sentences that add most to the articles before it; of the first, its beginning."),
    ]
    repeated_by: Annotated[list[CitedJson], Meta(description="Later articles that add hardly a word to this one.")]
    repeated_total: Annotated[Whole, Meta(description="How many there are.")]


class ReportsJson(JsonObject, kw_only=True):
    """The articles that report one event."""

    article: CitedJson
    story: ArticleStory
    reports: Annotated[list[ReportJson], Meta(description="The articles of the story, from the first to the last.")]
    unlisted: Annotated[
        Whole, Meta(description="How many later articles of the story are neither listed nor counted as repeating one.")
    ]


class ShareJson(JsonObject, kw_only=True):
    """How many articles of a period a search found."""

    period: Annotated[str, Meta(description="YYYY, YYYY-Qn, YYYY-MM, YYYY-Wnn, YYYY-MM-DD or YYYY-MM-DDThh.")]
    count: Annotated[Whole, Meta(description="How many articles found were published in it.")]
    articles: Annotated[Whole, Meta(description="How many articles of the archive were published in it.")]


class PeriodsJson(JsonObject, kw_only=True):
    """How the articles that a search finds spread over time."""

    read_as: Annotated[str, Meta(description="The query as it was understood.")]
    by: Annotated[Unit, Meta(description="How long the periods are.")]
    periods: Annotated[list[ShareJson], Meta(description="The periods in which any was published, ascending.")]
    left_out: Annotated[
        Whole, Meta(description=f"How many earlier periods are left out: the latest {MOST_PERIODS} are listed.")
    ]
    outside: Annotated[
        Whole, Meta(description="How many of the articles found lie far before or after all of these periods.")
    ]
    undated: Annotated[Whole, Meta(description="How many of the articles found have no date.")]


class SourceCountJson(JsonObject, kw_only=True):
    """A publisher."""

    name: Annotated[str, Meta(description="The name, as the argument source takes it.")]
    count: Annotated[Whole, Meta(description="How many of the articles found it has.")]


class SourcesListedJson(JsonObject, kw_only=True):
    """The publishers of the articles that a search finds."""

    total: Annotated[Whole, Meta(description="How many publishers there are.")]
    sources: Annotated[list[SourceCountJson], Meta(description="The most frequent first.")]


@dataclass(frozen=True, slots=True)
class Citing:
    """Makes citations. ``site`` is the public address without a slash at its end, "" if the site has none."""

    site: str

    def cited(self, article: Article) -> CitedJson:
        """Returns ``article`` without its text."""
        return CitedJson(**self._members(article))

    def findings(self, results: SearchResults) -> FindingsJson:
        """Returns a page of results."""
        request = results.request
        more = request.page < results.pages and (request.page + 1) * request.per_page <= MAX_DEPTH
        return FindingsJson(
            read_as=results.read_as,
            notes=_notes(results),
            total=results.total,
            partial_total=results.partial,
            next_page=request.page + 1 if more else None,
            results=[
                FoundJson(
                    **self._members(hit.article),
                    passages=[snippet.text for snippet in hit.snippets],
                    copies=max(0, hit.cluster.size - 1) if request.collapse else 0,
                )
                for hit in results.hits
            ],
        )

    def reading(self, view: ArticleView, offset: int, most: int) -> ReadingJson:
        """Returns ``most`` characters of an article from ``offset`` on, cut at the end of a word."""
        body = view.article.body
        end = offset + most
        if end < len(body):
            end = max(body.rfind(" ", offset + 1, end), body.rfind("\n", offset + 1, end)) + 1 or end
        return ReadingJson(
            **self._members(view.article),
            text=body[offset:end],
            offset=offset,
            next_offset=end if end < len(body) else None,
            copies=[self.cited(copy) for copy in view.copies.others[:MOST_COPIES]],
            copies_total=max(0, view.copies.cluster.size - 1),
        )

    def alikes(self, found: SimilarArticles) -> AlikesJson:
        """Returns the articles that are similar to one."""
        return AlikesJson(article=self.cited(found.article), similar=list(map(self._alike, found.similar)))

    def _alike(self, one: SimilarArticle) -> AlikeJson:
        return AlikeJson(**self._members(one.article), similarity=round(one.similarity, 3))

    def reports(self, view: StoryView, most: int) -> ReportsJson:
        """Returns the first ``most`` articles of a story."""
        left = view.told[most:]
        return ReportsJson(
            article=self.cited(view.article),
            story=story_json(view.story),
            reports=list(map(self._report, view.told[:most])),
            unlisted=view.unlisted + sum(1 + len(one.repeated_by) for one in left),
        )

    def _report(self, one: ToldArticle) -> ReportJson:
        return ReportJson(
            **self._members(one.article),
            added=[_cut(sentence, MOST_SENTENCE) for sentence in one.sentences],
            repeated_by=list(map(self.cited, one.repeated_by[:MOST_COPIES])),
            repeated_total=len(one.repeated_by),
        )

    def _members(self, article: Article) -> dict[str, Any]:
        return {
            "id": article.id,
            "title": _cut(article.title) or None,
            "source": _cut(article.source) or None,
            "author": _cut(article.author) or None,
            "category": _cut(article.category) or None,
            "published_at": article.published.value if article.published else None,
            "address": ApiAddresses(self.site).article_page(article.id, SearchRequest()) if self.site else None,
            "original": web_address(article.url) if len(article.url) <= MOST_ADDRESS else None,
        }


def periods(found: Timeline) -> PeriodsJson:
    """Returns how the articles found spread over time."""
    spread = found.spread
    filled = [one for one in spread.periods if one.count]
    listed = [ShareJson(period=one.period, count=one.count, articles=one.all) for one in filled[-MOST_PERIODS:]]
    return PeriodsJson(
        read_as=found.read_as,
        by=spread.unit,
        periods=listed,
        left_out=len(filled) - len(listed),
        outside=sum(one.count for one in (spread.before, spread.after) if one),
        undated=spread.undated,
    )


def sources_listed(found: NameCounts, most: int) -> SourcesListedJson:
    """Returns the first ``most`` publishers."""
    listed = [SourceCountJson(name=one.value, count=one.count) for one in found.counts[:most]]
    return SourcesListedJson(total=len(found.counts), sources=list(listed))


def _notes(results: SearchResults) -> list[str]:
    notes = [f"{one.text} was read as {one.by}" for one in results.corrections]
    notes += [f"no article has {word}" for word in results.dropped]
    notes += [f"more is found by: {results.meant}"] if results.meant else []
    notes += [warning.detail for warning in results.warnings]
    return [_cut(note) for note in notes[:MOST_NOTES]]


def _cut(text: str, most: int = MOST_TITLE) -> str:
    return text if len(text) <= most else text[: most - 1] + _ELLIPSIS
