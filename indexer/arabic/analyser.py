# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns text into tokens, each with its place in the original text and its term in every tier.

One analyser object serves documents and queries. A word goes through these steps in order; each module gives the
reasons for its step:

1. `tokens` finds the word in the original text, so offsets stay exact. A proclitic that stands apart is glued to the
   next word: بـ(داعش), و"قال", و قال. An abbreviation in single letters (أ.ف.ب, أ ف ب) is one word without a stem.
2. `fold.bare` removes harakat, tatweel, invisible controls and presentation forms and keeps the hamza as written. The
   result is the term of the surface tier.
3. `fold.fold_letters` makes the term of the folded tier.
4. `stem.Stemmer.parts` takes the bare form, not the folded one. It makes the term of the stem tier, and the base from
   which grams are cut.
5. Names that outlets write in one word or two (عبد الله) are joined into one more token at the first word's position.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cached_property
from hashlib import blake2b
from itertools import chain
from typing import Literal, NamedTuple

from indexer.arabic import letters as L
from indexer.arabic.cache import Cache
from indexer.arabic.fold import bare, fold_letters
from indexer.arabic.lexicon import lexicon
from indexer.arabic.lexicon.lexicon import Lexicon
from indexer.arabic.readings import CONJUNCTIONS
from indexer.arabic.stem import Stemmer, Step
from indexer.arabic.tokens import MAX_WORD_CHARS, PROCLITICS, initials, is_open, is_title, pieces, places, proclitic

Tier = Literal["surface", "folded", "stem"]
TIERS: tuple[Tier, ...] = ("surface", "folded", "stem")

CHAIN_VERSION = 8
"""Raise this number with every change of code that changes a term."""

_CACHED_WORDS = 200_000
_CACHED_CHUNKS = 400_000
_LONGEST_CACHED = 64
GRAM_LETTERS = 4

# The preposition keeps its alef maksura: otherwise a search for the name علي would find every على.
_KEEPS_MAKSURA = frozenset(clitic + "\u0639" + L.LAM + L.ALEF_MAKSURA for clitic in ("", *CONJUNCTIONS))

# First parts of names that are written with or without a space before the second part.
_SERVANT = "عبد"
_FATHER = frozenset({"ابو", "ابي", "ابا"})

# "To God": الله loses its alef after ل.
_ALLAH = "الله"
_TO_ALLAH = frozenset(clitic + "لله" for clitic in ("", *CONJUNCTIONS))

_NO_PROCLITIC = L.PLAIN - PROCLITICS
_LEAST_PLAIN = 3
"""A run of at least this many plain letters is one word whatever follows. A shorter one may be part of an abbreviation,
as in وب.
"""

PLAIN, HEAD, APART, EMPTY = range(4)
"""The kinds of words: PLAIN for most, HEAD for the first part of a name in two words, APART for a proclitic that stands
apart, EMPTY for a word without letters.
"""


class Word(NamedTuple):
    """The result of the analysis of one written word, the same wherever it stands.

    ``bare``, ``folded`` and ``stem`` are its terms in the tiers surface, folded and stem. If its letters may be two
    words of similar likelihood, ``second`` is one more term in the stem tier, otherwise "". ``clitics`` is the number
    of letters of ``bare`` before the word proper, ``base`` the folded word without clitics and article. ``known`` is
    false if no dictionary knows the word, which may then be a foreign name.
    """

    bare: str
    folded: str
    base: str
    stem: str
    clitics: int
    kind: int = PLAIN
    second: str = ""
    known: bool = True

    @property
    def stems(self) -> tuple[str, ...]:
        """The terms of the word in the stem tier: none, one or two."""
        return tuple(filter(None, (self.stem, self.second)))

    def grams(self) -> list[str]:
        """Returns the `grams` of its base."""
        return grams(self.base)


def grams(base: str) -> list[str]:
    """Returns the runs of four letters of a base, with < and > as its ends.

    Words of one root share some of them.
    """
    marked = f"<{base}>"
    return [marked[at : at + GRAM_LETTERS] for at in range(len(marked) - GRAM_LETTERS + 1)] or [marked]


