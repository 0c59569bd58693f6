# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the years in a query. The search then also finds articles published in them.

A number from 1900 to 2099 is taken for a Gregorian year. A number that may be a Hijri year is taken for one only where
the query says so (1445هـ, عام 1445, حج 1445, رمضان 1445): otherwise most such numbers in news are amounts
(docs/query.md has figures).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from hijridate import Hijri

from indexer.arabic import months
from indexer.arabic.analyser import Analyser, Token
from indexer.arabic.readings import ARTICLE

_GREGORIAN = re.compile("(?:19|20)[0-9]{2}")
_HIJRI = range(1343, 1500)
"""The Hijri years whose beginning and end `hijridate` knows."""
_DIGITS_OF_A_YEAR = 4

# Folded words and stems that say of the number beside them that it is a year.
_YEAR = frozenset({"عام", "سنه"})
_GREGORIAN_ERA = frozenset({"م", "ميلادي", "ميلاديه", "للميلاد"})
_HIJRI_ERA = frozenset({"ه", "هجري", "هجريه", "للهجره"})
_HIJRI_EVENT = frozenset({"حج", "عمره", "موسم"})


class Days(NamedTuple):
    """From ``first`` to ``last``, both included."""

    first: date
    last: date


class Years(NamedTuple):
    """The years in a query. ``days`` maps the position of each year to its days.

    ``beside`` are the positions of words such as عام and هـ, which only say that a number is a year.
    """

    days: dict[int, Days]
    beside: frozenset[int]


def years(words: Sequence[Token], published: Collection[int], analyser: Analyser) -> Years:
    """The years among ``words``, which follow one another in a query, if articles are dated in them.

    ``published`` are the Gregorian years in which articles were published.
    """
    days: dict[int, Days] = {}
    beside: set[int] = set()
    for at, token in enumerate(words):
        before, after = words[max(0, at - 2) : at], words[at + 1] if at + 1 < len(words) else None
        found = _days(token, before, after)
        if found is None or not _any_of(found, published):
            continue
        days[token.position] = found
        if before and _says_year(before, analyser):
            beside.add(before[-1].position)
        if after and _is(after, _GREGORIAN_ERA | _HIJRI_ERA):
            beside.add(after.position)
    return Years(days, frozenset(beside))


def _days(token: Token, before: Sequence[Token], after: Token | None) -> Days | None:
    """The days of the year ``token``; None where it is no year."""
    number = token.folded
    if len(token.text) != _DIGITS_OF_A_YEAR or not number.isdecimal():
        return None
    if _GREGORIAN.fullmatch(number):
        return Days(date(int(number), 1, 1), date(int(number), 12, 31))
    if int(number) not in _HIJRI or not _says_hijri(before, after):
        return None
    first, following = (Hijri(int(number) + more, 1, 1).to_gregorian() for more in (0, 1))
    return Days(
        date(first.year, first.month, first.day),
        date(following.year, following.month, following.day) - timedelta(days=1),
    )


def _says_hijri(before: Sequence[Token], after: Token | None) -> bool:
    """Whether the words beside a number say that it is a Hijri year."""
    if after and _is(after, _HIJRI_ERA):
        return True
    if before and _is(before[-1], _YEAR | _HIJRI_EVENT):
        return True
    names = [tuple(_bare_name(token) for token in before[start:]) for start in range(len(before))]
    return any(name in months.hijri() for name in names)


def _says_year(before: Sequence[Token], analyser: Analyser) -> bool:
    """Whether the last word before a number is عام or سنة.

    With an article it counts only after a function word, as in خلال العام 2018: العام is also part of الأمين العام.
    """
    *others, word = before
    if not _is(word, _YEAR):
        return False
    return not _bare_name(word).startswith(ARTICLE) or not others or analyser.is_function_word(others[-1])


def _is(token: Token, words: frozenset[str]) -> bool:
    bare_name = _bare_name(token)
    return not words.isdisjoint((token.folded, token.stem, bare_name, bare_name.removeprefix(ARTICLE)))


def _bare_name(token: Token) -> str:
    return token.folded[token.word.clitics :]


def _any_of(days: Days, published: Collection[int]) -> bool:
    """Whether articles were published in a year of which ``days`` has a day."""
    return days.first.year in published or days.last.year in published
