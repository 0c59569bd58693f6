# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the part of a query that is to be completed while it is being typed, and what it is a part of."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from indexer.columns import COLUMNS_BY_NAME
from indexer.search.query.syntax import NO_VALUE, Tag, field_of, tags

Place = str
"""words, word, phrase, title, or the name of a column."""

_CLOSING = {'"': '"', "＂": "＂", "“": "”", "„": "“", "«": "»", "‹": "›"}
_NO_COLUMNS = frozenset({"words", "word", "phrase", "title"})


class CompletionContext(NamedTuple):
    """``tail`` is to be completed; ``head`` stands before it, and ``closing`` is to follow what it is completed to.

    ``place`` says what is completed: any words, one word after an operator, a phrase in quotes, a word of headlines,
    or the name of a source, section or author. ``plain`` says that the query has no marks but quotation marks.
    """

    head: str
    tail: str
    place: Place = "words"
    closing: str = ""
    plain: bool = False

    @property
    def column(self) -> str | None:
        """The column whose names complete ``tail``; None where words do."""
        return None if self.place in _NO_COLUMNS else self.place


def completion_context(typed: str, today: date, own_fields: tuple[str, ...] = ()) -> CompletionContext | None:
    """The context at the end of ``typed``; None where nothing that is known can follow."""
    found = tags(typed, today, own_fields)
    end = _end(typed, found, own_fields)
    return end and end._replace(plain=all(tag.kind in ("word", "phrase") for tag in found))


def _end(typed: str, found: list[Tag], own_fields: tuple[str, ...]) -> CompletionContext | None:
    opened = [at for at, tag in enumerate(found) if tag.kind == "word" and typed[tag.start : tag.end] in _CLOSING]
    if opened:
        return _quoted(typed, found, opened[-1])
    words = len(found)
    while words and found[words - 1].kind == "word":
        words -= 1
    before = found[words - 1] if words else None
    if words == len(found):
        return _of_mark(typed, before, own_fields) if before else None
    if before and before.kind in ("field", "not"):
        if words + 1 == len(found):
            return _parted(typed, found[words].start, _place(before))
        words += 1  # the operator applies to the first word only
    return _parted(typed, found[words].start, "words")


def _quoted(typed: str, found: list[Tag], at: int) -> CompletionContext | None:
    """The words after an opening quotation mark that is not closed."""
    start = found[at].end
    before = found[at - 1] if at else None
    place = _place(before) if before and before.kind == "field" and before.end == found[at].start else "phrase"
    closing = _CLOSING[typed[found[at].start : start]]
    return CompletionContext(typed[:start], typed[start:], "phrase" if place == "title" else place, closing)


def _of_mark(typed: str, last: Tag, own_fields: tuple[str, ...]) -> CompletionContext | None:
    """The context where the last thing typed is no plain word."""
    if last.kind == "exact":
        return _parted(typed, last.end - len(last.text), "word")
    if last.kind == "phrase":
        return _parted(typed, last.start, "words")
    if last.why == NO_VALUE:
        field = field_of(last.text.rstrip().removesuffix(":"), own_fields)
        if field in COLUMNS_BY_NAME or field in own_fields:
            return CompletionContext(typed, "", field)
    return None


def _place(before: Tag) -> Place:
    return before.text if before.kind == "field" else "word"


def _parted(typed: str, start: int, place: Place) -> CompletionContext:
    head = typed[:start]
    return CompletionContext(head, typed[start:], place) if head.strip() else CompletionContext("", typed, place)
