"""The stem tier: one form for a word with and without its clitics, article, number, person and endings.

The order, and why:

1. A spelling that outlets differ in becomes its family's first one (الأميركية -> الأمريكية), before all else.
2. A function word stays as it is, and its stem is marked by a sukun. So no form of another word has it: يمثل is of مثل,
   "to represent", and must not find every مثل, "like". Forms of "to be" and the like are verbs, as all others.
3. A name of the protected list stays whole: those are names that the lexicon takes for another word's form.
4. Else the likeliest of all readings wins (see `readings`). Where another word is nearly as likely, its lemma is a
   second stem of the word: كتب is "he wrote" and "books".
5. A word that nothing attests loses a long suffix by Snowball's rules; a short one is mostly part of a name.

A bare word (see `fold.bare`) goes in, with its hamzas as written: ال behind a hamza is no article. Stems come out as
`fold.key` writes them.
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
    WordReading,
)

ALIKE = 0.25
"""A second reading counts from this share of the first one's mass. docs/relevance.md says what it costs and gains."""

_FUNCTION_WITH_CONJUNCTION = 0.02
_VERB_SHARE = 0.2
_SNOWBALL_LEAST, _SNOWBALL_TAKES = 3, 2
_LONG_SUFFIX = re.compile("[اتةكمنهوي]{2}$")
_WITH_HAMZA = (L.ALEF_HAMZA_ABOVE, L.ALEF_HAMZA_BELOW, L.ALEF_MADDA)
_SHOWN_READINGS, _SHOWN_FROM = 4, 1e-3


class WordParts(NamedTuple):
    """A word taken apart.

    ``clitics`` letters come before the word proper; ``base`` is the folded word without them and without its article.
    ``stem`` is its term in the stem tier, ``second`` another one where two words are alike, else "". ``known`` says
    whether a dictionary knows the word.
    """

    clitics: int
    base: str
    stem: str
    second: str = ""
    known: bool = True


class Step(NamedTuple):
    """What one rule of the chain made of a word, and why."""

    rule: str
    result: str
    reason: str


