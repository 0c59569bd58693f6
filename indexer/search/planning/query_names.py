"""Words that are looked for as one: a name that is written in two words or in one, and names that have synonyms."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from typing import NamedTuple

from indexer.arabic import letters as L
from indexer.arabic.analyser import Analyser, Token
from indexer.search.query.parse import WordGroup, WordGroups

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


def phrase_terms(tokens: Sequence[Token]) -> tuple[str, ...]:
    """The folded terms that a quoted text asks for, one a position; a proclitic that stands apart is one with its word.

    So "قال و فعل" is found where a text has قال وفعل or قال و فعل, and not where it has قال فعل.
    """
    terms = {token.position: token.folded for token in own(tokens)}
    return tuple((terms | {token.position: token.folded for token in tokens if is_glued(token)}).values())


def is_glued(token: Token) -> bool:
    """Whether it is made of a word and the proclitic that stands apart from it."""
    return token.extra and not token.stem


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
        elif position in pairs and position + 1 not in joined and length == 1:
            yield Name(words[at : at + 2])
            length = 2
        else:
            yield Name(words[at : at + length], synonyms=others)
        at += length


def word_groups_by(analyser: Analyser) -> WordGroups:
    """The `names` of a text as `parse` wants them, a title such as د. with the name behind it."""

    def groups(text: str) -> list[WordGroup]:
        found: list[WordGroup] = []
        title: int | None = None
        for name in names(analyser.tokens(text), analyser):
            first, last = name.tokens[0], name.tokens[-1]
            if last.title:
                title = first.start if title is None else title
                continue
            content = any(not analyser.is_function_word(token) for token in name.tokens)
            accusative = last.word.base == last.stem + L.ALEF
            found.append(WordGroup(first.start if title is None else title, last.end, content, accusative))
            title = None
        return found

    return groups


def _synonyms(words: Sequence[Token], analyser: Analyser) -> tuple[int, tuple[Stems, ...]]:
    """How many of the first words are a name that has synonyms, and the stems of these."""
    stems = tuple(token.stem for token in words)
    for length in range(len(stems), 0, -1):
        if others := analyser.synonyms.get(stems[:length]):
            return length, others
    return 1, ()
