# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the tree of a query from its marks. Any string can be read; what cannot be an operator is text.

- OR (``|``, ``أو``) joins the operands directly before and after it, so ``a b OR c`` means a, and b or c. Among plain
  words an operand is one word, or a known name of several words (``groups``).
- ``أو`` and ``ليس`` are common words of Arabic. ``أو`` is OR between two content words; articles with both come first,
  so a pasted headline with that word is still found. ``ليس`` is NOT before a phrase, a group, a field, =word or
  prefix*, and between the only two words of a query or group, if the second has no accusative ending (عسكريا): in most
  sentences ``ليس`` is a verb. With ``bare=False`` both are words.
- A group without an operator is the same as its words, so brackets in a headline do no harm.
- A bracket without its other half is text, and so is أو or ليس without operands. Any other operator without operands, a
  field without a value, and marks of other query languages are left out, and a `Note` says so.
- Of the parts that take long to look for (`_MOST`), only the first ones are read as such.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

from indexer.search.query.syntax import NO_OPERATOR, NO_VALUE, Tag, tags
from indexer.search.query.tree import OR_WORD, All, Either, Every, Node, Not, Phrase, Prefix, Stated, TextNode, in_field

MAX_DEPTH = 12
"""Brackets that lie deeper are text."""

DANGLING, SHORT, TOO_MANY = "dangling_operator", "short_prefix", "too_many"
"""Codes of warnings about a part of a query, besides those of `syntax`; `warnings` explains them."""

_LEAST_PREFIX = 2
_MOST = {"prefix": 16, "phrase": 16, "near": 2}
"""How many different prefixes, phrases and near phrases are looked for; further ones are text. They take most of a
search's time."""
_LONGEST_UNIT = 8
DOUBTFUL = frozenset({OR_WORD, "ليس"})
"""Operators that are also common words of Arabic."""


class WordGroup(NamedTuple):
    """A word, or several words that are one name, from ``start`` to ``end`` of a text.

    ``content`` is false for function words. ``accusative``: the word ends in an alef that its stem lacks, as the
    predicate of ليس does.
    """

    start: int
    end: int
    content: bool = True
    accusative: bool = False


class Note(NamedTuple):
    """A part of a query that was not read as it may have been meant, and the code of the reason (`warnings`)."""

    code: str
    text: str


WordGroups = Callable[[str], Sequence[WordGroup]]
"""Splits a text into its words and names, ascending and without overlap; text outside of them is no word."""


class Parsed(NamedTuple):
    """The tree of a query, None where it has neither a word nor a filter, and the words that were read as operators.

    ``notes`` are about the parts that were not read.
    """

    node: Node | None
    operators: tuple[str, ...]
    notes: tuple[Note, ...]


def parse(
    query: str, groups: WordGroups, today: date, own_fields: tuple[str, ...] = (), *, bare: bool = True
) -> Parsed:
    """Read ``query``. With ``bare=False`` no word of Arabic is an operator. ``own_fields`` are those of the archive."""
    found = tags(query, today, own_fields)
    if not bare:
        found = [tag._replace(kind="word") if tag.text in DOUBTFUL else tag for tag in found]
    reader = _Reader(query, _paired(query, found), groups)
    node = reader.sequence()
    return Parsed(node, tuple(dict.fromkeys(reader.operators)), tuple(dict.fromkeys(reader.notes)))


class _Item(NamedTuple):
    """A node and its place in the query; ``word``: it is plain text without a space."""

    node: Node
    start: int
    end: int
    word: bool = False


def _paired(query: str, found: list[Tag]) -> list[Tag]:
    """``found``, with brackets as words that have no other half, stand directly after a word, or lie too deep."""
    opened: list[tuple[int, bool]] = []
    plain: set[int] = set()
    for at, tag in enumerate(found):
        if tag.kind == "open":
            behind = at > 0 and found[at - 1].kind in ("word", "exact") and found[at - 1].end == tag.start
            opened.append((at, behind or len(opened) >= MAX_DEPTH))
        elif tag.kind == "close" and not opened:
            plain.add(at)
        elif tag.kind == "close":
            pair, is_text = opened.pop()
            plain |= {pair, at} if is_text else set()
    plain |= {at for at, _ in opened}
    return [tag._replace(kind="word") if at in plain else tag for at, tag in enumerate(found)]


