# SPDX-License-Identifier: GPL-3.0-or-later
"""Chooses the date of an HTML page from the texts near its headline that `sources.pages.shown_dates` found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from indexer.article import Published
from indexer.cleaning.dates.relative import parse_relative
from indexer.cleaning.dates.stated import is_update, parse_stated

_PARTING = re.compile(r"\s*[|\u2022\u00b7\u2219\u25cf()\[\]\u2013\u2014/]\s+|\s+[-/]\s+")
_YEAR = re.compile(r"(?<![0-9٠-٩])(?:19|20)[0-9]{2}(?![0-9])|(?<![0-9٠-٩])(?:١٩|٢٠)[٠-٩]{2}(?![٠-٩])")
_LONGEST_BEFORE = 6
_LONGEST_AFTER = 6
"""The most words of a date before its year, and after it."""
_LONGEST_LABEL = 3
_AROUND = " ()[]|-–—•·،,"


def shown_date(shown: Sequence[tuple[str, str, bool]], fetched: str) -> Published | None:
    """Returns the date of the article from ``shown``, the texts of its page that may be dates.

    Each is a text, the words before it, and whether the markup calls it a date (see `Record.shown_dates`); the one
    nearest to the headline comes first. ``fetched`` is the time at which the page was fetched, from which "منذ 3 ساعات"
    is counted back. Texts that state an update, or whose words before them do, are skipped. Never raises.
    """
    for whole, before, called_date in shown:
        text = whole.strip(_AROUND)
        if is_update(text) or is_update(before.strip(_AROUND)):
            continue
        if (found := _stated_in(text, called_date) or parse_relative(text, fetched)) is not None:
            return found
    return None


def date_lines(shown: Sequence[tuple[str, str, bool]]) -> set[str]:
    """Returns the texts of ``shown`` that are a date and little else, and their labels. Never raises."""
    stated = [
        (text, before)
        for text, before, called_date in shown
        if parse_stated(text) or (called_date and _is_mostly_date(text))
    ]
    return {text for text, _ in stated} | {before for _, before in stated if before}


def _is_mostly_date(text: str) -> bool:
    found = next((part for part in _around_year(text) if parse_stated(part)), None)
    return found is not None and len(text.split()) - len(found.split()) <= _LONGEST_LABEL


def _stated_in(text: str, called_date: bool) -> Published | None:
    """Returns the day that ``text`` or a part of it states. Other words may surround the day only if ``called_date``.

    A month or a year alone is not enough.
    """
    for part in (text, *_PARTING.split(text)):
        if not is_update(part) and (found := parse_stated(part)) is not None and found.precision in ("day", "time"):
            return found
    for part in _around_year(text) if called_date else ():
        if (found := parse_stated(part)) is not None and found.precision in ("day", "time"):
            return found
    return None


def _around_year(text: str) -> Iterator[str]:
    """Yields the runs of words in ``text`` that contain the year, the longest first."""
    words = text.split()
    at = next((number for number, word in enumerate(words) if _YEAR.search(word)), None)
    if at is None or len(words) > _LONGEST_BEFORE + _LONGEST_AFTER + 6:
        return
    for start in range(max(0, at - _LONGEST_BEFORE), at + 1):
        if is_update(" ".join(words[max(0, start - _LONGEST_LABEL) : start])):
            continue
        for end in range(min(len(words), at + _LONGEST_AFTER), at, -1):
            yield " ".join(words[start:end]).strip("،,.:;؛")
