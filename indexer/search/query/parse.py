"""From the marks of a query to its tree. Any string can be read; what cannot be an operator is text.

- OR (``|``, ``أو``) binds what stands directly before and behind it, so ``a b OR c`` is a and one of b, c. Where plain
  words stand there it takes one word, or a name of several words that is known as such (``units``).
- ``أو`` and ``ليس`` are common words of Arabic. ``أو`` is OR between two content words: articles with both still come
  first, so a headline that holds it is still found by it. ``ليس`` is NOT only before a phrase, a group, a field, =word
  or prefix*, and between the two words of a query or group that has no others, the second of them without the ending
  that it has in a sentence (عسكريا); in most sentences it is a verb. Who means words has both read so (``bare``).
- A group that nothing is done to is the same as its words, so brackets in a headline do no harm.
- A bracket without its other half is text, and so is أو or ليس without its operands. Any other operator without them,
  a field without a value, and marks of other query languages are left out. What was left out is told (`Note`).
- Of what takes long to look for (`_MOST`), only the first ones are read as such.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

from indexer.search.query.syntax import NO_OPERATOR, NO_VALUE, Tag, tags
from indexer.search.query.tree import OR_WORD, All, Either, Every, Node, Not, Phrase, Prefix, TextNode, in_field

MAX_DEPTH = 12
"""Brackets within more brackets are text."""

DANGLING, SHORT, TOO_MANY = "dangling_operator", "short_prefix", "too_many"
"""What there may be to tell of a part of a query, besides what `syntax` tells of a mark: see `notices`."""

_LEAST_PREFIX = 2
_MOST = {"prefix": 16, "phrase": 16, "near": 2}
"""So many different ones of each are looked for, as the common ones take most of a search's time; others are text."""
_LONGEST_UNIT = 8
DOUBTFUL = frozenset({OR_WORD, "ليس"})
"""Operators that are common words of Arabic."""


class WordGroup(NamedTuple):
    """A word, or a name of several words, in a run: from ``start`` to ``end``; a function word has no ``content``.

    ``accusative``: it ends in an alef that is no part of its stem, as what is said of something behind ليس does.
    """

    start: int
    end: int
    content: bool = True
    accusative: bool = False


class Note(NamedTuple):
    """A part of a query that was not read as it may have been meant, and the code of why: see `notices`."""

    code: str
    text: str


WordGroups = Callable[[str], Sequence[WordGroup]]
"""The units of a run of words, ascending and apart; what is in none of them is no word."""


class Parsed(NamedTuple):
    """What a query says, None where there is no word in it, nor a filter; and which words were read as operators.

    ``notes`` are what was not read.
    """

    node: Node | None
    operators: tuple[str, ...]
    notes: tuple[Note, ...]


def parse(
    query: str, groups: WordGroups, today: date, own_fields: tuple[str, ...] = (), *, bare: bool = True
) -> Parsed:
    """Read ``query``. Without ``bare`` no word of Arabic is an operator."""
    found = tags(query, today, own_fields)
    if not bare:
        found = [tag._replace(kind="word") if tag.text in DOUBTFUL else tag for tag in found]
    reader = _Reader(query, _paired(query, found), groups)
    node = reader.sequence()
    return Parsed(node, tuple(dict.fromkeys(reader.operators)), tuple(dict.fromkeys(reader.notes)))


class _Item(NamedTuple):
    """A node and where it stands; a ``word`` is plain text without a space."""

    node: Node
    start: int
    end: int
    word: bool = False


