"""The analyser: text to tokens, each with its place in the original text and its term in every tier.

One analyser object serves documents and queries. The chain for a word, in order (each module argues for its own part):

1. `tokens.words`: the word in the original text, so that every offset stays exact.
2. A proclitic written apart is glued to its word: بـ(داعش), و"قال", و قال.
3. `fold.bare`: harakat, tatweel, invisible controls and presentation forms go; the hamza is still as written: the
   surface tier's term.
4. `fold.fold_letters`: the folded tier's term.
5. `stem.Stemmer.parts` on the bare form, not the folded: the stem tier's term, and the base that grams are cut from.
6. Names that outlets write in one word or in two are joined, as one more token at the first word's position: عبد الله.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from hashlib import blake2b
from typing import Literal, NamedTuple

from indexer.arabic import letters as L
from indexer.arabic import lexicon
from indexer.arabic.fold import bare, fold_letters
from indexer.arabic.lexicon import Lexicon
from indexer.arabic.stem import CONJUNCTIONS, PREPOSITIONS, Stemmer
from indexer.arabic.tokens import words

Tier = Literal["surface", "folded", "stem", "gram"]
TIERS: tuple[Tier, ...] = ("surface", "folded", "stem", "gram")

CHAIN_VERSION = 2
"""To be raised with every change of the chain's code that changes a term."""

_CACHED_WORDS = 200_000
_GRAM = 4

# The preposition keeps its alef maksura: else every على would be found for the name علي.
_KEEPS_MAKSURA = frozenset(clitic + "\u0639" + L.LAM + L.ALEF_MAKSURA for clitic in ("", *CONJUNCTIONS))

_PROCLITICS = frozenset(CONJUNCTIONS + PREPOSITIONS)
_OPENING = "[\"'«»“”‘’(\\[{\u200e\u200f]*"
_GLUED = re.compile(_OPENING)
_GLUED_OVER_SPACE = re.compile(f"[ \u00a0]?{_OPENING}")

# First parts of names that are written with a space before the second part or without.
_SERVANT = "عبد"
_FATHER = frozenset({"ابو", "ابي", "ابا"})


class Word(NamedTuple):
    """What the chain makes of one written word, wherever it stands.

    ``bare``, ``folded`` and ``stem`` are its terms in the tiers surface, folded and stem; ``clitics`` is how many
    letters of ``bare`` come before the word proper, ``base`` the folded word without them and without its article.
    """

    bare: str
    folded: str
    base: str
    stem: str
    clitics: int

    def grams(self) -> list[str]:
        """The word's terms in the gram tier, see `grams`."""
        return grams(self.base)


class Token(NamedTuple):
    """One word at its place: ``text == original[start:end]``.

    ``position`` counts words from 0. ``core`` is the offset at which the word proper begins, behind its clitics.
    An ``extra`` token shares the position of the word that it is made from; where it has no term of its own in a tier,
    that term is "".
    """

    text: str
    start: int
    end: int
    position: int
    core: int
    word: Word
    extra: bool = False

    @property
    def folded(self) -> str:
        """The token's term in the folded tier."""
        return self.word.folded

    @property
    def stem(self) -> str:
        """The token's term in the stem tier."""
        return self.word.stem


_NOTHING = Word("", "", "", "", 0)


