# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the names of authors and agencies from a byline: «واس - الرياض», «الرياض: واس» and «واس» name one agency.

Places, labels, accounts of a site and addresses are no authors. What a part is follows from lists (agencies.txt, CLDR,
places.txt, words.txt), and where these are silent from its neighbours: a single word beside a name is a place, and so
is what stands before a colon.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from indexer.cleaning.authors.byline_parts import EDGES, BylinePart, byline_parts
from indexer.cleaning.authors.places import is_place
from indexer.cleaning.head.dateline import agencies
from indexer.cleaning.lines.cues import word_list
from indexer.cleaning.lines.folding import COLON, folded_words

MOST = 10
"""Of a longer list of names the others are left out."""

_LONGEST_NAME = 7
"""In words. What is longer is a sentence."""

_LEAST_NAME = 2
"""In words, a name that is surely one of a person."""

_SHORTEST = 2
"""In letters, the first name of a person."""

_NAMES_TOO = frozenset({"علي", "ام"})
"""Folded, the names علي and أم cannot be told from the words that join a sentence."""

_AND = "و"
_ARTICLE = "ال"
_DASH = re.compile("[-‐-―−]")
_DIGIT = re.compile(r"\d")
_ACCOUNT = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*")
"""A name as systems give it to users and pages, in small letters: admin, news-desk, user_12."""

Words = tuple[str, ...]


def authors_in(byline: str) -> tuple[str, ...]:
    """The names in ``byline``, in their order, each once and at most `MOST`. Never raises.

    An agency has one name in whatever spelling. A person's name is as printed, without titles, harakat and marks.
    """
    parts = [one for part in byline_parts(byline) for one in _divided(part)]
    known = [_known_agency(_words(part.text)) for part in parts]
    names: dict[Words, str] = {}
    for at, part in enumerate(parts):
        others = [other for number, other in enumerate(parts) if number != at and other.text]
        name = _agency(part, known[at], others) or _person(part, parts[at + 1 : at + 2], others)
        if name := name.strip(EDGES):
            names.setdefault(_words(name), name)
    return tuple(names.values())[:MOST]


def _agency(part: BylinePart, known: str, others: Sequence[BylinePart]) -> str:
    """The agency ``known`` that ``part`` is, if it is one; beside a name it is rather the place of the same name."""
    ambiguous = not part.quoted and is_place(_words(part.text))
    return "" if ambiguous and _is_name(others) else known


def _person(part: BylinePart, following: Sequence[BylinePart], others: Sequence[BylinePart]) -> str:
    """The person or organisation that ``part`` is; "" for none."""
    words = _words(part.text)
    if not words or _is_no_name(part.text, words):
        return ""
    if part.quoted:
        return part.text
    if is_place(words):
        return ""
    if part.before_colon and not part.labelled and (_is_name(following) or (len(words) == 1 and not following)):
        return ""
    if len(words) == 1 and not part.labelled and _is_name(others):
        return ""
    return part.text


def _is_name(parts: Sequence[BylinePart]) -> bool:
    """Whether any of ``parts`` is surely a name: an agency, in quotation marks, labelled, or of several words."""
    for part in parts:
        words = _words(part.text)
        if not words or _is_no_name(part.text, words):
            continue
        if part.quoted or _known_agency(words) or (not is_place(words) and (part.labelled or len(words) > 1)):
            return True
    return False


def _is_no_name(text: str, words: Words) -> bool:
    """Whether ``text`` is a number, a sentence, the account of a site, or a word for those who write."""
    if len(words) > _LONGEST_NAME or not any(map(str.isalpha, text)):
        return True
    if _known_agency(words):
        return False
    accounts = word_list("accounts")
    if accounts.issuperset(words) or _ACCOUNT.fullmatch(text):
        return True
    return not text.isascii() and not (word_list("joining") - _NAMES_TOO).isdisjoint(words)


def _divided(part: BylinePart) -> Iterator[BylinePart]:
    """``part`` by "و" before a further name, and by dashes without spaces and none at all beside what is known."""
    if part.quoted:
        yield part
        return
    words = _without_number(part.text.split())
    start = 0
    for at in range(1, len(words)):
        left, right = words[start:at], words[at:]
        if left and _joins(left, right):
            yield replace(part, text=" ".join(left), before_colon=False)
            start = at + (words[at] == _AND)
            if words[at] != _AND:
                words[at] = words[at][1:]
    rest = words[start:]
    pieces = [one.strip() for one in _DASH.split(" ".join(rest)) if one.strip()]
    if len(pieces) > 1 and any(_is_known(_words(one)) for one in pieces):
        yield from (replace(part, text=one) for one in pieces)
        return
    for at in range(1, len(rest)):
        first, second = " ".join(rest[:at]), " ".join(rest[at:])
        ways = ((first, second), (second, first))
        if any(_known_agency(_words(one)) and _is_known(_words(other)) for one, other in ways):
            yield from (replace(part, text=one) for one in (first, second))
            return
        # جدة: سعد المرجاني الدمام: ليلى النخيلي
        if part.before_colon and at >= _LEAST_NAME and is_place(_words(second)):
            yield replace(part, text=first, before_colon=False)
            yield replace(part, text=second)
            return
    yield replace(part, text=" ".join(rest))


def _without_number(words: list[str]) -> list[str]:
    """``words`` up to a number, such as that of a date."""
    return words[: next((at for at, word in enumerate(words) if _DIGIT.search(word)), len(words))]


def _joins(left: Sequence[str], right: Sequence[str]) -> bool:
    """Whether ``right`` begins with "و" and is a name of its own."""
    first = right[0]
    if first == _AND:
        return len(right) > 1 and len(left[0]) > 1  # و ا س is an agency
    if not first.startswith(_AND) or not word_list("waw_names").isdisjoint(_words(first)):
        return False
    rest = (first[1:], *right[1:])
    known = (_words(" ".join(rest[:length])) for length in range(1, len(rest) + 1))
    if any(map(_is_known, known)):
        return True
    if len(rest[0]) < _SHORTEST or rest[0].startswith(_ARTICLE):
        return False  # وزارة الثقافة والإعلام; the first name of a person has no article
    return len(rest) > 1 and (len(left) > 1 or bool(_known_agency(_words(" ".join(left)))))


@cache
def _together() -> dict[str, str]:
    """The agencies whose names are single letters, by these letters together."""
    return {"".join(words): name for words, name in agencies().items() if all(len(word) == 1 for word in words)}


def _known_agency(words: Words) -> str:
    """The name of the agency that ``words`` are a spelling of; "" for none."""
    if len(words) > 1 and all(len(word) == 1 for word in words):
        letters = "".join(words)
        return agencies().get(words) or agencies().get((letters,)) or _together().get(letters, "")
    while len(words) > 1 and words[0] in ("وكاله", "وكالات", "الوكاله", "انباء", "الانباء"):
        if name := agencies().get(words):
            return name
        words = words[1:]
    if len(words) > 1 and words[-1] == "للانباء":
        words = words[:-1]  # وكالة الأناضول للأنباء
    if not words:
        return ""
    first = words[0]
    other = first.removeprefix(_ARTICLE) if first.startswith(_ARTICLE) else _ARTICLE + first
    return agencies().get(words) or agencies().get((other, *words[1:])) or _together().get("".join(words), "")


def _is_known(words: Words) -> bool:
    return bool(_known_agency(words)) or is_place(words)


def _words(text: str) -> Words:
    return tuple(word for word in folded_words(text) if word != COLON)
