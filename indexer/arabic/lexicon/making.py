# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the lexicon: collects what the dictionaries know, and decides between words that are written alike.

A form may be a noun, a verb, a name, or several of these. The decision follows from how often each is likely to be
meant: the masses below, all in occurrences in a billion words. Verbs and nouns that are attested nowhere are left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cached_property

from indexer.arabic import letters as L
from indexer.arabic.fold import key
from indexer.arabic.lexicon import dictionaries
from indexer.arabic.lexicon.dictionaries import NAME, NOUNS, VERB
from indexer.arabic.lexicon.lexicon import (
    ACTION_LETTERS,
    HAS_FEMININE,
    NO_ARTICLE,
    PLURAL_OR_ACTION,
    SOUND_PLURAL,
    Lexicon,
    Noun,
    VerbReading,
    build,
    singulars,
    stop_words,
)
from indexer.arabic.lexicon.verb_masses import verb_readings

ARTICLE = L.ALEF + L.LAM
_LEAST_COUNT = 0.5

_OWN_LEMMA = 0.15
"""A form is a lemma, not a plural, if the list of lemmas counts at least this share of its occurrences as a lemma."""

_OWN_FEMININE = 0.3
"""The same for a noun with a ta marbuta against an adjective: قائمة is "a list", كبيرة belongs to كبير."""

_OF_ITS_SINGULAR = 0.1
"""The singular of a plural must be counted at least this share of the occurrences of the plural."""

_MISSPELT = 0.5
"""A misspelling may occur at most this many times as often as the correct word."""

_LEAST_SPELLED = 0.08
"""The share of the spellings with a hamza that each of أ and إ must have for both to be words."""

_TRILITERAL = 3
_REGULAR = ("ات", "ون", "ين", "ان", "تان", "تين", "تا", "تي", "ه", "ا", "ي", "و", "يه", "يات", "وا")


def made() -> Lexicon:
    """Makes the lexicon of the installed dictionaries, which takes some seconds. Raises DictionaryError."""
    return _Making().lexicon()


