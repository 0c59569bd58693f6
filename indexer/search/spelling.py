"""Did you mean: what was probably meant by words that the archive does not have, or hardly.

A word is weighed as a noisy channel has it (Kernighan, Church and Gale 1990): how frequent a word of the archive is,
times how likely the slips are that make of it what was typed, against how likely it is that just this was meant. That
is known from the archive and from the lexicon, which knows words that the archive lacks. All in natural logarithms.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from indexer import deadline
from indexer.arabic import letters as L
from indexer.arabic import lexicon
from indexer.arabic.analyser import Analyser, Token
from indexer.engine.vocabulary import LONGEST, Vocabulary
from indexer.search import keyboard, names, slips

Kind = Literal["spelling", "space", "layout", "name"]

_UNKNOWN = math.log(2e-10)
"""How likely it is that a word was meant which neither the archive nor the lexicon has."""
_MARGIN = 2.0
"""How much likelier a correction of a word must be that is known."""
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


@dataclass(frozen=True, slots=True)
class Correction:
    """``text``, which stands at ``start`` to ``end`` of what was typed, probably means ``by``.

    ``kind`` says why: spelling, space (one too many or too few), layout (typed with the other layout on), name (in
    Latin letters). ``articles`` is how many have it, of several words the rarest. Of two corrections of one text the
    one with the higher ``score`` is the likelier.
    """

    text: str
    by: str
    kind: Kind
    start: int
    end: int
    articles: int
    score: float


class Speller:
    """Corrections out of one generation's own words. Immutable, so safe to share between threads."""

    def __init__(self, vocabulary: Vocabulary, analyser: Analyser, articles: int) -> None:
        """``articles`` is how many the archive has. Nothing is read before the first word is asked about."""
        self._vocabulary = vocabulary
        self._analyser = analyser
        self._rare = max(_LEAST_RARE, articles // _RARE)

    def corrections(self, text: str) -> tuple[Correction, ...]:
        """The best correction of each piece of ``text`` that has one, in their order and apart. Never raises but for
        TooSlowError, whatever the string holds."""
        found: list[Correction] = []
        for start, end in _chunks(text):
            deadline.check()
            if layout := self._layout(text, start, end):
                found.append(layout)
        own = [token for token in self._analyser.tokens(text) if not token.extra][:_MOST_WORDS]
        own = [token for token in own if not any(one.start <= token.start < one.end for one in found)]
        at = 0
        while at < len(own):
            joined = self._joined(text, own[at : at + 2])
            best = joined or next(iter(self.alternatives(own[at].text, 1)), None)
            if best:
                shift = 0 if joined else own[at].start
                found.append(_moved(best, shift))
            at += 2 if joined else 1
        return tuple(sorted(found, key=lambda correction: correction.start))

    def corrected(self, text: str) -> str:
        """``text`` with its `corrections` made; all else, operators and quotes, stays as it was typed."""
        return applied(text, self.corrections(text))

    def alternatives(self, word: str, most: int = 5) -> tuple[Correction, ...]:
        """What a single word may mean, likeliest first; nothing where it is right as it is."""
        tokens = [token for token in self._analyser.tokens(word) if not token.extra]
        if len(tokens) != 1 or self._is_right(token := tokens[0]):
            return ()
        deadline.check()
        own = self._likelihood(token)
        if _LATIN.search(token.folded):
            found = [*self._latin(token, own), *self._names(token)]
        else:
            found = [*self._misspelt(token, own), *self._parted(token, own)]
        found.sort(key=lambda correction: -correction.score)
        best = {correction.by: correction for correction in reversed(found)}
        return tuple(sorted(best.values(), key=lambda correction: -correction.score)[:most])

    def _is_right(self, token: Token) -> bool:
        """Whether a word is in no need of correction: frequent, or a protected name that occurs, or no word at all."""
        folded = token.folded
        if not _SHORTEST <= len(folded) <= LONGEST or not (_ARABIC.search(folded) or _LATIN.search(folded)):
            return True
        articles = self._vocabulary.articles(folded)
        return articles > self._rare or (articles > 0 and token.stem in lexicon.protected())

    def _likelihood(self, token: Token) -> float:
        """How likely it is that a word was meant as it was typed."""
        total = max(1, self._total)
        here = self._vocabulary.articles(token.folded) / total
        anywhere = self._analyser.lexicon.frequency(token.folded) / _BILLION
        known = max(here, anywhere)
        return math.log(known) + _MARGIN if known else _UNKNOWN

    @property
    def _total(self) -> int:
        return int(self._vocabulary.counts.sum())

    def _misspelt(self, token: Token, least: float) -> Iterator[Correction]:
        rows, prices = slips.near(slips.typed(token.folded), self._vocabulary)
        yield from self._best(token, rows, prices, least, "spelling")

    def _latin(self, token: Token, least: float) -> Iterator[Correction]:
        rows, prices = slips.near(slips.typed(token.folded), self._vocabulary, 1)
        yield from self._best(token, rows, prices, least, "spelling")

    def _names(self, token: Token) -> Iterator[Correction]:
        rows, prices = names.written(token.folded, self._vocabulary)
        yield from self._best(token, rows, prices, -math.inf, "name")

    def _best(
        self, token: Token, rows: np.ndarray, prices: np.ndarray, least: float, kind: Kind, most: int = 8
    ) -> Iterator[Correction]:
        """The likeliest of the words in ``rows``, those that are likelier than ``least``."""
        counts = self._vocabulary.counts[rows]
        scores = np.log(counts / max(1, self._total)) - prices
        for at in np.argsort(-scores, kind="stable")[:most].tolist():
            word = self._vocabulary.text(int(rows[at]))
            if scores[at] > least and word != token.folded and (articles := self._vocabulary.articles(word)):
                by = self._vocabulary.spelling(word)
                yield Correction(token.text, by, kind, 0, len(token.text), articles, float(scores[at]))

    def _parted(self, token: Token, least: float) -> Iterator[Correction]:
        """The word as two words of the archive, between which a space is missing."""
        folded = token.folded
        for cut in range(2, len(folded) - 1):
            parts = folded[:cut], folded[cut:]
            counts = [self._vocabulary.articles(part) for part in parts]
            if min(counts) <= self._rare:
                continue
            score = sum(math.log(count / self._total) for count in counts) - _SPACE_MISSING
            if score > least:
                by = " ".join(map(self._vocabulary.spelling, parts))
                yield Correction(token.text, by, "space", 0, len(token.text), min(counts), score)

    def _joined(self, text: str, pair: Sequence[Token]) -> Correction | None:
        """Two words as one, into which a space has come; only where one of the two is no word of the archive's."""
        if len(pair) < 2 or not text[pair[0].end : pair[1].start].isspace():
            return None
        if all(self._vocabulary.articles(token.folded) > self._rare for token in pair):
            return None
        whole = pair[0].folded + pair[1].folded
        articles = self._vocabulary.articles(whole)
        if not articles:
            return None
        score = math.log(articles / self._total) - _SPACE_ADDED
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
        other = [keyboard.in_arabic(typed)] if _LATIN.search(typed) else list(keyboard.in_latin(typed))
        for by in filter(None, other):
            if articles := self._occurs(by):
                words = [self._vocabulary.spelling(token.folded) for token in self._analyser.tokens(by)]
                score = math.log(articles / self._total)
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


def _moved(correction: Correction, by: int) -> Correction:
    return Correction(
        correction.text,
        correction.by,
        correction.kind,
        correction.start + by,
        correction.end + by,
        correction.articles,
        correction.score,
    )


def _chunks(text: str) -> Iterator[tuple[int, int]]:
    """What stands between spaces."""
    ends = [-1, *(match.start() for match in re.finditer(r"\s", text)), len(text)]
    return ((before + 1, after) for before, after in pairwise(ends) if after > before + 1)
