"""The stem tier: one form for a word with and without its clitics, article, plural and endings.

The order matters, and is argued for here; `stem` is the one place that composes it:

0. A spelling that outlets differ in becomes its family's first one (الأميركية -> الأمريكية), before any list is asked.
1. A protected name stays whole, before anything can cut it (ماكرون is no form of ماكر).
2. Clitics come off by the lexicon: a conjunction (و ف), then a preposition (ب ل ك) or the future's س. A letter stays
   where the word is known with the article (الوزير: so و is a radical of وزير), and comes off where what remains is at
   least as frequent (بلبنان, but not بغداد). For لل, ل before a word with lam competes with ل and the article by
   frequency: للجنة has لجنة in it, للقوات القوات.
3. The article comes off when three letters remain, never before a hamza: ألمانيا has none. So hamza must not be folded
   before this step.
4. The dictionary knows most words, broken plurals included (صواريخ -> صاروخ); a list of our own knows some more.
   Where the dictionary takes a noun for a verb, the noun stays. Function words stay as they are.
5. Endings come off when a known word remains; of a word known in no form, Snowball's suffixes are believed only when
   they are long (a single last letter of an unknown name is mostly the name's own).
6. Letters foreign to Arabic, and the seats of hamza, become one.
"""

from __future__ import annotations

import re
import threading
from functools import cached_property
from typing import NamedTuple

import snowballstemmer

from indexer.arabic import letters as L
from indexer.arabic import lexicon
from indexer.arabic.fold import bare, fold_letters
from indexer.arabic.lexicon import Lexicon

CONJUNCTIONS = (L.WAW, L.FEH)
PREPOSITIONS = (L.BEH, L.LAM, L.KAF, L.SEEN)
ARTICLE = L.ALEF + L.LAM

# Endings of nouns, adjectives and verbs, folded, longest first, with what may stand in their place in the base form.
# By hand, from the paradigms of any grammar: possessive and object pronouns, sound plurals, dual, relation, case.
_PRONOUNS = ("كما", "هما", "كم", "هم", "هن", "ها", "نا", "ني", "ه", "ي", "ك")
_ENDINGS = ("تين", "تان", "ات", "ون", "ين", "ان", "يه", "تي", "وا", "تم", "ته", "ت", "ا", "ن", "ه", "ي")

_OF_FEMININES = frozenset({"ات", "تان", "تين"})

_HAMZA_SEATS = frozenset({L.WAW_HAMZA, L.YEH_HAMZA})

_MIN_STEM = 3
_JOINED_NAMES = ("عبدال", "ابو")
_FUTURE_BEFORE = frozenset("يتنا")

# How much of a word's own frequency its form with the article must have to show that its first letter is a radical; and
# how many times as frequent what remains must be to outweigh that.
_ATTESTED_SHARE = 0.02
_RADICAL_SHARE = 0.05
_OVERWHELMING = 50
_FOREIGN = str.maketrans(
    {L.PEH: L.BEH, L.TCHEH: L.JEEM, L.VEH: L.FEH, L.GAF: L.GHAIN, L.WAW_HAMZA: L.HAMZA, L.YEH_HAMZA: L.HAMZA}
)
_FOREIGN_LETTERS = frozenset(map(chr, _FOREIGN))


class Parts(NamedTuple):
    """A word taken apart: ``base`` is the folded word without ``clitics`` letters before it and without its article;
    ``stem`` its term in the stem tier."""

    clitics: int
    base: str
    stem: str


class Step(NamedTuple):
    """What one rule of the chain made of a word, and why."""

    rule: str
    result: str
    reason: str


