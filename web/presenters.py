"""What the search page shows, worked out: templates only loop over it."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from markupsafe import Markup

from indexer.article import Published
from indexer.search.envelope import facet_values, next_request, previous_request
from indexer.search.parameters import MAX_DEPTH, Match, Sort
from indexer.search.request import SearchRequest
from indexer.search.results import FacetCount, Hit, SearchResults
from web import texts
from web.addresses import web_link
from web.copies import copies_link
from web.explaining import Understood, because, refusals, understood
from web.highlight import Passage, highlighted, passage
from web.language import current, gettext, number
from web.links import address, article_address, feed_address, search_path
from web.site import canonical

SHOWN_VALUES = 8
MAX_VALUES = 20
"""How many values of a facet stand open, and how many there are with those that unfold."""

_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Link:
    """A link, or the place where the reader is (``current``). ``count`` is how many articles it leads to."""

    text: str
    href: str
    current: bool = False
    count: str = ""


@dataclass(frozen=True, slots=True)
class Chip:
    """An active filter: what it filters by, its value, and the search without it."""

    label: str
    value: str
    href: str


@dataclass(frozen=True, slots=True)
class Form:
    """A search form: its text, and the parameters that it carries along unseen."""

    q: str
    hidden: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PeriodForm:
    """The two dates to search between, with the parameters that the form carries along unseen."""

    date_from: str
    date_to: str
    hidden: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Facet:
    """One way to narrow the search: its values as links, the frequent and the chosen ones, then more to unfold."""

    name: str
    title: str
    values: tuple[Link, ...]
    more: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class When:
    """A date for readers, and for machines."""

    text: str
    iso: str


@dataclass(frozen=True, slots=True)
class Result:
    """One article found."""

    title: Markup
    href: str
    source: str
    category: str
    author: str
    when: When | None
    snippets: tuple[Passage, ...]
    original: str | None
    why: tuple[str, ...]
    copies: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Pager:
    """The pages: a window of numbers (None is a gap), and the pages before and after."""

    previous: str | None
    next: str | None
    numbers: tuple[Link | None, ...]


@dataclass(frozen=True, slots=True)
class SearchPage:
    """All that the search page shows. ``first_visit`` is the archive itself: nothing was asked for yet."""

    title: str
    canonical: str
    feed: str
    form: Form
    first_visit: bool
    heading: str
    took: str
    read_as: str
    understood: Understood
    explain: str
    relaxed: str
    sorts: tuple[Link, ...]
    chips: tuple[Chip, ...]
    clear: str
    facets: tuple[Facet, ...]
    period: PeriodForm
    results: tuple[Result, ...]
    tries: tuple[Link, ...]
    pager: Pager | None


def search_page(results: SearchResults) -> SearchPage:
    """The search page for ``results``."""
    request = results.request
    chips = _chips(request)
    first_visit = not request.q.strip() and not chips
    counted = texts.counted_results(results.total)
    if first_visit:
        counted = texts.archive_holds(results.index.articles, len(results.facets.get("source", ())))
    page = gettext("Page %(number)s", number=number(request.page)) if request.page > 1 else ""
    asked = plain(request.q.strip())
    return SearchPage(
        title=texts.page_title(asked, page)
        if asked or page
        else texts.page_title(gettext("Search an archive of Arabic news")),
        canonical=canonical(search_path(request)),
        feed=feed_address(replace(request, offset=0)),
        form=Form(request.q, _hidden(request, without=("q", "without"))),
        first_visit=first_visit,
        heading=counted,
        took=texts.took(results.took_ms),
        read_as=results.read_as if not results.corrections and _differs(results.read_as, request.q) else "",
        understood=understood(results),
        explain="" if request.explain or not request.q.strip() else address(replace(request, explain=True)),
        relaxed=texts.relaxed(results.full) if results.relaxed else "",
        sorts=_sorts(request),
        chips=chips,
        clear=address(_unfiltered(request)),
        facets=tuple(_facets(results)),
        period=PeriodForm(
            date_from=request.date_from.isoformat() if request.date_from else "",
            date_to=request.date_to.isoformat() if request.date_to else "",
            hidden=_hidden(request, without=("from", "to")),
        ),
        results=tuple(_result(hit, results.answered) for hit in results.hits),
        tries=_tries(results, bool(chips)),
        pager=_pager(results) if results.pages > 1 or request.offset else None,
    )


def empty_form(q: str) -> Form:
    """A form that searches for ``q`` and carries nothing else along."""
    return Form(q)


def when(published: Published | None) -> When | None:
    """The date of an article, if it has one."""
    return When(texts.published(published), published.value) if published else None


def plain(text: str) -> str:
    """``text`` without the characters that turn the direction of what stands beside it, for the window's title."""
    return _BIDI.sub("", text)


def _differs(read_as: str, q: str) -> bool:
    """Whether the query was read as something other than what was typed, spaces aside."""
    return bool(read_as.strip()) and read_as.split() != q.split()


