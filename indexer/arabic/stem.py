# SPDX-License-Identifier: GPL-3.0-or-later
"""The stem tier: one form for a word with and without its clitics, article, number, person and endings.

The order of the rules, with the reasons:

1. A spelling on which outlets differ becomes the first one of its family (الأميركية -> الأمريكية), before all else.
2. A function word stays as it is, and a sukun marks its stem, so no form of another word has the same stem: يمثل is a
   form of مثل, "to represent", and must not find every مثل, "like". Forms of "to be" and the like count as verbs.
3. A name of the protected list stays whole. The lexicon would take such a name for a form of another word.
4. Otherwise the most likely reading wins (see `readings`). If a different word is of similar likelihood, its lemma is a
   second stem: كتب is "he wrote" and "books".
5. A word that is attested nowhere loses a long suffix by Snowball's rules. A short one is mostly part of a name.

The input is a bare word (see `fold.bare`) with its hamzas as written, because they show whether ال is an article and
which of two words is meant. Stems have the form of `fold.key`.
"""

from __future__ import annotations

import re
import threading
from functools import cached_property
from typing import NamedTuple

import snowballstemmer

from indexer.arabic import letters as L
from indexer.arabic.fold import bare, fold_letters, key, key_letters
from indexer.arabic.lexicon import lexicon
from indexer.arabic.lexicon.lexicon import Lexicon
from indexer.arabic.readings import (
    ARTICLE,
    CONJUNCTIONS,
    LEAST_LETTERS,
    PREPOSITIONS,
    ArticleMay,
    WordReader,
)
from indexer.arabic.word_readings import WordReading

ALIKE = 0.25
"""A second reading counts if it has at least this share of the mass of the first. docs/relevance.md states what this
costs and gains.
"""

_FUNCTION_WITH_CONJUNCTION = 0.02
_VERB_SHARE = 0.2
_SNOWBALL_LEAST, _SNOWBALL_TAKES = 3, 2
_LONG_SUFFIX = re.compile("[اتةكمنهوي]{2}$")
"""The end of every word of which Snowball cuts two letters or more. It is slow, so it gets no other words."""
_WITH_HAMZA = (L.ALEF_HAMZA_ABOVE, L.ALEF_HAMZA_BELOW, L.ALEF_MADDA)
_SHOWN_READINGS, _SHOWN_FROM = 4, 1e-3


class WordParts(NamedTuple):
    """A word taken apart.

    ``clitics`` is the number of letters before the word proper, ``base`` the folded word without them and its article.
    ``stem`` is the term in the stem tier. ``second`` is another one if the letters may be two words, otherwise "".
    ``known`` is false if no dictionary knows the word.
    """

    clitics: int
    base: str
    stem: str
    second: str = ""
    known: bool = True


class Step(NamedTuple):
    """The result of one rule for a word, and the reason."""

    rule: str
    result: str
    reason: str


