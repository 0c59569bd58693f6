# SPDX-License-Identifier: GPL-3.0-or-later
"""Knows names of places: countries and the cities of time zones from CLDR, in Arabic and English, and places.txt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from babel import Locale

from indexer.cleaning.lines.folding import folded_words

_KINDS = frozenset(
    {
        "محافظه",
        "مدينه",
        "منطقه",
        "ولايه",
        "قريه",
        "بلده",
        "مخيم",
        "قضاء",
        "لواء",
        "جزيره",
        "مطار",
        "ميناء",
        "اماره",
        "اقليم",
        "جمهوريه",
    }
)
"""Words that begin the name of a place and say what it is."""

_BRACKETS = re.compile(r"[()]")


def is_place(words: tuple[str, ...]) -> bool:
    """Whether ``words``, folded, are the name of a place, perhaps with its kind before it (مدينة الكويت)."""
    known = _places()
    return words in known or (len(words) > 1 and words[0] in _KINDS)


@cache
def _places() -> frozenset[tuple[str, ...]]:
    return frozenset(words for name in _names() if (words := folded_words(name)))


def _names() -> Iterator[str]:
    for language in ("ar", "en"):
        locale = Locale(language)
        cities = (str(zone["city"]) for zone in locale.time_zones.values() if "city" in zone)
        for name in (*locale.territories.values(), *cities):
            yield from _BRACKETS.split(name)  # هيبرون (مدينة الخليل)
        # Where the name in English is that of the zone, CLDR does not repeat it.
        yield from (str(zone).rpartition("/")[2].replace("_", " ") for zone in locale.time_zones)
    for line in (files("indexer.cleaning.authors") / "places.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            yield from line.split(",")
