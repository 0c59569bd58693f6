# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the marks of the query language in a text, by Whoosh's query parser with taggers of our own.

Whoosh's `QueryParser` goes through the text and asks each tagger in turn for a node at the current place. Of Whoosh's
own plugins only the one for white space is used: its ranges take quadratic time on hostile text (240 ms for the 960
characters of ``[a TO [a TO …``), its brackets nest without a limit, and none of them knows Arabic. `parse` decides what
the tags mean together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from whoosh.qparser import QueryParser
from whoosh.qparser.plugins import Plugin
from whoosh.qparser.syntax import SyntaxNode
from whoosh.qparser.taggers import Tagger

from indexer.columns import COLUMNS, own_column
from indexer.search.query.periods import MAX_WORDS, period
from indexer.search.query.tree import DATE_FIELDS, FIELD_NAMES, TITLE, Period

MAX_WITHIN = 100
"""The largest N of ``"…"~N``."""

NO_DATE, NO_VALUE, NO_FIELD = "invalid_date", "field_without_value", "unknown_field"
NO_OPERATOR = "unsupported_operator"
DISTANCE, NO_EXACT = "phrase_distance", "inexact_beginning"
"""Codes of warnings about a mark; `warnings` explains them."""

_ENGLISH = {arabic: english for english, arabic in FIELD_NAMES.items()}

_QUOTES = '"“”„‟«»‹›＂'
_QUOTED = '"[^"]*"|＂[^＂]*＂|[“”„‟][^“”„‟]*[“”‟]|«[^«»]*»|‹[^‹›]*›'
_BEGINS = "(?<![^\\s(|:!−-])"
_ENDS = f"(?=[\\s()|{_QUOTES}]|$)"
_CHUNK = f"[^\\s()|{_QUOTES}]+"
_DIGIT = "[0-9٠-٩۰-۹]"
_WEIGHT = f"[~^](?:{_DIGIT}{{1,2}}(?:[.٫]{_DIGIT}{{1,3}})?)?{_ENDS}"
_NOT_STATED = (TITLE, "after", "before")
_AS_A_DATE = re.compile(f"[{_QUOTES}]?(?:{_DIGIT}|[\\[{{<>≤≥])")


def _either_name(names: Mapping[str, str]) -> str:
    """A pattern for any of the fields, which are given by English name with their Arabic names, by either name."""
    return "|".join(sorted({re.escape(name) for pair in names.items() for name in pair}, key=len, reverse=True))


class Tag(NamedTuple):
    """A mark or a word, with its place in the query.

    ``kind`` is word, exact, prefix, phrase, field, stated, period, every, open, close, or, and, not, or unread for a
    mark that is left out. ``text`` is the text to look for, the English name of a field, or an operator as typed;
    ``within`` is the N of a phrase. ``why`` is the code of the warning about the tag (`warnings`), "" where there is
    none.
    """

    kind: str
    start: int
    end: int
    text: str = ""
    within: int = 0
    period: Period | None = None
    why: str = ""


def tags(query: str, today: date, own_fields: tuple[str, ...] = ()) -> list[Tag]:
    """The marks and words of ``query``, in order. Takes time in proportion to its length.

    ``own_fields`` are those of the archive; relative dates count from ``today``.
    """
    return [node.tag for node in _parser(today, own_fields).tag(query) if isinstance(node, _Mark)]


def spans_of_words(query: str, today: date, own_fields: tuple[str, ...] = ()) -> list[tuple[int, int]]:
    """The places of the words that are looked for, in order; words with only spaces between them are one span.

    Operators, periods, names of fields, known or not, and names of columns are left out.
    """
    spans: list[tuple[int, int]] = []
    named, depth = False, 0
    for tag in tags(query, today, own_fields):
        if tag.kind == "field":
            named = tag.text != TITLE
        elif tag.kind == "open":
            depth += named or bool(depth)
        elif tag.kind == "close":
            depth = max(0, depth - 1)
            named = named and bool(depth)
        elif tag.kind in ("word", "phrase", "exact", "prefix") and not (named or depth or tag.why == NO_FIELD):
            if spans and query[spans[-1][1] : tag.start].isspace():
                spans[-1] = (spans[-1][0], tag.end)
            else:
                spans.append((tag.start, tag.end))
        if tag.kind != "field" and not depth:
            named = False
    return spans


def operators(query: str, today: date, own_fields: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """The kinds and texts of those `tags` that are no words; another spelling of a word must not change them."""
    words = ("word", "exact", "prefix", "phrase")
    return [(tag.kind, tag.text) for tag in tags(query, today, own_fields) if tag.kind not in words]


class _Mark(SyntaxNode):  # type: ignore[misc]  # Whoosh counts as Any
    """A `Tag` as a node of Whoosh's tree."""

    def __init__(self, tag: Tag) -> None:
        self.tag = tag
        self.set_range(tag.start, tag.end)


Make = Callable[[re.Match[str]], Tag | None]


class _Tagger(Tagger):  # type: ignore[misc]  # as above
    """Makes a tag by ``make`` wherever ``expr`` matches."""

    def __init__(self, expr: str, make: Make) -> None:
        self._match = re.compile(expr, re.IGNORECASE if "(?P<field>" in expr else 0).match
        self._make = make

    def match(self, parser: QueryParser, text: str, pos: int) -> _Mark | None:
        found = self._match(text, pos)
        tag = self._make(found) if found else None
        return _Mark(tag) if tag else None


def _plain(kind: str, why: str = "") -> Make:
    return lambda match: Tag(kind, *match.span(), match.groupdict().get("text", match.group()), why=why)


def _phrase(match: re.Match[str]) -> Tag:
    stated = match["within"]
    within = min(int(stated or 0), MAX_WITHIN)
    # ~0 is the phrase itself, as in Lucene, where other words near each other may also change places.
    why = DISTANCE if stated and int(stated) != (within or None) else ""
    return Tag("phrase", *match.span(), match["text"][1:-1], within, why=why)


def _exact(match: re.Match[str]) -> Tag:
    """A word as typed. Beginnings of words are looked for in all spellings, so that = before one is left out."""
    text = match["text"]
    if text.rstrip("*") and text.endswith("*"):
        return Tag("prefix", *match.span(), text[:-1], why=NO_EXACT)
    return Tag("exact", *match.span(), text, why=NO_OPERATOR if "*" in text else "")


def field_of(name: str, own_fields: Iterable[str] = ()) -> str:
    """The English name of a field that is given by its English or Arabic name, in letters of any case."""
    return _ENGLISH.get(name) or _arabic_of_own(own_fields).get(name) or name.lower()


def _arabic_of_own(own_fields: Iterable[str]) -> dict[str, str]:
    """Own fields by their Arabic names."""
    return {own_column(field).arabic: field for field in own_fields}


def _period(match: re.Match[str], today: date) -> Tag | None:
    name = match["field"]
    field = field_of(name)
    value, start = match["value"], match.start("value")
    ends = [len(value)]
    if value[0] not in "[{" + _QUOTES:
        # The period is the longest run of the following words that is one.
        ends = [word.end() for word in re.finditer(r"\S+", value)][::-1]
    for end in ends:
        if days := _bounded(field, period(value[:end], today)):
            return Tag("period", match.start(), start + end, period=days)
    apart, end = match.end("field") + 1 < start, start + ends[-1]
    like_a_date = bool(_AS_A_DATE.match(value))
    # The Arabic names of these fields are common words of any sentence: بعد: الحرب.
    if apart and not (like_a_date and name.isascii()):
        return None
    kind = "unread"
    if not like_a_date:
        kind, end = ("unread", start) if name.isascii() else ("word", end)
    return Tag(kind, match.start(), end, match.string[match.start() : end], why=NO_DATE)


def _bounded(field: str, days: Period | None) -> Period | None:
    """The days of ``date``, ``after`` or ``before`` a period: after means from its first day on, before means until the
    day before its first day. None where there are no such days."""
    if days is None or field == "date":
        return days
    if days.first is None or days.first == date.min:
        return None
    return Period(days.first, None) if field == "after" else Period(None, days.first - date.resolution)


class _Language(Plugin):  # type: ignore[misc]  # as above
    """All taggers, in the order in which they are asked."""

    def __init__(self, today: date, own_fields: tuple[str, ...]) -> None:
        more = f"(?: (?:{_CHUNK}|\\({_CHUNK}\\))){{0,{MAX_WORDS - 1}}}"  # آذار (مارس) 2023
        value = f"(?P<value>[\\[{{][^\\[\\]{{}}]*[\\]}}]|{_QUOTED}|{_CHUNK}{more})"
        own = {field: own_column(field).arabic for field in own_fields}
        dates = _either_name(DATE_FIELDS)
        stated = _either_name({name: arabic for name, arabic in FIELD_NAMES.items() if name not in _NOT_STATED} | own)
        columns = _either_name({name: arabic for name, arabic in FIELD_NAMES.items() if name not in DATE_FIELDS} | own)
        every = _either_name(FIELD_NAMES | own)
        # In a headline more words follow such a name and a space (مصدر: القوات تنسحب); a field has a single word there.
        common = "|".join(column.arabic for column in COLUMNS if column.begins_headlines)
        lone = f"(?:{_QUOTED}|[^\\s()|:*={_QUOTES}]+)\\s*$"

        def field(match: re.Match[str], kind: str = "field") -> Tag:
            return Tag(kind, *match.span(), field_of(match["field"], own_fields))

        taggers = [
            _Tagger(f"(?P<text>{_QUOTED})(?:~(?P<within>{_DIGIT}+))?", _phrase),
            _Tagger(r"(?<![^\s(|:])(?:[−-](?=[^\s)|−-])|!(?=[^\W_]|[(=\"«“]))", _plain("not")),
            _Tagger(f"{_BEGINS}(?P<field>{stated}):\\*{_ENDS}", lambda match: field(match, "stated")),
            _Tagger(f"{_BEGINS}(?P<field>{dates}):\\s?{value}", lambda match: _period(match, today)),
            _Tagger(f"{_BEGINS}(?P<field>{columns}):(?=[^\\s)|:])", field),
            _Tagger(f"{_BEGINS}(?!{common})(?P<field>{columns}):(?=\\s[^\\s)|:])", field),
            _Tagger(f"{_BEGINS}(?P<field>{common}):(?=\\s{lone})", field),
            _Tagger(f"{_BEGINS}(?P<field>{every}):(?=\\s*(?:$|[)|]))", _plain("unread", NO_VALUE)),
            _Tagger(f"{_BEGINS}(?P<text>[a-z][a-z_.]{{1,30}}:)(?=[^\\s/:)|]|$)(?:{_CHUNK})?", _plain("word", NO_FIELD)),
            _Tagger(f"{_BEGINS}\\*(?::\\*)?{_ENDS}", _plain("every")),
            _Tagger(r"\(", _plain("open")),
            _Tagger(r"\)", _plain("close")),
            _Tagger(rf"\|\|?|{_BEGINS}(?:OR|أو){_ENDS}", _plain("or")),
            _Tagger(f"{_BEGINS}(?:NOT|ليس){_ENDS}", _plain("not")),
            _Tagger(f"{_BEGINS}(?:AND|&&){_ENDS}", _plain("and")),
            _Tagger(f"{_BEGINS}=(?P<text>[^=\\s()|{_QUOTES}][^\\s()|{_QUOTES}]*)", _exact),
            _Tagger(f"(?P<text>[^*\\s()|{_QUOTES}]+)\\*{_ENDS}", _plain("prefix")),
            _Tagger(f"(?<=[^\\s(|]){_WEIGHT}", _plain("unread", NO_OPERATOR)),
            _Tagger(f"{_CHUNK}?(?={_WEIGHT})|{_CHUNK}|\\S", _plain("word")),
        ]
        self._taggers = [(tagger, 0) for tagger in taggers]

    def taggers(self, parser: QueryParser) -> list[tuple[_Tagger, int]]:
        """The taggers, which are the same for each query."""
        return self._taggers


@lru_cache(maxsize=4)
def _parser(today: date, own_fields: tuple[str, ...]) -> QueryParser:
    return QueryParser(None, None, plugins=[_Language(today, own_fields)])
