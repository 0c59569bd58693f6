# SPDX-License-Identifier: GPL-3.0-or-later
"""Corrects words that the archive does not have, or hardly has: did you mean.

Candidates are weighed as in a noisy channel (Kernighan, Church and Gale 1990): the frequency of a word of the archive
times the likelihood of the slips that turn it into what was typed, against the likelihood that the word was meant as it
was typed. The latter is known from the archive and from the lexicon, which knows words that the archive lacks. All
scores are natural logarithms.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from indexer import deadline
from indexer.arabic import keyboard
from indexer.arabic import letters as L
from indexer.arabic.analyser import Analyser, Tier, Token
from indexer.arabic.lexicon import lexicon
from indexer.engine.vocabulary import LONGEST, ScoredWord, Vocabulary
from indexer.search.planning.latin_phrases import LatinNames, NameCandidate, ReadName, Together

Kind = Literal["spelling", "space", "layout", "name"]

_UNKNOWN = math.log(2e-10)
"""The likelihood that a word was meant which neither the archive nor the lexicon has."""
_MARGIN, _IN_DICTIONARY = 2.0, 3.0
"""How much likelier a correction must be than a word that is known, and than one that the dictionary has a form of."""
_FUNCTION_WORD = 3.0
"""How much rarer function words are in queries than in articles: a short name is near many of them."""
_NAME_MARGIN = 3.0
"""How much likelier a name in Arabic letters must be than one in Latin letters that the archive has."""
_MOST_SLIPS = 2
_LATIN_SLIPS = 1
_UNSURE_SLIPS = 1
_SHORTEST_NAME, _SHORTEST_NAME_PART = 3, 2
"""A Latin name needs at least this many sounds to be read as Arabic: alone, and beside other names."""
_LOOKED_AT = 8
_BILLION = 1e9
_SPACE_MISSING, _SPACE_ADDED = 6.0, 4.0
_RARE = 20_000
"""A word is rare where at most one of this many articles has it, and in a small archive at most ``_LEAST_RARE``."""
_LEAST_RARE = 2
_SHORTEST = 3
_MOST_WORDS = 12
"""Only the first words of a text are looked at, at most this many."""
_ARABIC = re.compile(f"[{L.LETTERS}]")
_LATIN = re.compile("[A-Za-z]")
_CHUNK = re.compile(r"[^\s\"“”«»()=*:|-][^\s\"“”«»()=*:|]*")


@dataclass(frozen=True, slots=True)
class Correction:
    """The part ``text`` of what was typed, from ``start`` to ``end``, probably means ``by``.

    ``kind`` says why: spelling, space (one too many or too few), layout (typed with the other keyboard layout on), name
    (in Latin letters). ``articles`` is the number of articles that have ``by``; of several words, the rarest. Of two
    corrections of one text the one with the higher ``score`` is likelier. One that is not ``sure`` may only be offered:
    a name guessed by its sound, or another word for one that is right but not in the archive.
    """

    text: str
    by: str
    kind: Kind
    start: int
    end: int
    articles: int
    score: float
    sure: bool = True


class Speller:
    """Corrects texts by the words of one generation. Immutable; safe to share between threads."""

    def __init__(
        self, vocabulary: Vocabulary, analyser: Analyser, articles: int, together: Together = lambda _: 0
    ) -> None:
        """``articles`` is the number of all articles.

        ``together`` returns how many of them have words with these stems side by side.
        """
        self._vocabulary = vocabulary
        self._analyser = analyser
        self._rare = max(_LEAST_RARE, articles // _RARE)
        self._latin = LatinNames(analyser, self._candidates, together)

    def corrections(self, text: str, *, unsure: bool = False) -> tuple[Correction, ...]:
        """The best correction of each piece of ``text`` that has one, ascending, none overlapping another.

        With ``unsure`` also corrections that are not sure. Raises nothing but TooSlowError, whatever ``text`` holds.
        """
        own = [token for token in self._analyser.tokens(text) if not token.extra][:_MOST_WORDS]
        read = list(self._latin.read(text, own))
        found = [_named(text, name) for name in read if name.sure]
        for start, end in _chunks(text):
            deadline.check()
            if not _overlaps(start, end, found) and (layout := self._layout(text, start, end)):
                found.append(layout)
        if unsure:
            found += [_named(text, name) for name in read if not _overlaps(name.start, name.end, found)]
        # No part of a name that is only guessed is read as a name by itself.
        own = [token for token in own if not _overlaps(token.start, token.end, (*found, *read))]
        at = 0
        while at < len(own):
            joined = self._joined(text, own[at : at + 2])
            best = joined or next(iter(self.alternatives(own[at].text, 1, unsure=unsure)), None)
            if best:
                shift = 0 if joined else own[at].start
                found.append(_moved(best, shift))
            at += 2 if joined else 1
        return tuple(sorted(found, key=lambda correction: correction.start))

    def corrected(self, text: str) -> str:
        """``text`` with its `corrections` made; operators, quotes and all else stay as they were typed."""
        return applied(text, self.corrections(text))

    def alternatives(self, word: str, most: int = 5, *, unsure: bool = False) -> tuple[Correction, ...]:
        """The corrections of a single word: sure ones first, then the likeliest; empty where it is right as it is."""
        tokens = [token for token in self._analyser.tokens(word) if not token.extra]
        if len(tokens) != 1 or not self._is_word(token := tokens[0]):
            return ()
        deadline.check()
        right, own = self._is_right(token), self._likelihood(token)
        if _LATIN.search(token.folded):
            found = [*self._names(token), *(() if right else self._misspelt(token, own, _LATIN_SLIPS))]
        else:
            found = [] if right else [*self._misspelt(token, own), *self._parted(token, own)]
            if not found and self._is_lacking(token):
                found = [replace(one, sure=False) for one in self._misspelt(token, _UNKNOWN, _UNSURE_SLIPS)]
        found = [one for one in found if one.sure or unsure]
        found.sort(key=lambda correction: (not correction.sure, -correction.score))
        best = {correction.by: correction for correction in reversed(found)}
        return tuple(reversed(best.values()))[:most]

    def _is_word(self, token: Token) -> bool:
        """Whether the token may be misspelt: it is no number, and neither too short nor too long."""
        letters = _ARABIC.search(token.folded) or _LATIN.search(token.folded)
        return bool(letters) and _SHORTEST <= len(token.folded) <= LONGEST

    def _is_right(self, token: Token) -> bool:
        """Whether the archive has a word often enough, perhaps without its clitics, or has it as a protected name."""
        if token.stem in lexicon.protected() and self._count(token.stem, "stem"):
            return True
        behind_clitics = token.folded[token.word.clitics :]
        return max(self._vocabulary.counts([token.folded, behind_clitics])) > self._rare

    def _count(self, term: str, tier: Tier = "folded") -> int:
        """The number of articles that have a term."""
        return self._vocabulary.counts([term], tier)[0]

    def _spelling(self, word: str) -> str:
        """A folded word as the archive writes it."""
        return self._vocabulary.spellings([word])[0]

    def _likelihood(self, token: Token) -> float:
        """The likelihood that a word was meant as it was typed."""
        words = self._analyser.lexicon
        here = self._count(token.folded) / max(1, self._vocabulary.total)
        known = max(here, words.frequency(token.folded) / _BILLION)
        if not known:
            return _UNKNOWN
        return math.log(known) + (_IN_DICTIONARY if token.word.known else _MARGIN)

    def _misspelt(self, token: Token, least: float, slips: int = _MOST_SLIPS) -> Iterator[Correction]:
        yield from self._corrections_by(
            token, self._vocabulary.near(token.folded, least, slips, _LOOKED_AT), "spelling"
        )

    def _is_lacking(self, token: Token) -> bool:
        """Whether the archive has no form of a word; False for function words."""
        if self._analyser.is_function_word(token):
            return False
        return not self._count(token.folded) and not self._count(token.stem, "stem")

    def _candidates(self, token: Token) -> list[NameCandidate]:
        """The Arabic words that a Latin word of a name may mean, the likeliest first."""
        if len(token.folded) > LONGEST:
            return []
        deadline.check()
        found = sorted(self._names(token, _SHORTEST_NAME_PART), key=lambda one: -one.score)
        return [NameCandidate(one.by, one.score, one.sure) for one in found]

    def _names(self, token: Token, sounds: int = _SHORTEST_NAME) -> Iterator[Correction]:
        """A Latin name in Arabic letters, where these are far more usual in the archive.

        Sure where the list of names has it; else guessed by its sounds, of which it must have at least ``sounds``.
        """
        here = self._count(token.folded) / max(1, self._vocabulary.total)
        least = math.log(here) + _NAME_MARGIN if here else -math.inf
        if name := lexicon.exonyms().get(token.folded):
            (known,) = self._analyser.tokens(name)
            articles = self._count(known.stem, "stem")
            score = math.log(articles / self._vocabulary.total) if articles else -math.inf
            if score > least:
                yield Correction(token.text, name, "name", 0, len(token.text), articles, score)
            return
        alike = self._vocabulary.like_latin(token.folded, sounds, least, _LOOKED_AT)
        for found in self._corrections_by(token, alike, "name"):
            if found.by not in lexicon.stop_words():
                yield replace(found, by=self._without_clitics(found.by), sure=False)

    def _without_clitics(self, word: str) -> str:
        parts = self._analyser.word(word)
        return word[parts.clitics :] if word[parts.clitics :] == parts.bare[parts.clitics :] else word

    def _corrections_by(self, token: Token, words: Sequence[ScoredWord], kind: Kind) -> Iterator[Correction]:
        """The corrections of ``token`` by each of ``words`` that articles have."""
        others = [one for one in words if one.word != token.folded]
        counts = self._vocabulary.counts([one.word for one in others])
        there = [(one, articles) for one, articles in zip(others, counts, strict=True) if articles]
        spellings = self._vocabulary.spellings([one.word for one, _ in there])
        for (one, articles), by in zip(there, spellings, strict=True):
            score = one.score - _FUNCTION_WORD * (one.word in self._analyser.function_words)
            yield Correction(token.text, by, kind, 0, len(token.text), articles, score)

    def _parted(self, token: Token, least: float) -> Iterator[Correction]:
        """The word as two words of the archive between which a space is missing."""
        folded = token.folded
        for cut in range(2, len(folded) - 1):
            parts = folded[:cut], folded[cut:]
            counts = self._vocabulary.counts(parts)
            if min(counts) <= self._rare:
                continue
            score = sum(math.log(count / self._vocabulary.total) for count in counts) - _SPACE_MISSING
            if score > least:
                by = " ".join(self._vocabulary.spellings(parts))
                yield Correction(token.text, by, "space", 0, len(token.text), min(counts), score)

    def _joined(self, text: str, pair: Sequence[Token]) -> Correction | None:
        """Two words as one word into which a space has come; only where the archive lacks one of the two.

        A sign between the words counts as a space, as it does where the query is read.
        """
        if len(pair) < 2 or pair[0].end == pair[1].start:
            return None
        if min(self._vocabulary.counts([token.folded for token in pair])) > self._rare:
            return None
        whole = pair[0].folded + pair[1].folded
        articles = self._count(whole)
        if not articles:
            return None
        score = math.log(articles / self._vocabulary.total) - _SPACE_ADDED
        apart = sum(self._likelihood(token) for token in pair)
        if score <= apart:
            return None
        start, end = pair[0].start, pair[1].end
        return Correction(text[start:end], self._spelling(whole), "space", start, end, articles, score)

    def _layout(self, text: str, start: int, end: int) -> Correction | None:
        """What the keys of a piece write in the other layout, where the archive has that and not what was typed."""
        typed = text[start:end]
        if len(typed) < _SHORTEST or len(typed) > LONGEST or self._occurs(typed):
            return None
        if _LATIN.search(typed):
            other = [keyboard.in_arabic(typed)]
        else:
            other = [word for word in keyboard.in_latin(typed) if word.isalpha()]
        for by in filter(None, other):
            if articles := self._occurs(by):
                words = self._vocabulary.spellings([token.folded for token in self._analyser.tokens(by)])
                score = math.log(articles / self._vocabulary.total)
                return Correction(typed, " ".join(words), "layout", start, end, articles, score)
        return None

    def _occurs(self, text: str) -> int:
        """The number of articles that have the rarest word of ``text``."""
        words = [token.folded for token in self._analyser.tokens(text) if not token.extra]
        return min(self._vocabulary.counts(words), default=0)


def applied(text: str, corrections: Iterable[Correction]) -> str:
    """``text`` with ``corrections`` made; none of them overlaps another."""
    pieces, end = [], 0
    for correction in sorted(corrections, key=lambda one: one.start):
        pieces += [text[end : correction.start], correction.by]
        end = correction.end
    return "".join([*pieces, text[end:]])


def _named(text: str, name: ReadName) -> Correction:
    typed = text[name.start : name.end]
    return Correction(typed, name.by, "name", name.start, name.end, name.articles, name.score, name.sure)


def _overlaps(start: int, end: int, others: Iterable[Correction | ReadName]) -> bool:
    return any(one.start < end and start < one.end for one in others)


def _moved(correction: Correction, by: int) -> Correction:
    return replace(correction, start=correction.start + by, end=correction.end + by)


def _chunks(text: str) -> Iterator[tuple[int, int]]:
    """The pieces between spaces and between signs that are operators rather than keys of a letter."""
    return (match.span() for match in _CHUNK.finditer(text))
