# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds other spellings of foreign names: words of the archive that sound as a word of the query does.

غيتس is also looked for as جيتس, واتساب as واتس آب, and the other way round, where the archive has both. Only words that
no dictionary of Arabic knows are compared (`arabic.foreign`), and only with such words (`arabic.sounds`).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from indexer import deadline
from indexer.arabic.analyser import Token, Word
from indexer.arabic.cache import Cache
from indexer.arabic.foreign import may_be_foreign
from indexer.arabic.readings import CONJUNCTIONS, PREPOSITIONS
from indexer.arabic.sounds import key, keys, same_name, spelled_keys
from indexer.engine.base import Searcher
from indexer.engine.queries import PhraseQuery, Ranked
from indexer.engine.questions import ArticleQuery
from indexer.engine.vocabulary import LONGEST

MOST = 4
"""At most this many other spellings of a name are looked for, the most frequent ones."""
_MOST_TERMS = 8
"""At most this many words of each spelling are looked for: with clitics and article there are several."""
_COMPARED = 300
_LENGTHS_APART = 6
_LETTERS_MORE = 4
_LONGEST_CLITICS = 4
_CACHED = 5_000
_SHORTEST_PART, _SHORTEST_NAME = 2, 5
"""The fewest letters of each part of a name that is written in two words, and of both parts together."""

_BEFORE = "".join(PREPOSITIONS[:-1])
_CLITICS = re.compile(f"[{''.join(CONJUNCTIONS)}]?(?:[{_BEFORE}]?ال|لل|[{_BEFORE}])?")


class Spelling(NamedTuple):
    """Another spelling of a name.

    ``text`` is the name as the archive writes it, ``terms`` the folded words that have it, the most frequent first. A
    spelling in two words has no ``terms``; ``stems`` are the stems of its two words.
    """

    text: str
    terms: tuple[str, ...] = ()
    stems: tuple[str, ...] = ()


