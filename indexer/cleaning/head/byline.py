# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the author in a line under the headline that names the author without a label ("عمّان: ليث العبادي")."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.cleaning.head.headline import is_about_article
from indexer.cleaning.head.meta_lines import meta_line
from indexer.cleaning.lines.article_words import ArticleWords
from indexer.cleaning.lines.cues import cues, sections, word_list
from indexer.cleaning.lines.folding import folded_words
from indexer.cleaning.lines.line import Line
from indexer.cleaning.lines.signs import is_address

_PLACE_FIRST = re.compile(r"(?P<place>[^:()]{2,30}): ?(?P<name>[^:()]{2,60})")
_PLACE_LAST = re.compile(r"(?P<name>[^:()]{2,60}?) ?\((?P<place>[^:()]{2,30})\)")
_PARTED = re.compile(r"(?P<one>[^:()]{2,60}?) [-–—/|ـ]{1,3} (?P<other>[^:()]{2,60})")
_NO_NAME = re.compile('[0-9٠-٩۰-۹؟?!،,؛«»"“”…]|[.][.]')
_QUOTES = '«»"“”'
_LONGEST_NAME = range(2, 5)
_LONGEST_PLACE = 3
_LEAST_LETTERS = 3
_LONGEST = 7


def byline(lines: Sequence[Line], at: int, sites: Sequence[frozenset[str]], article: ArticleWords) -> tuple[bool, str]:
    """Returns whether the line at ``at``, under the headline, is a byline, and its author ("" if not certain).

    It is a byline if it has the form of one and stands right beside the date.
    """
    line = lines[at]
    if line.is_prose or line.edge_reason or not 0 < line.word_count <= _LONGEST or line.is_foreign:
        return False, ""
    if not word_list("joining").isdisjoint(line.words):
        return _begins_with_site(line, sites) and _is_beside_date(lines, at), ""
    text = line.text.strip(_QUOTES)
    after = _is_date(lines, at + 1, 1) or (at + 1 < len(lines) and lines[at + 1].edge_reason == "author")
    if not (after or _is_near_date(lines, at)) or _NO_NAME.search(text.translate(_WITHOUT_QUOTES)):
        return False, ""
    if (found := _PLACE_FIRST.fullmatch(text) or _PLACE_LAST.fullmatch(text)) is not None:
        is_short = len(folded_words(found["place"])) <= _LONGEST_PLACE
        return is_short and len(folded_words(found["name"])) < _LONGEST_NAME.stop, _name(found["name"], sites)
    if (found := _PARTED.fullmatch(text)) is not None:
        return True, _name(found["other"], sites) or _name(found["one"], sites)
    if line.word_count not in _LONGEST_NAME and not line.text.endswith((".", "،")):
        return False, ""
    # A line that is only a name must stand right before the date or among other meta lines; or right after the date, if
    # the article has none of its words.
    among = is_about_article(lines[at - 1]) and at + 1 < len(lines) and is_about_article(lines[at + 1])
    behind = _is_date(lines, at - 1, -1) and line.word_count in _LONGEST_NAME and not article.has(line.words)
    return (after or among or behind), (_name(text, sites) if after or behind else "")


_WITHOUT_QUOTES = {ord(mark): None for mark in _QUOTES}


def _name(text: str, sites: Sequence[frozenset[str]]) -> str:
    """Returns ``text`` if it surely is the name of a person, else ""."""
    words = tuple(word for word in folded_words(text) if word != ":")
    known = words in sections() or cues().match(words) is not None or any(site.issuperset(words) for site in sites)
    if (
        known
        or max(map(len, words), default=0) < _LEAST_LETTERS
        or len(words) not in _LONGEST_NAME
        or words[0].startswith("ال")
        or text[:1] in _QUOTES
    ):
        return ""
    return text.strip()


def _begins_with_site(line: Line, sites: Sequence[frozenset[str]]) -> bool:
    return line.word_count > 2 and any(site.issuperset(line.words[:2]) for site in sites)


def _is_beside_date(lines: Sequence[Line], at: int) -> bool:
    return _is_date(lines, at - 1, -1) or _is_date(lines, at + 1, 1)


def _is_date(lines: Sequence[Line], at: int, step: int) -> bool:
    """Whether the line at ``at`` is a date, or the line after it if it is the author's account."""
    if 0 <= at < len(lines) and is_address(lines[at].text):
        at += step
    if not 0 <= at < len(lines):
        return False
    meta = meta_line(lines[at])
    return meta is not None and meta.reason == "date"


def _is_near_date(lines: Sequence[Line], at: int) -> bool:
    """Whether a date is beside the line at ``at``, possibly with one short line between, which may be a caption."""
    for step in (-1, 1):
        if _is_date(lines, at + step, step):
            return True
        between = lines[at + step : at + step + 1] if at + step >= 0 else ()
        if between and not between[0].is_prose and _is_date(lines, at + 2 * step, step):
            return True
    return False
