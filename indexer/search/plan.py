"""From the parts of a query to the engine's query, and to what has to be marked in a text that it found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from indexer.arabic.analyser import Analyser, Token
from indexer.engine.base import AllOf, AnyOf, PhraseQuery, Query, TermQuery
from indexer.search.parse import Part, parse
from indexer.search.request import SearchRequest
from indexer.search.results import QueryTerm

FOLDED_WEIGHT = 0.5
STEM_WEIGHT = 1.0
"""An article with the word as typed has both scores, one with another form of it the stem's alone: it ranks below."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is marked in a text: tokens with one of these terms, and runs of tokens with these folded terms."""

    folded: frozenset[str] = frozenset()
    stems: frozenset[str] = frozenset()
    phrases: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """A query ready to be run. ``query`` is None where no word was given."""

    query: Query | None
    wanted: Wanted
    terms: tuple[QueryTerm, ...]
    read_as: str


def plan(request: SearchRequest, analyser: Analyser) -> Plan:
    """Read ``request.q`` and make of it what the engine is to look for."""
    parts = [(part, analyser.tokens(part.text)) for part in parse(request.q)]
    parts = [(part, tokens) for part, tokens in parts if tokens]
    wanted = [unit for part, tokens in parts if not part.excluded for unit in _units(part, tokens, request.exact)]
    without = [unit for part, tokens in parts if part.excluded for unit in _units(part, tokens, request.exact)]
    if request.match == "any" and wanted:
        wanted = [AnyOf(tuple(wanted))]
    query = AllOf(tuple(wanted), tuple(without)) if wanted or without else None
    return Plan(
        query=query,
        wanted=_wanted(parts, request.exact),
        terms=tuple(_terms(parts)),
        read_as=" ".join(_written(part, tokens) for part, tokens in parts),
    )


def _units(part: Part, tokens: Sequence[Token], exact: bool) -> list[Query]:
    """One query for each word of a run of words, or one for the whole phrase."""
    own = [token for token in tokens if not token.extra]
    if part.phrase:
        folded = tuple(token.folded for token in own)
        return [PhraseQuery("folded", folded) if len(folded) > 1 else TermQuery("folded", folded[0])]
    units = {token.position: _unit(token, exact) for token in own}
    for name in (token for token in tokens if token.extra and token.stem):
        # A name written in two words is as good in one, and the other way round.
        first, second = units.get(name.position), units.pop(name.position + 1, None)
        if first and second:
            units[name.position] = AnyOf((_unit(name, exact), AllOf((first, second))))
    return list(units.values())


def _unit(token: Token, exact: bool) -> Query:
    folded = TermQuery("folded", token.folded, FOLDED_WEIGHT)
    return folded if exact else AnyOf((folded, TermQuery("stem", token.stem, STEM_WEIGHT)))


def _wanted(parts: Iterable[tuple[Part, list[Token]]], exact: bool) -> Wanted:
    folded: set[str] = set()
    stems: set[str] = set()
    phrases: list[tuple[str, ...]] = []
    for part, tokens in parts:
        if part.excluded:
            continue
        if part.phrase:
            phrases.append(tuple(token.folded for token in tokens if not token.extra))
        else:
            folded |= {token.folded for token in tokens}
            stems |= {token.stem for token in tokens if token.stem and not exact}
    return Wanted(frozenset(folded), frozenset(stems), tuple(phrases))


def _terms(parts: Iterable[tuple[Part, list[Token]]]) -> Iterable[QueryTerm]:
    for part, tokens in parts:
        if not part.excluded:
            yield from (QueryTerm(token.text, token.folded, token.stem) for token in tokens if not token.extra)


def _written(part: Part, tokens: Sequence[Token]) -> str:
    words = " ".join(token.text for token in tokens if not token.extra)
    return ("-" if part.excluded else "") + (f'"{words}"' if part.phrase or (part.excluded and " " in words) else words)
