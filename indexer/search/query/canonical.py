# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a query as a tree and as its canonical text, in which each operator has one spelling.

The text is parsed again until this no longer changes it, so that the text which a reader is shown as the reading of a
query finds what the query finds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from indexer import deadline
from indexer.arabic import letters as L
from indexer.arabic.analyser import Analyser, Token
from indexer.arabic.readings import CONJUNCTIONS
from indexer.arabic.tokens import is_open
from indexer.exhaustive import assert_never
from indexer.search.planning.query_names import is_glued, own, word_groups_by
from indexer.search.query.parameters import MAX_QUERY_CHARS
from indexer.search.query.parse import DOUBTFUL, Note, parse
from indexer.search.query.tree import (
    OPERATOR_WORDS,
    All,
    Either,
    Every,
    NameNode,
    Node,
    Not,
    Period,
    Phrase,
    Prefix,
    Stated,
    TextNode,
    written,
)

_TIMES = 5

WrittenWords = Callable[[str], tuple[str, int]]
"""Takes a text; returns its words, written so that they are read alike, and their number."""


class QueryReading(NamedTuple):
    """A query as it was read. ``node`` is None where the query says nothing; ``text`` is its `written` form.

    ``operators`` are the common words that were read as operators; ``notes`` are about parts that were not read.
    """

    node: Node | None
    text: str
    operators: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()


def read(
    query: str, analyser: Analyser, today: date, own_fields: tuple[str, ...] = (), *, bare: bool = True
) -> QueryReading:
    """Read any string. Relative dates count from ``today``. If the canonical text gets too long, it is cut.

    With ``bare=False`` no word of Arabic is an operator; the canonical text must then be read with it too.
    ``own_fields`` are those of the archive. Raises TooSlowError.
    """
    groups = lru_cache(maxsize=None)(word_groups_by(analyser))  # a query that is read again has the same words

    def words(text: str) -> tuple[str, int]:
        return _words(analyser.tokens(text), analyser)

    text = query
    first = None
    for _ in range(_TIMES):
        deadline.check()
        parsed = parse(text, groups, today, own_fields, bare=bare)
        first = first or parsed
        node = parsed.node and _normal(parsed.node, words)
        before, text = text, written(node)
        if text == before:
            return QueryReading(node, text, first.operators, first.notes)
        if len(text) > MAX_QUERY_CHARS:
            text = text[:MAX_QUERY_CHARS].rsplit(" ", 1)[0]
    return _plain(query, words)


def _words(tokens: Sequence[Token], analyser: Analyser) -> tuple[str, int]:
    """A text in which exactly ``tokens`` are found again, and the number of its words."""
    words = own(tokens)
    apart = {token.position: token for token in tokens if is_glued(token)}
    text, end, last = "", 0, ""
    for token in words:
        written = _apart(apart.get(token.position), token) + token.text
        if text and token.start > end:
            # With a space between them single letters would become one word, and a conjunction would no longer be one.
            parted = not is_open(last) or len(own(analyser.tokens(f"{last} {written}"))) == 2
            text += " " if parted else ", "
        last = written + "." * token.title
        text += last
        end = token.end
    return text, len(words)


def _apart(glued: Token | None, word: Token) -> str:
    """The proclitics that stand apart from ``word``, as they are written before it."""
    letters = glued.word.bare.removesuffix(word.word.bare) if glued else ""
    return "".join(f"{letter} " if letter in CONJUNCTIONS else letter + L.TATWEEL for letter in letters)


def _plain(query: str, words: WrittenWords) -> QueryReading:
    """The words of ``query`` without operators and single letters, which could join with the word after them."""
    text = query
    for _ in range(_TIMES):
        kept = [
            word.lower() for word in words(text)[0].split() if len(word) > 1 and word not in OPERATOR_WORDS | DOUBTFUL
        ]
        before, text = text, " ".join(kept)[:MAX_QUERY_CHARS].strip()
        if text == before:
            return QueryReading(TextNode(text) if text else None, text)
    return QueryReading(None, "")


def _normal(node: Node, words: WrittenWords) -> Node:
    """``node`` with texts that hold nothing but words, separated by single spaces."""
    match node:
        case All() | Either():
            return replace(node, nodes=tuple(_normal(child, words) for child in node.nodes))
        case Not():
            return Not(_normal_operand(node.node, words))
        case Stated() | Period() | Every():
            return node
        case NameNode():
            name, count = words(node.name)
            exact = node.exact or (count > 1 and _is_one_chunk(node.name))
            return replace(node, name=name, begins=node.begins and count == 1, exact=exact)
        case TextNode():
            text, count = words(node.text)
            if count > 1 and (node.exact or (node.title and _is_one_chunk(node.text))):
                return Phrase(text, title=node.title)
            return replace(node, text=text)
        case Prefix():
            text, count = words(node.text)
            if count > 1:  # عبد_الله* is a name of two words
                return Phrase(text, title=True) if node.title else TextNode(text)
            return replace(node, text=text)
        case Phrase():
            text, count = words(node.text)
            return replace(node, text=text, within=node.within if count > 1 else 0)
        case _:
            assert_never(node)


def _normal_operand(node: Node, words: WrittenWords) -> Node:
    """`_normal` of the operand of a NOT, where several words that were typed as one chunk are a phrase."""
    normal = _normal(node, words)
    one_chunk = isinstance(node, TextNode) and _is_one_chunk(node.text)
    if one_chunk and isinstance(normal, TextNode) and words(normal.text)[1] > 1:
        return Phrase(normal.text, title=normal.title)
    return normal


def _is_one_chunk(text: str) -> bool:
    """Whether ``text`` was typed without a space, as sahil-press is."""
    return " " not in text
