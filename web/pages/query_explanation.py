"""What the pages say of how a query was understood: its expansions, each with a link that refuses it."""

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
    """A word of the query, what it was looked for as besides, why, and the search without that."""

    kind: str
    text: str
    by: str
    href: str


@dataclass(frozen=True, slots=True)
class Understood:
    """``names`` are the expansions that stand open; ``forms``, of which each word has one, unfold.

    ``corrected`` is the query that was searched instead, ``typed`` leads to what was typed, as it was; ``meant`` to a
    query that finds more. ``operators`` says of words that they were read as operators, each with the search
    that reads it as a word. ``loosened`` says that phrases and exact words were taken for words; ``dropped`` are those
    that no article has.
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
    """What is told of a search; that some articles have a part of the words only is told elsewhere."""
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
    """What the page says that a word was looked for as; "" where there is nothing to tell."""
    if one.kind == "variant":
        return texts.listed(list(results.forms.get(one.text, ())))
    return texts.published_within(one.by) if one.kind == "year" else one.by


def refusals(request: SearchRequest) -> list[tuple[str, str]]:
    """What the request refuses, and the search that does not refuse it."""
    return [
        (_refusal(name), address(replace(request, without=tuple(o for o in request.without if o != name), offset=0)))
        for name in request.without
    ]


def _refusal(name: str) -> str:
    kind, colon, text = name.partition(":")
    said = texts.named(texts.EXPANSIONS, kind)
    return f"{said}: {text}" if colon else said


def because(why: Why) -> tuple[str, ...]:
    """Why an article is a result, a sentence a reason: the words that it has, where, and what lifted it."""
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
    # A word that the article has adds no more by its letters than by itself (measured: .9 times as much at most).
    if not why.complete and why.similar > sum(word.score for word in why.words):
        lines.append(gettext("It has words with letters like those of the search."))
    if why.recency > 1:
        lines.append(gettext("It ranks higher for being recent."))
    return tuple(lines)
