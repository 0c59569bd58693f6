# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads what a line near the headline states about the article: its author, date or section."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from indexer.article import Published
from indexer.cleaning.dates.relative import is_relative
from indexer.cleaning.dates.stated import is_hijri, is_labelled, is_update, parse_stated, parse_update
from indexer.cleaning.head.dateline import dateline_alone
from indexer.cleaning.lines.cues import cues, sections
from indexer.cleaning.lines.folding import folded_words
from indexer.cleaning.lines.line import REMEMBERED, SHORT, Line, remembered_line

_BAR = re.compile(r"\s*[|\u2022\u00b7\u2219\u25cf]\s*")
_BAR_OR_DASH = re.compile(r"\s*[|\u2022\u00b7\u2219\u25cf]\s*|\s+(?:[-\u2013\u2014]|\u0640+)\s+")
_LABEL_END = re.compile(r"\s*[:\-\u2013\u2014\uff1a]+\s*")
_CLOCK = re.compile(r"[0-9٠-٩۰-۹]{1,2}:[0-9٠-٩۰-۹]{2}(?:\s*(?:ص|م|am|pm|صباح\w*|مساء\w*))?", re.IGNORECASE)
_ISSUE = re.compile(r"(?:(?:ال)?عدد(?: رقم)?|السنة|issue|vol\.?|no\.)\s*[:#(]?\s*(?:[0-9٠-٩]+\)?|$)", re.IGNORECASE)
_REPRINT = re.compile(r"(?P<author>\D{0,40}?)\bنُ?شرت? في \D{2,40}? (?P<date>(?:يوم|بتاريخ) .{6,40})")
"""How sites that reprint articles of newspapers state the author and the day of an article."""

_DIGIT = re.compile("[0-9٠-٩۰-۹]")
_LONGEST_NAME = 6
_LONGEST_UNLABELLED_NAME = 4
_LONGEST_LINE = 16
_DESKS = frozenset({
    ("متابعه",), ("متابعات",), ("وكالات",), ("خاص",), ("رصد",), ("تقرير",), ("ترجمه",), ("مراسلنا",),
    ("قسم", "الاخبار"), ("هيئه", "التحرير"), ("غرفه", "الاخبار"),
})  # fmt: skip
_DAYS_BEFORE = frozenset({("امس",), ("البارحه",), ("yesterday",)})
_NO_NAMES = frozenset({"في", "من", "عن", "الي", "مع", "بين", "بعد", "قبل", "ان", "the", "of", "in"})


@dataclass(frozen=True, slots=True)
class MetaLine:
    """What a line states. ``reason`` is the reason for removing it; ``labelled`` means a label of the publication date.

    ``converted`` means that the date was stated in the Hijri calendar, so a Gregorian date is preferred. ``updated``
    means that the date is that of an update, so any other date is preferred. ``agency`` is the agency of a dateline.
    """

    reason: str
    author: str = ""
    category: str = ""
    published: Published | None = None
    labelled: bool = False
    converted: bool = False
    updated: bool = False
    agency: str = ""


def meta_line(line: Line, *, under_headline: bool = False) -> MetaLine | None:
    """Returns what ``line`` states about the article if it does nothing else; None if it may be anything else.

    ``under_headline`` means that the line is below the headline. Only there, "كتب فلان" without a colon names an
    author.
    """
    if line.is_prose or line.word_count > _LONGEST_LINE:
        return None
    if len(line.text) > REMEMBERED:
        return _parse_meta_line(line, under_headline)
    return _remembered_meta_line(line.text, under_headline)


@lru_cache(maxsize=1 << 14)
def _remembered_meta_line(text: str, under_headline: bool) -> MetaLine | None:
    return _parse_meta_line(remembered_line(text), under_headline)


def _parse_meta_line(line: Line, under_headline: bool) -> MetaLine | None:
    author = _author(line, under_headline)
    if line.cue is not None and line.cue.reason == "category" and (name := _after_label(line.text)):
        return MetaLine("category", category=name)
    if author is not None:
        return author
    if not _DIGIT.search(line.text):
        return _meta_without_digits(line)
    if line.text.endswith(":"):
        return None  # a date that is the heading of what follows
    return (
        _masthead(line.text)
        or _date(line.text)
        or _parts_with_date(line.text, _BAR)
        or _parts_with_date(line.text, _BAR_OR_DASH)
        or _section_and_date(line)
        or _dateline(line.text)
        or _reprint(line.text)
        or (_date_behind_words(line) if under_headline else None)
    )


def _meta_without_digits(line: Line) -> MetaLine | None:
    """Reads a short line without digits: "أول أمس", "الرياض - واس", or "آخر تحديث:" with its date in the next line."""
    if line.word_count > SHORT + 2 or line.cue is not None:
        return None
    if is_update(line.text):
        return MetaLine("date", updated=True)
    if is_relative(line.text) and (line.word_count > 1 or line.words in _DAYS_BEFORE):
        return MetaLine("date")  # "اليوم" alone is the name of a section, and of newspapers
    if line.text.endswith(":") and is_labelled(line.text + " "):
        return MetaLine("date", labelled=True)
    if line.word_count > 1 and any(_is_desk(part) for part in _BAR_OR_DASH.split(line.text)[1:]):
        return MetaLine("author")
    return _dateline(line.text) if line.word_count > 1 else None


