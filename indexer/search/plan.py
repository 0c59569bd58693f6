"""From the parts of a query to the engine's query, and to what has to be marked in a text that it found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from indexer.arabic.analyser import Analyser, Token
from indexer.engine.base import AnyOf, PhraseQuery, Query, Ranked, TermQuery, Words
from indexer.engine.weights import ENOUGH, FOLDED, FUNCTION_WORD, LEAST, STEM, SURFACE, SYNONYM
from indexer.search.parse import Part, parse
from indexer.search.request import SearchRequest
from indexer.search.results import Expansion, QueryTerm

_LONGEST_SYNONYM = 6
_RELAXED = 2
"""A query of fewer words cannot do with some of them."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is marked in a text: tokens with one of these terms, and runs of tokens with these folded terms or stems."""

    folded: frozenset[str] = frozenset()
    stems: frozenset[str] = frozenset()
    phrases: tuple[tuple[str, ...], ...] = ()
    stem_phrases: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """A query ready to be run. ``ranked`` is None where nothing was typed; ``nothing`` says that no word was in it."""

    ranked: Ranked | None
    wanted: Wanted
    terms: tuple[QueryTerm, ...]
    expansions: tuple[Expansion, ...]
    read_as: str
    nothing: bool = False


@dataclass(slots=True)
class _Draft:
    """What the words of a query add up to; ``loose`` are the required ones, phrases taken apart into words."""

    required: list[Query]
    loose: list[Query]
    optional: list[Query]
    expansions: list[Expansion]
    synonyms: list[tuple[str, ...]]
    grams: list[str]


def plan(request: SearchRequest, analyser: Analyser) -> Plan:
    """Read ``request.q`` and make of it what the engine is to look for."""
    parts = [(part, analyser.tokens(part.text)) for part in parse(request.q)]
    parts = [(part, tokens) for part, tokens in parts if tokens]
    draft = _Draft([], [], [], [], [], [])
    without: list[Query] = []
    for part, tokens in parts:
        if part.excluded:
            several = part.phrase or len(_own(tokens)) > 1
            without += _phrase(tokens) if several else [_forms(token, request.exact) for token in _own(tokens)]
        elif part.phrase:
            draft.required += _phrase(tokens)
            draft.loose += [_forms(token, request.exact) for token in _content(_own(tokens), analyser)]
        else:
            before = len(draft.required)
            _add_words(draft, tokens, analyser, request.exact)
            draft.loose += draft.required[before:]
    return Plan(
        ranked=_ranked(request, draft, without, _neighbours(parts, analyser)),
        wanted=_wanted(parts, draft, request.exact),
        terms=tuple(_terms(parts)),
        expansions=tuple(draft.expansions),
        read_as=" ".join(_written(part, tokens) for part, tokens in parts),
        nothing=not parts and bool(request.q.strip()),
    )


def _ranked(
    request: SearchRequest, draft: _Draft, without: list[Query], neighbours: tuple[tuple[str, str], ...]
) -> Ranked | None:
    required, optional, grams = draft.required, draft.optional, tuple(draft.grams)
    if not (required or without or optional):
        return None
    if not required and optional:
        required, optional = optional, []  # a query of function words alone requires them
    if request.match == "any" and required:
        any_of_them = Words(tuple(draft.loose or required), tuple(without), tuple(optional), least=0)
        return Ranked(any_of_them, neighbours=neighbours, grams=grams)
    words = Words(tuple(required), tuple(without), tuple(optional))
    if request.match == "all" or len(draft.loose) < _RELAXED:
        return Ranked(words, neighbours=neighbours, grams=grams)
    some = replace(words, children=tuple(draft.loose), least=LEAST)
    return Ranked(words, some, ENOUGH, neighbours, grams)


