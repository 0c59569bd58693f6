# SPDX-License-Identifier: GPL-3.0-or-later
"""The readings of a word, and how they compete by their masses."""

from __future__ import annotations

from typing import Literal, NamedTuple

from indexer.arabic import letters as L

Kind = Literal["noun", "verb", "name"]

# The share of its occurrences that a word counts as a name against a reading by known words, depending on what that
# reading cuts off. Many names end in an, un, in and i, few in the endings of plurals and in pronouns.
_AGAINST_CLITIC = {L.WAW: 0.03, L.FEH: 0.1, L.BEH: 0.005, L.LAM: 0.02, L.KAF: 0.1, L.SEEN: 0.02}
_AGAINST_ARTICLE = 0.002
_MORE_THAN_THE_REST = 0.3
"""The share against a clitic if the word with it occurs more often than the rest with all its clitics: كروز."""

_AGAINST_ENDING = {"ات": 0.02, "ه": 0.04, "ا": 0.1, "ي": 0.5, "ون": 0.1, "ين": 0.1, "ان": 0.3, "": 0.2}
_AGAINST_OTHER_ENDINGS = 0.03
_FAR_BEYOND, _AGAINST_RARE_ENDING = 20, 0.3
"""If a word occurs `_FAR_BEYOND` times as often as a reading with a pronoun or accusative explains, the ending is
rather part of a name.
"""

_AGAINST_VERB = 0.05
_HOPELESS = 0.02


class CoreReading(NamedTuple):
    """One reading of a word without clitics and article: the form ``known`` of the lexicon, then ``endings``.

    ``noun`` and ``verb`` are its masses as a noun and as a verb. If ``owned``, it has a pronoun and takes no article.
    """

    stem: str
    kind: Kind
    known: str
    endings: str
    noun: float
    verb: float
    owned: bool = False


class WordReading(NamedTuple):
    """One reading of a word: ``clitics`` letters, the article if ``article`` is true, then ``core``.

    ``mass`` is how often the letters have this meaning in a billion words.
    """

    clitics: int
    article: bool
    core: CoreReading
    mass: float

    @property
    def stem(self) -> str:
        """The lemma."""
        return self.core.stem


def beyond_longer_cuts(name: WordReading, found: list[WordReading]) -> WordReading:
    """Returns a name with the mass that remains after the readings that cut more off the word."""
    explained, most, has_article = 0.0, -1.0, False
    for reading in found:
        if reading.clitics > name.clitics or (reading.clitics == name.clitics and reading.article > name.article):
            explained += reading.mass
            most = max(most, reading.core.noun + reading.core.verb)
            has_article = has_article or (reading.article and reading.core.kind != "name")
    if most < 0:
        return name
    if has_article:
        share = _AGAINST_ARTICLE
    elif name.core.noun > most:
        share = _MORE_THAN_THE_REST
    else:
        share = _AGAINST_CLITIC[name.core.known[0]]
    return name._replace(mass=max(0.0, name.mass - explained) * share)


def hopeful(found: list[CoreReading]) -> tuple[CoreReading, ...]:
    """Returns the readings that may win or be a second stem: those not far behind the most likely one of their kind."""
    if len(found) < 2:
        return tuple(found)
    best: dict[tuple[Kind, bool], float] = {}
    for core in found:
        kind, mass = (core.kind, core.owned), core.noun + core.verb
        if mass > best.get(kind, -1.0):
            best[kind] = mass
    return tuple(core for core in found if core.noun + core.verb >= _HOPELESS * best[core.kind, core.owned])


def name_reading(rest: str, mass: float) -> CoreReading:
    """Returns the reading of a whole word as a name."""
    return CoreReading(rest, "name", rest, "", mass, 0.0)


def share_of_name(found: list[CoreReading], left: float) -> float:
    """Returns the weight of a word that no dictionary knows against the most likely of the readings ``found``.

    ``left`` is how often the word occurs beyond these readings.
    """
    if not found:
        return 1.0
    best = max(found, key=lambda core: core.noun + core.verb)
    if best.kind == "verb":
        return _AGAINST_VERB
    is_rare = left > _FAR_BEYOND * (best.noun + best.verb) and (best.owned or best.endings == L.ALEF)
    return _AGAINST_RARE_ENDING if is_rare else _AGAINST_ENDING.get(best.endings, _AGAINST_OTHER_ENDINGS)


def one_per_stem(found: list[WordReading]) -> list[WordReading]:
    """Returns the most likely reading of each stem with the mass of all its readings, the most likely first."""
    found.sort(key=_order)
    if len({reading.core.stem for reading in found}) == len(found):
        return found
    best: dict[str, WordReading] = {}
    for reading in found:
        stem = reading.core.stem
        known = best.get(stem)
        best[stem] = known._replace(mass=known.mass + reading.mass) if known else reading
    return sorted(best.values(), key=_order)


def _order(reading: WordReading) -> tuple[float, int, str]:
    return -reading.mass, reading.clitics, reading.core.stem