class Analyser:
    """The chain above, over one lexicon, with a bounded cache by written word. Safe to share between threads."""

    def __init__(self, words: Lexicon) -> None:
        self.lexicon = words
        self._stemmer = Stemmer(words)
        self._cache: dict[str, Word] = {}

    @cached_property
    def fingerprint(self) -> str:
        """16 hexadecimal digits that change whenever the same text could give other terms."""
        content = f"chain {CHAIN_VERSION}\n{self.lexicon.fingerprint}\n{lexicon.lists_fingerprint()}"
        return blake2b(content.encode("utf-8"), digest_size=8).hexdigest()

    @cached_property
    def synonyms(self) -> dict[tuple[str, ...], tuple[tuple[str, ...], ...]]:
        """The stems of a name of one word or more -> those of the other names of the same thing."""
        families = [
            [tuple(token.stem for token in self.tokens(name) if not token.extra) for name in family]
            for family in lexicon.synonym_families()
        ]
        return {name: tuple(other for other in family if other != name) for family in families for name in family}

    def is_function_word(self, token: Token) -> bool:
        """Whether a query that has other words need not require this one; by its spelling: على is one, علي is not."""
        return token.word.bare in lexicon.stop_words()

    def word(self, text: str) -> Word:
        """What the chain makes of one word as written; all its forms are "" where no letter is left."""
        known = self._cache.get(text)
        if known is None:
            known = self._analyse(text)
            if len(self._cache) >= _CACHED_WORDS:
                self._cache.clear()
            self._cache[text] = known
        return known

    def tokens(self, text: str) -> list[Token]:
        """The tokens of ``text``, ascending by position. Never raises, whatever the string holds."""
        found: list[Token] = []
        position = -1
        before: Token | None = None
        for start, end, proclitic in self._glued(text):
            word = self.word(text[start:end])
            if not word.folded:
                continue
            position += 1
            core = _offset_of(text, start, word.clitics) if word.clitics else start
            token = Token(text[start:end], start, end, position, core, word)
            if before and (name := self._joined_name(text, before, token)):
                found.append(name)
            found.append(token)
            if proclitic:
                glued = _NOTHING._replace(bare=proclitic + word.bare, folded=proclitic + word.folded)
                found.append(token._replace(word=glued, extra=True))
            before = token
        return found

    def _analyse(self, text: str) -> Word:
        letters = bare(text)
        if letters in _KEEPS_MAKSURA:
            return Word(letters, letters, letters[-3:], letters[-3:], len(letters) - 3)
        if not letters:
            return _NOTHING
        parts = self._stemmer.parts(letters)
        return Word(letters, fold_letters(letters), parts.base, parts.stem, parts.clitics)

    def _glued(self, text: str) -> Iterator[tuple[int, int, str]]:
        """(start, end, proclitic) of each word; a proclitic standing apart comes with the word behind it."""
        waiting: tuple[int, int, str] | None = None
        for start, end in words(text):
            letter = text[start].strip() if end - start == 1 or text[start + 1] == L.TATWEEL else ""
            is_proclitic = letter in _PROCLITICS and not text[start + 1 : end].strip(L.TATWEEL)
            if waiting:
                gap = _GLUED_OVER_SPACE if waiting[2] in CONJUNCTIONS else _GLUED
                if gap.fullmatch(text, waiting[1], start):
                    yield start, end, waiting[2]
                    waiting = None
                    continue
                yield waiting[0], waiting[1], ""
                waiting = None
            if is_proclitic:
                waiting = (start, end, letter)
            else:
                yield start, end, ""
        if waiting:
            yield waiting[0], waiting[1], ""

    def _joined_name(self, text: str, first: Token, second: Token) -> Token | None:
        """عبدالله where عبد الله stands: one token over both, at the first one's position."""
        if second.start - first.end != 1:
            return None
        head, tail = fold_letters(bare(text[first.core : first.end])), second.folded
        servant = head == _SERVANT and tail.startswith("ال") and len(tail) > 3
        if not servant and not (head in _FATHER and len(tail) > 2):
            return None
        name = self.word(head + tail)
        span = text[first.start : second.end]
        return Token(span, first.start, second.end, first.position, first.core, name, extra=True)


def grams(base: str) -> list[str]:
    """The pieces of four letters of ``base``, its ends marked by < and >: words of one root share some of them."""
    marked = f"<{base}>"
    return [marked[at : at + _GRAM] for at in range(len(marked) - _GRAM + 1)] or [marked]


def _offset_of(text: str, start: int, letters: int) -> int:
    """The offset in ``text`` behind the first ``letters`` letters of the word at ``start``, their marks included."""
    at = start
    while letters > 0:
        letters -= len(bare(text[at]))
        at += 1
    if letters < 0:
        return at - 1  # a ligature of the last clitic and the word's first letter: ﻷ
    while not bare(text[at]):
        at += 1
    return at
