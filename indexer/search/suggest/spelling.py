"""Did you mean: what was probably meant by words that the archive does not have, or hardly.

A word is weighed as a noisy channel has it (Kernighan, Church and Gale 1990): how frequent a word of the archive is,
times how likely the slips are that make of it what was typed, against how likely it is that just this was meant. That
is known from the archive and from the lexicon, which knows words that the archive lacks. All in natural logarithms.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from indexer import deadline
from indexer.arabic import letters as L
from indexer.arabic.analyser import Analyser, Token
from indexer.arabic.lexicon import lexicon
from indexer.engine.local.segments.runs import Ints
from indexer.engine.local.vocabulary import LONGEST, Vocabulary
from indexer.search.planning import latin_words
from indexer.search.planning.latin_phrases import Candidate, LatinNames, Read, Together
from indexer.search.suggest import keyboard, slips

Kind = Literal["spelling", "space", "layout", "name"]

_UNKNOWN = math.log(2e-10)
"""How likely it is that a word was meant which neither the archive nor the lexicon has."""
_MARGIN, _IN_DICTIONARY = 2.0, 3.0
"""How much likelier a correction of a word must be that is known, and of one that the dictionary has a form of."""
_FUNCTION_WORD = 3.0
"""How much rarer function words are among what is looked for than in articles: a short name lies near many of them."""
_NAME_MARGIN = 3.0
"""The same of a name in Arabic letters over one in Latin letters that the archive has."""
_LATIN_SLIPS = 1
_UNSURE_SLIPS = 1
_LOOKED_AT = 8
_BILLION = 1e9
_SPACE_MISSING, _SPACE_ADDED = 6.0, 4.0
_RARE = 20_000
"""A word that one of so many articles has is not rare, nor is one that several articles have in a small archive."""
_LEAST_RARE = 2
_SHORTEST = 3
_MOST_WORDS = 12
"""So many words of a text are looked at, the first ones; others stay as they are."""
_ARABIC = re.compile(f"[{L.LETTERS}]")
_LATIN = re.compile("[A-Za-z]")
_CHUNK = re.compile(r"[^\s\"“”«»()=*:|-][^\s\"“”«»()=*:|]*")


@dataclass(frozen=True, slots=True)
class Correction:
    """``text``, which stands at ``start`` to ``end`` of what was typed, probably means ``by``.

    ``kind`` says why: spelling, space (one too many or too few), layout (typed with the other layout on), name (in
    Latin letters). ``articles`` is how many have it, of several words the rarest. Of two corrections of one text the
    one with the higher ``score`` is the likelier. One that is not ``sure`` is to be asked about, never to be made
    unasked: a name guessed by its sound, and a word for one that is right but that the archive lacks.
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
    """Corrections out of one generation's own words. Immutable, so safe to share between threads."""

    def __init__(
        self, vocabulary: Vocabulary, analyser: Analyser, articles: int, together: Together = lambda _: 0
    ) -> None:
        """``articles`` is how many the archive has, ``together`` says how many have words of these stems side by side.

        Nothing is read before the first word is asked about.
        """
        self._vocabulary = vocabulary
        self._analyser = analyser
        self._rare = max(_LEAST_RARE, articles // _RARE)
        self._latin = LatinNames(analyser, self._candidates, together)

    def corrections(self, text: str, *, unsure: bool = False) -> tuple[Correction, ...]:
        """The best correction of each piece of ``text`` that has one, in their order and apart; ``unsure`` ones too.

        Never raises but for TooSlowError, whatever the string holds.
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
        # Of a name that is only guessed no part is read as a name by itself.
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
        """``text`` with its `corrections` made; all else, operators and quotes, stays as it was typed."""
        return applied(text, self.corrections(text))

    def alternatives(self, word: str, most: int = 5, *, unsure: bool = False) -> tuple[Correction, ...]:
        """What a single word may mean, likeliest first, sure ones before others; nothing where it is right as it is."""
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
        """Whether it is a word that may be misspelt: no number, and neither too short nor too long."""
        letters = _ARABIC.search(token.folded) or _LATIN.search(token.folded)
        return bool(letters) and _SHORTEST <= len(token.folded) <= LONGEST

    def _is_right(self, token: Token) -> bool:
        """Whether the archive has a word often enough, perhaps without its clitics, or has it as a protected name."""
        if token.stem in lexicon.protected() and self._vocabulary.articles(token.stem, "stem"):
            return True
        behind_clitics = token.folded[token.word.clitics :]
        return any(self._vocabulary.articles(word) > self._rare for word in {token.folded, behind_clitics})

    def _likelihood(self, token: Token) -> float:
        """How likely it is that a word was meant as it was typed."""
        words = self._analyser.lexicon
        here = self._vocabulary.articles(token.folded) / max(1, self._vocabulary.total)
        known = max(here, words.frequency(token.folded) / _BILLION)
        if not known:
            return _UNKNOWN
        return math.log(known) + (_IN_DICTIONARY if token.word.known else _MARGIN)

    def _misspelt(self, token: Token, least: float, most: int = slips.MOST_SLIPS) -> Iterator[Correction]:
        found = slips.near(slips.typed(token.folded), self._vocabulary, least, most)
        yield from self._best(token, *found, "spelling")

    def _is_lacking(self, token: Token) -> bool:
        """Whether the archive has a word, other than a function word, in no form."""
        if self._analyser.is_function_word(token):
            return False
        return not self._vocabulary.articles(token.folded) and not self._vocabulary.articles(token.stem, "stem")

    def _candidates(self, token: Token) -> list[Candidate]:
        """What a word of a name may be in Arabic letters, the likeliest first."""
        if len(token.folded) > LONGEST:
            return []
        deadline.check()
        found = sorted(self._names(token, shortest=2), key=lambda one: -one.score)
        return [Candidate(one.by, one.score, one.sure) for one in found]

    def _names(self, token: Token, shortest: int = latin_words.SHORTEST) -> Iterator[Correction]:
        """The name in Arabic letters, where that is far more usual in the archive: for sure as the list has it."""
        here = self._vocabulary.articles(token.folded) / max(1, self._vocabulary.total)
        least = math.log(here) + _NAME_MARGIN if here else -math.inf
        if name := lexicon.exonyms().get(token.folded):
            (known,) = self._analyser.tokens(name)
            articles = self._vocabulary.articles(known.stem, "stem")
            score = math.log(articles / self._vocabulary.total) if articles else -math.inf
            if score > least:
                yield Correction(token.text, name, "name", 0, len(token.text), articles, score)
            return
        rows, scores = latin_words.written(token.folded, self._vocabulary, shortest)
        enough = scores > least
        for found in self._best(token, rows[enough], scores[enough], "name"):
            if found.by not in lexicon.stop_words():
                yield replace(found, by=self._without_clitics(found.by), sure=False)

    def _without_clitics(self, word: str) -> str:
        parts = self._analyser.word(word)
        return word[parts.clitics :] if word[parts.clitics :] == parts.bare[parts.clitics :] else word

    def _best(self, token: Token, rows: Ints, scores: slips.Prices, kind: Kind) -> Iterator[Correction]:
        """The likeliest of the words in ``rows``."""
        for at in np.argsort(-scores, kind="stable")[:_LOOKED_AT].tolist():
            word = self._vocabulary.text(int(rows[at]))
            if word != token.folded and (articles := self._vocabulary.articles(word)):
                by = self._vocabulary.spelling(word)
                score = float(scores[at]) - _FUNCTION_WORD * (word in self._analyser.function_words)
                yield Correction(token.text, by, kind, 0, len(token.text), articles, score)

    def _parted(self, token: Token, least: float) -> Iterator[Correction]:
        """The word as two words of the archive, between which a space is missing."""
        folded = token.folded
        for cut in range(2, len(folded) - 1):
            parts = folded[:cut], folded[cut:]
            counts = [self._vocabulary.articles(part) for part in parts]
            if min(counts) <= self._rare:
                continue
            score = sum(math.log(count / self._vocabulary.total) for count in counts) - _SPACE_MISSING
            if score > least:
                by = " ".join(map(self._vocabulary.spelling, parts))
                yield Correction(token.text, by, "space", 0, len(token.text), min(counts), score)

    def _joined(self, text: str, pair: Sequence[Token]) -> Correction | None:
        """Two words as one, into which a space has come; only where one of the two is no word of the archive's."""
        # A sign between words is read as a space, and so it is here: the query as it was read means the same.
        if len(pair) < 2 or pair[0].end == pair[1].start:
            return None
        if all(self._vocabulary.articles(token.folded) > self._rare for token in pair):
            return None
        whole = pair[0].folded + pair[1].folded
        articles = self._vocabulary.articles(whole)
        if not articles:
            return None
        score = math.log(articles / self._vocabulary.total) - _SPACE_ADDED
        apart = sum(self._likelihood(token) for token in pair)
        if score <= apart:
            return None
        start, end = pair[0].start, pair[1].end
        return Correction(text[start:end], self._vocabulary.spelling(whole), "space", start, end, articles, score)

    def _layout(self, text: str, start: int, end: int) -> Correction | None:
        """What the keys of a chunk write in the other layout, where the archive has that and not what was typed."""
        typed = text[start:end]
        if len(typed) < _SHORTEST or len(typed) > LONGEST or self._occurs(typed):
            return None
        if _LATIN.search(typed):
            other = [keyboard.in_arabic(typed)]
        else:
            other = [word for word in keyboard.in_latin(typed) if word.isalpha()]
        for by in filter(None, other):
            if articles := self._occurs(by):
                words = [self._vocabulary.spelling(token.folded) for token in self._analyser.tokens(by)]
                score = math.log(articles / self._vocabulary.total)
                return Correction(typed, " ".join(words), "layout", start, end, articles, score)
        return None

    def _occurs(self, text: str) -> int:
        """In how many articles the rarest word of ``text`` is."""
        tokens = self._analyser.tokens(text)
        return min((self._vocabulary.articles(token.folded) for token in tokens if not token.extra), default=0)


def applied(text: str, corrections: Iterable[Correction]) -> str:
    """``text`` with ``corrections`` made, which lie apart."""
    pieces, end = [], 0
    for correction in sorted(corrections, key=lambda one: one.start):
        pieces += [text[end : correction.start], correction.by]
        end = correction.end
    return "".join([*pieces, text[end:]])


def _named(text: str, name: Read) -> Correction:
    typed = text[name.start : name.end]
    return Correction(typed, name.by, "name", name.start, name.end, name.articles, name.score, name.sure)


def _overlaps(start: int, end: int, others: Iterable[Correction | Read]) -> bool:
    return any(one.start < end and start < one.end for one in others)


def _moved(correction: Correction, by: int) -> Correction:
    return replace(correction, start=correction.start + by, end=correction.end + by)


def _chunks(text: str) -> Iterator[tuple[int, int]]:
    """What stands between spaces, and signs that are operators rather than keys of a letter."""
    return (match.span() for match in _CHUNK.finditer(text))
