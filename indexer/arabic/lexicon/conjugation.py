# SPDX-License-Identifier: GPL-3.0-or-later
"""Conjugates verbs: past, present, subjunctive, jussive, imperative and passive, in all persons.

libqutrub conjugates a verb whose vowels are given. This module turns its tables into forms as the lexicon holds them
(see `fold.key`), each with its share: how often the verb has this form, of all its occurrences.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress
from typing import NamedTuple

from pyarabic import araby

from indexer.arabic.fold import KEY_TABLE


class Verb(NamedTuple):
    """A verb: its past (he) with vowels, and the name of the vowel of its present in the terms of libqutrub."""

    vocalized: str
    vowel: str
    transitive: bool = True


VOWELS = ("فتحة", "ضمة", "كسرة")
"""The names of the vowels that the present of a verb of three letters may have: a, u, i."""

# The share of each person in a tense. The shares are means over the 406 verbs of five letters or more that wordfreq
# counts at least 3,000 times in a billion words, because few of their forms are also other words. Persons that are
# spelled alike are counted once, and those that news hardly uses are left out. For the subjunctive and the jussive,
# only the persons are listed whose form may differ from the present.
_PAST = {
    "هو": 0.3, "هي": 0.11, "هم": 0.025, "أنا": 0.03, "نحن": 0.012, "هما": 0.004, "هن": 0.002, "هما مؤ": 0.001,
    "أنتم": 0.0003,
}  # fmt: skip
_PRESENT = {
    "هو": 0.2, "هي": 0.13, "هم": 0.03, "نحن": 0.02, "أنا": 0.02, "هن": 0.003, "هما": 0.002, "أنتم": 0.002,
    "أنتِ": 0.001, "هما مؤ": 0.001,
}  # fmt: skip
_SUBJUNCTIVE = {"هم": 0.006, "أنتم": 0.002, "هما": 0.001}
_JUSSIVE = {"هو": 0.01, "هي": 0.008, "هم": 0.006, "نحن": 0.002, "أنا": 0.002}
_PASSIVE_PAST = {"هو": 0.02, "هي": 0.012, "هم": 0.002}
_PASSIVE_PRESENT = {"هو": 0.02, "هي": 0.015, "هم": 0.003}
_IMPERATIVE = {"أنت": 0.003, "أنتم": 0.003}

_SEPARATOR = "\n"


def conjugated(verbs: Sequence[Verb]) -> list[dict[str, float]]:
    """Returns for each verb its forms, written as by `fold.key`, and the share of each.

    A verb that libqutrub cannot conjugate has no forms.
    """
    # Imported here because the import builds tables that only the making of a lexicon needs.
    from libqutrub import ar_verb, classverb, verb_const, verb_valid  # noqa: PLC0415

    shares = {
        verb_const.TensePast: _PAST,
        verb_const.TenseFuture: _PRESENT,
        verb_const.TenseSubjunctiveFuture: _SUBJUNCTIVE,
        verb_const.TenseJussiveFuture: _JUSSIVE,
        verb_const.TensePassivePast: _PASSIVE_PAST,
        verb_const.TensePassiveFuture: _PASSIVE_PRESENT,
        verb_const.TenseImperative: _IMPERATIVE,
    }
    wanted = [(tense, person, share) for tense, persons in shares.items() for person, share in persons.items()]
    can_be = [verb_valid.is_valid_infinitive_verb(verb.vocalized) for verb in verbs]
    vocalized: list[str] = []
    for verb in compress(verbs, can_be):
        table = classverb.VerbClass(verb.vocalized, verb.transitive, ar_verb.get_future_type_by_name(verb.vowel))
        vocalized += [table.conjugate_tense_pronoun(tense, person) for tense, person, _ in wanted]
    # All keys are made at once: one by one they would take longer than the conjugation.
    keys = iter(_SEPARATOR.join(vocalized).translate(_KEY_OF_VOCALIZED).split(_SEPARATOR))
    found = []
    for is_one in can_be:
        forms: dict[str, float] = {}
        for _, _, share in wanted if is_one else ():
            for form in _spellings(next(keys)):
                forms[form] = max(forms.get(form, 0.0), share)
        found.append(forms)
    return found


_KEY_OF_VOCALIZED = {**KEY_TABLE, **{ord(mark): None for mark in (*araby.TASHKEEL, araby.TATWEEL)}}


def _spellings(form: str) -> tuple[str, ...]:
    """Returns ``form``, and its other spelling if a hamza stands before a long u: يقرؤون is also written يقرأون."""
    changed = form.replace(araby.HAMZA + araby.WAW, araby.ALEF + araby.WAW, 1) if len(form) > 4 else form
    return (form,) if changed == form else (form, changed)