class Token(NamedTuple):
    """A word at its place: ``text == original[start:end]``.

    ``position`` counts words from 0. ``core`` is the offset of the word proper, after its clitics. An ``extra`` token
    shares the position of the word that it is made from; its term in a tier is "" if it has none. ``title`` marks a
    letter such as د. before a name.
    """

    text: str
    start: int
    end: int
    position: int
    core: int
    word: Word
    extra: bool = False
    title: bool = False

    @property
    def folded(self) -> str:
        """The term in the folded tier."""
        return self.word.folded

    @property
    def stem(self) -> str:
        """The term in the stem tier."""
        return self.word.stem


class _Odd(tuple[Word, ...]):
    """The words of a chunk that must be analysed together with the next chunk."""

    __slots__ = ()


_NOTHING = Word("", "", "", "", 0, EMPTY)
_PROCLITIC_APART = Word("", "", "", "", 0, APART)


class Analyser:
    """Applies the steps above with one lexicon and caches words. Safe to share between threads."""

    def __init__(self, words: Lexicon) -> None:
        self.lexicon = words
        self._stemmer = Stemmer(words)
        self._words = Cache(self._analyse, _CACHED_WORDS)
        self._chunks = Cache(self._chunk, _CACHED_CHUNKS)

    @cached_property
    def fingerprint(self) -> str:
        """16 hexadecimal digits that change whenever the same text could give other terms."""
        content = f"chain {CHAIN_VERSION}\n{self.lexicon.fingerprint}\n{lexicon.lists_fingerprint()}"
        return blake2b(content.encode("utf-8"), digest_size=8).hexdigest()

    @cached_property
    def synonyms(self) -> dict[tuple[str, ...], tuple[tuple[str, ...], ...]]:
        """The stems of a name of one or more words -> the stems of the other names of the same thing."""
        families = [
            [tuple(token.stem for token in self.tokens(name) if not token.extra) for name in family]
            for family in lexicon.synonym_families()
        ]
        return {name: tuple(other for other in family if other != name) for family in families for name in family}

    @cached_property
    def function_words(self) -> frozenset[str]:
        """The folded function words. Use `is_function_word` if the spelling is at hand: it tells على from علي."""
        return frozenset(map(fold_letters, lexicon.stop_words()))

    def is_function_word(self, token: Token) -> bool:
        """Returns whether a query with other words also finds texts without this word."""
        return token.title or token.word.bare in lexicon.stop_words()

    def word(self, text: str) -> Word:
        """Returns the analysis of one word as written; all its terms are "" if it has no letters."""
        return self._words.get(text) if len(text) <= _LONGEST_CACHED else self._analyse(text)

    def may_be_joined(self, base: str) -> bool:
        """Returns whether a word with this base may be a name that is also written in two words: عبدالله, أبوظبي."""
        return base.startswith((_SERVANT, *_FATHER)) and base not in (_SERVANT, *_FATHER)

    def steps(self, token: Token) -> list[Step]:
        """Returns what each step made of ``token``, in order. Steps that changed nothing are left out."""
        letters = token.word.bare
        if token.extra and not token.stem:
            return [Step("glued", letters, "the proclitic before it may also be written together with it")]
        if token.extra:
            return [Step("joined", letters, "outlets write this name as one word or as two")]
        steps = []
        if letters != token.text:
            steps.append(Step("bare", letters, "without marks, tatweel and invisible signs, in the usual letter forms"))
        if initials(token.text):
            steps.append(Step("abbreviation", letters, "single letters separated by points or blanks are one word"))
        elif token.text in L.PHRASE_SIGNS:
            steps.append(Step("sign", token.stem, "a sign for a phrase is one word"))
        elif letters in _TO_ALLAH:
            steps.append(Step("reading", token.stem, "ل and الله, which loses its alef after ل"))
        elif letters in _KEEPS_MAKSURA:
            steps.append(Step("function word", token.stem, "otherwise a search for the name علي would find it"))
        else:
            steps += self._stemmer.steps(letters)
        if token.folded != letters:
            steps.append(
                Step("folded", token.folded, "the term of the folded tier: one alef, one ya, ha for ta marbuta")
            )
        return steps

    def tokens(self, text: str, first: int = 0, last: int = sys.maxsize) -> list[Token]:
        """Returns the tokens of ``text[first:last]`` in order of position, with offsets in ``text``.

        Never raises, whatever the string holds.
        """
        found: list[Token] = []
        position = -1
        before: Token | None = None
        apart = ""
        for start, stop in places(text, first, last):
            word = self.word(text[start:stop])
            if word.kind == APART:
                apart += word.bare
            if not word.folded:
                continue
            position += 1
            end = min(stop, start + MAX_WORD_CHARS)
            core = start + word.clitics
            if word.clitics and stop - start != len(word.bare):
                core = _offset_of(text, start, word.clitics)
            token = Token(text[start:end], start, end, position, core, word, title=is_title(text, start, stop))
            if before and before.word.kind == HEAD and (name := self._joined_name(before.word, word)):
                whole = text[before.start : end]
                found.append(Token(whole, before.start, end, before.position, before.core, name, extra=True))
            found.append(token)
            if apart:
                found.append(token._replace(word=_glued(apart, word), extra=True, title=False))
                apart = ""
            before = token
        return found

    def words(self, text: str) -> tuple[list[Word], list[tuple[int, Word]]]:
        """Returns what `tokens` finds without offsets, several times as fast.

        The result is the list of words by position, and the extra words, each with its position.
        """
        # A chunk between two spaces gives the same words everywhere, except that an _Odd chunk may change the next one.
        chunks = text.split(" ")
        found = self._of_chunks(chunks)
        if _Odd in set(map(type, found)):
            return self._joined(chunks, found)
        return list(chain.from_iterable(found)), []

    def spans(self, text: str, first: int = 0, last: int = sys.maxsize) -> list[tuple[int, int]]:
        """Returns (start, end) in ``text`` of each word of ``text[first:last]``, in order of position.

        The words are those of `tokens`, but only a few of them are analysed.
        """
        return [
            (start, stop if stop - start <= MAX_WORD_CHARS else start + MAX_WORD_CHARS)
            for start, stop in places(text, first, last)
            if text[start] in _NO_PROCLITIC
            or (text[start] in L.PLAIN and text[start + 1 : stop][:1] in L.PLAIN)
            or self.word(text[start:stop]).folded
        ]

    def alone(self, chunks: list[str]) -> list[tuple[Word, ...] | None]:
        """Returns the words of each chunk, or None if the next chunk may change them."""
        return [None if type(words) is _Odd else words for words in self._of_chunks(chunks)]

    def _of_chunks(self, chunks: list[str]) -> list[tuple[Word, ...]]:
        if max(map(len, chunks), default=0) > _LONGEST_CACHED:
            return [self._chunks.get(c) if len(c) <= _LONGEST_CACHED else self._chunk(c) for c in chunks]
        return self._chunks.get_all(chunks)

    def _chunk(self, chunk: str) -> tuple[Word, ...]:
        if len(chunk) >= _LEAST_PLAIN and L.PLAIN.issuperset(chunk):
            word = self.word(chunk)
            return _Odd((word,)) if word.kind else (word,)
        words = tuple(map(self.word, pieces(chunk)))
        return _Odd(words) if any(word.kind for word in words) or is_open(chunk) else words

    def _joined(self, chunks: list[str], found: list[tuple[Word, ...]]) -> tuple[list[Word], list[tuple[int, Word]]]:
        """Returns the words of ``chunks``, and the extra ones, if some words depend on the next chunk."""
        own: list[Word] = []
        extras: list[tuple[int, Word]] = []
        apart = ""
        at = 0
        for odd in [place for place, entry in enumerate(found) if type(entry) is _Odd]:
            if odd < at:
                continue
            own.extend(chain.from_iterable(found[at:odd]))
            at, pending = odd, True
            while pending and at < len(found):
                entry, at = self._closed(chunks, found, at)
                for word in entry:
                    if word.kind == APART:
                        apart += word.bare
                    if not word.folded:
                        continue
                    if own and own[-1].kind == HEAD and (name := self._joined_name(own[-1], word)):
                        extras.append((len(own) - 1, name))
                    if apart:
                        extras.append((len(own), _glued(apart, word)))
                        apart = ""
                    own.append(word)
                pending = bool(apart) or bool(own and own[-1].kind == HEAD)
        own.extend(chain.from_iterable(found[at:]))
        return own, extras

    def _closed(self, chunks: list[str], found: list[tuple[Word, ...]], at: int) -> tuple[tuple[Word, ...], int]:
        """Returns the words of chunk ``at``, joined with the next ones while its end is open, and the next index."""
        end = at
        while end < len(chunks) and type(found[end]) is _Odd and is_open(chunks[end]):
            end += 1
        if end == at:
            return found[at], at + 1
        return self._chunk(" ".join(chunks[at : end + 1])), min(end + 1, len(chunks))

    def _analyse(self, text: str) -> Word:
        letters = text[:MAX_WORD_CHARS]
        if not L.PLAIN.issuperset(letters):
            if letter := proclitic(text):
                return _PROCLITIC_APART._replace(bare=letter)
            if letters_apart := initials(letters):
                return _abbreviation(letters_apart)
            letters = bare(letters)
        if letters in _KEEPS_MAKSURA:
            return Word(letters, _folded(letters), letters[-3:], letters[-3:], len(letters) - 3)
        if not letters:
            return _NOTHING
        folded = fold_letters(letters)
        if letters in _TO_ALLAH:
            return Word(letters, folded, _ALLAH, _ALLAH, len(letters) - 2)
        if text in L.PHRASE_SIGNS:
            return Word(letters, folded, folded, folded, 0)
        parts = self._stemmer.parts(letters, folded)
        head = folded[parts.clitics :]
        kind = HEAD if head == _SERVANT or head in _FATHER else PLAIN
        return Word(letters, folded, parts.base, parts.stem, parts.clitics, kind, parts.second, parts.known)

    def _joined_name(self, first: Word, second: Word) -> Word | None:
        """Returns عبدالله for عبد الله, without the clitics of the first part; None if this is no such name."""
        head, tail = first.folded[first.clitics :], second.folded
        servant = head == _SERVANT and tail.startswith("ال") and len(tail) > 3
        if not servant and not (head in _FATHER and len(tail) > 2):
            return None
        return self.word(head + tail)


