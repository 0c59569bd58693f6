"""How a query is read: as a tree, and as a query in which each operator has one form, which is read as the same tree.

What is searched is always what the written form says: it is parsed again until that changes nothing, so what a reader
is shown as the reading of a query finds what the query finds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from indexer.arabic.analyser import Analyser, Token
from indexer.arabic.readings import CONJUNCTIONS
from indexer.search.parameters import MAX_QUERY_CHARS
from indexer.search.parse import DOUBTFUL, Note, parse
from indexer.search.query import OPERATOR_WORDS, All, Either, Every, Named, Node, Not, Period, Phrase, Text, written
from indexer.search.units import own, units_by

_TIMES = 5
_LONE_CONJUNCTION = re.compile(f"(?:^|[ ])[{''.join(CONJUNCTIONS)}]$")

Words = Callable[[str], tuple[str, int]]
"""The words of a text as they are written, and how many they are."""


class Reading(NamedTuple):
    """A query as it was read: ``text`` is `written` of ``node`` (None where it says nothing) and is read as it.

    ``operators`` are the common words of the query that were read as operators, ``notes`` its parts that were not read.
    """

    node: Node | None
    text: str
    operators: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()


def read(query: str, analyser: Analyser, today: date, *, bare: bool = True) -> Reading:
    """Read any string; relative dates count from ``today``. Of a text that gets too long, the beginning is read.

    Without ``bare`` no word of Arabic is read as an operator; the text is to be read so too.
    """
    units = lru_cache(maxsize=None)(units_by(analyser))  # what is read again has the same chunks

    def words(text: str) -> tuple[str, int]:
        return _words(own(analyser.tokens(text)))

    text = query
    first = None
    for _ in range(_TIMES):
        parsed = parse(text, units, today, bare=bare)
        first = first or parsed
        node = parsed.node and _normal(parsed.node, words)
        before, text = text, written(node)
        if text == before:
            return Reading(node, text, first.operators, first.notes)
        if len(text) > MAX_QUERY_CHARS:
            text = text[:MAX_QUERY_CHARS].rsplit(" ", 1)[0]
    return _plain(query, words)


def _words(tokens: Sequence[Token]) -> tuple[str, int]:
    """What ``tokens`` are written as, so that the same tokens are found in it, and how many they are."""
    text, end = "", 0
    for token in tokens:
        if text and token.start > end:
            # Over a space, a conjunction that was a word of its own would be taken for part of the next word.
            text += ", " if _LONE_CONJUNCTION.search(text) else " "
        text += token.text
        end = token.end
    return text, len(tokens)


def _plain(query: str, words: Words) -> Reading:
    """The words of ``query`` without any operator, nor any letter that could be one with the word behind it."""
    text = query
    for _ in range(_TIMES):
        kept = [
            word.lower() for word in words(text)[0].split() if len(word) > 1 and word not in OPERATOR_WORDS | DOUBTFUL
        ]
        before, text = text, " ".join(kept)[:MAX_QUERY_CHARS].strip()
        if text == before:
            return Reading(Text(text) if text else None, text)
    return Reading(None, "")


def _normal(node: Node, words: Words) -> Node:
    """``node`` with nothing but words in its texts."""
    if isinstance(node, (All, Either)):
        return replace(node, nodes=tuple(_normal(child, words) for child in node.nodes))
    if isinstance(node, Not):
        inner = _normal(node.node, words)
        one_chunk = isinstance(node.node, Text) and " " not in node.node.text
        if one_chunk and isinstance(inner, Text) and words(inner.text)[1] > 1:
            inner = Phrase(inner.text, title=inner.title)
        return Not(inner)
    if isinstance(node, (Period, Every)):
        return node
    if isinstance(node, Named):
        name, count = words(node.name)
        return replace(node, name=name, begins=node.begins and count == 1)
    text, count = words(node.text)
    if isinstance(node, Text) and count > 1 and (node.exact or (node.title and " " not in node.text)):
        return Phrase(text, title=node.title)
    if isinstance(node, Phrase):
        return replace(node, text=text, within=node.within if count > 1 else 0)
    return replace(node, text=text)
