"""A line above an article that names its place and author, and nothing else: "مدريد - لينا العاصي"."""

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
    """Whether ``line`` has the form of place and name, or place and paper ("الدوحة - أخبار الساحل")."""
    if line.prose or not 1 < line.count < _LONGEST or _NO_NAME.search(line.text):
        return False
    found = _FORMS[0].fullmatch(line.text)
    return found is not None and len(folded_words(found["place"])) <= _LONGEST_PLACE


def signed(line: Line, article: ArticleWords) -> str:
    """The author that ``line`` names beside a place, "" if it names none for sure.

    A headline of the same form ("العراق - انتخابات مبكرة") has words of the article; the name of its author is none.
    """
    if line.prose or line.edge_reason or not _LENGTH_OF_NAME.start < line.count <= _LONGEST:
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