def _is_desk(text: str) -> bool:
    """Whether ``text`` says that a desk wrote the article, as in "أخبار الساحل - متابعة"."""
    return folded_words(text) in _DESKS


def _dateline(text: str) -> MetaLine | None:
    found = dateline_alone(text)
    if found is None:
        return None
    return MetaLine("date" if found.published else "source", published=found.published, agency=found.agency)


def _reprint(text: str) -> MetaLine | None:
    """Reads "سعاد محمود نشر في أخبار المساء يوم 14 - 03 - 2023"."""
    found = _REPRINT.fullmatch(text)
    published = parse_stated(found["date"]) if found else None
    if found is None or published is None:
        return None
    author = found["author"].strip()
    return MetaLine("date", author=author if _is_name(author) else "", published=published, labelled=True)


def _is_name(text: str) -> bool:
    words = folded_words(text)
    return 1 < len(words) <= _LONGEST_UNLABELLED_NAME and _NO_NAMES.isdisjoint(words)


def _masthead(text: str) -> MetaLine | None:
    """Reads the masthead of a newspaper ("السبت 14 مارس 2023 العدد 12345"). Its date is not that of the article."""
    rest, found = _ISSUE.subn(" ", text)
    return MetaLine("date") if found and (parse_stated(rest.strip(" -،,|:")) or is_hijri(rest)) else None


def _date_behind_words(line: Line) -> MetaLine | None:
    """Reads "بيروت في 14 آذار 2023", "خاص بالموقع نشر في 14/3/2023" and "من طرف سعاد محمود في 14 مارس 2023"."""
    words = line.text.split()
    by_author = line.cue is not None and line.cue.reason == "author"
    longest = _LONGEST_NAME if by_author else _LONGEST_UNLABELLED_NAME
    for start in range(1, min(longest, len(words) - 1) + 1):
        rest = " ".join(words[start:])
        labelled = is_labelled(rest)
        is_dated = folded_words(words[start])[:1] in (("في",), ("بتاريخ",), ("يوم",)) and (start < SHORT or by_author)
        if not (labelled or is_dated) or not _DIGIT.search(rest):
            continue
        if (published := parse_stated(rest)) is not None and published.precision in ("day", "time"):
            name = " ".join(words[len(line.cue.words) : start]) if by_author and line.cue else ""
            return MetaLine("author" if name else "date", author=name, published=published, labelled=labelled)
    return None


def _date(text: str) -> MetaLine | None:
    published, labelled = parse_stated(text), is_labelled(text)
    if published is None and (is_update(text) or _CLOCK.fullmatch(text)):
        return MetaLine("date", published=parse_update(text), updated=True)
    if is_hijri(text):
        day = published if published and published.precision == "day" else None
        return MetaLine("date", published=day, labelled=labelled, converted=True)
    # A year or a month alone may be a heading, or a part of one.
    if published is None or (not labelled and published.precision in ("year", "month")):
        return None
    return MetaLine("date", published=published, labelled=labelled)


def _author(line: Line, under_headline: bool) -> MetaLine | None:
    if line.cue is None or line.cue.reason != "author" or not (line.cue.labelled or under_headline):
        return None
    if line.cue.labelled:
        rest, longest = _after_label(line.text), _LONGEST_NAME
    else:
        rest = " ".join(line.text.split()[len(line.cue.words) :])
        longest = _LONGEST_UNLABELLED_NAME
    name, *others = _BAR_OR_DASH.split(rest)
    words = folded_words(name)
    if not words or len(words) > longest or _DIGIT.search(name) or not _NO_NAMES.isdisjoint(words):
        return None
    published = next((found for other in others if (found := parse_stated(other))), None)
    return MetaLine("author", author=name, published=published)


def _after_label(text: str) -> str:
    return _LABEL_END.split(text, maxsplit=1)[-1]


def _parts_with_date(text: str, separator: re.Pattern[str]) -> MetaLine | None:
    """Reads a line such as "رياضة | 14 آذار 2023" or "بيروت - 14 آذار 2023"; None if no part is a date."""
    parts = separator.split(text)
    if len(parts) < 2:
        return None
    read = [(part, _date(part)) for part in parts if part]
    dates = [found for _, found in read if found]
    others = [part for part, found in read if found is None]
    unknown = [part for part in others if _category(part) == "" and cues().match(folded_words(part)) is None]
    published = next((found for found in sorted(dates, key=lambda found: found.updated) if found.published), None)
    longest = _LONGEST_NAME if separator is _BAR else SHORT
    if published is None or len(unknown) > 1 or any(len(folded_words(part)) > longest for part in unknown):
        return None
    category = next((part for part in others if _category(part)), "")
    return replace(published, category=category)


def _section_and_date(line: Line) -> MetaLine | None:
    """Reads a line such as "أخبار محلية 14/3/2023", in which flattening joined section and date."""
    digit = _DIGIT.search(line.text)
    at = digit.start() if digit else 0
    section = _category(line.text[:at].strip())
    meta = _date(line.text[at:]) if section else None
    return MetaLine("date", category=section, published=meta.published) if meta and meta.published else None


def _category(text: str) -> str:
    return text if folded_words(text) in sections() else ""
