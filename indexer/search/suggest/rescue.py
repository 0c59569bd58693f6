"""What is searched where no article has all words of a query: corrected, then relaxed, then with some of them only.

1. Correct: words that the archive lacks are replaced by what was probably meant (`spelling`). What is only guessed is
   proposed (``meant``), where it finds more.
2. Relax: phrases, exact words and words of titles are looked for in any form, anywhere; all are still needed.
3. Drop: articles that have most of the words (`queries.Ranked.wider`), of the query as it was relaxed where it could
   be; words that no article has are told of.

Each is tried only where the one before found no article with every word. A request that demands all words is corrected
at most. What the request's own filters leave out still counts as found: choosing one must not change how a query is
read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from indexer.engine.base import Searcher, TopHits
from indexer.engine.queries import AnyOf, PrefixQuery, Query, Ranked, TermQuery
from indexer.engine.weights import ENOUGH
from indexer.search.answers.results import Expansion
from indexer.search.answers.warnings import Notice
from indexer.search.planning.plan import Plan
from indexer.search.query.parameters import MAX_QUERY_CHARS
from indexer.search.query.request import SearchRequest
from indexer.search.query.syntax import NO_FIELD, operators, spans_of_words
from indexer.search.query.tree import All, Either, Node, Phrase, TextNode, written
from indexer.search.suggest.spelling import Correction, Speller, applied

Ask = Callable[[SearchRequest], tuple[Plan, TopHits]]


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, and by which request: ``request`` is the one asked for or one made of it.

    ``dropped`` are the words that no article has. ``meant`` is another query, perhaps meant, that finds more.
    ``notices`` are of the request as it was asked.
    """

    request: SearchRequest
    asked: Plan
    top: TopHits
    corrections: tuple[Correction, ...] = ()
    dropped: tuple[str, ...] = ()
    expansions: tuple[Expansion, ...] = ()
    meant: str = ""
    notices: tuple[Notice, ...] = ()


def find(request: SearchRequest, ask: Ask, speller: Speller, searcher: Searcher) -> Found:
    """The answer to ``request``, rescued where nothing has all of its words."""
    asked, top = ask(request)
    found = first = Found(request, asked, top, notices=asked.notices)
    if asked.ranked is None or top.complete_before >= ENOUGH:
        return found
    if not top.complete_before:
        found = _rescued(found, ask, speller, searcher)
    meant = _corrected(first, ask, speller, searcher.own_fields, unsure=True)
    if meant and meant.request != found.request and meant.top.complete_before > found.top.complete_before:
        return replace(found, meant=meant.request.q)
    return found


def _rescued(first: Found, ask: Ask, speller: Speller, searcher: Searcher) -> Found:
    corrected = _corrected(first, ask, speller, searcher.own_fields)
    if corrected and corrected.top.complete_before:
        return corrected
    strict = [found for found in (corrected, first) if found]
    relaxed: list[Found] = []
    if first.request.match == "auto":
        relaxed = [loose for found in reversed(strict) if (loose := _relaxed(found, ask))]
        if complete := [found for found in relaxed if found.top.complete_before]:
            return complete[0]
    in_full = [found for found in (*strict, *relaxed) if found.top.total_before]
    in_part = [found for found in (*reversed(relaxed), *strict) if found.top.partial_before]
    best = (*in_full, *in_part, first)[0]
    return replace(best, dropped=_absent(best.asked, searcher))


def _corrected(
    first: Found, ask: Ask, speller: Speller, own_fields: tuple[str, ...], *, unsure: bool = False
) -> Found | None:
    """The answer to what may have been meant: by what was typed, else by how it was read, which leaves out signs."""
    # A name before a colon was meant as one; in the reading it is a word like others.
    named = any(notice.code == NO_FIELD for notice in first.notices)
    for text in (first.request.q,) if named else dict.fromkeys((first.request.q, first.asked.read_as)):
        if corrections := _corrections(text, first.request, speller, own_fields, unsure=unsure):
            query = applied(text, corrections)
            if len(query) > MAX_QUERY_CHARS:
                return None
            instead = replace(first.request, q=query)
            told = tuple(Expansion("spelling", one.text, one.by) for one in corrections)
            return Found(instead, *ask(instead), corrections, expansions=told, notices=first.notices)
    return None


def _corrections(
    text: str, request: SearchRequest, speller: Speller, own_fields: tuple[str, ...], *, unsure: bool
) -> tuple[Correction, ...]:
    """The corrections of words in ``text``, but for those that the request refuses or that would make an operator."""
    refused, today = set(request.without), date.today()
    spans, own = spans_of_words(text, today, own_fields), operators(text, today, own_fields)
    return tuple(
        one
        for one in speller.corrections(text, unsure=unsure)
        if not {"spelling", f"spelling:{one.by}"} & refused
        and any(first <= one.start and one.end <= last for first, last in spans)
        and operators(applied(text, (one,)), today, own_fields) == own
    )


def _relaxed(found: Found, ask: Ask) -> Found | None:
    node = found.asked.node
    loose = replace(found.request, q=written(node and _loosened(node)), exact=False)
    if (loose.q, loose.exact) == (found.asked.read_as, found.request.exact) or len(loose.q) > MAX_QUERY_CHARS:
        return None
    asked, top = ask(loose)
    told = (*found.expansions, Expansion("relaxed", found.asked.read_as, asked.read_as))
    return replace(found, request=loose, asked=asked, top=top, expansions=told)


def _loosened(node: Node) -> Node:
    """``node`` with its phrases and exact words as plain words, titles no more than any other place."""
    if isinstance(node, (All, Either)):
        return replace(node, nodes=tuple(map(_loosened, node.nodes)))
    return TextNode(node.text) if isinstance(node, (TextNode, Phrase)) else node


def _absent(asked: Plan, searcher: Searcher) -> tuple[str, ...]:
    """The words of a query that no article has in any form, nor by another name."""
    kinds = ("synonym", "month", "year", "sound")
    otherwise = {expansion.text for expansion in asked.expansions if expansion.kind in kinds}
    prefixes = (*asked.wanted.prefixes, *asked.wanted_in_title.prefixes)
    absent = []
    for term in asked.terms:
        stems = [TermQuery("stem", stem) for stem in (term.stem, term.second) if stem]
        forms: Query = AnyOf((TermQuery("folded", term.folded), *stems))
        if term.folded in prefixes:
            forms = AnyOf((forms, PrefixQuery("folded", term.folded)))
        if term.text not in otherwise and not searcher.best(Ranked(forms), 1):
            absent.append(term.text)
    return tuple(dict.fromkeys(absent))