class Stemmer:
    """Words to stems by one lexicon. Safe to share between threads."""

    def __init__(self, words: Lexicon) -> None:
        self._words = words
        self._reader = WordReader(words)
        self._snowball = snowballstemmer.stemmer("arabic")
        self._snowball_lock = threading.Lock()  # neither implementation of it is thread-safe

    def parts(self, word: str, folded: str) -> WordParts:
        """The bare ``word`` taken apart, in the order that the module describes; ``folded`` is its folded form."""
        if word.isascii() and word not in lexicon.stop_words():
            return WordParts(0, word, word, known=False)  # a number or a word in Latin letters, which no rule changes
        spelling = self._one_spelling(word, folded)
        if spelling is not word:
            folded = fold_letters(spelling)
        if function := self._function_word(spelling):
            return function
        if name := self._protected_name(spelling, folded):
            return name
        return self._decided(spelling, folded, self._readings(spelling, folded))

    def steps(self, word: str) -> list[Step]:
        """The rules that changed the bare ``word`` or decided about it, in their order; the last one gives its stem."""
        steps: list[Step] = []
        spelling = self._one_spelling(word, fold_letters(word))
        folded = fold_letters(spelling)
        if spelling != word:
            steps.append(Step("variant", spelling, "outlets spell it both ways; this spelling stands for all"))
        if function := self._function_word(spelling):
            return [
                *steps,
                Step("function word", function.stem, "function words stay as they are, and are marked"),
            ]
        if name := self._protected_name(spelling, folded):
            return [
                *steps,
                Step("protected", name.stem, "a name of the list of protected words: it stays whole"),
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
            steps.append(Step("ending", parts.stem, "Snowball's suffix rules, as nothing attests the word"))
        return steps

    def _readings(self, spelling: str, folded: str) -> list[WordReading]:
        # Where folding changed nothing no hamza says anything of the article.
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
        """Step 1: the word in its family's first spelling."""
        if self._variant_heads.isdisjoint((folded[:3], folded[1:4], folded[2:5], folded[3:6], folded[4:7])):
            return word  # nearly all words, and much faster than the pattern
        match = self._variant.fullmatch(folded)
        if not match:
            return word
        start, end = match.span("variant")
        return word[:start] + self._first_spelling[match["variant"]] + word[end:]

    def _function_word(self, word: str) -> WordParts | None:
        """Step 2: a function word, perhaps behind a conjunction."""
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
        """The verb that a function word is a form of, such as كانت and يجب; "" where it is none."""
        if any(letter in _WITH_HAMZA for letter in word[1:]):
            return ""  # كأن is no form of كان
        first = self._reader.readings(key(word))[0]
        return first.stem if first.core.kind == "verb" and first.mass > _VERB_SHARE * frequency else ""

    def _is_rather_whole(self, word: str, behind: float) -> bool:
        """Whether a word is likelier one that the lexicon knows than a conjunction and a function word: فتحت, فقد."""
        first = self._reader.readings(key(word))[0]
        return first.clitics == 0 and first.core.kind != "name" and first.mass > behind * _FUNCTION_WITH_CONJUNCTION

    def _protected_name(self, word: str, folded: str) -> WordParts | None:
        """Step 3: a protected name behind clitics and article."""
        protected = lexicon.protected()
        for cut in _clitic_cuts(word):
            here = folded[cut:]
            if cut and word[cut - 1] == L.SEEN:
                continue  # the future's س stands before verbs only
            if here.startswith(L.LAM * 2):
                # للقاهرة: the article lost its alef behind the preposition.
                restored = ARTICLE + here[2:]
                for name in (_without_article(restored), restored):
                    if name in protected:
                        return WordParts(cut + 1, name, key_letters(name))
            for name in (here, _without_article(here) if word.startswith(ARTICLE, cut) else ""):
                if name in protected:
                    return WordParts(cut, name, key_letters(name))
        return None

    def _snowball_stem(self, rest: str, stem: str) -> str:
        """Snowball's word when all it did was to take off two letters or more at the end, else ``stem``."""
        if len(stem) < _SNOWBALL_LEAST + _SNOWBALL_TAKES or not _LONG_SUFFIX.search(rest):
            return stem
        with self._snowball_lock:
            # It folds hamza last and so must see the unfolded word; a lone surrogate raises in its C version.
            found = key(self._snowball.stemWord(rest.encode("utf-8", "ignore").decode()))
        return (
            found if stem.startswith(found) and _SNOWBALL_LEAST <= len(found) <= len(stem) - _SNOWBALL_TAKES else stem
        )

    @cached_property
    def _first_spelling(self) -> dict[str, str]:
        """Folded variant -> its family's first spelling, hamza as written."""
        families = lexicon.variant_families()
        return {fold_letters(bare(other)): bare(first) for first, *others in families for other in others}

    @cached_property
    def _variant_heads(self) -> frozenset[str]:
        """The first three letters of each variant; none is shorter, as a test checks."""
        return frozenset(variant[:3] for variant in self._first_spelling)

    @cached_property
    def _variant(self) -> re.Pattern[str]:
        """A folded word that is a variant, behind clitics and article, before an ending."""
        variants = "|".join(sorted(self._first_spelling, key=len, reverse=True))
        conjunctions, prepositions = "".join(CONJUNCTIONS), "".join(PREPOSITIONS)
        return re.compile(f"[{conjunctions}]?[{prepositions}]?(?:{ARTICLE}|{L.LAM})?(?P<variant>{variants}).{{0,4}}")


def _article(spelling: str) -> ArticleMay:
    """What the hamzas of a bare word say of its article: ألمانيا and بألمانيا have none, الأمم and للأمم have one."""
    at = 1 if spelling[0] in CONJUNCTIONS else 0
    if spelling.startswith(L.LAM * 2, at):
        return "must" if spelling[at + 2 : at + 3] in _WITH_HAMZA else "yes"
    at += 1 if spelling[at : at + 1] in PREPOSITIONS else 0
    if spelling[at : at + 1] in _WITH_HAMZA:
        return "no"
    return "must" if spelling.startswith(ARTICLE, at) and spelling[at + 2 : at + 3] in _WITH_HAMZA else "yes"


def _are_alike(first: WordReading, other: WordReading) -> bool:
    """Whether ``other`` counts beside ``first``: nearly as likely, and cut at the same places."""
    return (
        other.mass >= ALIKE * first.mass
        and other.clitics == first.clitics
        and other.article == first.article
        and bool(other.core.endings) == bool(first.core.endings)
    )


def _letters(reading: WordReading) -> str:
    """The letters of a reading behind its clitics and article, as the lexicon writes them; only their number counts."""
    return reading.core.known if not reading.core.endings else reading.core.known + reading.core.endings


def _told(reading: WordReading) -> str:
    """What a reading takes a word for, as `fihrist analyze` shows it."""
    core = reading.core
    parts = [f"{reading.clitics} clitic letters"] if reading.clitics else []
    parts += ["the article"] if reading.article else []
    parts.append(core.known if core.kind != "name" else f"{core.known}, in no dictionary")
    parts += [f"ending {core.endings}"] if core.endings else []
    return f"{' + '.join(parts)}: a {core.kind}, {reading.mass:,.2g} in a billion words"


def _clitic_cuts(word: str) -> list[int]:
    """How many letters of ``word`` may be clitics: 0, then a conjunction, then one more letter; at least two remain."""
    cuts = [0]
    if word[0] in CONJUNCTIONS + PREPOSITIONS:
        cuts.append(1)
        if word[0] in CONJUNCTIONS and word[1:2] in PREPOSITIONS:
            cuts.append(2)
    return [cut for cut in cuts if cut == 0 or len(word) - cut > LEAST_LETTERS]


def _without_article(word: str) -> str:
    """The folded ``word`` without its article, or "" where it has none."""
    if word.startswith(ARTICLE) and len(word) > len(ARTICLE) + LEAST_LETTERS:
        return word[len(ARTICLE) :]
    return ""
