# SPDX-License-Identifier: GPL-3.0-or-later
"""The tree that a query is read as: words, phrases, fields and periods, and how they are combined.

The tree says what was asked; `plan` decides what is looked for. `written` turns a tree back into a query.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from indexer.columns import COLUMNS, COLUMNS_BY_NAME, own_column
from indexer.dates import is_whole_month, whole_year
from indexer.exhaustive import assert_never

DATE_FIELDS = {"date": "تاريخ", "after": "بعد", "before": "قبل"}
TITLE = "title"
FIELD_NAMES = {TITLE: "عنوان", **{column.name: column.arabic for column in COLUMNS}, **DATE_FIELDS}
"""The fields of every archive by their English names, with their Arabic names."""

OR_WORD = "أو"
EVERY = "*"
OPERATOR_WORDS = frozenset({"OR", "AND", "NOT"})

_PLAIN_NAME = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class TextNode:
    """Words in any of their forms; with ``exact`` only in the form typed, with ``title`` only in headlines."""

    text: str
    exact: bool = False
    title: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that follow each other as typed; with ``within`` in any order, with up to that many words between them."""

    text: str
    within: int = 0
    title: bool = False


@dataclass(frozen=True, slots=True)
class Prefix:
    """Words that begin with ``text``."""

    text: str
    title: bool = False


@dataclass(frozen=True, slots=True)
class NameNode:
    """Articles that have a name in a ``column`` which ``name`` means: see `ColumnNames.meant`."""

    column: str
    name: str
    begins: bool = False
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Stated:
    """Articles that have any name in the column ``what``, or any date where it is "date"."""

    what: str


@dataclass(frozen=True, slots=True)
class Period:
    """Articles from ``first`` to ``last``, both included; None where that end is open."""

    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Not:
    """Articles that ``node`` does not match."""

    node: Node


@dataclass(frozen=True, slots=True)
class All:
    """Articles that match each of ``nodes``."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Articles that match at least one of ``nodes``; ``by_word``: it was typed as أو, a word that counts too."""

    nodes: tuple[Node, ...]
    by_word: bool = False


@dataclass(frozen=True, slots=True)
class Every:
    """All articles. Never a part of another node."""


Node = TextNode | Phrase | Prefix | NameNode | Stated | Period | Not | All | Either | Every


def leaves(node: Node) -> Iterator[Node]:
    """The parts of ``node`` that have no parts themselves, in order; excluded parts (`Not`) are left out."""
    if isinstance(node, (All, Either)):
        for child in node.nodes:
            yield from leaves(child)
    elif not isinstance(node, Not):
        yield node


def phrases(node: Node | None) -> Iterator[Phrase]:
    """The phrases in ``node``, in order, also those of excluded parts."""
    match node:
        case Phrase():
            yield node
        case Not():
            yield from phrases(node.node)
        case All() | Either():
            for child in node.nodes:
                yield from phrases(child)
        case TextNode() | Prefix() | NameNode() | Stated() | Period() | Every() | None:
            pass
        case _:
            assert_never(node)


def loosened(node: Node) -> Node:
    """``node`` with its phrases, exact words and words of titles as plain words."""
    match node:
        case All() | Either():
            return replace(node, nodes=tuple(map(loosened, node.nodes)))
        case TextNode() | Phrase():
            return TextNode(node.text)
        case Not() | Period() | Every() | NameNode() | Stated() | Prefix():
            return node
        case _:
            assert_never(node)


def is_plain_name(name: str) -> bool:
    """Whether ``name`` may stand after a field without quotation marks."""
    return _PLAIN_NAME.fullmatch(name) is not None


def in_field(node: Node, field: str) -> Node:
    """``node`` restricted to a field: "title", or the name of a column."""
    match node:
        case All() | Either():
            return replace(node, nodes=tuple(in_field(child, field) for child in node.nodes))
        case Not():
            return Not(in_field(node.node, field))
        case NameNode() | Stated() | Period() | Every():
            return node
        case TextNode() | Phrase() | Prefix():
            if field == TITLE:
                return replace(node, title=True)
            exact = isinstance(node, Phrase) or (isinstance(node, TextNode) and node.exact)
            return NameNode(field, node.text, begins=isinstance(node, Prefix), exact=exact)
        case _:
            assert_never(node)


def written(node: Node | None) -> str:
    """``node`` as a query that is read as ``node``, with one spelling for each operator; "" for None.

    The texts of the leaves must be words with one space between them, and nothing else (see `canonical`).
    """
    return "" if node is None else _written(node)


def _written(node: Node) -> str:
    match node:
        case All():
            return " ".join(_grouped(child) if isinstance(child, Either) else _written(child) for child in node.nodes)
        case Either():
            return f" {OR_WORD if node.by_word else '|'} ".join(_grouped(child) for child in node.nodes)
        case Not():
            return f"-{_grouped(node.node)}"
        case Period():
            return f"{DATE_FIELDS['date']}:{days_of(node)}"
        case Every():
            return EVERY
        case Stated():
            return f"{DATE_FIELDS.get(node.what) or _arabic(node.what)}:{EVERY}"
        case NameNode():
            return f"{_arabic(node.column)}:{_written_name(node)}"
        case TextNode() | Phrase() | Prefix():
            return (f"{FIELD_NAMES[TITLE]}:" if node.title else "") + _words(node)
        case _:
            assert_never(node)


def _arabic(column: str) -> str:
    return COLUMNS_BY_NAME[column].arabic if column in COLUMNS_BY_NAME else own_column(column).arabic


def _written_name(node: NameNode) -> str:
    if node.begins:
        return f"{node.name}*"
    if node.exact:
        return f'"{node.name}"'
    return f"({_without_operators(node.name)})" if " " in node.name else _without_operators(node.name)


def _without_operators(text: str) -> str:
    """``text`` with the words that would be read as operators in small letters."""
    return " ".join(word.lower() if word in OPERATOR_WORDS else word for word in text.split())


def _words(node: TextNode | Phrase | Prefix) -> str:
    match node:
        case Phrase():
            return f'"{node.text}"' + (f"~{node.within}" if node.within else "")
        case Prefix():
            return f"{node.text}*"
        case TextNode():
            text = _without_operators(node.text)
            if node.exact:
                return f"={text}"
            return f"({text})" if node.title and " " in text else text
        case _:
            assert_never(node)


def _grouped(node: Node) -> str:
    text = _written(node)
    several = isinstance(node, (All, Either)) or (isinstance(node, TextNode) and not node.title and " " in text)
    return f"({text})" if several else text


def days_of(period: Period) -> str:
    """``period`` as it is written after a field: 2021, 2021-11, 2021-11-03, 2021-11-03..2022-01-15, 2021-11-03.."""
    first, last = period.first, period.last
    if first and first == last:
        return first.isoformat()
    if year := whole_year(first, last):
        return f"{year:04}"
    if first and is_whole_month(first, last):
        return f"{first.year:04}-{first.month:02}"
    return f"{first.isoformat() if first else ''}..{last.isoformat() if last else ''}"
