"""The stem tier: one form for a word with and without its clitics, article, plural and endings.

The order matters, and is argued for here; `stem` is the one place that composes it:

0. A spelling that outlets differ in becomes its family's first one (الأميركية -> الأمريكية), before any list is asked.
1. A protected name stays whole, before anything can cut it (ماكرون is no form of ماكر).
2. The dictionary knows most words, broken plurals included (صواريخ -> صاروخ); it goes before any affix, since a letter
   that looks like a clitic is mostly a radical (وزير, وكالة, فريق). It is asked without the article: three letters must
   remain, and before a hamza there is none (ألمانيا), so hamza must not be folded before this step.
3. An ending comes off when a known word remains: كتابها is كتاب and ها, rather than ك and some form of تاب.
4. A conjunction (و ف), then a preposition (ب ل ك) or the future's س, comes off when what remains is known: بلبنان has
   لبنان in it, بغداد no غداد. لل is ل before a word with lam, else ل and the article.
5. Of a word known in no form, the article comes off, and Snowball's suffixes only when they are long: a single last
   letter of an unknown name is mostly the name's own.
6. Letters foreign to Arabic, and the seats of hamza, become one.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import snowballstemmer

from indexer.arabic import letters as L
from indexer.arabic import lexicon
from indexer.arabic.fold import bare, fold_letters

CONJUNCTIONS = (L.WAW, L.FEH)
PREPOSITIONS = (L.BEH, L.LAM, L.KAF, L.SEEN)
ARTICLE = L.ALEF + L.LAM

# Endings of nouns, adjectives and verbs, folded, longest first, with what may stand in their place in the base form.
# By hand, from the paradigms of any grammar: possessive and object pronouns, sound plurals, dual, relation, case.
_PRONOUNS = ("كما", "هما", "كم", "هم", "هن", "ها", "نا", "ني", "ه", "ي", "ك")
_ENDINGS = ("تين", "تان", "ات", "ون", "ين", "ان", "يه", "تي", "وا", "تم", "ته", "ت", "ا", "ن", "ه", "ي")

_MIN_STEM = 3
_JOINED_NAMES = ("عبدال", "ابو")
_FOREIGN = str.maketrans(
    {L.PEH: L.BEH, L.TCHEH: L.JEEM, L.VEH: L.FEH, L.GAF: L.GHAIN, L.WAW_HAMZA: L.HAMZA, L.YEH_HAMZA: L.HAMZA}
)


@dataclass(frozen=True, slots=True)
class Stem:
    """A word's stem and how many of the bare word's first letters are clitics (the article is not counted as one)."""

    text: str
    clitics: int = 0


class Stemmer:
    """Words to stems. Thread-safe; reads its tables at first use.

    A bare word (see `fold.bare`) goes in, folded letters come out; never empty for a word that is not.
    """

    def __init__(self) -> None:
        self._snowball = snowballstemmer.stemmer("arabic")
        self._snowball_lock = threading.Lock()  # neither implementation of it is thread-safe

    def stem(self, word: str) -> Stem:
        """The stem of the bare ``word``, in the order that the module describes."""
        word = self._one_spelling(word)
        found = (
            self._whole(word)
            or self._with_ending(word)
            or self._behind_clitics(word, self._lemma)
            or self._behind_clitics(word, self._known)
            or Stem(self._base(word))
        )
        return Stem(found.text.translate(_FOREIGN), found.clitics)

    def _one_spelling(self, word: str) -> str:
        """Step 0: the word in its family's first spelling."""
        match = self._variant.fullmatch(fold_letters(word))
        if not match:
            return word
        start, end = match.span("variant")
        return word[:start] + self._first_spelling[match["variant"]] + word[end:]

    def _whole(self, word: str) -> Stem | None:
        """Steps 1 and 2: a protected name, perhaps behind clitics and article, or a word of the dictionary."""
        for cut in _clitic_cuts(word):
            for candidate in (fold_letters(word[cut:]), _without_article(word[cut:])):
                if candidate in self._protected:
                    return Stem(candidate, cut)
        lemma = self._lemma(word)
        return Stem(lemma) if lemma else None

    def _behind_clitics(self, word: str, known: Callable[[str], str | None]) -> Stem | None:
        """Step 4: the word behind its clitics, if that is ``known``."""
        for cut in _clitic_cuts(word)[1:]:
            rest = word[cut:]
            if word[cut - 1] == L.LAM and rest.startswith(L.LAM) and len(rest) > _MIN_STEM:
                return Stem(self._behind_double_lam(rest), cut)
            if found := known(rest):
                return Stem(found, cut)
            if rest.startswith(ARTICLE) and len(rest) > _MIN_STEM + len(ARTICLE):
                # والكاظمي: before the article even an unknown word's first letter is a clitic.
                return Stem(self._base(rest), cut)
        return None

    def _with_ending(self, word: str) -> Stem | None:
        """Step 3: the known word before an ending."""
        found = self._without_ending(_without_article(word) or fold_letters(word))
        return Stem(found) if found else None

    def _behind_double_lam(self, rest: str) -> str:
        """The base of لل...: ``rest`` begins with the second lam, which is a radical or what is left of the article."""
        folded = fold_letters(rest)
        if self._lemmas.get(folded) == folded:
            return folded  # للجنة, للقاء
        return self._known(rest[1:]) or self._known(rest) or self._base(ARTICLE + rest[1:])

    def _base(self, word: str) -> str:
        """Step 5, for a word without clitics."""
        folded = _without_article(word) or fold_letters(word)
        return self._lemmas.get(folded) or self._without_ending(folded) or self._snowball_stem(word, folded)

    def _lemma(self, word: str) -> str | None:
        """The lemma of ``word``, with or without its article; a joined name is its own. None if it is in no list."""
        if len(word) < _MIN_STEM:
            return None
        folded = fold_letters(word)
        if folded.startswith(_JOINED_NAMES) and len(folded) > 5:
            return folded
        # Without the article first: else كتب, which may be a verb, and الكتب, which can't, would part.
        return self._lemmas.get(_without_article(word)) or self._lemmas.get(folded)

    def _known(self, word: str) -> str | None:
        """`_lemma`, also of a word with an ending."""
        return self._lemma(word) or self._without_ending(_without_article(word) or fold_letters(word))

    def _without_ending(self, folded: str) -> str | None:
        for endings in (_PRONOUNS, _ENDINGS):
            for ending in endings:
                base = folded[: -len(ending)]
                if not folded.endswith(ending) or len(base) < _MIN_STEM:
                    continue
                # حكومته: ta marbuta is a plain ta before a pronoun, so it is tried first.
                if base.endswith(L.TEH) and (lemma := self._lemmas.get(base[:-1] + L.HEH)):
                    return lemma
                for candidate in (base, base + L.HEH) if ending == "ات" else (base,):
                    if lemma := self._lemmas.get(candidate):
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
    def _lemmas(self) -> Mapping[str, str]:
        return lexicon.lemmas()

    @cached_property
    def _protected(self) -> frozenset[str]:
        return lexicon.protected()

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


def _without_article(word: str) -> str:
    """The folded ``word`` without its article, or "" where it has none."""
    if word.startswith(ARTICLE) and len(word) >= len(ARTICLE) + _MIN_STEM:
        return fold_letters(word[len(ARTICLE) :])
    return ""
