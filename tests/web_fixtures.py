# SPDX-License-Identifier: GPL-3.0-or-later
"""Shared by the tests of the web front end: articles, an archive that answers from a list, and a client over it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from urllib.parse import parse_qs, urlsplit
from xml.etree.ElementTree import Element

import html5lib
from babel.messages.catalog import Catalog
from flask import Flask
from flask.testing import FlaskClient

from indexer.article import Article, Published, Removed, article_id
from indexer.columns import COLUMNS_BY_NAME, Order
from indexer.engine.questions import Cluster, SimilarArticle
from indexer.engine.stories.lookup import StoryCounts
from indexer.errors import NotFoundError, RequestError
from indexer.search.answers.copy_differences import Copies
from indexer.search.answers.export import Export
from indexer.search.answers.listing import NameCounts, Stats
from indexer.search.answers.overview import Overview
from indexer.search.answers.results import (
    ArticleView,
    FacetCount,
    Hit,
    IndexInfo,
    Listing,
    Marked,
    QueryTerm,
    SearchResults,
    SignificantWord,
    SimilarArticles,
    Suggestion,
    Suggestions,
    Timeline,
    WordResults,
)
from indexer.search.answers.spread import (
    AUTOMATIC,
    PeriodCount,
    Spread,
    TimelineOptions,
)
from indexer.search.query.request import SearchRequest
from tests.compiled import COMPILED
from tests.fixed_answers import FixedAnswers
from tests.messages import translated
from web.app import create_app
from web.requests.searchable_archive import SearchableArchive

INFO = IndexInfo(generation="20230514T104500Z-1", built_at="2023-05-14T10:45:00Z", articles=0)
RLO = "\u202e"


def article(key: str, title: str = "عنوان", body: str = "نصّ", **others: object) -> Article:
    """Returns an article with the id that belongs to ``key``."""
    made = Article(id=article_id(key), title=title, body=body, path=f"/archive/{key}.txt")
    return replace(made, **others)  # type: ignore[arg-type]  # the fields are checked by the tests that read them


IRAQ = article(
    "iraq",
    title="بغداد وواشنطن تبحثان إنهاء الدور القتالي لقوات التحالف في العراق",
    body=(
        "بحث رئيس الوزراء العراقي اليوم السبت مع السفير الأمريكي إنهاء الدور القتالي لقوات التحالف في العراق.\n"
        "وأفاد بيان أن الجانبين أكّدا «دور العراق المتنامي» في تعزيز الأمن والاستقرار.\n"
        "وعُقدت أربع جلسات من الحوار، آخرها في 26 تموز 2021 بحضور وفد NATO."
    ),
    source="شينخوا",
    category="عربي ودولي",
    author="ليلى حداد",
    url="https://news.example/iraq?id=1",
    published=Published("2021-12-04"),
    removed=(Removed("اضغط للتعليق", "share"), Removed("Connect with us", "odd-reason")),
)
SHIPPING = article(
    "shipping",
    title="ميناء البصرة يستقبل سفينة Ever Given",
    body="رست السفينة في ميناء البصرة جنوب العراق.",
    source="Gulf Wire",
    category="اقتصاد",
    published=Published("2023-05"),
)
HOSTILE = article(
    "hostile",
    title=f'<script>alert(1)</script> {RLO}عنوان مقلوب & "اقتباس"',
    body=f"<img src=x onerror=alert(1)> العراق {RLO}abc\n" + "ك" * 10_000 + "\nneben\x00\x0b\ud800\ufffe",
    source=f"<b>مصدر</b>{RLO}",
    category='"><script>',
    author="A&B",
    url="javascript:alert(1)",
    removed=(Removed("<script>x</script>", "<i>"),),
)
CROWDED = article("crowded", title="تكرار", body="\n".join(["هنا كلمة متكررة مرّة أخرى."] * 80))
SPOOF = article(
    "spoof",
    title="انتحال " + "ا" * 3_000 + " " + "ب\u0651\u064f" * 200 + "ج" + "\u0651\u064b" * 500,
    body="خبر عن انتحال الأسماء.\n" + "د" + "\u0652\u064e" * 2_000 + "\n" + "W" * 10_000,
    source="مصدر" + "س" * 500,
    category="قسم" + "ق" * 500,
    author="W" * 500,
    url="https://аррӏе.com/" + "a" * 3_000 + RLO,
)
BARE = article("bare", title="", body="مقال عن العراق بلا عنوان ولا مصدر ولا تاريخ.")
MANY = tuple(
    article(
        f"many-{number}",
        title=f"خبر رقم {number} عن مفاوضات الحدود",
        body=f"تواصلت مفاوضات الحدود في جولتها {number} بين الوفدين.",
        source=("الرافدين اليوم", "نشرة النيل", "صحيفة الساحل")[number % 3],
        category=("سياسة", "اقتصاد")[number % 2],
        published=Published(f"{2015 + number % 9}-{number % 12 + 1:02}-{number % 28 + 1:02}"),
    )
    for number in range(1, 48)
)
ARTICLES = (IRAQ, SHIPPING, HOSTILE, BARE, *MANY)

STATES = [
    "/",
    "/?q=العراق",
    "/?q=مفاوضات&page=3",
    "/?q=مفاوضات&per_page=1&page=20&sort=oldest&match=any&exact=1",
    "/?q=لاشيء&source=شينخوا&from=2020",
    "/?source=نشرة النيل&source=شينخوا&category=سياسة&from=2017-03-05&to=2019-01-01",
    "/?q=%00%01%ef%bf%bf<script>\"'&",
    "/?q=alert",
    *(f"/articles/{one.id}?q=العراق" for one in (IRAQ, SHIPPING, HOSTILE, BARE)),
    f"/articles/{IRAQ.id}",
]
MISTAKES = [
    ("/nothing", 404),
    ("/articles/0000000000000000", 404),
    ("/?from=abc", 400),
    ("/?page=99", 404),
    ("/?page=5000", 404),
    ("/?sort=<b>", 400),
    ("/?q=" + "ا" * 1_001, 400),
    ("/?q=a&q=%00%ff", 400),
]


@dataclass
class ListArchive(FixedAnswers):
    """Answers as `indexer.search.archive.Archive` does, from a list of articles; finds words exactly as typed.

    Raises ``error``, if given, instead of answering; ``searches`` counts the searches that were really run.
    """

    articles: Sequence[Article] = ARTICLES
    error: Exception | None = None
    generation: str = INFO.generation
    relaxed: bool = False
    read_as: str | None = None
    built_at: str = INFO.built_at
    searches: int = field(default=0)
    behind: bool = False

    def info(self) -> IndexInfo:
        """Returns the generation, with as many articles as the list."""
        if self.error:
            raise self.error
        return replace(INFO, generation=self.generation, built_at=self.built_at, articles=len(self.articles))

    def own_fields(self) -> tuple[str, ...]:
        """Returns none: the list has only the columns of every archive."""
        return ()

    def has_name(self, column: str, name: str) -> bool:
        """Returns whether an article of the list has the name."""
        return any(name in one.names_in(column) for one in self.articles)

    def search(
        self, request: SearchRequest, *, spread: TimelineOptions | None = None, copies: int = 0
    ) -> SearchResults:
        """Returns every article that has all words (or any, if requested) and passes the filters, the newest first."""
        info = self.info()
        self.searches += 1
        found = [one for one in self.articles if _passes(one, request)]
        found.sort(key=lambda one: one.published.value if one.published else "", reverse=request.sort != "oldest")
        if request.sort == "added":
            found.sort(key=lambda one: one.indexed_at or 0, reverse=True)
        if request.offset and request.offset >= len(found):
            raise RequestError("page_not_found", "page", f"there is no such page: there are {len(found)}; go back.")
        words = request.q.split()
        page = found[request.offset : request.offset + request.per_page]
        return SearchResults(
            request=request,
            read_as=request.q if self.read_as is None else self.read_as,
            terms=tuple(QueryTerm(word, word, word) for word in words),
            total=0 if self.relaxed else len(found),
            hits=tuple(
                Hit(one, 1.5, _mark(one.title, words), _snippets(one, words), Cluster(one.id, 1)) for one in page
            ),
            facets={
                **{name: _counted(v for one in found for v in one.names_in(name)) for name in COLUMNS_BY_NAME},
                "year": _counted(one.published.value[:4] for one in found if one.published)[::-1],
            },
            timeline=_counted(one.published.value[:7] for one in found if one.published),
            index=info,
            took_ms=12.34,
            partial=len(found) if self.relaxed else 0,
            listed=len(found),
            spread=self.timeline(request).spread if spread else None,
        )

    def timeline(self, request: SearchRequest, options: TimelineOptions = AUTOMATIC) -> Timeline:
        """Counts by year, whatever is requested."""
        info, everything = self.info(), replace(request, q="")
        found, all_of_them = ([one for one in self.articles if _passes(one, asked)] for asked in (request, everything))
        counts = Counter(one.published.value[:4] for one in found if one.published)
        periods = _counted(one.published.value[:4] for one in all_of_them if one.published)
        row = tuple(PeriodCount(one.value, counts[one.value], one.count) for one in periods)
        undated = sum(not one.published for one in found)
        return Timeline(request, request.q, Spread("year", row, undated), info, 1.25)

    def overview(self) -> Overview:
        """Returns what the list holds; its subject is a word that most articles have."""
        days = sorted(one.published.value for one in self.articles if one.published)
        return Overview(
            info=self.info(),
            names={name: _counted(v for one in self.articles for v in one.names_in(name)) for name in COLUMNS_BY_NAME},
            years=self.timeline(SearchRequest()).spread,
            first="2015-01-01" if days else "",
            last="2023-12-31" if days else "",
            subjects=("مفاوضات الحدود",) if days else (),
        )

    def suggest(self, request: SearchRequest) -> Suggestions:
        """Returns the titles that begin with the query."""
        info = self.info()
        self.searches += 1
        found = [one for one in self.articles if request.q and one.title.startswith(request.q)]
        made = [Suggestion(one.title, "headline", 1, one.id) for one in found[: request.per_page]]
        return Suggestions(request, (Suggestion(request.q, "word", 3), *made), info, 1.25)

    def similar(self, article_id: str, most: int) -> SimilarArticles:
        """Returns the articles after the given one."""
        view = self.article(article_id, similar=most)
        self.searches += 1
        return SimilarArticles(view.article, view.similar, view.index, 1.25)

    def listing(self, offset: int, limit: int) -> Listing:
        """Returns the articles by their ids."""
        self.searches += 1
        found = sorted((one.id, one.published.start() if one.published else None) for one in self.articles)
        return Listing(tuple(found[offset : offset + limit]), self.info())

    def words(self, request: SearchRequest) -> WordResults:
        """Returns one word, whatever is requested."""
        found = self.search(request)
        words = (SignificantWord("الحدود", 2, 5, 12.345),)
        return WordResults(request, found.read_as, words, len(found.hits), found.total, found.index, 1.25)

    def names(self, column: str, request: SearchRequest) -> NameCounts:
        """Returns the sources or sections of the articles that `search` finds."""
        found = self.search(request)
        own = COLUMNS_BY_NAME[column]
        return NameCounts(request, found.read_as, own, found.facets[column], found.index, 1.25, ())

    def stats(self) -> Stats:
        """Returns the size of the list; each article counts as a story."""
        facets = self.search(SearchRequest()).facets
        sizes = (len(facets["source"]), len(facets["category"]), sum(year.count for year in facets["year"]))
        return Stats(len(self.articles), *sizes, StoryCounts(0, 0), tuple(facets["year"]), self.info(), 1.25)

    def export(
        self, request: SearchRequest, after: str = "", most: int | None = None, order: Order | None = None
    ) -> Export:
        """Returns the articles that `search` finds, by their ids."""
        found = sorted((one for one in self.articles if _passes(one, request)), key=lambda one: one.id)
        rest = [(one, Cluster(one.id, 1)) for one in found if one.id > after][:most]
        return Export(self.info(), len(rest), rest, request.q)

    def article(
        self, article_id: str, request: SearchRequest | None = None, compare: str | None = None, similar: int = 0
    ) -> ArticleView:
        """Returns the article with the words of ``request`` marked in it; any others are similar to it."""
        info = self.info()
        for one in self.articles:
            if one.id == article_id:
                words = request.q.split() if request else []
                title, *paragraphs = (_mark(text, words) for text in (one.title, *one.body.split("\n")))
                count = sum(len(marked.marks) for marked in (title, *paragraphs))
                alone = Copies(Cluster(one.id, 1))
                others = [SimilarArticle(one, 0.5) for one in self.articles if one.id != article_id]
                return ArticleView(one, title, tuple(paragraphs), info, count, alone, None, tuple(others[:similar]))
        raise NotFoundError(f"no article {article_id}")


def _passes(one: Article, request: SearchRequest) -> bool:
    text = f"{one.title}\n{one.body}"
    day = one.published.start().date() if one.published else None
    return (
        (any if request.match == "any" else all)(word in text for word in request.q.split() or [""])
        and all({*one.names_in(column)} & {*names} for column, names in request.chosen.items())
        and (not request.date_from or bool(day and day >= request.date_from))
        and (not request.date_to or bool(day and day <= request.date_to))
    )


def _mark(text: str, words: Sequence[str]) -> Marked:
    pattern = "|".join(re.escape(word) for word in words)
    return Marked(text, tuple(match.span() for match in re.finditer(pattern, text)) if pattern else ())


def _snippets(one: Article, words: Sequence[str]) -> tuple[Marked, ...]:
    return tuple(_mark(paragraph[:300], words) for paragraph in one.body.split("\n")[:2])


def _counted(values: Iterable[str]) -> tuple[FacetCount, ...]:
    return tuple(FacetCount(value, count) for value, count in sorted(Counter(values).items()) if value)


@cache
def _catalogue() -> Catalog:
    return translated()


def arabic(message: str) -> str:
    """Returns the Arabic of a message of the interface that has no plural forms."""
    found = _catalogue().get(message)
    assert found
    assert isinstance(found.string, str)
    return found.string


def client_over(
    *articles: Article,
    error: Exception | None = None,
    relaxed: bool = False,
    read_as: str | None = None,
    generation: str = INFO.generation,
) -> FlaskClient:
    """Returns a client of the application over a `ListArchive`; errors become answers, as in production."""
    return client_of(ListArchive(articles or ARTICLES, error, generation, relaxed, read_as))


def client_of(archive: SearchableArchive) -> FlaskClient:
    """Returns a client of the application over ``archive``."""
    return app_over(archive).test_client()


def app_over(archive: SearchableArchive) -> Flask:
    """Returns the application, answering from ``archive``."""
    app = create_app(archive=archive)
    app.jinja_env.bytecode_cache = COMPILED
    return app


XHTML = "{http://www.w3.org/1999/xhtml}"


class Page:
    """A page, read by a strict parser."""

    def __init__(
        self, client: FlaskClient, path: str, status: int = 200, headers: dict[str, str] | None = None
    ) -> None:
        response = client.get(path, headers=headers)
        assert response.status_code == status
        assert response.content_type == "text/html; charset=utf-8"
        self.html = response.get_data(as_text=True)
        self.root: Element = html5lib.HTMLParser(strict=True).parse(self.html)

    def all(self, tag: str, /, **attributes: str) -> list[Element]:
        """Returns the elements of this name with these attributes (``class_`` for class, ``_`` for a hyphen)."""
        wanted = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
        return [
            element
            for element in self.root.iter(XHTML + tag)
            if all(value in (element.get(key) or "").split() for key, value in wanted.items())
        ]

    def text(self, tag: str, /, **attributes: str) -> str:
        """Returns the text of the only such element."""
        (element,) = self.all(tag, **attributes)
        return text(element)

    def link(self, words: str) -> str:
        """Returns the address of the only link that holds these words."""
        (found,) = {element.get("href") or "" for element in self.all("a") if words in text(element)}
        return found


def text(element: Element) -> str:
    """Returns all the text of an element, with each run of spaces as one."""
    return " ".join("".join(element.itertext()).split())


def parameters(address: str) -> dict[str, list[str]]:
    """Returns the parameters that an address states."""
    return parse_qs(urlsplit(address).query)