class Stemmer:
    """Finds the stems of words with one lexicon. Safe to share between threads."""

    def __init__(self, words: Lexicon) -> None:
        self._words = words
        self._reader = WordReader(words)
        self._snowball = snowballstemmer.stemmer("arabic")
        self._snowball_lock = threading.Lock()  # neither of its implementations is thread-safe

    def parts(self, word: str, folded: str) -> WordParts:
        """Takes the bare ``word`` apart by the rules of this module. ``folded`` is its folded form."""
        if word.isascii() and word not in lexicon.stop_words():
            return WordParts(0, word, word, known=False)  # a number or a Latin word, which no rule changes
        spelling = self._one_spelling(word, folded)
        if spelling is not word:
            folded = fold_letters(spelling)
        if function := self._function_word(spelling):
            return function
        if name := self._protected_name(spelling, folded):
            return name
        return self._decided(spelling, folded, self._readings(spelling, folded))

    def steps(self, word: str) -> list[Step]:
        """Returns the rules that changed the bare ``word`` or decided on it, in order. The last one gives its stem."""
        steps: list[Step] = []
        spelling = self._one_spelling(word, fold_letters(word))
        folded = fold_letters(spelling)
        if spelling != word:
            steps.append(Step("variant", spelling, "outlets use several spellings; this one stands for all of them"))
        if function := self._function_word(spelling):
            return [
                *steps,
                Step("function word", function.stem, "a function word is not reduced, and its stem is marked"),
            ]
        if name := self._protected_name(spelling, folded):
            return [
                *steps,
                Step("protected", name.stem, "the list of protected names has it, so it stays whole"),
            ]
        found = self._readings(spelling, folded)
        parts = self._decided(spelling, folded, found)
        first = found[0]
        others = [one for one in found[1:_SHOWN_READINGS] if one.mass > first.mass * _SHOWN_FROM]
        for other in reversed(others):
            rule = "second reading" if other.stem == parts.second else "other reading"
            steps.append(Step(rule, other.stem, _told(other)))
        steps.append(Step("reading", first.stem, _told(first)))
        if parts.stem != first.stem:
            steps.append(Step("ending", parts.stem, "no dictionary has the word, so Snowball's rules cut its suffix"))
        return steps

    def _readings(self, spelling: str, folded: str) -> list[WordReading]:
        # If folding changed nothing, no hamza says anything about the article.
        return self._reader.readings(key_letters(folded), "yes" if folded == spelling else _article(spelling), spelling)

    def _decided(self, spelling: str, folded: str, found: list[WordReading]) -> WordParts:
        first = found[0]
        begins = first.clitics if not first.article else len(spelling) - len(_letters(first))
        known = first.core.kind != "name"
        stem = first.core.stem
        if not first.mass:
            stem = self._snowball_stem(spelling[begins:], stem)
        second = ""
        for other in found[1:3] if known else ():
            if _are_alike(first, other):
                second = other.core.stem
                break
        return WordParts(first.clitics, folded[begins:], stem, second, known)

    def _one_spelling(self, word: str, folded: str) -> str:
        """Rule 1: returns the word in the first spelling of its family."""
        if self._variant_heads.isdisjoint((folded[:3], folded[1:4], folded[2:5], folded[3:6], folded[4:7])):
            return word  # true for nearly all words, and much faster than the pattern
        match = self._variant.fullmatch(folded)
        if not match:
            return word
        start, end = match.span("variant")
        return word[:start] + self._first_spelling[match["variant"]] + word[end:]

    def _function_word(self, word: str) -> WordParts | None:
        """Rule 2: returns the parts of a function word, perhaps with a conjunction; None for other words."""
        stop_words = lexicon.stop_words()
        for cut in (0, 1) if word[0] in CONJUNCTIONS else (0,):
            rest = word[cut:]
            if rest not in stop_words:
                continue
            folded = fold_letters(rest)
            frequency = self._words.frequency(key_letters(folded))
            if verb := self._verb(rest, frequency):
                return WordParts(cut, folded, verb)
            if cut and self._is_rather_whole(word, frequency):
                return None
            return WordParts(cut, folded, key_letters(folded) + L.SUKUN)
        return None

    def _verb(self, word: str, frequency: float) -> str:
        """Returns the verb of which a function word is a form, such as كانت and يجب; "" if there is none."""
        if any(letter in _WITH_HAMZA for letter in word[1:]):
            return ""  # كأن is not a form of كان
        first = self._reader.readings(key(word))[0]
        return first.stem if first.core.kind == "verb" and first.mass > _VERB_SHARE * frequency else ""

    def _is_rather_whole(self, word: str, behind: float) -> bool:
        """Returns whether a word is more likely a word of its own than a conjunction and a function word: فتحت, فقد."""
        first = self._reader.readings(key(word))[0]
        return first.clitics == 0 and first.core.kind != "name" and first.mass > behind * _FUNCTION_WITH_CONJUNCTION

    def _protected_name(self, word: str, folded: str) -> WordParts | None:
        """Rule 3: returns the parts of a protected name with its clitics and article; None for other words."""
        protected = lexicon.protected()
        for cut in _clitic_cuts(word):
            here = folded[cut:]
            if cut and word[cut - 1] == L.SEEN:
                continue  # س marks the future of verbs and stands before no name
            if here.startswith(L.LAM * 2):
                # للقاهرة: the article loses its alef after the preposition.
                restored = ARTICLE + here[2:]
                for name in (_without_article(restored), restored):
                    if name in protected:
                        return WordParts(cut + 1, name, key_letters(name))
            for name in (here, _without_article(here) if word.startswith(ARTICLE, cut) else ""):
                if name in protected:
                    return WordParts(cut, name, key_letters(name))
        return None

    def _snowball_stem(self, rest: str, stem: str) -> str:
        """Rule 5: returns the stem by Snowball if it only cut two letters or more off the end, otherwise ``stem``."""
        if len(stem) < _SNOWBALL_LEAST + _SNOWBALL_TAKES or not _LONG_SUFFIX.search(rest):
            return stem
        with self._snowball_lock:
            # Snowball folds hamzas last, so it needs the unfolded word. A lone surrogate raises an error in its C
            # version.
            found = key(self._snowball.stemWord(rest.encode("utf-8", "ignore").decode()))
        return (
            found if stem.startswith(found) and _SNOWBALL_LEAST <= len(found) <= len(stem) - _SNOWBALL_TAKES else stem
        )

    @cached_property
    def _first_spelling(self) -> dict[str, str]:
        """Folded variant -> the first spelling of its family, with hamzas as written."""
        families = lexicon.variant_families()
        return {fold_letters(bare(other)): bare(first) for first, *others in families for other in others}

    @cached_property
    def _variant_heads(self) -> frozenset[str]:
        """The first three letters of each variant. A test checks that no variant is shorter."""
        return frozenset(variant[:3] for variant in self._first_spelling)

    @cached_property
    def _variant(self) -> re.Pattern[str]:
        """Matches a folded word that is a variant, with clitics and article before it and an ending after it."""
        variants = "|".join(sorted(self._first_spelling, key=len, reverse=True))
        conjunctions, prepositions = "".join(CONJUNCTIONS), "".join(PREPOSITIONS)
        return re.compile(f"[{conjunctions}]?[{prepositions}]?(?:{ARTICLE}|{L.LAM})?(?P<variant>{variants}).{{0,4}}")


