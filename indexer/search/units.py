"""Words that are looked for as one: a name that is written in two words or in one, and names that have synonyms."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from typing import NamedTuple

from indexer.arabic import letters as L
from indexer.arabic.analyser import Analyser, Token
from indexer.search.parse import Unit, Units

_LONGEST_SYNONYM = 6

Stems = tuple[str, ...]


class Name(NamedTuple):
    """One or more words of a query: ``joined`` is the form in one word, ``synonyms`` the stems of each other name."""

    tokens: Sequence[Token]
    joined: Token | None = None
    synonyms: tuple[Stems, ...] = ()


def own(tokens: Sequence[Token]) -> list[Token]:
    """``tokens`` without those that are made from others."""
    return [token for token in tokens if not token.extra]


def names(tokens: Sequence[Token], analyser: Analyser, pairs: Container[int] = ()) -> Iterator[Name]:
    """The words of a run in order, each alone or as part of a name.

    Where the position of a word is among ``pairs``, it is a name together with the next word.
    """
    words = own(tokens)
    joined = {token.position: token for token in tokens if token.extra and token.stem}
    at = 0
    while at < len(words):
        length, others = _synonyms(words[at : at + _LONGEST_SYNONYM], analyser)
        position = words[at].position
        if position in joined and position + 1 not in joined:
            # In أبو عبد الله the second of the two names is the one.
            yield Name(words[at : at + 2], joined=joined[position])
            length = 2
        elif position in pairs and length == 1:
            yield Name(words[at : at + 2])
            length = 2
        else:
            yield Name(words[at : at + length], synonyms=others)
        at += length


def units_by(analyser: Analyser) -> Units:
    """The `names` of a text as `parse` wants them."""

    def units(text: str) -> list[Unit]:
        return [
            Unit(
                name.tokens[0].start,
                name.tokens[-1].end,
                content=any(not analyser.is_function_word(token) for token in name.tokens),
                accusative=name.tokens[-1].word.base == name.tokens[-1].stem + L.ALEF,
            )
            for name in names(analyser.tokens(text), analyser)
        ]

    return units


def _synonyms(words: Sequence[Token], analyser: Analyser) -> tuple[int, tuple[Stems, ...]]:
    """How many of the first words are a name that has synonyms, and the stems of these."""
    stems = tuple(token.stem for token in words)
    for length in range(len(stems), 0, -1):
        if others := analyser.synonyms.get(stems[:length]):
            return length, others
    return 1, ()