def _abbreviation(letters: Sequence[str]) -> Word:
    """Returns the word for an abbreviation in ``letters``, the first of which may have a proclitic.

    Two Arabic letters keep a point between them, or they would be another word: أ ب is not أب.
    """
    written = [bare(letter) for letter in letters]
    clitics = max(0, len(written[0]) - 1)
    point = "." if len(written) == 2 and not written[0].isascii() else ""
    term = point.join(written)
    folded = fold_letters(term)
    return Word(term, folded, folded[clitics:], folded[clitics:], clitics)


def _glued(letters: str, word: Word) -> Word:
    """Returns ``word`` with the proclitics that stood apart from it: only a term of the surface and folded tiers."""
    return _NOTHING._replace(bare=letters + word.bare, folded=_folded(letters + word.bare))


def _folded(letters: str) -> str:
    """Returns the folded term of a surface term. The index relies on its being a function of the surface term alone."""
    return letters if letters in _KEEPS_MAKSURA else fold_letters(letters)


def _offset_of(text: str, start: int, letters: int) -> int:
    """Returns the offset after the first ``letters`` letters of the word at ``start``, including their marks."""
    at = start
    while letters > 0:
        letters -= len(bare(text[at]))
        at += 1
    if letters < 0:
        return at - 1  # a ligature of the last clitic and the word's first letter: ﻷ
    while not bare(text[at]):
        at += 1
    return at
