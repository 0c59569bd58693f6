"""What a query says, as a small tree: words, phrases, fields and periods, and how they are combined.

The tree knows what was asked, not yet what is looked for (`plan`). `written` gives it back as a query.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from indexer.engine.questions import Column

FIELD_NAMES = {
    "title": "عنوان",
    "source": "مصدر",
    "category": "قسم",
    "author": "كاتب",
    "date": "تاريخ",
    "after": "بعد",
    "before": "قبل",
}
"""The fields by their English and their Arabic names."""

OR_WORD = "أو"
EVERY = "*"
OPERATOR_WORDS = frozenset({"OR", "AND", "NOT"})

_PLAIN_NAME = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Text:
    """A run of words, in any form; with ``exact`` only in the form typed, with ``title`` only in headlines."""

    text: str
    exact: bool = False
    title: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that follow one another as typed; with ``within`` also in any order with so many others among them."""

    text: str
    within: int = 0
    title: bool = False


@dataclass(frozen=True, slots=True)
class Prefix:
    """Words that begin with ``text``."""

    text: str
    title: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """Articles whose source, section or author has the words of ``name``, with ``begins`` a word that begins so."""

    column: Column
    name: str
    begins: bool = False


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


Node = Text | Phrase | Prefix | Named | Period | Not | All | Either | Every


def leaves(node: Node) -> Iterator[Node]:
    """The parts of ``node`` that have no parts, in order; what is excluded is left out."""
    if isinstance(node, (All, Either)):
        for child in node.nodes:
            yield from leaves(child)
    elif not isinstance(node, Not):
        yield node


def is_plain_name(name: str) -> bool:
    """Whether ``name`` may stand behind a field without quotation marks."""
    return _PLAIN_NAME.fullmatch(name) is not None


def in_field(node: Node, name: str) -> Node:
    """``node`` asked of the field ``name`` (title, source, category or author) alone."""
    if isinstance(node, (All, Either)):
        return replace(node, nodes=tuple(in_field(child, name) for child in node.nodes))
    if isinstance(node, Not):
        return Not(in_field(node.node, name))
    if isinstance(node, (Named, Period, Every)):
        return node
    if name == "title":
        return replace(node, title=True)
    column: Column = "source" if name == "source" else "category" if name == "category" else "author"
    return Named(column, node.text, begins=isinstance(node, Prefix))


def written(node: Node | None) -> str:
    """``node`` as a query that is read as ``node``, its operators in one form each; "" for None.

    The texts of its leaves have to be words with a space between each, and nothing else (see `reading`).
    """
    return "" if node is None else _written(node)


def _written(node: Node) -> str:
    if isinstance(node, All):
        return " ".join(_grouped(child) if isinstance(child, Either) else _written(child) for child in node.nodes)
    if isinstance(node, Either):
        return f" {OR_WORD if node.by_word else '|'} ".join(_grouped(child) for child in node.nodes)
    if isinstance(node, Not):
        return f"-{_grouped(node.node)}"
    if isinstance(node, Period):
        return f"{FIELD_NAMES['date']}:{days_of(node)}"
    if isinstance(node, Every):
        return EVERY
    if isinstance(node, Named):
        name = node.name if node.begins or is_plain_name(node.name) else f'"{node.name}"'
        name += "*" * node.begins
        return f"{FIELD_NAMES[node.column]}:{name}"
    return (f"{FIELD_NAMES['title']}:" if node.title else "") + _words(node)


def _words(node: Text | Phrase | Prefix) -> str:
    if isinstance(node, Phrase):
        return f'"{node.text}"' + (f"~{node.within}" if node.within else "")
    if isinstance(node, Prefix):
        return f"{node.text}*"
    text = " ".join(word.lower() if word in OPERATOR_WORDS else word for word in node.text.split())
    if node.exact:
        return f"={text}"
    return f"({text})" if node.title and " " in text else text


def _grouped(node: Node) -> str:
    text = _written(node)
    several = isinstance(node, (All, Either)) or (isinstance(node, Text) and not node.title and " " in text)
    return f"({text})" if several else text


def days_of(period: Period) -> str:
    """``period`` as it is written behind a field: 2021, 2021-11, 2021-11-03, 2021-11-03..2022-01-15, 2021-11-03.."""
    first, last = period.first, period.last
    if first and last:
        if first == last:
            return first.isoformat()
        if (first, last) == (date(first.year, 1, 1), date(first.year, 12, 31)):
            return f"{first.year:04}"
        if (first, last) == (first.replace(day=1), last_of_month(first.year, first.month)):
            return f"{first.year:04}-{first.month:02}"
    return f"{first.isoformat() if first else ''}..{last.isoformat() if last else ''}"


def last_of_month(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, monthrange(year, month)[1])