def _add_words(draft: _Draft, tokens: Sequence[Token], analyser: Analyser, exact: bool) -> None:
    """What a run of plain words asks for: each word in any of its forms, names of two words also in one, synonyms."""
    own = _own(tokens)
    names = {token.position: token for token in tokens if token.extra and token.stem}
    at = 0
    while at < len(own):
        token = own[at]
        length, others = (1, ()) if exact else _synonyms(own[at:], analyser)
        if (name := names.get(token.position)) and token.position + 1 not in names:
            # A name written in two words is as good in one, and the other way round; in أبو عبد الله the second one.
            both = Words(tuple(_forms(part, exact) for part in own[at : at + 2]))
            draft.required.append(AnyOf((_forms(name, exact), both)))
            length = 2
        elif others:
            run = own[at : at + length]
            literal = [_forms(part, exact) for part in run]
            names_of_it = [_stems(stems, SYNONYM) for stems in others]
            draft.required.append(AnyOf((literal[0] if length == 1 else Words(tuple(literal)), *names_of_it)))
            draft.expansions += [Expansion("synonym", " ".join(part.text for part in run), " ".join(o)) for o in others]
            draft.synonyms += others
        elif analyser.is_function_word(token):
            draft.optional.append(_forms(token, exact, FUNCTION_WORD))
        else:
            draft.required.append(_forms(token, exact))
        if not exact:
            for part in _content(own[at : at + length], analyser):
                draft.grams += part.word.grams()
        at += length


def _synonyms(own: Sequence[Token], analyser: Analyser) -> tuple[int, tuple[tuple[str, ...], ...]]:
    """How many of the first words are a name that has synonyms, and the stems of these."""
    stems = tuple(token.stem for token in own[:_LONGEST_SYNONYM])
    for length in range(len(stems), 0, -1):
        if others := analyser.synonyms.get(stems[:length]):
            return length, others
    return 1, ()


def _stems(stems: tuple[str, ...], weight: float) -> Query:
    # A phrase scores as all its words together; so long as a name is, it counts as one word.
    return PhraseQuery("stem", stems, weight / len(stems)) if len(stems) > 1 else TermQuery("stem", stems[0], weight)


def _forms(token: Token, exact: bool, weight: float = 1.0) -> Query:
    """Articles that have the word as typed, or in another spelling, or in another form."""
    folded = TermQuery("folded", token.folded, FOLDED * weight)
    if exact:
        return folded
    surface = TermQuery("surface", token.word.bare, SURFACE * weight)
    return AnyOf((surface, folded, TermQuery("stem", token.stem, STEM * weight)))


def _phrase(tokens: Sequence[Token]) -> list[Query]:
    folded = tuple(token.folded for token in _own(tokens))
    return [PhraseQuery("folded", folded) if len(folded) > 1 else TermQuery("folded", folded[0])]


def _neighbours(parts: Iterable[tuple[Part, list[Token]]], analyser: Analyser) -> tuple[tuple[str, str], ...]:
    pairs: list[tuple[str, str]] = []
    for part, tokens in parts:
        if not (part.excluded or part.phrase):
            own = _own(tokens)
            pairs += [
                (first.stem, second.stem)
                for first, second in pairwise(own)
                if not (analyser.is_function_word(first) or analyser.is_function_word(second))
            ]
    return tuple(dict.fromkeys(pairs))


def _wanted(parts: Iterable[tuple[Part, list[Token]]], draft: _Draft, exact: bool) -> Wanted:
    folded: set[str] = set()
    stems: set[str] = set()
    phrases: list[tuple[str, ...]] = []
    for part, tokens in parts:
        if part.excluded:
            continue
        if part.phrase:
            phrases.append(tuple(token.folded for token in _own(tokens)))
        else:
            folded |= {token.folded for token in tokens}
            stems |= {token.stem for token in tokens if token.stem and not exact}
    stems |= {name[0] for name in draft.synonyms if len(name) == 1}
    longer = tuple(name for name in draft.synonyms if len(name) > 1)
    return Wanted(frozenset(folded), frozenset(stems), tuple(phrases), longer)


def _terms(parts: Iterable[tuple[Part, list[Token]]]) -> Iterator[QueryTerm]:
    for part, tokens in parts:
        if not part.excluded:
            yield from (QueryTerm(token.text, token.folded, token.stem) for token in _own(tokens))


def _content(own: Sequence[Token], analyser: Analyser) -> list[Token]:
    """The words that are no function words."""
    return [token for token in own if not analyser.is_function_word(token)]


def _own(tokens: Sequence[Token]) -> list[Token]:
    return [token for token in tokens if not token.extra]


def _written(part: Part, tokens: Sequence[Token]) -> str:
    words = " ".join(token.text for token in _own(tokens))
    return ("-" if part.excluded else "") + (f'"{words}"' if part.phrase or (part.excluded and " " in words) else words)
