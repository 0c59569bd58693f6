# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds all readings of a word, the most likely first: clitics and article, a word of the lexicon, and endings.

والدها may be و and الدها, or والد and "her", or و, the article and a word دها. Each reading has a mass: how often these
letters are likely to have this meaning in a billion words. It is the mass of the known word times the rate of each
clitic and ending. The masses of readings with the same stem are added. So a word attested as a whole wins over a rare
cut, prefixes of verbs only apply to verbs, and pronouns only to words that take them.

A word that no dictionary knows may be a name. Its mass is a share of the occurrences that the readings by known words
do not explain. The share is small if the competing reading is one that names seldom resemble.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Literal

from indexer.arabic import letters as L
from indexer.arabic.lexicon.lexicon import (
    HAS_FEMININE,
    NO_ARTICLE,
    PLURAL_OR_ACTION,
    SOUND_PLURAL,
    Lexicon,
    LexiconEntry,
    Noun,
)
from indexer.arabic.word_readings import (
    CoreReading,
    WordReading,
    beyond_longer_cuts,
    hopeful,
    name_reading,
    one_per_stem,
    share_of_name,
)

CONJUNCTIONS = (L.WAW, L.FEH)
PREPOSITIONS = (L.BEH, L.LAM, L.KAF, L.SEEN)
ARTICLE = L.ALEF + L.LAM
LEAST_LETTERS = 2
"""A word has at least this many letters without its clitics."""

ArticleMay = Literal["no", "yes", "must"]
"""Whether ال may be the article, judged by the hamzas: no in ألمانيا, yes in العراق, must in الأمم."""

# The rate of a clitic is the share of a word's occurrences that have it. The rates are means over the nouns, adjectives
# and verbs that arramooz counts at least 20,000 times, from the frequencies of wordfreq, rounded.
_WITH_CONJUNCTION = {"": 1.0, L.WAW: 0.06, L.FEH: 0.004}
_VERB_WITH_CONJUNCTION = {"": 1.0, L.WAW: 0.12, L.FEH: 0.012}
_WITH_PREPOSITION = {"": 1.0, L.BEH: 0.03, L.LAM: 0.02, L.KAF: 0.0015}
_WITH_ARTICLE = 0.45
_WITHOUT_ARTICLE = 0.4
_VERB_WITH = {L.SEEN: 0.025, L.LAM: 0.015}
_MAY_BE_CUT = frozenset((*CONJUNCTIONS, *PREPOSITIONS, L.ALEF))
_HAMZA_ABOVE = (L.ALEF_HAMZA_ABOVE, L.ALEF_MADDA)
_PRESENT_BEGINS = frozenset("يتنا")
_PRONOUN = {
    "ه": 0.04, "ها": 0.03, "هم": 0.01, "نا": 0.006, "ي": 0.001, "ك": 0.002, "كم": 0.001, "هما": 0.0008, "هن": 0.0003,
    "كما": 0.00002, "كن": 0.00002,
}  # fmt: skip
_OBJECT = {
    "ه": 0.03, "ها": 0.02, "هم": 0.008, "نا": 0.006, "ني": 0.004, "ك": 0.003, "كم": 0.001, "هما": 0.0006, "هن": 0.0002,
}  # fmt: skip

_PRONOUNS_BY_LAST = {last: [one for one in _PRONOUN.items() if one[0][-1] == last] for last in "هايكمن"}
_OBJECTS_BY_LAST = {last: [one for one in _OBJECT.items() if one[0][-1] == last] for last in "هايكمن"}

# Endings of nouns and adjectives: the ending, what the form of the lexicon has instead, the rate of the ending.
_FEMININE = 0.3
_Ending = tuple[str, str, float]
_ENDINGS: tuple[_Ending, ...] = (
    ("ه", "", _FEMININE), ("ات", "ه", 0.06), ("ات", "", 0.03), ("ون", "", 0.015), ("ين", "", 0.03), ("ان", "", 0.004),
    ("تان", "ه", 0.002), ("تين", "ه", 0.003), ("تا", "ه", 0.0005), ("تي", "ه", 0.0005), ("ا", "", 0.03),
    ("و", "", 0.004), ("ي", "", 0.01), ("وا", "", 0.0001), ("", "ي", 0.04),
)  # fmt: skip
_ACCUSATIVE_BEHIND_HEH = 0.02
"""A final heh of a noun is mostly a ta marbuta, which takes no alef: اتجاها is accusative, مسؤوليها is not."""