def _hidden(request: SearchRequest, without: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The parameters that a form carries along: all but its own, from the first page on."""
    return tuple(pair for pair in replace(request, offset=0).to_params() if pair[0] not in without)


def _sorts(request: SearchRequest) -> tuple[Link, ...]:
    """The orders to choose from. Without words nothing is relevant to anything, and the newest stand first."""
    names: tuple[Sort, ...] = ("relevance", "newest", "oldest") if request.q.strip() else ("newest", "oldest")
    chosen = request.sort if request.sort in names else "newest"
    return tuple(
        Link(texts.named(texts.SORTS, name), address(replace(request, sort=name, offset=0)), current=name == chosen)
        for name in names
    )


def _unfiltered(request: SearchRequest) -> SearchRequest:
    return SearchRequest(q=request.q, sort=request.sort, per_page=request.per_page)


def _chips(request: SearchRequest) -> tuple[Chip, ...]:
    """Every active filter, removable one by one."""
    request = replace(request, offset=0)
    chips = [
        Chip(gettext("Source"), name, address(replace(request, sources=_without(request.sources, name))))
        for name in request.sources
    ]
    chips += [
        Chip(gettext("Section"), name, address(replace(request, categories=_without(request.categories, name))))
        for name in request.categories
    ]
    chips += _period_chips(request)
    if request.match != "auto":
        chips.append(
            Chip(
                gettext("Matching"), texts.named(texts.MATCHES, request.match), address(replace(request, match="auto"))
            )
        )
    if request.exact:
        chips.append(
            Chip(
                gettext("Matching"),
                gettext(texts.EXACT),
                address(replace(request, exact=False)),
            )
        )
    if not request.collapse:
        chips.append(Chip(gettext("Copies"), gettext(texts.EVERY_COPY), address(replace(request, collapse=True))))
    chips += [Chip(gettext("Not widened"), text, href) for text, href in refusals(request)]
    return tuple(chips)


def _period_chips(request: SearchRequest) -> list[Chip]:
    """A whole year or month is one chip; otherwise each end of the period is one."""
    first, last = request.date_from, request.date_to
    neither = address(replace(request, date_from=None, date_to=None))
    if first and last and (first, last) == _year(first.year):
        return [Chip(gettext("Year"), current().digits(str(first.year)), neither)]
    if first and last and (first, last) == _month(first.year, first.month):
        return [Chip(gettext("Period"), current().month(first), neither)]
    chips = [Chip(gettext("From"), current().day(first), address(replace(request, date_from=None)))] if first else []
    return chips + ([Chip(gettext("To"), current().day(last), address(replace(request, date_to=None)))] if last else [])


def _year(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


def _month(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def _without(values: Iterable[str], value: str) -> tuple[str, ...]:
    return tuple(other for other in values if other != value)


def _facets(results: SearchResults) -> Iterable[Facet]:
    """The facets that have values, then how words are matched, if there are any, and copies shown, if there are any."""
    request = replace(results.request, offset=0)
    for name, title in texts.FACETS.items():
        counts = [count for count in facet_values(results, name, MAX_VALUES) if count.value]
        links = [_facet_link(name, count, request) for count in counts]
        if links:
            more = tuple(link for link in links[SHOWN_VALUES:] if not link.current)
            yield Facet(name, gettext(title), tuple(link for link in links if link not in more), more)
    if request.q.strip():
        matches: tuple[Match, ...] = ("auto", "all", "any")
        links = [
            Link(texts.named(texts.MATCHES, name), address(replace(request, match=name)), current=name == request.match)
            for name in matches
        ]
        links.append(
            Link(
                gettext(texts.EXACT),
                address(replace(request, exact=not request.exact)),
                current=request.exact,
            )
        )
        yield Facet("match", gettext("Matching"), tuple(links))
    if not request.collapse or any(hit.cluster.size > 1 for hit in results.hits):
        every = address(replace(request, collapse=not request.collapse))
        yield Facet(
            "copies",
            gettext("Copies"),
            (Link(gettext(texts.EVERY_COPY), every, current=not request.collapse),),
        )


def _facet_link(name: str, counted: FacetCount, request: SearchRequest) -> Link:
    """A link that adds the value to the filters or, where it is among them, takes it away."""
    value = counted.value
    chosen = value in request.chosen(name)
    if name == "year":
        first, last = _year(int(value))
        changed = replace(request, date_from=None if chosen else first, date_to=None if chosen else last)
    elif name == "source":
        sources = _without(request.sources, value) if chosen else (*request.sources, value)
        changed = replace(request, sources=sources)
    else:
        categories = _without(request.categories, value) if chosen else (*request.categories, value)
        changed = replace(request, categories=categories)
    shown = current().digits(value) if name == "year" else value
    return Link(shown, address(changed), current=chosen, count=number(counted.count))


def _result(hit: Hit, request: SearchRequest) -> Result:
    article = hit.article
    return Result(
        title=highlighted(hit.title) if hit.title.text.strip() else Markup.escape(gettext("Untitled article")),
        href=article_address(article, request),
        source=article.source,
        category=article.category,
        author=article.author,
        when=when(article.published),
        snippets=tuple(passage(snippet) for snippet in hit.snippets),
        original=link.href if (link := web_link(article.url)) else None,
        why=because(hit.why) if hit.why else (),
        copies=copies_link(hit.cluster, article, request) if request.collapse else None,
    )


def _tries(results: SearchResults, filtered: bool) -> tuple[Link, ...]:
    """Wider searches to try where this one found nothing."""
    tries = []
    request = replace(results.request, offset=0)
    if filtered:
        tries.append(Link(gettext("Search the whole archive, unfiltered"), address(_unfiltered(request))))
    if request.exact:
        tries.append(Link(gettext("Accept other forms of the words, too"), address(replace(request, exact=False))))
    if request.match != "any" and len(results.terms) > 1:
        tries.append(Link(gettext("Search for any of the words"), address(replace(request, match="any"))))
    return tuple(tries)


def _pager(results: SearchResults) -> Pager:
    """The pages that can be listed: the first, the last, and those around this one."""
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
