# SPDX-License-Identifier: GPL-3.0-or-later
"""Rescues a search of which no article has all words: corrects it, then relaxes it, then looks for some of the words.

1. Correct: words that the archive lacks are replaced by what was probably meant (`spelling`). A guess that finds more
   is only offered (``meant``).
2. Relax: phrases, exact words and words of titles are looked for in any form and anywhere; all are still required.
3. Drop: articles that have most of the words match (`queries.Ranked.wider`). The relaxed query is used where there is
   one. The words that no article has are named (``dropped``).

Each step is tried only where the one before found no article with every word. A request that demands all words is at
most corrected. Articles that the filters of the request leave out still count as found, so that choosing a filter does
not change how a query is read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from indexer.engine.base import Searcher
from indexer.engine.queries import AnyOf, PrefixQuery, Query, Ranked, TermQuery
from indexer.engine.questions import ArticleQuery, ResultPage
from indexer.engine.weights import ENOUGH
from indexer.search.answers.results import Expansion
from indexer.search.answers.warnings import QueryWarning
from indexer.search.planning.plan import QueryPlan
from indexer.search.query.parameters import MAX_QUERY_CHARS
from indexer.search.query.request import SearchRequest
from indexer.search.query.syntax import NO_FIELD, operators, spans_of_words
from indexer.search.query.tree import loosened, written
from indexer.search.suggest.spelling import Correction, Speller, applied


class Ask(Protocol):
    """Answers a request; with ``counts_only`` without hits and facets."""

    def __call__(self, request: SearchRequest, *, counts_only: bool = False) -> tuple[QueryPlan, ResultPage]:
        """The plan of ``request`` and its page."""
        ...


@dataclass(frozen=True, slots=True)
class SearchOutcome:
    """The answer to a search: ``request`` is the one that was made, or one derived from it, ``page`` is its answer.

    ``dropped`` are the words that no article has. ``meant`` is a query that finds more and was perhaps meant.
    ``warnings`` are those of the request that was made.
    """

    request: SearchRequest
    asked: QueryPlan
    page: ResultPage
    corrections: tuple[Correction, ...] = ()
    dropped: tuple[str, ...] = ()
    expansions: tuple[Expansion, ...] = ()
    meant: str = ""
    warnings: tuple[QueryWarning, ...] = ()


def find(request: SearchRequest, ask: Ask, speller: Speller, searcher: Searcher) -> SearchOutcome:
    """The answer to ``request``, rescued where no article has all of its words."""
    asked, page = ask(request)
    found = first = SearchOutcome(request, asked, page, warnings=asked.warnings)
    if asked.ranked is None or page.complete_before >= ENOUGH:
        return found
    if not page.complete_before:
        found = _rescued(found, ask, speller, searcher)
    meant = _corrected(first, ask, speller, searcher.own_fields, unsure=True)
    if meant and meant.request != found.request and meant.page.complete_before > found.page.complete_before:
        return replace(found, meant=meant.request.q)
    return found


def _rescued(first: SearchOutcome, ask: Ask, speller: Speller, searcher: Searcher) -> SearchOutcome:
    corrected = _corrected(first, ask, speller, searcher.own_fields)
    if corrected and corrected.page.complete_before:
        return corrected
    strict = [found for found in (corrected, first) if found]
    relaxed: list[SearchOutcome] = []
    if first.request.match == "auto":
        relaxed = [loose for found in reversed(strict) if (loose := _relaxed(found, ask))]
        if complete := [found for found in relaxed if found.page.complete_before]:
            return complete[0]
    in_full = [found for found in (*strict, *relaxed) if found.page.total_before]
    in_part = [found for found in (*reversed(relaxed), *strict) if found.page.partial_before]
    best = (*in_full, *in_part, first)[0]
    return replace(best, dropped=_absent(best.asked, searcher))


def _corrected(
    first: SearchOutcome, ask: Ask, speller: Speller, own_fields: tuple[str, ...], *, unsure: bool = False
) -> SearchOutcome | None:
    """The answer to what was perhaps meant by the text as it was typed, else as it was read, which leaves out signs.

    With ``unsure`` also corrections that are not sure are made, and only the counts are asked for.
    """
    # A name before a colon was meant as one; in the text as it was read it is a word like others.
    named = any(warning.code == NO_FIELD for warning in first.warnings)
    for text in (first.request.q,) if named else dict.fromkeys((first.request.q, first.asked.read_as)):
        if corrections := _corrections(text, first.request, speller, own_fields, unsure=unsure):
            query = applied(text, corrections)
            if len(query) > MAX_QUERY_CHARS:
                return None
            instead = replace(first.request, q=query)
            told = tuple(Expansion("spelling", one.text, one.by) for one in corrections)
            answer = ask(instead, counts_only=unsure)
            return SearchOutcome(instead, *answer, corrections, expansions=told, warnings=first.warnings)
    return None


def _corrections(
    text: str, request: SearchRequest, speller: Speller, own_fields: tuple[str, ...], *, unsure: bool
) -> tuple[Correction, ...]:
    """The corrections of words in ``text`` without those that the request refuses and those that make an operator."""
    refused, today = set(request.without), date.today()
    spans, own = spans_of_words(text, today, own_fields), operators(text, today, own_fields)
    return tuple(
        one
        for one in speller.corrections(text, unsure=unsure)
        if not {"spelling", f"spelling:{one.by}"} & refused
        and any(first <= one.start and one.end <= last for first, last in spans)
        and operators(applied(text, (one,)), today, own_fields) == own
    )


def _relaxed(found: SearchOutcome, ask: Ask) -> SearchOutcome | None:
    node = found.asked.node
    loose = replace(found.request, q=written(node and loosened(node)), exact=False)
    if (loose.q, loose.exact) == (found.asked.read_as, found.request.exact) or len(loose.q) > MAX_QUERY_CHARS:
        return None
    asked, page = ask(loose)
    told = (*found.expansions, Expansion("relaxed", found.asked.read_as, asked.read_as))
    return replace(found, request=loose, asked=asked, page=page, expansions=told)


def _absent(asked: QueryPlan, searcher: Searcher) -> tuple[str, ...]:
    """The words of a query that no article has in any form or by another name."""
    kinds = ("synonym", "month", "year", "sound")
    otherwise = {expansion.text for expansion in asked.expansions if expansion.kind in kinds}
    prefixes = (*asked.marked.prefixes, *asked.marked_in_title.prefixes)
    terms = [term for term in asked.terms if term.text not in otherwise]
    queries: list[Query] = []
    for term in terms:
        stems = [TermQuery("stem", stem) for stem in (term.stem, term.second) if stem]
        forms: Query = AnyOf((TermQuery("folded", term.folded), *stems))
        if term.folded in prefixes:
            forms = AnyOf((forms, PrefixQuery("folded", term.folded)))
        queries.append(forms)
    counts = searcher.matches([ArticleQuery(Ranked(forms)) for forms in queries])
    return tuple(dict.fromkeys(term.text for term, count in zip(terms, counts, strict=True) if not count))
