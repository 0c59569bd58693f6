# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads place, date and agency at the beginning of an article's text: "بغداد 14 مارس 2023 (شينخوا) -- قال ..."."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from indexer.article import Published
from indexer.cleaning.dates.stated import parse_stated
from indexer.cleaning.lines.folding import COLON, folded_words

_LONGEST = 110
_END = re.compile(r"\s*(?:--+|[–—]|(?<=[\s)/])-|(?<=\))-|:)\s*(?=\S)|-(?=\s)")
_IN_MARKS = re.compile(r"[(/]\s*([^()/0-9]{2,40}?)\s*[)/]")
"""A text in brackets or slashes, like the name of an agency: "(واس)", "/ وام /"."""

_MOST_PLACE = 2
_NO_PLACE = frozenset({"في", "يوم", "منذ", "حتي", "بتاريخ", "من", "الي", "بعد", "قبل", "عن", "ان", "على", "علي"})
_PARTS = re.compile(r"[-–—/،,:()]+")
_MARKS = re.compile(r"\s*[-–—/:()|]+\s*|\sـ+\s")
_LONGEST_LINE = 14


@dataclass(frozen=True, slots=True)
class Dateline:
    """The date and the agency at the beginning of a text; ``agency`` is "" if there is none."""

    published: Published | None = None
    agency: str = ""


def dateline(paragraph: str) -> Dateline:
    """Returns the date and the agency that ``paragraph`` begins with. Never raises."""
    head = paragraph[:_LONGEST]
    ends = [found.start() for found in _END.finditer(head) if found.start() > 2]
    ends += [found.end() for found in _IN_MARKS.finditer(head) if _agency_name(found[1])]
    if not ends:
        return Dateline()
    # The first separator may stand between place and agency. The date stands before one of the first three separators.
    heads = [head[:end] for end in sorted(ends)[:3]]
    agency = next((name for part in heads if (name := _agency(part))), "")
    published = next((day for part in heads if (day := _date_behind_place(part, agency=bool(agency)))), None)
    return Dateline(published, agency)


def dateline_alone(line: str) -> Dateline | None:
    """Returns the date and the agency of a line that is only a dateline ("أبوظبي في 14 مارس 2023 / وام /"); else None.

    The date may be missing ("الرياض - واس"), but not the agency.
    """
    if len(line) > _LONGEST or len(line.split()) > _LONGEST_LINE or not (agency := _agency(line)):
        return None
    published = _date_behind_place(line, agency=True)
    others = [part for part in _MARKS.split(line) if part.strip() and not _agency_name(part)]
    others = [part for part in others if not part.strip().isdigit()]  # a day and a month without a year
    is_alone = len(others) <= 1 and all(len(part.split()) <= _MOST_PLACE for part in others)
    return Dateline(published, agency) if published or is_alone else None


def _date_behind_place(head: str, *, agency: bool) -> Published | None:
    """Returns the date after the place in ``head``.

    "القاهرة في 14 مارس 2023" counts only if an agency is named, too.
    """
    words = _IN_MARKS.sub(
        lambda found: " " if _agency_name(found[1]) or "/" not in found.group() else found.group(), head
    )
    tokens = [word for word in words.split() if word.strip("-–—/،") and not _agency_name(word.strip("-–—/،:."))]
    for start in range(min(_MOST_PLACE, len(tokens) - 1) + 1):
        if not _NO_PLACE.isdisjoint(folded_words(" ".join(tokens[:start]))):
            break
        if not agency and not _NO_PLACE.isdisjoint(folded_words(tokens[start])):
            break
        found = parse_stated(" ".join(tokens[start:]).strip(" /،-–—"))
        if found is not None and found.precision in ("day", "time"):
            return found
    return None


def _agency(head: str) -> str:
    named = [*_IN_MARKS.findall(head), *(part for part in _PARTS.split(head) if len(part.split()) <= 4)]
    named += head.split()[-1:]
    return next((name for part in named if (name := _agency_name(part))), "")


def _agency_name(text: str) -> str:
    """Returns the name of the agency that ``text`` is a spelling of, or ""."""
    return agencies().get(tuple(word for word in folded_words(text) if word != COLON), "")


@cache
def agencies() -> dict[tuple[str, ...], str]:
    """Returns the name of each agency by the folded words of its spellings, from agencies.txt."""
    table: dict[tuple[str, ...], str] = {}
    for line in (files("indexer.cleaning.head") / "agencies.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, others = line.partition(":")
            for spelling in (name, *others.split(",")):
                if words := tuple(word for word in folded_words(spelling) if word != COLON):
                    table[words] = name.strip()
    return table