class ForeignNames:
    """The spellings of names in one generation. Safe to share between threads."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher
        self._spellings = Cache(self._in_one_or_two_words, _CACHED)
        self._joined = Cache(self._in_one_word, _CACHED)

    def spellings(self, token: Token) -> tuple[Spelling, ...]:
        """At most `MOST` other spellings of a word that the archive has, the most frequent first; none of most words.

        Words that the word's own stem finds are not among them.
        """
        if self._searcher.analyser.is_function_word(token) or not token.stem:
            return ()
        return self._spellings.get(token.word)

    def joined(self, tokens: Sequence[Token]) -> dict[int, tuple[Spelling, ...]]:
        """The spellings in one word of each name that a word is together with the next, by the position of the word."""
        found = {}
        for first, second in pairwise(token for token in tokens if not token.extra):
            if any(map(self._searcher.analyser.is_function_word, (first, second))):
                continue
            head, tail = first.folded[first.word.clitics :], second.folded
            if min(len(head), len(tail)) < _SHORTEST_PART or len(head + tail) < _SHORTEST_NAME:
                continue
            if spellings := self._joined.get((head, tail)):
                found[first.position] = spellings
        return found

    def _in_one_or_two_words(self, word: Word) -> tuple[Spelling, ...]:
        deadline.check()
        return (*self._alike(word), *self._parted(word))

    def _in_one_word(self, parts: tuple[str, str]) -> tuple[Spelling, ...]:
        """The spellings, in one word of the archive, of two words that follow one another."""
        deadline.check()
        head, tail = parts
        vocabulary = self._searcher.vocabulary
        whole = self._searcher.analyser.word(head + tail)
        if not self._is_foreign(whole.base):
            return ()
        own = []
        if any(vocabulary.counts([whole.folded])):
            own.append(Spelling(vocabulary.spellings([whole.folded])[0], (whole.folded,)))
        return (*own, *(self._alike(whole) if any(map(self._is_foreign, (head, tail))) else ()))

    def _is_foreign(self, base: str) -> bool:
        return may_be_foreign(base, self._searcher.analyser.lexicon)

    def _alike(self, word: Word) -> list[Spelling]:
        """The spellings of ``word`` in one word of the archive."""
        own = list(self._as_name(word)) if len(word.folded) <= LONGEST else []
        if not own:
            return []
        vocabulary = self._searcher.vocabulary
        sounds = set().union(*map(spelled_keys, own))
        lengths = len(word.base) - _LENGTHS_APART, len(word.base) + _LENGTHS_APART
        found: list[tuple[str, str]] = []
        for term in vocabulary.sounding(set().union(*map(keys, own)), *lengths, _COMPARED):
            names = [name for name in _behind_clitics(term) if key(name) in sounds]
            if not any(_same(name, one) for name in names for one in own):
                continue  # most words are told apart by their letters alone, before they are analysed
            other = self._searcher.analyser.word(term)
            if other.folded == word.folded or other.stem == word.stem:
                continue
            if name := self._name_in(other, own):
                found.append((term, term if name in own else name))
        terms: dict[str, list[str]] = defaultdict(list)
        counts: Counter[str] = Counter()
        for (term, name), articles in zip(found, vocabulary.counts([term for term, _ in found]), strict=True):
            if articles:
                counts[name] += articles
                terms[name].append(term)
        best = [(name, terms[name]) for name, _ in counts.most_common(MOST)]
        texts = vocabulary.spellings([name if name in held else held[0] for name, held in best])
        return [Spelling(text, tuple(held[:_MOST_TERMS])) for text, (_, held) in zip(texts, best, strict=True)]

    def _name_in(self, other: Word, own: Sequence[str]) -> str:
        """The part of another word, without clitics, that spells one of the names ``own``; "" if none does."""
        for name in (*self._as_name(other), *self._without_clitics(other)):
            if any(_same(name, one) for one in own):
                return name
        return ""

    def _as_name(self, word: Word) -> Iterator[str]:
        """The folded names that a word may be: without its clitics, and with them, as they may be letters of it."""
        if self._is_foreign(word.base):
            yield word.base
            if word.folded != word.base and self._is_foreign(word.folded):
                yield word.folded  # ألكسندر has no article

    def _without_clitics(self, other: Word) -> Iterator[str]:
        """The name in a word on which the analyser, which knows few names, may have left clitics."""
        match = _CLITICS.match(other.base)
        if match and 0 < match.end() < len(other.base) and not self._searcher.analyser.lexicon.frequency(other.folded):
            name = other.base[match.end() :]
            if self._is_foreign(name):
                yield name

    def _parted(self, word: Word) -> Iterator[Spelling]:
        """The spellings of ``word`` as two words that stand side by side in the archive."""
        base = word.base
        if len(base) < _SHORTEST_NAME or not self._is_foreign(base):
            return
        vocabulary, analyser = self._searcher.vocabulary, self._searcher.analyser
        candidates = []
        for cut in range(_SHORTEST_PART, len(base) - _SHORTEST_PART + 1):
            parts = base[:cut], base[cut:]
            if analyser.function_words.isdisjoint(parts):
                stems = tuple(analyser.word(part).stem for part in parts)
                if all(vocabulary.counts(stems, "stem")):
                    candidates.append((parts, stems))
        phrases = [ArticleQuery(Ranked(PhraseQuery("stem", stems))) for _, stems in candidates]
        for (parts, stems), articles in zip(candidates, self._searcher.matches(phrases), strict=True):
            if articles:
                yield Spelling(" ".join(vocabulary.spellings(parts)), stems=stems)


def _same(name: str, own: str) -> bool:
    return name == own or (abs(len(name) - len(own)) <= _LETTERS_MORE and same_name(own, name))


def _behind_clitics(term: str) -> Iterator[str]:
    """A folded word, and what is left of it after letters that may be clitics or an article."""
    for cut in range(min(_LONGEST_CLITICS, len(term) - 1) + 1):
        if _CLITICS.fullmatch(term, 0, cut):
            yield term[cut:]