class Stemmer:
    """Words to stems by one lexicon. Safe to share between threads.

    A bare word (see `fold.bare`) goes in, folded letters come out; never empty for a word that is not.
    """

    def __init__(self, words: Lexicon) -> None:
        self._words = words
        self._snowball = snowballstemmer.stemmer("arabic")
        self._snowball_lock = threading.Lock()  # neither implementation of it is thread-safe

    def parts(self, word: str) -> Parts:
        """The bare ``word`` taken apart, in the order that the module describes."""
        return self.steps(word)[0]

    def steps(self, word: str) -> tuple[Parts, list[Step]]:
        """What `parts` returns, and the rules that changed the word or decided not to, in their order."""
        steps: list[Step] = []
        spelling = self._one_spelling(word)
        if spelling != word:
            steps.append(Step("variant", spelling, "outlets spell it both ways; this spelling stands for all"))
        if name := self._protected_name(spelling):
            clitics, rest = name
            steps.append(Step("protected", rest, "a name of the list of protected words: it stays whole"))
        else:
            clitics, rest = self._without_clitics(spelling, steps)
        without_article = _without_article(rest)
        base = without_article or fold_letters(rest)
        if rest in lexicon.protected():
            stem = rest
        elif spelling in lexicon.stop_words():
            stem = fold_letters(spelling)
            steps.append(Step("function word", stem, "function words stay as they are"))
        else:
            if without_article:
                steps.append(Step("article", base, "three letters remain, and no hamza stands where its alef would"))
            stem = self._stem(rest, base, steps)
        folded = stem
        if not _FOREIGN_LETTERS.isdisjoint(stem):
            folded = stem.translate(_FOREIGN)
            steps.append(Step("letters", folded, "letters foreign to Arabic, and the seats of hamza, become one"))
        return Parts(clitics, base, folded), steps

    def _one_spelling(self, word: str) -> str:
        """Step 0: the word in its family's first spelling."""
        match = self._variant.fullmatch(fold_letters(word))
        if not match:
            return word
        start, end = match.span("variant")
        return word[:start] + self._first_spelling[match["variant"]] + word[end:]

    def _protected_name(self, word: str) -> tuple[int, str] | None:
        """Step 1: a protected name behind clitics and article: how many clitics, and the name, folded."""
        protected = lexicon.protected()
        for cut in _clitic_cuts(word):
            here = word[cut:]
            if cut and word[cut - 1] == L.SEEN:
                continue  # the future's س stands before verbs only
            if here.startswith(L.LAM * 2):
                # للقاهرة: the article lost its alef behind the preposition.
                restored = ARTICLE + here[2:]
                for name in (_without_article(restored), fold_letters(restored)):
                    if name in protected:
                        return cut + 1, name
            for name in (fold_letters(here), _without_article(here)):
                if name in protected:
                    return cut, name
        return None

    def _without_clitics(self, word: str, steps: list[Step]) -> tuple[int, str]:
        """Step 2: how many letters are clitics, and the bare word behind them, its article restored after لل."""
        cut = 0
        for letters in (CONJUNCTIONS, PREPOSITIONS):
            here = word[cut:]
            if len(here) <= _MIN_STEM or here[0] not in letters:
                continue
            if here.startswith(L.LAM * 2):
                rest, reason = self._behind_double_lam(here[1:])
                steps.append(Step("clitic", rest, reason))
                return cut + 1, rest
            comes_off, reason = self._is_clitic(here)
            steps.append(Step("clitic" if comes_off else "radical", here[1:] if comes_off else here, reason))
            if not comes_off:
                break
            cut += 1
        return cut, word[cut:]

    def _is_clitic(self, word: str) -> tuple[bool, str]:
        """Whether the first letter of ``word`` is a clitic, by what is known of the word and of what remains; why."""
        folded, rest = fold_letters(word), fold_letters(word[1:])
        if word[0] == L.SEEN and rest[0] not in _FUTURE_BEFORE:
            return False, "the future's letter stands before verbs only"
        whole, remaining = self._words.frequency(folded), self._words.frequency(rest)
        if word.startswith(ARTICLE, 1) and len(word) > _MIN_STEM + len(ARTICLE):
            # بالمدينة; but not بالغ and والد, which are known with an article of their own.
            remaining = max(remaining, self._words.frequency(rest[len(ARTICLE) :]))
            radical = self._words.frequency(ARTICLE + folded) > _RADICAL_SHARE * whole
            if radical:
                return False, "the whole word is known with an article before it"
            return not whole or remaining >= whole / 5, _compared(rest, remaining, folded, whole)
        radical = self._words.frequency(ARTICLE + folded) > _ATTESTED_SHARE * whole
        if radical and remaining <= _OVERWHELMING * whole:
            return False, "the whole word is known with the article"
        if remaining:
            return remaining >= whole, _compared(rest, remaining, folded, whole)
        # Names that no list has: the two clitics of وبعبدالله, what follows being a joined name or a known word.
        hides = rest.startswith(_JOINED_NAMES) or (rest[0] in PREPOSITIONS and self._hides_word(rest))
        return not whole and hides, "what remains is no known word, but may hide one behind one more clitic"

    def _hides_word(self, rest: str) -> bool:
        """Whether behind a preposition at its beginning ``rest`` has a known word."""
        behind = rest[1:]
        if rest.startswith(L.LAM * 2):
            behind = ARTICLE + rest[2:]
        return len(behind) >= _MIN_STEM and bool(
            self._words.frequency(behind) or self._words.frequency(_without_article(behind))
        )

    def _behind_double_lam(self, rest: str) -> tuple[str, str]:
        """What لل hides: ``rest`` begins with the second lam, a radical or what is left of the article."""
        with_article = ARTICLE + rest[1:]
        plain, articled = (self._words.frequency(fold_letters(word)) for word in (rest, with_article))
        if plain > articled:
            return rest, _compared(rest, plain, with_article, articled)
        return with_article, _compared(with_article, articled, rest, plain)

    def _stem(self, rest: str, base: str, steps: list[Step]) -> str:
        """Steps 4 and 5 for a word without clitics."""
        # Without the article first: else كتب, which may be a verb, and الكتب, which can't, would part.
        singular = self._singular(base)
        if singular != base:
            steps.append(Step("plural", singular, "a broken plural of our own list"))
            if singular in lexicon.protected():
                return singular
        lemma = self._words.lemma(singular) or self._words.lemma(fold_letters(rest))
        if lemma and self._is_slip(singular, lemma):
            steps.append(Step("dictionary", singular, f"it stays: {lemma} would be another word"))
            return singular
        if lemma:
            steps.append(Step("dictionary", lemma, "the form that the dictionary has for it"))
            return lemma
        if known := self._without_ending(singular):
            steps.append(Step("ending", known, "without its ending it is known to the dictionary"))
            return known
        stem = self._snowball_stem(rest, singular)
        reason = "Snowball's suffix rules, as the dictionary has no form of it" if stem != singular else ""
        steps.append(Step("ending" if reason else "unknown", stem, reason or "known in no form, so it stays"))
        return stem

    def _singular(self, base: str) -> str:
        """The singular of a broken plural that our list has, perhaps before a pronoun (أعضائها); else ``base``."""
        singulars = lexicon.singulars()
        if base in self._known_singulars:
            return base  # امرأة is no plural أمرا with a pronoun
        for ending in ("", *_PRONOUNS) if base.endswith(_PRONOUNS) else ("",):
            plural = base.removesuffix(ending)
            if len(plural) < _MIN_STEM or (ending and plural == base):
                continue
            for form in (plural, f"{plural[:-1]}{L.HAMZA}" if plural[-1] in _HAMZA_SEATS else plural):
                if form in singulars:
                    return singulars[form]
        return base

    def _is_slip(self, base: str, lemma: str) -> bool:
        """Whether the dictionary takes a noun for a form of a verb, or for another word.

        It has verbs in all their forms, and a form may be a noun's too: تمر (dates) is also "she passes". What is known
        with the article is a noun, and a noun's lemma begins as the noun does, but for plurals as أحزاب. Nor is فعلة a
        form of فعل (شرطة, شرط), or a name that of another word (عليا, علي).
        """
        if lemma[0] != base[0] and base[0] != L.ALEF:
            return self._words.frequency(ARTICLE + base) > _ATTESTED_SHARE * self._words.frequency(base)
        triliteral = len(lemma) == _MIN_STEM and base == lemma + L.HEH
        return triliteral or (lemma != base and lemma in lexicon.protected())

    def _without_ending(self, folded: str) -> str | None:
        for endings in (_PRONOUNS, _ENDINGS):
            for ending in endings:
                base = folded[: -len(ending)]
                if not folded.endswith(ending) or len(base) < _MIN_STEM:
                    continue
                # حكومته: ta marbuta is a plain ta before a pronoun, so it is tried first.
                if base.endswith(L.TEH) and (lemma := self._words.lemma(base[:-1] + L.HEH)):
                    return lemma
                # شركات and شركتان are of شركة; only where there is no such word of the word without ta marbuta.
                for candidate in (base + L.HEH, base) if ending in _OF_FEMININES else (base,):
                    if lemma := self._words.lemma(candidate):
                        return lemma
        return None

    def _snowball_stem(self, word: str, folded: str) -> str:
        """Snowball's word when all it did was to take off two letters or more at the end, else the word itself."""
        if len(folded) < _MIN_STEM + 2:
            return folded
        with self._snowball_lock:
            # It folds hamza last and so must see the unfolded word; a lone surrogate raises in its C version.
            stem = fold_letters(self._snowball.stemWord(word[-len(folded) :].encode("utf-8", "ignore").decode()))
        return stem if folded.startswith(stem) and _MIN_STEM <= len(stem) <= len(folded) - 2 else folded

    @cached_property
    def _known_singulars(self) -> frozenset[str]:
        return frozenset(lexicon.singulars().values())

    @cached_property
    def _first_spelling(self) -> dict[str, str]:
        """Folded variant -> its family's first spelling, hamza as written."""
        families = lexicon.variant_families()
        return {fold_letters(bare(other)): bare(first) for first, *others in families for other in others}

    @cached_property
    def _variant(self) -> re.Pattern[str]:
        """A folded word that is a variant, behind clitics and article, before an ending."""
        variants = "|".join(sorted(self._first_spelling, key=len, reverse=True))
        conjunctions, prepositions = "".join(CONJUNCTIONS), "".join(PREPOSITIONS)
        return re.compile(f"[{conjunctions}]?[{prepositions}]?(?:{ARTICLE}|{L.LAM})?(?P<variant>{variants}).{{0,4}}")


def _clitic_cuts(word: str) -> list[int]:
    """How many letters of ``word`` may be clitics: 0, then a conjunction, then one more letter; at least two remain."""
    cuts = [0]
    if word[0] in CONJUNCTIONS + PREPOSITIONS:
        cuts.append(1)
        if word[0] in CONJUNCTIONS and word[1:2] in PREPOSITIONS:
            cuts.append(2)
    return [cut for cut in cuts if cut == 0 or len(word) - cut >= _MIN_STEM]


def _compared(word: str, frequency: float, other: str, other_frequency: float) -> str:
    return f"{word} occurs {frequency:,.0f} times in a billion words, {other} {other_frequency:,.0f}"


def _without_article(word: str) -> str:
    """The folded ``word`` without its article, or "" where it has none."""
    if word.startswith(ARTICLE) and len(word) >= len(ARTICLE) + _MIN_STEM:
        return fold_letters(word[len(ARTICLE) :])
    return ""
