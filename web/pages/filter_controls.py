# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters of a search page: chips of the chosen ones, facets to choose from, forms for periods."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from indexer import moments
from indexer.columns import COLUMNS, DATE, FETCHED, YEAR, ChosenNames, Column, own_column
from indexer.dates import first_day, first_minute, is_whole_month, last_day, whole_year
from indexer.engine.queries import ANY_MOMENT, MomentRange
from indexer.search.answers.paging import facet_values
from indexer.search.answers.results import FacetCount, SearchResults
from indexer.search.query.parameters import BY, Match
from indexer.search.query.request import SearchRequest
from web.links.links import Link, address, current_shown
from web.pages.query_explanation import refusals
from web.texts import texts, times
from web.texts.language import current, gettext, number

SHOWN_VALUES = 8
MAX_VALUES = 20
"""How many values of a facet are visible at first, and how many there are with those that unfold."""

_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Chip:
    """A chosen filter: its label, its value, and the address of the search without it."""

    label: str
    value: str
    href: str


@dataclass(frozen=True, slots=True)
class SearchForm:
    """A search form: its text, and its hidden parameters."""

    q: str
    hidden: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PeriodForm:
    """A form for a period: its title, the ``names`` of its two parameters, and the chosen days as ISO 8601."""

    title: str
    names: tuple[str, str]
    first: str
    last: str
    hidden: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Facet:
    """A box of links that narrow the search: first the frequent and the chosen values, then ``more`` that unfold.

    ``hint`` says what a click on a chosen value does. ``hidden`` are the parameters of a form that seeks among all
    values; ``further`` is how many there are, "" where all are shown.
    """

    name: str
    title: str
    values: tuple[Link, ...]
    more: tuple[Link, ...] = ()
    hint: str = ""
    further: str = ""
    hidden: tuple[tuple[str, str], ...] = ()