def _paired(query: str, found: list[Tag]) -> list[Tag]:
    """``found`` with those brackets as words that have no other half, stand behind a letter, or lie too deep."""
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
        """What stands up to the end, or to the bracket that closes this group."""
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
        """Read an OR: put the operands before and behind it in one `Either`, if they are there."""
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
        """Take the last item off ``items``; of plain words the last unit."""
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
        """What an operator is done to: the next item; of plain words the first unit. None where there is none."""
        negative = False
        while (tag := self._tags[self._at]).kind not in ("end", "close", "or", "and"):
            if tag.kind == "not" and tag.text not in DOUBTFUL:
                negative = not negative
                self._at += 1
            elif tag.kind == "unread":
                self._operand(depth)
                return None  # what was meant to be left out is not what follows
            elif item := self._operand(depth, one=True):
                return self._negative(item, tag) if negative else item
            else:
                negative = False
        return None

    def _operand(self, depth: int, before: Sequence[_Item] = (), *, one: bool = False) -> _Item | None:
        """The item that begins at this tag, which is passed; None where it is no item, nor text.

        ``before`` are the items that stand before it; where ``one`` is, plain words give a whole unit.
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
        return _Item(leaf, tag.start, tag.end) if leaf else self._word(tag)

    def _negative(self, item: _Item, tag: Tag) -> _Item | None:
        if isinstance(item.node, Every):
            self.notes.append(Note(NO_OPERATOR, self._query[tag.start : item.end]))
            return None
        return _Item(item.node.node if isinstance(item.node, Not) else Not(item.node), tag.start, item.end)

    def _dangling(self, tag: Tag) -> _Item | None:
        """An operator without its operands: nothing, unless it is a word of Arabic."""
        if tag.text in DOUBTFUL:
            return self._word(tag)
        self.notes.append(Note(DANGLING, tag.text))
        return None

    def _negates(self, before: Sequence[_Item]) -> bool:
        """Whether this ليس is an operator: see above."""
        following = self._tags[self._at + 1]
        if following.kind != "word":
            return following.kind in ("phrase", "open", "exact", "prefix", "field")
        at = self._at + 1
        while self._tags[at].kind == "word" and at <= self._at + _LONGEST_UNIT:
            at += 1
        # More words are no unit; looking at them for each ليس of a long query would take quadratic time.
        if self._tags[at].kind not in ("end", "close") or len(before) > _LONGEST_UNIT:
            return False
        units = list(self._groups(self._query[following.start : self._tags[at - 1].end]))
        sentence = any(unit.accusative for unit in units)
        units += self._groups(self._query[before[0].start : before[-1].end])
        return len(units) == 2 and all(unit.content for unit in units) and not sentence

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
        """The node of a tag that is one by itself; None where it is text."""
        if tag.kind == "period":
            return tag.period
        if tag.kind == "every":
            return Every()
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
        """Whether this prefix or phrase is one of so many that are looked for."""
        known = self._costly[kind]
        if len(known) < _MOST[kind]:
            known.add((tag.text, tag.within))
        if (tag.text, tag.within) in known:
            return True
        self.notes.append(Note(TOO_MANY, self._query[tag.start : tag.end]))
        return False

    def _word(self, tag: Tag) -> _Item | None:
        """A tag as text; None where there is no letter or digit in it."""
        text = self._query[tag.start : tag.end]
        if not self._groups(text):
            return None
        if tag.why:
            self.notes.append(Note(tag.why, tag.text))
        elif tag.kind == "word" and "*" in text:
            self.notes.append(Note(NO_OPERATOR, text))
        return _Item(TextNode(text), tag.start, tag.end, word=True)

    def _first_unit(self) -> _Item | None:
        """The first unit of the words from here on."""
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
        return not item.word or any(unit.content for unit in self._groups(self._query[item.start : item.end]))

    def _run(self, words: Sequence[_Item]) -> _Item:
        start, end = words[0].start, words[-1].end
        return _Item(TextNode(self._query[start:end]), start, end, word=len(words) == 1)

    def _all(self, items: Sequence[_Item]) -> Node | None:
        """``items`` together: plain words that stand beside each other are one run."""
        nodes: list[Node] = []
        run: list[str] = []
        end = 0
        for item in [item for item in items if not isinstance(item.node, Every)] or items[:1]:
            node = item.node
            if isinstance(node, TextNode) and not (node.exact or node.title):
                gap = self._query[end : item.start] if run else ""
                # An operator that was passed over is no part of the text.
                run += [" " if gap and not gap.isspace() and self._groups(gap) else gap, node.text]
            else:
                nodes += [TextNode("".join(run))] if run else []
                run = []
                nodes += node.nodes if isinstance(node, All) else (node,)
            end = item.end
        nodes += [TextNode("".join(run))] if run else []
        return All(tuple(nodes)) if len(nodes) > 1 else nodes[0] if nodes else None