class _Reader:
    """Reads tags from left to right."""

    def __init__(self, query: str, found: list[Tag], groups: WordGroups) -> None:
        self._query = query
        self._tags = [*found, Tag("end", len(query), len(query))]
        self._groups = groups
        self._at = 0
        self.operators: list[str] = []
        """Words of Arabic that were read as operators."""
        self.notes: list[Note] = []
        self._costly: dict[str, set[tuple[str, int]]] = {kind: set() for kind in _MOST}

    def sequence(self, depth: int = 0) -> Node | None:
        """The node of all that follows, up to the end or to the bracket that closes this group."""
        items: list[_Item] = []
        while (tag := self._tags[self._at]).kind != "end" and not (depth and tag.kind == "close"):
            if tag.kind == "or":
                self._either(items, depth)
            elif tag.kind == "and":
                self._at += 1
                if not items or self._tags[self._at].kind in ("end", "close"):
                    self._dangling(tag)
            elif item := self._operand(depth, items):
                items.append(item)
        return self._all(items)

    def _either(self, items: list[_Item], depth: int) -> None:
        """Read an OR: join the operands before and after it in one `Either`, if both are there."""
        tag = self._tags[self._at]
        while self._tags[self._at].kind == "or":
            self._at += 1
        right = self._next_operand(depth) if items else None
        doubtful = right and tag.text in DOUBTFUL and not (self._is_content(items[-1]) and self._is_content(right))
        if right is None or doubtful:
            items += filter(None, [self._dangling(tag), right])
            return
        if isinstance(items[-1].node, Every) or isinstance(right.node, Every):
            items[-1] = _Item(Every(), items[-1].start, right.end)
            return
        nodes: list[Node] = []
        by_word = tag.text == OR_WORD
        self.operators += [tag.text] if by_word else []
        for item in (self._last_operand(items), right):
            nodes += item.node.nodes if isinstance(item.node, Either) else (item.node,)
            by_word |= isinstance(item.node, Either) and item.node.by_word
        items.append(_Item(Either(tuple(nodes), by_word), tag.start, right.end))

    def _last_operand(self, items: list[_Item]) -> _Item:
        """Take the last operand off ``items``: the last item, or among plain words the last word or name."""
        if not items[-1].word:
            return items.pop()
        words = [items.pop()]
        while items and items[-1].word and len(words) < _LONGEST_UNIT:
            words.append(items.pop())
        words.reverse()
        begin = words[0].start + self._groups(self._query[words[0].start : words[-1].end])[-1].start
        unit = [word for word in words if word.end > begin]
        items += words[: len(words) - len(unit)]
        return self._run(unit)

    def _next_operand(self, depth: int) -> _Item | None:
        """The operand of an operator: the next item, or among plain words the next word or name. None for none."""
        negative = False
        while (tag := self._tags[self._at]).kind not in ("end", "close", "or", "and"):
            if tag.kind == "not" and tag.text not in DOUBTFUL:
                negative = not negative
                self._at += 1
            elif tag.kind == "unread":
                self._operand(depth)
                return None  # the operator was meant for the part that is left out, not for the next one
            elif item := self._operand(depth, one=True):
                return self._negative(item, tag) if negative else item
            else:
                negative = False
        return None

    def _operand(self, depth: int, before: Sequence[_Item] = (), *, one: bool = False) -> _Item | None:
        """Read the item that begins at the current tag; None where it is neither an item nor text.

        ``before`` are the items before it. With ``one`` plain words are read up to the end of the first word or name.
        """
        tag = self._tags[self._at]
        if tag.kind == "not" and (tag.text not in DOUBTFUL or (before and self._negates(before))):
            self._at += 1
            inner = self._next_operand(depth)
            self.operators += [tag.text] if inner and tag.text in DOUBTFUL else []
            return self._negative(inner, tag) if inner else self._dangling(tag)
        if tag.kind == "open":
            return self._group(depth)
        if tag.kind == "field":
            return self._in_field(depth)
        if tag.kind == "word" and one:
            return self._first_unit()
        self._at += 1
        if tag.kind == "unread":
            self.notes.append(Note(tag.why, tag.text))
            return None
        leaf = self._leaf(tag)
        if leaf and tag.why:
            self.notes.append(Note(tag.why, self._query[tag.start : tag.end]))
        return _Item(leaf, tag.start, tag.end) if leaf else self._word(tag)

    def _negative(self, item: _Item, tag: Tag) -> _Item | None:
        if isinstance(item.node, Every):
            self.notes.append(Note(NO_OPERATOR, self._query[tag.start : item.end]))
            return None
        return _Item(item.node.node if isinstance(item.node, Not) else Not(item.node), tag.start, item.end)

    def _dangling(self, tag: Tag) -> _Item | None:
        """An operator without its operands: a word if it is one in Arabic, else nothing."""
        if tag.text in DOUBTFUL:
            return self._word(tag)
        self.notes.append(Note(DANGLING, tag.text))
        return None

    def _negates(self, before: Sequence[_Item]) -> bool:
        """Whether the current ليس is an operator; the head of this module says when it is."""
        following = self._tags[self._at + 1]
        if following.kind != "word":
            return following.kind in ("phrase", "open", "exact", "prefix", "field", "stated")
        at = self._at + 1
        while self._tags[at].kind == "word" and at <= self._at + _LONGEST_UNIT:
            at += 1
        # So many words are never one name, and to look at them for each ليس of a long query takes quadratic time.
        if self._tags[at].kind not in ("end", "close") or len(before) > _LONGEST_UNIT:
            return False
        groups = list(self._groups(self._query[following.start : self._tags[at - 1].end]))
        sentence = any(group.accusative for group in groups)
        groups += self._groups(self._query[before[0].start : before[-1].end])
        return len(groups) == 2 and all(group.content for group in groups) and not sentence

    def _group(self, depth: int) -> _Item | None:
        start = self._tags[self._at].start
        self._at += 1
        node = self.sequence(depth + 1)
        end = self._tags[self._at].end
        self._at += 1
        return _Item(node, start, end) if node else None

    def _in_field(self, depth: int) -> _Item | None:
        tag = self._tags[self._at]
        self._at += 1
        following = self._tags[self._at]
        if following.kind in ("word", "exact", "prefix", "phrase", "open") and (item := self._operand(depth)):
            return _Item(in_field(item.node, tag.text), tag.start, item.end)
        self.notes.append(Note(NO_VALUE, self._query[tag.start : tag.end]))
        return None

    def _leaf(self, tag: Tag) -> Node | None:
        """The node of a single tag; None where the tag is text."""
        if tag.kind == "period":
            return tag.period
        if tag.kind == "every":
            return Every()
        if tag.kind == "stated":
            return Stated(tag.text)
        if tag.kind == "phrase" and self._groups(tag.text):
            return Phrase(tag.text, tag.within) if self._allows("near" if tag.within else "phrase", tag) else None
        if tag.kind == "exact" and self._groups(tag.text):
            return TextNode(tag.text, exact=True)
        return self._prefix(tag) if tag.kind == "prefix" else None

    def _prefix(self, tag: Tag) -> Node | None:
        if len(tag.text) >= _LEAST_PREFIX and len(self._groups(tag.text)) == 1:
            return Prefix(tag.text) if self._allows("prefix", tag) else None
        if self._groups(tag.text):
            code = SHORT if len(tag.text) < _LEAST_PREFIX else NO_OPERATOR
            self.notes.append(Note(code, self._query[tag.start : tag.end]))
        return None

    def _allows(self, kind: str, tag: Tag) -> bool:
        """Whether this prefix or phrase is among the first of its kind, which are looked for."""
        known = self._costly[kind]
        if len(known) < _MOST[kind]:
            known.add((tag.text, tag.within))
        if (tag.text, tag.within) in known:
            return True
        self.notes.append(Note(TOO_MANY, self._query[tag.start : tag.end]))
        return False

    def _word(self, tag: Tag) -> _Item | None:
        """The tag as text; None where it has no letter or digit."""
        text = self._query[tag.start : tag.end]
        if not self._groups(text):
            return None
        if tag.why:
            self.notes.append(Note(tag.why, tag.text))
        elif tag.kind == "word" and "*" in text:
            self.notes.append(Note(NO_OPERATOR, text))
        return _Item(TextNode(text), tag.start, tag.end, word=True)

    def _first_unit(self) -> _Item | None:
        """Read the first word, or name of several words, from the current tag on."""
        words: list[_Item] = []
        at = self._at
        while self._tags[at].kind == "word" and len(words) < _LONGEST_UNIT:
            words += filter(None, [self._word(self._tags[at])])
            at += 1
        if not words:
            self._at = at
            return None
        end = words[0].start + self._groups(self._query[words[0].start : words[-1].end])[0].end
        unit = [word for word in words if word.start < end]
        while self._tags[self._at].start < unit[-1].end:
            self._at += 1
        return self._run(unit)

    def _is_content(self, item: _Item) -> bool:
        return not item.word or any(group.content for group in self._groups(self._query[item.start : item.end]))

    def _run(self, words: Sequence[_Item]) -> _Item:
        start, end = words[0].start, words[-1].end
        return _Item(TextNode(self._query[start:end]), start, end, word=len(words) == 1)

    def _all(self, items: Sequence[_Item]) -> Node | None:
        """All ``items`` as one node, in which neighbouring plain words are one text."""
        nodes: list[Node] = []
        run: list[str] = []
        end = 0
        for item in [item for item in items if not isinstance(item.node, Every)] or items[:1]:
            node = item.node
            if isinstance(node, TextNode) and not (node.exact or node.title):
                gap = self._query[end : item.start] if run else ""
                # An operator that was left out does not belong to the text.
                run += [" " if gap and not gap.isspace() and self._groups(gap) else gap, node.text]
            else:
                nodes += [TextNode("".join(run))] if run else []
                run = []
                nodes += node.nodes if isinstance(node, All) else (node,)
            end = item.end
        nodes += [TextNode("".join(run))] if run else []
        return All(tuple(nodes)) if len(nodes) > 1 else nodes[0] if nodes else None
