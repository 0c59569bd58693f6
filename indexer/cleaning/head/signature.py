# SPDX-License-Identifier: GPL-3.0-or-later
"""Recognises lines above an article that only name its place and its author: "مدريد - لينا العاصي"."""

from __future__ import annotations

import re

from indexer.cleaning.lines.article_words import ArticleWords
from indexer.cleaning.lines.cues import word_list
from indexer.cleaning.lines.folding import folded_words
from indexer.cleaning.lines.line import Line

_FORMS = (
    re.compile(r"(?P<place>[^:()|]{2,30}?)\s*(?:[-–—/|]|\sـ+\s)\s*(?P<name>[^:()|]{2,60})"),
    re.compile(r"(?P<name>[^:()|]{2,60}?)\s*(?:[-–—/|]|\sـ+\s)\s*(?P<place>[^:()|]{2,30})"),
    re.compile(r"(?P<name>[^:()|]{2,60}?)\s*\((?P<place>[^:()|]{2,30})\)"),
)
_NO_NAME = re.compile('[0-9٠-٩۰-۹؟?!،,؛«»"“”…]|[.][.]')
_LONGEST_PLACE = 2
_LENGTH_OF_NAME = range(2, 4)
_LONGEST = 6


def names_place(line: Line) -> bool:
    """Whether ``line`` has the form of place and name, or of place and newspaper ("الدوحة - أخبار الساحل")."""
    if line.is_prose or not 1 < line.word_count < _LONGEST or _NO_NAME.search(line.text):
        return False
    found = _FORMS[0].fullmatch(line.text)
    return found is not None and len(folded_words(found["place"])) <= _LONGEST_PLACE


def signed(line: Line, article: ArticleWords) -> str:
    """Returns the author that ``line`` names beside a place, or "" if it is not certain.

    A headline of the same form ("العراق - انتخابات مبكرة") shares words with the article; the name of an author does
    not.
    """
    if line.is_prose or line.edge_reason or not _LENGTH_OF_NAME.start < line.word_count <= _LONGEST:
        return ""
    if _NO_NAME.search(line.text) or not word_list("joining").isdisjoint(line.words):
        return ""
    for form in _FORMS:
        found = form.fullmatch(line.text)
        if found is None or len(folded_words(found["place"])) > _LONGEST_PLACE:
            continue
        name = found["name"].strip()
        words = folded_words(name)
        if len(words) not in _LENGTH_OF_NAME or words[0].startswith("ال") or article.has(words):
            continue
        if not any(word.startswith(("و", "بال", "لل", "في")) for word in words[1:]):
            return name
    return ""
