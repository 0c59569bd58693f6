"""The beginning of an article's text that names place, date and agency: "بغداد 14 مارس 2023 (شينخوا) -- قال ..."."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from indexer.article import Published
from indexer.cleaning.dates import parse_stated
from indexer.cleaning.text import COLON, folded_words

_LONGEST = 110
_END = re.compile(r"\s*(?:--+|[–—]|(?<=[\s)])-|(?<=\))-|:)\s*(?=\S)|-(?=\s)")
_IN_BRACKETS = re.compile(r"\(([^()]{2,40})\)")
_MOST_PLACE = 2
_NO_PLACE = frozenset({"في", "يوم", "منذ", "حتي", "بتاريخ", "من", "الي", "بعد", "قبل", "عن", "ان", "على", "علي"})
_PARTS = re.compile(r"[-–—/،,:()]+")


@dataclass(frozen=True, slots=True)
class Dateline:
    """What the beginning of a text states; ``agency`` is "" if none."""

    published: Published | None = None
    agency: str = ""


def dateline(paragraph: str) -> Dateline:
    """What ``paragraph`` begins with. Never raises; empty where it does not begin with a place, date or agency."""
    head = paragraph[:_LONGEST]
    ends = [found for found in _END.finditer(head) if found.start() > 2]
    if not ends:
        return Dateline()
    # The first marks may part the place from the agency; the date, if any, stands before the last but one.
    published = next((day for end in ends[:3] if (day := _date(head[: end.start()]))), None)
    agency = next((name for end in ends[:3] if (name := _agency(head[: end.start()]))), "")
    return Dateline(published, agency)


def _date(head: str) -> Published | None:
    words = _IN_BRACKETS.sub(" ", head).split()
    for start in range(min(_MOST_PLACE, len(words) - 1) + 1):
        if not _NO_PLACE.isdisjoint(folded_words(" ".join(words[: start + 1]))):
            break
        found = parse_stated(" ".join(words[start:]).strip(" /،-"))
        if found is not None and found.precision in ("day", "time"):
            return found
    return None


def _agency(head: str) -> str:
    named = [*_IN_BRACKETS.findall(head), *(part for part in _PARTS.split(head) if len(part.split()) <= 4)]
    for part in named:
        words = tuple(word for word in folded_words(part) if word != COLON)
        if words in agencies():
            return agencies()[words]
    return ""


@cache
def agencies() -> dict[tuple[str, ...], str]:
    """The folded words of each spelling of an agency's name -> the name; read from agencies.txt."""
    table: dict[tuple[str, ...], str] = {}
    for line in (files("indexer.cleaning") / "agencies.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, others = line.partition(":")
            for spelling in (name, *others.split(",")):
                if words := tuple(word for word in folded_words(spelling) if word != COLON):
                    table[words] = name.strip()
    return table