def hidden(request: SearchRequest, without: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The hidden parameters of a form that leads to the first page: those of ``request`` but the ones ``without``."""
    pairs = replace(request, offset=0).to_params() + current_shown().to_params()
    return tuple(pair for pair in pairs if pair[0] not in without)


def unfiltered(request: SearchRequest) -> SearchRequest:
    """The same search without any filter."""
    return SearchRequest(q=request.q, sort=request.sort, per_page=request.per_page)


def period_form(request: SearchRequest) -> PeriodForm:
    """The form for dates of publication."""
    limits = (request.date_from, request.date_to)
    first, last = (first_minute(limit).date().isoformat() if limit else "" for limit in limits)
    names = ("from", "to")
    return PeriodForm(gettext("Period"), names, first, last, hidden(request, (*names, BY.name)))


def added_form(request: SearchRequest) -> PeriodForm:
    """The form for when articles were added to the archive."""
    return _moment_form(gettext("Added to the archive"), ("indexed_from", "indexed_to"), request.indexed, request)


def fetched_form(request: SearchRequest) -> PeriodForm:
    """The form for when the pages of articles were fetched."""
    return _moment_form(gettext("Fetched"), ("fetched_from", "fetched_to"), request.fetched, request)


def added_lately(request: SearchRequest, now: int) -> tuple[Link, ...]:
    """Links to what was added today and in the last days, by the days of UTC; ``now`` is the present moment."""
    made = []
    for days in (1, 7, 30):
        first = (now // _DAY - days + 1) * _DAY
        limits = MomentRange(first, None)
        chosen = request.indexed == limits
        changed = replace(request, indexed=ANY_MOMENT if chosen else limits, offset=0)
        made.append(Link(texts.last_days(days), address(changed), current=chosen))
    return tuple(made)


def _moment_form(title: str, names: tuple[str, str], limits: MomentRange, request: SearchRequest) -> PeriodForm:
    first, last = ("" if moment is None else moments.time_of(moment).date().isoformat() for moment in limits)
    return PeriodForm(title, names, first, last, hidden(request, names))


def chips(request: SearchRequest) -> tuple[Chip, ...]:
    """The chosen filters, each with the address of the search without it."""
    request = replace(request, offset=0)
    found = [
        Chip(texts.label(column), name, address(_toggled(request, column.name, name)))
        for column in columns_of(request)
        for name in request.chosen.names(column.name)
    ]
    found += _excluding_chips(request)
    found += _period_chips(request)
    found += _moment_chips(request)
    if request.match != "auto":
        found.append(
            Chip(
                gettext("Matching"), texts.named(texts.MATCHES, request.match), address(replace(request, match="auto"))
            )
        )
    if request.exact:
        found.append(
            Chip(
                gettext("Matching"),
                gettext(texts.EXACT),
                address(replace(request, exact=False)),
            )
        )
    if not request.collapse:
        found.append(Chip(gettext("Copies"), gettext(texts.EVERY_COPY), address(replace(request, collapse=True))))
    found += [Chip(gettext("Not widened"), text, href) for text, href in refusals(request)]
    return tuple(found)


def _excluding_chips(request: SearchRequest) -> Iterator[Chip]:
    """A chip for each excluded name, and for each property that articles must have or lack."""
    columns = columns_of(request)
    for column in columns:
        names = request.excluded.names(column.name)
        for name in names:
            rest = request.excluded.having(column.name, (other for other in names if other != name))
            yield Chip(
                gettext("%(label)s excluded", label=texts.label(column)), name, address(replace(request, excluded=rest))
            )
    labels = {column.name: texts.label(column) for column in columns}
    labels |= {DATE: gettext("Date"), FETCHED: gettext("Fetched")}
    for what in sorted(request.having):
        yield Chip(gettext("Stated"), labels.get(what, what), address(replace(request, having=request.having - {what})))
    for what in sorted(request.lacking):
        rest_ = replace(request, lacking=request.lacking - {what})
        yield Chip(gettext("Not stated"), labels.get(what, what), address(rest_))


def _period_chips(request: SearchRequest) -> list[Chip]:
    """One chip for a whole year or month, else one for each end of the period."""
    first, last = request.date_from, request.date_to
    neither = address(replace(request, date_from=None, date_to=None))
    if year := whole_year(first, last):
        return [Chip(gettext("Year"), current().digits(str(year)), neither)]
    if first and is_whole_month(first, last):
        return [Chip(gettext("Period"), current().month(first), neither)]
    chips = [Chip(gettext("From"), times.limit(first), address(replace(request, date_from=None)))] if first else []
    return chips + ([Chip(gettext("To"), times.limit(last), address(replace(request, date_to=None)))] if last else [])


def _moment_chips(request: SearchRequest) -> Iterator[Chip]:
    """A chip for each end of the periods in which articles were added or their pages were fetched."""
    added, fetched = request.indexed, request.fetched
    for label, moment, without in (
        (gettext("Added from"), added.first, replace(request, indexed=added._replace(first=None))),
        (gettext("Added until"), added.last, replace(request, indexed=added._replace(last=None))),
        (gettext("Fetched from"), fetched.first, replace(request, fetched=fetched._replace(first=None))),
        (gettext("Fetched until"), fetched.last, replace(request, fetched=fetched._replace(last=None))),
    ):
        if moment is not None:
            yield Chip(label, texts.moment(moment, ("00:00:00", "23:59:59")), address(without))


def columns_of(request: SearchRequest) -> tuple[Column, ...]:
    """The columns of the archive that is asked, its own fields last."""
    return (*COLUMNS, *map(own_column, request.own_fields))


def _toggled(request: SearchRequest, column: str, name: str) -> SearchRequest:
    """``request`` with ``name`` of ``column`` added to its filters or, where it is one of them, removed."""
    return replace(request, chosen=_with_toggled(request.chosen, column, name))


def _with_toggled(names: ChosenNames, column: str, name: str) -> ChosenNames:
    """``names`` with ``name`` of ``column`` added or, where it is one of them, removed."""
    named = names.names(column)
    rest = tuple(other for other in named if other != name)
    return names.having(column, rest if name in named else (*named, name))


def facets(results: SearchResults) -> Iterable[Facet]:
    """The facets that have values; where the search has words, how they are matched; where there are copies, whether
    each of them is shown."""
    request = replace(results.request, offset=0)
    titles = {column.name: texts.label(column) for column in columns_of(request)} | {YEAR: gettext("Year")}
    for name, title in titles.items():
        links = facet_links(results, name, MAX_VALUES)
        if links:
            more = tuple(link for link in links[SHOWN_VALUES:] if not link.current and not link.excluded)
            first = tuple(link for link in links if link not in more)
            total = len(results.facets.get(name, ()))
            chosen = name != YEAR and any(link.current for link in links)
            hint = gettext("Another click on a chosen value leaves it out.") if chosen else ""
            if name == YEAR or total <= MAX_VALUES:
                yield Facet(name, title, first, more, hint)
            else:
                yield Facet(name, title, first, more, hint, number(total), hidden(request, ()))
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


def facet_links(results: SearchResults, name: str, most: int) -> list[Link]:
    """The first ``most`` values of a facet as links, those that the search names always among them."""
    request = replace(results.request, offset=0)
    return [_facet_link(name, count, request) for count in facet_values(results, name, most) if count.value]


def _facet_link(name: str, counted: FacetCount, request: SearchRequest) -> Link:
    """A link that narrows the search to the value; where it is narrowed to it, the link leaves the value out instead,
    and where the value is left out, the link ends that. A year is only chosen."""
    value = counted.value
    chosen, excluded = value in request.chosen_values(name), value in request.excluded.names(name)
    if name == YEAR:
        first, last = (None, None) if chosen else (first_day(int(value)), last_day(int(value)))
        changed = replace(request, date_from=first, date_to=last)
    else:
        changed = request if excluded else _toggled(request, name, value)
        if chosen or excluded:
            changed = replace(changed, excluded=_with_toggled(changed.excluded, name, value))
    shown = current().digits(value) if name == YEAR else value
    return Link(shown, address(changed), current=chosen, count=number(counted.count), excluded=excluded)