def _article(spelling: str) -> ArticleMay:
    """Returns what the hamzas of a bare word say about an article.

    ألمانيا and بألمانيا have none, الأمم and للأمم have one.
    """
    at = 1 if spelling[0] in CONJUNCTIONS else 0
    if spelling.startswith(L.LAM * 2, at):
        return "must" if spelling[at + 2 : at + 3] in _WITH_HAMZA else "yes"
    at += 1 if spelling[at : at + 1] in PREPOSITIONS else 0
    if spelling[at : at + 1] in _WITH_HAMZA:
        return "no"
    return "must" if spelling.startswith(ARTICLE, at) and spelling[at + 2 : at + 3] in _WITH_HAMZA else "yes"


def _are_alike(first: WordReading, other: WordReading) -> bool:
    """Returns whether ``other`` counts beside ``first``: similarly likely, and cut at the same places."""
    return (
        other.mass >= ALIKE * first.mass
        and other.clitics == first.clitics
        and other.article == first.article
        and bool(other.core.endings) == bool(first.core.endings)
    )


def _letters(reading: WordReading) -> str:
    """Returns the letters of a reading after clitics and article. Only their number counts."""
    return reading.core.known if not reading.core.endings else reading.core.known + reading.core.endings


def _told(reading: WordReading) -> str:
    """Describes a reading for `fihrist analyze`."""
    core = reading.core
    parts = [f"{reading.clitics} clitic letters"] if reading.clitics else []
    parts += ["the article"] if reading.article else []
    parts.append(core.known if core.kind != "name" else f"{core.known}, in no dictionary")
    parts += [f"ending {core.endings}"] if core.endings else []
    return f"{' + '.join(parts)}: a {core.kind}, {reading.mass:,.2g} in a billion words"


def _clitic_cuts(word: str) -> list[int]:
    """Returns how many letters of ``word`` may be clitics: 0, then a conjunction, then one letter more.

    At least two letters remain.
    """
    cuts = [0]
    if word[0] in CONJUNCTIONS + PREPOSITIONS:
        cuts.append(1)
        if word[0] in CONJUNCTIONS and word[1:2] in PREPOSITIONS:
            cuts.append(2)
    return [cut for cut in cuts if cut == 0 or len(word) - cut > LEAST_LETTERS]


def _without_article(word: str) -> str:
    """Returns the folded ``word`` without its article, "" if it has none."""
    if word.startswith(ARTICLE) and len(word) > len(ARTICLE) + LEAST_LETTERS:
        return word[len(ARTICLE) :]
    return ""
