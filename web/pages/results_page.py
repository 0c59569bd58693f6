# SPDX-License-Identifier: GPL-3.0-or-later
"""The content of the search page, prepared so that its template only loops over it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from indexer import moments
from indexer.columns import Order
from indexer.search.answers.overview import Overview
from indexer.search.answers.paging import next_request, previous_request
from indexer.search.answers.results import Hit, Marked, SearchResults, Timeline
from indexer.search.query.parameters import MAX_DEPTH
from indexer.search.query.request import SearchRequest
from web.charts import timelines
from web.links.links import FeedLink, Link, address, article_address, article_path, feed_links, search_path
from web.links.originals import web_link
from web.links.site import canonical
from web.pages.copies_shown import PLACE as COPIES
from web.pages.dates import When, ordered_by, when
from web.pages.filter_controls import (
    Chip,
    Facet,
    PeriodForm,
    SearchForm,
    added_form,
    added_lately,
    chips,
    facets,
    fetched_form,
    hidden,
    period_form,
    unfiltered,
)
from web.pages.query_explanation import Understood, because, understood
from web.pages.saved_page import KeptSearch, kept_search
from web.pages.shown import COMPARED
from web.pages.story_link import StoryLink, story_link
from web.texts import texts
from web.texts.highlight import Passage, passage, shortened
from web.texts.language import gettext, number
from web.texts.lines import HEADLINE_CHARS, headline, is_blank, one_line

UNFOLDED_COPIES = 5
"""How many copies of a result unfold below it; the page of the article has all."""

WHOLE_CHARS = 1_000
"""How many characters of a cut headline appear where a reader points at it."""

_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Other:
    """One copy of a result."""

    title: str
    href: str
    source: str
    when: When | None


@dataclass(frozen=True, slots=True)
class Unfolded:
    """The copies of a result: how many there are, the newest ones, and the address where all are compared."""

    count: str
    others: tuple[Other, ...]
    compare: str


@dataclass(frozen=True, slots=True)
class Result:
    """One article of the results. ``whole_title`` is its headline where ``title`` is cut, else "".

    ``ordered_by`` is the moment by which the results are ordered, None where ``when`` shows it already.
    """

    title: Passage
    whole_title: str
    href: str
    source: str
    category: str
    author: str
    when: When | None
    ordered_by: When | None
    snippets: tuple[Passage, ...]
    original: str | None
    why: tuple[str, ...]
    copies: Unfolded | None
    story: StoryLink | None
    similar: str
    permalink: str


@dataclass(frozen=True, slots=True)
class Pager:
    """Links to pages of results: some of them by ``numbers`` (None is a gap), the previous and the next one."""

    previous: str | None
    next: str | None
    numbers: tuple[Link | None, ...]


@dataclass(frozen=True, slots=True)
class Welcome:
    """The introduction to the archive: the time that it spans, and subjects to search for."""

    span: str
    subjects: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class LinkedRemark:
    """A remark, and a link that does the opposite, if there is one."""

    text: str
    link: Link | None


@dataclass(frozen=True, slots=True)
class Partial:
    """The partial matches on the page, under their own heading."""

    heading: str
    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class SearchPage:
    """The content of the search page. ``first_visit``: nothing is asked for yet, and the page shows the archive.

    ``warnings`` are about the query, each with the part of the query that it is about. ``period`` is the form
    for dates of publication, ``added`` and ``fetched`` are those for when articles were added and fetched;
    ``added_lately`` leads to what was added in the last days. ``results`` are the full matches on the page, ``partial``
    the partial matches that follow them. ``left_out`` says how many partial matches an order by time leaves out.
    ``wordless``: the query has no word. ``tries`` are wider searches for a search that found nothing. ``kept`` is what
    a browser keeps of the search, None where nothing is asked for.
    """

    title: str
    canonical: str
    feeds: tuple[FeedLink, ...]
    form: SearchForm
    first_visit: bool
    heading: str
    took: str
    read_as: str
    understood: Understood
    explain: str
    warnings: tuple[tuple[str, str], ...]
    left_out: LinkedRemark | None
    wordless: bool
    sorts: tuple[Link, ...]
    chips: tuple[Chip, ...]
    clear: str
    facets: tuple[Facet, ...]
    period: PeriodForm
    added: PeriodForm
    added_lately: tuple[Link, ...]
    fetched: PeriodForm
    results: tuple[Result, ...]
    partial: Partial | None
    tries: tuple[Link, ...]
    pager: Pager | None
    timeline: timelines.DrawnTimeline | None
    welcome: Welcome | None
    kept: KeptSearch | None


def search_page(
    results: SearchResults,
    other: Timeline | None = None,
    overview: Overview | None = None,
    tries: tuple[Link, ...] = (),
) -> SearchPage:
    """The content of the search page for ``results``.

    ``other`` is the timeline of a second search. The ``overview`` is needed for a first visit and for a query without
    words, ``tries`` for a search that found nothing.
    """
    request = results.request
    chosen = chips(request)
    first_visit = is_first_visit(request)
    counted = texts.counted_results(results.total)
    if results.partial and not results.total:
        counted = gettext("No result has all words of your search")
    if results.wordless:
        counted = gettext("There is no word in this search")
    elif first_visit:
        counted = texts.archive_holds(results.index.articles, len(results.facets.get("source", ())))
    page = gettext("Page %(number)s", number=number(request.page)) if request.page > 1 else ""
    asked = plain(request.q.strip())
    return SearchPage(
        title=texts.page_title(asked, page)
        if asked or page
        else texts.page_title(gettext("Search an archive of Arabic news")),
        canonical=canonical(search_path(request)),
        feeds=feed_links(request),
        form=SearchForm(request.q, hidden(request, without=("q", "without", COMPARED.name))),
        first_visit=first_visit,
        heading=counted,
        took=texts.took(results.took_ms),
        read_as=results.read_as if not results.corrections and _differs(results.read_as, request.q) else "",
        understood=understood(results),
        explain="" if request.explain or not request.q.strip() else address(replace(request, explain=True)),
        warnings=tuple(
            (texts.named(texts.WARNINGS, one.code), one.text) for one in results.warnings if one.code in texts.WARNINGS
        ),
        left_out=_left_out(results),
        wordless=results.wordless,
        sorts=_sorts(results),
        chips=chosen,
        clear=address(unfiltered(request)),
        facets=tuple(facets(results)),
        period=period_form(request),
        added=added_form(request),
        added_lately=added_lately(request, moments.now()),
        fetched=fetched_form(request),
        timeline=timelines.timeline(request, results.spread, other),
        welcome=_welcome(overview, spanned=first_visit) if overview else None,
        results=tuple(_result(hit, results.answered) for hit in results.full_hits),
        partial=_partial(results) if results.partial_hits else None,
        tries=tries,
        pager=_pager(results) if results.pages > 1 or request.offset else None,
        kept=None if first_visit or results.wordless else kept_search(results, chosen),
    )


def _partial(results: SearchResults) -> Partial:
    heading = texts.partial_results(results.partial, most=results.most)
    return Partial(heading, tuple(_result(hit, results.answered) for hit in results.partial_hits))


def _left_out(results: SearchResults) -> LinkedRemark | None:
    """How many partial matches the order leaves out, with a link to all by relevance; None where it leaves out none.

    In an order by time partial matches would stand among the full ones.
    """
    if results.listed > results.total or not results.partial:
        return None
    by_relevance = address(replace(results.request, sort="relevance", offset=0))
    return LinkedRemark(
        texts.left_out(results.partial), Link(gettext("Show them too, the most relevant first"), by_relevance)
    )


def is_first_visit(request: SearchRequest) -> bool:
    """Whether ``request`` has neither words nor filters."""
    return not request.q.strip() and not chips(request)


def empty_form(q: str) -> SearchForm:
    """A form that searches for ``q``, without hidden parameters."""
    return SearchForm(q)


def plain(text: str) -> str:
    """``text`` for the title of a window: without the characters that change the direction of the text beside them."""
    return _BIDI.sub("", text)


def _differs(read_as: str, q: str) -> bool:
    """Whether the query was read as something else than was typed, spaces aside."""
    return bool(read_as.strip()) and read_as.split() != q.split()


def _sorts(results: SearchResults) -> tuple[Link, ...]:
    """The orders to choose from. Without words there is no order by relevance, and the newest stand first."""
    request = results.request
    names: list[Order] = ["relevance"] if request.q.strip() else []
    names += ["newest", "oldest", "added"]
    # The order by fetching helps only where pages say when they were fetched.
    names += ["fetched"] if request.sort == "fetched" or any(one.article.fetched_at for one in results.hits) else []
    chosen = request.sort if request.sort in names else "newest"
    return tuple(
        Link(texts.named(texts.SORTS, name), address(replace(request, sort=name, offset=0)), current=name == chosen)
        for name in names
    )


def _result(hit: Hit, request: SearchRequest) -> Result:
    article = hit.article
    title = Marked(gettext("Untitled article")) if is_blank(hit.title.text) else hit.title
    return Result(
        title=passage(shortened(title, HEADLINE_CHARS)),
        whole_title=one_line(title.text, WHOLE_CHARS) if len(title.text) > HEADLINE_CHARS else "",
        href=article_address(article, request),
        source=article.source,
        category=article.category,
        author=article.author,
        when=when(article),
        ordered_by=ordered_by(article, request.sort),
        snippets=tuple(passage(snippet) for snippet in hit.snippets),
        original=link.href if (link := web_link(article.url)) else None,
        why=because(hit.why) if hit.why else (),
        copies=_unfolded(hit, request) if request.collapse else None,
        story=story_link(article, hit.story, request),
        similar=article_address(article, request, anchor="similar"),
        permalink=article_path(article.id),
    )


def _unfolded(hit: Hit, request: SearchRequest) -> Unfolded | None:
    if hit.cluster.size < 2:
        return None
    others = (
        Other(
            headline(one.title),
            article_address(one, request),
            one.source,
            when(one),
        )
        for one in hit.copies
    )
    compare = article_address(hit.article, request, anchor=COPIES)
    return Unfolded(texts.more_copies(hit.cluster.size - 1), tuple(others), compare)


def _welcome(overview: Overview, *, spanned: bool) -> Welcome:
    subjects = (Link(text, address(SearchRequest(q=text))) for text in overview.subjects)
    return Welcome(texts.span(overview.first, overview.last) if spanned else "", tuple(subjects))


def _pager(results: SearchResults) -> Pager:
    """Links to the first page, the last one, and the pages around the current one, as far as they can be listed."""
    request = results.request
    last = min(results.pages, MAX_DEPTH // request.per_page)
    shown = sorted({1, last, *range(request.page - 2, request.page + 3)} & set(range(1, last + 1)))
    numbers: list[Link | None] = []
    for before, page in zip([0, *shown], shown, strict=False):
        if page == before + 2:
            numbers.append(_page_link(request, before + 1))
        elif page > before + 2:
            numbers.append(None)
        numbers.append(_page_link(request, page))
    previous, following = previous_request(results), next_request(results)
    return Pager(
        previous=address(previous) if previous else None,
        next=address(following) if following else None,
        numbers=tuple(numbers),
    )


def _page_link(request: SearchRequest, page: int) -> Link:
    return Link(number(page), address(request.at_page(page)), current=page == request.page)