_WITHOUT_ENDING = [one for one in _ENDINGS if not one[0]]
_ENDINGS_BY_LAST = {
    last: [one for one in _ENDINGS if not one[0] or one[0][-1] == last]
    for last in {ending[-1:] for ending, _, _ in _ENDINGS} - {""}
}

_ENDINGS_BEFORE_PRONOUN = {
    last: [one for one in endings if one[0] not in ("", L.ALEF, L.HEH)] for last, endings in _ENDINGS_BY_LAST.items()
}

_FEMININE_PLURAL = "ات"
_NOT_RARE = 0.04
_CONSTRUCT = frozenset({"و", "ي", "وا", "تا", "تي"})
_OF_SOUND_PLURAL = frozenset({"و", "ي", "وا"})
_DEFECTIVE_LETTERS = 3
_NISBA_LETTERS = 4
"""The least letters of a noun that lost the ya of its lemma (قاض: `_DEFECTIVE_LETTERS`), and of an unlisted adjective
of relation (`_NISBA_LETTERS`).
"""

_OF_UNLISTED_NISBA = 0.5
_UNKNOWN_LETTERS = 3
_CACHED_CORES = 100_000


class WordReader:
    """Finds readings with one lexicon. Safe to share between threads."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._cores = lru_cache(maxsize=_CACHED_CORES)(self._read_core)

    def readings(self, key: str, article: ArticleMay = "yes", spelling: str = "") -> list[WordReading]:
        """Returns the readings of a word, the most likely first, one per stem and at least one.

        ``key`` is the word in the form of `fold.key`, ``spelling`` the same letters with their hamzas as written.
        Readings without a chance against others with the same cut are left out.
        """
        if article == "yes" and key.startswith(ARTICLE) and self._lexicon.entry(key).flags & NO_ARTICLE:
            article = "no"
        found: list[WordReading] = []
        has_name = False
        for clitics, noun_rate, verb_rate, rest, has_article in _beginnings(key, article):
            cores: Iterable[CoreReading] = self._cores(rest)
            if rest[3:4] == L.ALEF == rest[0]:
                cores = self._told_apart(cores, spelling[-len(rest) :][:1])
            for core in cores:
                mass = core.verb * verb_rate if core.verb else core.noun * noun_rate
                if mass and not (has_article and core.owned):
                    found.append(WordReading(clitics, has_article, core, mass))
                    has_name = has_name or core.kind == "name"
        if not found:
            return [self._unattested(key, article)]
        if len(found) == 1:
            return found
        if has_name:
            found = [
                beyond_longer_cuts(reading, found) if reading.core.kind == "name" else reading for reading in found
            ]
        return one_per_stem(found)

    def _told_apart(self, cores: Iterable[CoreReading], written: str) -> Iterator[CoreReading]:
        """Yields ``cores``; a noun whose first hamza distinguishes two words is replaced by one or both of them.

        Both are yielded if the ``written`` letter has no hamza.
        """
        for core in cores:
            above = below = None
            if core.kind == "noun" and PLURAL_OR_ACTION.fullmatch(core.known):
                above = self._lexicon.entry(L.ALEF_HAMZA_ABOVE + core.known[1:]).noun
                below = self._lexicon.entry(L.ALEF_HAMZA_BELOW + core.known[1:]).noun
            if above is None or below is None:
                yield core
            elif written in _HAMZA_ABOVE:
                yield core._replace(stem=above.lemma)
            elif written == L.ALEF_HAMZA_BELOW:
                yield core._replace(stem=below.lemma)
            else:
                both = above.mass + below.mass
                yield core._replace(stem=above.lemma, noun=core.noun * above.mass / both)
                yield core._replace(stem=below.lemma, noun=core.noun * below.mass / both)

    def _unattested(self, key: str, article: ArticleMay) -> WordReading:
        """Returns the reading of a word that is attested nowhere: without its article and the clitics before it."""
        for clitics, _, _, rest, has_article in _beginnings(key, article):
            if has_article and len(rest) >= _UNKNOWN_LETTERS:
                return WordReading(clitics, True, name_reading(rest, 0.0), 0.0)
        return WordReading(0, False, name_reading(key, 0.0), 0.0)

    def _read_core(self, rest: str) -> tuple[CoreReading, ...]:
        """Returns the readings of a word without clitics and article."""
        entry = self._lexicon.entry(rest)
        found = [CoreReading(verb.lemma, "verb", rest, "", 0.0, verb.mass) for verb in entry.verbs]
        if entry.noun:
            found.append(CoreReading(entry.noun.lemma, "noun", rest, "", entry.noun.mass, 0.0))
        if len(rest) > LEAST_LETTERS:
            self._add_endings(rest, entry.noun is not None, found)
        if not entry.noun and not rest.startswith(ARTICLE):
            written = entry.frequency + self._lexicon.entry(ARTICLE + rest).frequency
            left = written - sum(core.noun + core.verb for core in found)
            if left > 0:
                found.append(name_reading(rest, left * share_of_name(found, left)))
        return hopeful(found)

    def _add_endings(self, rest: str, is_noun: bool, found: list[CoreReading]) -> None:
        """Appends the readings of ``rest`` with an ending or a pronoun to ``found``."""
        last = rest[-1]
        for ending, noun, rate in self._nominal(rest, _ENDINGS_BY_LAST.get(last, _WITHOUT_ENDING)):
            if is_noun and ending == L.HEH:
                continue  # منحة is not the feminine of منح
            # A noun in the construct state, as in لاعبو الفريق, takes no article.
            owned = ending in _CONSTRUCT
            known = rest[: len(rest) - len(ending)]
            found.append(CoreReading(noun.lemma, "noun", known, ending, noun.mass * rate, 0.0, owned))
        if last not in _PRONOUNS_BY_LAST:
            return
        for pronoun, rate in _PRONOUNS_BY_LAST[last]:
            if rest.endswith(pronoun) and len(rest) - len(pronoun) >= LEAST_LETTERS:
                self._add_owned(rest[: -len(pronoun)], pronoun, rate, found)
        for pronoun, rate in _OBJECTS_BY_LAST[last]:
            if rest.endswith(pronoun) and len(rest) - len(pronoun) >= LEAST_LETTERS:
                for form in _verb_forms(rest[: -len(pronoun)]):
                    for verb in self._lexicon.entry(form).verbs:
                        found.append(CoreReading(verb.lemma, "verb", form, pronoun, 0.0, verb.mass * rate, owned=True))

    def _add_owned(self, before: str, pronoun: str, rate: float, found: list[CoreReading]) -> None:
        """Appends the readings of a noun before a pronoun to ``found``.

        The noun may stand by itself, with ta written for ta marbuta, or with an ending of its own.
        """
        for form in _noun_forms(before):
            noun = self._lexicon.entry(form).noun
            if noun and noun.takes_endings:
                found.append(CoreReading(noun.lemma, "noun", form, pronoun, noun.mass * rate, 0.0, owned=True))
        if len(before) <= LEAST_LETTERS:
            return
        for ending, noun, ending_rate in self._nominal(before, _ENDINGS_BEFORE_PRONOUN.get(before[-1], ())):
            known = before[: -len(ending)]
            mass = noun.mass * rate * ending_rate
            found.append(CoreReading(noun.lemma, "noun", known, ending + pronoun, mass, 0.0, owned=True))
        if before[-1] == L.TEH:
            # معلمتهم: the ta marbuta of a feminine that is not a lemma.
            noun = self._lexicon.entry(before[:-1]).noun
            if noun and noun.takes_endings:
                mass = noun.mass * rate * _FEMININE
                found.append(CoreReading(noun.lemma, "noun", before[:-1], L.TEH + pronoun, mass, 0.0, owned=True))

    def _has_other_feminine(self, noun: Noun, base: str, flags: int) -> bool:
        """Returns whether ``base`` with a ta marbuta is a noun of its own and not the feminine of ``noun``."""
        other = self._lexicon.entry(base + L.HEH).noun
        is_other = other is not None and other.lemma == base + L.HEH and other.mass > _NOT_RARE * noun.mass
        return is_other and not flags & HAS_FEMININE

    def _nominal(self, rest: str, endings: Iterable[_Ending]) -> Iterator[tuple[str, Noun, float]]:
        """Yields those of ``endings`` that ``rest`` may have, the noun before each, and the rate of the ending."""
        for ending, instead, rate in endings:
            if not rest.endswith(ending):
                continue
            base = rest[: len(rest) - len(ending)]
            if len(base) < LEAST_LETTERS or (not ending and len(base) < _DEFECTIVE_LETTERS):
                continue
            entry = self._lexicon.entry(base + instead)
            found = self._listed_before(ending, base, instead, entry) if entry.noun else None
            if found is None:
                found = self._unlisted_before(ending, base, instead)
            if found:
                yield ending, found[0], rate * found[1]

    def _listed_before(self, ending: str, base: str, instead: str, entry: LexiconEntry) -> tuple[Noun, float] | None:
        """Returns the noun of the lexicon before ``ending`` and a factor for the rate of the ending, or None."""
        noun = entry.noun
        if noun is None or not noun.takes_endings:
            return None
        if ending == L.HEH and not entry.flags & HAS_FEMININE and not _is_relation(base):
            return None
        if ending in _OF_SOUND_PLURAL and not entry.flags & SOUND_PLURAL:
            return None
        if ending == _FEMININE_PLURAL and not instead and self._has_other_feminine(noun, base, entry.flags):
            return None  # عملات belongs to عملة, not to عمل
        return noun, _ACCUSATIVE_BEHIND_HEH if ending == L.ALEF and base[-1] == L.HEH else 1.0

    def _unlisted_before(self, ending: str, base: str, instead: str) -> tuple[Noun, float] | None:
        """Returns the same for feminines and adjectives of relation that the lexicon does not list."""
        if instead == L.HEH and ending != _FEMININE_PLURAL and self._lexicon.entry(base + L.HEH).noun is None:
            # موظفتان is the dual of موظفة, whose lemma is موظف.
            masculine = self._lexicon.entry(base).noun
            return (masculine, _FEMININE) if masculine and masculine.takes_endings else None
        if instead or ending in _OF_SOUND_PLURAL or not _is_relation(base):
            return None
        entry = self._lexicon.entry(base)
        if entry.noun and entry.noun.takes_endings:
            return None
        written = entry.frequency + self._lexicon.entry(ARTICLE + base).frequency
        return (Noun(base, written, takes_endings=True), _OF_UNLISTED_NISBA) if written else None


def _is_relation(base: str) -> bool:
    """Returns whether a word looks like an adjective of relation without an article."""
    return base[-1] == L.YEH and len(base) >= _NISBA_LETTERS and not base.startswith(ARTICLE)


def _beginnings(key: str, article: ArticleMay) -> Iterator[tuple[int, float, float, str, bool]]:
    """Yields each way to cut off clitics and article.

    A way is the number of letters cut off, the rate for nouns, the rate for verbs, the rest, and whether an article was
    cut off. A rate of 0 means that no noun, or no verb, is written that way.
    """
    if key[0] not in _MAY_BE_CUT and len(key) >= LEAST_LETTERS:
        yield 0, _WITHOUT_ARTICLE, 1.0, key, False
        return
    for conjunction in ("", key[0]) if key[0] in CONJUNCTIONS else ("",):
        rest = key[len(conjunction) :]
        if len(rest) < LEAST_LETTERS:
            continue
        at = len(conjunction)
        rate, verb_rate = _WITH_CONJUNCTION[conjunction], _VERB_WITH_CONJUNCTION[conjunction]
        articled = rest.startswith(ARTICLE) and len(rest) - 2 >= LEAST_LETTERS
        if articled and article != "no":
            yield at, rate * _WITH_ARTICLE, 0.0, rest[2:], True
        if not (articled and article == "must"):
            yield at, rate * _WITHOUT_ARTICLE, verb_rate, rest, False
        first, behind = rest[0], rest[1:]
        if first not in PREPOSITIONS or len(behind) < LEAST_LETTERS:
            continue
        noun_rate = rate * _WITH_PREPOSITION.get(first, 0.0)
        verb_rate *= _VERB_WITH.get(first, 0.0) if behind[0] in _PRESENT_BEGINS else 0.0
        articled = first != L.SEEN and behind.startswith(ARTICLE) and len(behind) - 2 >= LEAST_LETTERS
        if articled and article != "no":
            yield at + 1, noun_rate * _WITH_ARTICLE, 0.0, behind[2:], True
        if not (articled and article == "must"):
            yield at + 1, noun_rate * _WITHOUT_ARTICLE, verb_rate, behind, False
        if first == L.LAM and behind[0] == L.LAM and len(behind) - 1 >= LEAST_LETTERS and article != "no":
            # للقاهرة: the article loses its alef after the preposition.
            yield at + 1, noun_rate * _WITH_ARTICLE, 0.0, behind[1:], True


def _noun_forms(before: str) -> Iterator[str]:
    """Yields the forms that a noun before a pronoun may have without it."""
    yield before
    if before[-1] == L.TEH:
        yield before[:-1] + L.HEH
    elif before[-1] == L.ALEF:
        yield before[:-1] + L.YEH


def _verb_forms(before: str) -> Iterator[str]:
    """Yields the forms that a verb before an object may have without it: دعاه, رآه, قتلوه, يقرؤه."""
    yield before
    if before[-1] == L.ALEF:
        yield before[:-1] + L.YEH
        yield before + L.YEH
    elif before[-1] == L.WAW:
        yield before + L.ALEF
    elif before[-1] == L.HAMZA:
        yield before[:-1] + L.ALEF
