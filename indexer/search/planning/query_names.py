# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds names in a query: words that are looked for as one, since they may be written in one word or have synonyms."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from typing import NamedTuple

from indexer.arabic import letters as L
from indexer.arabic.analyser import Analyser, Token
from indexer.search.query.parse import WordGroup, WordGroups

_LONGEST_SYNONYM = 6

Stems = tuple[str, ...]


class Name(NamedTuple):
    """One or more words of a query that are one name.

    ``joined`` is the name in one word; ``synonyms`` are the stems of each other name of the same thing.
    """

    tokens: Sequence[Token]
    joined: Token | None = None
    synonyms: tuple[Stems, ...] = ()


def own(tokens: Sequence[Token]) -> list[Token]:
    """``tokens`` without the extra ones, which are made from others."""
    return [token for token in tokens if not token.extra]


def phrase_terms(tokens: Sequence[Token]) -> tuple[str, ...]:
    """The folded terms of a quoted text, one for each position; a proclitic that stands apart is joined to its word.

    So "قال و فعل" is found where a text has قال وفعل or قال و فعل, and not where it has قال فعل.
    """
    terms = {token.position: token.folded for token in own(tokens)}
    return tuple((terms | {token.position: token.folded for token in tokens if is_glued(token)}).values())


def is_glued(token: Token) -> bool:
    """Whether the token is made of a word and a proclitic that stands apart from it."""
    return token.extra and not token.stem


def names(tokens: Sequence[Token], analyser: Analyser, pairs: Container[int] = ()) -> Iterator[Name]:
    """The words of a query in order, each alone or as part of a name.

    A word whose position is in ``pairs`` is a name together with the next word.
    """
    words = own(tokens)
    joined = {token.position: token for token in tokens if token.extra and token.stem}
    at = 0
    while at < len(words):
        length, others = _synonyms(words[at : at + _LONGEST_SYNONYM], analyser)
        position = words[at].position
        if position in joined and position + 1 not in joined:
            # In أبو عبد الله the second pair is the name, not the first.
            yield Name(words[at : at + 2], joined=joined[position])
            length = 2
        elif position in pairs and position + 1 not in joined and length == 1:
            yield Name(words[at : at + 2])
            length = 2
        else:
            yield Name(words[at : at + length], synonyms=others)
        at += length


def word_groups_by(analyser: Analyser) -> WordGroups:
    """Returns the `names` of a text in the form that `parse` needs; a title such as د. belongs to the next name."""

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
    """The number of first words that are a name with synonyms, and the stems of these; 1 and none if there is none."""
    stems = tuple(token.stem for token in words)
    for length in range(len(stems), 0, -1):
        if others := analyser.synonyms.get(stems[:length]):
            return length, others
    return 1, ()
