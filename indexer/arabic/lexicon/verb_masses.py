# SPDX-License-Identifier: GPL-3.0-or-later
"""Determines which verbs a form may belong to, and how often each is likely to be meant.

The list of lemmas states how often a verb occurs in news, the conjugation in which forms. A verb that the list does not
count is out of use, and left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from indexer.arabic.fold import bare, key
from indexer.arabic.lexicon import dictionaries
from indexer.arabic.lexicon.conjugation import VOWELS, Verb, conjugated
from indexer.arabic.lexicon.dictionaries import VERB
from indexer.arabic.lexicon.lexicon import VerbReading

_LEAST_COUNT = 0.5
_MOST_READINGS = 2
_LEAST_READING = 0.02
"""The most verbs that a form may belong to, and the least share of the mass of the most likely one."""

_USUAL = 0.02
"""A form is usual if it has at least this share of the occurrences of its verb."""

_LEAST_ATTESTED, _LEAST_ATTESTED_FORMS = 0.3, 4
"""The least share of a verb without a conjugation in the dictionary that its attested forms must have, and how many
usual forms must be attested.
"""

_LEAST_VOWEL = 0.1
"""The least share of the evidence for a vowel of the present: صار has يصير, and no longer يصور."""

Forms = Mapping[str, float]
"""The forms of a verb and the share of each."""


def verb_readings(
    frequencies: Mapping[str, float], counts: Mapping[str, Mapping[str, float]]
) -> dict[str, tuple[VerbReading, ...]]:
    """Returns form -> the verbs that it may belong to, the most likely first. Raises DictionaryError.

    ``frequencies`` and ``counts`` come from `dictionaries`.
    """
    masses = {lemma: of_part[VERB] for lemma, of_part in counts.items() if of_part.get(VERB, 0.0) >= _LEAST_COUNT}
    conjugations = _conjugations(frequencies, masses)
    expected: dict[str, float] = defaultdict(float)
    for lemma, of_vowel in conjugations.items():
        if len(of_vowel) == 1:
            for form, share in of_vowel[0].items():
                expected[form] += masses[lemma] * share
    readings: dict[str, list[VerbReading]] = defaultdict(list)
    for lemma, of_vowel in conjugations.items():
        for form, share in _merged(of_vowel, frequencies, expected).items():
            readings[form].append(VerbReading(lemma, masses[lemma] * share))
    return {form: _likeliest(of_form) for form, of_form in readings.items()}


def _conjugations(frequencies: Mapping[str, float], masses: Mapping[str, float]) -> dict[str, list[Forms]]:
    """Returns each counted verb -> its forms, once for each vowel that the dictionary gives its present."""
    listed = [verb for verb in dictionaries.verbs() if key(verb.vocalized) in masses]
    found: dict[str, dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    for verb, forms in zip(listed, conjugated(listed), strict=True):
        if forms:
            found[key(verb.vocalized)][verb.vowel].update(forms)
    conjugations: dict[str, list[Forms]] = {lemma: list(of_vowel.values()) for lemma, of_vowel in found.items()}
    unlisted = {key(spelled): spelled for spelled in dictionaries.counted_verbs()}
    tries = [
        (lemma, Verb(_vocalized(spelled, lemma), vowel))
        for lemma, spelled in unlisted.items()
        if lemma not in conjugations and lemma in masses
        for vowel in (VOWELS if len(lemma) == _TRILITERAL else VOWELS[:1])
    ]
    for (lemma, _), forms in zip(tries, conjugated([verb for _, verb in tries]), strict=True):
        attested = [form for form in forms if frequencies.get(form)]
        usual = sum(forms[form] >= _USUAL for form in attested)
        if sum(forms[form] for form in attested) >= _LEAST_ATTESTED and usual >= _LEAST_ATTESTED_FORMS:
            conjugations.setdefault(lemma, [])
            conjugations[lemma] = [*conjugations[lemma], forms]
    return conjugations


_TRILITERAL = 3


def _vocalized(spelled: str, lemma: str) -> str:
    """Returns a verb as libqutrub expects it: one of three letters with its vowels."""
    return "\u064e".join(bare(spelled)) + "\u064e" if len(lemma) == _TRILITERAL else spelled


def _merged(of_vowel: list[Forms], frequencies: Mapping[str, float], expected: Mapping[str, float]) -> Forms:
    """Returns the forms of a verb with several vowels of the present.

    Each vowel gets the share of its forms that occurs beyond what other verbs explain.
    """
    if len(of_vowel) == 1:
        return of_vowel[0]
    common = set.intersection(*map(set, of_vowel))
    evidence = [
        sum(
            max(0.0, frequencies.get(form, 0.0) - expected.get(form, 0.0))
            for form, share in forms.items()
            if share >= _USUAL and form not in common
        )
        for forms in of_vowel
    ]
    total = sum(evidence)
    merged: dict[str, float] = {}
    for forms, own in zip(of_vowel, evidence, strict=True):
        part = own / total if total else 1.0
        if part < _LEAST_VOWEL:
            continue
        for form, share in forms.items():
            merged[form] = max(merged.get(form, 0.0), share if form in common else share * part)
    return merged


def _likeliest(readings: Iterable[VerbReading]) -> tuple[VerbReading, ...]:
    ordered = sorted(readings, key=lambda reading: (-reading.mass, reading.lemma))[:_MOST_READINGS]
    return tuple(reading for reading in ordered if reading.mass >= _LEAST_READING * ordered[0].mass)
