# SPDX-License-Identifier: GPL-3.0-or-later
"""Explains how a query was understood: its expansions, each with a link that refuses it, and why an article matched."""

from __future__ import annotations

from dataclasses import dataclass, replace

from indexer.search.answers.results import Expansion, SearchResults, Why
from indexer.search.planning.expansions import removed
from indexer.search.query.request import SearchRequest
from web.links.links import address
from web.texts import texts
from web.texts.language import gettext


@dataclass(frozen=True, slots=True)
class Widened:
    """An expansion: a word of the query ``text`` was also looked for as ``by``. ``href`` is the search without it."""

    kind: str
    text: str
    by: str
    href: str


@dataclass(frozen=True, slots=True)
class Understood:
    """How a query was understood. ``names`` are the expansions that are always visible, ``forms`` those that unfold.

    ``corrected`` is the query that was searched in place of what was typed. ``typed`` and ``meant`` are a query and its
    address: what was typed, without corrections, and a query that finds more. ``operators`` are words that were read as
    operators, each with the address of the search that reads it as a word. ``loosened``: phrases and exact words were
    looked for as plain words. ``dropped`` are the words that no article has.
    """

    names: tuple[Widened, ...]
    forms: tuple[Widened, ...]
    corrected: str
    typed: tuple[str, str] | None
    meant: tuple[str, str] | None
    operators: tuple[tuple[str, str], ...]
    loosened: bool
    dropped: tuple[str, ...]


def understood(results: SearchResults) -> Understood:
    """How the query of ``results`` was understood, except that there are partial matches, which have a heading."""
    request, expansions = results.request, results.expansions
    shown = [
        (one.kind, Widened(texts.named(texts.EXPANSIONS, one.kind), one.text, by, address(removed(one, request))))
        for one in expansions
        if one.kind not in ("relaxed", "spelling", "operator")
        if (by := _by(one, results))
    ]
    operators = [one for one in expansions if one.kind == "operator"]
    typed = replace(request, without=(*request.without, "spelling"), offset=0)
    meant = replace(request, q=results.meant, offset=0)
    return Understood(
        names=tuple(one for kind, one in shown if kind != "variant"),
        forms=tuple(one for kind, one in shown if kind == "variant"),
        corrected=results.read_as if results.corrections else "",
        typed=(request.q, address(typed)) if results.corrections else None,
        meant=(results.meant, address(meant)) if results.meant else None,
        operators=tuple((one.text, address(removed(one, request))) for one in operators),
        loosened=any(one.kind == "relaxed" and one.by for one in expansions),
        dropped=results.dropped,
    )


def _by(one: Expansion, results: SearchResults) -> str:
    """The other words or days that a word was looked for as; "" where there is nothing to say."""
    if one.kind == "variant":
        return texts.listed(list(results.forms.get(one.text, ())))
    return texts.published_within(one.by) if one.kind == "year" else one.by


def refusals(request: SearchRequest) -> list[tuple[str, str]]:
    """The expansions that the request refuses, each with the address of the search that does not refuse it."""
    return [
        (_refusal(name), address(replace(request, without=tuple(o for o in request.without if o != name), offset=0)))
        for name in request.without
    ]


def _refusal(name: str) -> str:
    kind, colon, text = name.partition(":")
    said = texts.named(texts.EXPANSIONS, kind)
    return f"{said}: {text}" if colon else said


def because(why: Why) -> tuple[str, ...]:
    """Why an article is a result, one sentence for each reason: its words, their places, and what raised its rank."""
    if why.complete:
        lines = [gettext("The article has all words of the search.")]
    elif why.full:
        lines = [gettext("The article has the words that make up most of the search.")]
    else:
        lines = [gettext("The article has some words of the search.")]
    for word in why.words:
        where = texts.listed([texts.named(texts.WHY_FIELDS, name) for name in word.fields])
        said = f"{texts.quoted(word.text)} {texts.named(texts.WHY_FORMS, word.form)}"
        lines.append(f"{said} ({where})" if where else said)
    if why.neighbours:
        pairs = texts.listed([texts.quoted(f"{first} {second}") for first, second in why.neighbours])
        lines.append(gettext("Words side by side as in the search: %(pairs)s", pairs=pairs))
    # For an article with the words themselves, their letters add less than the words (0.9 times at most, measured).
    if not why.complete and why.similar > sum(word.score for word in why.words):
        lines.append(gettext("It has words with letters like those of the search."))
    if why.recency > 1:
        lines.append(gettext("It ranks higher for being recent."))
    return tuple(lines)