class _Making:
    """The data that the steps share."""

    def __init__(self) -> None:
        self.spelled = dictionaries.form_frequencies()
        self.frequencies, self.no_article = self.spelled.frequencies, self.spelled.no_article
        self.counts = dictionaries.lemma_counts(stop_words())
        self.nouns = dictionaries.nouns()

    def lexicon(self) -> Lexicon:
        """Returns the lexicon of all forms."""
        plurals = self._singulars()
        nouns: dict[str, Noun] = {}
        for lemma in self.nouns | {lemma for lemma, of_part in self.counts.items() if of_part.keys() - {VERB}}:
            count, name = self._noun_count(lemma), self.counts.get(lemma, {}).get(NAME, 0.0)
            if count + name >= _LEAST_COUNT:
                takes_endings = count >= name / 2
                nouns[lemma] = Noun(lemma, max(self._noun_mass(lemma), count + name), takes_endings)
            elif (articled := self.frequencies.get(ARTICLE + lemma, 0.0)) >= _LEAST_COUNT:
                # The list of lemmas lacks it, but with an article it is a noun: وفضة is و and فضة.
                nouns[lemma] = Noun(lemma, articled / 5, takes_endings=True)
        for lemma in [lemma for lemma in nouns if self._is_feminine_adjective(lemma) or self._has_article(lemma)]:
            del nouns[lemma]
        for plural, singular in plurals.items():
            nouns[plural] = Noun(singular, self._noun_mass(plural), takes_endings=True)
            if not self._is_feminine_adjective(singular):
                nouns.setdefault(singular, Noun(singular, self._noun_mass(singular), takes_endings=True))
        verbs = dict(self._verb_readings)
        self._add_misspelt_hamzas(nouns, verbs)
        nouns |= self._told_apart(nouns)
        return build(self.frequencies, nouns, verbs, self._flags(), self._families(nouns, verbs))

    def _told_apart(self, nouns: dict[str, Noun]) -> dict[str, Noun]:
        """Returns entries that tell a plural from the noun of action with another hamza: أحداث (events), إحداث
        (causing).

        The keys have the hamza as written. A plural that the lexicon does not reduce to its singular, because the noun
        of action is more frequent, gets no entry and keeps one stem with it: أعداد, إعداد.
        """
        found: dict[str, Noun] = {}
        for plural in filter(PLURAL_OR_ACTION.fullmatch, nouns):
            above = self.spelled.hamza_above.get(plural, 0.0)
            below = self.spelled.hamza_below.get(plural, 0.0)
            action, singular = plural[:ACTION_LETTERS], nouns[plural].lemma
            has_pattern = {action[1], action[2], action[4]} <= set(
                singular
            )  # the plural إخوان of أخ has another pattern
            if singular != action and has_pattern and min(above, below) > _LEAST_SPELLED * (above + below):
                found[L.ALEF_HAMZA_ABOVE + plural[1:]] = nouns[plural]._replace(mass=above)
                found[L.ALEF_HAMZA_BELOW + plural[1:]] = Noun(action, below, takes_endings=True)
        return found

    def _families(self, nouns: dict[str, Noun], verbs: dict[str, tuple[VerbReading, ...]]) -> dict[str, str]:
        """Returns lemma -> root for the counted lemmas that share their root with another one."""
        lemmas = {noun.lemma for noun in nouns.values()} | {one.lemma for of_form in verbs.values() for one in of_form}
        counted = lemmas & self.counts.keys()
        found = {lemma: root for lemma, root in dictionaries.roots().items() if lemma in counted}
        sizes = Counter(found.values())
        return {lemma: root for lemma, root in found.items() if sizes[root] > 1}

    def _add_misspelt_hamzas(self, nouns: dict[str, Noun], verbs: dict[str, tuple[VerbReading, ...]]) -> None:
        """Adds the usual misspellings of words with a hamza, if they are not words themselves."""
        known = nouns.keys() | verbs.keys()
        with_hamza = [form for form in known if L.HAMZA in form[1:]]
        # Two words may have the same misspelling: the more frequent word comes later and keeps it.
        for form in sorted(with_hamza, key=lambda form: (self.frequencies.get(form, 0.0), form)):
            frequency = self.frequencies.get(form, 0.0)
            for spelling in _without_hamza(form):
                written_so = self.frequencies.get(spelling, 0.0)
                if self._is_word(spelling, written_so) or not 0 < written_so < frequency * _MISSPELT:
                    continue
                if noun := nouns.get(form):
                    nouns[spelling] = noun._replace(mass=written_so)
                if form in verbs:
                    verbs[spelling] = verbs[form]

    def _is_feminine_adjective(self, lemma: str) -> bool:
        """Returns whether a counted lemma is rather the feminine of an adjective: سعودية, صينية, كبيرة."""
        if not lemma.endswith(L.HEH):
            return False
        count, adjective = self._noun_count(lemma), self.counts.get(lemma[:-1], {}).get("adj", 0.0)
        occurrences = self.frequencies.get(lemma, 0.0) + self.frequencies.get(ARTICLE + lemma, 0.0)
        return adjective > 2 * count and count < _OWN_FEMININE * occurrences

    def _has_article(self, lemma: str) -> bool:
        """Returns whether a counted lemma, such as the name of a club, begins with an article to cut off."""
        return lemma.startswith(ARTICLE) and len(lemma) > len(ARTICLE) + 2 and lemma not in self.no_article

    def _noun_count(self, lemma: str) -> float:
        counts = self.counts.get(lemma, {})
        return sum(counts.get(part, 0.0) for part in NOUNS)

    def _is_own_lemma(self, form: str, occurrences: float) -> bool:
        """Returns whether a possible plural is rather a noun or a name of its own, by the counts of lemmas."""
        name = self.counts.get(form, {}).get(NAME, 0.0)
        return self._noun_count(form) > _OWN_LEMMA * occurrences or name > occurrences / 2

    def _noun_mass(self, form: str) -> float:
        """Returns how often ``form`` is a noun, with an article or without."""
        if form in self._function_words:
            return 2 * self._noun_count(form)
        verbs = sum(reading.mass for reading in self._verb_readings.get(form, ()))
        plain = max(0.0, self.frequencies.get(form, 0.0) - verbs)
        article = self.frequencies.get(ARTICLE + form, 0.0)
        article = max(0.0, article - sum(reading.mass for reading in self._verb_readings.get(ARTICLE + form, ())))
        if form.endswith(L.HEH):
            # A final heh may be a pronoun, but not after an article: كتبه is "his books", rarely "scribes".
            plain = min(plain, max(article * 2, self._noun_count(form)))
        return plain + article

    def _flags(self) -> dict[str, int]:
        flags = dict.fromkeys(self.no_article, NO_ARTICLE)
        get = self.frequencies.get
        for form in self.frequencies:
            if form.endswith("ين") and (men := get(form[:-2] + "ون", 0.0)) > 1 and get(form, 0.0) > 1:
                base = form[:-2]
                if men + get(form, 0.0) > get(base, 0.0) / 100:
                    flags[base] = flags.get(base, 0) | SOUND_PLURAL | HAS_FEMININE
        for lemma, of_part in self.counts.items():
            if of_part.get("adj", 0.0) > self._noun_count(lemma) / 5:
                flags[lemma] = flags.get(lemma, 0) | HAS_FEMININE
        return flags

    @cached_property
    def _function_words(self) -> frozenset[str]:
        return frozenset(map(key, stop_words()))

    @cached_property
    def _verb_readings(self) -> dict[str, tuple[VerbReading, ...]]:
        return verb_readings(self.frequencies, self.counts)

    def _is_word(self, form: str, occurrences: float) -> bool:
        """Returns whether a form is counted as a lemma or is mostly a form of a verb."""
        verbs = self._verb_readings.get(form, ())
        return form in self.counts or bool(verbs and verbs[0].mass > occurrences / 2)

    def _singulars(self) -> dict[str, str]:
        """Returns broken plural -> singular, from our own list, otherwise the one that most dictionaries state."""
        offered: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for plural, singular in dictionaries.broken_plurals():
            offered[plural].add((singular, "arramooz"))
        for form, lemma in dictionaries.lemma_pairs():
            # simplemma also pairs participles and nouns of action with verbs, and function words with pronouns.
            is_other = form in self._verb_readings or form in self.nouns or lemma in self._function_words
            if form in offered or (not is_other and _looks_broken(form, lemma)):
                offered[form].add((lemma, "simplemma"))
        found: dict[str, str] = {}
        for plural, pairs in offered.items():
            occurrences = self._noun_mass(plural)
            if occurrences <= 0 or self._is_own_lemma(plural, occurrences):
                continue
            # Lemmas were counted with their plurals, so a singular is counted at least as often as its plural occurs.
            least = occurrences * _OF_ITS_SINGULAR
            votes = Counter(lemma for lemma, _ in pairs if lemma != plural and self._is_noun(lemma, least))
            if votes:
                found[plural] = max(votes, key=lambda lemma: (votes[lemma], self._noun_count(lemma), lemma))
        found.update({key(plural): key(singular) for plural, singular in singulars().items()})
        return found

    def _is_noun(self, lemma: str, least: float) -> bool:
        """Returns whether a lemma is counted as a noun often enough, and not mostly as a verb."""
        count = self._noun_count(lemma)
        return count >= max(least, _LEAST_COUNT) and count >= self.counts[lemma].get(VERB, 0.0) / 5


def _without_hamza(form: str) -> set[str]:
    """Returns how a form with a hamza after its first letter is written without it: مومن, شئ, سما."""
    first, rest = form[0], form[1:]
    found = {first + rest.replace(L.HAMZA, letter) for letter in (L.WAW, L.YEH)}
    found.add(form.replace(L.YEH + L.HAMZA, L.HAMZA))
    if form.endswith(L.ALEF + L.HAMZA):
        found.add(form[:-1])
    return found - {form}


def _looks_broken(form: str, lemma: str) -> bool:
    """Returns whether ``form`` may be a broken plural of ``lemma``: it has a long vowel inside or lost a ta marbuta.

    Regular endings are excluded, since the analysis itself takes endings off where that is likely.
    """
    base = lemma.removesuffix(L.HEH)
    is_regular = form.startswith(base) and form[len(base) :] in ("", *_REGULAR)
    is_long = len(form) > _TRILITERAL and not {L.ALEF, L.WAW}.isdisjoint(form[1:])
    return not is_regular and (is_long or (lemma.endswith(L.HEH) and len(form) == len(lemma) - 1))
