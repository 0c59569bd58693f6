"""How a query is read: as a tree, and as a query in which each operator has one form, which is read as the same tree.

What is searched is always what the written form says: it is parsed again until that changes nothing, so what a reader
is shown as the reading of a query finds what the query finds.
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
    TextNode,
    written,
)

_TIMES = 5

WrittenWords = Callable[[str], tuple[str, int]]
"""The words of a text as they are written, and how many they are."""


class QueryReading(NamedTuple):
    """A query as it was read: ``text`` is `written` of ``node`` (None where it says nothing) and is read as it.

    ``operators`` are the common words of the query that were read as operators, ``notes`` its parts that were not read.
    """

    node: Node | None
    text: str
    operators: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()


def read(
    query: str, analyser: Analyser, today: date, own_fields: tuple[str, ...] = (), *, bare: bool = True
) -> QueryReading:
    """Read any string; relative dates count from ``today``. Of a text that gets too long, the beginning is read.

    Without ``bare`` no word of Arabic is read as an operator; the text is to be read so too.
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
    """What ``tokens`` are written as, so that the same tokens are found in it, and how many words they are."""
    words = own(tokens)
    apart = {token.position: token for token in tokens if is_glued(token)}
    text, end, last = "", 0, ""
    for token in words:
        written = _apart(apart.get(token.position), token) + token.text
        if text and token.start > end:
            # Over a space, single letters would be one word, and a conjunction that was a word would be no longer.
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
    """The words of ``query`` without any operator, nor any letter that could be one with the word behind it."""
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
    """``node`` with nothing but words in its texts."""
    if isinstance(node, (All, Either)):
        return replace(node, nodes=tuple(_normal(child, words) for child in node.nodes))
    if isinstance(node, Not):
        inner = _normal(node.node, words)
        one_chunk = isinstance(node.node, TextNode) and " " not in node.node.text
        if one_chunk and isinstance(inner, TextNode) and words(inner.text)[1] > 1:
            inner = Phrase(inner.text, title=inner.title)
        return Not(inner)
    if isinstance(node, (Period, Every)):
        return node
    if isinstance(node, NameNode):
        name, count = words(node.name)
        one_chunk = " " not in node.name.strip()
        return replace(
            node, name=name, begins=node.begins and count == 1, exact=node.exact or (one_chunk and count > 1)
        )
    text, count = words(node.text)
    if isinstance(node, TextNode) and count > 1 and (node.exact or (node.title and " " not in node.text)):
        return Phrase(text, title=node.title)
    if isinstance(node, Prefix) and count > 1:
        return Phrase(text, title=True) if node.title else TextNode(text)  # عبد_الله* is a name of two words
    if isinstance(node, Phrase):
        return replace(node, text=text, within=node.within if count > 1 else 0)
    return replace(node, text=text)
